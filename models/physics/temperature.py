"""What another temperature makes of strengths and of diffusion.

Temperatures are in degC. A cell's file gives strengths and diffusion coefficients at its own temperature.
"""

import math

from .theory import KELVIN


def warmth(q10: float, celsius: float, reference: float, plateau: float = math.inf) -> float:
    """Factor on a process's strength at `celsius` that is given at `reference`: q10 for every 10 degC, up to
    `plateau`, above which nothing changes. As mod/temperature.inc."""
    return float(q10 ** ((min(celsius, plateau) - min(reference, plateau)) / 10))


def viscosity(celsius: float) -> float:
    """Of water (mPa s), 0 to 100 degC.

    Kestin J, Sokolov M, Wakeham WA (1978) J Phys Chem Ref Data 7:941-948, doi:10.1063/1.555581
    """
    below = 20 - celsius
    power = below / (celsius + 96) * (1.2364 - 1.37e-3 * below + 5.7e-6 * below**2)
    return float(1.002 * 10**power)


def mobility(celsius: float, reference: float) -> float:
    """Factor on diffusion coefficients and on the conductivity of a solution that are given at `reference`:
    Stokes and Einstein's D ~ T/viscosity.

    Between 26 and 36 degC it is 1.28; the inner resistivity of cortical pyramidal cells was measured to fall
    1.25-fold: Trevelyan AJ, Jack J (2002) J Physiol 539:623-636, doi:10.1113/jphysiol.2001.013291
    """
    if celsius == reference:
        return 1.0
    return (celsius + KELVIN) / (reference + KELVIN) * viscosity(reference) / viscosity(celsius)
