"""Rules between the values of a cell type. Each refuses with InputError: one sentence, the file and
the keys."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import InputError, unknown_name
from ..physics.electroneutrality import bath_impermeant
from ..physics.ions import IONS
from ..physics.leaks import leak_of
from .effect import without_effect
from .files import STRENGTHS
from .per_ion import BASIC, NEEDED
from .pump_laws import PUMP_KEYS, PUMP_LAWS
from .pump_table import Pump
from .pumps import ISOFORMS, OF_MECHANISM, library
from .schema import Parameters
from .tables import Balance, Region


def check(parameters: Parameters) -> None:
    """InputError where values that are each possible do not belong together."""
    _check_names(parameters)
    _check_strengths(parameters)
    _check_ions(parameters)
    _check_shape(parameters)
    _check_regions(parameters)
    _check_channels(parameters)
    _check_pump(parameters.pump, parameters.path)
    _check_energy(parameters)
    _check_space(parameters)
    _check_balance(parameters)
    for key, why in without_effect(parameters):
        raise InputError(f"{parameters.path}: {key} has no effect {why}")
    _check_concentrations(parameters)
    _check_activity(parameters)


def _check_names(parameters: Parameters) -> None:
    path, ions = parameters.path, parameters.ions
    if not {*NEEDED} <= {*ions}:
        raise InputError(f"{path}: ions: a cell needs at least na and k, got {ions}")
    if not re.fullmatch(r"[\w.+-][\w .+-]*", parameters.name):
        raise InputError(f"{path}: name {parameters.name!r}: expected letters, digits, spaces and . + - _")
    if len({*ions}) < len(ions):
        raise InputError(f"{path}: ions: {ions} names one twice")


def _check_strengths(parameters: Parameters) -> None:
    """Either the balance finds them all, or the file gives them all."""
    path, given = parameters.path, parameters.strengths()
    wanted = [*parameters.ions, "pump"]
    if parameters.balance is not None and given:
        raise InputError(f"{path}: [balance] and strengths ({', '.join(given)}) exclude each other; keep one")
    if parameters.balance is None and {*given} != {*wanted}:
        lacking = ", ".join(name for name in wanted if name not in given)
        raise InputError(
            f"{path}: without [balance] every strength is needed, in the form of law = "
            f'"{parameters.leak.law}" (missing: {lacking})'
        )


def _check_ions(parameters: Parameters) -> None:
    """Of an ion beside Na+, K+ and Cl- a file says what is inside if the cell has it, and nothing if not."""
    path, ions = parameters.path, parameters.ions
    for ion in IONS:
        if ion in BASIC:
            continue
        if ion not in ions and getattr(parameters.outside, f"{ion}o") > 0:
            raise InputError(f'{path}: outside.{ion}o is given, and ions = {ions}; add "{ion}" to ions')
        if ion in ions and not IONS[ion].passive and getattr(parameters.inside, f"{ion}i") is None:
            symbol = IONS[ion].symbol
            raise InputError(
                f"{path}: inside.{ion}i is missing; a cell that follows {symbol} starts from one"
            )


def _check_shape(parameters: Parameters) -> None:
    path, shape, tubules = parameters.path, parameters.morphology.shape, parameters.tubules
    if tubules is not None and tubules.rings % 1:
        raise InputError(f"{path}: tubules.rings: expected a whole number, got {tubules.rings:g}")
    if parameters.epithelium is not None and shape != "epithelium":
        raise InputError(
            f'{path}: [epithelium] needs morphology.shape = "epithelium" with its two membranes, got '
            f"{shape!r}"
        )
    if tubules is not None and shape != "cylinder":
        raise InputError(f'{path}: [tubules] needs morphology.shape = "cylinder", got {shape!r}')


def _check_space(parameters: Parameters) -> None:
    """What exchanges with a space is said once, and something does."""
    path, space = parameters.path, parameters.space
    if parameters.glial_sink is not None and parameters.glial_buffer is not None:
        raise InputError(f"{path}: [glial_sink] and [glial_buffer] both stand for glia; keep one")
    if parameters.glia is not None and (parameters.glial_sink or parameters.glial_buffer):
        which = "glial_sink" if parameters.glial_sink else "glial_buffer"
        raise InputError(f"{path}: [glia] and [{which}] both stand for glia; keep one")
    rates = {key: getattr(space, key) for key in space.model_fields_set if key.startswith("rate")}
    glia = parameters.glial_sink or parameters.glial_buffer
    if rates and not any(rates.values()) and not glia and "exchange_rate" not in space.model_fields_set:
        raise InputError(
            f"{path}: space.{min(rates)} is 0 and nothing else exchanges with the bath; expected a rate "
            'above 0 or outside = "closed"'
        )


def _check_concentrations(parameters: Parameters) -> None:
    """What the cell has is there on both sides, and the bath is electroneutral."""
    path, inside, outside = parameters.path, parameters.inside, parameters.outside
    for ion in parameters.ions:
        for key, value in (
            (f"{ion}o", getattr(outside, f"{ion}o")),
            (f"{ion}i", getattr(inside, f"{ion}i")),
        ):
            if value is not None and value <= 0:
                raise InputError(f"{path}: {key} must be above 0 mM in a cell that has {ion}, got {value:g}")
    bath = {ion: getattr(outside, f"{ion}o") for ion in IONS if ion in parameters.ions}
    bath_impermeant(bath, outside.impermeant, outside.impermeant_valence, f"{path}: outside")


def _check_activity(parameters: Parameters) -> None:
    """Activity coefficients are told to a cell in a bath, whose membrane faces nothing else."""
    tables = ("tubules", "epithelium", "glia", "glial_sink", "glial_buffer")
    other = next((name for name in tables if getattr(parameters, name) is not None), None)
    if parameters.activity is not None and other is not None:
        raise InputError(
            f"{parameters.path}: [activity] and [{other}] exclude each other: coefficients are told of a "
            "bath; keep one"
        )
    given = set() if parameters.activity is None else parameters.activity.model_fields_set
    for key in sorted(given):
        side = "o" if key.endswith("i") else "i"
        if key[:-1] + side not in given:
            raise InputError(
                f"{parameters.path}: activity.{key} is given and {key[:-1] + side} is not; what counts is "
                "one over the other, so give both"
            )


def _check_regions(parameters: Parameters) -> None:
    """InputError where a region's table holds what has no effect in this cell."""
    path, law, ions = parameters.path, parameters.leak.law, parameters.ions
    leaks = {leak_of(ion, law).name for ion in ions}
    baths = {f"{ion}o": ion for ion in IONS}
    for name, own in parameters.region.items():
        for key, value in own:
            if value is None:
                continue
            where = f"{path}: [region.{name}]: {key}"
            if key in baths and parameters.epithelium is None:
                raise InputError(f"{where}: only the two membranes of an epithelium have baths of their own")
            if key in baths and value <= 0 and baths[key] in ions:
                raise InputError(f"{where} must be above 0 mM")
            if key in STRENGTHS["leak"] and key not in leaks:
                raise InputError(f'{where} has no effect in a cell of law = "{law}" and ions = {ions}')


def _check_channels(parameters: Parameters) -> None:
    """InputError where a mechanism is asked for nowhere, or in two ways that exclude each other."""
    balanced: dict[str, bool] = {}
    carries: dict[tuple[str, str], object] = {}
    for channel in parameters.channel:
        where = f"{parameters.path}: channel {channel.mechanism}"
        if not channel.regions:
            raise InputError(
                f'{where}: regions is empty, so it would be nowhere; expected regions such as ["soma"], or '
                "none of it for the whole cell"
            )
        if balanced.setdefault(channel.mechanism, channel.balanced) != channel.balanced:
            raise InputError(f"{where}: balanced must be the same in all its tables")
        for current, ion in channel.carries.items():
            if carries.setdefault((channel.mechanism, current), ion) != ion:
                raise InputError(f"{where}: carries.{current} must be the same in all its tables")
        if channel.mechanism == parameters.pump.mechanism:
            raise InputError(f"{where}: it is the cell's pump ([pump] mechanism); take the table out")


def _check_balance(parameters: Parameters) -> None:
    """The balance, everywhere, is asked for one thing: resistance or pump current."""
    path, balance = parameters.path, parameters.balance
    for name, table in _wishes(parameters):
        asks = [key for key in ("membrane_resistance", "pump_current") if getattr(table, key) is not None]
        if len(asks) == 2:
            raise InputError(f"{path}: [{name}] takes membrane_resistance or pump_current, not both")
        if isinstance(table, Balance):
            if not asks:
                raise InputError(
                    f"{path}: [{name}] takes membrane_resistance or pump_current, and has neither"
                )
            continue
        strengths = [key for key in _all_strengths() if getattr(table, key) is not None]
        if balance is not None and strengths:
            raise InputError(f"{path}: [{name}]: {strengths[0]} and [balance] exclude each other; keep one")
        if balance is None and (asks or table.chloride_share is not None):
            raise InputError(f"{path}: [{name}] asks for a balance, and there is no [balance]")
        for alpha in ISOFORMS:
            if getattr(table, alpha) is not None and alpha not in parameters.pump.isoform:
                raise InputError(f"{path}: [{name}]: the pump has no isoform {alpha}")


def _wishes(parameters: Parameters) -> Iterator[tuple[str, Balance | Region]]:
    """The tables that may ask the balance for something, by what they are called."""
    if parameters.balance is not None:
        yield "balance", parameters.balance
    yield from ((f"region.{name}", table) for name, table in parameters.region.items())


def _all_strengths() -> list[str]:
    return [key for keys in STRENGTHS.values() for key in keys]


def _check_pump(pump: Pump, path: Path) -> None:
    """InputError where the parameters of a pump do not belong together."""
    if pump.mechanism is not None:
        return _check_own_mechanism(pump, path)
    for name in OF_MECHANISM:
        if name in pump.model_fields_set:
            raise InputError(
                f'{path}: pump.{name} belongs to a pump with mechanism = "NAME", and there is none'
            )
    law = PUMP_LAWS[pump.law]
    for name, key in PUMP_KEYS.items():
        given = getattr(pump, name) is not None
        if given and pump.law not in key.laws:
            raise _wrong(path, pump.law, name, "belongs to another law", law.asks)
        if not given and name in law.asks:
            raise _wrong(path, pump.law, name, "is missing", law.asks)
    _check_isoforms(pump, path)


def _check_energy(parameters: Parameters) -> None:
    """InputError where ATP is to be a state of which no pump knows."""
    pump = parameters.pump
    if parameters.energy.followed and (pump.mechanism is not None or "atp" not in PUMP_LAWS[pump.law].knows):
        raise InputError(
            f'{parameters.path}: energy.followed: the pump knows no ATP; expected law = "isoforms" in [pump]'
        )


def _check_isoforms(pump: Pump, path: Path) -> None:
    if (pump.law == "isoforms") != bool(pump.isoform):
        wanted = "expected [pump.isoform.alpha1] with its share (and alpha2, alpha3)"
        what = wanted if pump.law == "isoforms" else f'law = "{pump.law}" has no isoforms'
        raise InputError(f"{path}: pump.isoform: {what}")
    total = sum(isoform.share for isoform in pump.isoform.values())
    if pump.isoform and abs(total - 1) > 1e-9:
        raise InputError(f"{path}: pump.isoform: the shares add up to {total:g}, expected 1")
    mutations = library("mutations")
    for alpha, isoform in pump.isoform.items():
        mutation = isoform.mutation
        if mutation is None:
            continue
        if mutation not in mutations:
            raise unknown_name("mutation", mutation, mutations, f"{path}: pump.isoform.{alpha}")
        if mutations[mutation]["isoform"] != alpha:
            raise InputError(
                f"{path}: pump.isoform.{alpha}: {mutation} is a mutation of {mutations[mutation]['isoform']}"
            )


def _check_own_mechanism(pump: Pump, path: Path) -> None:
    """InputError where a pump that is a mechanism of the user's has what only pumpleak's own pumps have."""
    for name in sorted(pump.model_fields_set - {*OF_MECHANISM, "n_na", "n_k", "imax"}):
        raise InputError(
            f'{path}: pump.{name} belongs to pumpleak\'s own pumps; mechanism = "{pump.mechanism}" is as its '
            "own file says, and its parameters go into set"
        )
    if not pump.maximal_current:
        raise InputError(
            f"{path}: pump.maximal_current is missing; expected the name of {pump.mechanism}'s RANGE "
            'parameter to which its current is proportional, e.g. maximal_current = "imax"'
        )
    if pump.maximal_current in pump.set:
        raise InputError(
            f"{path}: pump.set.{pump.maximal_current}: the maximal current is what the balance finds; "
            "without [balance] give it as pump.imax"
        )


def _wrong(path: Path, law: str, name: str, wrong: str, asked: tuple[Any, ...]) -> InputError:
    return InputError(f'{path}: pump.{name} {wrong}; law = "{law}" asks for {", ".join(asked) or "nothing"}')
