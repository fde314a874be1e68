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


def parquet(to: Output, name: str, data: "Dataset") -> None:
    """Parquet, a file for all that has the same dimensions"""
    import pyarrow
    from pyarrow import parquet

    groups = list(dict.fromkeys(variable.dims for variable in data.data_vars.values()))
    for dims in groups:
        own = data[[key for key, variable in data.data_vars.items() if variable.dims == dims]]
        frame = own.to_dataframe().reset_index() if dims else own.to_pandas().to_frame().T
        table = pyarrow.Table.from_pandas(frame, preserve_index=False)
        metadata = {**(table.schema.metadata or {}), **to.provenance}
        end = "" if len(groups) == 1 else "_" + ("_".join(map(str, dims)) or "scalars")
        parquet.write_table(table.replace_schema_metadata(metadata), to.path(f"{name}{end}.parquet"))


FORMATS: dict[str, Callable[[Output, str, "Dataset"], None]] = {made.__name__: made for made in (nc, parquet)}
SAID = ", ".join(f"{name} ({made.__doc__})" for name, made in FORMATS.items())


def check_formats(names: list[str]) -> None:
    """InputError for a format that there is not."""
    for name in names:
        if name not in FORMATS:
            raise unknown_name("format", name, FORMATS, "--also")
