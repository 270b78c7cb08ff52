"""What an archive holds, and every way in which one is refused."""

import io
import json
import tarfile

import pytest

from core.operations import archive
from core.operations.archive import ArchiveRefused, ArchiveWriter, Manifest

MANIFEST = Manifest(made_at="2026-11-20T02:30:00+00:00", version="0.1.0", postgres=18, migrations=["core.0001"])


@pytest.fixture
def made(tmp_path):
    (tmp_path / "dump").write_bytes(b"the database" * 1000)
    (tmp_path / "note.txt").write_bytes(b"a file")
    writer = ArchiveWriter(tmp_path / "whole.tar")
    writer.add_file("database.dump", tmp_path / "dump")
    writer.add_text("secrets.json", json.dumps({"secret_keys": ["k"]}))
    writer.add_file("files/2026/note.txt", tmp_path / "note.txt")
    writer.finish(MANIFEST)
    return tmp_path / "whole.tar"


def altered(path, change):
    """A copy of the archive in which `change` was made to the list of (name, content)."""
    with tarfile.open(path) as tar:
        members = [(entry.name, tar.extractfile(entry).read()) for entry in tar]
    target = path.with_name("altered.tar")
    with tarfile.open(target, "w") as tar:
        for name, content in change(members):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return target


def with_manifest(**changes):
    def change(members):
        told = json.loads(dict(members)["manifest.json"]) | changes
        return [*members[:-1], ("manifest.json", json.dumps(told).encode())]

    return change


def test_a_whole_archive_passes_and_gives_everything_back(made, tmp_path):
    assert archive.check(made).version == "0.1.0"

    archive.extract_database(made, tmp_path / "out")
    count = archive.extract_files(made, tmp_path / "files")

    assert (tmp_path / "out").read_bytes() == b"the database" * 1000
    assert count == 1
    assert (tmp_path / "files/2026/note.txt").read_bytes() == b"a file"
    assert json.loads(archive.read_text(made, "secrets.json")) == {"secret_keys": ["k"]}


@pytest.mark.parametrize("position", [600, 6_000, 14_000])
def test_one_changed_byte_is_found(made, position):
    content = bytearray(made.read_bytes())
    content[position] ^= 1
    made.write_bytes(content)

    with pytest.raises(ArchiveRefused):
        archive.check(made)


@pytest.mark.parametrize("part", [0, 0.3, 0.6])
def test_an_archive_cut_short_is_refused(made, part):
    content = made.read_bytes()
    made.write_bytes(content[: int(len(content) * part)])

    with pytest.raises(ArchiveRefused):
        archive.check(made)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda members: [m for m in members if m[0] != "files/2026/note.txt"], "is missing"),
        (lambda members: [*members[:-1], ("files/extra", b"x"), members[-1]], "is not in its manifest"),
        (lambda members: [(n, b"other" if n == "database.dump" else c) for n, c in members], "is damaged"),
        (lambda members: [*members, members[0]], "twice"),
        (lambda members: [("../outside", b"x"), *members], "not an archive of this product"),
        (lambda members: [("files/../../outside", b"x"), *members], "not an archive of this product"),
        (lambda members: members[:-1], "no manifest"),
        (lambda members: [*members[:-1], ("manifest.json", b"{")], "cannot be read"),
        (with_manifest(product="another"), "made by 'another'"),
        (with_manifest(format=2), "reads format 1 only"),
    ],
)
def test_a_foreign_or_altered_archive_is_refused_with_its_reason(made, change, reason):
    with pytest.raises(ArchiveRefused, match=reason):
        archive.check(altered(made, change))


def test_a_link_in_an_archive_is_refused(made):
    target = made.with_name("link.tar")
    with tarfile.open(target, "w") as tar:
        entry = tarfile.TarInfo("files/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)

    with pytest.raises(ArchiveRefused):
        archive.check(target)


def test_any_other_file_is_refused(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" * 500)

    with pytest.raises(ArchiveRefused, match="cannot be read as an archive"):
        archive.check(tmp_path / "picture.png")
    with pytest.raises(ArchiveRefused):
        archive.check(tmp_path / "absent.tar")
