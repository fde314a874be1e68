"""Mechanisms that no variable step can follow, in whose place others that say the same come while a cell is
adopted: gates advanced by hand get rates, currents of the step before those of this one."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ..errors import EngineError, InputError
from ..simulator.library import load_texts
from ..simulator.mechanisms import GLOBAL, PARAMETER, STATE
from ..simulator.nmodl import mechanism_variables, source_text, without_comments
from ..simulator.runtime import NeuronSection, SegmentVariable, h
from ..words import Progress
from .lagging import in_step, lags
from .memory import Memory
from .rates import with_rates
from .reading import Mechanism, Model, read_model, values_now
from .settle import SettleResult, settle

ENDING = "_ode"  # of the name of what comes in the place of another


def followed(
    model: Model, start: Any, name: str, memory: Memory, say: Callable[..., None]
) -> tuple[Model, SettleResult, list[str]]:
    """The model with mechanisms that can be followed, its rest, and what was done for that, in words.

    start, name: as of `settle`; memory: that puts back what was there. Raises as `settle`, and InputError for
    gates by hand of which no rates can be made.
    """

    def settled() -> SettleResult:
        return settle(model.compartments.sections, start, False, lambda d, words: say(0.4 * d, words), name)

    said = _by_hand_anew(model, memory, say)
    model = read_model(model.compartments.sections) if said else model
    own = settled()
    late = _late_anew(model, memory, say) if own.lags else []
    if late:
        model = read_model(model.compartments.sections)
        own = settled()
    return model, own, said + late


def _by_hand_anew(model: Model, memory: Memory, progress: Progress) -> list[str]:
    """Put others with rates in the place of mechanisms that advance their gates by hand, and tell in words
    what was done; memory: that puts these back. InputError for one of which none can be made."""
    texts = {}
    for one in model.mechanisms.values():
        if one.said.by_hand and one.said.acts and not one.said.after_step:
            text = _with_rates(model, one)
            texts[one.name] = in_step(text) if lags(text) else text
    return _exchanged("gates advanced by hand have rates", texts, model, memory, progress)


def _late_anew(model: Model, memory: Memory, progress: Progress) -> list[str]:
    """Likewise of mechanisms whose currents are computed from what they found the step before, where their
    text says so."""
    texts = {}
    for one in model.mechanisms.values():
        text = _plain(source_text(one.name))
        if one.said.acts and _is_density(text) and lags(text):
            with suppress(ValueError):  # it stays, and `adopt` refuses it
                texts[one.name] = in_step(text)
    what = "currents that were computed from what was found the step before are computed from what is so now"
    return _exchanged(what, texts, model, memory, progress)


def _exchanged(
    what: str, texts: dict[str, str], model: Model, memory: Memory, progress: Progress
) -> list[str]:
    """Compile the texts by name, put them in the place of the mechanisms of these names, and say what was
    done."""
    if not texts:
        return []
    _load({name: _named(text, name) for name, text in texts.items()}, progress)
    for name in texts:
        own = [sec for sec in model.compartments.sections if h.ismembrane(name, sec=sec)]
        memory.exchanged(name, own)
        _exchange(own, name)
    names = ", ".join(f"{name} ({name}{ENDING})" for name in texts)
    return [f"{what}, so that they can be followed on steps of any length: {names}"]


def name_before(name: str, exchanged: Iterable[str]) -> str:
    """What a variable, or a mechanism, is called in a model whose mechanisms of these names are as they
    were."""
    own = any(name == f"{one}{ENDING}" or name.endswith(f"_{one}{ENDING}") for one in exchanged)
    return name.removesuffix(ENDING) if own else name


def _plain(text: str) -> str:
    """Without comments and title."""
    return re.sub(r"(?m)^\s*TITLE\b.*$", "", without_comments(text))


def _is_density(text: str) -> bool:
    return re.search(r"\bSUFFIX\b", text) is not None


def _named(text: str, name: str) -> str:
    return re.sub(r"\bSUFFIX\s+\w+", f"SUFFIX {name}{ENDING}", text)


def _with_rates(model: Model, one: Mechanism) -> str:
    text = _plain(source_text(one.name))
    try:
        if not _is_density(text):
            raise ValueError("it is a point process")
        return with_rates(text)
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
            f"{', '.join(texts)}: gates advanced by hand, or currents computed from what was found the step "
            "before, were written anew, and NEURON cannot compile or load what came of it; write gates as "
            f"DERIVATIVE blocks with METHOD cnexp, and compute currents after SOLVE ({error})"
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
