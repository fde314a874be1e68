"""Arms that meet in a branch point and swell: how what flows in one depends on the volume of another."""

import numpy as np
import pytest

from models import make_cell
from models.solve.equations import System
from models.solve.states import GLIA, RELATIVE_VOLUME

OUTSIDE = 'base = "stylised"\n[outside]\nimpermeant = "30 mM"\n'
BESIDE = '[glia]\ncell = "astrocyte"\nvolume = 1\narea = 1\n'


@pytest.mark.parametrize(("kind", "more"), [(RELATIVE_VOLUME, ""), (GLIA + RELATIVE_VOLUME, BESIDE)])
def test_other_compartments_feel_a_volume_as_differences_say(write_toml, kind, more):
    """Column by column, of the rows of other compartments alone, by central differences of 1e-4."""
    path = write_toml(OUTSIDE + more)
    cell = make_cell(path, max_compartment_length=300.0, outside="closed", volume="osmotic")
    system = System(cell)
    x = system.pack(system.start)
    x = x * (1 + 0.02 * np.abs(np.sin(np.arange(len(x)))))
    jacobian, owner = system.jacobian(x).toarray(), system.states.owner[system.free]
    for i in np.flatnonzero(np.isin(system.free, system.at[kind])):
        step = np.zeros(len(x))
        step[i] = 1e-4
        slopes = (system.rates(x + step) - system.rates(x - step)) / 2e-4
        others = owner != owner[i]
        size = np.abs(jacobian[others, i]).max()
        assert slopes[others] == pytest.approx(jacobian[others, i], abs=1e-5 * size)
