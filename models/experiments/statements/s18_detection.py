"""What electrodes outside a cell see of a small depolarisation."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...cell.cell import Cell
from ..block import block
from ..electrode import Electrode
from ..impedance import impedance
from ..layout import layout_of
from ..outside_field import Array, potential, resting_current, swinging_current
from ..rest import rest
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELLS = {"excitable": "neuron", "muscle": "muscle", "hek293": "HEK293"}
FIRES = "excitable"
FINE, COARSE = 20.0, 1000.0  # um, compartments: of the cell whose shape the field depends on, of the others
MORE_K = (1.1, 1.25, 1.5, 2.0, 3.0, 4.0)  # times the K+ outside, which depolarises
SMALL = 5.0  # mV; every cell works as before
SEEN = 3.0  # times the noise
# uV rms, 300 Hz to 5 kHz: array of 19,584 electrodes at a pitch of 18 um, those read through its switches,
# IEEE BioCAS 2018 (its abstract); an amplifier alone reaches "< 1 uV", Regalia et al. 2015 Comput Intell
# Neurosci 2015:172396, doi:10.1155/2015/172396
NOISE = 3.1
# of |Z|: basic accuracy of an impedance analyser, 0.05 %, Zurich Instruments MFIA User Manual
ACCURACY = 5e-4
SPIKES = 100  # that are averaged
HERTZ = np.geomspace(1.0, 1e5, 51)
LOWEST = 100.0  # Hz; layers of cells are measured "from a few hundred" Hz on (Applied BioPhysics, ECIS)
# Ohm cm2 beside the cells of a layer: some of fibroblasts and endothelium, some ten of kidney epithelium
# (assumed; the model: Giaever & Keese 1991 PNAS 88:7896, doi:10.1073/pnas.88.17.7896)
BARRIER = 10.0
ARRAY = Array(pitch=18.0, gap=10.0)  # um; the pitch of that array; cleft and cell debris (assumed)
FARTHER = Array(pitch=18.0, gap=11.0)
PULSE, LONG, AFTER, OFTEN = 12.0, 0.1, 4.0, 200  # nA, ms, ms that are looked at, times a ms


def try_it(bench: Bench) -> Finding:
    """Field, impedance and spikes of cells that more K+ outside depolarises, against published noise."""
    names = bench.names(tuple(CELLS))
    found: dict[str, dict[str, np.ndarray]] = {}
    for i, name in enumerate(names):
        bench.told(i / (len(names) + 1), name)
        found[name] = _depolarised(bench, name)
    bench.told(len(names) / (len(names) + 1), "spikes")
    fires, band = found[FIRES], HERTZ >= LOWEST
    spikes, moved = _spikes(bench)
    change = _at_small(fires["dv"], np.abs(spikes[1:] - spikes[0]))
    z = {name: (own["z"][0], _at_small(own["dv"], own["z"][1:], own["z"][0])) for name, own in found.items()}
    fields = {name: float(_at_small(own["dv"], own["field"])) for name, own in found.items()}
    layers = {name: float(_change(*both, BARRIER)[band].max()) for name, both in z.items()}
    values: dict[str, Any] = {
        "field_uV": fields,
        "local_field_uV": _local(bench),
        "spike_uV": float(spikes[0]),
        "spike_change_uV": float(change),
        "spike_as_moved_um": float(change / moved) if moved else None,
        "layer_change_share": layers,
        "membrane_change_share": {name: float(_change(*both)[band].max()) for name, both in z.items()},
        "barrier_to_be_seen_ohm_cm2": {name: _barrier(both, band) for name, both in z.items()},
    }
    over = {
        "field": max([*fields.values(), values["local_field_uV"]]) / NOISE,
        "impedance": max(layers.values()) / ACCURACY,
        "spikes": float(change) / NOISE * SPIKES**0.5,
    }
    values |= {"over_noise_n": over, "seen_by": [key for key, times in over.items() if times >= SEEN]}
    return Finding(values, _limit(values), _panels(found, np.abs(spikes[1:] - spikes[0]), z))


def _depolarised(bench: Bench, name: str) -> dict[str, np.ndarray]:
    """At every step of K+, (steps,): "dv" (mV) and the change of the "field" (uV); "z" (Ohm cm2) before and
    at every step, (1 + steps, frequencies). Concentrations inside are held: it is the first minute."""
    cell = _cell(bench, name)
    usual = rest(cell, **bench.changes(cell))
    ko = cell.conditions.outside["k"]
    rests = [
        rest(cell, hold="concentrations", start=usual, **bench.changes(cell, {"ko": ko * more}))
        for more in (1.0, *MORE_K)
    ]
    fields = [potential(one.layout, resting_current(one), ARRAY) for one in rests]
    return {
        "dv": np.array([one.summary["v_rest_mV"] - rests[0].summary["v_rest_mV"] for one in rests[1:]]),
        "field": np.array([np.abs(one - fields[0]).max() for one in fields[1:]]),
        "z": np.array([impedance(cell, one, HERTZ) for one in rests]),
    }


def _cell(bench: Bench, name: str) -> Cell:
    return bench.cell(name, max_compartment_length=FINE if name == FIRES else COARSE)


def _spikes(bench: Bench) -> tuple[np.ndarray, float]:
    """The largest spike that an electrode sees (uV, peak to peak) before and at every step of K+, (1 +
    steps,), 0 where there is none; and by how much the first is smaller 1 um farther away."""
    cell = _cell(bench, FIRES)
    usual, ko = rest(cell, **bench.changes(cell)), cell.conditions.outside["k"]
    found, moved, saved = [], 0.0, cell.starts
    for more in (1.0, *MORE_K):
        changes = bench.changes(cell, {"ko": ko * more})
        start = rest(cell, hold="concentrations", start=usual, **changes).states()
        with cell.changed(**changes):
            electrode = Electrode(cell, cell.where("soma"), LONG)
            try:
                cell.starts = start
                course = electrode.course(PULSE, AFTER, OFTEN)
            finally:
                electrode.remove()
                cell.starts = saved
            # after the pulse: while it lasts, its current leaves through the membrane too
            out = swinging_current(cell, course)[:, course.t > LONG]
        fired = bool(course.v[:, cell.where("soma")].max() > 0)
        seen = [np.ptp(potential(usual.layout, out, one), axis=1).max() for one in (ARRAY, FARTHER)]
        found.append(seen[0] if fired else 0.0)
        moved = float(seen[0] - seen[1]) if fired and more == 1 else moved
    return np.array(found), moved


def _local(bench: Bench) -> float:
    """The largest steady field (uV) while an hour without pump depolarises the dendrites alone, for a whole
    cell's 5 mV there."""
    cell = _cell(bench, FIRES)
    course = block(cell, bench.blocked, 1.0, where="dend", **bench.changes(cell)).course
    field = np.abs(potential(layout_of(cell), swinging_current(cell, course), ARRAY)).max(axis=0)
    dv = (course.v - course.v[0])[:, cell.where("dend")].mean(axis=1)
    near = dv <= SMALL
    return float(field[near].max())


def _at_small(dv: np.ndarray, values: np.ndarray, before: Any = 0.0) -> Any:
    """Values, (steps, ...), where V has changed by SMALL, between the steps; before: without any change."""
    every = np.concatenate([np.zeros((1, *values.shape[1:])) + before, values])
    at = np.concatenate([[0.0], dv])
    i = int(np.clip(np.searchsorted(at, SMALL), 1, len(at) - 1))
    share = (SMALL - at[i - 1]) / (at[i] - at[i - 1])
    return every[i - 1] + share * (every[i] - every[i - 1])


def _change(before: np.ndarray, after: np.ndarray, barrier: float = np.inf) -> np.ndarray:
    """Relative change of an impedance, (frequencies,): of two membranes that a current crosses, with a
    barrier (Ohm cm2) beside them."""
    own, now = (1 / (1 / (2 * z) + 1 / barrier) for z in (before, after))
    return np.abs(now / own - 1)


def _barrier(z: tuple[np.ndarray, np.ndarray], band: np.ndarray) -> float | None:
    """How tight a layer has to be (Ohm cm2) for the change to be seen; None where none is tight enough."""
    tried = np.geomspace(1.0, 1e6, 241)
    seen = [one for one in tried if _change(*z, one)[band].max() >= SEEN * ACCURACY]
    return float(seen[0]) if seen else None


def _limit(values: Mapping[str, Any]) -> str:
    over, tight = values["over_noise_n"], values["barrier_to_be_seen_ohm_cm2"]
    words = (
        f"of {SMALL:g} mV at rest an array sees nothing ({values['field_uV'][FIRES]:.1g} µV, and where one "
        f"end depolarises {values['local_field_uV']:.2f}, of {NOISE:g} µV of noise), and impedance at "
        f"{LOWEST:g} Hz and above too little ({over['impedance']:.2g} times its accuracy)"
    )
    some = {name: value for name, value in tight.items() if value is not None}
    if some:
        name = min(some, key=lambda key: some[key])
        words += f", until a layer is tighter than {some[name]:.2g} Ω·cm² ({CELLS[name]})"
    if values["spike_as_moved_um"] is not None:
        words += (
            f"; a neuron's spike is {values['spike_change_uV']:.1f} of {values['spike_uV']:.0f} µV smaller, "
            f"{over['spikes']:.1f} times the noise of a mean of {SPIKES}, and as much as "
            f"{values['spike_as_moved_um']:.1f} µm of distance make"
        )
    return words


def _panels(found: dict[str, Any], spikes: np.ndarray, z: dict[str, Any]) -> list[Panel]:
    fires, band = found[FIRES], HERTZ >= LOWEST
    dv = fires["dv"].tolist()
    lines = [Line(dv, (spikes / NOISE * SPIKES**0.5).tolist(), f"neuron, mean of {SPIKES} spikes")]
    for name, own in found.items():
        before, *after = own["z"]
        changes = [float(_change(before, one, BARRIER)[band].max()) for one in after]
        over = [one / ACCURACY for one in changes]
        lines.append(Line(own["dv"].tolist(), over, f"{CELLS[name]}, impedance of a layer", "", "broken"))
    lines += [
        Line(dv, (fires["field"] / NOISE).tolist(), "neuron, field at rest", "", "points"),
        Line([], [SEEN], "seen from here", "", "level"),
    ]
    spectra = [
        Line(HERTZ.tolist(), _change(a, b, BARRIER).tolist(), CELLS[name]) for name, (a, b) in z.items()
    ]
    level = Line([], [ACCURACY], "accuracy", "", "level")
    return [
        Panel("only spikes rise above the noise", "depolarisation (mV)", "change, of the noise", lines, "y"),
        Panel(f"impedance of a layer, {SMALL:g} mV", "frequency (Hz)", "relative change", [*spectra, level],
              "xy"),
    ]  # fmt: skip


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    seen = {key for key, times in values["over_noise_n"].items() if times >= SEEN}
    if {"field", "impedance"} & seen:
        return HOLDS
    return LIMITED if seen else FAILS


STATEMENT = Statement(
    18,
    "Impedance or electrode arrays detect small depolarisations before disease shows",
    "a neuron, a muscle fibre and HEK293 in up to four times the K⁺, and one end of the neuron without pump: "
    "the field at an array 10 µm away, the impedance of a layer of cells (10 Ω·cm² beside them, assumed), "
    "the neuron's spike",
    f"holds where {SMALL:g} mV change the field, or the impedance at {LOWEST:g} Hz and above, by {SEEN:g} "
    f"times the least noise published ({NOISE:g} µV, {100 * ACCURACY:g} %); within limits where they "
    f"change the mean of {SPIKES} spikes by {SEEN:g} times its noise; else not",
    try_it,
    judge,
    {"scale": {"pl_nav": 1e-3}},
    "python run.py excite --cell excitable --vary ko=5,7.5,10",
)
