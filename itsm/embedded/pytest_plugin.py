"""Tests run on a throw-away PostgreSQL and Valkey, started before anything reads a setting."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from itsm.embedded import services
from itsm.embedded.account import service_account, temporary_folder

_RUNNING: list[tuple[services.Services, Path]] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, Any, Any]:
    """Only the controller starts servers; workers of pytest-xdist inherit their addresses."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = temporary_folder(service_account(), "evenkeel-test-")
        servers = services.for_folder(folder, folder / "logs", throw_away=True)
        _RUNNING.append((servers, folder))
        servers.start()
        os.environ.update(servers.environment)
    try:
        return (yield)
    except BaseException:
        pytest_unconfigure()
        raise


def pytest_configure(config: pytest.Config) -> None:
    # Imported after pytest-django, so that these fixtures are found before its own.
    config.pluginmanager.import_plugin("itsm.embedded.pytest_database")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    while _RUNNING:
        servers, folder = _RUNNING.pop()
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)
