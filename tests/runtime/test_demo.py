"""The desk as a person starts, stops and maltreats it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from itsm.embedded.desk import ROOT
from tests.runtime.running import RunningDesk, eventually, outside_environment, processes_of, running_desk

pytestmark = pytest.mark.slow


def new_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="evenkeel-desk-"))
    folder.chmod(0o755)
    return folder


@pytest.fixture
def var() -> Generator[Path, None, None]:
    """A folder that the services' account can reach, which pytest's own, below a closed one, is not."""
    folder = new_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def count_people(var: Path) -> int:
    code = "from accounts.models import User; print('people:', User.objects.count())"
    told = subprocess.run(
        [ROOT / "run", "manage", "shell", "--no-imports", "-c", code],
        env=outside_environment(var),
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    return int(told.stdout.split("people:")[1])


def test_ctrl_c_leaves_no_process_and_a_second_start_keeps_the_data(var: Path) -> None:
    with running_desk(var, "--empty") as desk:
        assert desk.answers()
        assert "The first administrator is 'admin'" in desk.said()
        assert count_people(var) == 1

        desk.signal(signal.SIGINT)
        desk.process.wait(30)

    assert desk.process.returncode == 0
    assert processes_of(var) == {}

    with running_desk(var, "--empty") as desk:
        assert desk.answers()
        assert "The first administrator" not in desk.said()
    assert count_people(var) == 1
    assert processes_of(var) == {}


@pytest.fixture(scope="module")
def desk() -> Generator[RunningDesk, None, None]:
    folder = new_folder()
    with running_desk(folder, "--empty") as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("word", ["gunicorn", "celery -A itsm worker", "celery -A itsm beat", "valkey-server"])
def test_a_killed_process_is_healed(desk: RunningDesk, word: str) -> None:
    eventually(lambda: desk.leaders(word))
    [pid] = desk.leaders(word)

    os.kill(pid, signal.SIGKILL)

    eventually(lambda: desk.leaders(word) and pid not in desk.leaders(word))
    eventually(desk.answers)
    assert "started again" in desk.said()


def test_all_parts_work_together_again_after_that(desk: RunningDesk) -> None:
    """Ready means that beat has sent a task through the broker, and a worker has answered it in the database."""
    eventually(lambda: desk.answers("/readyz"), 60)


def test_a_second_desk_in_the_same_folder_is_refused(desk: RunningDesk) -> None:
    second = subprocess.run(
        [ROOT / "run", "demo", "--port", "1"], env=outside_environment(desk.var), capture_output=True, text=True
    )

    assert second.returncode == 1
    assert "runs already" in second.stderr


def test_a_taken_port_is_told_before_anything_starts(desk: RunningDesk, var: Path) -> None:
    second = subprocess.run(
        [ROOT / "run", "demo", "--port", str(desk.port)],
        env=outside_environment(var),
        capture_output=True,
        text=True,
    )

    assert second.returncode == 1
    assert "--port 8001" in second.stderr
    assert not (var / "embedded" / "postgres").exists()


def test_a_dead_database_stops_the_desk_with_a_reason(var: Path) -> None:
    with running_desk(var, "--empty") as desk:
        [pid] = desk.leaders("postgres -D")

        os.kill(pid, signal.SIGKILL)

        assert desk.process.wait(30) == 3
        assert "PostgreSQL ended" in desk.said()
        eventually(lambda: not processes_of(var))


def test_a_killed_supervisor_leaves_nothing_behind(var: Path) -> None:
    with running_desk(var, "--empty") as desk:
        assert len(processes_of(var)) > 5

        desk.signal(signal.SIGKILL)

        eventually(lambda: not processes_of(var), 30)
    with running_desk(var, "--empty") as desk:
        assert desk.answers()
