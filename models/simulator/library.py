"""The libraries of compiled mechanisms: mod/ and the folders of a user's own, compiled where their text has
changed and loaded once in a process.

A library is known by the text of its files, whatever their dates: what has been compiled is not compiled
again, and of a changed folder only the files that changed.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import EngineError, InputError, notify
from ..installation import INSTALLED, MECHANISMS, PACKAGE, cache_folder
from ..words import Progress, silent
from .compiler import find_tool, run_tool
from .nmodl import defined_names, mechanism_names, order, source_file
from .runtime import h
from .sources import compiled_from, expanded, same_text

FOLDERS = "PUMPLEAK_MOD"  # environment variable: further folders, as in PATH
CARRIERS = ("pl_carrier", "pl_chords")  # evaluated after the currents that they carry: libraries of their own
KEPT = 3  # libraries of one folder that are kept

Folder = str | os.PathLike[str]


def load_mechanisms(
    folders: Folder | Iterable[Folder] = (), progress: Progress = silent, own: bool = True
) -> None:
    """Make the mechanisms of mod/ (where not `own`, without them), of the folders in PUMPLEAK_MOD and of
    `folders` known to NEURON.

    What NEURON knows already, with the same text, is taken as it is. progress: told what is compiled. Raises
    InputError for a folder that is none or holds no mechanism, EngineError where one cannot be compiled or
    loaded.
    """
    named = [name for name in os.environ.get(FOLDERS, "").split(os.pathsep) if name]
    given = [folders] if isinstance(folders, str | os.PathLike) else list(folders)
    if own:
        _load(MECHANISMS, [path for path in _sources(MECHANISMS) if path.stem not in CARRIERS], progress)
    for folder in [*(_checked(name, f"{FOLDERS}: ") for name in named), *(_checked(f) for f in given)]:
        _load(folder, _sources(folder), progress)


def own_mechanisms() -> set[str]:
    """Names of the mechanisms that pumpleak ships."""
    return {path.stem for path in MECHANISMS.glob("pl_*.mod")}


def load_carrier(after: int, kind: str = CARRIERS[0]) -> str:
    """Name of a point process like one of CARRIERS in mod/ that NEURON evaluates after mechanism number
    `after`.

    NEURON evaluates mechanisms in the order in which they were loaded: where the carrier was loaded before
    the mechanism whose current it is to carry, it is loaded once more by another name.
    """
    text, count = expanded(MECHANISMS / f"{kind}.mod"), 1
    while True:
        name = kind if count == 1 else f"{kind}{count}"
        if name not in mechanism_names(points=True):
            break
        if order(name) > after:
            return name
        count += 1
    load_texts("carriers", {name: text.replace(f"POINT_PROCESS {kind}\n", f"POINT_PROCESS {name}\n")})
    return name


def load_texts(folder: str, texts: Mapping[str, str], progress: Progress = silent) -> None:
    """Make mechanisms known to NEURON by texts made here; folder: where they are kept. EngineError."""
    place = _build_folder() / folder
    place.mkdir(exist_ok=True)
    for name, text in texts.items():
        _write_whole(place / f"{name}.mod", text)
    _load(place, [place / f"{name}.mod" for name in texts], progress)


def _checked(folder: Folder, where: str = "") -> Path:
    path = Path(folder).expanduser()
    try:
        if not path.is_dir():
            raise InputError(f"{where}{folder}: expected a folder with .mod files, and it is no folder")
        path = path.resolve()
        if not _sources(path):
            raise InputError(f"{where}{folder}: no .mod file in this folder")
    except OSError as error:
        raise InputError(f"{where}{folder}: cannot be read ({error.strerror})") from None
    return path


def _sources(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.mod"))


def _missing(folder: Path, sources: list[Path]) -> list[Path]:
    """The sources whose mechanisms NEURON does not know yet; EngineError where it has others so named."""
    known = mechanism_names() | mechanism_names(points=True)
    defined: dict[str, Path] = {}
    found = []
    for path in sources:
        names = defined_names(path.read_text(encoding="utf-8", errors="replace"))
        for name in names:
            if name in defined:
                raise EngineError(
                    f"{defined[name].name} and {path.name} in {folder} both define {name}; rename one"
                )
            defined[name] = path
            if name in known and not same_text(path, name):
                raise EngineError(_collision(path, name))
        if not names or not set(names) <= known:
            found.append(path)
    return found


def _collision(path: Path, name: str) -> str:
    other = Path(source_file(name) or "another library")
    if path.parent in _loaded:  # a library of the same text may have been compiled elsewhere
        return (
            f"{path} was changed after it was loaded in this process, and NEURON cannot load a mechanism "
            "twice; start Python anew"
        )
    hint = f"remove the old x86_64/ folder in {Path.cwd()}" if name in own_mechanisms() else "rename one"
    return f"{path} defines {name}, but NEURON has already loaded another {name} (from {other}); {hint}"


def _load(folder: Path, sources: list[Path], progress: Progress = silent) -> None:
    seen = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sources]
    if _loaded.get(folder) == seen:
        return
    missing = _missing(folder, sources)
    if missing:
        _load_library(folder, missing, progress)
    _loaded[folder] = seen


_loaded: dict[Path, list] = {}  # what the files of a folder looked like when they were loaded


def _load_library(folder: Path, missing: list[Path], progress: Progress) -> None:
    library = compiled_library(folder, missing, progress)
    try:
        ok = h.nrn_load_dll(str(library))
    except RuntimeError as error:
        raise EngineError(
            f"NEURON cannot load the mechanisms of {folder} ({str(error).split('hoc_execerror: ')[-1]}): "
            "a name that one of its files defines is taken"
        ) from None
    names = {name for path in missing for name in defined_names(path.read_text(errors="replace"))}
    lacking = names - mechanism_names() - mechanism_names(points=True)
    if not ok or lacking:
        raise EngineError(f"NEURON cannot load {library}: remove the folder {library.parent} and try again")


def compiled_library(folder: Path, sources: list[Path], progress: Progress = silent) -> Path:
    """The library of these files of a folder, compiled unless there is one of the same text.

    Safe when several processes start at once, and when one is killed. Raises EngineError with what to
    install where no compiler is found, and with the compiler's own words where it fails.
    """
    digests = {path.stem: compiled_from(path) for path in sources}
    name = hashlib.sha256("".join(digests.values()).encode()).hexdigest()[:24]
    for place in _places():
        library = place / f"{name}.so"
        if _whole(library):
            return library
    place = _build_folder()
    library = place / f"{name}.so"
    try:
        with (place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _whole(library):  # another process may have been faster
                if library.exists():
                    notify(f"the compiled mechanisms in {library} are damaged; they are made again")
                _compile(folder, sources, digests, library, progress)
    except OSError as error:
        raise EngineError(f"cannot write the compiled mechanisms to {place}: {error.strerror}") from error
    return library


def _places() -> list[Path]:
    """Where compiled mechanisms may be kept, first choice first. NEURON loads ASCII paths only."""
    candidates = [cache_folder(), Path(tempfile.gettempdir()) / f"pumpleak-{os.getuid()}"]
    if not INSTALLED:
        candidates.insert(0, PACKAGE.parent / "build")
    return [place for place in candidates if str(place).isascii()]


def _build_folder() -> Path:
    """The first of the places that can be written."""
    for place in _places():
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o755)
            with (place / "lock").open("a"):
                pass
        except OSError:
            continue
        if place.stat().st_uid == os.getuid():
            return place
    tried = ", ".join(map(str, _places()))
    raise EngineError(f"the compiled mechanisms can be written to none of {tried}; make one writable")


def _checksum(path: Path) -> Path:
    return path.with_suffix(".sha256")


def _whole(library: Path) -> bool:
    """Whether a library is there and is what was written."""
    try:
        return _checksum(library).read_text() == hashlib.sha256(library.read_bytes()).hexdigest()
    except (OSError, UnicodeDecodeError):
        return False


def _compile(
    folder: Path, sources: list[Path], digests: dict[str, str], library: Path, progress: Progress
) -> None:
    """Compile what has changed in a folder and link its library."""
    tool = find_tool(folder)
    work = library.parent / f"work-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    record, unfinished = work / "digests.json", work / "unfinished"
    before, libraries = {}, []
    if unfinished.exists():  # whatever ended that, its objects may be damaged
        shutil.rmtree(work, ignore_errors=True)
    with contextlib.suppress(OSError, ValueError):
        before, libraries = json.loads(record.read_text())
    work.mkdir(parents=True, exist_ok=True)
    changed = [path for path in sources if before.get(path.stem) != digests[path.stem]]
    _announce(folder, sources, changed, bool(before))
    unfinished.touch()
    _remove_objects(work, changed)
    for path in sources:  # make goes by dates, we by what the files say
        for made in _objects(work, path):
            if made.exists():
                os.utime(made)

    def begun(number: int) -> None:
        progress(0.0, f"compiling mechanism {number} of {len(changed)}")

    try:
        built = run_tool(tool, work, folder, sources, begun)
    except EngineError:
        if before and all(_objects(work, path)[1].exists() for path in sources):
            shutil.rmtree(work, ignore_errors=True)  # all compiled and none linked: an old object is to blame
            _compile(folder, sources, digests, library, progress)
            return
        _remove_objects(work, changed)
        unfinished.unlink()
        raise
    _write_whole(library, built.read_bytes())
    _write_whole(_checksum(library), hashlib.sha256(library.read_bytes()).hexdigest())
    libraries = [library.name, *(name for name in libraries if name != library.name)]
    _write_whole(record, json.dumps([before | digests, libraries[:KEPT]]))
    unfinished.unlink()
    for old in libraries[KEPT:]:
        for path in (library.parent / old, _checksum(library.parent / old)):
            path.unlink(missing_ok=True)


def _announce(folder: Path, sources: list[Path], changed: list[Path], again: bool) -> None:
    if again and changed and len(changed) < len(sources):
        notify(f"compiling what has changed in {folder}: {', '.join(path.name for path in changed)}")
    elif sys.stderr.isatty():
        notify(f"compiling the mechanisms of {folder} ({len(sources)}, once) ...")


def _objects(work: Path, source: Path) -> tuple[Path, Path]:
    """What nrnivmodl makes of a source file below `work`, in the order in which it does: C++, object."""
    folder = next((path.parent for path in work.glob("*/mod_func.cpp")), work / platform.machine())
    return folder / f"{source.stem}.cpp", folder / f"{source.stem}.o"


def _remove_objects(work: Path, sources: list[Path]) -> None:
    for path in sources:
        for made in _objects(work, path):
            made.unlink(missing_ok=True)


def _write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that at any moment there is the old one or the new one, whole."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    data = content.encode() if isinstance(content, str) else content
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
