"""Mutation runs: do the tests notice every small change in what is computed, written and reported?

    python tests/mutate.py [theory flux output report]

mutmut changes one operator, number, word or argument at a time, in a copy of the project in build/mutants/,
and runs those of the quick tests (pyproject.toml names them) that call the changed function. `report` is what
the commands print and write: their `run` hands options on, which the command line's tests see with NEURON; of
figures the tests compare what is drawn, not how thick a line is. Ends with status 1 where more than a tenth
of a part's changes are noticed by none.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "mutants"
COMMANDS = ("rest", "block", "compare", "excite", "glycoside", "inspect", "validate")
REPORTED = {"table", "tables", "files"}
WANTED = 0.9
NOTICED = ("killed", "timeout", "segfault", "caught by type check")


def reporting(module: str) -> list[str]:
    """The functions of a command's file that its tables and files call, patterns of their mutants."""
    tree = ast.parse((ROOT / "models" / "show" / f"{module}.py").read_text(encoding="utf-8"))
    called = {
        function.name: {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} - {"figure"}
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
    }
    found, reached = REPORTED & called.keys(), set()
    while found - reached:
        name = (found - reached).pop()
        reached.add(name)
        found |= called[name] & called.keys()
    return [f"models.show.{module}.x_{name}__mutmut_*" for name in sorted(reached)]


PARTS = {
    "theory": ["models.physics.theory.*"],
    "flux": ["models.physics.flux.*"],
    "output": ["models.show.output.*"],
    "report": ["models.show.tables.*", *(pattern for name in COMMANDS for pattern in reporting(name))],
}


def copy_project() -> None:
    """The project as it is now; what numba compiles is left as plain functions, which mutmut can change."""
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for name in ("models", "tests", "mod", "results/reference"):
        shutil.copytree(ROOT / name, COPY / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "run.py"):
        shutil.copy(ROOT / name, COPY)
    flux = COPY / "models" / "physics" / "flux.py"
    flux.write_text(re.sub(r"(?m)^@compiled\n", "", flux.read_text(encoding="utf-8")), encoding="utf-8")


def mutmut(*arguments: str, **options) -> subprocess.CompletedProcess:
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=COPY, env=environment, check=False, text=True, **options)


def main(names: list[str]) -> int:
    names = names or list(PARTS)
    copy_project()
    progress = None if sys.stdout.isatty() else subprocess.DEVNULL
    status = mutmut(
        "run", *(pattern for name in names for pattern in PARTS[name]), stdout=progress
    ).returncode
    if status:
        print("mutmut could not run the tests; see them: cd build/mutants/mutants; python -m pytest")
        return status
    said = mutmut("results", "--all", "true", stdout=subprocess.PIPE).stdout
    states = re.findall(r"(models\.\S+): (.+)", said)
    worst, unnoticed = 1.0, []
    for name in names:
        found = [(m, state.strip()) for m, state in states if any(fnmatch(m, p) for p in PARTS[name])]
        counts = Counter(state for _, state in found)
        noticed = sum(counts[state] for state in NOTICED)
        share = noticed / max(counts.total(), 1)
        worst = min(worst, share)
        unnoticed += [f"  {state}: {mutant}" for mutant, state in found if state not in NOTICED]
        print(f"{name:<8}{noticed:>5} of {counts.total():>5} changes noticed ({100 * share:.1f} %)")
    print("\n".join(unnoticed))
    print(f"to see one: cd {COPY.relative_to(ROOT)}; python -m mutmut show NAME")
    return int(worst < WANTED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
