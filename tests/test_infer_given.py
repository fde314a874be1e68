"""What is said of numbers in words, what is refused, and what the command prints, writes and draws."""

import json

import numpy as np
import pandas
import pytest
import xarray
from printing import lines, plain, printed, starting

from models import InputError, infer, make_cell
from models.cli import run_command
from models.experiments.inference import sample
from models.show import infer as shown

V = {"what": "v", "value": -50, "error": 1}
NA = {"what": "nai", "value": 12, "error": 2}
R = {"what": "membrane_resistance", "value": "51 kohm cm2", "error": "10 %"}


@pytest.fixture(scope="module")
def hek():
    return make_cell("hek293")


def short(monkeypatch):
    """A sample is drawn in a second."""
    for name, value in (("ROUNDS", 2), ("ENOUGH", 5)):
        monkeypatch.setattr(sample, name, value)


def known(hek, *measured, free=("naleak", "kleak", "clleak", "pump"), **more):
    given = {"measured": [*measured], "free": {name: {} for name in free}}
    return infer(given, hek, draws=0, **more).summary["known"]


def test_what_v_alone_says(hek):
    """Its ratio, and nothing of chloride, which is passive, or of how fast the pump can go."""
    said = known(hek, V)
    (ratio,) = [one for one in said if one.startswith("only")]
    assert ratio.startswith("only P_Na/P_K = 0.") and "is known, not both: P_Na and P_K together" in ratio
    assert "P_Cl and pump are known by the prior alone: nothing measured says more" in said
    assert not any("multiplied" in one for one in said)


def test_one_factor_on_all_changes_no_rest(hek):
    """A law of the membrane, found from the derivatives: until a resistance or a pump current is known."""
    (ratios,) = [one for one in known(hek, V, NA) if one.startswith("only")]
    assert "not how large they are: P_Na, P_K and pump together may be up to" in ratios
    step = {"what": "ouabain_step", "value": 5.5, "error": 0.5}
    together = "nothing measured depends on one factor on P_Na, P_K, P_Cl and pump together"
    assert together in known(hek, V, NA, step)
    for more in (R, {"what": "pump_current", "value": 0.1, "error": "10 %"}):
        assert not any("one factor" in one for one in known(hek, V, NA, step, more))


def test_what_is_known_stands_first(hek):
    current = {"what": "pump_current", "value": 0.105, "error": "10 %"}
    step = {"what": "step", "value": 5, "error": 0.3, "set": {"clo": 60}, "hold": "concentrations"}
    said = known(hek, V, NA, R, current, step)
    assert said[0].startswith("known by what was measured: P_Na to within ") and "P_Cl to within" in said[0]
    assert not any(one.startswith("only") for one in said)


def test_a_number_on_which_nothing_depends(hek):
    said = known(hek, V, free=("kleak", "clleak"))
    assert "P_Cl is known by the prior alone: nothing measured says more" in said
    given = {"measured": [V], "free": {"kleak": {}, "clleak": {"low": 0.1, "high": 10}}}
    result = infer(given, hek, draws=0)
    assert result.known.share[0] < 0.1 and result.known.share[1] == pytest.approx(1)
    assert result.sought[1].spread == pytest.approx(np.log(100) / np.sqrt(12))  # of what is even


def test_where_a_bath_cannot_be_changed_alone_another_step_is_named():
    """Water follows, so that half the Na+ outside would need something in its place."""
    result = infer({"measured": [V, NA]}, "hek293", draws=0, volume="osmotic")
    assert result.next_ones and not any("nao" in one.words for one in result.next_ones)


def test_what_no_numbers_give(hek):
    """A wrong value is named, and how far off it is; a prior that the values speak against, too."""
    result = infer({"measured": [V | {"value": -130}, NA]}, hek, draws=0)
    s = result.summary
    assert not s["fits"] and s["p_value"] < 1e-6 and "which does not fit" in result.line()
    assert s["misfit"].startswith("no P_Na, P_K, P_Cl and pump give this: v is -130 ± 1 mV, and the best")
    tight = {"naleak": {"spread": 1.02}, "kleak": {"spread": 1.02}}
    s = infer({"measured": [V | {"value": -60, "error": 20}], "free": tight}, hek, draws=0).summary
    assert s["fits"]
    s = infer({"measured": [V | {"value": -53}], "free": tight}, hek, draws=0).summary
    assert not s["fits"] and "held hardly possible: P_" in s["misfit"]


def test_another_unit_of_an_error_is_another_error(hek):
    widths = []
    for error in (1, "1 mV", "1000 uV", "2 %", "1e-3 V"):
        widths.append(infer({"measured": [V | {"error": error}]}, hek, draws=0).fit.covariance[0, 0])
    assert widths == pytest.approx([widths[0]] * 5, rel=1e-6)


def test_the_next_measurement_would_do_what_is_said(hek):
    """Made with that error, where it was foretold, it narrows the number as far as was said."""
    one = infer({"measured": [V, NA, R]}, hek, draws=0)
    best = next(n for n in one.next_ones if n.words == "ouabain_step")
    at = infer(
        {"measured": [V, NA, R, {"what": "ouabain_step", "value": 5.456, "error": best.error}]}, hek, draws=0
    )
    i = [n.label for n in at.sought].index(best.label)
    deviation = np.sqrt(at.fit.covariance[i, i]) * at.sought[i].spread
    assert deviation == pytest.approx(best.after, rel=0.1) and best.after < 0.5 * best.before


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({}, "measured: nothing is measured"),
        ({"measured": [V | {"what": "vv"}]}, "measured 1: unknown quantity 'vv'; did you mean 'v'"),
        ({"measured": [V, NA | {"error": 0}]}, "measured 2 (nai): error: must be above 0 mM, got 0"),
        ({"measured": [V | {"error": "-1 mV"}]}, "measured 1 (v): error: must be above 0 mV"),
        ({"measured": [V | {"error": "1 mM"}]}, "measured 1 (v): error: expected a voltage"),
        ({"measured": [V | {"value": "50 %"}]}, "measured 1 (v): value: expected a voltage"),
        ({"measured": [NA | {"value": -3}]}, "measured 1 (nai): value: nai (mM) must be at least 0"),
        ({"measured": [NA | {"what": "mgi"}]}, "measured 1 (mgi): hek293 has no mg"),
        ({"measured": [{"what": "v", "value": -50}]}, "measured 1.error is missing"),
        ({"measured": [V | {"hold": "all"}]}, "measured 1.hold"),
        ({"measured": [V | {"erorr": 1}]}, "unknown key 'erorr'; did you mean 'error'"),
        ({"measured": [V | {"hold": "concentrations"}]}, "hold has no effect where nothing changes"),
        ({"measured": [V | {"what": "step"}]}, "measured 1 (step): expected what changes"),
        ({"measured": [V | {"set": {"kp": 8}}]}, "measured 1 (v): unknown parameter 'kp'"),
        ({"measured": [V | {"where": "dend"}]}, "measured 1 (v): "),
        ({"measured": [V | {"what": "ouabain_step", "hold": "concentrations"}]}, "hold has no effect: it is"),
        ({"measured": [NA | {"set": {"ko": 8}, "hold": "concentrations"}]}, "stays as it was"),
        ({"measured": [V], "free": {"leak": {}}}, "free.leak: unknown parameter 'leak'; did you mean"),
        (
            {"measured": [V], "free": {"inside.nai": {}}},
            "free.inside.nai: inside.nai is a value of the cell's",
        ),
        ({"measured": [V], "free": {"celsius": {}}}, "free.celsius: is 22 and has no logarithm"),
        ({"measured": [V], "free": {"pl_kir": {}}}, "free.pl_kir: "),
        ({"measured": [V], "free": {"impermeant": {}}}, "free.impermeant: "),
        ({"measured": [V], "free": {"pump": {"spread": 1}}}, "free.pump.spread: a factor above 1, got 1"),
        ({"measured": [V], "free": {"pump": {"low": 3, "high": 2}}}, "expected the lower limit first"),
        ({"measured": [V], "free": {"pump": {"low": 2, "median": 1}}}, "free.pump.median: 1"),
        ({"measured": [V], "free": {"km_na": {"median": "3 mV"}}}, "km_na"),
        (
            {"measured": [V], "free": {"clleak": {}}},
            "measured 1 (v): depends on nothing that is free (clleak)",
        ),
        ({"measured": [V], "set": {"ko": "8 mV"}}, "ko=8 mV: expected a concentration"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(hek, tables, words):
    with pytest.raises(InputError) as error:
        infer(tables, hek, draws=0)
    said = str(error.value)
    assert words in said and "\n" not in said and len(said) < 400


def test_other_arguments(hek, tmp_path):
    with pytest.raises(InputError, match=r"draws=-1: draws must be at least 0"):
        infer({"measured": [V]}, hek, draws=-1)
    with pytest.raises(InputError, match="closed space keeps what it began with"):
        infer({"measured": [V]}, "hek293", outside="closed")
    with pytest.raises(InputError, match=r"no_such\.toml"):
        infer("no_such.toml")
    path = tmp_path / "mine.toml"
    path.write_text('measured = [{ what = "v", value = "-50 mV", error = "0 mV" }]\ncell = "hek293"\n')
    with pytest.raises(InputError, match=r"mine.toml: measured 1 \(v\): error"):
        infer(path)


def test_the_command(tmp_path, monkeypatch, capsys):
    """A file with options beside it: tables of 80 columns, files, a dataset, and the figure."""
    (tmp_path / "m.toml").write_text(
        'cell = "hek293"\nset = { ko = "6 mM" }\n[free]\nnaleak = {}\nclleak = { low = 0.05, high = 20 }\n'
        '[[measured]]\nwhat = "v"\nvalue = "-45 mV"\nerror = "1 mV"\nsource = "made up"\n'
    )
    monkeypatch.chdir(tmp_path)
    short(monkeypatch)
    words = ["infer", "m.toml", "--measured", "membrane_resistance=40+-4 kohm cm2,nai=12+-2"]
    words += ["--free", "kleak:2", "--draws", "20", "--out", "o", "--also", "nc"]
    monkeypatch.setattr("sys.argv", ["run.py", *words])
    assert run_command() == 0
    out = capsys.readouterr().out
    assert "from 3 measured values" in out and "what would tell most next" in out
    s = json.loads((tmp_path / "o" / "summary.json").read_text())
    assert [one["parameter"] for one in s["numbers"]] == ["naleak", "clleak", "kleak"]
    assert s["provenance"]["set"] == "ko=6" and s["values"][1]["value"] == 40e3
    numbers = pandas.read_csv(tmp_path / "o" / "parameters.csv", comment="#")
    assert list(numbers["prior"]) == ["log-normal", "flat", "log-normal"]
    assert numbers["prior_spread"][2] == pytest.approx(2)
    drawn = pandas.read_csv(tmp_path / "o" / "samples.csv", comment="#")
    assert len(drawn) == s["draws_counted"] and drawn["clleak"].between(0.05, 20).all()
    assert np.median(drawn["kleak"]) == pytest.approx(numbers["median"][2], rel=1e-9)
    with xarray.open_dataset(tmp_path / "o" / "infer.nc", engine="h5netcdf") as data:
        assert data["sample"].dims == ("draw", "parameter") and list(data["parameter"].values) == list(
            numbers["parameter"]
        )
        assert data["prediction"].sizes == {"draw": len(drawn), "measurement": 3}
        assert data["sample"].values[:, 0] == pytest.approx(drawn["naleak"].values, rel=1e-9)
    assert (tmp_path / "o" / "infer.png").stat().st_size > 20000


def test_what_is_printed_and_drawn(hek):
    result = infer({"measured": [V, NA], "free": {"naleak": {}, "pump": {"spread": 2}}}, hek, draws=0)
    text = lines(shown.table, result)
    s = result.summary["numbers"][1]
    row = starting(text, "pump")
    assert row[:2] == ["1 ×/÷ 2", f"{s['best']:.3g}"] and row[-1].endswith("mA/cm2")
    value = result.summary["values"][0]
    assert starting(text, "v, mV")[:3] == ["-50", "1", f"{value['fitted']:.4g}"]
    table = printed(shown.table, result, width=80).split("known")[0]
    assert max(map(len, table.splitlines())) <= 80 and "…" not in table
    assert "no sample drawn" in plain(shown.table, result)
    drawn = result.plot()
    labels = [axis.get_xlabel() for axis in drawn.axes]
    assert "P_Na" in labels and "standard errors from what was measured" in labels


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--measured", "v=-70"], "--measured v=-70: expected NAME=VALUE+-ERROR"),
        (["--measured", "v=-70+-0"], "--measured: measured 1 (v): error: must be above 0"),
        (["--measured", "v=-70+-1", "--free", "pump:x"], "--free pump:x: expected NAME or NAME:FACTOR"),
        (["--measured", "v=-70+-1", "--max-spikes", "3"], "--max-spikes has no effect"),
        ([], "nothing is measured"),
    ],
)
def test_what_the_command_refuses(words, said, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["run.py", "infer", "--cell", "hek293", *words])
    assert run_command() == 2
    assert said in " ".join(capsys.readouterr().err.split())
