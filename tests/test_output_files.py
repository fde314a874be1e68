"""Every file that a command writes, read back: each column and variable against the result it came from."""

import made_up
import numpy as np
import pandas
import pytest
import xarray
from made_up import by_area, by_volume
from matplotlib.figure import Figure

from models.experiments.keys import unit_of
from models.show.command import commands
from models.show.output import Output
from models.show.rest import files as write_rest

WRITE = {name: command.files for name, command in commands().items()}
IONS = ["na", "k", "cl", "ca"]
VALENCE = {"na": 1, "k": 1, "cl": -1, "ca": 2}
PROVENANCE = {"pumpleak": "9.9", "cell": "this one"}


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Figures are tested elsewhere; here, which result is handed to which of them: [(name, result)]."""
    asked = []

    def note(name):
        def draw(result):
            asked.append((name, result))
            return Figure(figsize=(0.2, 0.2))

        return draw

    for name in ("rest", "block", "excite", "glycoside", "compare", "validate"):
        monkeypatch.setattr(f"models.show.{name}.figure", note(name))
    return asked


@pytest.fixture
def files(tmp_path):
    return Output(tmp_path, PROVENANCE)


def table(files, name):
    """A table as a user reads it; its first line says where it is from."""
    path = files.folder / name
    assert path.read_text(encoding="utf-8").splitlines()[0] == "# pumpleak=9.9, cell=this one"
    return pandas.read_csv(path, comment="#")


def same(read, wanted):
    """Every column, in order, to the twelve digits of the file."""
    assert list(read.columns) == list(wanted)
    for name, values in wanted.items():
        assert len(read[name]) == len(values), name
        if isinstance(values[0], str):
            assert list(read[name]) == list(values), name
        else:
            given = np.asarray(values, float)  # None is an empty cell
            np.testing.assert_allclose(read[name].to_numpy(float), given, rtol=1e-11, atol=0, err_msg=name)


def where(layout):
    return {
        "section": ["soma", "dend[0]", "dend[0]", "apic[1]"],
        "x": [0.5, 0.25, 0.75, 0.125],
        "region": ["soma", "dend", "dend", "apic"],
        "distance_um": [0.0, 31.0, 77.0, 44.0],
    }


# ---------------------------------------------------------------------- rest


def expected_ions(result):
    layout, v = result.layout, result.summary["v_rest_mV"]
    rows = {"ion": [], "inside_mM": [], "outside_mM": [], "nernst_mV": [], "driving_force_mV": []}
    parts = {f"{name}_uA_cm2": [] for name in ("leak", "pump", "channels", "net")}
    for ion in layout.ions:
        inside, outside = (
            by_volume(result.inside[ion], result.relative_volume),
            by_volume(result.outside[ion]),
        )
        e = 8.31446261815324 * 309.65 / 96.48533212331 / VALENCE[ion] * np.log(outside / inside)
        for key, value in zip(rows, (ion, inside, outside, e, v - e), strict=True):
            rows[key].append(value)
        means = {name: 1e3 * by_area(i) for name, i in result.currents[ion].items()}  # mA to uA
        parts["leak_uA_cm2"].append(means["leak"])
        parts["pump_uA_cm2"].append(means.get("pump", 0.0))
        parts["channels_uA_cm2"].append(sum(i for n, i in means.items() if n not in ("leak", "pump")))
        parts["net_uA_cm2"].append(sum(means.values()))
    return rows, parts


def expected_compartments(result, leaks):
    rows = where(result.layout) | {
        "area_um2": made_up.AREA, "volume_um3": made_up.VOLUME, "relative_volume": result.relative_volume,
        "v_mV": result.v,
    }  # fmt: skip
    for ion in result.layout.ions:
        rows[f"{ion}i_mM"], rows[f"{ion}o_mM"] = result.inside[ion], result.outside[ion]
        rows[f"{ion}_leak_{leaks[ion]}"] = result.leak_strength[ion]
        for process, current in result.currents[ion].items():
            rows[f"i_{ion}_{process}_uA_cm2"] = 1000 * current
        rows[f"{ion}_net_mM_per_ms"] = result.net[ion]
    return rows


@pytest.mark.parametrize("law", ["ghk", "ohmic"])
def test_rest(files, drawn, law):
    result = made_up.rest(law=law, osmotic=True)
    write_rest(files, result)
    assert files.written == ["ions.csv", "compartments.csv", "rest.png"]
    assert drawn == [("rest", result)]
    rows, parts = expected_ions(result)
    strength = [by_area(result.leak_strength[ion]) for ion in IONS]
    if law == "ghk":
        strengths = {"permeability_cm_s": strength}
    else:  # Ca2+ has a permeability in an ohmic cell too
        none = [None] * 3
        strengths = {"conductance_S_cm2": [*strength[:3], None], "permeability_cm_s": [*none, strength[3]]}
    same(table(files, "ions.csv"), rows | strengths | parts)
    leaks = dict.fromkeys(IONS, "cm_s") if law == "ghk" else dict.fromkeys(IONS, "S_cm2") | {"ca": "cm_s"}
    same(table(files, "compartments.csv"), expected_compartments(result, leaks))


def test_a_prefix_is_put_before_every_name(files):
    write_rest(files, made_up.rest(ions=("na", "k")), "some_")
    assert files.written == ["some_ions.csv", "some_compartments.csv", "some_rest.png"]
    assert list(table(files, "some_ions.csv")["ion"]) == ["na", "k"]


# ---------------------------------------------------------------------- block


def expected_course(result):
    moved = result.course
    rows = {
        "time_h": moved.t / 3.6e6, "v_mV": by_area(moved.v), "v_min_mV": moved.v.min(axis=1),
        "v_max_mV": moved.v.max(axis=1),
    }  # fmt: skip
    for ion in result.layout.ions:
        rows[f"{ion}i_mM"] = by_volume(getattr(moved, ion), moved.relative_volume)
        rows[f"{ion}o_mM"] = by_volume(getattr(moved, f"{ion}o"))
    return rows | {"relative_volume": by_volume(moved.relative_volume)}


@pytest.mark.parametrize("osmotic", [False, True])
@pytest.mark.parametrize("ions", [IONS, ["na", "k"]])
def test_block(files, drawn, osmotic, ions):
    result = made_up.block(osmotic=osmotic, ions=tuple(ions), space="closed")
    WRITE["block"](files, result)
    assert files.written == ["course.csv", "end.csv", "traces.nc", "block.png"]
    assert drawn == [("block", result)]
    same(table(files, "course.csv"), expected_course(result))
    place, moved = where(result.layout), result.course
    end = {key: place[key] for key in ("section", "x", "distance_um")}
    end |= {"v_mV": moved.v[-1], "final_mV": result.final}
    for ion in ions:
        end |= {f"{ion}i_mM": getattr(moved, ion)[-1], f"{ion}o_mM": getattr(moved, f"{ion}o")[-1]}
    same(table(files, "end.csv"), end | {"relative_volume": moved.relative_volume[-1]})


# ---------------------------------------------------------------------- the other commands


def test_compare(files, drawn):
    result = made_up.compare()
    for name, one in result.blocks.items():
        one.layout.provenance["cell"] = name
    WRITE["compare"](files, result)
    kinds = ("ions.csv", "compartments.csv", "rest.png", "course.csv", "end.csv", "traces.nc", "block.png")
    prefixes = ("quick_cell_", "quick_cell_closed_", "slow_", "slow_closed_")
    assert files.written == [p + kind for p in prefixes for kind in kinds] + ["compare.png"]
    assert drawn[-1] == ("compare", result)
    for i, one in enumerate(result.blocks.values()):
        assert drawn[2 * i : 2 * i + 2] == [("rest", one.before), ("block", one)]
    for prefix, (name, one) in zip(prefixes, result.blocks.items(), strict=True):
        first = (files.folder / f"{prefix}course.csv").read_text().splitlines()[0]
        assert f"cell={name}," in first and first.startswith("# pumpleak=9.9, ")
        read = pandas.read_csv(files.folder / f"{prefix}course.csv", comment="#")
        same(read, expected_course(one))
        read = pandas.read_csv(files.folder / f"{prefix}ions.csv", comment="#")
        assert read["inside_mM"][0] == pytest.approx(by_volume(one.before.inside["na"]), rel=1e-11)
        with xarray.open_dataset(files.folder / f"{prefix}traces.nc", engine="h5netcdf") as traces:
            assert traces.attrs["cell"] == name
            np.testing.assert_array_equal(traces.v, one.course.v)


@pytest.mark.parametrize("calcium", [True, False])
def test_glycoside(files, drawn, calcium):
    result = made_up.glycoside(calcium)
    WRITE["glycoside"](files, result)
    moved = result.course
    assert files.written == ["course.csv", "dose_response.csv", "glycoside.png"]
    assert drawn == [("glycoside", result)]
    wanted = {
        "time_h": moved.t / 3.6e6, "v_mV": by_area(moved.v), "alpha1_bound": result.bound["alpha1"],
        "alpha2_bound": result.bound["alpha2"], "pump_net_uA_cm2": 1000 * by_area(moved.pump),
    }  # fmt: skip
    for ion in IONS if calcium else IONS[:3]:
        wanted[f"{ion}i_mM"] = by_volume(getattr(moved, ion), moved.relative_volume)
    same(table(files, "course.csv"), wanted)
    wanted = {"dose_mM": result.doses} | {f"{alpha}_bound": b for alpha, b in result.bound_at.items()}
    same(table(files, "dose_response.csv"), wanted | {"pump_left": result.current_at})


@pytest.mark.parametrize("varied", ["ko_mM", None])
def test_excite(files, drawn, varied):
    result = made_up.excite(varied)
    WRITE["excite"](files, result)
    assert files.written == ["excitability.csv", "spikes.csv", "excite.png"]
    assert drawn == [("excite", result)]
    points = result.points
    wanted = {varied: [p.value for p in points]} if varied else {}
    wanted |= {
        "v_rest_mV": [p.v_rest for p in points], "threshold_nA": [p.threshold for p in points],
        "spike_peak_mV": [p.peak for p in points], "spike_height_mV": [p.height for p in points],
        "outcome": [p.outcome for p in points],
    }  # fmt: skip
    same(table(files, "excitability.csv"), wanted)
    number = [[p.value if varied else i] * len(p.t) for i, p in enumerate(points)]
    wanted = {
        "condition": np.concatenate(number), "time_ms": np.concatenate([p.t for p in points]),
        "v_mV": np.concatenate([p.v for p in points]),
    }  # fmt: skip
    same(table(files, "spikes.csv"), wanted)


def test_validate(files, drawn):
    result = made_up.validate()
    WRITE["validate"](files, result)
    assert files.written == ["validation.csv", "validation.png"]
    assert drawn == [("validate", result)]
    read = table(files, "validation.csv")
    names = ["row", "what", "unit", "low", "high", "got", "verdict", "source", "put_in", "why"]
    assert list(read.columns) == names
    for name in names:
        for cell, check in zip(read[name], result.checks, strict=True):
            wanted = getattr(check, name)
            empty = wanted == "" or wanted != wanted
            assert pandas.isna(cell) if empty else str(cell) == str(wanted), name
    assert list(read["verdict"]) == ["within", "miss", "miss", "miss", "miss", "put in", "put in"]


def test_inspect(files):
    result = made_up.inspect()
    WRITE["inspect"](files, result)
    assert files.written == ["sections.csv", "access.csv", "parameters.csv"]

    def columns(rows):
        return {key: [row[key] for row in rows] for key in rows[0]}

    same(table(files, "sections.csv"), columns(result.sections))
    access = columns(result.access)
    access["sections"] = ["soma dend[0] apic[1]", "soma dend[0]", "apic[1]"]
    same(table(files, "access.csv"), access)
    read = table(files, "parameters.csv")
    assert list(read.columns) == ["parameter", "value", "unit", "source"]
    for row, wanted in zip(read.to_dict("records"), result.parameters, strict=True):
        assert row == wanted


def test_every_column_says_its_unit(files):
    for result, write in (
        (made_up.rest(), write_rest),
        (made_up.block(osmotic=True), WRITE["block"]),
        (made_up.glycoside(), WRITE["glycoside"]),
        (made_up.excite(), WRITE["excite"]),
        (made_up.validate(), WRITE["validate"]),
        (made_up.inspect(), WRITE["inspect"]),
    ):
        write(files, result)
    for name in files.written:
        if name.endswith(".csv"):
            for column in table(files, name).columns:
                unit_of(column)  # KeyError where it does not
