"""Fields that a table has once for every ion: nao, ko, clo, ... from one that is called ion_o."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field, create_model

from ..physics.ions import IONS
from .fields import Table

NEEDED = ("na", "k")  # the pump's, which every cell has
BASIC = (*NEEDED, "cl")  # what a bath has anyway; of any other a file says how much there is
ABSENT = object()  # the default of a field that an ion has not

T = TypeVar("T", bound=Table)


class IonTable(Table):
    """A table with fields of every ion."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def for_each_ion(**default: Callable[[str], Any]) -> Callable[[type[T]], type[T]]:
    """A table's fields whose name has the word ion, once for each ion of the physics: `ion_o` as nao, ko, ...

    default: by such a field, the value of an ion ("na") that a file does not give, ... where it has to,
    ABSENT for no such field. In the fields' descriptions {symbol} is the ion's ("Na+").
    """

    def expanded(table: type[T]) -> type[T]:
        fields: dict[str, Any] = {}
        for name, info in table.model_fields.items():
            words = name.split("_")
            if "ion" not in words:
                fields[name] = (info.rebuild_annotation(), info)
                continue
            for ion in IONS:
                own = "".join(ion if word == "ion" else word for word in words)
                value = default[name](ion) if name in default else info.default
                if value is ABSENT:
                    continue
                meaning = (info.description or "").format(symbol=IONS[ion].symbol)
                fields[own] = (info.rebuild_annotation(), Field(value, description=meaning))
        base = table.__bases__[0]
        return create_model(
            table.__name__, __base__=base, __module__=table.__module__, __doc__=table.__doc__, **fields
        )

    return expanded
