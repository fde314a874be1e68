"""How the code is laid out: arrows between rooms go one way, and nothing is too long to be read at once."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_arrows_go_one_way():
    """The contracts of pyproject.toml: rooms, no circles, who imports NEURON."""
    tool = Path(sys.executable).parent / "lint-imports"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [str(tool), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
