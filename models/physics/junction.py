"""The liquid-junction potential between an electrode's solution and the bath that it was zeroed in.

Henderson's equation for a junction along which the solutions mix linearly:

    E = (RT/F) S ln(sum z^2 u c_electrode / sum z^2 u c_bath)
    S = sum z u (c_electrode - c_bath) / sum z^2 u (c_electrode - c_bath)

E is the bath's potential less the electrode's; an electrode zeroed in the bath reads V + E in the cell.

Barry PH, Lynch JW (1991) J Membr Biol 121:101-117; mobilities relative to K+: Ng B, Barry PH (1995) J
Neurosci Methods 56:37-41, as listed with Catacomb's help (compneuro.org).
"""

from collections.abc import Mapping

import numpy as np

from .theory import thermal_voltage

# by ion: valence, mobility relative to K+
MOBILITY = {
    "k": (1, 1.0),
    "na": (1, 0.682),
    "cl": (-1, 1.039),
    "ca": (2, 0.405),
    "mg": (2, 0.361),
    "hco3": (-1, 0.605),
    "gluconate": (-1, 0.33),
    "acetate": (-1, 0.556),
    "aspartate": (-1, 0.30),
    "choline": (1, 0.51),
}
# electrodes by name: what is in them (mM), usual fillings
ELECTRODES = {
    "kcl": {"k": 140.0, "cl": 140.0},
    "kcl_3M": {"k": 3000.0, "cl": 3000.0},
    "k_gluconate": {"k": 140.0, "gluconate": 140.0},
    "k_acetate_3M": {"k": 3000.0, "acetate": 3000.0},
    "k_aspartate": {"k": 140.0, "aspartate": 140.0},
}


def junction_potential(electrode: Mapping[str, float], bath: Mapping[str, float], celsius: float) -> float:
    """The bath's potential less the electrode's (mV). electrode, bath: mM by names of `MOBILITY`, each
    electroneutral; celsius: degC."""
    valence, mobility = np.array([MOBILITY[ion] for ion in MOBILITY]).T
    inside, outside = (np.array([some.get(ion, 0.0) for ion in MOBILITY]) for some in (electrode, bath))
    conducts = valence**2 * mobility
    apart = float(conducts @ (inside - outside))
    ratio = float(conducts @ inside / (conducts @ outside))
    charges = float((valence * mobility) @ (inside - outside))
    if abs(apart) < 1e-9 * float(conducts @ inside):  # as conducting: the limit of ln(ratio)/apart
        return float(thermal_voltage(celsius)) * charges / float(conducts @ outside)
    return float(thermal_voltage(celsius)) * charges / apart * float(np.log(ratio))


def closed(bath: Mapping[str, float]) -> dict[str, float]:
    """A bath (mM by ion) with what closes its charge: bicarbonate or choline."""
    charge = sum(MOBILITY[ion][0] * c for ion, c in bath.items())
    found = dict(bath)
    found["hco3" if charge > 0 else "choline"] = found.get("hco3" if charge > 0 else "choline", 0.0) + abs(
        charge
    )
    return found
