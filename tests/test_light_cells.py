"""Cells in light and in the dark after it: what it moves, what it leaves, where it falls."""

import numpy as np
import pytest

from models import InputError, block, make_cell, rest
from models.cell.light import irradiances
from models.experiments.run import run
from models.simulator.runtime import SegmentVariable
from models.solve.accounting import solver_of
from models.solve.equations import System

SALT = 150.0  # mM


@pytest.fixture
def lit(write_toml):
    """A function that makes a drawn neuron with a light-sensitive protein, and what turns its light."""

    def make(name, base="neuron_chr2", more=""):
        channel = "" if base == "neuron_chr2" else f'[[channel]]\nmechanism = "{name}"\n'
        path = write_toml(f'base = "{base}"\n{more}\n{channel}')
        cell = make_cell(path, morphology="stylised", max_compartment_length=60.0)
        return cell, irradiances(cell)[name]

    return make


def follow(system, x, ms, rtol=1e-6):
    """Free states and what has entered (mM by ion), so long after x."""
    solver = solver_of(system, x, ms, rtol)
    while solver.t < ms:
        assert solver.step()
    return solver.z[: len(x)].copy(), solver.z[len(x) :].copy()


@pytest.mark.parametrize(
    ("name", "base"), [("pl_chr2", "neuron_chr2"), ("pl_gtacr2", "neuron_kcc2"), ("pl_nphr", "neuron_kcc2")]
)
def test_the_dark_after_light_ends_where_it_began(lit, name, base):
    """Light for a minute, then 100 h: the same rest, and every ion that came is counted."""
    cell, light = lit(name, base)
    dark = rest(cell)
    cell.start = dark.state()
    system = System(cell)
    x = system.pack(system.start)
    light.set(2.0)
    bright, entered = follow(system, x, 60e3)
    light.set(0.0)
    before, after = cell.start, system.state(system.expand(bright))
    assert np.abs(after["v"] - dark.v).max() > 0.5  # it did something
    gained = {ion: after[ion] - before[ion] for ion in cell.ions}
    charge = gained["na"] + gained["k"] - gained["cl"]
    on_membrane = cell.geometry.charge_per_mv * (after["v"] - before["v"])
    assert charge == pytest.approx(on_membrane, abs=1e-8 * SALT)
    for ion, amount in zip(cell.ions, entered, strict=True):
        assert gained[ion] @ cell.volume / cell.volume.sum() == pytest.approx(amount, abs=1e-8 * SALT)
    last, _ = follow(system, bright, 3.6e8)
    assert system.state(system.expand(last))["v"] == pytest.approx(dark.v, abs=1e-6)


@pytest.mark.parametrize("name", ["pl_chr2", "pl_nphr"])
def test_what_a_train_of_light_moves_is_what_the_cell_gains(lit, name):
    """In a membrane with nothing else: of a hundred flashes, of each ion to round-off of the salt."""
    cell, _ = lit(name, "neuron_chr2" if name == "pl_chr2" else "neuron")
    flashes = {"at": "10 ms", "duration": "5 ms", "every": "20 ms", "times": 100}
    protocol = {
        "duration": "2.5 s",
        "start": {"state": "file"},
        "scale": dict.fromkeys(("naleak", "kleak", "clleak", "pump"), 0),
        "change": [flashes | {"parameter": {f"{name}.irradiance": "0.05 mW/mm2"}}],
    }
    course, salt = run(protocol, cell).course, SALT * cell.volume.sum() * 1e-3  # fmol
    for ion in ("na", "k") if name == "pl_chr2" else ("cl",):
        gained = (course.state[ion][-1] - course.state[ion][0]) @ cell.volume * 1e-3
        assert abs(gained) > 1e-6 * salt  # V follows at once where nothing else conducts
        assert course.moved[name, ion][-1] == pytest.approx(gained, abs=1e-12 * salt)


def test_light_for_ten_minutes_and_the_debt_that_is_left():
    """What a physiologist expects: it depolarises, Na+ rises to where the pump keeps up, which goes on in the
    dark (hyperpolarised by it, Gulledge et al. 2013 J Neurosci 33:13025) and brings Na+ back in minutes."""
    cell = make_cell("neuron_chr2", max_compartment_length=80)
    assert 120 < cell.size < 140
    cell.start = rest(cell).state()
    light = irradiances(cell)["pl_chr2"]
    system = System(cell)
    x = system.pack(system.start)
    light.set(1.0)
    bright, _ = follow(system, x, 6e5, 1e-5)
    evaluations = system.evaluations
    light.set(0.0)
    lit_state = system.state(system.expand(bright))
    assert -45 < lit_state["v"].mean() < -20 and 20 < lit_state["na"].mean() < 40
    assert evaluations < 1500  # 400: 0.06 s
    after, _ = follow(system, bright, 1e3, 1e-5)
    assert -82 < system.state(system.expand(after))["v"].mean() < -74
    later, _ = follow(system, bright, 6e5, 1e-5)
    assert system.state(system.expand(later))["na"].mean() == pytest.approx(9.0, abs=1.0)


# ------------------------------------------------------------------------ files


def test_light_falls_as_the_file_says(lit, write_toml):
    cell, _ = lit("pl_chr2", more='[light]\nat = "apic[0](0.5)"\nradius = "100 um"\n')
    reach = {cell.geometry.name_of(i): s.pl_chr2.reach for i, s in enumerate(cell.segments)}
    assert reach["apic[0](0.5)"] == 1.0
    assert reach["soma(0.5)"] == pytest.approx(np.exp(-2 * 1.6**2), rel=1e-3)  # 160 um below it
    assert min(reach.values()) < 1e-9 and len(set(reach.values())) > 10
    own = '[[channel]]\nmechanism = "pl_chr2"\nregions = ["{}"]\nset.reach = "{}"\n'
    path = write_toml('base = "stylised"\n' + own.format("soma", 1) + own.format("apic", "20 %"))
    parts = make_cell(path, max_compartment_length=60.0)
    assert {s.pl_chr2.reach for s in parts.segments if hasattr(s, "pl_chr2")} == {1.0, 0.2}


def test_light_falls_on_sections_that_are_drawn(section, write_toml):
    path = write_toml('base = "neuron_chr2"\n[light]\nat = "soma"\nradius = "20 um"\n')
    plain = section()
    with pytest.raises(InputError, match="expected a cell all of whose sections are drawn by 3-D points"):
        make_cell(path, sections=[plain])
    drawn = section("dend", nseg=3)
    for sec, x in ((plain, 0.0), (drawn, 20.0)):
        sec.pt3dclear()
        sec.pt3dadd(x, 0, 5, 2)
        sec.pt3dadd(x + 20, 0, 5, 2)
    drawn.connect(plain(1), 0)
    drawn.nseg = 1
    for _ in range(2):  # made into a cell again it is as lit as before
        cell = make_cell(path, sections=[plain, drawn])
        assert [s.pl_chr2.reach for s in cell.segments] == pytest.approx([1.0, np.exp(-2)])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            'base = "stylised"\n[light]\nat = "soma"\nradius = "9 um"',
            "light] has no effect: nothing in this cell",
        ),
        ('base = "neuron_chr2"\n[light]\nat = "soma"', "light.radius is missing"),
        ('base = "neuron_chr2"\n[light]\nat = "some"\nradius = "9 um"', "light]: at: .*did you mean 'soma'"),
        ('base = "neuron_chr2"\n[light]\nat = "soma"\nradius = "9 mV"', "light.radius: expected a length"),
        (
            'base = "stylised"\n[light]\nat = "soma"\nradius = "9 um"\n[[channel]]\nmechanism = "pl_nphr"\n'
            'set.reach = "0.5"',
            "both say how much light arrives",
        ),
        (
            'base = "stylised"\n[[channel]]\nmechanism = "pl_chr2"\nset.irradiance = "-1 mW/mm2"',
            "must be at least 0",
        ),
        (
            'base = "stylised"\n[[channel]]\nmechanism = "pl_chr2"\nset.irradiance = "1 mW"',
            "irradiance_pl_chr2 = '1 mW'",
        ),
    ],
)
def test_light_that_cannot_be(write_toml, text, words):
    with pytest.raises(InputError, match=words):
        make_cell(write_toml(text), morphology="stylised", max_compartment_length=60.0)


def test_a_cell_in_light_for_good_rests_elsewhere(write_toml):
    """Balanced in the dark, in a light that stays: V moves towards the channel's reversal."""
    path = write_toml(
        'base = "stylised"\n[[channel]]\nmechanism = "pl_chr2"\n'
        'set.irradiance = "0.01 W/m2"\nset.gmax = "0.04 mS/cm2"'
    )
    cell = make_cell(path, max_compartment_length=60.0)
    assert cell.segments[0].pl_chr2.irradiance == pytest.approx(1e-5)
    assert rest(cell).v.max() == pytest.approx(-70, abs=0.2)  # next to none
    brighter = make_cell(path, set={"channel.pl_chr2.irradiance": "0.1 mW/mm2"}, max_compartment_length=60.0)
    assert -69 < rest(brighter).v.min() < -50


def test_calcium_enters_a_cell_that_follows_it(write_toml):
    path = write_toml(
        'base = "stylised"\nions = ["na", "k", "cl", "ca"]\n[outside]\ncao = "1.8 mM"\n'
        '[inside]\ncai = "0.1 uM"\n[calcium]\nbuffer = "0.1 mM"\nkd = "1 uM"\n'
        '[[channel]]\nmechanism = "pl_pmca"\nset.imax = "0.2 uA/cm2"\n'
        '[[channel]]\nmechanism = "pl_chr2ca"\n'
    )
    cell = make_cell(path, max_compartment_length=60.0)
    light = irradiances(cell)["pl_chr2ca"]
    share = SegmentVariable(cell.geometry.sections_of(range(cell.size)), "rca_pl_chr2ca")
    found = {}
    for ratio in (0.0, 0.01):
        share.set(ratio)
        system = System(cell)
        light.set(1.0)
        x, _ = follow(system, system.pack(system.start), 2e3)
        light.set(0.0)
        found[ratio] = system.state(system.expand(x))["ca"]
    assert (found[0.01] > found[0.0]).all() and found[0.01].mean() > 1.03 * found[0.0].mean()
    s = block(cell, hours=0.1).summary
    assert s["max_local_charge_error"] < 1e-10


def test_a_warmer_cell_says_that_its_channel_is_faster():
    cell = make_cell("neuron_chr2", morphology="stylised", max_compartment_length=100.0)
    assert "pl_chr2 gates ×0.258" in rest(cell, {"celsius": 17}).layout.followed


def test_what_happens_at_the_beginning_finds_gates_as_they_were():
    """Light from the beginning finds channelrhodopsin shut, as light a millisecond later does."""
    cell = make_cell("neuron_chr2", max_compartment_length=400.0)
    opened = []
    for at in ("0 ms", "1 ms"):
        light = {"at": at, "parameter": {"chr2.irradiance": "1 mW/mm2"}}
        found = run({"duration": "10 ms", "change": [light]}, cell)
        assert found.course.gates["o1_pl_chr2"][0].max() < 1e-12
        opened.append(found.course.gates["o1_pl_chr2"].max())
    assert opened[0] == pytest.approx(opened[1], rel=1e-2) and opened[0] > 0.1


def test_what_flashes_bring_is_what_the_cell_has(write_toml):
    """60 flashes of 5 ms: what the channel moves of Na+ and K+ is what the cell gained less what leaks and
    pump moved, and its charge is on the membrane, to 1e-12 of the salt; with leaks and pump gone, it is all
    that the cell has gained."""
    path = write_toml(
        'base = "neuron_chr2"\n[morphology]\nlength = "20 um"\ndiameter = "2 um"\nshape = "cylinder"\n'
    )
    cell = make_cell(path, max_compartment_length=10.0)
    light = {"parameter": {"chr2.irradiance": "1 mW/mm2"}, "duration": "5 ms", "every": "100 ms"}
    salt = SALT * cell.volume.sum() * 1e-3  # fmol
    for seconds, scale in ((6, {}), (2, dict.fromkeys(("naleak", "kleak", "clleak", "pump"), 0))):
        tables = {"duration": f"{seconds} s", "change": [light], "start": {"state": "file"}, "scale": scale}
        found = run(tables, cell)
        course = found.course
        gained = {
            ion: (getattr(course, ion)[-1] - getattr(course, ion)[0]) @ cell.volume * 1e-3
            for ion in cell.ions
        }
        moved = {key: values[-1] for key, values in course.moved.items()}
        for ion in ("na", "k"):
            others = sum(amount for (by, of), amount in moved.items() if of == ion and by != "pl_chr2")
            assert moved["pl_chr2", ion] == pytest.approx(gained[ion] - others, abs=1e-12 * salt)
            assert abs(moved["pl_chr2", ion]) > 1e-5 * salt and (others == 0) == bool(scale)
        held = cell.geometry.charge_per_mv * (course.v[-1] - course.v[0]) @ cell.volume * 1e-3
        assert gained["na"] + gained["k"] - gained["cl"] == pytest.approx(held, abs=1e-12 * salt)
