"""A cell, its rest, and how everything in it moves."""

import numpy as np

from models.experiments.layout import Layout
from models.experiments.rest import RestResult
from models.physics.leaks import leak_of
from models.shape.branch import Branch
from models.solve.course import Course

AREA = np.array([310.0, 55.0, 120.0, 80.0])
VOLUME = np.array([500.0, 13.0, 90.0, 27.0])
INSIDE = {"na": 11.0, "k": 133.0, "cl": 8.0, "ca": 1e-4}
OUTSIDE = {"na": 143.0, "k": 3.5, "cl": 119.0, "ca": 1.7}
UNEVEN = np.array([1.0, 1.1, 0.9, 1.3])  # over the compartments


def by_area(values):
    """Mean over the membrane, written once more."""
    return sum(a * v for a, v in zip(AREA, np.moveaxis(np.asarray(values), -1, 0), strict=True)) / sum(AREA)


def by_volume(values, relative_volume=None):
    """Mean over the cytoplasm as it is, written once more."""
    room = VOLUME * (np.ones(4) if relative_volume is None else relative_volume)
    return (np.asarray(values) * room).sum(axis=-1) / room.sum(axis=-1)


def layout(
    name="made up", ions=("na", "k", "cl", "ca"), osmotic=False, space="bath", tubules=False
) -> Layout:
    points = (
        [[0, 0, 0, 20], [10, 0, 0, 20], [20, 0, 0, 20]],
        [[20, 0, 0, 2], [90, 60, 0, 1]],
        [[0, 0, 0, 3], [-50, 80, 0, 1]],
    )
    return Layout(
        name=name,
        ions=ions,
        osmotic=osmotic,
        space=space,
        celsius=36.5,
        section=np.array(["soma", "dend[0]", "dend[0]", "apic[1]"]),
        region=np.array(["soma", "dend", "dend", "apic"]),
        x=np.array([0.5, 0.25, 0.75, 0.125]),
        distance=np.array([0.0, 31.0, 77.0, 44.0]),
        area=AREA.copy(),
        volume=VOLUME.copy(),
        in_lumen=np.array([False, tubules, tubules, False]),
        branches=[Branch("dend", np.array(line, float)) for line in points],
        set={"ko": 3.5},
        scale={"pump": 0.75},
        warnings=["a sentence about the shape"],
        provenance={
            "pumpleak": "9.9", "neuron": "8.8", "cell": name, "morphology": "a drawing", "axial": "diffusion",
            "volume": "osmotic" if osmotic else "fixed", "outside": space,
        },
    )  # fmt: skip


def rest(hold=None, law="ghk", channels=True, **options) -> RestResult:
    """A resting state; its summary holds other numbers than its arrays, to tell who reads which."""
    where = layout(**options)
    ions = where.ions
    currents = {
        "na": {"leak": -3e-4 * UNEVEN, "pump": 4e-4 * UNEVEN**2},
        "k": {"leak": 2e-4 * UNEVEN, "pump": -1.7e-4 * UNEVEN**2},
        "cl": {"leak": 1e-5 * UNEVEN**3},
        "ca": {"leak": -7e-5 * UNEVEN},
    }
    if channels:
        currents["na"]["ncx"] = -6e-5 / UNEVEN
        currents["k"] |= {"kir": 3e-5 / UNEVEN, "i_pas": -2e-5 * UNEVEN}
        currents["ca"] |= {"pmca": 5e-5 / UNEVEN, "ncx": 2.6e-5 * UNEVEN**2}
    result = RestResult(
        layout=where,
        leak={ion: leak_of(ion, law) for ion in ions},
        v=-71.0 * UNEVEN,
        inside={ion: INSIDE[ion] * UNEVEN for ion in ions},
        outside={ion: OUTSIDE[ion] / UNEVEN for ion in ions},
        relative_volume=1.04 * UNEVEN if where.osmotic else np.ones(4),
        currents={ion: currents[ion] for ion in ions},
        net={ion: (i + 1) * 1e-12 * UNEVEN for i, ion in enumerate(ions)},
        leak_strength={ion: 10.0 ** -(6 + i) * UNEVEN**2 for i, ion in enumerate(ions)},
        pump_net=2.3e-4 * UNEVEN**2,
        slope=6e-5 * UNEVEN,
        solver={"hold": hold},
        summary={},
    )
    result.summary |= {
        "cell": where.name, "v_rest_mV": -72.345678, "v_min_mV": -80.0, "v_max_mV": -60.0,
        "celsius_degC": 36.5, "ghk_mV": -61.23456, "mullins_noda_mV": -66.54321, "chord_mV": -67.89012,
        "membrane_resistance_ohm_cm2": 12345.6, "pump_net_current_uA_cm2": 0.34567, "atp_per_s": 6.5432e8,
        "hold": hold, "compartments": 4, "relative_volume": 1.2345678 if where.osmotic else 1.0,
        "surface_to_volume_per_um": 0.98765, "wall_s": 1.5678, "way": None, "not_predicted": None,
    }  # fmt: skip
    for ion in INSIDE:
        result.summary[f"{ion}i_mM"] = INSIDE[ion] + 0.25 if ion in ions else None
        result.summary[f"{ion}o_mM"] = OUTSIDE[ion] + 0.5 if ion in ions else None
    return result


def course(ions=("na", "k", "cl", "ca"), times=(0.0, 0.5, 30.0, 4e3, 5e5, 2e6, 7.2e6)) -> Course:
    """Everything moves, each its own way."""
    t = np.array(times)
    share = (np.arange(len(t)) / (len(t) - 1))[:, None]

    def from_to(start, stop):
        return start * UNEVEN + (stop - start) * share * UNEVEN**2

    zero = np.zeros((len(t), 4))
    inside = {
        "na": from_to(11.0, 90.0), "k": from_to(133.0, 40.0), "cl": from_to(8.0, 35.0),
        "ca": from_to(1e-4, 8e-4) if "ca" in ions else zero,
    }  # fmt: skip
    outside = {"na": from_to(143.0, 101.0), "k": from_to(3.5, 44.0), "cl": from_to(119.0, 97.0)}
    outside["ca"] = from_to(1.7, 1.1) if "ca" in ions else zero
    return Course(
        t=t,
        state={
            "v": from_to(-71.0, -15.0),
            **inside,
            **{f"{ion}o": values for ion, values in outside.items()},
            "relative_volume": 1 + 0.4 * share * UNEVEN,
        },
        gates={},
        pump=from_to(2.3e-4, 0.4e-4),
        entered={ion: np.linspace(0, 70.0 - 9 * i, len(t)) for i, ion in enumerate(ions)},
        evaluations=321,
        jacobians=12,
        factorisations=34,
        spikes=7,
    )
