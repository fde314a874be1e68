"""Isoforms of the pump in cells: balance, drugs, hormones, mutations, shares of regions, refusals."""

import numpy as np
import pytest

from models import Event, InputError, evolve, make_cell, rest
from models.cell.pumps import pumped
from models.parameters.pumps import DRUGS, ISOFORMS, SPECIES, binding, hormone_factor, library
from models.solve.equations import System
from models.solve.steady_state import find_steady_state


def isoforms(write_toml, given=None, bath="", more="", branched=False, species="rat", **options):
    """One round compartment of the neuron's membrane, or a shape, with isoforms: share and what else."""
    given = {"alpha1": 'share = "0.3"', "alpha2": 'share = "0.7"'} if given is None else given
    tables = "".join(f"[pump.isoform.{alpha}]\n{said}\n" for alpha, said in given.items())
    round_one = 'shape = "cylinder"\nlength = "20 um"\ndiameter = "20 um"'
    shape = 'shape = "stylised"' if branched else round_one
    text = (
        f'base = "neuron"\nname = "made"\n[outside]\n{bath}\n[morphology]\n{shape}\n'
        f'max_compartment_length = "60 um"\n{more}\n'
        f'[pump]\nlaw = "isoforms"\nspecies = "{species}"\n{tables}'
    )
    return make_cell(write_toml(text), **options)


BATH = 'ko = "5 mM"\nnao = "143 mM"'  # where the library's dissociation constants hold


@pytest.mark.parametrize(("volume", "outside"), [("fixed", "bath"), ("osmotic", "closed")])
def test_isoforms_are_balanced(write_toml, volume, outside):
    """Voltage, concentrations and the wanted resistance, the pump's own slope included."""
    cell = isoforms(write_toml, branched=True, volume=volume, outside=outside)
    found = rest(cell)
    assert found.v == pytest.approx(-70, abs=1e-8)
    assert found.inside["na"] == pytest.approx(9, abs=1e-8)
    # slopes are central differences over 0.01 mV
    assert found.summary["membrane_resistance_ohm_cm2"] == pytest.approx(20e3, rel=1e-6)


def at_rest(cell, **change):
    """All states at rest, by name."""
    with cell.changed(change):
        system = System(cell)
        y = system.expand(find_steady_state(system)[0])
        return {kind: y[at] for kind, at in system.at.items()}


@pytest.mark.parametrize("species", SPECIES)
@pytest.mark.parametrize("drug", DRUGS)
def test_at_its_dissociation_constant_half_is_bound(write_toml, species, drug):
    given = {alpha: f'share = "{share}"' for alpha, share in zip(ISOFORMS, (0.2, 0.3, 0.5), strict=True)}
    cell = isoforms(write_toml, given, bath=BATH, species=species)
    for alpha in ISOFORMS:
        kd = float(library("drugs")[f"{drug}.{species}.{alpha}"]["kd"])
        for dose in (kd, 3 * kd):
            found = at_rest(cell, **{drug: dose})[f"bound_pl_nak{alpha}"]
            assert found == pytest.approx(dose / (dose + kd), abs=1e-12)


def test_a_micromole_of_ouabain_spares_rat_alpha1(write_toml):
    cell = isoforms(write_toml, bath=BATH, branched=True)
    found = at_rest(cell, ouabain=1e-3)
    assert found["bound_pl_nakalpha1"] == pytest.approx(0.02, abs=0.01)
    assert found["bound_pl_nakalpha2"] == pytest.approx(0.90, abs=0.01)
    human = isoforms(write_toml, bath=BATH, species="human")
    assert at_rest(human, ouabain=1e-3)["bound_pl_nakalpha1"].min() > 0.99
    assert not at_rest(cell)["bound_pl_nakalpha2"].any()


def test_potassium_outside_hinders_binding(write_toml):
    cell = isoforms(write_toml)
    kd = float(library("drugs")["ouabain.rat.alpha2"]["kd"])
    shares = []
    for ko in (0.5, 3.0, 5.0, 20.0):
        shares.append(at_rest(cell, ouabain=kd, ko=ko, nao=148 - ko)["bound_pl_nakalpha2"][0])
        # 1 + 9 ko/(ko + 1) times weaker than without K+; 8.5 at the constant's own 5 mM
        weaker = (1 + 9 * ko / (ko + 1)) / 8.5
        assert shares[-1] == pytest.approx(1 / (1 + weaker), abs=1e-9)
    assert shares == sorted(shares, reverse=True)


def test_time_course_of_binding_and_washout(write_toml):
    """Bound rises as 1 - exp(-(on + koff) t) from nothing and falls as exp(-koff t)."""
    cell = isoforms(write_toml, bath=BATH)
    cell.start = rest(cell).state()
    dose, end = 100e-6, 0.1  # mM, hours
    times = np.linspace(1e3, 720e3, 60)  # to twice the end
    events = [Event(0, set={"ouabain": dose}), Event(end, set={"ouabain": 0})]
    for rtol in (1e-5, 1e-8):
        course = evolve(cell, 2 * end, events, times_ms=times, rtol=rtol)
        for alpha in ("alpha1", "alpha2"):
            kd, koff = (float(library("drugs")[f"ouabain.rat.{alpha}"][key]) for key in ("kd", "koff"))
            off = 3600 * end

            def risen(t, share=dose / (dose + kd), rate=koff * (1 + dose / kd)):
                return share * -np.expm1(-rate * t)

            t = course.t / 1e3
            expected = np.where(t < off, risen(t), risen(off) * np.exp(-koff * np.maximum(t - off, 0)))
            # the tolerance for what is bound is that of a gate, as a share of 1, over some hundred steps
            found = course.gates[f"bound_pl_nak{alpha}"][:, 0]
            assert found == pytest.approx(expected, abs=10 * rtol), (alpha, rtol)
            assert expected.max() > 0.4 * (alpha == "alpha2")
        assert rtol > 1e-6 or course.v[25, 0] > -69.9  # it depolarises


def test_a_drug_that_comes_later_finds_nothing_bound(write_toml):
    cell = isoforms(write_toml)
    times = [0.0, 1.0, 10.0, 1000e3]
    given = evolve(cell, 1 / 3.6, [Event(0, set={"ouabain": 1e-3})], times_ms=times)
    bound = given.gates["bound_pl_nakalpha2"][:, 0]
    assert bound[0] == 0 and bound[1] < 1e-3 and 0.5 < bound[-1] < 1
    with cell.changed({"ouabain": 1e-3}):  # there from before: in equilibrium
        settled = evolve(cell, 1 / 3.6, times_ms=times).gates["bound_pl_nakalpha2"]
    assert settled == pytest.approx(settled[0, 0], abs=1e-9) and settled[0, 0] > 0.5
    none = evolve(cell, 1 / 3.6, times_ms=times).gates["bound_pl_nakalpha2"]
    assert not none.any()


def test_a_blocked_isoform_is_a_bound_one(write_toml):
    """With one isoform the drug's share and a block of that share rest alike."""
    cell = isoforms(write_toml, {"alpha2": 'share = "1"'})
    drug = at_rest(cell, ouabain=2e-4)
    share = drug["bound_pl_nakalpha2"][0]
    cell.block_pump(share)
    blocked = at_rest(cell)
    assert 0.1 < share < 0.9 and drug["v"][0] > -69.5
    for key in ("v", "na_pl_ions", "k_pl_ions"):
        assert drug[key] == pytest.approx(blocked[key], abs=1e-8)


@pytest.mark.parametrize("hormone", ["insulin", "adrenaline"])
def test_hormones_lower_sodium_and_hyperpolarise(write_toml, hormone):
    cell = isoforms(write_toml)
    effect = library("drugs")[hormone]
    half, gain = float(effect["half"]), float(effect["gain"])
    doses = [0.0, half, 10 * half, 1e3 * half]
    found = [rest(cell, set={hormone: dose}) for dose in doses]
    sodium = [float(r.inside["na"][0]) for r in found]
    voltage = [float(r.v[0]) for r in found]
    assert sodium == sorted(sodium, reverse=True) and sodium[0] - sodium[-1] > 0.5
    assert voltage == sorted(voltage, reverse=True) and voltage[0] - voltage[-1] > 0.01
    assert hormone_factor({hormone: half}) == pytest.approx(1 - gain / 2, rel=1e-15)
    # the hormone is a change of affinity and nothing else
    affinity = {
        f"{a}_km_na": cell.conditions.pump[f"{a}_km_na"] * (1 - gain / 2) for a in ("alpha1", "alpha2")
    }
    assert rest(cell, set=affinity).v == pytest.approx(found[1].v, abs=1e-9)
    both = hormone_factor({"insulin": 1e-3, "adrenaline": 1e-3})
    alone = hormone_factor({"insulin": 1e-3}) * hormone_factor({"adrenaline": 1e-3})
    assert both == pytest.approx(alone, rel=1e-15)


def test_a_mutation_comes_after_the_balance(write_toml):
    """It takes half of alpha2's current; leaks and imax are those of the healthy cell."""
    healthy = isoforms(write_toml)
    alpha2 = 'share = "0.7"\nmutation = "G855R"\nmutated_share = '
    shares = {name: {"alpha1": 'share = "0.3"', "alpha2": alpha2 + f'"{name}"'} for name in ("0.5", "1", "0")}
    cells = {name: isoforms(write_toml, given) for name, given in shares.items()}
    for name, cell in cells.items():
        assert cell.conditions.pump["alpha2_activity"] == 1 - float(name)
        for key, values in healthy.strength.items():
            assert cell.strength[key] == pytest.approx(values, rel=1e-12), key
    System(healthy)
    whole = {a: healthy.variables[f"icycle_pl_nak{a}"].get()[0] for a in ("alpha1", "alpha2")}
    System(cells["0.5"])
    half = {a: cells["0.5"].variables[f"icycle_pl_nak{a}"].get()[0] for a in ("alpha1", "alpha2")}
    assert half["alpha2"] == pytest.approx(0.5 * whole["alpha2"], rel=1e-12)
    assert half["alpha1"] == pytest.approx(whole["alpha1"], rel=1e-12)
    depolarised = [rest(cells[name]).v[0] for name in ("0", "0.5", "1")]
    assert depolarised[0] == pytest.approx(-70, abs=1e-8)
    assert depolarised[0] < depolarised[1] < depolarised[2]
    left_out = {"alpha1": 'share = "0.3"', "alpha2": 'share = "0.7"\nmutation = "G855R"'}
    assert isoforms(write_toml, left_out).conditions.pump["alpha2_activity"] == 0.5  # one allele of two
    # as --set says it
    set_so = rest(healthy, set={"alpha2_activity": 0.5}).v
    assert set_so == pytest.approx(rest(cells["0.5"]).v, abs=1e-8)
    mild = {"alpha1": 'share = "0.3"', "alpha2": 'share = "0.7"\nmutation = "R689Q"\nmutated_share = "1"'}
    assert isoforms(write_toml, mild).conditions.pump["alpha2_activity"] == 0.5


def test_shares_of_regions(write_toml):
    """A region's own share; the cell's others keep their proportion and every place adds up to 1."""
    given = {"alpha1": 'share = "0.2"', "alpha2": 'share = "0.3"', "alpha3": 'share = "0.5"'}
    cell = isoforms(write_toml, given, more='[region.soma]\nalpha1 = "0.6"', branched=True)
    soma, others = cell.where("soma"), cell.where(["dend", "axon"])
    for alpha, there, elsewhere in (("alpha1", 0.6, 0.2), ("alpha2", 0.15, 0.3), ("alpha3", 0.25, 0.5)):
        assert cell.membrane.pump_share[f"pl_nak{alpha}"][soma] == pytest.approx(there, rel=1e-15)
        assert cell.membrane.pump_share[f"pl_nak{alpha}"][others] == pytest.approx(elsewhere, rel=1e-15)
    assert rest(cell).v == pytest.approx(-70, abs=1e-8)
    system = System(cell)
    together = pumped(system, system.start).cycle
    cycles = {a: cell.variables[f"icycle_pl_nak{a}"].get() for a in ISOFORMS}
    assert sum(cycles.values()) == pytest.approx(together, rel=1e-15)


@pytest.mark.parametrize(
    ("given", "more", "message"),
    [
        ({"alpha1": 'share = "0.3"', "alpha2": 'share = "0.6"'}, "", "the shares add up to 0.9, expected 1"),
        ({"alpha1": 'share = "1"\nmutation = "G855"'}, "", "unknown mutation 'G855'.*G855R"),
        ({"alpha1": 'share = "1"\nmutation = "G855R"'}, "", "G855R is a mutation of alpha2"),
        ({"beta": 'share = "1"'}, "", "pump.isoform"),
        ({}, "", "expected .pump.isoform.alpha1. with its share"),
        ({"alpha1": 'share = "1"'}, '[region.soma]\nalpha2 = "1"', "region.soma.*no isoform alpha2"),
        (None, '[region.soma]\nalpha1 = "0.7"\nalpha2 = "0.7"', "region.soma.*add up to 1.4, expected 1"),
        (None, '[region.soma]\nalpha1 = "0.2"\nalpha2 = "0.3"', "region.soma.*add up to 0.5, expected 1"),
    ],
)
def test_isoforms_that_cannot_be(write_toml, given, more, message):
    with pytest.raises(InputError, match=message) as error:
        isoforms(write_toml, given, more=more, branched=True)
    assert "\n" not in str(error.value)


def test_isoforms_belong_to_their_law(write_toml):
    with pytest.raises(InputError, match='law = "hill" has no isoforms'):
        make_cell(write_toml('base = "neuron"\n[pump.isoform.alpha1]\nshare = "1"\n'))
    with pytest.raises(InputError, match=r"pump.km_na belongs to another law"):
        law = '[pump]\nlaw = "isoforms"\nkm_na = "10 mM"\n[pump.isoform.alpha1]\nshare = "1"\n'
        make_cell(write_toml(f'base = "neuron"\n{law}'))
    with pytest.raises(InputError, match=r"pump.atp belongs to another law"):
        make_cell(write_toml('base = "neuron"\n[pump]\natp = "4 mM"\n'))
    with pytest.raises(InputError, match=r"pump.species"):
        isoforms(write_toml, species="mouse")


def test_one_glycoside_at_a_time(write_toml, small):
    cell = isoforms(write_toml)
    with pytest.raises(InputError, match="ouabain and digoxin at once"):
        rest(cell, set={"ouabain": 1e-3, "digoxin": 1e-3})
    assert rest(cell).v == pytest.approx(-70, abs=1e-8)  # nothing of it is left
    with pytest.raises(InputError, match="has no alpha3_activity"):
        rest(cell, set={"alpha3_activity": 0.5})
    for name in ("ouabain", "insulin", "atp"):
        with pytest.raises(InputError, match=f'law = "hill". has no {name}'):
            rest(small, set={name: 1e-3})
    for alpha in ISOFORMS:  # the on rate of the library holds at its own K+
        found = binding("ouabain", "human", alpha)
        kd = float(library("drugs")[f"ouabain.human.{alpha}"]["kd"])
        assert found["kon"] / 8.5 == pytest.approx(found["koff"] / kd, rel=1e-15)
