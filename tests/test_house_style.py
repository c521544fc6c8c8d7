"""The house style of CONTRIBUTING.md, as far as a machine can tell; what ruff and mypy demand is not repeated."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import datamodel_pipeline
from datamodel_pipeline.commands.main import verbs

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "datamodel_pipeline"
FILE_LINES = 500
FUNCTION_LINES = 60
FORBIDDEN_WORDS = re.compile(
    r"process(es|ed|ing|or)?|handl(e|es|ed|ing|er|ers)|manag(e|es|ed|ing|er|ers)|execut(e|es|ed|ing|or)"
    r"|utils?|utilities|helpers?|legacy"
)
FOREIGN_NAMES = {
    "execute": "a cursor's method, PEP 249",
    "execute_task": "what doit calls in a reporter",
    "handler": "what pydantic calls the rest of a validation",
}
"""Names that somebody else's interface prescribes."""
LAZY_FOLDERS = ("pipeline", "commands")
"""Where an import may stand inside a function, because the start-up time of a build that does nothing depends on it."""
FILE_FOLDERS = ("pipeline", "commands", "bench")
"""Where files may be read and written; everything else is a function of its arguments."""
BROAD_EXCEPT: dict[str, str] = {}
"""Files that may catch everything, each with its reason."""
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w.>}-])/(home|Users|root|work|tmp)/")
TEXT = {".py", ".md", ".yaml", ".toml", ".j2", ".sql", ".json"}
TEXT_FOLDERS = ("datamodel_pipeline", "tests", "specs", "templates", "outputs", ".ci")

MODULES = sorted(PACKAGE.rglob("*.py"))
OWN_PYTHON = [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _public(node: ast.AST) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]]:
    """Public classes, functions and methods, with their dotted names; nothing inside functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield child.name, child
            if isinstance(child, ast.ClassDef):
                yield from ((f"{child.name}.{name}", inner) for name, inner in _public(child))


def _defined(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a module gives to something of its own, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def _texts() -> Iterator[tuple[str, str]]:
    """The name and text of every file that is written for readers or machines in this repository."""
    tops = [path for path in ROOT.iterdir() if path.is_file() and (path.suffix in TEXT or path.name == "LICENSE")]
    below = [path for folder in TEXT_FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in sorted({*tops, *below}):
        if path.suffix in TEXT or path.parent.name == ".ci":
            yield _name(path), path.read_text("utf-8")


def _section(document: str, heading: str) -> str:
    text = (ROOT / document).read_text("utf-8")
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def _fenced(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# -- sizes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OWN_PYTHON, ids=_name)
def test_files_and_functions_stay_small(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")
    assert lines <= FILE_LINES, f"{lines} lines; split it by concept"
    long = {
        f"{function.name}:{function.lineno}": length
        for function in _functions(_tree(path))
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


# -- what is said ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_every_module_and_everything_public_has_a_docstring(path: Path) -> None:
    tree = _tree(path)
    assert ast.get_docstring(tree), "say what comes in, what goes out, and what the module refuses to know"
    assert [name for name, node in _public(tree) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_names_say_what_a_thing_is(path: Path) -> None:
    inside = path.relative_to(PACKAGE).as_posix()
    names = [*_defined(_tree(path)), *((0, part) for part in inside.removesuffix(".py").split("/"))]
    vague = {
        f"{name}:{line}"
        for line, name in names
        if name not in FOREIGN_NAMES and any(FORBIDDEN_WORDS.fullmatch(word) for word in _words(name))
    }
    assert vague == set()


def test_nothing_is_left_unfinished_and_no_path_of_a_machine_is_written_down() -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in _texts()
        for pattern in (UNFINISHED, MACHINE_PATH)
        for match in pattern.finditer(text)
    ]
    assert found == []


# -- what is done ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_stand_at_the_top(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] in LAZY_FOLDERS:
        return
    hidden = [
        f"{function.name}:{node.lineno}"
        for function in _functions(_tree(path))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_files_are_touched_only_where_it_is_allowed() -> None:
    """By the names with which files are read and written; `importlib.resources` reads the package's own."""
    touching = {
        _name(path)
        for path in MODULES
        if path.relative_to(PACKAGE).parts[0] not in FILE_FOLDERS
        for node in ast.walk(_tree(path))
        if (isinstance(node, ast.Name) and node.id == "open")
        or (isinstance(node, ast.alias) and node.name.split(".")[0] in {"os", "pathlib", "shutil", "socket", "Path"})
    }
    assert touching == set()


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}) for kind in caught
    )
    last = handler.body[-1]
    return broad and not (isinstance(last, ast.Raise) and last.exc is None)


@pytest.mark.parametrize("path", OWN_PYTHON, ids=_name)
def test_nothing_catches_everything(path: Path) -> None:
    """Cleaning up and raising again is fine: it catches nothing."""
    caught = [n.lineno for n in ast.walk(_tree(path)) if isinstance(n, ast.ExceptHandler) and _catches_everything(n)]
    assert caught == [] or BROAD_EXCEPT.get(_name(path))


def test_every_exemption_is_still_needed() -> None:
    for path in BROAD_EXCEPT:
        handlers = (node for node in ast.walk(_tree(ROOT / path)) if isinstance(node, ast.ExceptHandler))
        assert any(map(_catches_everything, handlers)), f"{path} catches nothing broad any more"
    names = {name for path in MODULES for _, name in _defined(_tree(path))}
    assert set(FOREIGN_NAMES) <= names


# -- what the repository promises --------------------------------------------------------------------------------------


def _project() -> dict[str, object]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert isinstance(project, dict)
    return project


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions[0] == datamodel_pipeline.__version__


def test_every_runtime_dependency_has_its_reason() -> None:
    dependencies = _project()["dependencies"]
    assert isinstance(dependencies, list)
    names = {re.match(r"[\w-]+", dependency).group() for dependency in dependencies}  # type: ignore[union-attr]  # always matches
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    reasons = dict(re.findall(r"^\| `([\w-]+)` \| (.{20,}) \|$", contributing, re.MULTILINE))
    assert set(reasons) == names


def test_the_first_screen_of_the_readme_has_two_commands_and_ci_runs_both() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    screen = text.split("\n## ", 1)[0]
    commands = re.findall(r"^```sh\n(.*?)^```$", screen, re.MULTILINE | re.DOTALL)
    assert len(commands) == 2
    main_job, tests = (command.strip() for command in commands)
    assert "\n" not in main_job + tests, "each is one line that can be pasted"
    assert main_job.endswith("/doit")
    assert "pytest" in tests
    ci = [line.strip() for line in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()]
    assert main_job in ci
    assert tests in ci


def test_the_readme_lists_every_verb() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| `datamodel (\w+)", text, re.MULTILINE)) == list(verbs())


def test_tests_named_as_proof_exist() -> None:
    named = re.findall(r"`(tests/[\w*./]+)`", _section("ARCHITECTURE.md", "Invariants"))
    assert [pattern for pattern in named if not any(ROOT.glob(pattern.rstrip("/")))] == []


def test_the_layers_explained_are_the_layers_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    checked = [layer.replace("datamodel_pipeline.", "") for layer in contracts[0]["layers"]]
    explained = re.findall(r"^((?:\w+(?: \| )?)+)  +\S.*$", _section("ARCHITECTURE.md", "Layers"), re.MULTILINE)
    assert explained == checked


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "templates/README.md"])
def test_links_in_documents_lead_somewhere(document: str) -> None:
    text = re.sub(r"^```.*?^```$", "", (ROOT / document).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = {target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target}
    missing = sorted(target for target in targets if target and not ((ROOT / document).parent / target).exists())
    assert missing == []


def test_specs_and_sql_in_the_readme_are_the_committed_ones() -> None:
    specs = {path.read_text("utf-8") for path in (ROOT / "specs").rglob("*.yaml")}
    shown = [block for block in _fenced("README.md", "yaml") if "datamodel: 1" in block]
    assert shown
    assert [block for block in shown if block not in specs] == []
    sql = [path.read_text("utf-8") for path in (ROOT / "outputs").rglob("*.sql")]
    assert [block for block in _fenced("README.md", "sql") if not any(block in text for text in sql)] == []


def test_every_committed_spec_names_the_schema_that_editors_check_it_with() -> None:
    for path in sorted((ROOT / "specs").glob("*/**/*.yaml")):
        kind = "model" if path.name == "model.yaml" else "entity"
        first = path.read_text("utf-8").splitlines()[0]
        match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert match, f"{_name(path)} has no modeline"
        assert (path.parent / match[1]).resolve() == ROOT / "specs" / ".schema" / f"{kind}.json"
