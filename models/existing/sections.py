"""Which sections are the user's: those given, those of template cells, or all that there are."""

from collections.abc import Iterator
from typing import Any

from ..cell.sections import whole_cells
from ..errors import InputError
from ..shape.branch import parents_first
from ..simulator.runtime import NeuronSection, h


def sections_of(given: Any = None) -> list[NeuronSection]:
    """The sections of a user's model, parents before their children: of NEURON sections, of a SectionList, of
    cells of a template or a class with a list `all`, or of several of these; without any, all that are alive.

    InputError where there are none, or where they are no whole cells.
    """
    if given is None:
        sections = list(h.allsec())
        if not sections:
            raise InputError("there is no section in NEURON; expected a model that has been built")
        return parents_first(whole_cells(sections))
    return parents_first(whole_cells(list(dict.fromkeys(_unfolded(given)))))


def _unfolded(given: Any) -> Iterator[Any]:
    own = getattr(given, "all", None)  # of a template, as the field's convention has it
    if own is not None and not callable(own):
        yield from _unfolded(own)
    elif hasattr(given, "__iter__") and not isinstance(given, str) and type(given).__name__ != "Section":
        for one in given:
            yield from _unfolded(one)
    else:
        yield given
