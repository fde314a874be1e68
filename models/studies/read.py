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
from .computed import COMPUTED, arguments_of
from .definition import ALL, Definition
from .design import Design
from .tables import Tables

SHIPPED = Path(__file__).resolve().parent / "shipped"
TRIED = 20  # members whose values are tried before a name is refused


def read_definition(given: str | Path | Mapping[str, Any]) -> Definition:
    """A study from the name of a shipped one, a TOML file or its tables as a dict. InputError with the file
    and the key for what cannot be."""
    if isinstance(given, Mapping):
        raw = json.loads(json.dumps(dict(given), default=_plain))
        found = Definition(checked(Tables, raw, "study"), "study", Path.cwd(), raw)
    else:
        if not isinstance(given, str | Path) or not str(given):
            raise InputError(f"study: expected a TOML file or a dict of its tables, got {shown(given)}")
        path = _find(given)
        data = parse(path, "study (TOML)")
        data.setdefault("name", path.stem)
        found = Definition(checked(Tables, data, str(path)), str(path), path.resolve().parent, data)
    _check(found)
    return found


def _plain(value: Any) -> Any:
    """A value of Python's as a file could hold it: arrays as lists, paths and values with units as text."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else str(value)


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
    varied = [*t.vary, *(name for name in t.spread if name != ALL)]
    for name in varied:
        if name in t.set or name in t.scale:
            raise InputError(f"{path}: {name} varies and is set; expected one of them")
    _check_protocol(study, varied)
    known = arguments_of(t.compute)
    of_argument = [n.removeprefix(vary.OF_ARGUMENT) for n in varied if n.startswith(vary.OF_ARGUMENT)]
    for name in (*t.arguments, *of_argument):
        if name not in known:
            raise unknown_name(f"argument of {t.compute}", name, known, path)
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
    if t.correlated and not t.spread:
        raise InputError(f"{path}: correlated has no effect without spread")


def _check_protocol(study: Definition, varied: list[str]) -> None:
    """InputError where a run has no protocol, or something else has one."""
    t, path = study.tables, study.path
    wants = t.compute == "run"
    if wants and t.protocol is None and "protocol" not in varied and t.rows is None:
        raise InputError(f"{path}: compute = run needs a protocol, a shipped name or a TOML file")
    of_protocol = [name for name in varied if name == "protocol" or vary.kind_of(name) == vary.PROTOCOL]
    if not wants and (t.protocol is not None or of_protocol):
        raise InputError(f"{path}: {(of_protocol or ['protocol'])[0]} has no effect; compute = run has one")
    if t.protocol is not None:
        read_protocol(study.file(t.protocol))


def check_names(study: Definition, design: Design) -> None:
    """InputError for a file value that no cell's file has; a value out of its range is its member's own
    reason to fail."""
    names = [name for name in design.names if vary.kind_of(name) == vary.FILE]
    if not names or is_system(study.file(study.tables.cell)):
        return
    fixed = split(study.tables.set)[0]
    failed: InputError | None = None
    for number in range(min(design.count, TRIED)):
        member = design.member(number)
        try:
            cell = study.file(str(member.get("cell", study.tables.cell)))
            read_parameters(cell, fixed | {name: member[name] for name in names})
            return
        except InputError as error:
            failed = failed or error
    assert failed is not None
    raise failed
