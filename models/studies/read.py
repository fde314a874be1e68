"""From a file, or a dict, to a study whose tables are checked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, unknown_name
from ..parameters import read_parameters
from ..parameters.arguments import shown
from ..parameters.fields import checked
from ..parameters.files import parse
from ..parameters.overrides import split
from ..parameters.several import is_system
from ..protocol.read import read_protocol
from . import vary
from .computed import COMPUTED, arguments_of, needed_of
from .definition import ALL, Definition, choices
from .design import Design
from .tables import Tables

SHIPPED = Path(__file__).resolve().parent / "shipped"
TRIED = 20  # members whose values are tried before a name is refused


def read_definition(given: str | Path | Mapping[str, Any]) -> Definition:
    """A study from the name of a shipped one, a TOML file or its tables as a dict. InputError with the file
    and the key for what cannot be."""
    if isinstance(given, Mapping):
        raw = _as_text(given)
        found = Definition(checked(Tables, raw, "study"), "study", Path.cwd(), raw)
    else:
        if not isinstance(given, str | Path) or not str(given):
            raise InputError(f"study: expected a TOML file or a dict of its tables, got {shown(given)}")
        path = _find(given)
        data = _as_text(parse(path, "study (TOML)"))
        data.setdefault("name", path.stem)
        found = Definition(checked(Tables, data, str(path)), str(path), path.resolve().parent, data)
    _check(found)
    return found


def _as_text(given: Mapping[str, Any]) -> dict[str, Any]:
    """Tables as a store holds them."""
    return json.loads(json.dumps(dict(given), default=_plain))


def _plain(value: Any) -> Any:
    """A value of Python's as a file could hold it: arrays as lists, paths and values with units as text."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    several = np.ndim(getattr(value, "magnitude", 0)) or isinstance(value, range)
    return list(value) if several else str(value)


def shipped_studies() -> list[str]:
    """Names of the studies that come with the package, sorted."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _find(given: str | Path) -> Path:
    if str(given) in shipped_studies():
        return SHIPPED / f"{given}.toml"
    path = Path(given)
    if path.suffix or "/" in str(given) or path.exists():
        return path
    raise unknown_name("study", str(given), shipped_studies())


def read_written(about: Mapping[str, str]) -> Definition:
    """A study as `Definition.written` has it."""
    raw, path = json.loads(about["tables"]), about["path"]
    return Definition(checked(Tables, raw, path), path, Path(about["folder"]), raw)


def _check(study: Definition) -> None:
    """InputError for what says nothing, twice or something that has no effect."""
    t, path = study.tables, study.path
    if t.compute not in COMPUTED:
        raise unknown_name("computation", t.compute, COMPUTED, f"{path}: compute")
    _check_members(t, path)
    if t.rows is None:
        _check_varied(study, [*t.vary, *(name for name in t.spread if name != ALL)])
    if t.protocol is not None:
        read_protocol(study.file(t.protocol))
    folders = t.options.get("mechanisms", [])
    if not isinstance(folders, list) or not all(isinstance(name, str) for name in folders):
        raise InputError(f"{path}: options.mechanisms: expected a list of folders, got {shown(folders)}")
    if not is_system(study.file(t.cell)):
        read_parameters(study.file(t.cell), split(t.set)[0] or None)


def _check_members(t: Tables, path: str) -> None:
    """InputError unless the members come from one place, with all that it needs."""
    ways = [name for name in ("rows", "spread", "vary") if getattr(t, name)]
    if not ways:
        raise InputError(f"{path}: nothing varies; expected vary, a spread with members, or rows")
    if len(ways) > 1:
        raise InputError(f"{path}: {' and '.join(ways)} are given; members come from one of them")
    if t.sample is not None and not t.vary:
        raise InputError(f"{path}: sample has no effect without vary, which says between which limits")
    if (t.members is not None) != bool(t.spread):
        missing, there = ("members", "spread") if t.spread else ("spread", "members")
        raise InputError(f"{path}: {missing} is missing, without which {there} has no effect")
    if "seed" in t.model_fields_set and t.sample is None and not t.spread:
        raise InputError(f"{path}: seed has no effect on a grid or on rows; a sample or a spread has one")
    if t.correlated and not t.spread:
        raise InputError(f"{path}: correlated has no effect without spread")


def _check_varied(study: Definition, varied: list[str]) -> None:
    """InputError for what differs and is given too, and for arguments and protocols without effect."""
    t, path = study.tables, study.path
    given = {*t.set, *t.scale, *(name for name in vary.NAMES if name in t.model_fields_set)}
    given |= {vary.OF_ARGUMENT + name for name in t.arguments}
    for name in varied:
        if name in given:
            raise InputError(f"{path}: {name} varies and is set; expected one of them")
    if ALL in t.spread and t.scale:
        name = min(t.scale)
        raise InputError(
            f"{path}: {name} varies with all and is scaled; expected spread.{name} with its median"
        )
    wants = t.compute == "run"
    if wants and t.protocol is None and "protocol" not in varied:
        raise InputError(f"{path}: compute = run needs a protocol, a shipped name or a TOML file")
    of_protocol = [name for name in varied if vary.kind_of(name) == vary.PROTOCOL]
    if not wants and (t.protocol is not None or of_protocol):
        raise InputError(f"{path}: {(of_protocol or ['protocol'])[0]} has no effect; compute = run has one")
    _check_arguments(t, path, varied)


def _check_arguments(t: Tables, path: str, varied: list[str]) -> None:
    """InputError for an argument that what is computed does not take, and for one that it needs."""
    known, needed = arguments_of(t.compute), needed_of(t.compute)
    of_argument = [n.removeprefix(vary.OF_ARGUMENT) for n in varied if n.startswith(vary.OF_ARGUMENT)]
    for name in (*t.arguments, *of_argument):
        if name not in known:
            raise unknown_name(f"argument of {t.compute}", name, known, path)
    for name in needed:
        if name not in (*t.arguments, *of_argument):
            raise InputError(f"{path}: {t.compute} needs its argument {name}; expected it in [arguments]")


def buildable(study: Definition, design: Design) -> list[dict[str, vary.Value]]:
    """A few members, the first of whose cells that can be balanced says what all have. InputError for names
    of columns that cannot be, for a cell or a protocol that is none, and for a file value that no cell's file
    has; a value out of its range is its member's own reason to fail."""
    if study.tables.rows is not None:
        _check_varied(study, design.names)
    for name, read in ((vary.CELL, _read_cell), (vary.PROTOCOL, read_protocol)):
        for one in choices(design, name) if name in design.names else []:
            read(study.file(str(one)))
    names = [name for name in design.names if vary.kind_of(name) == vary.FILE]
    if not names or is_system(study.file(study.tables.cell)):
        return [design.member(0)]
    fixed, found = split(study.tables.set)[0], []
    failed: InputError | None = None
    for number in dict.fromkeys(int(one) for one in np.linspace(0, design.count - 1, TRIED)):
        member = design.member(number)
        try:
            cell = study.file(str(member.get("cell", study.tables.cell)))
            read_parameters(cell, fixed | {name: member[name] for name in names})
            found.append(member)
        except InputError as error:
            failed = failed or error
    if failed is not None and not found:
        raise failed
    return found


def _read_cell(name: str) -> None:
    if not is_system(name):
        read_parameters(name)
