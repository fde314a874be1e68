"""Files of a run: all of them, whole, or none."""

import errno
import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ..errors import InputError, one_line
from ..experiments.keys import with_unit
from ..experiments.layout import Layout
from ..experiments.rest import ion_rows
from . import placing


class Output:
    """Files of one run, not yet in their place. `provenance` goes into every one of them. gone: the files of
    the earlier result that this one does not have, once it is in its place."""

    def __init__(self, folder: Path, provenance: dict[str, str]):
        self.folder = folder
        self.provenance = {key: one_line(text) for key, text in provenance.items()}
        self.written: list[str] = []
        self.gone: list[str] = []

    def of(self, provenance: dict[str, str]) -> "Output":
        """The same folder and list of files, for files of another provenance."""
        other = Output(self.folder, {**self.provenance, **provenance})
        other.written = self.written
        return other

    def path(self, name: str) -> Path:
        self.written.append(name)
        return self.folder / name

    def summary(self, experiment: str, data: dict) -> None:
        """The result's scalars and, once all else is written, the list of its files."""
        self.path("summary.json")
        self.written.insert(0, self.written.pop())
        provenance = {**self.provenance, "experiment": experiment, "files": self.written}
        text = json.dumps({**data, "provenance": provenance}, indent=1, allow_nan=False)
        (self.folder / "summary.json").write_text(text + "\n", encoding="utf-8")

    def csv(self, name: str, columns: dict) -> None:
        """columns: heading (with its unit) -> values, all of one length."""
        import pandas

        said = ", ".join(f"{key}={value}" for key, value in self.provenance.items())
        table = pandas.DataFrame(columns).to_csv(index=False, float_format="%.12g")
        self.path(name).write_text(f"# {said}\n{table}", encoding="utf-8")

    def traces(self, name: str, layout: Layout, course) -> None:
        """Time, segment and ion as a NetCDF file, units in the attributes."""
        import xarray

        inside = np.stack([getattr(course, ion) for ion in layout.ions], axis=-1)
        segment = {"dims": "segment"}
        each = ("time", "segment", "ion")
        variables = {
            "v": (each[:2], course.v, {"units": "mV", "long_name": "membrane potential"}),
            "inside": (each, inside, {"units": "mM", "long_name": "concentration inside"}),
            "area": (segment["dims"], layout.area, {"units": "um2"}),
            "volume": (
                segment["dims"],
                layout.volume,
                {"units": "um3", "long_name": "volume at the beginning"},
            ),
            "entered": (
                ("time", "ion"),
                np.stack([course.entered[ion] for ion in layout.ions], axis=-1),
                {"units": "mM", "long_name": "entered through the membrane, per volume at the beginning"},
            ),
        }
        if layout.osmotic:
            variables["swelling"] = (
                each[:2],
                course.swelling,
                {"units": "1", "long_name": "relative volume"},
            )
        if layout.follows_outside:
            outside = np.stack([getattr(course, ion + "o") for ion in layout.ions], axis=-1)
            variables["outside"] = (each, outside, {"units": "mM", "long_name": "concentration outside"})
        data = xarray.Dataset(
            variables,
            coords={
                "time": ("time", course.t, {"units": "ms"}),
                "ion": ("ion", list(layout.ions)),
                "section": (segment["dims"], layout.section.astype(object)),
                "x": (segment["dims"], layout.x, {"units": "1", "long_name": "position in the section"}),
                "distance": (segment["dims"], layout.distance, {"units": "um"}),
            },
            attrs=self.provenance,
        )
        data.to_netcdf(self.path(name), engine="h5netcdf")

    def figure(self, name: str, figure) -> None:
        from matplotlib import pyplot

        said = ", ".join(f"{key}={value}" for key, value in self.provenance.items())
        figure.savefig(self.path(name), metadata={"Software": "pumpleak", "Description": said})
        pyplot.close(figure)


@contextmanager
def output(folder: Path, experiment: str, provenance: dict[str, str]):
    """Yield an `Output`; on success put its files into `folder`, otherwise leave no trace.

    They take the place of the earlier result of the same experiment there; what else there is stays.
    """
    try:
        with placing.staged(folder) as work:
            made = Output(work.new, provenance)
            yield made
            words = f"interrupted: the results in {folder}/ are complete"
            made.gone = placing.place(work, folder, made.written, experiment, words)
    except OSError as error:
        raise InputError(
            f"{folder}: results cannot be written ({error.strerror or error}); earlier results are untouched"
        ) from error


def check_writable(folder: Path) -> None:
    """InputError before a long run, rather than after it, where its results could not be kept.

    What dead runs have left there is brought to an end.
    """
    try:
        there = next(place for place in (folder, *folder.parents) if _exists(place))
        if not there.is_dir():
            raise OSError(os.strerror(errno.EEXIST))
        longest = os.pathconf(there, "PC_NAME_MAX")
        if any(len(os.fsencode(part)) > longest for part in folder.parts):
            raise OSError(os.strerror(errno.ENAMETOOLONG))
        with tempfile.TemporaryFile(dir=there) as probe:
            probe.write(b"x")
        if there == folder:
            for home in (folder, folder.resolve().parent):
                placing.sweep(home)
    except (OSError, ValueError) as error:  # a null character in the name
        why = getattr(error, "strerror", None) or error
        raise InputError(
            f"--out {folder}: cannot be written ({why}); expected a folder that is yours to write, on a disk "
            "with room"
        ) from None


def _exists(place: Path) -> bool:
    """Whether something has that name; OSError where that cannot be known."""
    try:
        os.lstat(place)
    except FileNotFoundError:
        return False
    return True


def rest_tables(result) -> dict[str, dict]:
    """CSV tables of a rest: one row per ion, and one per compartment."""
    layout = result.layout
    rows: dict[str, list] = {}
    for row in ion_rows(result):
        for key, value in row.items():
            rows.setdefault(key, []).append(value)
    compartments = {
        "section": layout.section,
        "x": layout.x,
        "region": layout.region,
        "distance_um": layout.distance,
        "area_um2": layout.area,
        "volume_um3": layout.volume,
        "relative_volume": result.swelling,
        "v_mV": result.v,
    }
    for ion in layout.ions:
        compartments[f"{ion}i_mM"] = result.inside[ion]
        compartments[f"{ion}o_mM"] = result.outside[ion]
        compartments[with_unit(f"{ion}_leak", result.leak[ion].unit)] = result.leak_strength[ion]
        for process, current in result.currents[ion].items():
            compartments[f"i_{ion}_{process}_uA_cm2"] = 1e3 * current
        compartments[f"{ion}_net_mM_per_ms"] = result.net[ion]
    return {"ions.csv": rows, "compartments.csv": compartments}


def block_tables(result) -> dict[str, dict]:
    """CSV tables of a block: means over time, and the compartments at the end."""
    layout, course = result.layout, result.course
    over_time = {"time_h": course.t / 3600e3, "v_mV": layout.by_area(course.v)}
    over_time |= {"v_min_mV": course.v.min(axis=1), "v_max_mV": course.v.max(axis=1)}
    end = {
        "section": layout.section,
        "x": layout.x,
        "distance_um": layout.distance,
        "v_mV": course.v[-1],
        "final_mV": result.final,
    }
    for ion in layout.ions:
        values = getattr(course, ion)
        over_time[f"{ion}i_mM"] = layout.by_volume(values, course.swelling)
        end[f"{ion}i_mM"] = values[-1]
        outside = getattr(course, ion + "o")
        over_time[f"{ion}o_mM"] = layout.by_volume(outside)
        end[f"{ion}o_mM"] = outside[-1]
    over_time["relative_volume"] = layout.by_volume(course.swelling)
    end["relative_volume"] = course.swelling[-1]
    return {"course.csv": over_time, "end.csv": end}


def write_rest(files: Output, result, prefix: str = "") -> None:
    """Tables and figure of a rest."""
    from .figures import rest_figure

    for name, table in rest_tables(result).items():
        files.csv(prefix + name, table)
    files.figure(prefix + "rest.png", rest_figure(result))


def write_block(files: Output, result, prefix: str = "") -> None:
    """Tables, traces and figure of a block."""
    from .figures import block_figure

    for name, table in block_tables(result).items():
        files.csv(prefix + name, table)
    files.traces(prefix + "traces.nc", result.layout, result.course)
    files.figure(prefix + "block.png", block_figure(result))


def write_compare(files: Output, result) -> None:
    """The files of each cell, its name before theirs, and the figure of them all."""
    from .figure_compare import compare_figure

    for name, block in result.blocks.items():
        own = files.of(block.layout.provenance)
        prefix = f"{name.replace(' ', '_')}_"
        write_rest(own, block.before, prefix)
        write_block(own, block, prefix)
    files.figure("compare.png", compare_figure(result))


def write_glycoside(files: Output, result) -> None:
    """Means over time, the dose response, and the figure."""
    from .figures import glycoside_figure

    layout, course = result.layout, result.course
    over_time = {"time_h": course.t / 3600e3, "v_mV": layout.by_area(course.v)}
    over_time |= {f"{alpha}_bound": values for alpha, values in result.bound.items()}
    over_time["pump_net_uA_cm2"] = 1e3 * layout.by_area(course.pump)
    for ion in layout.ions:
        over_time[f"{ion}i_mM"] = layout.by_volume(getattr(course, ion), course.swelling)
    files.csv("course.csv", over_time)
    response = {"dose_mM": result.doses}
    response |= {f"{alpha}_bound": values for alpha, values in result.bound_at.items()}
    files.csv("dose_response.csv", {**response, "pump_left": result.current_at})
    files.figure("glycoside.png", glycoside_figure(result))


def write_excite(files: Output, result) -> None:
    """Thresholds and spikes, their traces, and the figure."""
    from .figures import excite_figure

    rows = result.summary["points"]
    files.csv("excitability.csv", {key: [row[key] for row in rows] for key in rows[0]})
    traces = {"condition": [], "time_ms": [], "v_mV": []}
    for number, point in enumerate(result.points):
        traces["condition"] += [number if point.value is None else point.value] * len(point.t)
        traces["time_ms"] += list(point.t)
        traces["v_mV"] += list(point.v)
    files.csv("spikes.csv", traces)
    files.figure("excite.png", excite_figure(result))


def write_validate(files: Output, result) -> None:
    """The table of all numbers, and the figure."""
    from .figure_validation import validation_figure

    names = ("row", "what", "unit", "low", "high", "got", "verdict", "source", "put_in", "why")
    files.csv("validation.csv", {name: [getattr(check, name) for check in result.checks] for name in names})
    files.figure("validation.png", validation_figure(result))


def write_inspect(files: Output, result) -> None:
    """Sections, who reads and writes which ion, and the sources of the parameters."""
    access = [{**row, "sections": " ".join(row["sections"])} for row in result.access]
    for name, rows in (("sections", result.sections), ("access", access), ("parameters", result.parameters)):
        files.csv(f"{name}.csv", {key: [row[key] for row in rows] for key in rows[0]})
