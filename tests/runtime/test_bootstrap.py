"""What is said when the first step fails: a newcomer's first impression."""

import importlib.util
import subprocess
import sys
from types import SimpleNamespace

import pytest

from itsm.embedded.desk import ROOT


@pytest.fixture
def bootstrap(monkeypatch, tmp_path):
    """A fresh copy of tools/bootstrap.py that believes it stands in an empty project, and calls nothing."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", ROOT / "tools" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "requirements").mkdir()
    for name in ("demo", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "find_uv", lambda: None)
    module.called = []
    monkeypatch.setattr(module, "call", lambda command, failure, environment=None: module.called.append(command))
    return module


def stamp(bootstrap, name: str) -> None:
    bootstrap.VENV.mkdir(exist_ok=True)
    bootstrap.stamp().write_text(bootstrap.fingerprint(name))


def test_an_old_python_is_told_so(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "OLDEST_PYTHON", (99, 0))

    with pytest.raises(bootstrap.Problem, match=r"needs Python 3\.11 or later"):
        bootstrap.prepare("demo")


def test_a_missing_venv_module_is_installed_by_a_root_with_apt(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=0))

    bootstrap.see_to_the_venv_module()

    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert bootstrap.called == [["/usr/bin/apt-get", "-q", "-y", "install", package]]


def test_a_missing_venv_module_is_named_to_anybody_else_with_what_to_type(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)

    with pytest.raises(bootstrap.Problem, match=r"sudo apt install python3\.\d+-venv"):
        bootstrap.see_to_the_venv_module()
    assert bootstrap.called == []


def test_a_failed_installation_says_what_to_do_without_a_network(bootstrap, monkeypatch):
    def refuse(command, failure, environment=None):
        raise bootstrap.Problem(failure)

    monkeypatch.setattr(bootstrap, "call", refuse)

    with pytest.raises(bootstrap.Problem, match="Without a network"):
        bootstrap.install("demo")
    assert not bootstrap.stamp().exists()


def test_packages_are_installed_by_hash_and_stamped(bootstrap):
    bootstrap.VENV.mkdir()

    bootstrap.install("demo")

    assert "--require-hashes" in bootstrap.called[0]
    assert bootstrap.stamp().read_text() == bootstrap.fingerprint("demo")


@pytest.mark.parametrize(("installed", "wanted", "ready"), [("dev", "demo", True), ("demo", "dev", False)])
def test_the_development_tools_contain_the_demo_and_not_the_reverse(bootstrap, monkeypatch, installed, wanted, ready):
    monkeypatch.setattr(bootstrap, "venv_works", lambda: True)
    stamp(bootstrap, installed)

    assert bootstrap.is_ready(wanted) is ready


def test_a_changed_list_is_installed_anew(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "venv_works", lambda: True)
    stamp(bootstrap, "demo")
    assert bootstrap.is_ready("demo")

    (bootstrap.ROOT / "requirements" / "demo.txt").write_text("demo==2\n")

    assert not bootstrap.is_ready("demo")


def test_a_broken_venv_is_noticed_and_made_anew(bootstrap, capsys):
    bootstrap.VENV.mkdir()
    assert not bootstrap.venv_works()

    bootstrap.make_venv()

    assert "making it anew" in capsys.readouterr().out
    assert [sys.executable, "-m", "venv", bootstrap.VENV] in bootstrap.called


def test_run_without_a_python_says_what_is_needed(tmp_path):
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(f"/bin/{name}" if name == "sh" else "/usr/bin/dirname")

    told = subprocess.run(
        ["/bin/sh", ROOT / "run", "demo"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )

    assert told.returncode == 1
    assert "Python 3.11 or later" in told.stderr


def test_no_list_of_packages_names_a_server():
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(), path
