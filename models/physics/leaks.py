"""What the leak of an ion is: one record for all that sets, balances, writes or shows it."""

from dataclasses import dataclass

from .ions import IONS


@dataclass(frozen=True)
class Leak:
    """What the leak of an ion is.

    ion: its name
    symbol: of its strength in parameter files and in NEURON, "p" or "g"
    quantity: what that is, "permeability"
    unit: of that, "cm/s" or "S/cm2"
    mechanism: the one that carries it
    """

    ion: str
    symbol: str
    quantity: str
    unit: str
    mechanism: str

    @property
    def name(self) -> str:
        """Of its strength: "pk", "gna"."""
        return self.symbol + self.ion


def leak_of(ion: str, law: str) -> Leak:
    """The leak of an ion in a cell whose file says `law`, "ghk" or "ohmic". An ion for which there is no
    chord conductance (the gradient of Ca2+ is too steep for one) has a constant-field leak in both."""
    if law == "ghk" or not IONS[ion].ohmic:
        return Leak(ion, "p", "permeability", "cm/s", f"pl_{ion}leak")
    return Leak(ion, "g", "conductance", "S/cm2", f"pl_{ion}ohmic")


MECHANISMS = {leak_of(ion, law).mechanism for ion in IONS for law in ("ghk", "ohmic")}
