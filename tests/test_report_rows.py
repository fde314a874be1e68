"""The rows of every table: each number against the result it stands for."""

import made_up
import numpy as np
import pytest
from made_up import by_area, by_volume
from printing import TABLE, lines, lonely, plain, printed, starting

from models.experiments.validate import read_rows
from models.show.compare import explain
from models.show.validate import ROWS
from models.words import duration

VALENCE = {"na": 1, "k": 1, "cl": -1, "ca": 2}
ION = {"Na⁺": "na", "K⁺": "k", "Cl⁻": "cl", "Ca²⁺": "ca"}


@pytest.mark.parametrize("law", ["ghk", "ohmic"])
@pytest.mark.parametrize("channels", [True, False])
def test_rest_table(law, channels):
    result = made_up.rest(law=law, channels=channels)
    text = plain(TABLE["rest"], result)
    assert "made up rests at -72.346 mV" in text and "4 compartments, 36.5 °C, a drawing" in text
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.split()[:1]}
    heads = text.splitlines()[2].split()
    columns = ["inside", "outside", "Nernst", "V", "-", "E"]
    columns += {"ghk": ["P"], "ohmic": ["g", "P"]}[law] + ["leak", "pump"]
    assert heads == [*columns, *(["channels"] if channels else []), "net"]
    label, *units = text.splitlines()[3].split()
    assert label == "ion"
    assert units == ["mM"] * 2 + ["mV"] * 2 + {"ghk": ["cm/s"], "ohmic": ["S/cm²", "cm/s"]}[law] + [
        "µA/cm²"
    ] * (4 if channels else 3)
    for symbol, ion in ION.items():
        inside, outside = (
            by_volume(result.inside[ion], result.relative_volume),
            by_volume(result.outside[ion]),
        )
        e = 8.31446261815324 * 309.65 / 96.48533212331 / VALENCE[ion] * np.log(outside / inside)
        near = f"{inside:.3g}" if ion == "ca" else f"{inside:.2f}"  # not 0.00
        wanted = [near, f"{outside:.2f}", f"{e:.2f}", f"{-72.345678 - e:.2f}"]
        strength = f"{by_area(result.leak_strength[ion]):.3e}"
        wanted += [strength] if law == "ghk" else ["–", strength] if ion == "ca" else [strength, "–"]
        parts = {name: 1e3 * by_area(i) for name, i in result.currents[ion].items()}
        further = sum(value for name, value in parts.items() if name not in ("leak", "pump"))
        shown = [parts["leak"], parts.get("pump", 0.0), *([further] if channels else []), sum(parts.values())]
        assert rows[symbol] == wanted + ["0" if value == 0 else f"{value:+.4f}" for value in shown], symbol


def test_round_off_is_shown_as_nothing():
    """A current of 1e-8 of the largest leak is 0; a little more is not, to its four digits."""
    result = made_up.rest(channels=False, ions=("na", "k"))
    leak = by_area(result.currents["na"]["leak"])
    for share, shown in ((0.9e-8, "0"), (1.1e-8, "+0.0000")):
        result.currents["k"]["pump"] = np.full(4, share * abs(leak))
        (row,) = [line.split() for line in plain(TABLE["rest"], result).splitlines() if line[:2] == "K⁺"]
        assert row[-2] == shown


def test_water_is_where_it_began_only_there():
    result = made_up.rest(osmotic=True)
    for volume, words in (
        (1 + 0.9e-6, "at the volume it began"),
        (1 + 1.2e-6, "at 1 times"),
        (0.5, "at 0.5 times"),
    ):
        result.summary["relative_volume"] = volume
        assert words in plain(TABLE["rest"], result)


def test_block_table():
    result = made_up.block(True, space="closed", osmotic=True)
    s, moved = result.summary, result.course
    found = lines(TABLE["block"], result)
    for label, index, kind, v in (
        ("at rest", 0, "before", s["v_before_mV"]),
        ("at once", 0, "before", s["v_immediate_mV"]),
        ("at recovery", 4, "recovery", s["v_recovery_mV"]),
        ("after 2 h", -1, "end", s["v_end_mV"]),
    ):
        wanted = [v, *(s[f"{ion}i_{kind}_mM"] for ion in ("na", "k", "cl"))]
        wanted += [by_volume(getattr(moved, f"{ion}o")[index]) for ion in result.layout.ions]
        volume = f"×{by_volume(moved.relative_volume)[index]:.3f}"
        assert starting(found, label) == [*(f"{value:.2f}" for value in wanted), volume]
    donnan = next(cells for cells in found if cells[0].startswith("Donnan"))
    assert donnan[1:] == ["-11.56", "×2.679"]
    text = " ".join(plain(TABLE["block"], result).split())
    assert "75 % of the pumps blocked for 8.33 min" in text
    assert (
        "step +6.23 mV" in text
        and "+6.44 mV" in text
        and "at 3.46 mM/min" in text
        and "after 34.1 min" in text
    )
    for number in ("3.4e-15 of the salt", "1.2e-15 in all", "5.6e-15", "7.8e-15", "2.68 s"):
        assert number in text


def test_compare_table():
    result = made_up.compare(osmotic=True)
    found = lines(TABLE["compare"], result)
    for label, part, key, form in (
        ("rests at (mV)", "rest", "v_rest_mV", "{:.2f}"),
        ("GHK, without the pump (mV)", "rest", "ghk_mV", "{:.2f}"),
        ("Mullins–Noda, with it (mV)", "rest", "mullins_noda_mV", "{:.2f}"),
        ("pump, net current (µA/cm²)", "rest", "pump_net_current_uA_cm2", "{:.3f}"),
        ("ATP (molecules/s)", "rest", "atp_per_s", "{:.2e}"),
        ("surface / volume (1/µm)", "rest", "surface_to_volume_per_um", "{:.3f}"),
        ("Na⁺ rises by (mM/min)", "block", "nai_rise_mM_per_min", "{:.3g}"),
        ("V after 2 h (mV)", "block", "v_end_mV", "{:.2f}"),
        ("K⁺ outside after 2 h (mM)", "block", "ko_end_mM", "{:.1f}"),
        ("Donnan voltage (mV)", "block", "final_mV", "{:.2f}"),
        ("volume after 2 h", "block", "relative_volume_end", "×{:.3f}"),
        ("volume at the end", "block", "final_relative_volume", "×{:.3f}"),
        ("compartments", "rest", "compartments", "{}"),
    ):
        wanted = [form.format(cell[part][key]) for cell in result.summary["cells"].values()]
        assert starting(found, label) == wanted, label
    for label, key in (
        ("half-way to Donnan after", "hours_half_way_to_final"),
        ("10 mV from rest after", "hours_to_10_mV"),
    ):
        wanted = [duration(cell["block"][key]) for cell in result.summary["cells"].values()]
        assert starting(found, label) == wanted
    kilo = [
        f"{cell['rest']['membrane_resistance_ohm_cm2'] / 1000:.1f}"
        for cell in result.summary["cells"].values()
    ]
    assert starting(found, "membrane resistance (kΩ·cm²)") == kilo
    for symbol in ("Na⁺", "K⁺", "Cl⁻"):
        for side in ("inside", "outside"):
            key = f"{ION[symbol]}{side[0]}_mM"
            wanted = [f"{c['rest'][key]:.1f}" for c in result.summary["cells"].values()]
            assert starting(found, f"{symbol} {side} (mM)") == wanted
    blocks = [cell["block"] for cell in result.summary["cells"].values()]
    assert starting(found, "pump blocked, at once (mV)") == [f"{b['v_immediate_mV']:.2f}" for b in blocks]
    steps = [f"{b['v_immediate_mV'] - b['v_before_mV']:+.2f}" for b in blocks]
    assert starting(found, "step at once (mV)") == steps


def test_why_one_is_faster():
    """The sentence names the faster one and its ratios, whichever comes first."""
    result = made_up.compare()
    cells = result.summary["cells"]
    cells["slow"]["rest"] |= {"surface_to_volume_per_um": 2.5, "pump_net_current_uA_cm2": 0.9}
    cells["slow"]["block"]["nai_rise_mM_per_min"] = 50.0
    cells["quick cell"]["rest"] |= {"surface_to_volume_per_um": 0.5, "pump_net_current_uA_cm2": 0.3}
    cells["quick cell"]["block"]["nai_rise_mM_per_min"] = 4.0
    said = explain(result)
    assert said.startswith("why: slow has 5 times the surface per volume of quick cell and 3 times the pump")
    assert said.endswith("so its Na⁺ rises 12.5 times as fast")
    assert explain(made_up.compare(("a", "b", "c"))) == "" == explain(made_up.compare(("a",)))
    assert explain(lonely(0)) == "" == explain(lonely(1))


def test_excite_rows():
    result = made_up.excite()
    found = lines(TABLE["excite"], result)
    assert ["ko", "rest", "threshold", "spike peak", "height"] in found
    assert ["mM", "mV", "nA", "mV", "mV", "outcome"] in found
    assert starting(found, "2.5") == ["-74.10", "0.9123", "33.3", "107.4", "spike"]
    assert starting(found, "8") == ["-41.30", "–", "–", "–", "depolarisation block"]
    assert starting(found, "12") == ["–", "–", "–", "–", "no rest found"]
    assert any(cells[0].startswith("peak and height at 1.2 times threshold") for cells in found)


def test_what_makes_no_spike_is_said_below_the_table():
    result = made_up.excite()
    for points in (result.points, result.summary["points"]):
        del points[:2]
    said = "no spike, no Na+ or Ca2+ channels; driven to 75.2 mV, 30 ms later at -58.0 mV"
    result.points[0].outcome = result.summary["points"][0]["outcome"] = said
    found = lines(TABLE["excite"], result)
    assert starting(found, "8") == ["-41.30", "–", "–", "–", "no spike, no Na+ or Ca2+ channels"]
    assert [f"ko = 8 mM: {said}"] in found
    assert not any("times threshold" in cells[0] for cells in found)


def test_glycoside_rows():
    result = made_up.glycoside()
    found = lines(TABLE["glycoside"], result)
    assert starting(found, "α1") == ["20.0 %", "31.0 %", "29.0 %"]
    assert starting(found, "α2") == ["80.0 %", "51.0 %", "49.0 %"]
    assert starting(found, "all") == ["78.9 %"]
    assert starting(found, "before") == ["-72.30", "31.11", "41.11", "51.11", "200.00"]  # Ca2+ in nM
    assert starting(found, "after 60 min") == ["-55.60", "32.22", "42.22", "52.22", "500.00"]
    text = " ".join(plain(TABLE["glycoside"], result).split())
    assert "at its lowest 12.3 % of rest, at the end 34.5 %; half of it stopped at 456 nM" in text


def test_validate_rows():
    found = lines(TABLE["validate"], made_up.validate())
    rows = [" ".join(cells) for cells in found if cells[0].split()[0:1] and "to" in " ".join(cells)]
    assert rows[:3] == [
        "R1 rest -75 to -65 -71.25 mV within",
        "R1 rise 4 to 6 6.4 mM/min miss",
        "K2 share 0.2 to 0.4 0.15 miss",  # a pure number has no unit
    ]
    assert rows[5:7] == ["P5 given -90 to -80 -84.5 mV put in", "P6 nobody's 1 to 2 – nM no number"]
    assert ["R1, rise: too leaky"] in found and ["K2, share: not known why"] in found
    assert ["P6, nobody's: no number; not computed"] in found
    text = " ".join(plain(TABLE["validate"], made_up.validate()).split())
    assert "1 of 5 numbers within (23 %); 2 more are no test" in text and "of 4 rows 3 have" in text


def test_inspect_rows():
    found = lines(TABLE["inspect"], made_up.inspect())
    assert starting(found, "soma") == ["1", "1", "310.25", "500.125"]
    assert starting(found, "dend") == ["2", "5", "255", "130.375"]
    assert starting(found, "Na⁺") == ["nakpump", "nai", "ina", "every section"]
    assert starting(found, "K⁺") == ["kleak", "ki ko", "ik", "soma, dend[0]"]
    assert starting(found, "inside.nai") == ["9.25 mM", "Rose & Ransom 1997"]
    assert starting(found, "pump.n_na") == ["3", "Clausen & Kohn 1977"]
    assert starting(found, "leak.pk") == ["4.2e-07 cm/s", "found by the balance"]


def test_many_sections_are_counted():
    result = made_up.inspect()
    names = [f"dend[{i}]" for i in range(6)]
    for count, said in (
        (4, "dend[0], dend[1], dend[2], dend[3]"),
        (6, "dend[0], dend[1], dend[2], dend[3] and 2 more"),
    ):
        result.access[1]["sections"] = names[:count]
        assert starting(lines(TABLE["inspect"], result), "K⁺")[-1] == said


def test_the_letters_of_every_row_are_explained():
    letters = {row["row"].rstrip("0123456789") for row in read_rows().values()}
    assert letters == {*ROWS}
    (said,) = [
        line for line in plain(TABLE["validate"], made_up.validate()).splitlines() if line[:5] == "rows:"
    ]
    assert all(f"{letters} {words}" in said for letters, words in ROWS.items())


def test_one_of_a_kind_is_no_plural():
    result = made_up.inspect()
    result.summary |= {"sections": 1, "compartments": 1}
    assert "1 section, 1 compartment, 67.5 µm" in plain(TABLE["inspect"], result)


@pytest.mark.parametrize(
    ("recover", "changes", "said"),
    [
        (False, {}, "half-way to Donnan after 34.1 min"),
        (False, {"v_immediate_mV": -40.0}, "half-way to Donnan with the step"),
        (False, {"v_immediate_mV": None}, "half-way to Donnan after 34.1 min"),
        (False, {"hours_half_way_to_final": None}, "half-way to Donnan not reached"),
        (
            True,
            {"hours_half_way_to_final": None},
            "half-way to Donnan not reached before the pumps ran again",
        ),
    ],
)
def test_when_half_the_way_was_covered(recover, changes, said):
    result = made_up.block(recover)
    result.summary |= changes
    (line,) = [row for row in printed(TABLE["block"], result, width=1000).splitlines() if "half-way" in row]
    assert line.endswith(f", {said}")


def test_the_last_row_names_the_end():
    """Donnan where it is one; the block itself stands above the table."""
    result = made_up.block()
    assert starting(lines(TABLE["block"], result), "Donnan, for ever") == ["-11.56"]
    result.summary["final_name"] = "block in dend, for ever; ATP still spent by the pump"
    assert starting(lines(TABLE["block"], result), "for ever") == ["-11.56"]
