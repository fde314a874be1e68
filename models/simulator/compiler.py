"""NEURON's compiler of mechanisms, nrnivmodl: found, run, and ended with whoever waits for it."""

import contextlib
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import EngineError
from ..interrupts import at_exit, held

# what every mechanism's source includes by way of NEURON, and half of the time that it takes to compile
STANDARD = (
    *(
        "algorithm",
        "any",
        "array",
        "cmath",
        "cstddef",
        "cstdint",
        "cstdio",
        "cstdlib",
        "exception",
        "functional",
    ),
    *(
        "initializer_list",
        "iterator",
        "limits",
        "map",
        "memory",
        "mutex",
        "new",
        "optional",
        "ostream",
        "set",
    ),
    *("sstream", "stdexcept", "string", "string_view", "tuple", "type_traits", "typeinfo", "unordered_map"),
    *("utility", "variant", "vector"),
)
FIRST = "first.hpp"


def _compiler() -> str | None:
    return shutil.which(os.environ.get("CXX", "").split(" ")[0] or "c++") or shutil.which("g++")


def find_tool(folder: Path) -> str:
    """The path of nrnivmodl; EngineError where it, a C++ compiler or make is missing."""
    compiler = _compiler()
    if compiler is None or shutil.which("make") is None:
        missing = "C++ compiler" if compiler is None else "make"
        raise EngineError(
            f"no {missing} found, which NEURON needs to compile {folder}: install one "
            "(Debian/Ubuntu: apt install g++ make; Fedora: dnf install gcc-c++ make; "
            "macOS: xcode-select --install)"
        )
    scripts = Path(sysconfig.get_path("scripts"))
    tool = shutil.which("nrnivmodl", path=str(scripts)) or shutil.which("nrnivmodl")
    if tool is None:
        raise EngineError(f"nrnivmodl not found beside {sys.executable}: reinstall the neuron package")
    return tool


def run_tool(tool: str, work: Path, folder: Path, sources: list[Path], begun: Callable[[int], None]) -> Path:
    """Run nrnivmodl, which compiles several files at a time; return the library that it made.

    begun: called with how many mechanisms' compilation has begun.
    """
    count = itertools.count(1)

    def hear(line: str) -> None:
        if re.search(r"Compiling\b.*\.cpp$", line) and not line.rstrip().endswith("mod_func.cpp"):
            begun(next(count))

    _precompile(work)
    said, status = _hear([tool, "-incflags", f"-include ../{FIRST}", *map(str, sources)], work, hear)
    built = next(iter(work.glob("*/libnrnmech.*")), None)
    if status or built is None:
        raise EngineError(f"compiling {folder} failed: {_compiler_words(said)}")
    return built


def _precompile(work: Path) -> None:
    """Compile the standard headers once for all mechanisms, unless that was done. A compiler that cannot use
    what comes of it reads them as text, as it would without."""
    headers = "".join(f"#include <{name}>\n" for name in STANDARD)
    if (work / f"{FIRST}.gch").exists() and (work / FIRST).read_text() == headers:
        return
    (work / FIRST).write_text(headers)
    like_neurons = ("-O2", "-std=c++17", "-fPIC")
    _hear(
        [str(_compiler()), *like_neurons, "-x", "c++-header", FIRST, "-o", f"{FIRST}.gch"],
        work,
        lambda _: None,
    )


def _hear(command: list[str], work: Path, hear: Callable[[str], None]) -> tuple[str, int]:
    """What a command says, and its status; what ends the wait for it ends all that it has started, too.

    hear: called with each line as it comes.
    """
    child = None

    def stop() -> None:
        if child is not None and child.returncode is None:
            with contextlib.suppress(OSError):
                os.killpg(child.pid, signal.SIGKILL)

    at_exit.append(stop)
    try:
        with _ending(stop):
            with held():  # until it is known what there is to stop
                child = subprocess.Popen(
                    command, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                    errors="replace", start_new_session=True,
                )  # fmt: skip
            assert child.stdout is not None
            lines = []
            with child.stdout as said:
                for line in said:
                    lines.append(line)
                    hear(line)
            return "".join(lines), child.wait()
    finally:
        stop()
        with contextlib.suppress(ValueError):  # called already, where the process is about to end
            at_exit.remove(stop)


@contextlib.contextmanager
def _ending(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` before SIGTERM ends a process that has no handler for it."""
    mine = threading.current_thread() is threading.main_thread()
    if not mine or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def end(number: int, _frame: object) -> None:
        stop()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _compiler_words(said: str) -> str:
    """The lines of the compilers' output that name the fault, file and line."""
    full = re.search(r"No space left on device", said)
    if full:
        return "no space left on the device; make room and run again"
    noise = ("NOTE", "make", "subprocess", "raise ")
    lines = [line.strip() for line in said.splitlines() if not line.startswith(noise)]
    telling = [line for line in lines if "error" in line.lower() and "CalledProcessError" not in line]
    return " ".join(telling[:3]) or said.strip()[-300:]
