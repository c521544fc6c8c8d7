"""`datamodel <verb>`: finds the verb's module, reads its arguments, and turns its answer into an exit code.

In: a command line. Out: 0 fine, 1 findings or drift, 2 bad input or usage. Data go to standard output, talk to standard
error. A verb's module is imported only when the verb is called, and imports what is heavy only when it runs, so that
`--version`, `--help` and a wrong word answer at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from datamodel_pipeline import __version__, discovery

PACKAGE = "datamodel_pipeline.commands"
FINE, FINDINGS, BAD_USAGE = 0, 1, 2
INTERRUPTED = 130
"""What shells expect of a command that Ctrl-C ended: 128 + SIGINT."""
READER_GONE = 141
"""What shells expect of a command whose reader went away (`… | head`): 128 + SIGPIPE."""
_ABOUT = """\
A data model in YAML becomes SQL and a document. `doit` builds it; these verbs are for working on it."""


def verbs() -> tuple[str, ...]:
    """The names of all verbs, sorted."""
    own = __name__.rpartition(".")[2]
    return tuple(name for name in discovery.names(PACKAGE) if name != own)


def parser(verb: str) -> argparse.ArgumentParser:
    """The parser of one verb's arguments. `verb` must exist."""
    return _parser(verb, discovery.load(PACKAGE, verb))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line (that of this program by default) and returns its exit code."""
    try:
        code = _answer(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _answer(words: list[str]) -> int:
    match words:
        case ["--version" | "-V", *_]:
            print(f"datamodel {__version__}")
            return FINE
        case ["--help" | "-h"] | ["help"]:
            print(_overview(), end="")
            return FINE
        case ["help", verb, *_]:
            return _answer([verb, "--help"])
        case []:
            print(_overview(), end="", file=sys.stderr)
            return BAD_USAGE
        case [verb, *rest] if verb in verbs():
            return _run(verb, rest)
        case [word, *_]:
            return _unknown(word)
    raise AssertionError(words)


def _run(verb: str, rest: list[str]) -> int:
    module = discovery.load(PACKAGE, verb)
    try:
        arguments = _parser(verb, module).parse_args(rest)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else BAD_USAGE
    code: int = module.run(arguments)
    return code


def _parser(verb: str, module: ModuleType) -> argparse.ArgumentParser:
    """Every verb's module has SUMMARY (one line), DESCRIPTION, EXAMPLE (lines to paste), add_arguments and run."""
    found = argparse.ArgumentParser(
        prog=f"datamodel {verb}",
        description=f"{module.SUMMARY}\n\n{module.DESCRIPTION}".strip(),
        epilog="example:\n" + "\n".join(f"  {line}" for line in module.EXAMPLE.splitlines()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(found)
    return found


def _overview() -> str:
    width = max(map(len, verbs()))
    lines = [f"  {verb:{width}}  {discovery.load(PACKAGE, verb).SUMMARY}" for verb in verbs()]
    return "\n".join(
        [
            "usage: datamodel VERB [ARGUMENTS]",
            "",
            _ABOUT,
            "",
            "verbs:",
            *lines,
            "",
            "  datamodel VERB --help   says more about a verb",
            "  datamodel --version     prints the version",
            "",
            "example:",
            "  datamodel check",
            "",
        ]
    )


def _unknown(word: str) -> int:
    from datamodel_pipeline.spec.suggest import did_you_mean

    kind = "option" if word.startswith("-") else "verb"
    known = [*verbs(), *(("--help", "--version") if kind == "option" else ())]
    print(f"datamodel: there is no {kind} {word!r}: {did_you_mean(word, known)}", file=sys.stderr)
    print("`datamodel --help` lists the verbs", file=sys.stderr)
    return BAD_USAGE
