"""The package as a user gets it: built, installed into an empty environment, run from another folder."""

import ast
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

import models
from models import installation
from models.installation import MECHANISMS
from models.simulator import library

ROOT = Path(__file__).resolve().parent.parent
SWC = "1 1 0 0 0 8 -1\n2 3 8 0 0 1 1\n3 3 90 10 0 0.8 2\n4 3 170 60 0 0.5 3\n"
MOD = """NEURON { THREADSAFE SUFFIX kown USEION k READ ek WRITE ik RANGE g }
PARAMETER { g = 1e-5 (S/cm2) }
ASSIGNED { v (millivolt) ek (millivolt) ik (milliamp/cm2) }
BREAKPOINT { ik = g*(v - ek) }
"""
TOML = """base = "neuron"
name = "mine"
[morphology]
shape = "mine.swc"
[[channel]]
mechanism = "kown"
set.g = "10 uS/cm2"
"""
pytestmark = pytest.mark.timeout(600)


def run(*command, **options) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The source distribution of a copy of this checkout, and the wheel that is made from it."""
    folder = tmp_path_factory.mktemp("built")
    made = (".*cache*", ".hypothesis", ".git", ".venv", "build", "results", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, folder / "copy", ignore=shutil.ignore_patterns(*made))
    shutil.copytree(ROOT / "results" / "reference", folder / "copy" / "results" / "reference")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", folder / "copy")
    [source], [wheel] = (folder / "dist").glob("*.tar.gz"), (folder / "dist").glob("*.whl")
    return source, wheel


def installed(package: Path, folder: Path) -> Path:
    """Install a package, and nothing else, into a new environment; its folder of programs.

    No network: what the package needs is seen where the tests have it.
    """
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    seen = run(folder / "bin" / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    Path(seen.strip(), "tests.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet"]
    alone = ("--no-index", "--no-deps", "--no-build-isolation", "--ignore-installed")
    run(*pip, *alone, "--disable-pip-version-check", package)
    return folder / "bin"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def user(tmp_path_factory):
    """A function that runs a program as a user would, in a folder with the user's files; and that folder.

    What has been compiled from the text of mod/ is not compiled again: it lies in the user's cache.
    """
    home = tmp_path_factory.mktemp("home")
    work, cache = home / "my cells", home / ".cache" / "pumpleak"
    (work / "channels").mkdir(parents=True)
    cache.mkdir(parents=True)
    sources = [path for path in sorted(MECHANISMS.glob("*.mod")) if path.stem not in library.CARRIERS]
    compiled = library.compiled_library(MECHANISMS, sources)
    for path in (compiled, compiled.with_suffix(".sha256")):
        shutil.copy(path, cache)
    (work / "mine.swc").write_text(SWC)
    (work / "mine.toml").write_text(TOML)
    (work / "channels" / "kown.mod").write_text(MOD)
    tools = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"  # with nrnivmodl
    environment = {"HOME": str(home), "PATH": tools, "OMP_NUM_THREADS": "1"}

    def call(*command, **more):
        return run(*command, cwd=work, env=environment | more)

    return call, work


def test_the_wheel_holds_every_file_of_the_package(built):
    names = set(zipfile.ZipFile(built[1]).namelist())
    wanted = {f"pumpleak/{name}" for name in files(ROOT / "models") if "__pycache__" not in name}
    wanted |= {f"pumpleak/mod/{path.name}" for path in (ROOT / "mod").glob("*.*")}
    assert {name for name in names if ".dist-info/" not in name} == wanted


def test_the_source_distribution_holds_what_tests_and_pages_need(built):
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("models", "mod", "tests", "docs", "results/reference"):
        for name in files(ROOT / folder):
            if not re.search(r"__pycache__|x86_64|/_build/|jupyter_execute", name):
                assert f"{folder}/{name}" in names
    assert {"run.py", "Makefile", "LICENSE", "CITATION.cff", "CONTRIBUTING.md", ".ci/run"} <= names


@pytest.mark.slow
def test_installed_from_the_wheel_on_a_users_own_files(built, user, tmp_path):
    program, (call, work) = installed(built[1], tmp_path / "env"), user
    before = files(tmp_path / "env")
    own = ("--cell", "mine.toml", "--mod", "channels")
    assert "mine rests at" in call(program / "pumpleak", "rest", *own)
    assert "written to results/block/" in call(program / "pumpleak", "block", *own, "--hours", "0.1")
    assert "written to results/compare/" in call(
        program / "pumpleak", "compare", "--cells", "mine.toml", "--mod", "channels", "--hours", "0.1"
    )
    summary = json.loads((work / "results" / "rest" / "summary.json").read_text())
    assert summary["v_rest_mV"] == pytest.approx(-70, abs=1e-6)
    assert summary["provenance"]["command"] == f"pumpleak rest {' '.join(own)}"
    assert json.loads((work / "results" / "block" / "summary.json").read_text())["v_end_mV"] > -70
    cache = work.parent / ".cache" / "pumpleak"
    assert len(list(cache.glob("*.so"))) == 2, "the user's mechanism, compiled, beside the shipped ones"
    assert list(cache.glob("numba/*/*.nbc"))
    assert files(tmp_path / "env") == before, "nothing is written where the package lies"


@pytest.mark.slow
def test_installed_from_the_source_distribution(built, user, tmp_path):
    program, (call, _) = installed(built[0], tmp_path / "env"), user
    assert call(program / "pumpleak", "--version") == f"pumpleak {models.__version__}\n"
    assert call(program / "python", "-m", "pumpleak", "--version") == f"pumpleak {models.__version__}\n"
    code = (
        "from pumpleak import Neuron, rest\n"
        "print(rest(Neuron('mine.toml', mechanisms='channels')).summary['v_rest_mV'])"
    )
    assert float(call(program / "python", "-c", code, NUMBA_DISABLE_JIT="1")) == pytest.approx(-70, abs=1e-6)


@pytest.mark.parametrize(
    ("started", "said"),
    [("a/run.py", "python run.py"), ("bin/pumpleak", "pumpleak"), ("a/__main__.py", "pumpleak")],
)
def test_messages_name_the_program_as_it_was_started(monkeypatch, started, said):
    monkeypatch.setattr(sys, "argv", [started])
    assert installation.program() == said


def test_the_public_names_are_loaded_when_asked_for():
    """Until then NEURON is not, so that the command line can say what is missing and hears Ctrl-C."""
    code = (
        "import sys, models\n"
        "assert not {'neuron', 'numpy'} & set(sys.modules)\n"
        "assert set(models.__all__) <= set(dir(models)) and callable(models.rest) and 'neuron' in sys.modules"
    )
    run(sys.executable, "-c", code, cwd=ROOT)


def required(name: str) -> set[str]:
    """The packages that a file of requirements lists."""
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {re.match(r"[\w-]+", line)[0].lower() for line in lines if not line.startswith("#")}


def imported(paths) -> set[str]:
    """The packages that files of the package import."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
    names = importlib.metadata.packages_distributions()
    return {names[name][0].lower() for name in found - sys.stdlib_module_names}


def test_what_is_imported_is_required():
    """requirements/run.txt lists the packages that the code imports, and no other; what the page alone needs
    is in explore.txt, and no other room knows of it."""
    page = {*(ROOT / "models" / "explore").rglob("*.py")}
    found, of_page = imported({*(ROOT / "models").rglob("*.py")} - page), imported(page)
    by_name = {"h5netcdf", "h5py"}  # which xarray is asked for by name
    brought = {"pydantic_core"}  # by pydantic, of which it is a part
    assert found - brought | by_name == required("run.txt") | by_name
    assert of_page - required("run.txt") == required("explore.txt")
