"""Small projects on disk for the tests of the build."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import IO, NoReturn

from doit import cmd_run
from doit.doit_cmd import DoitMain

from datamodel_pipeline.pipeline.graph import Outcome
from datamodel_pipeline.pipeline.project import Project

MODEL = """\
datamodel: 1
id: 1
slug: shop
title: Shop
decisions:
  engines: [postgresql 16, sqlite]
"""
CUSTOMER = """\
datamodel: 1
entity: Customer
description: Somebody who buys.
attributes:
  name: string(100)
  email: {type: string(255), unique: true, personal: true}
"""
ORDER = """\
datamodel: 1
entity: Order
description: What a customer wants to have.
attributes:
  total: decimal(12,2)
  note: text?
relationships:
  customer: {belongs_to: Customer}
checks:
  total_is_positive: "total >= 0"
"""
PRODUCT = """\
datamodel: 1
entity: Product
description: Something for sale.
attributes:
  sku: {type: string(40), unique: true}
"""
PYPROJECT = '[tool.doit]\nloader = "datamodel"\nreporter = "datamodel"\n'
OUTPUTS = "outputs/backend/data-model"


def shop(root: Path) -> Path:
    """A project with one model of three entities."""
    write(root, "pyproject.toml", PYPROJECT)
    write(root, "specs/shop/model.yaml", MODEL)
    write(root, "specs/shop/entities/customer.yaml", CUSTOMER)
    write(root, "specs/shop/entities/order.yaml", ORDER)
    write(root, "specs/shop/entities/product.yaml", PRODUCT)
    return root


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def build(root: Path) -> Outcome:
    """One build as a new process would do it."""
    project = Project(root)
    try:
        return project.up_to_date()
    finally:
        project.close()


def doit(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs doit in a project."""
    command = [sys.executable, "-m", "doit", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def quick_doit(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same in a fork of this process, which has imported everything already: ten times as fast, and as separate."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            _as_doit(root, arguments, out.fileno(), err.fileno())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = [_text(file) for file in (out, err)]
    return subprocess.CompletedProcess(["doit", *arguments], code, *said)


def _as_doit(root: Path, arguments: tuple[str, ...], out: int, err: int) -> NoReturn:
    """In the fork: becomes doit, and ends as it does, with nothing left of the tests but imported modules."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", errors="backslashreplace") for number in (1, 2))  # noqa: SIM115, PTH123
    cmd_run.opt_outfile["default"] = sys.stdout  # which it took when it was imported
    os.chdir(root)
    sys.argv = ["doit", *arguments]
    code = 1
    try:
        code = DoitMain().run(list(arguments))
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(code or 0))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8")


def outputs(root: Path) -> dict[str, bytes]:
    """Every file below the output folder."""
    top = root / "outputs"
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(top.rglob("*")) if p.is_file()}


def clean_build(root: Path, scratch: Path) -> dict[str, bytes]:
    """What a build of the same inputs writes where nothing was built before."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for name in ("specs", "templates", "pyproject.toml"):
        source = root / name
        if source.is_dir():
            shutil.copytree(source, scratch / name)
        elif source.exists():
            shutil.copy(source, scratch / name)
    build(scratch)
    return outputs(scratch)
