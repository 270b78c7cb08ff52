"""The archive of a backup: one tar file with the database, the files, the secrets, and a manifest of hashes."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

PRODUCT, FORMAT = "evenkeel", 1
MANIFEST, DATABASE, SECRETS, FILES = "manifest.json", "database.dump", "secrets.json", "files/"
_CHUNK = 1024 * 1024
_LARGEST_MANIFEST = 64 * _CHUNK


class ArchiveRefused(Exception):
    """The archive is not restored, and nothing was touched; the text says why."""


@dataclass(frozen=True)
class Manifest:
    """What an archive says about itself. `hashes` maps each member's name to its SHA-256."""

    made_at: str
    version: str
    postgres: int
    migrations: list[str]
    hashes: dict[str, str] = field(default_factory=dict)
    product: str = PRODUCT
    format: int = FORMAT


class ArchiveWriter:
    """Writes members one after the other and hashes them on the way; the manifest comes last."""

    def __init__(self, path: Path) -> None:
        self._tar = tarfile.open(path, "w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `finish`
        self._hashes: dict[str, str] = {}

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            reader = _HashingReader(file)
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = path.stat().st_size, 0o600
            self._tar.addfile(entry, reader)
            self._hashes[name] = reader.hexdigest()

    def add_text(self, name: str, text: str) -> None:
        content = text.encode()
        self._hashes[name] = hashlib.sha256(content).hexdigest()
        self._add_bytes(name, content)

    def finish(self, manifest: Manifest) -> None:
        complete = asdict(manifest) | {"hashes": self._hashes}
        self._add_bytes(MANIFEST, json.dumps(complete, indent=1, sort_keys=True).encode())
        self._tar.close()

    def _add_bytes(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self._tar.addfile(entry, io.BytesIO(content))


class _HashingReader(io.RawIOBase):
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._digest.update(content)
        return content

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def check(path: Path) -> Manifest:
    """The manifest of a whole and undamaged archive of ours; anything else is refused with its reason."""
    try:
        manifest, found = _read_through(path)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ArchiveRefused(f"{path} cannot be read as an archive: {error}.") from error
    missing = sorted(set(manifest.hashes) - set(found))
    foreign = sorted(set(found) - set(manifest.hashes))
    damaged = sorted(name for name in manifest.hashes if name in found and found[name] != manifest.hashes[name])
    for what, names in (("is missing", missing), ("is not in its manifest", foreign), ("is damaged", damaged)):
        if names:
            raise ArchiveRefused(f"{path} is not as it was made: {names[0]} {what} ({len(names)} in all).")
    if DATABASE not in found or SECRETS not in found:
        raise ArchiveRefused(f"{path} holds no database or no secrets.")
    return manifest


def _read_through(path: Path) -> tuple[Manifest, dict[str, str]]:
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    with tarfile.open(path, "r:") as tar:
        for entry in tar:
            _refuse_unsafe(path, entry)
            if entry.name in found or (entry.name == MANIFEST and manifest):
                raise ArchiveRefused(f"{path} holds {entry.name} twice.")
            member = tar.extractfile(entry)
            if member is None:
                raise ArchiveRefused(f"{path} holds {entry.name}, which is no file.")
            if entry.name == MANIFEST:
                manifest = _manifest(path, member.read(_LARGEST_MANIFEST))
            else:
                found[entry.name] = _digest(member)
    if manifest is None:
        raise ArchiveRefused(f"{path} is not an archive of this product: it has no manifest, or was cut short.")
    return manifest, found


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _refuse_unsafe(path: Path, entry: tarfile.TarInfo) -> None:
    name = PurePosixPath(entry.name)
    is_ours = entry.name in {MANIFEST, DATABASE, SECRETS} or entry.name.startswith(FILES)
    if not entry.isfile() or name.is_absolute() or ".." in name.parts or not is_ours:
        raise ArchiveRefused(f"{path} is not an archive of this product: it holds {entry.name!r}.")


def _manifest(path: Path, content: bytes) -> Manifest:
    try:
        told = json.loads(content)
        if told["product"] != PRODUCT:
            raise ArchiveRefused(f"{path} was made by {told['product']!r}, not by this product.")
        if told["format"] != FORMAT:
            raise ArchiveRefused(f"{path} has format {told['format']}; this version reads format {FORMAT} only.")
        return Manifest(**told)
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveRefused(f"{path} has a manifest that cannot be read: {error}.") from error


def read_text(path: Path, name: str) -> str:
    with tarfile.open(path, "r:") as tar:
        member = tar.extractfile(name)
        if member is None:
            raise ArchiveRefused(f"{path} holds no {name}.")
        return member.read().decode()


def extract_database(path: Path, target: Path) -> None:
    for name, content in _members(path, DATABASE):
        if name == DATABASE:
            _write(content, target)


def extract_files(path: Path, folder: Path) -> int:
    """Write the files below `folder`; how many there were. Only for an archive that `check` has passed."""
    count = 0
    for name, content in _members(path, FILES):
        _write(content, folder / name.removeprefix(FILES))
        count += 1
    return count


def _members(path: Path, prefix: str) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(path, "r:") as tar:
        for entry in tar:
            _refuse_unsafe(path, entry)
            content = tar.extractfile(entry) if entry.name.startswith(prefix) else None
            if content is not None:
                yield entry.name, content


def _write(content: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        while chunk := content.read(_CHUNK):
            file.write(chunk)
