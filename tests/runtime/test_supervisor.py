"""The supervisor over small made-up children: what it heals, what it gives up, and how it stops."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from itsm.embedded.child import Child
from itsm.embedded.supervisor import Stopped, Supervisor
from tests.runtime.running import eventually

SLEEPS = "import time; time.sleep(60)"
IGNORES_TERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); {SLEEPS}"


def child(folder: Path, name: str, code: str) -> Child:
    return Child(name, [sys.executable, "-c", code], folder / f"{name}.log", folder=folder)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Supervisor:
    return Supervisor(say=said.append)


def watch_until(supervisor: Supervisor, look, seconds: float = 10) -> None:
    ends = time.monotonic() + seconds
    supervisor.watch(until=lambda: look() or time.monotonic() > ends)
    assert look(), f"Not within {seconds} seconds."


def test_a_process_that_dies_is_started_again_with_a_reason(supervisor, said, tmp_path):
    web = child(tmp_path, "web", SLEEPS)
    supervisor.processes = [web]
    web.start()
    first = web.pid

    os.kill(first, signal.SIGKILL)

    watch_until(supervisor, lambda: web.is_running and web.pid != first)
    assert said == [f"web ended with code -9; started again in 0.5 s. See {web.log}."]
    supervisor.stop()


def test_the_delay_grows_for_one_that_keeps_dying(supervisor, said, tmp_path):
    broken = child(tmp_path, "web", "raise SystemExit(7)")
    supervisor.processes = [broken]
    broken.start()

    watch_until(supervisor, lambda: len(said) >= 3)

    assert [line.split("again in ")[1].split(" s")[0] for line in said[:3]] == ["0.5", "1", "2"]
    supervisor.stop()


def test_a_dead_database_ends_the_watch_with_a_code_of_its_own(supervisor, said, tmp_path):
    database = child(tmp_path, "postgresql", "raise SystemExit(1)")
    supervisor.services = [database]
    database.start()

    with pytest.raises(SystemExit) as ended:
        watch_until(supervisor, lambda: False)

    assert ended.value.code == 3
    assert "PostgreSQL ended with code 1" in said[0]


def test_those_that_use_the_services_stop_before_the_services(supervisor, tmp_path):
    tells = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(time.sleep(0.3)));"
    web, database = child(tmp_path, "web", tells + SLEEPS), child(tmp_path, "postgresql", SLEEPS)
    supervisor.processes, supervisor.services = [web], [database]
    database.start()
    web.start()
    order: list[str] = []
    for each in (web, database):
        kill = each.kill
        each.kill = lambda each=each, kill=kill: (kill(), order.append(each.name))

    supervisor.stop()

    assert order == ["web", "postgresql"]
    assert not web.is_running
    assert not database.is_running


def test_one_that_will_not_stop_is_ended_by_force_with_those_it_started(tmp_path):
    starts_another = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]);{IGNORES_TERM}"
    stubborn = child(tmp_path, "worker", starts_another)
    stubborn.start()
    eventually(lambda: "ready" in stubborn.last_words())
    session = stubborn.pid

    stubborn.stop(within=0.2)

    assert not stubborn.is_running
    eventually(lambda: not members_of(session), 5)


def members_of(session: int) -> list[str]:
    listed = subprocess.run(["ps", "-o", "stat=", "-s", str(session)], capture_output=True, text=True).stdout.split()
    return [state for state in listed if not state.startswith("Z")]


def test_ctrl_c_reaches_a_preparation_that_still_runs(supervisor, tmp_path):
    slow = child(tmp_path, "prepare", SLEEPS)
    supervisor._on_signal(signal.SIGINT, None)

    with pytest.raises(Stopped):
        supervisor.run_once(slow)

    assert slow.is_running
    supervisor.stop()
    assert not slow.is_running


def test_asking_twice_ends_everything_at_once(supervisor, tmp_path):
    stubborn = child(tmp_path, "worker", IGNORES_TERM)
    supervisor.processes = [stubborn]
    stubborn.start()
    eventually(lambda: "ready" in stubborn.last_words())

    supervisor._on_signal(signal.SIGINT, None)
    assert stubborn.is_running

    supervisor._on_signal(signal.SIGINT, None)
    assert not stubborn.is_running


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux ends a child with its parent.")
def test_a_killed_parent_takes_its_children_along(tmp_path):
    code = f"""
import time
from pathlib import Path
from itsm.embedded.child import Child
child = Child("web", [{sys.executable!r}, "-c", {SLEEPS!r}], Path({str(tmp_path / "web.log")!r}))
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    assert Path(f"/proc/{pid}").exists()

    parent.kill()
    parent.wait()

    eventually(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text(), 5)
    parent.stdout.close()


def test_a_long_log_is_put_aside_when_its_process_starts(tmp_path, monkeypatch):
    monkeypatch.setattr("itsm.embedded.child.LONG_LOG", 10)
    web = child(tmp_path, "web", "print('new')")
    web.log.write_text("a line of an earlier life\n")

    web.start()
    web.wait(5)

    assert web.last_words() == "new"
    assert (tmp_path / "web.1.log").read_text() == "a line of an earlier life\n"
