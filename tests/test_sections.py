"""A user's own sections: what no cell could have is refused by name, what is meant by a name is found."""

import pytest

from models import InputError, Muscle, Neuron, block, compare, excite, glycoside, inspect, make_cell, rest
from models.simulator.library import load_mechanisms
from models.simulator.runtime import h


def no_capacitance(sec):
    sec.cm = 0


def no_capacitance_in_one_place(sec):
    sec.nseg = 5
    sec(0.9).cm = 0


def negative_capacitance(sec):
    sec.cm = -1


def capacitance_nan(sec):
    sec.cm = float("nan")


def no_diameter(sec):
    sec.diam = 0


def thinner_than_any_cell(sec):
    sec.diam = 1e-30


def longer_than_any_cell(sec):
    sec.L = 1e12


def points(*rows):
    def change(sec):
        sec.pt3dclear()
        for row in rows:
            sec.pt3dadd(*row)

    return change


IMPOSSIBLE = {
    "cm 0": (no_capacitance, r"soma\.cm is 0 uF/cm2"),
    "cm 0 at 0.9": (no_capacitance_in_one_place, r"soma\(0\.9\)\.cm is 0 uF/cm2"),
    "cm negative": (negative_capacitance, r"soma\.cm is -1 uF/cm2"),
    "cm nan": (capacitance_nan, r"soma\.cm is nan uF/cm2"),
    "diam 0": (no_diameter, r"soma\.diam is 0 um"),
    "diam 1e-30": (thinner_than_any_cell, r"soma\.diam is 1e-30 um"),
    "L 1e12": (longer_than_any_cell, r"soma\.L is 1e\+12 um"),
    "point nan": (points((0, 0, 0, 1), (float("nan"), 0, 0, 1)), r"soma\.L is nan um"),
    "points of diameter 0": (points((0, 0, 0, 0), (9, 0, 0, 0)), r"soma\.diam is 0 um"),
    "points in one place": (points((0, 0, 0, 1), (0, 0, 0, 1)), r"soma\.L is 1e-09 um"),
}


@pytest.mark.parametrize(("change", "words"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_section_that_no_cell_could_have(section, capfd, change, words):
    load_mechanisms()  # which says so where it compiles
    capfd.readouterr()
    good, bad = section("dend"), section()
    bad.connect(good)
    change(bad)
    with pytest.raises(InputError, match=words) as caught:
        Neuron(sections=[good, bad])
    assert "\n" not in str(caught.value)
    assert "above 0" in str(caught.value)
    assert capfd.readouterr() == ("", "")
    bad.pt3dclear()  # what the user does about it
    bad.L, bad.diam, bad.cm = 20, 20, 1
    assert Neuron(sections=[good, bad]).size >= 2


def test_an_unusual_section_is_a_cell(section):
    sec = section(length=0.5, diameter=300)
    sec.cm = 0.1
    assert Neuron(sections=[sec]).size == 1


# ---------------------------------------------------------------- names of sections


@pytest.fixture(scope="module")
def template():
    if not hasattr(h, "Branched"):
        h(
            "begintemplate Branched\npublic soma, dend\ncreate soma, dend[3]\n"
            "proc init() { soma { L = 20 diam = 20 }\n"
            "for i = 0, 2 { connect dend[i](0), soma(1) dend[i] { L = 90 diam = 2 nseg = 3 } } }\n"
            "endtemplate Branched"
        )
    return h.Branched


def test_a_templates_section_by_its_own_name(template):
    one = template()
    cell = Neuron(sections=one.soma.wholetree())
    full = one.dend[1].name()
    assert full.endswith("].dend[1]")
    for part in ("", "(0.5)", "(0.4:1)"):
        assert list(cell.where("dend[1]" + part)) == list(cell.where(full + part))
    assert list(cell.geometry.section_name[cell.where("dend[1]")]) == [full] * 3
    assert len(cell.where("dend")) == 9
    assert len(cell.where(["dend[0]", "dend[2]"])) == 6
    assert block(cell, hours=0.01, where="dend[1]").summary
    with pytest.raises(InputError, match=r"unknown region or section 'dend\[3\]'"):
        cell.where("dend[3]")


def test_a_name_that_two_cells_have_is_no_name(template):
    one, other = template(), template()
    cell = Neuron(sections=[*one.soma.wholetree(), *other.soma.wholetree()])
    with pytest.raises(InputError) as caught:
        cell.where("dend[1](0.5)")
    for name in (one.dend[1].name(), other.dend[1].name()):
        assert name in str(caught.value)
    assert len(cell.where(other.dend[1].name())) == 3
    assert len(cell.where("soma")) == 2  # a region


def test_a_section_of_a_python_class(section):
    class Cell:
        def __init__(self):
            self.dend = [h.Section(name=f"dend[{i}]", cell=self) for i in range(2)]
            self.dend[1].connect(self.dend[0])

        def __repr__(self):
            return "Mine"

    one = Cell()
    cell = Neuron(sections=one.dend)
    assert list(cell.geometry.section_name[cell.where("dend[1]")]) == ["Mine.dend[1]"]


# ---------------------------------------------------------------- a morphology where a cell is expected


@pytest.mark.parametrize("name", ["cell.swc", "some/where/CELL.SWC", "cell.asc"])
@pytest.mark.parametrize(
    "make",
    [Neuron, Muscle, make_cell, excite, glycoside, lambda name: compare(cells=(name,))],
    ids=["Neuron", "Muscle", "make_cell", "excite", "glycoside", "compare"],
)
def test_a_morphology_is_no_cell(make, name):
    with pytest.raises(InputError) as caught:
        make(name)
    for word in (name, "is a morphology", f"morphology='{name}'", f"--morphology {name}"):
        assert word in str(caught.value)


def test_a_templates_cell_that_is_gone_is_not_called_any_more(template, section):
    """NEURON takes a template's sections with it; what still stands in NEURON for the cell must bear that."""
    one, _other = template(), section("other")
    cell = Neuron(sections=one.soma.wholetree())
    del cell
    del one
    h.finitialize()
    assert Neuron("stylised", max_compartment_length=100.0).size


# ---------------------------------------------------------------- every experiment takes a cell that is made


@pytest.fixture
def axon(section, write_toml):
    """A user's two sections, with NaV and Kv of their own as a paper's code would put them there."""
    load_mechanisms()
    soma, axon = section("soma"), section("axon", 200, 2, 3)
    axon.connect(soma(1))
    for sec in (soma, axon):
        sec.insert("pl_nav")
        sec.insert("pl_kv")
        sec.gbar_pl_nav, sec.gbar_pl_kv = 0.06, 0.02
    name = write_toml('base = "excitable"\nname = "mine"\nchannel = []\n')
    return make_cell(name, sections=[soma, axon])


def everything(cell) -> dict:
    """All that a cell is, its sections' mechanisms included."""
    mechanisms = {sec.name(): sorted(m.name() for m in sec(0.5)) for sec in cell.sections}
    return {
        "mechanisms": mechanisms,
        "start": {name: values.tolist() for name, values in cell.start.items()},
        "strength": {name: values.tolist() for name, values in cell.strength.items()},
        "conditions": repr(cell.conditions),
        "changes": dict(cell.changes),
        "gbar": [at.gbar_pl_nav for at in cell.segments if h.ismembrane("pl_nav", sec=at.sec)],
        "written": {name: cell.variables[name].get().tolist() for name in ("v", "nai", "ki", "cli", "ko")},
    }


def test_a_users_own_sections_have_a_threshold(axon):
    """By their own channels: without them nothing fires, with twice as many it takes less."""
    axon.write()
    before = everything(axon)
    usual, more, none = (
        excite(axon, scale=factors).points[0] for factors in ({}, {"pl_nav": 2}, {"pl_nav": 0})
    )
    assert usual.outcome == "spike" and 0 < more.threshold < usual.threshold
    assert "no Na+ or Ca2+ channels" in none.outcome
    assert excite(axon, where="axon(0.5)", vary={"ko": [3, 5]}, hours=0.01).varied == "ko_mM"
    assert everything(axon) == before
    assert not any(seg.point_processes() for sec in axon.sections for seg in sec)


def test_a_users_own_sections_take_a_drug(section):
    sec = section(nseg=3)
    cell = make_cell("ventricle", sections=[sec])
    cell.write()
    before = everything(cell)
    human, rat = (glycoside(cell, dose="10 uM", hours=0.2, species=of) for of in ("human", "rat"))
    assert (human.species, rat.species, cell.conditions.species) == (
        "human",
        "rat",
        cell.parameters.pump.species,
    )
    assert rat.summary["alpha1_bound_end"] < 0.2 < human.summary["alpha1_bound_end"]
    assert human.summary["nai_end_mM"] > human.summary["nai_before_mM"]
    assert everything(cell) == before


def test_an_experiment_says_the_same_of_a_cell_and_of_its_name():
    coarse = {"max_compartment_length": 200.0}
    cell = make_cell("excitable", **coarse)
    for run in (rest, lambda one, **more: block(one, hours=0.01, **more), inspect, excite):
        assert same(run(cell).summary, run("excitable", **coarse).summary)


def same(one, other) -> bool:
    """Summaries with the same numbers, to nine digits, and words."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            same(one[key], other[key]) for key in one if key not in ("wall_s", "evaluations", "iterations")
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == (pytest.approx(other, rel=1e-6, abs=1e-6) if isinstance(other, float) else other)


def test_cells_are_compared_as_they_are(section):
    """One in a bath, one in a closed space: the second is the first one's counterpart."""
    wide, tight = Neuron(sections=[section()]), Neuron(sections=[section("other")], outside="closed")
    result = compare([wide, tight], hours=0.05)
    assert list(result.blocks) == ["neuron", "neuron closed"] and result.left_out == {}
    assert len(result.plot().axes) == 4
    alone = compare(wide, hours=0.05)
    assert list(alone.blocks) == ["neuron"] and "as it was made" in alone.left_out["neuron closed"]
    assert compare([wide, "muscle"], hours=0.01).blocks.keys() == {"neuron", "muscle", "muscle closed"}
    assert wide.size == tight.size == 1  # both are still cells
    with pytest.raises(InputError, match="neuron is there in a closed space only"):
        compare([tight], hours=0.01)
    shell = Neuron(sections=[section("third")], outside="shell")
    with pytest.raises(InputError, match="stands in a shell"):
        compare([shell])
