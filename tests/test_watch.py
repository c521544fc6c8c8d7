"""`datamodel watch` on real files: every way of saving, folders that come and go, errors, and how it ends."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import pytest
from projects import CUSTOMER, MODEL, ORDER, OUTPUTS, PRODUCT, build, clean_build, outputs, shop, write

from datamodel_pipeline.pipeline.project import Project
from datamodel_pipeline.pipeline.watch import Watch

PATIENCE = 120.0
"""Seconds to wait for a line before a test fails; it is there within a tenth of a second on an idle machine."""
ONE_ENGINE = MODEL.replace("[postgresql 16, sqlite]", "[postgresql 16]")
CUSTOMER_FILE = "specs/shop/entities/customer.yaml"
PRODUCT_FILE = "specs/shop/entities/product.yaml"
FIRST = "watching specs/, templates/ and pyproject.toml; Ctrl-C ends"
ALL = "wrote 01-shop/01-shop.md, 01-shop/postgresql/schema.sql and README.md"
"""When the number of tables changes, which the index shows."""
BOTH = "wrote 01-shop/01-shop.md and 01-shop/postgresql/schema.sql"
TEMPLATE = '{% extends "packaged/table.md.j2" %}\n{% block heading %}\n### {{ heading }} (ours)\n\n{% endblock %}\n'


class Session:
    """A running `datamodel watch` whose lines are read without their times."""

    def __init__(self, root: Path, *options: str) -> None:
        command = [sys.executable, "-m", "datamodel_pipeline", "watch", *options]
        self.root = root
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a child inherits that Ctrl-C is ignored
        self._running = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        signal.signal(signal.SIGINT, before)
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._complaints: list[str] = []
        self._readers = [threading.Thread(target=self._read_lines), threading.Thread(target=self._read_complaints)]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._running.kill()
        self._running.wait()
        for reader in self._readers:
            reader.join()

    def _read_lines(self) -> None:
        assert self._running.stdout is not None
        for line in self._running.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put("(the end)")

    def _read_complaints(self) -> None:
        assert self._running.stderr is not None
        self._complaints.extend(self._running.stderr)

    def next(self) -> str:
        """The next line."""
        line = self._lines.get(timeout=PATIENCE)
        assert line != "(the end)", "".join(self._complaints)
        said, times = re.subn(r" \(\d+ ms\)$", "", line)
        assert times == (0 if line.startswith("watching ") else 1)
        return said

    def end(self) -> tuple[int, str]:
        """Ctrl-C: the exit code, and all that was said on standard error."""
        self._running.send_signal(signal.SIGINT)
        code = self._running.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code, "".join(self._complaints)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one model for one engine, built."""
    root = shop(tmp_path / "project")
    write(root, "specs/shop/model.yaml", ONE_ENGINE)
    build(root)
    return root


@pytest.fixture
def session(root: Path, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session that has built; its options are the parameter."""
    with Session(root, *getattr(request, "param", [])) as session:
        assert session.next() == FIRST
        assert session.next() == "1 model: nothing to write"
        yield session


def is_as_built_anew(session: Session) -> bool:
    """Whether the outputs are those of a clean build of the inputs as they are now."""
    return outputs(session.root) == clean_build(session.root, session.root.parent / "clean")


# -- ways of saving ----------------------------------------------------------------------------------------------------


def in_place(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def by_renaming(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.swap")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)


def like_vim(path: Path, text: str) -> None:
    probe = path.with_name("4913")
    probe.touch()
    probe.unlink()
    backup = path.with_name(f"{path.name}~")
    path.rename(backup)
    path.write_text(text, "utf-8")
    backup.unlink()


def like_jetbrains(path: Path, text: str) -> None:
    new, old = path.with_name(f"{path.name}___jb_tmp___"), path.with_name(f"{path.name}___jb_old___")
    new.write_text(text, "utf-8")
    path.rename(old)
    new.rename(path)
    old.unlink()


@pytest.mark.parametrize("session", [[], ["--poll"]], ids=["events", "poll"], indirect=True)
def test_every_way_of_saving_is_one_rebuild(session: Session) -> None:
    root = session.root
    styles: list[Callable[[Path, str], None]] = [in_place, by_renaming, like_vim, like_jetbrains]
    for length, save in enumerate(styles, 50):
        save(root / PRODUCT_FILE, PRODUCT.replace("40", str(length)))
        assert session.next() == f"changed {PRODUCT_FILE}: {BOTH}"
        assert f"varchar({length})" in (root / OUTPUTS / "01-shop/postgresql/schema.sql").read_text("utf-8").lower()
    in_place(root / PRODUCT_FILE, "# a comment\n" + PRODUCT.replace("40", "53"))
    assert session.next() == f"changed {PRODUCT_FILE}: nothing to write"
    assert is_as_built_anew(session)
    assert session.end() == (0, "")


def test_new_renamed_and_deleted_files(session: Session) -> None:
    entities = session.root / "specs/shop/entities"
    write(
        session.root, "specs/shop/entities/crm/tag.yaml", "datamodel: 1\nentity: Tag\nattributes: {label: string(40)}\n"
    )
    assert session.next() == f"new specs/shop/entities/crm/tag.yaml: {ALL}"
    (entities / "crm/tag.yaml").rename(entities / "tag.yaml")
    said = session.next()
    assert said.startswith("new specs/shop/entities/tag.yaml; deleted specs/shop/entities/crm/tag.yaml: ")
    write(session.root, "specs/shop/entities/tag.yaml", "datamodel: 1\nentity: Tag\nattributes: {label: string(60)}\n")
    assert session.next() == f"changed specs/shop/entities/tag.yaml: {BOTH}"
    (entities / "tag.yaml").unlink()
    assert session.next() == f"deleted specs/shop/entities/tag.yaml: {ALL}"
    assert is_as_built_anew(session)
    assert session.end() == (0, "")


def test_models_and_folders_that_come_and_go(session: Session) -> None:
    root, away = session.root, session.root.parent / "away"
    shutil.copytree(root / "specs/shop", away)
    write(away, "model.yaml", ONE_ENGINE.replace("id: 1", "id: 2").replace("shop", "store"))
    away.rename(root / "specs/store")
    assert session.next().endswith(": wrote 02-store/02-store.md, 02-store/postgresql/schema.sql and README.md")
    write(root, "specs/store/entities/product.yaml", PRODUCT.replace("40", "41"))
    assert session.next() == "changed specs/store/entities/product.yaml: wrote " + (
        "02-store/02-store.md and 02-store/postgresql/schema.sql"
    )
    (root / "specs").rename(away)
    assert session.next().endswith(": 1 error, outputs are as they were")
    away.rename(root / "specs")
    assert session.next().endswith(": nothing to write")
    write(root, "specs/store/entities/product.yaml", PRODUCT.replace("40", "42"))
    assert session.next().startswith("changed specs/store/entities/product.yaml: wrote")
    shutil.rmtree(root / "specs/store")
    said = session.next()
    while "removed 02-store/02-store.md and 02-store/postgresql/schema.sql" not in said:
        said = session.next()  # a folder that is deleted file by file may be met half way
    assert is_as_built_anew(session)
    assert session.end()[0] == 0


def test_templates_are_followed(session: Session) -> None:
    write(session.root, "templates/table.md.j2", TEMPLATE)
    said = session.next()
    assert said == "new templates/table.md.j2: wrote 01-shop/01-shop.md"
    write(session.root, "templates/table.md.j2", TEMPLATE.replace("ours", "yours"))
    assert session.next() == "changed templates/table.md.j2: wrote 01-shop/01-shop.md"
    assert "(yours)" in (session.root / OUTPUTS / "01-shop/01-shop.md").read_text("utf-8")
    write(session.root, "templates/table.md.j2", "{% block %}")
    assert session.next() == "changed templates/table.md.j2: 1 error, outputs are as they were"
    shutil.rmtree(session.root / "templates")
    assert session.next() == "deleted templates/table.md.j2: wrote 01-shop/01-shop.md"
    assert is_as_built_anew(session)
    code, complaints = session.end()
    assert (code, complaints.count("error[template-error]")) == (0, 1)


def test_errors_are_shown_and_recovered_from(session: Session) -> None:
    good = outputs(session.root)
    write(session.root, PRODUCT_FILE, PRODUCT.replace("string(40)", "txt"))
    assert session.next() == f"changed {PRODUCT_FILE}: 1 error, outputs are as they were"
    write(session.root, CUSTOMER_FILE, "datamodel: 1\nentity: [")
    assert session.next().startswith(f"changed {CUSTOMER_FILE}: ")
    assert outputs(session.root) == good
    write(session.root, CUSTOMER_FILE, CUSTOMER)
    assert session.next() == f"changed {CUSTOMER_FILE}: 1 error, outputs are as they were"
    write(session.root, PRODUCT_FILE, PRODUCT.replace("40", "41"))
    assert session.next() == f"changed {PRODUCT_FILE}: {BOTH}"
    assert is_as_built_anew(session)
    code, complaints = session.end()
    assert code == 0
    assert complaints.startswith(f"{PRODUCT_FILE}:5:15: error[unknown-type]")
    assert f"\n{CUSTOMER_FILE}:" in complaints


def test_two_models_that_clash_until_one_gives_way(session: Session) -> None:
    shutil.copytree(session.root / "specs/shop", session.root.parent / "store")
    (session.root.parent / "store").rename(session.root / "specs/store")
    assert session.next().endswith(": 2 errors, outputs are as they were")
    write(session.root, PRODUCT_FILE, PRODUCT.replace("40", "41"))
    assert session.next() == f"changed {PRODUCT_FILE}: 4 errors, outputs are as they were"
    write(session.root, "specs/store/model.yaml", ONE_ENGINE.replace("id: 1", "id: 2").replace("shop", "store"))
    assert session.next() == (
        "changed specs/store/model.yaml: wrote 01-shop/01-shop.md, 01-shop/postgresql/schema.sql, "
        "02-store/02-store.md and 2 more files"
    )
    assert is_as_built_anew(session)
    assert session.end()[0] == 0


@pytest.mark.parametrize("session", [[], ["--poll"]], ids=["events", "poll"], indirect=True)
def test_settings_are_followed_and_outputs_are_not_inputs(session: Session) -> None:
    root = session.root
    (root / OUTPUTS / "README.md").write_text("edited by hand", "utf-8")
    write(root, "specs/shop/notes.txt", "nobody reads this")
    settings = (root / "pyproject.toml").read_text("utf-8") + '[tool.datamodel]\nspecs = "db/specs"\n'
    write(root, "pyproject.toml", settings)
    assert session.next() == "watching db/specs/, templates/ and pyproject.toml; Ctrl-C ends"
    assert session.next().startswith("changed pyproject.toml; deleted ")
    (root / "db").mkdir()
    (root / "specs").rename(root / "db/specs")
    assert session.next().startswith("new db/specs/shop/entities/customer.yaml, ")
    write(root, "db/specs/shop/entities/product.yaml", PRODUCT.replace("40", "41"))
    assert session.next() == f"changed db/{PRODUCT_FILE}: {BOTH}"
    write(root, "pyproject.toml", "[tool.datamodel]\nspec = 'x'\n")
    assert session.next() == FIRST
    assert session.next().endswith(": 1 error, outputs are as they were")
    code, complaints = session.end()
    assert code == 0
    assert "error[no-models]" in complaints and "error[unknown-setting]" in complaints


def test_it_waits_for_the_first_spec(tmp_path: Path) -> None:
    with Session(tmp_path) as session:
        assert session.next() == FIRST
        assert session.next() == "0 models: 1 error, outputs are as they were"
        write(tmp_path, "specs/shop/entities/product.yaml", PRODUCT)
        write(tmp_path, "specs/shop/model.yaml", ONE_ENGINE)
        while not (said := session.next()).endswith("README.md"):
            assert "error" in said  # while model.yaml was not there yet
        write(tmp_path, PRODUCT_FILE, PRODUCT.replace("40", "41"))
        assert session.next() == f"changed {PRODUCT_FILE}: {BOTH}"
        assert session.end()[0] == 0


def test_saves_during_a_build_are_not_lost(session: Session) -> None:
    for length in range(50, 80):
        in_place(session.root / PRODUCT_FILE, PRODUCT.replace("40", str(length)))
        by_renaming(session.root / CUSTOMER_FILE, CUSTOMER.replace("100", str(length)))
    in_place(session.root / "specs/shop/entities/order.yaml", ORDER.replace("note: text?", "remark: text?"))
    said = session.next()
    while "order.yaml" not in said or not is_as_built_anew(session):
        said += session.next()
    assert session.end()[0] == 0


def test_a_build_by_another_program_does_not_disturb(session: Session) -> None:
    write(session.root, PRODUCT_FILE, PRODUCT.replace("40", "41"))
    build(session.root)
    assert session.next().startswith(f"changed {PRODUCT_FILE}: ")
    write(session.root, PRODUCT_FILE, PRODUCT.replace("40", "42"))
    assert session.next() == f"changed {PRODUCT_FILE}: {BOTH}"
    assert is_as_built_anew(session)
    code, complaints = session.end()
    assert code == 0
    assert all(line.startswith("waiting for another build of this project") for line in complaints.splitlines())


# -- in this program ---------------------------------------------------------------------------------------------------


def test_a_defect_of_ours_does_not_end_the_session(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, PRODUCT_FILE, PRODUCT.replace("40", "41"))
    real, calls = Project.up_to_date, []

    def first_fails(self: Project) -> object:
        calls.append(self)
        if len(calls) == 1:
            raise ZeroDivisionError("of course")
        return real(self)

    def wait_once(_: Watch) -> None:
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Project, "up_to_date", first_fails)
    monkeypatch.setattr(Watch, "_wait", wait_once)
    said: list[str] = []
    complaints: list[str] = []
    Watch(root, said.append, complaints.append, poll=False).run()
    assert "ZeroDivisionError: of course" in complaints[0]
    assert complaints[1] == "this is a defect in datamodel_pipeline, please report it; still watching"
    assert said[0] == FIRST
    assert said[1].startswith(f"1 model: {BOTH} (")
    assert len(said) == 2 and len(complaints) == 2


def test_watching_does_not_import_what_only_doit_needs(root: Path) -> None:
    code = (
        "import sys, pathlib; from datamodel_pipeline.pipeline.watch import Watch\n"
        "def stop(_): raise KeyboardInterrupt\n"
        "Watch._wait = stop; Watch(pathlib.Path.cwd(), print, print, poll=True).run()\n"
        "print('doit' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, env=os.environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
