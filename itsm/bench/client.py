"""A small closed-loop HTTP client for loopback: each of some callers sends its next request when it has its answer.

A request that is not answered as it should be ends the measurement: figures of failing requests tell nothing.
"""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from itsm.bench.registry import WentWrong

Make = Callable[[int], bytes]
"""The n-th request as it goes over the wire."""

_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes


@dataclass
class Load:
    """What a round gave: milliseconds of each request, seconds of all, mean bytes of an answer's body."""

    latencies: list[float]
    seconds: float
    bytes: float


def request(
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    host: str = "127.0.0.1",
) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


class Connection:
    """One kept-alive connection. A server that closed it pays the new one inside the next request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, raw: bytes) -> Answer:
        try:
            return self._ask(raw)
        except (ConnectionError, TimeoutError):
            self.close()
            return self._ask(raw)

    def close(self) -> None:
        if self.socket:
            self.socket.close()
        self.socket = None

    def _ask(self, raw: bytes) -> Answer:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=120)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(raw)
        head, _, body = self._read_until_body()
        status, low = int(head[9:12]), head.lower()
        match = _LENGTH.search(head)
        if match:
            body = self._read(body, int(match[1]))
        elif b"\r\ntransfer-encoding: chunked" in low:
            body = self._read_chunks(body)
        elif status not in (204, 304):
            raise WentWrong("An answer without a length.")
        if b"\r\nconnection: close" in low:
            self.close()
        return Answer(status, head, body)

    def _read_until_body(self) -> tuple[bytes, bytes, bytes]:
        taken = b""
        while b"\r\n\r\n" not in taken:
            taken += self._some()
        return taken.partition(b"\r\n\r\n")

    def _read(self, taken: bytes, length: int) -> bytes:
        parts, have = [taken], len(taken)
        while have < length:
            parts.append(self._some())
            have += len(parts[-1])
        return b"".join(parts)

    def _read_chunks(self, taken: bytes) -> bytes:
        parts: list[bytes] = []
        while True:
            while b"\r\n" not in taken:
                taken += self._some()
            written, _, taken = taken.partition(b"\r\n")
            length = int(written.split(b";")[0], 16)
            taken = self._read(taken, length + 2)
            if not length:
                return b"".join(parts)
            parts.append(taken[:length])
            taken = taken[length + 2 :]

    def _some(self) -> bytes:
        assert self.socket
        if piece := self.socket.recv(1 << 16):
            return piece
        raise ConnectionError("The server closed the connection.")


def press(
    port: int, make: Make, numbers: Iterator[int], *, at_once: int, seconds: float, least: int, expect: bytes = b""
) -> Load:
    """Load a server for so long, and with at least so many requests."""
    latencies: list[float] = []
    sizes: list[int] = []
    wrong: list[str] = []
    begun = time.perf_counter()
    ends = begun + seconds

    def call() -> None:
        connection = Connection(port)
        try:
            while not wrong and (time.perf_counter() < ends or len(latencies) < least):
                raw = make(next(numbers))
                started = time.perf_counter()
                answer = connection.ask(raw)
                latencies.append((time.perf_counter() - started) * 1000)
                sizes.append(len(answer.body))
                if answer.status not in (200, 201) or expect not in answer.body:
                    wrong.append(f"{raw.split(b' HTTP')[0].decode()} gave {answer.status}: {answer.body[:300]!r}")
        except (OSError, ValueError) as error:
            wrong.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=call, name=f"caller {number}") for number in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise WentWrong(wrong[0])
    return Load(latencies, time.perf_counter() - begun, sum(sizes) / len(sizes))
