"""How far are the shipped cells from what was measured? Every number beside its source, every miss shown."""

import time
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.optimize import brentq

from ..cell.pumps import pumped
from ..cells import make_cell
from ..parameters import read_parameters
from ..parameters.fields import MechanismValue
from ..parameters.pumps import occupancy
from ..parameters.units import Quantity
from ..physics.theory import nernst, thermal_voltage
from ..solve.equations import System
from ..solve.events import Event
from ..solve.time_course import evolve
from ..words import HOUR
from .block import block
from .glycoside import glycoside, parse_dose
from .layout import Layout, layout_of
from .rest import leak_slope, rest
from .result import Result

ROWS = Path(__file__).resolve().parent / "validation.toml"


@dataclass
class Check:
    """One number: its key and row, what it is, its unit, the bounds that its source allows, the source, what
    was got (nan where nothing computes it), why it is no test (an input) and, where known, why it misses."""

    key: str
    row: str
    what: str
    unit: str
    low: float
    high: float
    source: str
    got: float
    put_in: str
    why: str

    @property
    def within(self) -> bool:
        return self.low <= self.got <= self.high

    @property
    def verdict(self) -> str:
        return "put in" if self.put_in else "within" if self.within else "miss"


@dataclass(repr=False)
class ValidateResult(Result):
    """checks: in the order of the list; layout: of the neuron, for provenance; summary: counts."""

    layout: Layout
    checks: list[Check]
    summary: dict

    def line(self) -> str:
        within = sum(check.verdict == "within" for check in self.checks)
        return f"validation: {within} of {len(self.checks)} numbers within what their sources allow"


def read_rows() -> dict[str, dict]:
    """The list of numbers, by key."""
    return tomllib.loads(ROWS.read_text(encoding="utf-8"))


def validate(progress=None) -> ValidateResult:
    """Compute every number of the list. progress: called with how many are done."""
    began = time.perf_counter()
    lab, checks = _Lab(), []
    for done, (key, row) in enumerate(read_rows().items()):
        got = lab.measure(key)
        given = {name: row.get(name, "") for name in ("row", "what", "unit", "source", "put_in", "why")}
        checks.append(Check(key=key, low=float(row["low"]), high=float(row["high"]), got=got, **given))
        if progress:
            progress(done + 1)
    counted = [check for check in checks if not check.put_in]
    rows = {check.row: True for check in counted}
    for check in counted:
        rows[check.row] &= check.within
    within = sum(check.within for check in counted)
    layout = layout_of(lab.cell("neuron"))
    lab.close()
    summary = {
        "numbers": len(checks),
        "counted": len(counted),
        "within": within,
        "share_within": within / len(counted),
        "rows_counted": len(rows),
        "rows_all_within": sum(rows.values()),
        "misses": [check.key for check in counted if not check.within],
        "wall_s": time.perf_counter() - began,
    }
    return ValidateResult(layout, checks, summary)


class _Lab:
    """The cells and their runs, each made once. `measure` gives the number of a key."""

    def __init__(self):
        self.cell = cache(lambda name, **options: make_cell(name, **options))
        self.rest = cache(lambda name: rest(self.cell(name)).summary)
        self.ouabain = cache(lambda cell, dose, hours: glycoside(cell, "ouabain", dose, "rat", hours))
        self.hormone = cache(self._hormone)
        self.numbers = cache(lambda group: getattr(self, f"_{group}")())

    def close(self) -> None:
        """Let the cells go: what is cached would keep them in NEURON."""
        for kept in (self.cell, self.rest, self.ouabain, self.hormone, self.numbers):
            kept.cache_clear()

    def measure(self, key: str) -> float:
        for group in GROUPS:
            if key in GROUPS[group]:
                return float(self.numbers(group)[key])
        return float("nan")

    # ------------------------------------------------------------------ rest and K+

    def _neuron(self) -> dict:
        s = self.rest("neuron")
        rise = block(self.cell("neuron"), hours=0.01).summary["nai_rise_mM_per_min"]
        found = {"neuron_na": s["nai_mM"], "neuron_v": s["v_rest_mV"], "neuron_cl": s["cli_mM"]}
        return found | {"neuron_na_rise": rise}

    def _frog(self) -> dict:
        cell, s = self.cell("frog_muscle"), self.rest("frog_muscle")
        e_cl = float(nernst(s["cli_mM"], s["clo_mM"], -1, s["celsius_degC"]))
        slope = rest(cell)
        share = 100 * (leak_slope(cell, "cl", slope.state()) @ cell.area) / (slope.slope @ cell.area)
        found = {"frog_v": s["v_rest_mV"], "frog_e_cl": e_cl, "frog_cl": s["cli_mM"], "frog_share": share}
        without = {}
        for ko in (0.5, 1, 2.5, 5, 10, 20, 50, 100):  # sulphate for chloride, as long as an experiment takes
            held = rest(cell, {"ko": ko}, {"clleak": 0}, hold="concentrations").summary["v_rest_mV"]
            without[ko] = held
            found[f"frog_k_{ko:g}".replace(".", "_")] = held
        found["frog_slope"] = without[100] - without[10]
        low = rest(cell, {"clo": 30}, hold="concentrations").summary["v_rest_mV"]
        found["frog_cl_step"] = low - s["v_rest_mV"]
        with cell.changed({"clo": 30}):
            course = evolve(cell, 1.0, times_ms=[HOUR])
        saved, cell.start = cell.start, {key: getattr(course, key)[-1] for key in cell.start}
        back = rest(cell, hold="concentrations").summary["v_rest_mV"]
        cell.start = saved
        return found | {"frog_cl_return": back - float(course.v[-1].mean())}

    def _muscle(self) -> dict:
        found = {}
        for name, label in (
            ("muscle_fast", "gastrocnemius"),
            ("muscle_slow", "soleus"),
            ("diaphragm", "diaphragm"),
        ):
            cell = self.cell(name)
            result = rest(cell, {"ko": 6} if label != "diaphragm" else {})
            slopes = {ion: leak_slope(cell, ion, result.state()) @ cell.area for ion in ("na", "cl")}
            surface = cell.area[cell.geometry.tubules.surface].sum()
            found[f"{label}_gcl"] = 1e6 * slopes["cl"] / surface
            found[f"{label}_gk"] = 1e6 * (result.slope @ cell.area - sum(slopes.values())) / surface
        slow, fast = self.rest("muscle_slow"), self.rest("muscle_fast")
        drug = self.ouabain("muscle_fast", "1 mM", 2.0)
        after = {key: drug.summary[key] for key in ("v_end_mV", "cli_end_mM")}
        found["edl_cl_ouabain"] = self._e_cl("muscle_fast", after["cli_end_mM"]) - after["v_end_mV"]
        high = rest(self.cell("muscle_fast"), {"ko": 12}).summary
        found["edl_cl_high_k"] = self._e_cl("muscle_fast", high["cli_mM"]) - high["v_rest_mV"]
        found |= {
            "soleus_v": slow["v_rest_mV"],
            "soleus_surface_v": slow["v_rest_mV"],
            "soleus_na": slow["nai_mM"],
        }
        found |= {"edl_cl": fast["cli_mM"], "human_p1": fast["v_rest_mV"]}
        return found | {"cannon_k": self.rest("muscle")["ki_mM"]}

    def _e_cl(self, name: str, cli: float) -> float:
        cell = self.cell(name)
        return float(nernst(cli, cell.outside["cl"], -1, cell.celsius))

    def _others(self) -> dict:
        red, tubule, astrocyte = (self.rest(name) for name in ("red_cell", "epithelium", "astrocyte"))
        found = {"red_cell_v": red["v_rest_mV"], "red_cell_measured": red["v_rest_mV"]}
        found["red_cell_na"] = red["nai_mM"]
        found["tubule_v"] = float(rest(self.cell("epithelium")).v[-1])
        e_cl = float(nernst(tubule["cli_mM"], tubule["clo_mM"], -1, tubule["celsius_degC"]))
        found["tubule_cl"] = found["tubule_v"] - e_cl
        # measured through a pipette in the whole-cell mode, which holds the concentrations inside
        without = rest(self.cell("astrocyte"), scale={"pl_kir": 0}, hold="concentrations").summary
        found["astrocyte_v"], found["astrocyte_ko_v"] = astrocyte["v_rest_mV"], without["v_rest_mV"]
        key = "membrane_resistance_ohm_cm2"
        found["astrocyte_ko_r"] = without[key] / astrocyte[key]
        found["hek_native"] = self.rest("hek293")["v_rest_mV"]
        return found | {
            "hek_kir": rest(make_cell(_expressed("hek293", "0.6047 mS/cm2"))).summary["v_rest_mV"]
        }

    def _heart(self) -> dict:
        cell = self.cell("purkinje")
        return {f"purkinje_{ko}": rest(cell, {"ko": ko}).summary["v_rest_mV"] for ko in (2, 4, 16)}

    def _low_k(self) -> dict:
        cell = self.cell("muscle_fast")

        def reached(ko, start=None):
            return rest(cell, {"ko": ko}, start=start).summary["v_rest_mV"]

        depolarised = {"v": -50}
        found = {"p2_voltage": reached(1.5, depolarised)}
        for key, start in (("p1_lost", None), ("p2_lost", depolarised)):
            low, high = 0.5, 3.0
            while high - low > 0.02:  # below the edge the cell ends depolarised, above it near E_K
                middle = 0.5 * (low + high)
                low, high = (middle, high) if reached(middle, start) > -75 else (low, middle)
            found[key] = 0.5 * (low + high)
        sick = self.cell("hypopp")
        for ko in (4, 1.5):
            result = rest(sick, {"ko": ko}).summary
            found[f"hypopp_{ko:g}".replace(".", "_")] = result["v_rest_mV"]
            if ko == 4:
                found["hypopp_na"] = result["nai_mM"]
        return found

    # ------------------------------------------------------------------ the pump

    def _current(self, name: str, mechanism: str = "pl_nakalpha1", **state) -> float:
        """Cycle current of one isoform at a state (v, nai, ko, nao), the rest as in the cell's start."""
        cell = self.cell(name)
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

    def _half(
        self, name: str, what: str, mechanism: str = "pl_nakalpha1", most=1e4, **state
    ) -> tuple[float, float]:
        """Concentration of half the current, and the Hill coefficient there."""
        top = self._current(name, mechanism, **{what: most}, **state)

        def share(c):
            return self._current(name, mechanism, **{what: c}, **state) / top

        half = brentq(lambda x: share(np.exp(x)) - 0.5, np.log(1e-3), np.log(200))
        step = 1e-3
        up, down = (share(np.exp(half + s)) for s in (step, -step))
        return float(np.exp(half)), float((np.log(up / (1 - up)) - np.log(down / (1 - down))) / (2 * step))

    def _pump(self) -> dict:
        heart = {"v": -40.0}
        k_half, _ = self._half("ventricle", "ko", **heart)
        na_half, na_hill = self._half("ventricle", "nai", **heart)
        at = {v: self._current("ventricle", v=v) for v in (-140.0, -100.0, -20.0, 0.0, 20.0)}
        low = {v: self._current("ventricle", v=v, nao=1.5) for v in (-140.0, 0.0)}
        found = {"heart_k_half": k_half, "heart_na_half": na_half, "heart_na_hill": na_hill}
        found |= {"heart_flat": at[-20.0] / at[20.0], "heart_falls": at[-100.0] / at[-20.0]}
        found |= {"pump_v_shape": at[-140.0] / at[0.0], "pump_v_low_na": low[-140.0] / low[0.0]}
        found["purkinje_k_half"] = self._half("muscle_slow", "ko")[0]
        found["alpha2_k_half"] = self._half("muscle_slow", "ko", "pl_nakalpha2")[0]
        found["squid_hill"] = _two_sites(400.0, 0.186, 51.9)
        fast = self.cell("muscle_fast")
        held = rest(fast, {"alpha2_activity": 0}, hold="concentrations").summary["v_rest_mV"]
        found["alpha2_rest"] = held - self.rest("muscle_fast")["v_rest_mV"]
        slow = self.cell("muscle_slow")
        numbers = slow.parameters.pump.quantities()
        found |= {"pump_ratio": numbers["n_na"] / numbers["n_k"], "pump_q10": numbers["q10"]}
        found["atp_half"] = numbers["km_atp"]
        half = {a: brentq(lambda d, a=a: occupancy("ouabain", *a, d, 5.0) - 0.5, 1e-9, 1.0) for a in ALPHAS}
        found["rat_ouabain_alpha1"] = 1e3 * half["rat", "alpha1"]
        found["human_ouabain_ratio"] = half["human", "alpha2"] / half["human", "alpha1"]
        system = System(slow)
        used = pumped(system, system.start).cycle @ slow.area
        return found | {"resting_use": 100 * used / (slow.strength["pump"] @ slow.area)}

    def _hormone(self, name: str, dose: float) -> dict:
        """Pump at once and over 15 min, total K+ influx at once, V after 15 min, Na+ at rest again."""
        cell, before = self.cell("muscle_slow"), rest(self.cell("muscle_slow"))
        course = evolve(cell, 0.25, [Event(0.0, set={name: dose})], points=100, pump=True)
        pump = course.pump @ cell.area
        rested = float(before.pump_net @ cell.area)
        mean = float(np.trapezoid(pump, course.t) / course.t[-1])
        passive = _one_way_k(before, cell)
        pumped = -float(before.currents["k"]["pump"] @ cell.area)
        s = before.summary
        after = rest(cell, {name: dose}).summary
        return {
            "at_once": 100 * (pump[0] / rested - 1),
            "mean": 100 * (mean / rested - 1),
            "k": 100 * pumped * (pump[0] / rested - 1) / (pumped + passive),
            "v": 100 * (float(before.layout.by_area(course.v[-1])) / s["v_rest_mV"] - 1),
            "na": 100 * (after["nai_mM"] / s["nai_mM"] - 1),
        }

    def _hormones(self) -> dict:
        a, i = self.hormone("adrenaline", 1e-3), self.hormone("insulin", 1e-3)
        found = {"adrenaline_na": a["at_once"], "adrenaline_k": a["k"], "adrenaline_v": a["v"]}
        found |= {"insulin_na": i["mean"], "insulin_k": i["k"]}
        return found | {"insulin_pool": i["na"], "insulin_na_inside": i["na"]}

    # ------------------------------------------------------------------ blocks, tubules, drugs

    def _blocks(self) -> dict:
        slow = self._over_time(self.ouabain("muscle_slow", "1 mM", 4.0))
        fast = self._over_time(self.ouabain("muscle_fast", "1 mM", 2.0))
        diaphragm = self._over_time(self.ouabain("diaphragm", "1 uM", 1.0))
        found = {"soleus_ouabain": slow(0.5), "soleus_ouabain_slow": (slow(4.0) - slow(1.0)) / 3}
        return found | {"edl_ouabain": fast(2.0), "diaphragm_ouabain": diaphragm(0.5)}

    @staticmethod
    def _over_time(result):
        """V over that before the drug (mV) as a function of hours."""
        v = result.layout.by_area(result.course.v)
        return lambda hours: float(
            np.interp(hours, result.course.t / HOUR, v) - result.summary["v_before_mV"]
        )

    def _tubules(self) -> dict:
        fast = self.cell("muscle_fast")
        found = {"lumen_diffusion": 100 * fast.geometry.tubules.factor, "lumen_tau": lumen_time(25.0, None)}
        for radius in (25, 40):
            found[f"area_ratio_{radius}"] = area_ratio(radius)
            found[f"lumen_mode_{radius}"] = lumen_time(radius, 1e-3)
        return found

    def _digoxin(self) -> dict:
        dose = parse_dose("digoxin", "1 ng/ml")
        found = {}
        for key, name in (("digoxin_heart", "ventricle"), ("digoxin_muscle", "muscle_slow")):
            cell = self.cell(name)
            weights = {
                m.removeprefix("pl_nak"): share @ cell.area for m, share in cell.membrane.pump_share.items()
            }
            held = {a: occupancy("digoxin", "human", a, dose, cell.outside["k"]) for a in weights}
            found[key] = 100 * sum(held[a] * weights[a] for a in weights) / sum(weights.values())
        return found


ALPHAS = [("rat", "alpha1"), ("human", "alpha1"), ("human", "alpha2")]
GROUPS = {
    "neuron": ("neuron_na", "neuron_na_rise", "neuron_v", "neuron_cl"),
    "frog": (
        *("frog_v", "frog_e_cl", "frog_cl", "frog_share", "frog_slope", "frog_cl_step", "frog_cl_return"),
        *(f"frog_k_{ko}" for ko in ("0_5", "1", "2_5", "5", "10", "20", "50", "100")),
    ),
    "muscle": (
        *("gastrocnemius_gcl", "gastrocnemius_gk", "soleus_gcl", "soleus_gk", "diaphragm_gcl", "soleus_v"),
        *(
            "soleus_na",
            "soleus_surface_v",
            "edl_cl",
            "edl_cl_ouabain",
            "edl_cl_high_k",
            "human_p1",
            "cannon_k",
        ),
    ),
    "others": (
        *("red_cell_v", "red_cell_na", "red_cell_measured", "tubule_v", "tubule_cl"),
        *("astrocyte_v", "astrocyte_ko_v", "astrocyte_ko_r", "hek_native", "hek_kir"),
    ),
    "heart": ("purkinje_2", "purkinje_4", "purkinje_16"),
    "low_k": ("p2_voltage", "p1_lost", "p2_lost", "hypopp_4", "hypopp_1_5", "hypopp_na"),
    "pump": (
        *("pump_ratio", "squid_hill", "heart_k_half", "heart_na_hill", "heart_na_half", "heart_flat"),
        *("heart_falls", "purkinje_k_half", "pump_v_shape", "pump_v_low_na", "alpha2_k_half", "alpha2_rest"),
        *("rat_ouabain_alpha1", "human_ouabain_ratio", "atp_half", "pump_q10", "resting_use"),
    ),
    "hormones": (
        *("adrenaline_na", "adrenaline_k", "adrenaline_v"),
        *("insulin_na", "insulin_k", "insulin_pool", "insulin_na_inside"),
    ),
    "blocks": ("soleus_ouabain", "soleus_ouabain_slow", "edl_ouabain", "diaphragm_ouabain"),
    "tubules": (
        *("lumen_diffusion", "lumen_tau", "area_ratio_25", "area_ratio_40", "lumen_mode_25", "lumen_mode_40"),
    ),
    "digoxin": ("digoxin_heart", "digoxin_muscle"),
}


def _expressed(name: str, gbar: str):
    """A cell's parameters with its Kir of conductance `gbar`."""
    parameters = read_parameters(name)
    channels = [
        channel.model_copy(update={"set": {"gbar": MechanismValue(value=gbar)}})
        for channel in parameters.channel
    ]
    return parameters.model_copy(update={"channel": channels})


def _two_sites(nao: float, km: float, competition: float) -> float:
    """Hill coefficient at half of two independent K+ sites that Na+ outside competes for: km (mM) from the
    half without Na+, competition (mM) from that at 400 mM Na+ (Rakowski 1989)."""
    k = km * (1 + nao / competition)
    half = k / (np.sqrt(2) - 1)
    return float(4 * k / (half + k))


def _one_way_k(before, cell) -> float:
    """One-way K+ influx (mA/cm2 um2) through leak and channels, by the flux ratio exp((V - E_K)F/RT)."""
    out = sum(current for name, current in before.currents["k"].items() if name != "pump")
    e_k = nernst(before.inside["k"], before.outside["k"], 1, cell.celsius)
    ratio = np.exp((before.v - e_k) / thermal_voltage(cell.celsius))
    return float((out / (ratio - 1)) @ cell.area)


def _tubule_cell(radius: float, **tubules):
    """A compartment of the fast fibre at another radius (um), its tubules changed, its membrane closed."""
    parameters = read_parameters("muscle_fast")
    long = Quantity(100.0, "um")
    shape = {"diameter": Quantity(2 * radius, "um"), "length": long, "max_compartment_length": long}
    changes = {
        "morphology": parameters.morphology.model_copy(update=shape),
        "tubules": parameters.tubules.model_copy(update=tubules),
        "channel": [],
    }
    cell = make_cell(parameters.model_copy(update=changes))
    cell.strength = {name: 0 * values for name, values in cell.strength.items()}
    return cell


def area_ratio(radius: float) -> float:
    """Membrane of the T-tubules over that of the surface, as NEURON has them."""
    cell = _tubule_cell(radius)
    return float(cell.area[cell.geometry.tubules.ring].sum() / cell.area[cell.geometry.tubules.surface].sum())


def lumen_time(radius: float, access) -> float:
    """Slowest time constant (s) at which 1 mM of K+ in place of Na+ leaves the lumen, 20 rings."""
    given = {} if access is None else {"access_resistance": Quantity(access, "ohm cm2")}
    cell = _tubule_cell(radius, rings=Quantity(20, "1"), **given)
    ring = cell.geometry.tubules.ring[0]
    ko, nao = (cell.bath_of(ion) for ion in ("k", "na"))
    ko[ring], nao[ring] = ko[ring] + 1, nao[ring] - 1
    cell.start = cell.start | {"ko": ko, "nao": nao}
    early, late = (1.5 * radius**2, 2.5 * radius**2)  # ms; after some four time constants one mode is left
    course = evolve(cell, late / HOUR, times_ms=[early, late], rtol=1e-7)
    left = course.ko[:, ring[-1]] - cell.outside["k"]
    return float((late - early) / np.log(left[0] / left[1]) / 1e3)
