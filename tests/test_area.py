"""A membrane whose area follows the volume: its charge and ions, its equations beside NEURON's integrator.

That it follows the equations of a paper: test_published.py.
"""

import numpy as np
import pytest
from spaces import beside_start, check_jacobian

from models import Event, InputError, block, evolve, make_cell, rest
from models.simulator import runtime
from models.simulator.runtime import h
from models.solve.equations import System

GROWING = '[water]\narea = "with_volume"\n'
CABLE = '[morphology]\nshape = "cylinder"\nlength = "100 um"\ndiameter = "2 um"\n'
LAWS = [(0.5, "bath"), (1, "shell"), (2 / 3, "closed")]


def growing(write_toml, power=0.5, more="", **options):
    text = f'base = "stylised"\n{CABLE}{GROWING}area_power = "{power}"\n{more}'
    options = {"volume": "osmotic", "max_compartment_length": 15.0} | options
    return make_cell(write_toml(text), **options)


@pytest.mark.parametrize(("power", "outside"), LAWS)
def test_jacobian_matches_the_equations(write_toml, power, outside):
    system = System(growing(write_toml, power, outside=outside))
    x = system.pack(system.start)
    assert system.expand(x) == pytest.approx(system.start, rel=1e-14)
    rng = np.random.default_rng(1)
    x = x * (1 + 0.05 * rng.random(len(x)))
    check_jacobian(system, x, beside_start(system, 0.05)[1])


@pytest.mark.parametrize(("power", "outside"), LAWS)
def test_charge_and_ions_are_conserved(write_toml, power, outside):
    """All but an end of the cable blocked for two hours, in which it swells."""
    cell = growing(write_toml, power, outside=outside)
    s = block(cell, hours=2, where="cable(0.1:1)").summary
    assert s["relative_volume_end"] > 1.02
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-11
    assert outside != "closed" or s["closed_conservation_error"] < 1e-12


def test_neurons_own_integrator_agrees(write_toml):
    """The membrane's stretching is in NEURON's equations too: V and volume over ten minutes of block.

    NEURON's variable step keeps 1e-8 of each state; its Jacobian lacks what couples them, which costs digits.
    """
    cell = growing(
        write_toml, 1, more='[outside]\nimpermeant = "60 mM"\nimpermeant_valence = "-0.3833333333"\n'
    )
    course = evolve(cell, 1 / 6, [Event(0, block=1.0)], times_ms=[60e3, 600e3], rtol=1e-7)
    assert course.relative_volume[-1].mean() > 1.05
    cell.block_pump(1.0)
    cell.write()
    integrator = runtime.reset(cell.celsius, 1e-8)
    h.finitialize()
    for at, v, volume in zip((60e3, 600e3), course.v, course.relative_volume, strict=True):
        integrator.solve(at)
        assert [s.v for s in cell.segments] == pytest.approx(v, abs=1e-3)
        assert [s.pl_ions.relative_volume for s in cell.segments] == pytest.approx(volume, rel=1e-5)


def test_currents_are_per_area_that_is_there(write_toml):
    """A cell of twice its volume takes ions up twice as fast where its area is proportional to it, and its
    membrane holds twice the charge at the same voltage."""
    single = {"max_compartment_length": 100.0, "axial": "electrodiffusion"}
    cell = growing(write_toml, 1, **single)
    plain = make_cell(
        write_toml(f'base = "stylised"\n{CABLE}'), volume="osmotic", max_compartment_length=100.0
    )
    rates = []
    for one in (cell, plain):
        one.start = one.start | {"relative_volume": np.full(1, 2.0), "na": np.full(1, 20.0)}
        system = System(one)
        found = system.full_rates(system.start)
        rates.append([found[system.at[kind]][0] for kind in ("na_pl_ions", "relative_volume_pl_ions")])
    assert rates[0] == pytest.approx([2 * rate for rate in rates[1]], rel=1e-12)
    assert cell.charge(cell.start) - plain.charge(plain.start) == pytest.approx(
        -cell.geometry.charge_per_mv * cell.start["v"], rel=1e-9
    )


def test_at_a_fixed_volume_it_makes_no_difference(write_toml):
    fixed = growing(write_toml, 1, volume="fixed")
    assert fixed.area_power == 0
    plain = make_cell(write_toml(f'base = "stylised"\n{CABLE}'), max_compartment_length=15.0)
    assert rest(fixed, set={"ko": 8}).v == pytest.approx(rest(plain, set={"ko": 8}).v, abs=1e-12)


def test_what_it_cannot_be(write_toml):
    with pytest.raises(InputError, match=r"axial='diffusion' with water\.area = 'with_volume'"):
        growing(write_toml, axial="diffusion")
    path = write_toml(f'base = "muscle_fast"\n{GROWING}')
    with pytest.raises(InputError, match="the membrane of T-tubules belongs to their lumen"):
        make_cell(path, volume="osmotic")
    with pytest.raises(InputError, match=r"water\.area_power has no effect where the area stays"):
        make_cell(write_toml('base = "stylised"\n[water]\narea_power = "1"\n'))
