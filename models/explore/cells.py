"""The cells that the page offers, and what each is, from their files alone."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from ..parameters.files import SHIPPED, parse, shipped_cells


@cache
def shipped() -> Mapping[str, str]:
    """What each shipped cell is, in its file's words, by name; files of several cells are left out."""
    files = {name: parse(SHIPPED / f"{name}.toml") for name in shipped_cells()}
    found = {name: str(data.get("description", name)) for name, data in files.items() if "cell" not in data}
    return MappingProxyType(found)
