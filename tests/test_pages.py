"""Every command, every Python example and every notebook of README and docs/ runs as it is written there.

Commands run in copies of one process that has loaded what they need; test_cli starts them as users do.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import warm

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NOTEBOOKS = sorted((ROOT / "docs" / "examples").glob("*.md"))


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), flags=re.M | re.S)


def everywhere(language: str) -> list:
    """All blocks of a language, each named by its page and its first line. A command that stands alone on
    several pages is run of the first."""
    found, seen = [], set()
    for page in PAGES:
        for block in blocks(page, language):
            lines = block.splitlines()
            if language == "sh" and all(line.startswith("python run.py") for line in lines):
                lines = [line for line in lines if line not in seen]
                seen.update(lines)
            if lines:
                found.append(pytest.param("\n".join(lines), id=f"{page.stem}: {lines[0]}"))
    return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what the commands need, so that they may write beside it; what is compiled comes with it."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copy(ROOT / "run.py", folder)
    for name in ("models", "mod"):
        shutil.copytree(ROOT / name, folder / name)
    (ROOT / "build").mkdir(exist_ok=True)
    (folder / "build").symlink_to(ROOT / "build")
    with warm.process(folder):
        yield folder


def shell(command: str, folder: Path) -> str:
    path = f"{folder / warm.PROGRAMS}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder, capture_output=True, text=True, check=False,
        env={"PATH": path, "HOME": str(folder), "MPLBACKEND": "agg"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_is_something_to_run():
    assert len(everywhere("sh")) >= 12 and len(everywhere("python")) >= 5 and len(NOTEBOOKS) >= 6


@pytest.mark.parametrize("command", [b for b in everywhere("sh") if "make " not in b.values[0]])
def test_commands(checkout, command):
    assert "written to results/" in shell(command, checkout)


@pytest.mark.parametrize("code", everywhere("python"))
def test_python(checkout, code):
    out = shell(f"python - <<'END'\n{code}\nEND", checkout)
    assert all(-120 < float(line) < 20 for line in out.split())


@pytest.mark.parametrize("page", NOTEBOOKS, ids=lambda page: page.stem)
def test_notebooks(checkout, page):
    cells = blocks(page, r"\{code-cell\}")
    assert len(cells) >= 2
    shell("python - <<'PAGE_ENDS'\n{}\nPAGE_ENDS".format("\n".join(cells)), checkout)


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    named = {
        target for page in PAGES for target in re.findall(r"`make (\w+)`|^make (\w+)", page.read_text(), re.M)
    }
    assert named
    for target in {"".join(names) for names in named}:
        assert f"\n{target}:" in makefile, target


def test_links_lead_somewhere():
    for page in PAGES:
        text = re.sub(r"`[^`\n]*`", "", page.read_text())
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", text):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
        for target in re.findall(r"\{doc\}`([^`]+)`", page.read_text()):
            made = target == "keys"  # by the build, from the schema
            assert made or (page.parent / f"{target}.md").exists(), f"{page.name}: {target}"


def test_the_table_is_what_make_run_prints(checkout):
    """The block of numbers of the README, line by line."""
    table = next(b for b in blocks(ROOT / "README.md", "text") if "rests at (mV)" in b)
    printed = shell("python run.py compare --out results/again", checkout)
    for line in table.strip().splitlines():
        assert line.rstrip() in printed, line


def test_readme_is_short():
    assert len(README.splitlines()) <= 150
