"""Which work is done: the promise of an incremental build is about what it does not do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from projects import CUSTOMER, ORDER, OUTPUTS, build, clean_build, doit, outputs, shop, write

from datamodel_pipeline.pipeline.project import Project

CUSTOMER_FILE = "specs/shop/entities/customer.yaml"
ORDER_FILE = "specs/shop/entities/order.yaml"
DOCUMENT = f"{OUTPUTS}/01-shop/01-shop.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that has been built."""
    outcome = build(shop(tmp_path / "project"))
    assert outcome.diagnostics == [] and outcome.failed == []
    return tmp_path / "project"


def ran(root: Path) -> set[str]:
    """The nodes that a build of the project runs now; afterwards it equals a clean build."""
    outcome = build(root)
    assert outcome.failed == []
    assert outputs(root) == clean_build(root, root.parent / "clean")
    assert build(root).ran == []
    return set(outcome.ran)


def test_second_build_runs_nothing(root: Path) -> None:
    before = {path: (root / path).stat().st_mtime_ns for path in outputs(root)}
    assert ran(root) == set()
    assert {path: (root / path).stat().st_mtime_ns for path in outputs(root)} == before


def test_comment_edited(root: Path) -> None:
    write(root, ORDER_FILE, "# what a comment says is nobody's business\n" + ORDER)
    assert ran(root) == {"shop.specs:entities/order.yaml"}


def test_keys_reordered(root: Path) -> None:
    lines = ORDER.splitlines(keepends=True)
    write(root, ORDER_FILE, "".join([lines[0], lines[2], lines[1], *lines[3:]]))
    assert ran(root) == {"shop.specs:entities/order.yaml"}


def test_attribute_added_renders_one_table(root: Path) -> None:
    write(root, ORDER_FILE, ORDER.replace("  note: text?\n", "  note: text?\n  weight: integer?\n"))
    assert ran(root) == {
        "shop.specs:entities/order.yaml",
        "shop.map",
        "shop.tables:Order",
        "shop.postgresql:Order",
        "shop.sqlite:Order",
        "shop.pages:Order",
        "shop.sections:executive_summary",
        "shop.sections:er_diagram",
        "shop.sections:metadata",
        "shop.document",
        "shop",
    }


def test_reason_of_a_decision_remakes_no_table(root: Path) -> None:
    model = root / "specs/shop/model.yaml"
    model.write_text(model.read_text() + "  deletes: {choose: hard, because: nobody asked for undelete}\n")
    assert not {name for name in ran(root) if name.startswith(("shop.tables:", "shop.pages:", "shop.sqlite:"))}


def test_entity_removed(root: Path) -> None:
    (root / "specs/shop/entities/product.yaml").unlink()
    done = ran(root)
    assert not {name for name in done if name.startswith(("shop.specs:", "shop.tables:", "shop.pages:"))}
    assert {"shop.map", "shop.order", "shop.document", "shop", "index"} <= done


def test_entity_added(root: Path) -> None:
    write(root, "specs/shop/entities/rating.yaml", "datamodel: 1\nentity: Rating\nattributes: {stars: smallint}\n")
    done = ran(root)
    assert {n for n in done if n.startswith(("shop.specs:", "shop.tables:", "shop.pages:"))} == {
        "shop.specs:entities/rating.yaml",
        "shop.tables:Rating",
        "shop.pages:Rating",
    }


def test_file_renamed(root: Path) -> None:
    (root / ORDER_FILE).rename(root / "specs/shop/entities/orders.yaml")
    done = ran(root)
    assert not {name for name in done if name.startswith(("shop.tables:", "shop.pages:", "shop.sections:er"))}


def test_template_overridden_and_back(root: Path) -> None:
    override = write(root, "templates/retention.md.j2", "Kept as long as the law says.\n")
    assert ran(root) == {"shop.sections:retention", "shop.document", "shop"}
    assert b"Kept as long as the law says." in outputs(root)[DOCUMENT]
    override.unlink()
    assert ran(root) == {"shop.sections:retention", "shop.document", "shop"}


@pytest.mark.parametrize("harm", ["edit", "truncate", "delete"])
def test_output_harmed(root: Path, harm: str) -> None:
    good, path = outputs(root), root / DOCUMENT
    if harm == "delete":
        path.unlink()
    else:
        path.write_bytes(good[DOCUMENT][:1000] if harm == "truncate" else good[DOCUMENT] + b"by hand\n")
    assert ran(root) == {"shop"}
    assert outputs(root) == good


def test_tool_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datamodel_pipeline.pipeline.fingerprint.tool", lambda: "another version")
    done = set(build(root).ran)
    assert {"shop.specs:model.yaml", "shop.tables:Order", "shop.pages:Order", "shop", "index"} <= done


def test_spec_restored_with_its_old_time(root: Path) -> None:
    path = root / ORDER_FILE
    status = path.stat()
    good = outputs(root)
    write(root, ORDER_FILE, ORDER.replace("total:", "summe:").replace('"total', '"summe'))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert "shop.tables:Order" in ran(root)
    write(root, ORDER_FILE, ORDER)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    ran(root)
    assert outputs(root) == good


def test_bad_spec_leaves_outputs_and_names_every_error(root: Path) -> None:
    good = outputs(root)
    write(root, ORDER_FILE, ORDER.replace("decimal(12,2)", "decimel(12,2)"))
    write(root, CUSTOMER_FILE, CUSTOMER.replace("string(100)", "string"))
    outcome = build(root)
    assert {(d.location.file, d.location.line) for d in outcome.diagnostics if d.location} == {
        (ORDER_FILE, 5),
        (CUSTOMER_FILE, 5),
    }
    assert outputs(root) == good
    assert build(root).failed
    write(root, ORDER_FILE, ORDER)
    write(root, CUSTOMER_FILE, CUSTOMER)
    assert ran(root) == set()


def test_changed_slug_takes_its_folder_along(root: Path) -> None:
    model = root / "specs/shop/model.yaml"
    model.write_text(model.read_text().replace("slug: shop", "slug: store").replace("id: 1", "id: 7"))
    (root / ".datamodel" / "state.sqlite").unlink()
    ran(root)
    assert {path.split("/")[3] for path in outputs(root)} == {"README.md", "07-store"}


def test_two_models_with_one_id(root: Path) -> None:
    good = outputs(root)
    write(root, "specs/other/model.yaml", "datamodel: 1\nid: 1\nslug: other\ntitle: Other\n")
    outcome = build(root)
    assert [(d.rule, str(d.location)) for d in outcome.diagnostics] == [
        ("duplicate-model-id", "specs/other/model.yaml:1:1")
    ]
    assert outputs(root) == good


def test_model_removed(root: Path) -> None:
    write(root, "specs/other/model.yaml", "datamodel: 1\nid: 2\nslug: other\ntitle: Other\n")
    build(root)
    assert f"{OUTPUTS}/02-other/02-other.md" in outputs(root)
    (root / "specs/other/model.yaml").unlink()
    (root / "specs/other").rmdir()
    assert ran(root) == {"index"}
    assert f"{OUTPUTS}/02-other/02-other.md" not in outputs(root)


def test_doit_does_the_same(root: Path) -> None:
    good = outputs(root)
    assert doit(root).returncode == 0
    assert outputs(root) == good


def test_abandoned_build_then_reverted_and_harmed(root: Path) -> None:
    good = outputs(root)
    write(root, ORDER_FILE, ORDER.replace("total", "sum"))
    project = Project(root)
    project.scan()
    for node in project.nodes():
        if node.name in {"shop", "index"}:
            break
        node.run()
    project.close()
    write(root, ORDER_FILE, ORDER)
    (root / DOCUMENT).unlink()
    ran(root)
    assert outputs(root) == good


def test_a_kill_between_any_two_writes_of_the_state(root: Path) -> None:
    """After each single write of a build to the state: the build ends there, and the old spec comes back."""
    good, changed = outputs(root), ORDER.replace("total", "sum")
    state = root / ".datamodel" / "state.sqlite"
    saved = state.read_bytes()
    for writes in range(1, 200):
        write(root, ORDER_FILE, changed)
        project = Project(root)
        project.store.parallel = True  # every write is committed at once
        put, left = project.store._write, [writes]

        def stop(sql: str, *values: object, put: object = put, left: list[int] = left) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            put(sql, *values)  # type: ignore[operator]

        project.store._write = stop  # type: ignore[method-assign]
        ended = False
        try:
            project.up_to_date()
            ended = True
        except KeyboardInterrupt:
            project.store._tried = lambda _: None  # type: ignore[method-assign]
        project.close()
        write(root, ORDER_FILE, ORDER)
        (root / DOCUMENT).unlink()
        assert not build(root).failed
        assert outputs(root) == good, f"after {writes} writes"
        if ended:
            return
        state.write_bytes(saved)
        for name in ("-wal", "-shm"):
            state.with_name(state.name + name).unlink(missing_ok=True)
    raise AssertionError("the build never ended")
