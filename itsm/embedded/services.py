"""PostgreSQL and Valkey for one desk on one machine, or for one run of the tests: started here, on unix sockets in
a closed folder. No ports, no passwords, no other local user."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import redis

from itsm.embedded import binaries
from itsm.embedded.account import SHARED_FOLDER, Account, can_reach, private_folder, service_account
from itsm.embedded.binaries import ServiceError
from itsm.embedded.child import Child

DATABASE = "evenkeel"
SOCKET_PATH_LIMIT = 103 if sys.platform == "darwin" else 107  # bytes, set by the kernel
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
THROW_AWAY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]


@dataclass(frozen=True)
class Place:
    """Where a pair of services keeps its data and its sockets."""

    folder: Path
    sockets: Path
    account: Account | None

    @property
    def postgres_data(self) -> Path:
        return self.folder / "postgres"

    @property
    def redis_data(self) -> Path:
        return self.folder / "valkey"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def database_url(self, name: str = DATABASE) -> str:
        return f"postgresql:///{name}?host={self.sockets}&user={DATABASE}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.redis_socket}"


def place_for(folder: Path) -> Place:
    """The place in `folder`, or in a shared one where the services' account could not reach it."""
    account = service_account()
    folder.mkdir(parents=True, exist_ok=True)
    if account:
        folder.chmod(0o711)  # to be passed through, not to be read
        if not can_reach(account, folder):
            folder = SHARED_FOLDER / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
            folder.mkdir(parents=True, exist_ok=True)
            for part in (SHARED_FOLDER, folder):
                part.chmod(0o711 if part == folder else 0o755)
    folder = folder.resolve()
    return Place(folder, private_folder(socket_folder(folder), account), account)


def socket_folder(folder: Path) -> Path:
    """A folder for sockets: the place's own, or a short one when its path is too long for a socket."""
    own = folder / "sockets"
    if len(os.fsencode(own / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return own
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    base = tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"
    return Path(base) / f"evenkeel-{os.geteuid()}-{digest}"


@dataclass
class Services:
    """The embedded servers that are needed: one for each of DATABASE_URL and REDIS_URL that is not set."""

    place: Place
    logs: Path
    throw_away: bool = False
    needs_postgres: bool = True
    needs_redis: bool = True
    started: list[Child] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        made = {}
        if self.needs_postgres:
            made["DATABASE_URL"] = self.place.database_url()
            made["ITSM_PG_TOOLS"] = str(binaries.find_postgres(self.place.account).bin)
        if self.needs_redis:
            made["REDIS_URL"] = self.place.redis_url
        return made

    def start(self) -> None:
        try:
            if self.needs_postgres:
                self._start_postgres()
            if self.needs_redis:
                self._start_redis()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        while self.started:
            self.started.pop().stop(within=30)

    def _start_postgres(self) -> None:
        postgres = binaries.find_postgres(self.place.account)
        data = self.place.postgres_data
        refuse_other_version(data, postgres)
        if not data.is_dir():
            self._initdb(postgres, data)
        options = [f"unix_socket_directories={self.place.sockets}", "listen_addresses=", *POSTGRES_OPTIONS]
        command = [str(postgres.bin / "postgres"), "-D", str(data)]
        for option in options + (THROW_AWAY if self.throw_away else []):
            command += ["-c", option]
        child = Child("postgresql", command, self.logs / "postgresql.log", account=self.place.account, stop_by="INT")
        self._launch(child, lambda: _answers_sql(self.place))
        _create_database(self.place)

    def _initdb(self, postgres: binaries.Postgres, data: Path) -> None:
        """Made beside its place and then renamed, so that an interrupted start leaves no half database."""
        making = data.with_name("postgres.new")
        shutil.rmtree(making, ignore_errors=True)
        private_folder(making, self.place.account)
        locale = ["--locale=C.UTF-8"]
        if postgres.major >= 17:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [str(postgres.bin / "initdb"), "-D", str(making), "-U", DATABASE]
        command += ["-A", "trust", "-E", "UTF8", *locale]
        if self.throw_away:
            command.append("--no-sync")
        account = self.place.account.for_popen if self.place.account else {}
        made = subprocess.run(command, capture_output=True, text=True, cwd="/", env=_bare(), **account)
        if made.returncode:
            shutil.rmtree(making, ignore_errors=True)
            raise ServiceError(f"PostgreSQL could not make its data folder:\n{made.stderr.strip()}")
        making.rename(data)

    def _start_redis(self) -> None:
        server = binaries.find_redis(self.place.account).server
        data = private_folder(self.place.redis_data, self.place.account)
        command = [str(server), "--port", "0", "--unixsocket", str(self.place.redis_socket)]
        command += ["--unixsocketperm", "700"]
        command += ["--dir", str(data), "--daemonize", "no", "--loglevel", "warning", "--databases", "64"]
        # Only what has an expiry date may be dropped when memory is short: the cache, never a waiting task.
        command += ["--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"]
        command += ["--save", ""] if self.throw_away else ["--save", "60", "1"]
        child = Child("valkey", command, self.logs / "valkey.log", account=self.place.account)
        self._launch(child, lambda: _answers_ping(self.place))

    def _launch(self, child: Child, ready: Callable[[], bool]) -> None:
        child.start()
        self.started.append(child)
        deadline = time.monotonic() + 30
        while not ready():
            if child.exit_code is not None:
                raise ServiceError(f"{child.name} did not start. The end of {child.log}:\n{child.last_words()}")
            if time.monotonic() > deadline:
                raise ServiceError(f"{child.name} did not answer within 30 seconds. See {child.log}.")
            time.sleep(0.02)


POSTGRES_OPTIONS = [
    "unix_socket_permissions=0700",
    "max_connections=100",
    "shared_buffers=128MB",
    "work_mem=16MB",
    "TimeZone=UTC",
    "log_timezone=UTC",
    "jit=off",  # compiling costs more than it saves on the short statements of pages
]


def for_folder(folder: Path, logs: Path, *, throw_away: bool = False) -> Services:
    """The services that this environment still lacks, kept in `folder`."""
    logs.mkdir(parents=True, exist_ok=True)
    return Services(
        place_for(folder),
        logs,
        throw_away=throw_away,
        needs_postgres="DATABASE_URL" not in os.environ,
        needs_redis="REDIS_URL" not in os.environ,
    )


def refuse_other_version(data: Path, postgres: binaries.Postgres) -> None:
    """PostgreSQL reads only the data of its own major version."""
    stamp = data / "PG_VERSION"
    try:
        made_by = stamp.read_text().strip()
    except FileNotFoundError:
        return
    except PermissionError:
        raise ServiceError(
            f"The data in {data} belong to another account. Start the desk as the user who made them, or begin "
            "anew with ./run reset as that user."
        ) from None
    if made_by != str(postgres.major):
        raise ServiceError(
            f"The data in {data} were made by PostgreSQL {made_by}, and this is PostgreSQL {postgres.version} "
            f"({postgres.source}); a server reads only its own major version. Either name the programs of "
            f"{made_by} by ITSM_PG_BIN (for example ITSM_PG_BIN=/usr/lib/postgresql/{made_by}/bin), make a backup "
            "with them (./run backup) and restore it into the newer one after ./run reset, or begin anew with "
            "./run reset, which deletes the data."
        )


def _answers_sql(place: Place) -> bool:
    with suppress(psycopg2.OperationalError):
        psycopg2.connect(host=str(place.sockets), user=DATABASE, dbname="postgres").close()
        return True
    return False


def _answers_ping(place: Place) -> bool:
    with suppress(redis.RedisError, OSError):
        client = redis.Redis(unix_socket_path=str(place.redis_socket))
        try:
            return bool(client.ping())
        finally:
            client.close()
    return False


def _create_database(place: Place) -> None:
    connection = psycopg2.connect(host=str(place.sockets), user=DATABASE, dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()


def _bare() -> dict[str, str]:
    """An environment in which no PG… variable of the person's own changes what a program does."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
