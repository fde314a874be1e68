"""Mechanisms that advance their gates by hand, in whose place the same with rates come while a cell is
adopted: NEURON gives no equations with the first."""

import hashlib
from collections.abc import Sequence

import numpy as np

from ..errors import EngineError, InputError
from ..simulator.library import load_texts
from ..simulator.mechanisms import GLOBAL, PARAMETER, STATE
from ..simulator.nmodl import mechanism_variables, source_text
from ..simulator.runtime import NeuronSection, SegmentVariable, h
from ..words import Progress
from .memory import Memory
from .rates import ENDING, with_rates
from .reading import Mechanism, Model, values_now


def exchange(model: Model, memory: Memory, progress: Progress) -> list[str]:
    """Put mechanisms with rates in the place of those that advance their gates by hand, and tell in words
    what was done; memory: that puts these back. InputError for one of which none can be made."""
    texts: dict[str, str] = {}
    for one in model.mechanisms.values():
        if one.said.by_hand and one.said.acts and not one.said.after_step:
            texts[one.name] = _text(model, one)
    if not texts:
        return []
    _load(texts, progress)
    for name in texts:
        own = [sec for sec in model.compartments.sections if h.ismembrane(name, sec=sec)]
        memory.exchanged(name, own)
        _exchange(own, name)
    names = ", ".join(f"{name} ({name}{ENDING})" for name in texts)
    return [
        f"gates advanced by hand have rates, so that they can be followed on steps of any length: {names}"
    ]


def _text(model: Model, one: Mechanism) -> str:
    try:
        return with_rates(source_text(one.name), f"{one.name}{ENDING}")
    except ValueError as error:
        raise _refused(model.compartments.name_of(int(one.at[0])), one.name, str(error)) from None


def _refused(where: str, name: str, reason: str) -> InputError:
    way = (
        "take it out"
        if "point process" in reason
        else "write them as a DERIVATIVE block, solved with METHOD cnexp"
    )
    return InputError(
        f"mechanism {name} in {where} advances its states by hand, a step dt at a time, and has no rates "
        f"that could be followed; none can be made of it, because {reason}: {way}"
    )


def _load(texts: dict[str, str], progress: Progress) -> None:
    digest = hashlib.sha256("".join(texts.values()).encode()).hexdigest()[:16]
    try:
        load_texts(f"rates-{digest}", {f"{name}{ENDING}": text for name, text in texts.items()}, progress)
    except EngineError as error:
        raise InputError(
            f"{', '.join(texts)}: gates that are advanced by hand were given rates, and NEURON cannot "
            f"compile or load what came of it; write them as DERIVATIVE blocks with METHOD cnexp ({error})"
        ) from error


def _exchange(sections: Sequence[NeuronSection], name: str) -> None:
    """Take a mechanism out of sections, and put that with rates in, with its parameters and states."""
    suffix, other = f"_{name}", f"_{name}{ENDING}"
    before: dict[str, np.ndarray] = {}
    for kind in (PARAMETER, STATE):
        for variable in mechanism_variables(name, kind):
            before[variable] = values_now(sections, variable)
    for sec in sections:
        sec.uninsert(name)
        sec.insert(f"{name}{ENDING}")
    for variable, values in before.items():
        base, bracket, index = variable.partition("[")
        SegmentVariable(sections, f"{base.removesuffix(suffix)}{other}{bracket}{index}").set(values)
    for variable in mechanism_variables(name, GLOBAL):
        base, bracket, index = variable.partition("[")
        new = f"{base.removesuffix(suffix)}{other}"
        if bracket:
            getattr(h, new)[int(index[:-1])] = getattr(h, base)[int(index[:-1])]
        else:
            setattr(h, new, getattr(h, base))
