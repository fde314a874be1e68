"""How the code is laid out: arrows between rooms go one way, and nothing is too long to be read at once."""

import ast
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = {ast.Module: 300, ast.ClassDef: 200, ast.FunctionDef: 60, ast.AsyncFunctionDef: 60}  # lines


def test_arrows_go_one_way():
    """The contracts of pyproject.toml: rooms, no circles, who imports NEURON."""
    tool = Path(sys.executable).parent / "lint-imports"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [str(tool), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def too_long(path: Path) -> list[str]:
    """What of a file is longer than may be: the file itself, its functions and classes."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    found = []
    for node in ast.walk(tree):
        if type(node) in LONGEST:
            first, last = (1, text.count("\n")) if node is tree else (node.lineno, node.end_lineno)
            name = "" if node is tree else f": {node.name}"
            if last - first + 1 > LONGEST[type(node)]:
                found.append(f"{path.relative_to(ROOT)}{name} has {last - first + 1} lines")
    return found


def test_nothing_is_too_long():
    files = [path for room in ("models", "tests") for path in sorted((ROOT / room).rglob("*.py"))]
    assert [said for path in files for said in too_long(path)] == []
