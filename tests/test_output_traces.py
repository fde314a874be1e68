"""The traces of a block, read back from netCDF: each variable against the result it came from."""

import made_up
import numpy as np
import pytest
import xarray

from models.experiments.keys import ENDING
from models.show.block import files as write_block
from models.show.output import Output

IONS = ["na", "k", "cl", "ca"]
PROVENANCE = {"pumpleak": "9.9", "cell": "this one"}


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({}, set()),
        ({"osmotic": True}, {"relative_volume"}),
        ({"space": "shell"}, {"outside"}),
        ({"tubules": True}, {"outside"}),
        ({"osmotic": True, "space": "closed"}, {"relative_volume", "outside"}),
    ],
)
def test_traces(tmp_path, options, more):
    files = Output(tmp_path, PROVENANCE)
    result = made_up.block(**options)
    moved = result.course
    write_block(files, result, "its_")
    with xarray.open_dataset(files.folder / "its_traces.nc", engine="h5netcdf") as traces:
        assert traces.attrs == PROVENANCE
        units = {
            "v": "mV", "inside": "mM", "outside": "mM", "entered": "mM", "area": "um2", "volume": "um3",
            "relative_volume": "1", "time": "ms", "x": "1", "distance": "um",
        }  # fmt: skip
        assert set(traces.data_vars) == {"v", "inside", "area", "volume", "entered"} | more
        assert set(traces.coords) == {"time", "ion", "section", "x", "distance"}
        assert list(traces.ion.values) == IONS and traces.inside.dims == ("time", "segment", "ion")
        for name in {*traces.data_vars, "time", "x", "distance"}:
            assert traces[name].attrs["units"] == units[name], name
            assert units[name] in {*ENDING.values(), "1"}
        for ion in IONS:  # by its name, whatever the order
            np.testing.assert_array_equal(traces.inside.sel(ion=ion), getattr(moved, ion))
            np.testing.assert_array_equal(traces.entered.sel(ion=ion), moved.entered[ion])
            if "outside" in more:
                np.testing.assert_array_equal(traces.outside.sel(ion=ion), getattr(moved, ion + "o"))
        np.testing.assert_array_equal(traces.time, moved.t)
        np.testing.assert_array_equal(traces.v, moved.v)
        np.testing.assert_array_equal(traces.area, made_up.AREA)
        np.testing.assert_array_equal(traces.volume, made_up.VOLUME)
        np.testing.assert_array_equal(traces.x, [0.5, 0.25, 0.75, 0.125])
        np.testing.assert_array_equal(traces.distance, [0.0, 31.0, 77.0, 44.0])
        assert list(traces.section.values) == ["soma", "dend[0]", "dend[0]", "apic[1]"]
        assert traces.entered.dims == ("time", "ion") and traces.v.dims == ("time", "segment")
        if "relative_volume" in more:
            np.testing.assert_array_equal(traces.relative_volume, moved.relative_volume)
            assert traces.relative_volume.attrs["long_name"] == "relative volume"
        names = {
            "v": "membrane potential", "inside": "concentration inside", "outside": "concentration outside",
            "entered": "entered through the membrane, per volume at the beginning",
            "volume": "volume at the beginning", "x": "position in the section",
        }  # fmt: skip
        for name in names.keys() & {*traces.data_vars, "x"}:
            assert traces[name].attrs["long_name"] == names[name]
