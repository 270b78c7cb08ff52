"""Make .venv with the locked packages, then hand over to it. Standard library only: nothing else is there yet."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
NEEDS_DEVELOPMENT_TOOLS = {"test", "lint"}


class Problem(Exception):
    """What stops the start, and what a person can do about it."""


def main(arguments: list[str]) -> int:
    command = arguments[0] if arguments else "help"
    try:
        prepare("dev" if command in NEEDS_DEVELOPMENT_TOOLS else "demo")
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    python = str(VENV / "bin" / "python")
    os.execv(python, [python, "-m", "itsm.cli", *arguments])


def prepare(wanted: str) -> None:
    """See to it that .venv holds at least the packages of requirements/<wanted>.txt, just as locked."""
    if sys.version_info < OLDEST_PYTHON:
        raise Problem(f"Evenkeel needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if is_ready(wanted):
        return
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second start waits for the first one's installation
        if is_ready(wanted):
            return
        if has_development_tools():
            wanted = "dev"  # never take the tools away again
        if not venv_works():
            make_venv()
        install(wanted)


def is_ready(wanted: str) -> bool:
    stamped = read(stamp())
    return venv_works() and any(stamped == fingerprint(name) for name in {wanted, "dev"})


def stamp() -> Path:
    return VENV / "evenkeel-packages"


def fingerprint(name: str) -> str:
    """Which list, and which exact contents of it, an installation was made from."""
    locked = (ROOT / "requirements" / f"{name}.txt").read_bytes()
    return f"{name} {hashlib.sha256(locked).hexdigest()}"


def has_development_tools() -> bool:
    return (VENV / "bin" / "pytest").exists()


def venv_works() -> bool:
    """Whether .venv is there, and the Python that it was made from still is."""
    try:
        test = subprocess.run([VENV / "bin" / "python", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])
    except OSError:
        return False
    return test.returncode == 0


def read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def make_venv() -> None:
    if VENV.exists():
        print("The folder .venv does not work any more; making it anew.", flush=True)
        shutil.rmtree(VENV)
    print(f"Making .venv with Python {sys.version.split()[0]}.", flush=True)
    if uv := find_uv():
        call([uv, "venv", "--quiet", "--python", sys.executable, VENV], "The folder .venv could not be made.")
        return
    see_to_the_venv_module()
    call([sys.executable, "-m", "venv", VENV], "The folder .venv could not be made.")


def see_to_the_venv_module() -> None:
    """Debian keeps the venv module in a package of its own."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    apt = shutil.which("apt-get")
    if not apt:
        raise Problem(
            "This Python has no 'venv' module. Install your system's package for it (often called python3-venv), "
            "or install uv, and start again."
        )
    if os.geteuid() != 0:
        raise Problem(f"This Python has no 'venv' module. Type this, and start again:\n    sudo apt install {package}")
    print(f"This Python has no 'venv' module; installing {package}.", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([apt, "-q", "update"], env=environment, stdout=subprocess.DEVNULL)
    call(
        [apt, "-q", "-y", "install", package],
        f"{package} could not be installed. Type this, and start again:\n    apt install {package}",
        environment,
    )


def install(wanted: str) -> None:
    locked = ROOT / "requirements" / f"{wanted}.txt"
    print(f"Installing the packages of requirements/{wanted}.txt. This happens once.", flush=True)
    environment = dict(os.environ)
    if uv := find_uv():
        environment |= {"UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(VENV)}
        command = [uv, "pip", "install", "--quiet", "--require-hashes", "-r", locked]
    else:
        command = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--require-hashes", "-r", locked]
    call(
        command,
        "The packages could not be installed; the lines above say why. Without a network, bring the wheels along: "
        "pip download -r requirements/demo.txt elsewhere, then PIP_NO_INDEX=1 PIP_FIND_LINKS=/the/folder ./run demo",
        environment,
    )
    make_project_importable()
    stamp().write_text(fingerprint(wanted))


def make_project_importable() -> None:
    """Programs in .venv/bin (pytest, celery, lint-imports) find the project whatever folder they start in."""
    for packages in (VENV / "lib").glob("python*/site-packages"):
        (packages / "evenkeel.pth").write_text(f"{ROOT}\n")


def find_uv() -> str | None:
    return shutil.which("uv")


def call(command: list[str | Path], failure: str, environment: dict[str, str] | None = None) -> None:
    if subprocess.run(command, env=environment).returncode:
        raise Problem(failure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
