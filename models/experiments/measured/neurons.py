"""Neurons, glia and the blank cell: where they rest, and how they feel K+, Na+ and Cl- outside."""

from typing import Any

import numpy as np

from ...cell.cell import Cell
from ...cells import make_cell
from ...parameters import read_parameters
from ...physics.theory import nernst, root
from ...solve.equations import System
from ...solve.time_course import evolve
from ..anoxia import AnoxiaResult, anoxia
from ..block import block, crossing
from ..follow import follow
from ..glycoside import glycoside
from ..rest import rest
from .lab import Lab, Numbers

TRACE = 1e-6  # mM inside, with which a cotransporter carries its influx alone
MOST = 6e3  # mM outside, the most that a bath may hold, at which a site is full
TEN_MINUTES = 1 / 6  # h
BACK, AFTER = 0.22, 1 / 12  # h, when a slice's oxygen is back, past its depolarisation; 5 min
# 1/s, slowest exchange of a slice of 0.4 mm (assumed) superfused from both sides: pi^2 D/(tortuosity L)^2, K+
# in water at 37 degC 2.6e-5 cm2/s, tortuosity 1.6
SLICE = 0.063
SLICE_SPACE = 0.12  # of CA1's tissue, rat slices, pyramidal layer, McBain et al. 1990 Science 249:674
PUMP = "pump=0.1:6:log"  # of its strength, between which rests of the published neuron are followed
FEW = 5  # spikes after which a start leads to no rest
DEPOLARISED = -45.0  # mV, between its two kinds of rest
IN_CSF = {"ko": 3.0, "nao": 156.0, "clo": 134.0}  # mM, Forsythe & Redman 1988
CHANGED = {"ko": 10.0, "nao": 26.0, "clo": 4.0}


def neuron(lab: Lab) -> Numbers:
    """The neurons at rest, and how fast their Na+ rises without the pump."""
    s, quiet = lab.rest("neuron"), lab.rest("neuron_kcc2")
    found = {"neuron_na": s["nai_mM"], "neuron_v": s["v_rest_mV"], "neuron_cl": s["cli_mM"]}
    found |= {"neuron_kcc2_v": quiet["v_rest_mV"], "neuron_kcc2_cl": quiet["cli_mM"]}
    for key, name in (("neuron_na_rise", "neuron"), ("neuron_kcc2_na_rise", "neuron_kcc2")):
        found[key] = block(lab.cell(name), hours=0.01).summary["nai_rise_mM_per_min"]
    found["neuron_na_rise_no_k"] = _rise(lab.cell("neuron"))
    young = lab.rest("neuron_immature")
    found["immature_v"] = young["v_rest_mV"]
    e_cl = float(nernst(young["cli_mM"], young["clo_mM"], -1, young["celsius_degC"]))
    return found | {"immature_cl": e_cl - young["v_rest_mV"]}


def outside(lab: Lab) -> Numbers:
    """What other K+, Na+ and Cl- outside do to the neuron: K+ and Na+ after ten minutes, Cl- at once.

    Each bath is changed in the proportion in which it was.
    """
    cell, v = lab.cell("neuron"), lab.rest("neuron")["v_rest_mV"]
    bath = {name: cell.outside[name[:-1]] * CHANGED[name] / IN_CSF[name] for name in CHANGED}
    found = {"neuron_k": _after(cell, {"ko": bath["ko"]}) - v}
    high = _after(cell, {"ko": 3 * bath["ko"]}) - v
    found["neuron_k_slope"] = (high - found["neuron_k"]) / np.log10(3)
    found["neuron_low_na"] = _after(cell, {"nao": bath["nao"]}) - v
    held = rest(cell, {"clo": bath["clo"]}, hold="concentrations").summary["v_rest_mV"]
    return found | {"neuron_low_cl": held - v}


def oxygen(_: Lab) -> Numbers:
    """A neuron with spike channels, no oxygen: in a space of its own, when its potential is lost by half and
    within what time from a quarter to three quarters (s); in a superfused slice (min), what
    V is there (mV) once it is back, and in ouabain."""
    head = anoxia("excitable_fed", hours=0.05, outside="closed")
    begin, half, end = (_fallen(head, share) / 1e3 for share in (0.25, 0.5, 0.75))
    washed = {"space.exchange_rate": f"{SLICE:g} /s", "space.volume_fraction": f"{SLICE_SPACE:g}"}
    cut = anoxia("excitable_fed", hours=BACK + AFTER, restore_at=BACK, outside="shell", set=washed)
    poisoned = glycoside(
        make_cell("excitable_fed", outside="shell", set=washed), "ouabain", "0.1 mM", "rat", 0.5
    )
    return {
        "wave": half,
        "wave_length": end - begin,
        "anoxia_half": _fallen(cut, 0.5) / 60e3,
        "anoxia_after": float(cut.layout.by_area(cut.course.v)[-1]),
        "slice_ouabain": poisoned.summary["v_end_mV"],
    }


def bistable(_: Lab) -> Numbers:
    """The published neuron with K+ dynamics: over what range of pump rates it has two rests without a bath,
    and how many depolarised ones with it."""
    published = read_parameters("huebel2014")
    alone = type(published.space)(volume_fraction=published.space.volume_fraction, outside="closed")
    closed = _rests(make_cell(published.model_copy(update={"space": alone})))
    bath = _rests(make_cell("huebel2014"))
    return {
        "bistable_range": closed[True].max() / closed[False].min(),
        "bistable_bath": float(len(bath[True])),
    }


def _rests(cell: Cell) -> dict[bool, np.ndarray]:
    """Shares of the pump at which a cell has a stable rest, by whether that is depolarised."""
    found: dict[bool, list[float]] = {False: [], True: []}
    for branch in follow(cell, PUMP, points=20, max_spikes=FEW).branches:
        for value, v in zip(branch.value[branch.stable], branch.state["v"][branch.stable], strict=True):
            found[bool(v.mean() > DEPOLARISED)].append(float(value))
    return {kind: np.array(values) for kind, values in found.items()}


def _fallen(cut: AnoxiaResult, share: float) -> float:
    """When (ms) V has lost so much of what it loses at most; nan for never."""
    v = cut.layout.by_area(cut.course.v)
    found = crossing(cut.course.t, v, v[0] + share * (v.max() - v[0]))
    return np.nan if found is None else found


def cotransport(lab: Lab) -> Numbers:
    """Half-saturation of the influx through KCC2, and how much of NKCC1's is left at the neuron's K+."""
    kcc2, nkcc1 = lab.cell("neuron_kcc2"), lab.cell("neuron_immature")
    top = _influx(kcc2, "pl_kcc2sat", MOST)
    half = root(lambda x: _influx(kcc2, "pl_kcc2sat", float(np.exp(x))) / top - 0.5, np.log(0.1), np.log(1e3))
    share = _influx(nkcc1, "pl_nkcc1", 3.0) / _influx(nkcc1, "pl_nkcc1", 30.0)
    return {"kcc2_k_half": float(np.exp(half)), "nkcc1_low_k": share}


def glia(lab: Lab) -> Numbers:
    """The astrocyte with and without its inward rectifier, and its Na+ in raised K+."""
    cell, astrocyte = lab.cell("astrocyte"), lab.rest("astrocyte")
    # measured through a pipette in the whole-cell mode, which holds the concentrations inside
    without = rest(cell, scale={"pl_kir": 0}, hold="concentrations").summary
    found = {"astrocyte_v": astrocyte["v_rest_mV"], "astrocyte_ko_v": without["v_rest_mV"]}
    key = "membrane_resistance_ohm_cm2"
    found["astrocyte_ko_r"] = without[key] / astrocyte[key]
    found["astrocyte_na"] = astrocyte["nai_mM"]
    low, high = (rest(cell, {"ko": ko}).summary["nai_mM"] for ko in (3, 8))
    return found | {"astrocyte_na_high_k": high - low}


def hek(lab: Lab) -> Numbers:
    """HEK293, native, with Kir2.1, and with NaV1.5 besides, at rest without an electrode."""
    expressed = read_parameters("hek293", {"channel.pl_kir.gbar": "0.6047 mS/cm2"})
    found = {"hek_native": lab.rest("hek293")["v_rest_mV"], "ex293_v": lab.rest("ex293")["v_rest_mV"]}
    return found | {"hek_kir": rest(make_cell(expressed)).summary["v_rest_mV"]}


def _rise(cell: Cell) -> float:
    """How fast Na+ inside rises (mM/min) in the first half minute without K+ outside."""
    with cell.changed({"ko": TRACE}):
        course = evolve(cell, 1 / 120, points=2)
    inside = course.na @ (cell.volume / cell.volume.sum())
    return float(2 * (inside[-1] - inside[0]))


def _after(cell: Cell, bath: dict[str, Any]) -> float:
    """V (mV) after ten minutes in another bath, mean over the membrane."""
    with cell.changed(bath):
        course = evolve(cell, TEN_MINUTES, points=2)
    return float(course.v[-1] @ cell.area / cell.area.sum())


def _influx(cell: Cell, mechanism: str, ko: float) -> float:
    """K+ (mA/cm2) that a cotransporter carries in at `ko` (mM) outside, with next to no Cl- inside."""
    saved = cell.start
    with cell.changed({"ko": ko}):
        cell.start = saved | {"cl": np.full(cell.size, TRACE)}
        try:
            system = System(cell, hold="membrane")
            system.full_rates(system.start)
            return -float(getattr(cell.segments[0], f"ik_{mechanism}"))
        finally:
            cell.start = saved
