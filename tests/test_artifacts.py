"""Output files: whole, verified, and gone when nothing makes them; the state file heals itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from datamodel_pipeline.pipeline.artifacts import MARK, Artifacts
from datamodel_pipeline.pipeline.store import StateLostError, Store

FOLDER = "out"


def text(words: str) -> bytes:
    return f"<!-- {MARK} -->\n{words}\n".encode()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".state" / "state.sqlite", "tool 1")


@pytest.fixture
def artifacts(tmp_path: Path, store: Store) -> Artifacts:
    return Artifacts(tmp_path, FOLDER, store)


def test_only_what_differs_is_written(tmp_path: Path, artifacts: Artifacts) -> None:
    first = {"out/a/x.md": text("x"), "out/a/y.sql": text("y")}
    assert artifacts.publish("a", first) == (("out/a/x.md", "out/a/y.sql"), ())
    stamp = (tmp_path / "out/a/x.md").stat().st_ino
    assert artifacts.publish("a", first | {"out/a/y.sql": text("z")}) == (("out/a/y.sql",), ())
    assert (tmp_path / "out/a/x.md").stat().st_ino == stamp
    assert (tmp_path / "out/a/y.sql").read_bytes() == text("z")


@pytest.mark.parametrize("preserve_times", [False, True])
def test_hand_edits_are_noticed(tmp_path: Path, artifacts: Artifacts, preserve_times: bool) -> None:
    artifacts.publish("a", {"out/a.md": text("x")})
    assert artifacts.unchanged("a")
    path = tmp_path / "out/a.md"
    before = path.stat()
    path.write_bytes(text("y"))
    if preserve_times:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not artifacts.unchanged("a")
    assert artifacts.publish("a", {"out/a.md": text("x")}) == (("out/a.md",), ())


def test_touched_but_equal_files_are_current(tmp_path: Path, artifacts: Artifacts) -> None:
    artifacts.publish("a", {"out/a.md": text("x")})
    os.utime(tmp_path / "out/a.md", ns=(1, 1))
    assert artifacts.unchanged("a")
    (tmp_path / "out/a.md").unlink()
    assert not artifacts.unchanged("a")


def test_files_of_a_smaller_set_go_with_their_folders(tmp_path: Path, artifacts: Artifacts) -> None:
    artifacts.publish("a", {"out/1/x.md": text("x"), "out/1/pg/s.sql": text("s")})
    assert artifacts.publish("a", {"out/2/x.md": text("x")}) == (("out/2/x.md",), ("out/1/pg/s.sql", "out/1/x.md"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["2"]


def test_stale_files_are_ours_even_without_memory(tmp_path: Path, artifacts: Artifacts, store: Store) -> None:
    artifacts.publish("gone", {"out/9-gone/d.md": text("d")})
    (tmp_path / "out/9-gone/notes.txt").write_text("someone's own notes")
    (tmp_path / "out/.d.md.123.datamodel-tmp").write_text("half")
    store.close()
    store.path.unlink()
    assert artifacts.stale(set()) == ("out/.d.md.123.datamodel-tmp", "out/9-gone/d.md")
    assert all(artifacts.remove(path) for path in artifacts.stale(set()))
    assert sorted(path.name for path in (tmp_path / "out").rglob("*")) == ["9-gone", "notes.txt"]


def test_records_survive_and_die_with_the_tool(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    store = Store(path, "tool 1")
    store.put("a", "key", "digest", ("value", 1))
    store.set_output("f.md", "a", "c", "s")
    store.close()
    again = Store(path, "tool 1")
    assert again.is_current("a", "key") and again.value("a") == ("value", 1)
    again.close()
    other = Store(path, "tool 2")
    assert other.record("a") is None
    assert other.outputs() == {"f.md": ("a", "c", "s")}


@pytest.mark.parametrize("damage", ["truncated", "text", "empty", "folder"])
def test_a_broken_state_file_is_replaced_and_said(tmp_path: Path, damage: str) -> None:
    path, said = tmp_path / "state.sqlite", []
    store = Store(path, "tool 1")
    store.put("a", "key", "digest", "value" * 5000)
    store.close()
    content = path.read_bytes()
    broken = {"truncated": content[: len(content) // 2], "text": b"not a database at all\n" * 300, "empty": b""}
    path.write_bytes(broken.get(damage, content))
    if damage == "folder":
        path.unlink()
    again = Store(path, "tool 1", said.append)
    try:
        found = again.record("a")
        assert found is None or again.value("a") == "value" * 5000
    except StateLostError:
        pass
    again.put("a", "key", "digest", "new")
    again.close()
    assert Store(path, "tool 1").value("a") == "new"
    assert bool(said) == (damage in {"truncated", "text"})


def test_a_damaged_value_is_never_used(tmp_path: Path) -> None:
    path, said = tmp_path / "state.sqlite", []
    store = Store(path, "tool 1")
    store.put("a", "key", "digest", "the value that gets damaged")
    store.close()
    content = path.read_bytes()
    assert content.count(b"that gets damaged") == 1
    path.write_bytes(content.replace(b"that gets damaged", b"that got  damaged"))
    again = Store(path, "tool 1", said.append)
    with pytest.raises(StateLostError):
        again.value("a")
    assert again.record("a") is None and said
