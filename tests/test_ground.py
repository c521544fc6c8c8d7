"""The ground: layers hold, and what CI runs is what README says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_ci_runs_readme_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^```sh\n(python3 -m venv .*)\n```$", readme, re.MULTILINE)
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert len(commands) == 2
    assert [line for line in script if line.startswith("python3 -m venv")] == commands
    assert script[-1] == commands[-1]


def test_importing_the_contract_is_cheap() -> None:
    heavy = "{'pydantic', 'yaml', 'sqlglot', 'jinja2', 'doit', 'watchfiles', 'pluralizer'}"
    modules = "spec.specs, schema.tables, diagnostics, engines._engine, planning.plan, documents.view, pipeline.project"
    imports = "; ".join(f"import datamodel_pipeline.{module.strip()}" for module in modules.split(","))
    code = f"import sys; {imports}; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"
