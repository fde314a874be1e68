"""What results can do: datasets, figures, notebooks; each number against the result it came from."""

import json
import subprocess
import sys
from pathlib import Path

import made_up
import numpy as np
import pytest
import xarray
from matplotlib.figure import Figure

from models import InputError
from models.experiments.keys import ENDING, unit_of

ROOT = Path(__file__).resolve().parent.parent
IONS = ["na", "k", "cl", "ca"]
MADE = {
    "rest": made_up.rest,
    "block": made_up.block,
    "compare": made_up.compare,
    "excite": made_up.excite,
    "glycoside": made_up.glycoside,
    "inspect": made_up.inspect,
    "validate": made_up.validate,
}


@pytest.fixture(params=MADE)
def result(request):
    return MADE[request.param]()


def test_a_dataset_says_its_units_and_where_it_is_from(result, tmp_path):
    """Every variable has a unit or is text or says where its unit is; a file gives all of it back."""
    data = result.to_xarray()
    data.to_netcdf(tmp_path / "all.nc", engine="h5netcdf")
    with xarray.open_dataset(tmp_path / "all.nc", engine="h5netcdf") as read:
        xarray.testing.assert_equal(read, data)
        for name, variable in {**read.data_vars, **read.coords}.items():
            if variable.dtype.kind in "fiu":
                assert variable.attrs.get("units") in {*ENDING.values(), "1"} or "unit" in str(
                    variable.attrs
                ), name
        for key, value in result.provenance.items():
            assert read.attrs[key] == value
        for key, value in result.summary.items():
            if value is None:
                assert key not in read.attrs
            elif isinstance(value, str | int | float) and not isinstance(value, bool):
                assert read.attrs[key] == value
            else:
                assert json.loads(read.attrs[key]) == json.loads(json.dumps(value))


def test_a_rest_as_a_dataset():
    result = made_up.rest(osmotic=True, law="ohmic")
    data = result.to_xarray()
    assert list(data.section.values) == list(result.layout.section)
    assert list(data.region.values) == list(result.layout.region)
    np.testing.assert_array_equal(data.v, result.v)
    np.testing.assert_array_equal(data.relative_volume, result.relative_volume)
    for ion in IONS:
        np.testing.assert_array_equal(data.inside.sel(ion=ion), result.inside[ion])
        np.testing.assert_array_equal(data.outside.sel(ion=ion), result.outside[ion])
        np.testing.assert_array_equal(data.net.sel(ion=ion), result.net[ion])
        leak = data[result.leak[ion].name]
        np.testing.assert_array_equal(leak, result.leak_strength[ion])
        assert leak.attrs["units"] == result.leak[ion].unit
        for process in data.process.values:
            current = data.current.sel(ion=ion, process=process)
            np.testing.assert_array_equal(current, result.currents[ion].get(process, np.full(4, np.nan)))
    np.testing.assert_array_equal(data.pump_net, result.pump_net)
    np.testing.assert_array_equal(data.slope, result.slope)


def test_an_excitability_as_a_dataset():
    result = made_up.excite()
    data = result.to_xarray()
    np.testing.assert_array_equal(data.ko_mM, [2.5, 4.5, 8, 12])
    assert data.ko_mM.attrs["units"] == "mM" and list(data.outcome.values)[2] == "depolarisation block"
    np.testing.assert_array_equal(data.threshold, [0.9123, 0.5432, np.nan, np.nan])
    for i, point in enumerate(result.points):
        np.testing.assert_array_equal(data.v[i].dropna("sample"), point.v[~np.isnan(point.v)])
        np.testing.assert_array_equal(data.time[i].dropna("sample"), point.t[~np.isnan(point.t)])
    assert "value" not in made_up.excite(None).to_xarray().coords


def test_a_glycoside_as_a_dataset():
    result = made_up.glycoside()
    data = result.to_xarray()
    for alpha in result.bound:
        np.testing.assert_array_equal(data.bound.sel(isoform=alpha), result.bound[alpha])
        np.testing.assert_array_equal(data.bound_at.sel(isoform=alpha), result.bound_at[alpha])
    np.testing.assert_array_equal(data.dose, result.doses)
    np.testing.assert_array_equal(data.pump_left, result.current_at)
    np.testing.assert_array_equal(data.v, result.course.v)
    np.testing.assert_array_equal(data.pump_net, result.course.pump)


def test_a_comparison_as_a_dataset():
    result = made_up.compare()
    data = result.to_xarray()
    for name, of in result.summary["cells"].items():
        for part, summary in of.items():
            for key, value in summary.items():
                read = data[f"{part}_{key}"].sel(cell=name)
                if unit_of(key) is None:
                    assert read.item() == ("" if value is None else str(value))
                else:
                    np.testing.assert_equal(read.item(), np.nan if value is None else value)
                    assert read.attrs["units"] == unit_of(key)


def test_an_inspection_and_a_validation_as_datasets():
    stock = made_up.inspect()
    data = stock.to_xarray()
    np.testing.assert_array_equal(data.area.sel(section="dend[0]"), 102.5)
    assert data.source.sel(parameter="inside.nai").item() == "Rose & Ransom 1997"
    assert data.value.sel(parameter="inside.nai").item() == 9.25
    assert list(data.sections.values) == ["soma dend[0] apic[1]", "soma dend[0]", "apic[1]"]
    checks = made_up.validate()
    data = checks.to_xarray()
    for check in checks.checks:
        read = data.sel(key=check.key)
        np.testing.assert_equal(
            [read.low.item(), read.high.item(), read.got.item()], [check.low, check.high, check.got]
        )
        assert read.verdict.item() == check.verdict and read.unit.item() == check.unit


def test_a_figure_belongs_to_who_asked(result):
    if type(result).__name__ == "InspectResult":
        with pytest.raises(InputError, match="has no figure"):
            result.plot()
        return
    figure = result.plot()
    assert isinstance(figure, Figure) and len(figure.axes) >= 2
    assert figure._repr_png_()[:4] == b"\x89PNG"


def test_pyplot_is_left_alone():
    """Somebody's own figures, backend and style are as they were; nothing loads pyplot."""
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]; import made_up\n"
        "made_up.block().plot(); made_up.compare().plot()\n"
        "import matplotlib; print('matplotlib.pyplot' in sys.modules, matplotlib.rcParams['font.size'])"
    )
    command = [sys.executable, "-c", code, str(ROOT), str(ROOT / "tests")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "10.0"]


def test_a_notebook_shows_a_small_table(result):
    text = result._repr_html_()
    assert text.startswith("<table>") and text.count("<tr>") <= 13
    assert text.count("<tr>") == text.count("</tr>") and "\n" not in text


def test_a_notebook_says_numbers_units_and_no_markup_of_others():
    result = made_up.rest()
    result.summary["cell"] = "<script>alert(1)</script>"
    text = result._repr_html_()
    assert "<script>" not in text and "&lt;script&gt;" in text
    assert "<tr><th>v_rest</th><td>−72.346</td><td>mV</td></tr>" in text
    text = made_up.excite()._repr_html_()
    assert "<tr><th>ko = 2.5 mM: threshold</th><td>0.9123</td><td>nA</td></tr>" in text
    assert "<tr><th>ko = 8 mM: outcome</th><td>depolarisation block</td><td></td></tr>" in text
    assert "nan" not in text
    assert "<th>quick cell: v_rest</th>" in made_up.compare()._repr_html_()


def test_a_notebooks_table_says_that_it_is_cut():
    """Rows that are left out are counted; where all are shown there is nothing to say."""
    every = len(made_up.rest().overview())
    assert every > 12
    said = f'<tr><td colspan="3">… and {every - 12} more in .summary</td></tr></table>'
    assert made_up.rest()._repr_html_().endswith(said)
    assert "more in" not in made_up.excite(None)._repr_html_()


def test_a_cell_without_a_spike_has_no_threshold():
    spike, _, blocked, restless = made_up.excite().points
    assert repr(spike) == "<spike from -74.1 mV, threshold 0.9123 nA>"
    assert repr(blocked) == "<depolarisation block from -41.3 mV>" and repr(restless) == "<no rest found>"
