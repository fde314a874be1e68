"""From a wanted rest to the membrane that has it, and a sentence where there is none."""

import numpy as np
import pytest

from models import BalanceError, InputError, Neuron, rest
from models.experiments.rest import leak_slope

SQUID = """
base = "neuron"
name = "squid"
[electrical]
celsius = "6.3 degC"
[outside]
nao = "440 mM"
ko = "10 mM"
clo = "560 mM"
[inside]
v = "-65 mV"
nai = "50 mM"
ki = "400 mM"
[balance]
membrane_resistance = "700 ohm cm2"
chloride_share = "0.1"
"""


def everywhere_at_rest(cell, v):
    result = rest(cell)
    assert result.v == pytest.approx(v, abs=1e-6)
    assert result.summary["max_relative_net_flux"] <= 1e-10
    return result


@pytest.mark.parametrize("v, nai, ki, ko, rm, share", [
    (-70, 9, 130, 3, 20, 0.2),
    (-60, 20, 120, 5, 5, 0.0),
    (-85, 8, 150, 4, 2, 0.7),
    (-45, 30, 100, 4, 50, 0.9),
])  # fmt: skip
@pytest.mark.parametrize("law", ["ghk", "ohmic"])
def test_the_target_is_the_rest(cable, law, v, nai, ki, ko, rm, share):
    cell = cable(
        5,
        extra=f'leak.law = "{law}"\n[inside]\nv = "{v} mV"\nnai = "{nai} mM"\nki = "{ki} mM"\n'
        f'[outside]\nko = "{ko} mM"\n[balance]\n'
        f'membrane_resistance = "{rm} kohm cm2"\nchloride_share = "{share}"\n',
    )
    result = everywhere_at_rest(cell, v)
    slopes = {ion: leak_slope(cell, ion, result.state()) for ion in cell.ions}
    total = sum(slopes.values())
    assert total == pytest.approx(1e-3 / rm, rel=1e-9)
    assert slopes["cl"] / total == pytest.approx(share, rel=1e-9, abs=1e-12)
    assert result.summary["nai_mM"] == pytest.approx(nai, abs=1e-6)


def test_other_stoichiometry(cable):
    cell = cable(3, extra='pump.n_na = "1"\npump.n_k = "1"\n')
    summary = everywhere_at_rest(cell, -70).summary
    assert summary["ghk_mV"] == pytest.approx(-70, abs=1e-6)
    assert summary["pump_net_current_uA_cm2"] == 0


def test_without_chloride(cable):
    cell = cable(3, extra='ions = ["na", "k"]\n')
    result = everywhere_at_rest(cell, -70)
    assert set(result.inside) == {"na", "k"}
    assert result.summary["cli_mM"] is None and result.summary["pcl_cm_s"] is None


def squid(write_toml, section, carries=None, resistance="700 ohm cm2"):
    """A cell with hh in its soma only."""
    sections = [section("soma", 100, 30, 3), section("dend", 300, 10, 5)]
    sections[1].connect(sections[0](1))
    sections[0].insert("hh")
    path = write_toml(SQUID.replace("700 ohm cm2", resistance))
    return Neuron(path, sections=sections, carries=carries)


def test_channels_are_counted_in_where_they_are(write_toml, section):
    """hh in one section only: its currents at rest are balanced there, il as sodium."""
    cell = squid(write_toml, section, carries={"il_hh": "na"})
    soma, dend = cell.where("soma"), cell.where("dend")
    assert cell.strength["k"][soma].max() < cell.strength["k"][dend].min(), "hh carries part of the K+ there"
    result = everywhere_at_rest(cell, -65)
    currents = result.currents
    assert set(currents["na"]) == {"leak", "pump", "il_hh", "hh"}
    assert set(currents["k"]) == {"leak", "pump", "hh"}
    # il = gl (v - el), with hh's own gl 0.3 mS/cm2 and el -54.3 mV
    assert currents["na"]["il_hh"][soma] == pytest.approx(0.0003 * (-65 + 54.3), rel=1e-6)
    assert (currents["na"]["il_hh"][dend] == 0).all()
    for ion in ("na", "k"):
        total = sum(currents[ion].values())
        assert np.abs(total).max() < 1e-9 * np.abs(currents[ion]["pump"]).max()
    # gates as hh has them at -65 mV and 6.3 degC: n = 0.3177
    assert currents["k"]["hh"][soma] == pytest.approx(0.036 * 0.31768**4 * (-65 - e_k(result)), rel=1e-4)


def e_k(result):
    from models.physics.theory import nernst

    return float(nernst(400, 10, 1, result.layout.celsius))


def test_scaling_a_channel_moves_the_rest_and_is_undone(write_toml, section):
    cell = squid(write_toml, section, carries={"il_hh": "na"})
    before = rest(cell).summary["v_rest_mV"]
    moved = rest(cell, scale={"hh": 0.5}).summary["v_rest_mV"]
    assert abs(moved - before) > 0.1
    assert rest(cell).summary["v_rest_mV"] == pytest.approx(before, abs=1e-9)
    assert cell.segments[0].hh.gnabar == 0.12


def test_channels_by_parameter_file(write_toml):
    path = write_toml(
        SQUID + '[morphology]\nshape = "stylised"\n'
        '[[channel]]\nmechanism = "hh"\nregions = ["soma"]\nset = { gnabar = "100 mS/cm2" }\n'
        'carries = { il = "na" }\n'
    )
    cell = Neuron(path, max_compartment_length=100)
    assert cell.membrane.channels["hh"] == list(cell.where("soma"))
    assert cell.segments[0].hh.gnabar == pytest.approx(0.1)
    everywhere_at_rest(cell, -65)


def test_a_current_that_no_ion_carries_is_refused(write_toml, section):
    with pytest.raises(
        InputError, match=r"mechanism hh has the non-specific current il, which no ion carries"
    ):
        squid(write_toml, section)
    with pytest.raises(InputError, match=r"unknown non-specific current 'il_hhh'"):
        squid(write_toml, section, carries={"il_hh": "na", "il_hhh": "k"})


def test_a_leak_given_to_chloride_would_need_a_chloride_transporter(write_toml, section):
    with pytest.raises(
        BalanceError, match=r"Cl- cannot be balanced in soma.* its leak carries none the other"
    ):
        squid(write_toml, section, carries={"il_hh": "cl"})


def test_channels_that_leave_no_room(write_toml, section):
    with pytest.raises(BalanceError, match=r"squid: .* cannot be balanced in soma\(.*would be negative.*hh"):
        squid(write_toml, section, carries={"il_hh": "na"}, resistance="5 kohm cm2")


@pytest.mark.parametrize(
    "extra, words",
    [
        (
            '[inside]\nv = "-110 mV"\n',
            r"K\+ cannot be balanced: the wanted -110 mV is at or below its Nernst",
        ),
        ('[inside]\nv = "80 mV"\n', r"Na\+ cannot be balanced: the wanted 80 mV is at or above its Nernst"),
        (
            '[inside]\ncli = "20 mM"\n',
            r"Cl- cannot be balanced: .*leave cli out to have it passive \(9.108 mM\)",
        ),
    ],
)
def test_where_no_membrane_exists(cable, extra, words):
    with pytest.raises(BalanceError, match=words):
        cable(3, extra=extra)


def test_no_room_for_impermeant_anions(cable):
    with pytest.raises(InputError, match=r"leave -.* mM of impermeant anion"):
        cable(3, extra='[inside]\nv = "-20 mV"\nnai = "5 mM"\nki = "20 mM"\n')


def test_chloride_written_out_in_full_is_passive_too(cable):
    everywhere_at_rest(cable(3, extra='[inside]\ncli = "9.108481275773966 mM"\n'), -70)


@pytest.mark.parametrize(
    "extra, said",
    [
        (
            '[outside]\nko = "1e-160 mM"',
            "the pump cannot be balanced in .*: its maximal current would be inf mA/cm2",
        ),
        ('[inside]\nnai = "1e-90 mM"', r"the pump .* maximal current would be 4\.\d+e\+269 mA/cm2"),
        ('[pump]\nhill_na = "99"\n[inside]\nnai = "0.0056 mM"', "the pump .* would be inf mA/cm2"),
        ('[outside]\nclo = "1e-300 mM"', r"Cl- .* its permeability would be 1\.\d+e\+295 cm/s"),
    ],
)
def test_a_strength_that_no_membrane_has_is_refused(write_toml, extra, said):
    """A number mistyped in its exponent: it balances on paper, by a pump without end."""
    path = write_toml(f'base = "stylised"\nname = "tiny"\n{extra}\n')
    with pytest.raises(BalanceError, match=f"tiny: {said}.*so large or so small; are the units right"):
        Neuron(path, max_compartment_length=400.0)
