"""Sections with mechanisms of a user's own (mechanisms/)."""

from models.simulator.runtime import h


def ball(*names, **parameters):
    """A soma of 20 um with these mechanisms."""
    sec = h.Section(name="soma")
    sec.L = sec.diam = 20
    for name in names:
        sec.insert(name)
    for name, value in parameters.items():
        setattr(sec, name, value)
    return sec


def told(cell):
    """What a cell warns of, but for the reversal potentials that its sections had."""
    return [warning for warning in cell.warnings if "Nernst" not in warning]
