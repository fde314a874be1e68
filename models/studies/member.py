"""One member of a study: its cell, what is changed in it, what is computed, what is found."""

import gc
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..cell.cell import Cell
from ..cell.changes import strengths
from ..cell.dial import IMPERMEANT, dial_of
from ..errors import BalanceError, ConvergenceError, GivenUpError, InputError, PumpleakError, unknown_name
from ..experiments.layout import layout_of
from ..parameters.overrides import split
from ..protocol.read import Protocol, read_protocol
from ..simulator.library import load_mechanisms
from ..systems import make
from . import vary
from .computed import function_of, numbers_of
from .files import file_in
from .rows import Job, Row
from .vary import Value

# why a member has no numbers, by what was raised
REASONS: tuple[tuple[type[Exception], str], ...] = (
    (GivenUpError, "given up"),
    (ConvergenceError, "no rest"),
    (BalanceError, "not balanced"),
    (InputError, "bad value"),
    (MemoryError, "memory"),
)


class Bench:
    """Where members are computed, one after another; the cell stays from one to the next that has the same.

    One cell alone is kept: NEURON evaluates every cell that there is.
    """

    def __init__(self) -> None:
        self._key: str | None = None
        self._cell: Cell | None = None

    def do(self, job: Job, number: int, given: Mapping[str, Value]) -> Row:
        """Compute a member. given: its own values by name. What goes wrong with it is in the row."""
        try:
            found = numbers_of(self._result(job, given).summary)
        except Exception as error:  # a study goes on whatever befalls one of its members
            word = next((said for kind, said in REASONS if isinstance(error, kind)), "error")
            said = str(error) if isinstance(error, PumpleakError) else f"{type(error).__name__}: {error}"
            return Row(number, reason=word, why=said)
        if job["keep"]:
            found = {name: found[name] for name in job["keep"] if name in found}
        return Row(number, found)

    def warm(self, job: Job) -> None:
        """Load the mechanisms; what goes wrong is for `do` to say."""
        with suppress(PumpleakError):
            load_mechanisms(job["options"].get("mechanisms") or ())

    def describe(self, job: Job, names: list[str], first: Mapping[str, Value]) -> dict[str, Any]:
        """What a study has to know of its cell: strengths, and where the numbers come from. names: what its
        members vary; first: the values of one of them. InputError for a name that is none, or that has no
        effect."""
        cell = self._own(job, first)
        with cell.changed(split(job["set"])[1], job["scale"]):
            for name in names:
                if name == IMPERMEANT:
                    raise InputError(f"{name}: is no strength; expected inside.impermeant, as in the file")
                if vary.kind_of(name) in (vary.SETTING, vary.STRENGTH):
                    dial_of(cell, name)
            layout = layout_of(cell)
        said = {"provenance": layout.provenance, "warnings": layout.warnings}
        return {"strengths": strengths(cell), **said}

    def try_one(self, job: Job, given: Mapping[str, Value]) -> None:
        """Compute a member for what all of them share. InputError for an argument that cannot be, and for a
        name to be kept that results do not have."""
        try:
            summary = self._result(job, given).summary
        except Exception as error:  # what is its own is said in its row
            begins = [
                said for name in job["arguments"] for said in (f"{name}=", f"{name}:", f"unknown {name} ")
            ]
            if isinstance(error, InputError) and str(error).startswith(tuple(begins)):
                raise
            return
        if {*vary.NAMES} & {*given}:
            return  # other cells and protocols have other numbers
        for name in job["keep"]:
            # what is none here, and lists of any length, may have numbers in another member
            if not any(name == key or name.startswith(f"{key}_") for key in summary):
                raise unknown_name(f"number of {job['compute']}", name, numbers_of(summary), "keep")

    def _result(self, job: Job, given: Mapping[str, Value]) -> Any:
        function, arguments = function_of(job["compute"]), dict(job["arguments"])
        for name in _of(given, vary.ARGUMENT):
            arguments[name.removeprefix(vary.OF_ARGUMENT)] = given[name]
        changes = {
            "set": split(job["set"])[1] | {name: given[name] for name in _of(given, vary.SETTING)},
            "scale": dict(job["scale"]) | {name: given[name] for name in _of(given, vary.STRENGTH)},
        }
        if job["compute"] != "run":
            return function(self._own(job, given), **arguments, **changes)
        protocol = self._protocol(job, given)
        if protocol.tables.options or split(dict(protocol.tables.set))[0]:
            # a protocol that says how its cell is made has it made for each member
            self._let_go()
            name, of_file = self._name(job, given, protocol), self._of_file(job, given)
            return function(protocol, name, **arguments, **job["options"], **_with(changes, of_file))
        return function(protocol, self._own(job, given, protocol), **arguments, **changes)

    def _protocol(self, job: Job, given: Mapping[str, Value]) -> Protocol:
        name = file_in(job["folder"], str(given.get("protocol", job["protocol"])))
        values = {key.removeprefix(vary.OF_PROTOCOL): given[key] for key in _of(given, vary.PROTOCOL)}
        values.pop("protocol", None)
        return read_protocol(name, values)

    def _name(self, job: Job, given: Mapping[str, Value], protocol: Protocol | None) -> str:
        if "cell" in given or job["own_cell"] or protocol is None:
            return file_in(job["folder"], str(given.get("cell", job["cell"])))
        own = protocol.file(protocol.tables.cell)
        return str(own) if own.is_file() else protocol.tables.cell

    def _of_file(self, job: Job, given: Mapping[str, Value]) -> dict[str, Any]:
        return split(job["set"])[0] | {name: given[name] for name in _of(given, vary.FILE)}

    def _own(self, job: Job, given: Mapping[str, Value], protocol: Protocol | None = None) -> Cell:
        """The cell of a member, of the one before where it is the same."""
        if job["compute"] == "run" and protocol is None:
            protocol = self._protocol(job, given)
        name, of_file = self._name(job, given, protocol), self._of_file(job, given)
        key = json.dumps([name, job["options"], of_file], sort_keys=True, default=str)
        if self._cell is None or key != self._key:
            self._let_go()
            self._cell = make(name, set=of_file or None, **job["options"])
            self._key = key
        return self._cell

    def _let_go(self) -> None:
        self._cell = None
        gc.collect()


def _of(given: Mapping[str, Value], kind: str) -> list[str]:
    return [name for name in given if vary.kind_of(name) == kind]


def _with(changes: dict[str, dict], of_file: dict[str, Any]) -> dict[str, dict]:
    return changes | {"set": changes["set"] | of_file}
