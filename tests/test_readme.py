"""Every command and every Python example of the README runs as it is written there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.M | re.S)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what the commands need, so that they may write beside it; what is compiled is shared."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copy(ROOT / "run.py", folder)
    for name in ("models", "mod"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (ROOT / "build").mkdir(exist_ok=True)
    (folder / "build").symlink_to(ROOT / "build")
    return folder


def shell(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder, env={"PATH": path, "HOME": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_is_something_to_run():
    assert len(blocks("sh")) >= 5 and len(blocks("python")) >= 2


@pytest.mark.parametrize(
    "command", [b for b in blocks("sh") if "make " not in b], ids=lambda b: b.split("\n")[0]
)
def test_commands(checkout, command):
    assert "written to results/" in shell(command, checkout)


@pytest.mark.parametrize("code", blocks("python"), ids=["neuron", "shock", "sections", "hh"])
def test_python(checkout, code):
    out = shell(f"python - <<'END'\n{code}\nEND", checkout)
    assert all(-120 < float(line) < 20 for line in out.split())


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake (\w+)", README):
        if target not in ("are", "has"):
            assert f"\n{target}:" in makefile, target


def test_the_table_is_what_make_run_prints(checkout):
    """The block of numbers under the two commands, line by line."""
    table = next(b for b in blocks("text") if "rests at (mV)" in b)
    printed = shell("python run.py compare --out results/again", checkout)
    for line in table.strip().splitlines():
        assert line.rstrip() in printed, line
