"""The pump: what half activates it, how voltage, drugs and hormones change it, and what a block does."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...cell.cell import Cell
from ...cell.pumps import pumped
from ...parameters.pumps import occupancy
from ...physics.theory import FARADAY, nernst, root, thermal_voltage
from ...solve.equations import System
from ...solve.events import Event
from ...solve.time_course import evolve
from ...words import HOUR
from ..glycoside import GlycosideResult, glycoside, parse_dose
from ..rest import rest
from ..rest_result import RestResult
from .lab import Lab, Numbers

MOST = 6e3  # mM, the most that a bath may hold, at which a site is full
STEP = 1e-3  # of a logarithm, over which a slope is taken
MUCH = 1e-3  # mM of a hormone, its full effect
SQUID_HALF = 3.92  # mM, K+ outside of half the pump's flux in 400 mM Na+, Rakowski et al. 1989
TURNOVER = 200.0  # 1/s at 36 degC, Friedrich et al. 1996
COTRANSPORT = "pl_nkcc1"
CELLS = 0.7  # ml of muscle cells in a g of heart, assumed
# 1/s at 30 degC, at which soleus's flux was measured: 60 at 24 and 200 at 36 degC, Friedrich et al. 1996
TURNOVER_30 = 110.0
FIBRES = 0.8  # ml of fibres in a g of muscle, as in the file of the cell muscle


def binding(lab: Lab) -> Numbers:
    """Half activation by K+ and Na+, and how steep it is."""
    heart = lab.cell("ventricle")
    purkinje = lab.cell("purkinje")
    saturated = _all(purkinje, v=-40.0, nai=MOST)
    return {
        "heart_k_half": _half(heart, "ko", v=-40.0, nai=50.0)[0],  # as measured, with Na+ for all sites
        "heart_na_half": _half(purkinje, "nai", v=-40.0)[0],
        "heart_na_hill": _half(heart, "nai", v=-40.0)[1],
        "heart_most": 1e3 * saturated,
        "purkinje_k_half": _half(purkinje, "ko", None, v=-40.0, nai=50.0)[0],
        "alpha2_k_half": _half(lab.cell("muscle_slow"), "ko", "pl_nakalpha2")[0],
        "squid_hill": _two_sites(),
    }


def voltage(lab: Lab) -> Numbers:
    """How the current depends on V, and on V without much Na+ outside."""
    heart, purkinje = lab.cell("ventricle"), lab.cell("purkinje")
    at = {v: _cycling(heart, v=v) for v in (-140.0, 0.0)}
    sheep = {v: _all(purkinje, v=v) for v in (-100.0, -20.0, 20.0)}
    low = {v: _cycling(heart, v=v, nao=1.5) for v in (-140.0, 0.0)}
    return {
        "heart_flat": sheep[-20.0] / sheep[20.0],
        "heart_falls": sheep[-100.0] / sheep[-20.0],
        "pump_v_shape": at[-140.0] / at[0.0],
        "pump_v_low_na": low[-140.0] / low[0.0],
    }


def in_cells(lab: Lab) -> Numbers:
    """Ratio, temperature and ATP as the muscle's file has them; how much of it is used at rest, and for
    what."""
    slow = lab.cell("muscle_slow")
    numbers = slow.parameters.pump.quantities()
    held = rest(lab.cell("muscle_fast"), {"alpha2_activity": 0}, hold="concentrations").summary["v_rest_mV"]
    system = System(slow)
    used = pumped(system, system.start).cycle @ slow.area
    return {
        "pump_ratio": numbers["n_na"] / numbers["n_k"],
        "pump_q10": numbers["q10"],
        "atp_half": numbers["km_atp"],
        "alpha2_rest": held - lab.rest("muscle_fast")["v_rest_mV"],
        "resting_use": 100 * used / (slow.strength["pump"] @ slow.area),
    }


def drugs(_: Lab) -> Numbers:
    """Half occupancy by ouabain at 5 mM K+."""

    def half(species: str, alpha: str) -> float:
        return float(root(lambda d: occupancy("ouabain", species, alpha, d, 5.0) - 0.5, 1e-9, 1.0))

    return {
        "rat_ouabain_alpha1": 1e3 * half("rat", "alpha1"),
        "human_ouabain_ratio": half("human", "alpha2") / half("human", "alpha1"),
    }


def hormones(lab: Lab) -> Numbers:
    """What adrenaline and insulin do to a muscle's pump, K+ influx, V and Na+."""
    adrenaline, insulin = (_hormone(lab, name) for name in ("adrenaline", "insulin"))
    return {
        "adrenaline_na": adrenaline["at_once"],
        "adrenaline_k": adrenaline["k"],
        "adrenaline_v": adrenaline["v"],
        "adrenaline_ouabain": _without_pump(lab),
        "insulin_na": insulin["mean"],
        "insulin_k": insulin["k"],
        "insulin_pool": insulin["na"],
        "insulin_na_inside": insulin["na"],
    }


def blocks(lab: Lab) -> Numbers:
    """How far muscles and heart depolarise in ouabain."""
    heart = glycoside(lab.cell("ventricle"), "ouabain", "0.5 uM", "human", 1.0, set={"celsius": 33}).summary
    slow = _over_time(lab.ouabain("muscle_slow", "1 mM", 4.0))
    edl = _over_time(lab.ouabain("muscle_fast", "1 mM", 2.0))(2.0)
    return {
        "soleus_ouabain": slow(0.5),
        "soleus_ouabain_slow": (slow(4.0) - slow(1.0)) / 3,
        "edl_ouabain": edl,
        "edl_ouabain_ttx": 100 * (1 - _poisoned(lab) / edl),
        "diaphragm_ouabain": _over_time(lab.ouabain("diaphragm", "1 uM", 1.0))(0.5),
        "heart_ouabain": 100 * heart["v_end_mV"] / heart["v_before_mV"],
    }


def _poisoned(lab: Lab) -> float:
    """V (mV) over that before 2 h of ouabain, NaV blocked all along."""
    cell = lab.cell("muscle_fast")
    with cell.changed({}, {"pl_navmuscle": 0.0}):
        return _over_time(glycoside(cell, "ouabain", "1 mM", "rat", 2.0))(2.0)


def sites(lab: Lab) -> Numbers:
    """Pumps in a g of human ventricle and of rat soleus (pmol) that the largest rate of their cycles stands
    for."""
    return {
        "heart_sites": _sites(lab.cell("human_ventricle"), CELLS, TURNOVER),
        "soleus_sites": _sites(lab.cell("muscle_slow"), FIBRES, TURNOVER_30),
    }


def _sites(cell: Cell, share: float, turnover: float) -> float:
    """Pumps (pmol) in a g of tissue of which `share` (ml) are cells, with `turnover` cycles a second."""
    # 1e-3 A in a mA, 1e-8 cm2 in a um2, 1e-12 ml in a um3, 1e12 pmol in a mol
    rate = 1e-11 * float(cell.strength["pump"] @ cell.area) / FARADAY  # mol/s
    return 1e24 * share * rate / turnover / float(cell.volume.sum())


def digoxin(lab: Lab) -> Numbers:
    """Share of the pumps that a therapeutic level holds."""
    return {
        "digoxin_heart": _held(lab.cell("ventricle")),
        "digoxin_muscle": _held(lab.cell("muscle_slow")),
    }


def _cycling(cell: Cell, mechanism: str = "pl_nakalpha1", **state: float) -> float:
    """Cycle current of one isoform at a state (v, nai, ko, nao), the rest as in the cell's start."""
    saved = cell.start
    changes = {key: value for key, value in state.items() if key in ("ko", "nao")}
    inside = {"v": state.get("v"), "na": state.get("nai")}
    with cell.changed(changes):
        cell.start = saved | {k: np.full(cell.size, v) for k, v in inside.items() if v is not None}
        try:
            system = System(cell, hold="membrane")
            system.full_rates(system.start)
            return float(cell.variables[f"icycle_{mechanism}"].get()[0])
        finally:
            cell.start = saved


def _all(cell: Cell, **state: float) -> float:
    """Cycle current of all isoforms together, as `_cycling`."""
    return sum(_cycling(cell, mechanism, **state) for mechanism in cell.membrane.pump_share)


def _half(
    cell: Cell, what: str, mechanism: str | None = "pl_nakalpha1", **state: float
) -> tuple[float, float]:
    """Concentration of half the current, and the Hill coefficient there. mechanism: None for all together."""

    def current(value: float) -> float:
        now = {what: value} | state
        return _all(cell, **now) if mechanism is None else _cycling(cell, mechanism, **now)

    top = current(MOST)

    def share(logarithm: float) -> float:
        return current(float(np.exp(logarithm))) / top

    half = root(lambda x: share(x) - 0.5, np.log(1e-3), np.log(200))
    up, down = (share(half + s) for s in (STEP, -STEP))
    return float(np.exp(half)), float((np.log(up / (1 - up)) - np.log(down / (1 - down))) / (2 * STEP))


def _two_sites() -> float:
    """Hill coefficient of two independent K+ sites, each held back by Na+, found as its authors did, by
    Hill's equation over their 0 to 10 mM of K+, its maximum free; sites are such that the half is theirs."""
    from scipy.optimize import curve_fit  # slow to load

    ko = np.linspace(0.5, 10, 20)

    def fitted(site: float) -> np.ndarray:
        share, start = (ko / (ko + site)) ** 2, [1.0, 2.4 * site, 1.2]
        return curve_fit(lambda x, top, half, n: top * hill(x, half, n), ko, share, start)[0]

    return float(fitted(root(lambda site: fitted(site)[1] - SQUID_HALF, 0.5, 5.0))[2])


def hill(x: np.ndarray, half: float, n: float) -> np.ndarray:
    """Share of the most: x^n/(x^n + half^n)."""
    return x**n / (x**n + half**n)


def _hormone(lab: Lab, name: str) -> dict[str, float]:
    """Pump at once and over 15 min, total K+ influx at once, V after 15 min, Na+ at rest again; in %."""
    cell, before = lab.cell("muscle_slow"), rest(lab.cell("muscle_slow"))
    course = evolve(cell, 0.25, [Event(0.0, set={name: MUCH})], points=100, pump=True)
    pump = np.asarray(course.pump) @ cell.area
    rested = float(before.pump_net @ cell.area)
    mean = float(np.trapezoid(pump, course.t) / course.t[-1])
    passive = _one_way_k(before, cell)
    pumped_in = -float(before.currents["k"]["pump"] @ cell.area)
    s = before.summary
    after = rest(cell, {name: MUCH}).summary
    return {
        "at_once": 100 * (pump[0] / rested - 1),
        "mean": 100 * (mean / rested - 1),
        "k": 100 * pumped_in * (pump[0] / rested - 1) / (pumped_in + passive),
        "v": 100 * (float(before.layout.by_area(course.v[-1])) / s["v_rest_mV"] - 1),
        "na": 100 * (after["nai_mM"] / s["nai_mM"] - 1),
    }


def _without_pump(lab: Lab) -> float:
    """By how much (mV) V after 15 min of adrenaline differs where 1 mM of ouabain is there as well."""
    cell, v = lab.cell("muscle_slow"), []
    for dose in (0.0, MUCH):
        drugs = [Event(0.0, set={"ouabain": 1.0, "adrenaline": dose})]
        v.append(float(evolve(cell, 0.25, drugs, points=2).v[-1] @ cell.area / cell.area.sum()))
    return v[1] - v[0]


def _one_way_k(before: RestResult, cell: Cell) -> float:
    """One-way K+ influx (mA/cm2 um2) through leak and channels, by the flux ratio exp((V - E_K)F/RT), and by
    cotransport, whose net influx at rest it is next to."""
    carried: Any = before.currents["k"].get(COTRANSPORT, 0.0)
    out: Any = sum(current for name, current in before.currents["k"].items() if name != "pump") - carried
    e_k = nernst(before.inside["k"], before.outside["k"], 1, cell.celsius)
    ratio = np.exp((before.v - e_k) / thermal_voltage(cell.celsius))
    return float((out / (ratio - 1) - carried) @ cell.area)


def _over_time(result: GlycosideResult) -> Callable[[float], float]:
    """V over that before the drug (mV) as a function of hours."""
    v = result.layout.by_area(result.course.v)
    return lambda hours: float(np.interp(hours, result.course.t / HOUR, v) - result.summary["v_before_mV"])


def _held(cell: Cell) -> float:
    """Share (%) of a cell's pumps, were they human, that 1 ng/ml of digoxin holds."""
    dose = parse_dose("digoxin", "1 ng/ml")
    weights = {m.removeprefix("pl_nak"): share @ cell.area for m, share in cell.membrane.pump_share.items()}
    held = {a: occupancy("digoxin", "human", a, dose, cell.outside["k"]) for a in weights}
    return float(100 * sum(held[a] * weights[a] for a in weights) / sum(weights.values()))
