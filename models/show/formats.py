"""Files that hold a whole result, each written from its dataset: what --also asks for, of every command.

A format is one function, of the files of a run, a name without its ending and a dataset. What it is called is
the option's value.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import unknown_name
from .output import Output

if TYPE_CHECKING:
    from xarray import Dataset


def nc(to: Output, name: str, data: "Dataset") -> None:
    """netCDF"""
    to.netcdf(f"{name}.nc", data)


FORMATS: dict[str, Callable[[Output, str, "Dataset"], None]] = {made.__name__: made for made in (nc,)}
SAID = ", ".join(f"{name} ({made.__doc__})" for name, made in FORMATS.items())


def check_formats(names: list[str]) -> None:
    """InputError for a format that there is not."""
    for name in names:
        if name not in FORMATS:
            raise unknown_name("format", name, FORMATS, "--also")
