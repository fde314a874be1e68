"""Models from files: hoc, Python that builds sections, templates, NeuroML; their own mechanisms."""

import contextlib
import os
import runpy
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..shape.branch import parents_first
from ..simulator.library import load_mechanisms
from ..simulator.runtime import NeuronSection, h, quiet_neuron
from ..words import Progress, silent
from .described import build_described
from .neuroml import Converted, beginning, convert
from .sections import sections_of

HOC = {".hoc", ".oc", ".nrn", ".ses", ".tem", ".geo"}
BUILDERS = ("build", "create", "make", "create_cell", "make_cell", "build_cell")  # functions that are called
NEUROML = ".nml"
FORMS = ".hoc, .py, .json or .nml"
FOLDERS = ("", "mod", "mods", "modfiles", "mechanisms", "mechanism", "mod_files")  # where .mod files may be


@dataclass
class Loaded:
    """A model that files have made.

    name: of the first file; sections: what there is of it
    kept: what must not be forgotten, or its sections would go
    notes: sentences on what was done
    """

    name: str
    sections: list[NeuronSection]
    kept: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def load(
    files: Sequence[str | Path],
    mechanisms: Sequence[str | Path] = (),
    new: str | None = None,
    then: Sequence[str] = (),
    morphology: str | Path | None = None,
    values: str | Path | None = None,
    progress: Progress = silent,
) -> Loaded:
    """A model from files that are loaded one after the other, each in its own folder.

    files: .hoc (or .oc, .nrn, .ses) or .py; or the .json of a cell (`build_described`); or one .nml, a cell
        in NeuroML 2 (`convert`)
    mechanisms: folders of .mod files (default: that of the first file or, beside it or one above, mod/,
    mechanisms/ and the like)
    new: a cell to be made of a template, as hoc writes it: `L5PCtemplate("cell1.asc")`; of NeuroML's, its id
    then: statements of hoc that are done when the files are loaded, as a button of theirs would
    morphology, values: of a cell of .json files: its shape, and what was fitted

    InputError where a file is not there or fails, or makes no section.
    """
    paths = [Path(name).expanduser().resolve() for name in files]
    _check(paths, morphology, values)
    if paths[0].suffix == ".json" and (new is not None or then):
        raise InputError(f"{paths[0]}: --new and --then have no effect on a cell of .json files")
    found, before = Loaded(paths[0].stem, []), set(h.allsec())
    if paths[0].suffix == ".json":
        _mechanisms(paths[0].parent, mechanisms, found, progress)
        place = [None if one is None else Path(one).expanduser() for one in (morphology, values)]
        found.sections = parents_first(build_described(paths, *place))
        return found
    with tempfile.TemporaryDirectory() as folder:
        converted = None
        if paths[0].suffix == NEUROML:
            converted = convert(paths[0], new, Path(folder))
            paths, new = [converted.hoc], converted.new
            mechanisms = [*mechanisms, *({one.parent for one in Path(folder).glob("*.mod")})]
        if converted is None or mechanisms:
            _mechanisms(paths[0].parent, mechanisms, found, progress)
        _files(paths, found)
        with _within(paths[-1].parent):
            for statement in then:
                _done(statement, f"--then {statement}")
            if new is not None:
                _done(f"objref pumpleak_cell\npumpleak_cell = new {new}", f"--new {new}")
                found.kept.append(h.pumpleak_cell)
            elif not set(h.allsec()) - before:
                found.kept.append(_built(found.kept, paths[-1]))
            if converted is not None:
                _as_converted(converted, found)
            if hasattr(h, "stdinit"):
                _begin(found)
    found.sections = sections_of([sec for sec in h.allsec() if sec not in before])
    return found


def _files(paths: Sequence[Path], found: Loaded) -> None:
    """Load files of hoc and Python one after the other, each in its folder."""
    if any(path.suffix in HOC for path in paths):
        with quiet_neuron():
            h.load_file("nrngui.hoc")  # as the command nrngui does, which models are written for
    for path in paths:
        with _within(path.parent):
            if path.suffix == ".py":
                found.kept.append(_python(path))
            else:
                _hoc(path)


def _as_converted(cell: Converted, found: Loaded) -> None:
    """Let runs of a cell that was NeuroML begin as it says."""
    found.kept.append(beginning(h.pumpleak_cell))
    if cell.begins is not None:
        h(f"v_init = {cell.begins!r}")  # which NEURON need not have yet
        h.finitialize(h.v_init)
    found.notes.append(
        f"a cell in NeuroML has no temperature: {h.celsius:g} degC, unless --then 'celsius = 34' or the like"
    )


def _check(paths: Sequence[Path], morphology: object, values: object) -> None:
    """InputError for files that are none or do not belong together."""
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path}: there is no such file; expected a model in {FORMS}")
        if path.suffix not in HOC | {".py", ".json", NEUROML}:
            raise InputError(f"{path}: expected a model in {FORMS}")
    if not paths:
        raise InputError(f"no file is given; expected a model in {FORMS}")
    described = [path for path in paths if path.suffix == ".json"]
    if described and described != paths:
        raise InputError(f"{described[0]}: expected .json alone, or hoc and Python")
    if not described and (morphology, values) != (None, None):
        raise InputError("--morphology and --values have no effect: they belong to a cell of .json files")


def _mechanisms(folder: Path, given: Sequence[str | Path], found: Loaded, progress: Progress) -> None:
    places = [folder / name for name in FOLDERS] + [folder.parent / name for name in FOLDERS[1:]]
    place = next((one for one in places if any(one.glob("*.mod"))), None)
    if given or place is None:
        load_mechanisms(given, progress, own=False)
    else:
        load_mechanisms(place, progress, own=False)
        found.notes.append(f"mechanisms of {place}")


@contextlib.contextmanager
def _within(folder: Path) -> Iterator[None]:
    """That folder is the current one meanwhile, as the files of a model expect it."""
    before = Path.cwd()
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        os.chdir(before)


def _hoc(path: Path) -> None:
    with quiet_neuron() as said:
        try:
            if b"Import3d" in path.read_bytes():
                h.load_file("import3d.hoc")
            done = bool(h.load_file(1, path.name))
        except RuntimeError:
            done = False
    if not done:
        raise InputError(f"{path}: NEURON cannot load it ({_words(said)})")


def _words(said: list[str]) -> str:
    """What NEURON says of an error, on one line."""
    lines = [line.strip() for line in "".join(said).splitlines()]
    telling = [line for line in lines if line.startswith(("NEURON:", "near line", "in "))]
    return " ".join(telling[:3]).removeprefix("NEURON: ") or "without a word of why"


def _python(path: Path) -> dict[str, Any]:
    with quiet_neuron():
        try:
            return runpy.run_path(str(path), run_name=path.stem)
        except (Exception, SystemExit) as error:
            raise InputError(f"{path}: it fails ({type(error).__name__}: {error})") from error


def _done(statement: str, option: str) -> None:
    """Do a statement of hoc; InputError, beginning with the option, where NEURON refuses."""
    with quiet_neuron() as said:
        try:
            done = bool(h(statement))
        except RuntimeError:
            done = False
    if not done:
        raise InputError(f"{option}: NEURON cannot do it ({_words(said)})")


def _built(kept: list[Any], path: Path) -> Any:
    """What a function of a Python file makes that only defines how its cell is built."""
    names = kept[-1] if kept else {}
    name = next((one for one in BUILDERS if callable(names.get(one))), None)
    if name is None:
        raise InputError(
            f"{path}: it makes no section; expected a file that builds its cell when it is loaded, in Python "
            f"one with a function {BUILDERS[0]}(), or the cell of a template with --new 'NAME(...)'"
        )
    with quiet_neuron():
        try:
            return names[name]()
        except Exception as error:
            raise InputError(f"{path}: {name}() fails ({type(error).__name__}: {error})") from error


def _begin(found: Loaded) -> None:
    """Begin a run as NEURON's Init button does, by the model's own init() where it has one."""
    with quiet_neuron():
        try:
            h.stdinit()
        except RuntimeError:
            found.notes.append("its own init() fails, and was left out")
