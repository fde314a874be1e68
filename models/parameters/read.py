"""From a file to the checked values of a cell type."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..errors import InputError, unknown_name
from .checks import check
from .fields import MechanismValue, Table, table_at
from .files import Raw, find, load
from .overrides import Place, override, places_of
from .schema import NO_KEYS, Parameters


def read_parameters(cell: str | Path, set: Mapping[str, Any] | None = None) -> Parameters:
    """Parameters of a shipped cell (its name) or of a user's TOML file (its path).

    set: values that take the place of the file's, by dotted key, {"inside.nai": "12 mM"}; see `overrides`.
    Raises InputError, one sentence with the file and the key, for an unknown cell, unreadable or invalid
    TOML, an unknown key, a missing or impossible value or a wrong unit.
    """
    path = find(cell, Path.cwd())
    data = load(path)
    data.setdefault("name", path.stem)
    return _checked(data, path, set)


def with_values(parameters: Parameters, set: Mapping[str, Any] | None) -> Parameters:
    """The same cell type with other values, by dotted key. Raises InputError as `read_parameters` does."""
    if not set:
        return parameters
    data = parameters.model_dump(exclude=NO_KEYS, exclude_unset=True)
    return _checked(data, parameters.path, set, parameters.changed)


def _checked(
    data: Raw, path: Path, given: Mapping[str, Any] | None, before: Mapping[str, float | str] | None = None
) -> Parameters:
    places: dict[Place, str] = {}
    if given is not None:
        data, places = override(data, given)
    for key in NO_KEYS & data.keys():  # Parameters' own
        raise unknown_name("key", key, Parameters.model_fields.keys() - NO_KEYS, str(path))
    try:
        parameters = Parameters(**data, path=path)
    except ValidationError as error:
        raise _explain(path, error.errors()[0], places) from None
    check(parameters)
    # what took the place of a file's value before may have given way since, or be another by now
    every = {place: name for name in before or {} for place in places_of(name, data)} | places
    said = {name: _value_at(parameters, place) for place, name in every.items()}
    changed = {name: value for name, value in said.items() if value is not None}
    return parameters.model_copy(update={"changed": changed})


def _value_at(parameters: Parameters, place: Place) -> float | str | None:
    """A value as results name it: a number in its key's unit, anything else as text without spaces; None
    where there is none."""
    value: Any = parameters
    for part in place:
        if value is None:
            return None
        value = getattr(value, str(part)) if isinstance(value, Table) else value[part]
    if value is None:
        return None
    if isinstance(value, MechanismValue):
        value = value.value
    return float(value) if isinstance(value, float) else "".join(str(value).split())


def _explain(path: Path, problem: Any, places: Mapping[Place, str]) -> InputError:
    """The sentence for what the schema refuses."""
    location = problem["loc"]
    name = ".".join(str(part) for part in location)
    if problem["type"] == "extra_forbidden":
        table = ".".join(str(part) for part in location[:-1])
        where = f"{path}: [{table}]" if table else str(path)
        known = table_at(Parameters, location).model_fields.keys() - NO_KEYS
        return unknown_name("key", str(location[-1]), known, where)
    if problem["type"] == "missing":
        return InputError(
            f'{path}: {name} is missing; give it, or start from a shipped cell with base = "neuron"'
        )
    where = next((f"set {own}" for at, own in places.items() if location[: len(at)] == at), f"{path}: {name}")
    return InputError(f"{where}: {problem['msg'].removeprefix('Value error, ')}")
