"""A study as it was given: its tables, checked, with what its files hold."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..parameters import read_parameters
from ..parameters.several import is_system
from ..protocol.read import read_protocol
from ..version import VERSION
from . import vary
from .design import Design, Grid, Points, cohort, of_rows, sampled
from .files import file_in
from .tables import Tables

ALL = "all"  # every strength, of a spread


@dataclass(frozen=True)
class Definition:
    """A study as it was given.

    tables: what it says
    path: its file, or "study" of what was given by options or from Python
    folder: against which the names of its files are read
    raw: what it says, as it was written
    """

    tables: Tables
    path: str
    folder: Path
    raw: dict[str, Any]

    def file(self, name: str) -> str:
        """A file that it names, whole; a shipped name as it is."""
        return file_in(self.folder, name)

    def written(self) -> dict[str, str]:
        """What it is read from again, by `read_written`."""
        return {"tables": json.dumps(self.raw), "path": self.path, "folder": str(self.folder)}

    def job(self) -> dict[str, Any]:
        """What a member is computed from, beside its own values: plain data that any process can read."""
        t = self.tables
        options = dict(t.options)
        if isinstance(options.get("morphology"), str):
            options["morphology"] = self.file(options["morphology"])
        if options.get("mechanisms"):
            options["mechanisms"] = [str((self.folder / name).resolve()) for name in options["mechanisms"]]
        protocol = None if t.protocol is None else self.file(t.protocol)
        return {
            "pumpleak": VERSION,
            "folder": str(self.folder),
            "compute": t.compute,
            "cell": self.file(t.cell),
            "own_cell": "cell" in t.model_fields_set,
            "protocol": protocol,
            "options": options,
            "arguments": dict(t.arguments),
            "set": dict(t.set),
            "scale": dict(t.scale),
            "keep": list(t.keep),
        }

    def design(self, strengths: list[str]) -> Design:
        """Its members. strengths: those that the cell has, for a spread of them all."""
        t = self.tables
        if t.rows is not None:
            return of_rows(self.folder / t.rows)
        if t.spread:
            return self._cohort(strengths)
        if t.sample is not None:
            return sampled(vary.limits(t.vary), t.sample, t.seed)
        return Grid(vary.grid(t.vary))

    def _cohort(self, strengths: list[str]) -> Points:
        t = self.tables
        every = {name: t.spread[ALL] for name in strengths} if ALL in t.spread else {}
        spread = every | {name: one for name, one in t.spread.items() if name != ALL}
        median = {}
        for name, one in spread.items():
            if name in vary.NAMES:
                raise InputError(f"{self.path}: spread.{name}: expected a number's name; rows give others")
            if one.median is None and vary.kind_of(name) != vary.STRENGTH:
                raise InputError(f"{self.path}: spread.{name}: expected its median: it is no strength")
            value = vary.value_of(name, 1.0 if one.median is None else one.median)
            if isinstance(value, str) or value <= 0:
                raise InputError(f"{self.path}: spread.{name}: expected a median above 0, got {value}")
            median[name] = value
        assert t.members is not None
        cv = {name: float(one.cv) for name, one in spread.items()}
        return cohort(cv, median, t.correlated, t.members, t.seed)

    def identity(self, design: Design, made_by: Mapping[str, str]) -> str:
        """A digest of all that decides what is found, the contents of files included. made_by: the provenance
        of its first cell."""
        t = self.tables
        named = [t.cell, t.rows, t.options.get("morphology")]
        cells = [str(one) for one in choices(design, vary.CELL)] if vary.CELL in design.names else []
        varied = vary.PROTOCOL in design.names
        for name in choices(design, vary.PROTOCOL) if varied else filter(None, [t.protocol]):
            protocol = read_protocol(self.file(str(name)))
            used = (*protocol.samples, protocol.tables.start.run)
            named += [str(name), *(str(protocol.file(one)) for one in used if one)]
            own = protocol.file(protocol.tables.cell)
            cells += [str(own) if own.is_file() else protocol.tables.cell]
        for folder in t.options.get("mechanisms") or []:
            named += [str(path) for path in sorted((self.folder / folder).glob("*.mod"))]
        named += cells
        files = {str(name): _content(self.folder / str(name)) for name in named if name is not None}
        # a cell's file may begin from others
        whole_cells = {
            name: read_parameters(self.file(name)).digest()
            for name in cells
            if not is_system(self.file(name))
        }
        whole = {
            "made_by": {key: made_by[key] for key in ("pumpleak", "neuron", "mechanisms", "parameters")},
            "tables": t.model_dump(mode="json", exclude={"time_limit", "name"}),
            "files": files,
            "cells": whole_cells,
            "names": design.names,
            "members": [design.member(i) for i in sorted({0, design.count // 2, design.count - 1})],
        }
        return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def choices(design: Design, name: str) -> list[Any]:
    """The values that a name has among the members, each once."""
    if name in design.dimensions:
        return list(design.dimensions[name])
    return sorted({str(design.member(i)[name]) for i in range(design.count)})


def _content(path: Path) -> str:
    """A digest of what a file holds; "" of a name that is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
