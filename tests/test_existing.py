"""A user's model as it stands: what is read of it, what every mechanism carries, and that nothing changes."""

from types import SimpleNamespace

import numpy as np
import pytest

from models import EngineError, InputError
from models.existing.currents import currents_in_copy
from models.existing.reading import ALWAYS, AT_START, BY_MECHANISM, CONSTANT, read_model
from models.existing.sections import sections_of
from models.simulator.apart import in_a_copy
from models.simulator.runtime import h


@pytest.fixture
def two(section, own_mechanisms):
    """A soma and a dendrite, currents that tell their ions and some that do not, a current from a pipette."""
    soma, dend = section("soma"), section("dend", 200, 2, 3)
    dend.connect(soma(1))
    for name in ("hh", "skca", "pl_kv"):
        soma.insert(name)
    dend.insert("pas")
    dend.insert("zleak")
    clamp = h.IClamp(dend(1))
    clamp.delay, clamp.dur, clamp.amp = 0, 1e9, 0.1
    soma.cai = 3e-4
    h.finitialize(-60)
    return [soma, dend], clamp


def test_what_is_inserted_where(two, alone):
    sections, clamp = two
    model = read_model(sections)
    assert model.size == 4 and model.mechanisms["pas"].at.tolist() == [1, 2, 3]
    assert model.mechanisms["hh"].states == ("m", "h", "n")
    electrode = model.mechanisms["IClamp"]
    assert electrode.point and electrode.owners == [clamp] and electrode.at.tolist() == [3]
    assert set(model.ions["k"].carried_by) == {"hh", "skca", "pl_kv"}
    assert np.isnan(model.ions["k"].inside[1:]).all() and model.ions["k"].potential[0] == -77


def test_every_mechanism_has_its_current(two):
    """hh and skca tell none of theirs: what each carries is g (V - E), from its own numbers."""
    (soma, dend), _ = two
    model = read_model([soma, dend])
    found = in_a_copy(lambda _: currents_in_copy(model))
    here, v = soma(0.5), -60.0
    open_skca = here.cai**4 / (here.cai**4 + here.skca.kd**4)
    assert found.parts["skca", "k"][0] == pytest.approx(here.skca.gbar * open_skca * (v - here.ek), rel=1e-9)
    assert found.parts["hh", "k"][0] == pytest.approx(here.hh.gk * (v - here.ek), rel=1e-9)
    assert found.parts["hh", "na"][0] == pytest.approx(here.hh.gna * (v - here.ena), rel=1e-9)
    assert found.parts["zleak", ""][1:] == pytest.approx(dend(0.5).zleak.g * (v + 60), abs=1e-15)
    assert found.parts["IClamp", "electrode"][3] == pytest.approx(-100 * 0.1 / dend(0.9).area())
    k = sum(values for (_, ion), values in found.parts.items() if ion == "k")
    assert k == pytest.approx(found.whole["k"], rel=1e-12) and (k[1:] == 0).all()


@pytest.mark.parametrize(
    ("name", "ion", "kind"),
    [
        ("hh", "k", CONSTANT),
        ("nernstk", "k", AT_START),
        ("cadecay", "ca", ALWAYS),
        ("ownek", "k", BY_MECHANISM),
    ],
)
def test_how_a_potential_is_set(section, own_mechanisms, name, ion, kind):
    sec = section()
    if name == "nernstk":
        sec.insert("hh")
        h.ion_style("k_ion", 1, 2, 1, 0, 1, sec=sec)
    else:
        sec.insert(name)
        sec.insert("hh")
    if name == "cadecay":
        sec.insert("pl_caleak")
    assert read_model(sec).ions[ion].potential_is.tolist() == [kind]


def test_what_is_at_a_branch_point_is_there_once(section):
    """It is at the end of one section and at the beginning of others."""
    soma, *arms = section("soma"), section("a"), section("b")
    for arm in arms:
        arm.connect(soma(1))
    points = [h.ExpSyn(soma(1)), h.ExpSyn(arms[0](0)), h.ExpSyn(arms[1](1)), h.IClamp(soma(0))]
    found = read_model([soma, *arms]).mechanisms
    where = dict(zip(found["ExpSyn"].owners, found["ExpSyn"].at.tolist(), strict=True))
    assert where == {points[0]: 0, points[1]: 1, points[2]: 2} and len(found["ExpSyn"].owners) == 3
    assert found["IClamp"].owners == points[3:]


def test_which_sections(section, alone):
    a, b, c = section("a"), section("b"), section("c")
    b.connect(a(1))

    cell = SimpleNamespace(all=[a, b])
    assert sections_of(cell) == [a, b]
    assert sections_of([cell, c]) == [a, c, b]  # parents before their children
    every = h.SectionList([a, b])
    assert sections_of(every) == [a, b]
    assert set(sections_of()) >= {a, b, c}
    with pytest.raises(InputError, match="b is connected to a"):
        sections_of(b)


def test_a_copy_changes_nothing_and_tells_of_its_end(section):
    sec = section()
    h.finitialize(-60)

    def disturb(say):
        sec.v, h.celsius = 10, 99
        h.CVode().active(1)
        say(0.5, "half")
        return sec.v

    heard, before = [], (sec.v, h.celsius, h.CVode().active())
    assert in_a_copy(disturb, lambda done, words: heard.append((done, words))) == 10
    assert heard == [(0.5, "half")] and (sec.v, h.celsius, h.CVode().active()) == before

    def refuse(_):
        raise InputError("no")

    with pytest.raises(InputError, match=r"^no$"):
        in_a_copy(refuse)
    with pytest.raises(EngineError, match="nothing_ion"):
        in_a_copy(lambda _: h.ion_style("nothing_ion", sec=sec))
    with pytest.raises(ZeroDivisionError):
        in_a_copy(lambda _: 1 / 0)


def test_threads_of_neurons_are_given_back(section):
    sec, parallel = section(), h.ParallelContext()
    parallel.nthread(2)
    try:
        assert in_a_copy(lambda _: (h.fcurrent(), sec.v)) == (1, sec.v)
        assert parallel.nthread() == 2
    finally:
        parallel.nthread(1)
