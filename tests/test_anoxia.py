"""The command anoxia: its numbers, what is printed, written and drawn."""

import numpy as np
import pandas
import pytest
from printing import plain, starting

from models import InputError, anoxia, make_cell
from models.cell.energy import pool_of
from models.show import anoxia as shown
from models.show.command import figure_of
from models.show.output import Output


@pytest.fixture(scope="module")
def result():
    return anoxia(
        "neuron_fed", hours="20 min", restore_at="5 min", morphology="stylised", outside="closed",
        max_compartment_length=200.0,
    )  # fmt: skip


def test_it_depolarises_and_comes_back(result):
    s, course, layout = result.summary, result.course, result.layout
    assert s["v_before_mV"] == pytest.approx(-77) and s["atp_before_mM"] == pytest.approx(2.7)
    assert s["atp_restored_mM"] < 0.5 and s["v_restored_mV"] > -55 and s["ko_restored_mM"] > 12
    assert s["v_end_mV"] == pytest.approx(-77, abs=1) and s["atp_end_mM"] > 2.5
    assert s["dg_atp_before_kJ_mol"] < -56 < -45 < s["dg_atp_restored_kJ_mol"]
    assert course.t[result.restored] == pytest.approx(300e3)
    v = layout.by_area(course.v)
    assert np.interp(3600e3 * s["hours_to_10_mV"], course.t, v) == pytest.approx(v[0] + 10, abs=0.3)
    atp = result.levels["atp"] @ layout.volume / layout.volume.sum()
    assert np.interp(3600e3 * s["hours_to_half_atp"], course.t, atp) == pytest.approx(1.35, abs=0.05)
    for key in ("max_local_charge_error", "ion_conservation_error", "closed_conservation_error"):
        assert s[key] < 1e-10
    pool = pool_of(make_cell("neuron_fed", morphology="stylised", max_compartment_length=500.0).parameters)
    total = sum(result.levels[name] for name in ("atp", "adp", "amp"))
    assert total == pytest.approx(pool.adenylates, rel=1e-12)
    assert "2.7 mM" not in repr(result) and "0 % of neuron_fed's supply of ATP for 0.3333 h" in repr(result)


def test_what_is_printed(result):
    s = result.summary
    found = [line.split("  ") for line in plain(shown.table, result).splitlines()]
    found = [[cell.strip() for cell in cells if cell.strip()] for cells in found if any(cells)]
    for label, key in (("at rest", "before"), ("after 5 min", "restored"), ("after 20 min", "end")):
        row = starting(found, label)
        wanted = [s[f"v_{key}_mV"], s[f"atp_{key}_mM"], s[f"dg_atp_{key}_kJ_mol"]]
        wanted += [s[f"{ion}i_{key}_mM"] for ion in ("na", "k", "cl")] + [s[f"ko_{key}_mM"]]
        assert [float(value) for value in row] == pytest.approx(wanted, abs=0.051)
    text = plain(shown.table, result)
    assert "neuron_fed: 0 % of the supply of ATP for 5 min" in text
    assert "half of the ATP is left after" in text and "10 mV from rest after" in text


def test_what_is_written_and_drawn(result, tmp_path):
    to = Output(tmp_path, {"cell": "fed"})
    shown.files(to, result)
    assert to.written == ["course.csv", "anoxia.png"]
    columns = pandas.read_csv(tmp_path / "course.csv", comment="#")
    assert columns["time_h"].to_numpy() == pytest.approx(result.course.t / 3600e3)
    assert columns["v_mV"].to_numpy() == pytest.approx(result.layout.by_area(result.course.v))
    assert columns["atp_mM"].iloc[0] == pytest.approx(2.7)
    assert columns["ko_mM"].to_numpy() == pytest.approx(result.layout.by_volume(result.course.ko))
    v, stores, ions = figure_of(result).axes
    assert v.lines[0].get_ydata() == pytest.approx(result.layout.by_area(result.course.v))
    assert [line.get_label() for line in stores.lines] == [*shown.WORDS.values()]
    assert "K⁺ outside" in [line.get_label() for line in ions.lines]
    data = result.to_xarray()
    assert data["atp"].units == "mM" and data["dg_atp"].units == "kJ/mol" and "bonds" in data


def test_a_cell_without_atp_as_a_state_is_refused():
    with pytest.raises(
        InputError, match=r"stylised: ATP is no state of it; expected a cell with energy.followed"
    ):
        anoxia("stylised", max_compartment_length=1000.0)
    with pytest.raises(InputError, match="oxygen"):
        anoxia("neuron_fed", oxygen=2)
