"""Activity coefficients of ions that differ inside and outside: what V, balance, water and blocks make of
them."""

import numpy as np
import pytest

from models import InputError, block, make_cell, rest
from models.cell.contents import osmolarity_outside
from models.physics import theory

# K+ of rabbit ventricle: 0.61 inside, 0.745 outside, Lee & Fozzard 1975 J Gen Physiol 65:695; the others: any
GAMMA = {"nai": 0.7, "nao": 0.75, "ki": 0.61, "ko": 0.745, "cli": 0.72, "clo": 0.76}
ROUND = (
    '[morphology]\nshape = "cylinder"\nlength = "20 um"\ndiameter = "20 um"\n'
    'max_compartment_length = "20 um"\n'
)
STRONG = {"pna": 4e-8, "pk": 1e-6, "pcl": 3e-7}  # cm/s, of activities


def made(write_toml, gamma=GAMMA, more="", **options):
    """One compartment of the neuron's membrane."""
    told = "".join(f"{key} = {value}\n" for key, value in gamma.items())
    table = f"[activity]\n{told}" if gamma else ""
    return make_cell(write_toml(f'base = "neuron"\nname = "made"\n{ROUND}{table}{more}'), **options)


def test_v_is_that_of_the_constant_field_equation_of_activities(write_toml):
    """Permeabilities of activities, and so of concentrations times the coefficient inside; no pump."""
    leak = "".join(f'{name} = "{p * GAMMA[name[1:] + "i"]:.17g} cm/s"\n' for name, p in STRONG.items())
    cell = made(write_toml, more=f'[leak]\n{leak}[pump]\nimax = "0 A/cm2"\n')
    found = rest(cell, hold="concentrations")
    inside, outside = (
        {ion: GAMMA[ion + side] * c for ion, c in held.items()}
        for side, held in (("i", {ion: cell.start[ion][0] for ion in cell.ions}), ("o", cell.outside))
    )
    cations = sum(STRONG["p" + ion] * outside[ion] for ion in ("na", "k")) + STRONG["pcl"] * inside["cl"]
    below = sum(STRONG["p" + ion] * inside[ion] for ion in ("na", "k")) + STRONG["pcl"] * outside["cl"]
    v = theory.thermal_voltage(cell.celsius) * np.log(cations / below)
    assert found.v == pytest.approx(v, abs=1e-6)  # both solve one equation, to the end of the iteration


def test_a_cell_is_balanced_with_them(write_toml):
    """At the wanted V, passive chloride in equilibrium by its activities; E_K moves by RT/F ln of their
    ratio."""
    cell, plain = made(write_toml), made(write_toml, {})
    found = rest(cell)
    assert found.v == pytest.approx(-70, abs=1e-8)
    thermal = theory.thermal_voltage(37)
    moved = found.nernst("k") - rest(plain).nernst("k")
    assert moved == pytest.approx(thermal * np.log(0.745 / 0.61), abs=1e-8)
    e_cl = -thermal * np.log(0.76 * cell.outside["cl"] / (0.72 * found.inside["cl"][0]))
    assert e_cl == pytest.approx(-70, abs=1e-6)
    assert any("activity coefficients" in warning for warning in cell.warnings)
    assert found.summary["ghk_mV"] is not None


def test_coefficients_that_are_the_same_on_both_sides_change_nothing(write_toml):
    cell = made(write_toml, {"ki": 0.6, "ko": 0.6})
    both = rest(cell), rest(made(write_toml, {}))
    assert not cell.warnings
    assert both[0].currents["k"]["leak"] == pytest.approx(both[1].currents["k"]["leak"], rel=1e-12)


def test_a_block_ends_where_activities_are_in_equilibrium(write_toml):
    """Charge and ions are kept; each ion ends with one electrochemical potential on both sides, which is the
    Donnan end that is told."""
    cell = made(write_toml)
    s, thermal = block(cell, hours=3000).summary, theory.thermal_voltage(37)
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-12
    for ion, z in (("na", 1), ("k", 1), ("cl", -1)):
        ratio = GAMMA[ion + "o"] * cell.outside[ion] / (GAMMA[ion + "i"] * s[f"{ion}i_end_mM"])
        assert thermal / z * np.log(ratio) == pytest.approx(s["v_end_mV"], abs=1e-3)
    assert s["final_mV"] == pytest.approx(s["v_end_mV"], abs=1e-3)


def test_water_follows_concentrations(write_toml):
    """It stands still at rest; while a blocked cell swells as much is dissolved inside as outside."""
    cell = made(write_toml, volume="osmotic")
    dissolved = osmolarity_outside(cell)
    s = block(cell, hours=0.5).summary
    assert rest(cell).inside["na"] == pytest.approx(9, abs=1e-8)
    assert s["relative_volume_end"] > 1.01
    inside = sum(s[f"{ion}i_end_mM"] for ion in cell.ions) + cell.impermeant[0] / s["relative_volume_end"]
    assert inside == pytest.approx(dissolved, abs=0.1)  # what is left drives the water


def test_a_change_of_the_bath_is_felt_by_its_activity(write_toml):
    cell, plain = made(write_toml), made(write_toml, {})
    factor = 0.745 / 0.61
    for one, ko in ((cell, 10.0), (plain, 10.0 * factor)):
        found = rest(one, {"ko": ko}, hold="concentrations")
        assert found.outside["k"] == pytest.approx(10 * factor, rel=1e-12)


@pytest.mark.parametrize(
    ("gamma", "more", "options", "sentence"),
    [
        (GAMMA, "", {"outside": "shell"}, r"outside='shell': the coefficients of \[activity\] are told of"),
        ({"ki": 0, "ko": 1}, "", {}, r"activity\.ki: .*0\.01"),
        ({"ki": 0.6}, "", {}, r"activity\.ki is given and ko is not; .* give both"),
        ({"cai": 0.3, "cao": 0.4}, "", {}, r"activity\.ca"),
        ({"ka": 0.3}, "", {}, r"\[activity\].*ka"),
        (GAMMA, '[glial_sink]\nmost = "1 mM/s"\n', {}, r"glial_sink"),
    ],
)
def test_what_is_refused(write_toml, gamma, more, options, sentence):
    with pytest.raises(InputError, match=sentence):
        made(write_toml, gamma, more, **options)
