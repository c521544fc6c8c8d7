"""Any sequence of edits, additions, renames, deletions and accidents, then a build, equals a build from scratch."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from projects import CUSTOMER, MODEL, ORDER, OUTPUTS, PRODUCT, build, clean_build, outputs, shop, write

from datamodel_pipeline.documents import glance

ENTITIES = "specs/shop/entities"
SPELLINGS = {
    "customer": [
        CUSTOMER,
        CUSTOMER + "# a comment\n",
        CUSTOMER.replace("name: string(100)", "name: string(80)?"),
        CUSTOMER.replace("name: string(100)", "name: {type: string(100), personal: true}"),
        CUSTOMER + "retention: {keep: 24 months, then: anonymize}\n",
        CUSTOMER + "group: People\n",
    ],
    "order": [
        ORDER,
        ORDER.replace("belongs_to: Customer", "belongs_to: Customer, optional: true"),
        ORDER + "\n\n",
        ORDER.replace("  note: text?\n", "  note: text?\n  weight: integer?\n"),
        ORDER.replace("  note: text?\n", "  note: text?\n  state: enum(open, paid)\n"),
        ORDER + "indexes: [[note]]\n",
        ORDER + "expected_rows: 50M\n",
        ORDER + "retention: {keep: 90 days, then: archive}\n",
    ],
    "product": [
        PRODUCT,
        PRODUCT.replace("Something", "Anything"),
        PRODUCT + "unique: []\n",
        PRODUCT + "store: mongodb\n",
    ],
    "tag": [
        "datamodel: 1\nentity: Tag\nattributes: {label: string(30)}\n",
        "datamodel: 1\nentity: Tag\nattributes: {label: string(30)}\nrelationships: {orders: {many_to_many: Order}}\n",
    ],
}
MODELS = [
    MODEL,
    MODEL.replace("slug: shop", "slug: store"),
    MODEL.replace("id: 1", "id: 4"),
    MODEL.replace("[postgresql 16, sqlite]", "[sqlite]"),
    MODEL.replace("sqlite]", "sqlite, mysql 8.4]"),
    MODEL + "  deletes: {default: hard, Order: soft}\n",
    MODEL + "  primary_keys: uuid\n",
    MODEL + "  depth: schema\n",
    MODEL + "  deletes: {choose: hard, because: simple}\n",
]
TEMPLATES = {"table.md.j2": "### {{ heading }}\n\nnothing but a name\n", "metadata.md.j2": "no metadata\n"}
BROKEN = ["datamodel: 1\nentity: Order\nattributes: {total: decimel(3)}\n", "datamodel: 2\n", "\0", ""]


class Edits(RuleBasedStateMachine):
    """A project under random hands. `build_now` is a new process: a new Project on the same folder."""

    whole = glance.WHOLE

    @initialize()
    def start(self) -> None:
        glance.WHOLE = self.whole
        self.top = Path(tempfile.mkdtemp())
        self.root = shop(self.top / "project")
        self.kept: dict[str, bytes] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.top)
        glance.WHOLE = Edits.whole

    @rule(name=st.sampled_from(sorted(SPELLINGS)), choice=st.integers(0, 7))
    def edit(self, name: str, choice: int) -> None:
        spellings = SPELLINGS[name]
        write(self.root, f"{ENTITIES}/{name}.yaml", spellings[choice % len(spellings)])

    @rule(name=st.sampled_from(["product", "tag"]))
    def delete(self, name: str) -> None:
        (self.root / ENTITIES / f"{name}.yaml").unlink(missing_ok=True)

    @rule(old=st.sampled_from(sorted(SPELLINGS)), back=st.booleans())
    def rename_file(self, old: str, back: bool) -> None:
        names = (f"{old}s.yaml", f"{old}.yaml") if back else (f"{old}.yaml", f"{old}s.yaml")
        source, target = (self.root / ENTITIES / name for name in names)
        if source.exists() and not target.exists():
            source.rename(target)

    @rule(text=st.sampled_from(MODELS))
    def decide(self, text: str) -> None:
        write(self.root, "specs/shop/model.yaml", text)

    @rule(number=st.sampled_from([2, 3]), there=st.booleans())
    def other_model(self, number: int, there: bool) -> None:
        shutil.rmtree(self.root / "specs/other", ignore_errors=True)
        if there:
            text = f"datamodel: 1\nid: {number}\nslug: other\ntitle: Other\n"
            write(self.root, "specs/other/model.yaml", text)

    @rule(name=st.sampled_from(sorted(TEMPLATES)), there=st.booleans())
    def override(self, name: str, there: bool) -> None:
        write(self.root, f"templates/{name}", TEMPLATES[name])
        if not there:
            (self.root / "templates" / name).unlink()

    @rule(data=st.data(), harm=st.sampled_from(["edit", "truncate", "delete"]))
    def harm_output(self, data: st.DataObject, harm: str) -> None:
        if found := sorted(outputs(self.root)):
            path = self.root / data.draw(st.sampled_from(found))
            content = path.read_bytes()
            path.unlink()
            if harm != "delete":
                path.write_bytes(content + b"by hand\n" if harm == "edit" else content[:200])

    @rule(how=st.sampled_from(["lost", "garbage", "half"]))
    def lose_state(self, how: str) -> None:
        path = self.root / ".datamodel" / "state.sqlite"
        if path.exists():
            content = path.read_bytes()
            path.unlink()
            if how != "lost":
                path.write_bytes(b"garbage" * 1000 if how == "garbage" else content[: len(content) // 2])

    @rule(choice=st.sampled_from(BROKEN))
    def break_a_spec_and_build(self, choice: str) -> None:
        path = self.root / ENTITIES / "order.yaml"
        good = path.read_bytes() if path.exists() else None
        before = {name: text for name, text in outputs(self.root).items() if "/README" not in name}
        path.write_text(choice)
        outcome = build(self.root)
        assert outcome.failed and outcome.diagnostics
        after = outputs(self.root)
        shop_files = {name for name in before if f"{OUTPUTS}/0" in name and "other" not in name}
        assert {name: after.get(name) for name in shop_files} == {name: before[name] for name in shop_files}
        path.unlink()
        if good is not None:
            path.write_bytes(good)

    @rule()
    def build_now(self) -> None:
        outcome = build(self.root)
        if not outcome.failed:
            assert outputs(self.root) == clean_build(self.root, self.top / "clean")
            assert build(self.root).ran == []


class EditsOfLargeModels(Edits):
    """The same where even this model counts as so large that its sections do not see all columns."""

    whole = 0


Edits.TestCase.settings = EditsOfLargeModels.TestCase.settings = settings(
    max_examples=40, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
TestEdits = Edits.TestCase
TestEditsOfLargeModels = EditsOfLargeModels.TestCase
