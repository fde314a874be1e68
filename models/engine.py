"""The one place that touches NEURON itself: import it, build and load mod/ once, reset its global state.

NEURON is one global state in a process: one clock, one temperature, one integrator for all sections
that exist. `reset` puts that state where a run expects it.
"""

import fcntl
import gc
import hashlib
import importlib.metadata
import io
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np

from .errors import EngineError

# the importer of Neurolucida files nests hoc calls as deeply as the tree branches
os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui -NFRAME 10000 -NSTACK 100000")
try:
    from neuron import h
except ImportError as error:  # pragma: no cover - needs a machine without NEURON
    raise EngineError(
        f"NEURON cannot be imported ({error}): install it with 'pip install neuron' into {sys.prefix}"
    ) from error

# the mechanisms of mod/ that every cell may need; a user's own files may lie beside them
OWN = (
    *("pl_ions", "pl_calcium", "pl_space"),
    *("pl_nakpump", "pl_nakpumpsigmoid", "pl_nakpumpcubic", "pl_nakpumpvoltage"),
    *("pl_nakalpha1", "pl_nakalpha2", "pl_nakalpha3"),
    *("pl_naleak", "pl_kleak", "pl_clleak", "pl_caleak"),
    *("pl_naohmic", "pl_kohmic", "pl_clohmic"),
    "pl_carrier",
)
ROOT = Path(__file__).resolve().parent.parent
MOD = ROOT / "mod"
BUILD = ROOT / "build"


def neuron_version() -> str:
    return importlib.metadata.version("neuron")


def mod_hash() -> str:
    """Hash of every file in mod/, for the provenance of results."""
    digest = hashlib.sha256()
    for path in sorted(MOD.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def mechanism_names() -> set[str]:
    """Names of all density mechanisms and point processes that NEURON knows in this process."""
    name, names = h.ref(""), set()
    for types in (h.MechanismType(0), h.MechanismType(1)):
        for index in range(int(types.count())):
            types.select(index)
            types.selected(name)
            names.add(name[0])
    return names


def plain_source(mechanism: str) -> str:
    """NMODL text of a mechanism, as NEURON keeps it in the compiled library, without comments."""
    for types in (h.MechanismType(0), h.MechanismType(1)):
        types.select(mechanism)
        name = h.ref("")
        types.selected(name)
        if name[0] == mechanism:
            text = re.sub(r"(?s)\bCOMMENT\b.*?\bENDCOMMENT\b", "", types.code() or "")
            return re.sub(r"[:?].*", "", text)
    return ""


def mechanism_variables(name: str, kind: int) -> list[str]:
    """Names of a mechanism's variables; kind 1 parameters, 2 assigned, 3 states."""
    standard, ref, names = h.MechanismStandard(name, kind), h.ref(""), []
    for index in range(int(standard.count())):
        standard.name(ref, index)
        names.append(ref[0])
    return names


def ion_access(mechanism: str) -> dict[str, tuple[list[str], list[str]]]:
    """What a mechanism reads and writes of each ion, from its NMODL source: ion -> (reads, writes)."""
    names = r"\w+(?:\s*,\s*\w+)*"
    found = {}
    for ion, rest in re.findall(
        rf"\bUSEION\s+(\w+)((?:\s+(?:READ|WRITE)\s+{names})*)", plain_source(mechanism)
    ):
        parts = {word: re.search(rf"\b{word}\s+({names})", rest) for word in ("READ", "WRITE")}
        reads, writes = (re.findall(r"\w+", m[1]) if m else [] for m in parts.values())
        found[ion] = ([w for w in reads if w != "WRITE"], writes)
    return found


def nonspecific_currents(mechanism: str) -> list[str]:
    """Names of the currents that a mechanism declares NONSPECIFIC_CURRENT."""
    found = re.findall(r"\bNONSPECIFIC_CURRENT\s+(\w+(?:\s*,\s*\w+)*)", plain_source(mechanism))
    return [name for names in found for name in re.findall(r"\w+", names)]


def _stamp() -> str:
    """What the compiled library was made with: NEURON, Python, machine and the list of sources."""
    names = ",".join(sorted(p.name for p in MOD.iterdir()))
    return f"{neuron_version()} {sys.version_info[:2]} {platform.machine()} {names}"


def _library() -> Path:
    return BUILD / platform.machine() / "libnrnmech.so"


def _fresh(library: Path) -> bool:
    stamp = library.with_suffix(".stamp")
    if not library.exists() or not stamp.exists() or stamp.read_text() != _stamp():
        return False
    return library.stat().st_mtime > max(p.stat().st_mtime for p in MOD.iterdir())


def compile_mechanisms() -> Path:
    """Compile mod/ into build/ unless that was done since the last change; return the library.

    Safe when several processes start at once. Raises EngineError with what to install where no
    compiler is found, and with the compiler's own last words where it fails.
    """
    library = _library()
    if _fresh(library):
        return library
    try:
        BUILD.mkdir(exist_ok=True)
        with (BUILD / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _fresh(library):  # another process may have been faster
                _compile_into(library)
    except OSError as error:
        raise EngineError(f"cannot write the compiled mechanisms to {BUILD}: {error.strerror}") from error
    return library


def _compile_into(library: Path) -> None:
    compiler = shutil.which(os.environ.get("CXX", "").split(" ")[0] or "c++") or shutil.which("g++")
    if compiler is None or shutil.which("make") is None:
        missing = "C++ compiler" if compiler is None else "make"
        raise EngineError(
            f"no {missing} found, which NEURON needs to compile {MOD}: install one "
            "(Debian/Ubuntu: apt install g++ make; Fedora: dnf install gcc-c++ make; "
            "macOS: xcode-select --install)"
        )
    scripts = Path(sysconfig.get_path("scripts"))
    tool = shutil.which("nrnivmodl", path=str(scripts)) or shutil.which("nrnivmodl")
    if tool is None:
        raise EngineError(f"nrnivmodl not found beside {sys.executable}: reinstall the neuron package")
    if sys.stderr.isatty():
        print(f"compiling the mechanisms of {MOD.name}/ (once) ...", file=sys.stderr)
    work = BUILD / f"work-{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        run = subprocess.run([tool, str(MOD)], cwd=work, capture_output=True, text=True, check=False)
        built = next(iter(work.glob("*/libnrnmech.*")), None)
        if run.returncode or built is None:
            raise EngineError(f"compiling {MOD} failed: {_compiler_words(run.stdout + run.stderr)}")
        library.parent.mkdir(parents=True, exist_ok=True)
        stamp = library.with_suffix(".stamp")
        stamp.unlink(missing_ok=True)
        os.replace(built, library)
        stamp.write_text(_stamp())
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _compiler_words(said: str) -> str:
    """The lines of the compilers' output that name the fault, file and line."""
    noise = ("NOTE", "make", "subprocess", "raise ")
    lines = [line.strip() for line in said.splitlines() if not line.startswith(noise)]
    telling = [line for line in lines if "error" in line.lower() and "CalledProcessError" not in line]
    return " ".join(telling[:3]) or said.strip()[-300:]


def _check_names() -> None:
    """EngineError where two files define the same mechanism: NEURON would end the process on loading it."""
    defined: dict[str, str] = {}
    for path in sorted(MOD.glob("*.mod")):
        for name in re.findall(r"^\s*(?:SUFFIX|POINT_PROCESS)\s+(\w+)", path.read_text(), re.M):
            if name in defined:
                raise EngineError(f"{defined[name]} and {path.name} in {MOD} both define {name}; rename one")
            defined[name] = path.name


def load_mechanisms() -> None:
    """Make the mechanisms of mod/ known to NEURON, once in a process.

    A library that NEURON has already loaded by itself (an x86_64/ folder of the current directory with
    the same mechanisms) is taken as it is: a second load would end the process.
    """
    wanted = set(OWN)
    present = wanted & mechanism_names()
    if present == wanted:
        return
    if present:
        raise EngineError(
            f"NEURON has already loaded {', '.join(sorted(present))} but not "
            f"{', '.join(sorted(wanted - present))}: remove the old x86_64/ folder in {Path.cwd()}"
        )
    _check_names()
    h.nrn_load_dll(str(compile_mechanisms()))
    missing = wanted - mechanism_names()
    if missing:
        raise EngineError(f"the compiled library lacks {', '.join(sorted(missing))}: remove {BUILD}")


# what belonged to cells that nobody holds any more; NEURON would crash if it vanished in the middle of a run
_forgotten: list = []


def forget(things: list, callbacks: list, resistivity: list) -> None:
    """Let go of a cell's sections and callbacks at the next `reset`, when no run is under way."""
    _forgotten.append((things, callbacks, resistivity))


def let_go(callbacks: list, resistivity: list) -> None:
    """Take a cell's callbacks from NEURON and give its sections their own Ra back; empties both lists."""
    for callback in callbacks:
        h.CVode().extra_scatter_gather_remove(callback)
    for sec, ra in resistivity:
        sec.Ra = ra
    callbacks.clear()
    resistivity.clear()


def release() -> None:
    """Let what was forgotten go. Never in the middle of a run."""
    while _forgotten:
        _, callbacks, resistivity = _forgotten.pop()
        let_go(callbacks, resistivity)


_interrupts: list = []  # Ctrl-C pressed while NEURON was not to be disturbed


@contextmanager
def undisturbed():
    """No garbage collection and no Ctrl-C in the middle of NEURON's work meanwhile.

    A collection may delete somebody's sections, and NEURON crashes in mid-run; a KeyboardInterrupt in a
    callback would be its own error. `heed_interrupts` raises what has been pressed.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    ours = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, lambda *_: _interrupts.append(True)) if ours else None
    try:
        yield
        heed_interrupts()
    finally:
        _interrupts.clear()
        if before is not None:
            signal.signal(signal.SIGINT, before)
        if was_enabled:
            gc.enable()


def heed_interrupts() -> None:
    """KeyboardInterrupt if Ctrl-C has been pressed since the last time."""
    if _interrupts:
        _interrupts.clear()
        raise KeyboardInterrupt


def reset(celsius: float, tolerance: float = 1e-6) -> "h.CVode":
    """Put NEURON's global state where every run starts; return the variable-step integrator, active.

    celsius defaults to 6.3 in NEURON and h.dt keeps the last variable step: both are set here.
    """
    release()
    h.celsius = celsius
    h.t = 0
    h.dt = 0.025
    integrator = h.CVode()
    integrator.use_local_dt(0)
    integrator.active(1)
    if any(h.ismembrane("extracellular", sec=sec) for sec in h.allsec()):
        raise EngineError(
            "a section has the mechanism extracellular, with which NEURON cannot give its equations as a "
            "function; delete that section"
        )
    integrator.use_daspk(0)  # which an extracellular that is gone may have switched on
    integrator.atol(tolerance)
    integrator.rtol(tolerance)
    return integrator


def initialise() -> None:
    """NEURON's finitialize at the voltages that its segments have; EngineError with its words where it
    refuses."""
    try:
        h.finitialize()
    except RuntimeError as error:
        raise EngineError(
            f"NEURON cannot be initialised ({str(error).split('hoc_execerror: ')[-1]}); is there a section "
            "beside this cell's with a mechanism that variable time steps do not allow?"
        ) from None


class SegmentVariable:
    """One variable of many segments as an array: `get()` and `set(values)`, in the segments' order.

    segments: NEURON segments that all own the variable. name: as after `_ref_`, e.g. "v", "nai",
    "p_pl_kleak"; a list of names makes an array (names, segments). The references stay valid when NEURON
    reorders its memory.
    """

    def __init__(self, segments, name: str | list[str]):
        names = [name] if isinstance(name, str) else name
        shape = (len(segments),) if isinstance(name, str) else (len(names), len(segments))
        size = len(names) * len(segments)
        self._pointers, self._vector = h.PtrVector(size), h.Vector(size)
        references = (getattr(segment, f"_ref_{one}") for one in names for segment in segments)
        for index, reference in enumerate(references):
            self._pointers.pset(index, reference)
        self._values = self._vector.as_numpy().reshape(shape)

    def get(self) -> np.ndarray:
        """The values now, in a buffer that the next call overwrites."""
        self._pointers.gather(self._vector)
        return self._values

    def set(self, values) -> None:
        self._values[:] = values
        self._pointers.scatter(self._vector)


@contextmanager
def quiet_neuron():
    """Swallow what NEURON prints, to the process's own streams or to Python's; yield a list for its text."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    captured: list[str] = []
    heard = io.StringIO()
    with tempfile.TemporaryFile() as sink, redirect_stdout(heard), redirect_stderr(heard):
        os.dup2(sink.fileno(), 1)
        os.dup2(sink.fileno(), 2)
        try:
            yield captured
        finally:
            for stream, kept in enumerate(saved, start=1):
                os.dup2(kept, stream)
                os.close(kept)
            sink.seek(0)
            captured.append(heard.getvalue() + sink.read().decode(errors="replace"))
