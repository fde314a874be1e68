"""Activity coefficients of the ions: the table [activity]."""

from typing import TYPE_CHECKING

from pydantic import Field

from .fields import ActivityCoefficient
from .per_ion import IonTable, for_each_ion
from .units import Quantity

if TYPE_CHECKING:
    from .tables import Outside


@for_each_ion()
class Activity(IonTable):
    """Activity coefficients, where an ion's are not the same inside and outside, of a cell in a bath."""

    ion_i: ActivityCoefficient = Field(
        Quantity(1, "1", "as outside"), description="activity coefficient of {symbol} inside"
    )
    ion_o: ActivityCoefficient = Field(
        Quantity(1, "1", "as inside"), description="activity coefficient of {symbol} in the bath"
    )


def outside_over_inside(activity: Activity | None, ion: str) -> float:
    """What an ion's concentration outside is multiplied by before a membrane whose laws are written in
    concentrations: permeabilities contain the coefficient inside."""
    return 1.0 if activity is None else float(getattr(activity, f"{ion}o") / getattr(activity, f"{ion}i"))


def felt(activity: Activity | None, outside: "Outside", ion: str) -> float:
    """The concentration (mM) of an ion in the bath as a membrane feels it: times its activity coefficient
    there over that inside."""
    return float(getattr(outside, f"{ion}o")) * outside_over_inside(activity, ion)
