"""Ions that exchange with a bath one by one, glia that takes K+ up: charge, sums that stay, closed forms."""

import numpy as np
import pytest
from spaces import VALENCE, beside_start, check_jacobian

from models import Event, InputError, block, evolve, make_cell, rest
from models.experiments.conservation import everywhere
from models.solve.equations import System

ALONE = '[space]\nratek = "0.2 1/s"\nexchange_charge = "{}"\n'
SINK = '[glial_sink]\nmaximal = "{}"\nhalf = "18 mM"\nslope = "2.5 mM"\n'
BUFFER = '[glial_buffer]\nsites = "500 mM"\noff_rate = "0.5 1/s"\nhalf = "15 mM"\nslope = "1.09 mM"\n'
EVERY = {
    "bath": ALONE.format("bath"),
    "unbalanced": ALONE.format("unbalanced"),
    "others too": ALONE.format("bath") + 'exchange_rate = "0.01 1/s"\n',
    "sink": ALONE.format("bath") + SINK.format("5 mM/s"),
    "unbalanced sink": ALONE.format("unbalanced") + SINK.format("5 mM/s"),
    "buffer": '[space]\nexchange_charge = "bath"\n' + BUFFER,
    "unbalanced buffer": ALONE.format("unbalanced") + BUFFER,
}


@pytest.fixture
def alone(write_toml):
    def make(kind, base="stylised", **options):
        options = {"outside": "shell", "max_compartment_length": 200.0} | options
        return make_cell(write_toml(f'base = "{base}"\n{EVERY[kind]}'), **options)

    return make


@pytest.mark.parametrize("kind", ["bath", "unbalanced"])
def test_potassium_alone_goes_to_the_bath_exponentially(alone, kind):
    """Membrane all but shut: in time 1/rate, slowed where K+ itself carries some of its charge back."""
    cell = alone(kind, max_compartment_length=1e6, axial="diffusion")
    scale = dict.fromkeys(("naleak", "kleak", "clleak", "pump"), 1e-9)
    with cell.changed(set={"tortuosity_outside": 100}, scale=scale):
        seconds = np.array([1.0, 5.0, 20.0])
        course = evolve(cell, 20 / 3600, Event(0, set={"ko": 8}), times_ms=1e3 * seconds, rtol=1e-8)
    bath = cell.outside | {"ko": 8.0, "k": 8.0}
    carries = {ion: cell.conditions.diffusion[ion] * bath[ion] for ion in cell.ions}
    share = carries["k"] / sum(carries.values()) if kind == "bath" else 0.0
    gone = 1 - np.exp(-0.2 * (1 - share) * seconds)
    begin = cell.outside["k"]
    assert course.ko[:, 0] == pytest.approx(begin + (8 - begin) * gone, rel=1e-6)
    charge = sum(VALENCE[ion] * getattr(course, ion + "o")[:, 0] for ion in cell.ions)
    before = sum(VALENCE[ion] * cell.outside[ion] for ion in cell.ions)
    assert charge - before == pytest.approx(0 if kind == "bath" else (8 - begin) * gone, abs=1e-6)


@pytest.mark.parametrize("kind", EVERY)
def test_jacobian_and_conservation(alone, kind):
    cell = alone(kind)
    system = System(cell)
    x, step = beside_start(system, 0.02)
    check_jacobian(system, x, 0.1 * step)  # glia's sigmoids are steep
    # K+ that goes without charge takes the space's Cl- into the cell, all of it within the hour
    s = block(cell, where="soma", hours=0.5).summary
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-11
    kept = s["closed_conservation_error"]
    assert kept is None if kind == "others too" else kept < 1e-12


@pytest.mark.parametrize("kind", [kind for kind in EVERY if "buffer" not in kind])
def test_one_rest_from_two_starts(alone, kind):
    """From the cell's start, and from where a block of its pump has led it, with the same sums that stay."""
    cell = alone(kind)
    found = rest(cell)
    course = evolve(cell, 60 / 3600, Event(0, block=1.0), points=5)
    cell.start = {name: values[-1] for name, values in course.state.items()}
    assert rest(cell).v == pytest.approx(found.v, abs=1e-6)
    assert found.summary["max_relative_net_flux"] < 1e-9
    ko, bath = found.outside["k"].mean(), cell.outside["k"]
    taken = 5.0 / (1 + np.exp((18 - ko) / 2.5)) if "sink" in kind else 0.0
    assert 0.2 * (bath - ko) == pytest.approx(taken, abs=1e-6)


def test_what_the_sink_takes_comes_from_the_bath(alone):
    """At rest K+ flows through the space, and the cell and Na+ and Cl- are as without."""
    cell = alone("unbalanced sink")
    cell.start = rest(cell).state()
    course = evolve(cell, 1)
    both = everywhere(cell, course)
    assert both == pytest.approx(both[:, :1] + np.zeros(both.shape), rel=1e-9)
    without = rest(alone("unbalanced")).summary
    assert rest(cell).summary["ko_mM"] < without["ko_mM"] - 0.05


def test_what_contradicts_is_refused(write_toml):
    for toml, options, message in (
        (EVERY["bath"], {"outside": "bath"}, "outside='bath': space.ratek of its file needs 'shell'"),
        (EVERY["sink"], {"outside": "closed"}, "glial_sink of its file needs 'shell'"),
        (EVERY["bath"], {"outside": "shell", "axial": "none"}, "axial='none' with outside='shell'"),
        (EVERY["sink"] + BUFFER, {}, "both stand for glia; keep one"),
        (
            '[space]\nexchange_charge = "bath"\n',
            {},
            "exchange_charge has no effect where no ion exchanges alone",
        ),
        ('[space]\nrateca = "1 1/s"\n', {}, "rateca has no effect in a cell whose ions are na, k, cl"),
        ('[space]\nratek = "0 1/s"\n', {}, "space.ratek is 0 and nothing else exchanges"),
        ('[space]\nratek = "-1 1/s"\n', {}, "space.ratek: must be at least 0"),
        ('[space]\nratehco3 = "1 1/s"\n', {}, "unknown key 'ratehco3'"),
        (SINK.format("5 mM"), {}, "glial_sink.maximal: expected a rate of uptake"),
    ):
        with pytest.raises(InputError, match=message):
            make_cell(write_toml(f'base = "stylised"\n{toml}'), **options)
    with pytest.raises(InputError, match="ratek has no effect where the outside is"):
        rest(make_cell("stylised"), set={"ratek": 1})


def test_a_rate_is_set_like_any_other(alone):
    """ratek of a shell whose ions all exchange at once: the same as in the file."""
    cell = make_cell("stylised", outside="shell", max_compartment_length=200.0)
    events = [Event(0, set={"exchange_rate": 0.01, "ratek": 0.2}, block=1.0)]
    found = evolve(cell, 0.1, events, points=10)
    same = evolve(alone("others too"), 0.1, Event(0, block=1.0), points=10)
    assert found.ko == pytest.approx(same.ko, rel=1e-9)
