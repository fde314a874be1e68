"""Books: the same cable with the neuron's membrane, chloride included, the far half blocked for 50 h.

How far charge and ions are from balancing with water and a closed space, by diffusion alone, and in NEURON's
rxd used as its tutorial says (species on a region, diffusion, MultiCompartment left to ina and ik).
"""

import time
from pathlib import Path

import numpy as np

from .cable import ANION, G_K, G_NA, HOURS, PUMP, section
from .process import one, save

RXD_HOURS = 50


def rxd_errors(compartments: int) -> dict:
    """P1h's membrane in NEURON's rxd: cytosol, both species with their diffusion, currents from mechanisms.

    The far half's pump is blocked from the start. Charge of each compartment against what its membrane holds.
    """
    from models.physics.theory import charge_per_mv
    from models.simulator import library, runtime

    library.load_mechanisms()
    from neuron import h, rxd

    sec = section(compartments)
    for name in ("pl_naohmic", "pl_kohmic", "pl_nakpump"):
        sec.insert(name)
    segments = list(sec)
    volume = np.array([s.volume() for s in segments])
    per_mv = charge_per_mv(1.0, np.array([s.area() for s in segments]), volume)
    for s in segments:
        s.pl_naohmic.g, s.pl_kohmic.g = G_NA, G_K
        s.pl_nakpump.imax, s.pl_nakpump.km_na, s.pl_nakpump.km_k = PUMP, 10, 1.5
        s.pl_nakpump.block = 1.0 if s.x > 0.5 else 0.0
    cytosol = rxd.Region([sec], name="cytosol", nrn_region="i")
    start = {"na": lambda node: 12.0, "k": lambda node: ANION - float(per_mv[0]) * 70 - 12.0}
    species = [
        rxd.Species(cytosol, name=ion, d=d, charge=1, initial=start[ion])
        for ion, d in (("na", 1.33), ("k", 1.96))
    ]
    h.nao0_na_ion, h.ko0_k_ion = 145, 4
    integrator = runtime.reset(37.0, 1e-6)
    began = time.process_time()
    h.finitialize(-70)
    for s in segments:
        s.nao, s.ko = 145, 4
    integrator.re_init()
    integrator.solve(RXD_HOURS * HOURS)
    v, na, k = (np.array([getattr(s, n) for s in segments]) for n in ("v", "nai", "ki"))
    excess = na + k - ANION - per_mv * v
    assert species
    return {
        "seconds": time.process_time() - began,
        "local": float(np.abs(excess).max() / ANION),
        "total": float(abs(excess @ volume) / volume.sum() / ANION),
    }


def our_errors(compartments: int, axial: str, volume: str, outside: str) -> dict:
    """The neuron's membrane on the same cable, the far half blocked for 50 h; shares lost or made."""
    from models.cells import make_cell
    from models.experiments.block import block

    sec = section(compartments)
    cell = make_cell("neuron", sections=[sec], axial=axial, volume=volume, outside=outside)
    began = time.process_time()
    s = block(cell, where="cable(0.5:1)", hours=50).summary
    return {
        "seconds": time.process_time() - began,
        "local": s["max_local_charge_error"],
        "total": s["total_charge_error"],
        "ions": s["ion_conservation_error"],
        "closed": s["closed_conservation_error"],
    }


def show(target: Path) -> None:
    """What charge and ions lose or gain in 50 h of the far half blocked, 100 compartments."""
    heads = ("code", "CPU s", "local charge", "whole charge", "ions", "inside + outside")
    print(
        ("\n{:<52}" + "{:>10}{:>14}{:>14}{:>10}{:>18}").format(
            "share of the salt, 50 h, " + heads[0], *heads[1:]
        )
    )
    rows = []
    ours = [("electrodiffusion", v, o) for v in ("fixed", "osmotic") for o in ("bath", "shell", "closed")]
    for axial, volume, outside in [*ours, ("diffusion", "fixed", "bath"), ("diffusion", "osmotic", "closed")]:
        found = one("conservation", 100, axial, volume, outside)
        rows.append([f"pumpleak, {axial}, {volume}, {outside}", *found.values()])
    found = one("rxd", 100)
    rows.append(["NEURON rxd (diffusion), fixed, bath", *found.values(), None, None])
    for name, seconds, *shares in rows:
        shown = ["" if share is None else f"{share:.1e}" for share in shares]
        print(f"{name:<52}{seconds:>10.2f}{shown[0]:>14}{shown[1]:>14}{shown[2]:>10}{shown[3]:>18}")
    save(target, "conservation.csv", heads, rows)
