"""Mutation runs: do the tests notice every small change in what is computed, written and shown?

    python tests/mutate.py [physics.theory show.output ...]

mutmut changes one operator, number, word or argument at a time, in a copy of the project in build/mutants/,
and runs those of the quick tests (pyproject.toml names them) that call the changed function. Ends with status
1 where more than a tenth of a file's changes are noticed by none.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "mutants"
COMMANDS = ("rest", "block", "compare", "excite", "glycoside", "inspect", "validate")
FILES = ("physics.theory", "physics.flux", *(f"show.{name}" for name in ("output", "tables", *COMMANDS)))
WANTED = 0.9
NOTICED = ("killed", "timeout", "segfault", "caught by type check")


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
    names = names or list(FILES)
    copy_project()
    progress = None if sys.stdout.isatty() else subprocess.DEVNULL
    status = mutmut("run", *(f"models.{name}.*" for name in names), stdout=progress).returncode
    if status:
        print("mutmut could not run the tests; see them: cd build/mutants/mutants; python -m pytest")
        return status
    said = mutmut("results", "--all", "true", stdout=subprocess.PIPE).stdout
    found = re.findall(rf"(models\.({'|'.join(names)})\.\S+): (.+)", said)
    worst = 1.0
    for name in names:
        counts = Counter(state.strip() for _, file, state in found if file == name)
        noticed = sum(counts[state] for state in NOTICED)
        share = noticed / max(counts.total(), 1)
        worst = min(worst, share)
        print(f"{name:<15}{noticed:>5} of {counts.total():>5} changes noticed ({100 * share:.1f} %)")
    for mutant, _, state in found:
        if state.strip() not in NOTICED:
            print(f"  {state.strip()}: {mutant}")
    print(f"to see one: cd {COPY.relative_to(ROOT)}; python -m mutmut show NAME")
    return int(worst < WANTED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
