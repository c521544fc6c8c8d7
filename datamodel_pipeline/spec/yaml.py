"""YAML text to plain values and marks, with everything refused that would surprise a reader.

In: the bytes of a file. Out: a `Document`: dicts, lists and scalars, where each of them stands, and diagnostics. Keys
are always text. It reads PyYAML's events (from its C parser where there is one) without recursion, so that neither deep
nesting nor aliases of aliases can hurt. It knows nothing of specs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from datamodel_pipeline.diagnostics import Diagnostic, Location
from datamodel_pipeline.spec import source, syntax
from datamodel_pipeline.spec.marks import COLLECTION, SEPARATOR, UNKNOWN, Marks, Place
from datamodel_pipeline.spec.scalars import Real, resolve
from datamodel_pipeline.spec.torn import Torn, is_plain, opened

DEEPEST = 40
MOST_ALIASED = 10_000
"""Values that all aliases of a file may stand for together."""

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says. `value` is what was understood of its mapping.

    `whole` is False when that is not all of it, `stopped` is True when nothing after some point could be read.
    """

    value: dict[str, object]
    marks: Marks
    diagnostics: tuple[Diagnostic, ...] = ()
    whole: bool = True
    stopped: bool = False
    empty: tuple[str, ...] = ()
    """The paths of the keys and list items without a value, parts led by `marks.SEPARATOR`."""


def read(file: str, data: bytes) -> Document:
    """The document in `data`; `file` is the path that diagnostics name. Never raises for bad input."""
    text = source.text(file, data)
    if isinstance(text, Diagnostic):
        return Document({}, Marks(file), (text,), whole=False, stopped=True)
    builder = _Builder(file, text)
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            builder.take(event)
    except yaml.YAMLError as error:
        builder.refuse(syntax.diagnostic(error, file, text))
    except _Stop:
        pass
    return builder.document()


def spelling(value: object) -> str:
    """The values of a document as one text: documents with the same text differ in nothing but their marks."""
    match value:
        case dict():
            return f"{{{','.join([f'{key!r}:{spelling(item)}' for key, item in value.items()])}}}"
        case list():
            return f"[{','.join(map(spelling, value))}]"
        case Real():
            return value.text
        case _:
            return repr(value)


def _at(event: Event) -> tuple[int, int]:
    """Line and column, from 1, at which the event begins."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _inner(event: ScalarEvent, length: int, *, plain: bool) -> int:
    """`Place.inner` of a text of this length: where it is as wide as it is long, its characters can be counted."""
    start, end = event.start_mark, event.end_mark
    if start is None or end is None or start.line != end.line:
        return UNKNOWN
    width = end.column - start.column
    if plain:
        return 0 if width == length else UNKNOWN
    return 1 if width == length + 2 else UNKNOWN


class _Stop(Exception):  # noqa: N818 — not an error: the reading ends here, and a diagnostic says why
    """Nothing after this can be read."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read. `key` is the mapping's key whose value comes next; None: a key comes."""

    value: dict[str, object] | list[object]
    path: str
    anchor: str | None
    count: int = 1
    key: str | None = None
    key_place: tuple[int, int] = (1, 1)
    dropped: bool = False
    """The next value belongs to a refused key and is thrown away."""
    flow: bool = False

    @property
    def wants_key(self) -> bool:
        """Whether a key comes next."""
        return type(self.value) is dict and self.key is None and not self.dropped


@dataclass(slots=True)
class _Builder:
    """Makes values of events. `anchors` holds each anchor's value and how many values it is; None while it is open."""

    file: str
    text: str
    places: dict[str, Place] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[object, int] | None] = field(default_factory=dict)
    aliased: int = 0
    documents: int = 0
    root: object = None
    root_at: tuple[int, int] = (1, 1)
    stopped: bool = False
    empty: list[str] = field(default_factory=list)
    torn: Torn | None = None

    def document(self) -> Document:
        """What was built; a file that is empty or no mapping becomes a diagnostic here."""
        value = self.root
        if not isinstance(value, dict):
            if not self.stopped:
                self._say_no_mapping()
            self.stopped = True
            value = {}
        whole = not self.stopped and not self.problems
        marks = Marks(self.file, self.places)
        return Document(value, marks, tuple(self.problems), whole, self.stopped, tuple(self.empty))

    def _say_no_mapping(self) -> None:
        empty = self.root is None
        what = "the file is empty" if empty else "the file is a list or a single text, not a mapping of keys"
        fix = "begin with `datamodel: 1`, then `entity: Name` (or, in model.yaml, `id: 1`)"
        self.problems.append(Diagnostic("yaml-no-mapping", what, fix=fix, location=Location(self.file, *self.root_at)))

    def take(self, event: Event) -> None:
        """Adds what the event says. Raises _Stop when nothing more can be read."""
        if self.torn and self._mend(event, self.torn):
            return
        if isinstance(event, ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, MappingStartEvent):
            self._open(event, {})
        elif isinstance(event, SequenceStartEvent):
            self._open(event, [])
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close()
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(event, "yaml-documents", "a second YAML document begins here", "put each document in a file")

    def _mend(self, event: Event, torn: Torn) -> bool:
        """Takes one more piece of a cut text, and adds the whole text when its parentheses close.

        False when the event is no piece: the pieces are then taken as they came, and the event still has to be.
        """
        if not torn.add(event):
            self.torn = None
            for piece in torn.events:
                self._scalar(piece)
            return False
        if torn.closed:
            self.torn = None
            self._scalar(torn.whole(self.text))
        return True

    def _take_scalar(self, event: ScalarEvent) -> None:
        holder = self.stack[-1] if self.stack else None
        if holder and holder.flow and not holder.wants_key and is_plain(event) and opened(event.value) > 0:
            self.torn = Torn(type(holder.value) is list)
            self.torn.start(event)
        else:
            self._scalar(event)

    def _scalar(self, event: ScalarEvent) -> None:
        at = _at(event)
        text = event.value
        if _CONTROL.search(text):
            self._say(event, "yaml-control-character", "this text holds a control character", "remove it")
        if event.tag is not None:
            self._tag(event, event.tag)
        holder = self.stack[-1] if self.stack else None
        if holder and holder.wants_key:
            self._key(holder, event, text)
            if event.anchor:
                self.anchors[event.anchor] = (text, 1)
            return
        plain = not event.style
        inner = _inner(event, len(text), plain=plain)
        value = resolve(text) if plain else text
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._add(value, 1, at, inner, missing=plain and not text)

    def _key(self, holder: _Open, event: Event, key: str) -> None:
        assert isinstance(holder.value, dict)
        if key == "<<":
            what = "merge keys (`<<`) are not part of the spec language"
            self._say(event, "yaml-merge-key", what, "write the keys out; every file reads the same in every tool then")
            holder.dropped = True
        elif key in holder.value:
            first = self.places[f"{holder.path}{SEPARATOR}{key}"]
            self._say(
                event, "yaml-duplicate-key", f"`{key}` stands twice in this mapping (first in line {first.key_line})",
                "remove one of the two", "only one of them could count, and which one is easily overlooked",
            )  # fmt: skip
            holder.dropped = True
        else:
            holder.key = key
            holder.key_place = _at(event)

    def _add(self, value: object, count: int, at: tuple[int, int], inner: int, *, missing: bool = False) -> str:
        """Puts a value where it belongs and notes its place. Returns its path."""
        if not self.stack:
            self.root, self.root_at = value, at
            return ""
        holder = self.stack[-1]
        holder.count += count
        if type(holder.value) is list:
            path = f"{holder.path}{SEPARATOR}{len(holder.value)}"
            holder.value.append(value)
            self.places[path] = Place(*at, *at, inner)
            if value is None:
                self.empty.append(path)
            return path
        if holder.dropped:
            holder.dropped = False
            return "dropped"
        assert isinstance(holder.value, dict) and holder.key is not None
        path = f"{holder.path}{SEPARATOR}{holder.key}"
        holder.value[holder.key] = value
        holder.key = None
        self.places[path] = Place(*holder.key_place, *(holder.key_place if missing else at), inner)
        if value is None:
            self.empty.append(path)
        return path

    def _open(self, event: MappingStartEvent | SequenceStartEvent, value: dict[str, object] | list[object]) -> None:
        holder = self.stack[-1] if self.stack else None
        if holder and holder.wants_key:
            self._stop(
                event, "yaml-key", "a list or mapping stands where a key should", "keys are names or quoted texts"
            )
        if len(self.stack) >= DEEPEST:
            self._stop(event, "yaml-too-deep", f"this is nested more than {DEEPEST} levels deep", "flatten it")
        if event.tag is not None:
            self._tag(event, event.tag)
        path = self._add(value, 1, _at(event), COLLECTION)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(_Open(value, path, event.anchor, flow=bool(event.flow_style)))

    def _close(self) -> None:
        closed = self.stack.pop()
        if self.stack:
            self.stack[-1].count += closed.count - 1
        if closed.anchor:
            self.anchors[closed.anchor] = (closed.value, closed.count)

    def _alias(self, event: AliasEvent) -> None:
        found = self.anchors.get(event.anchor or "")
        if found is None:
            what = f"`*{event.anchor}` has no anchor `&{event.anchor}` before it"
            self._stop(event, "yaml-alias", what, "define the anchor first, or write the value out")
        value, count = found
        self.aliased += count
        if self.aliased > MOST_ALIASED:
            self._stop(
                event, "yaml-alias", f"aliases stand for more than {MOST_ALIASED:,} values", "write the values out"
            )
        holder = self.stack[-1]
        if holder.wants_key:
            self._stop(event, "yaml-key", "an alias stands where a key should", "write the key out")
        self._add(value, count, _at(event), UNKNOWN if isinstance(value, str) else COLLECTION)

    def _tag(self, event: Event, tag: str) -> None:
        what = f"the YAML tag `{tag.replace('tag:yaml.org,2002:', '!!')}` is not part of the spec language"
        self._say(event, "yaml-tag", what, "remove the tag; put a text in quotes where it looks like a number")

    def _say(self, event: Event, rule: str, what: str, fix: str, why: str = "") -> None:
        self.problems.append(Diagnostic(rule, what, why=why, fix=fix, location=Location(self.file, *_at(event))))

    def _stop(self, event: Event, rule: str, what: str, fix: str) -> NoReturn:
        self._say(event, rule, what, fix)
        self.stopped = True
        raise _Stop

    def refuse(self, diagnostic: Diagnostic) -> None:
        """Notes an error after which nothing more could be read."""
        self.problems.append(diagnostic)
        self.stopped = True
