"""Cells that JSON files describe, with a morphology beside them: those of the Allen Cell Types Database
(fit_parameters.json) and those of BluePyOpt (parameters.json and mechanisms.json).

Both take the reconstructed axon away and put two sections of 30 um in its place, and both cut a section into
1 + 2 int(L/40 um) compartments.
"""

import ast
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError, unknown_name
from ..shape.locations import region_of
from ..simulator.nmodl import mechanism_names
from ..simulator.runtime import NeuronSection, h, quiet_neuron

READERS = {".swc": "Import3d_SWC_read", ".asc": "Import3d_Neurolucida3"}
LISTS = {"somatic": "soma", "basal": "dend", "apical": "apic", "axonal": "axon"}  # BluePyOpt's: our regions
PIECE = 40.0  # um
STUB, THICK = (
    30.0,
    1.0,
)  # um, length of each of two sections in the axon's place, and diameter where there was none
FAR = 60.0  # um, beyond which the second has the axon's diameter


@dataclass(frozen=True)
class Described:
    """What JSON files say of a cell.

    mechanisms: by region, "all" for every
    settings: region, NEURON's name, and a value or a text that gives it by the distance from the soma (um)
    everywhere: of the whole model: celsius, v_init, GLOBAL variables
    axon_at: where on the soma the new axon begins; tapers: whether it has the old one's diameters
    """

    mechanisms: list[tuple[str, str]]
    settings: list[tuple[str, str, float | str]]
    everywhere: dict[str, float]
    axon_at: float
    tapers: bool


def build_described(
    files: Sequence[Path], morphology: Path | None, values: Path | None
) -> list[NeuronSection]:
    """The cell that JSON files describe, whose mechanisms NEURON knows already.

    values: BluePyOpt's, of the parameters that were fitted: {"gbar_na.axonal": 1.2}. InputError for what
    cannot be read, or lacks something.
    """
    said = _read(files, values)
    if morphology is None:
        raise InputError(f"{files[0]}: it says nothing of the shape; give the morphology, .swc or .asc")
    sections = _with_axon(_imported(morphology), said)
    known = mechanism_names()
    for region, mechanism in said.mechanisms:
        if mechanism not in known:
            raise unknown_name("mechanism", mechanism, known, str(files[0]))
        for sec in _of_region(sections, region):
            sec.insert(mechanism)
    for name, value in said.everywhere.items():
        _set(h, name, value, files[0])
    soma = next(sec for sec in sections if region_of(sec.name()) == "soma")
    for region, name, given in said.settings:
        for sec in _of_region(sections, region):
            if isinstance(given, str):
                for segment in sec:
                    away = h.distance(soma(0.5), segment)
                    _set(segment, name, _evaluated(given, away, files[0]), files[0])
            else:
                _set(sec, name, given, files[0])
    return sections


def _set(owner: Any, name: str, value: float, path: Path) -> None:
    try:
        setattr(owner, name, value)
    except (AttributeError, LookupError, RuntimeError) as error:
        where = "NEURON" if owner is h else str(owner)
        raise InputError(
            f"{path}: {name}: {where} has no such variable; expected one of a mechanism there"
        ) from error


def _of_region(sections: Sequence[NeuronSection], region: str) -> list[NeuronSection]:
    return [sec for sec in sections if region in ("all", region_of(sec.name()))]


# ---------------------------------------------------------------------- files


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: it cannot be read as JSON ({error})") from None


def _read(files: Sequence[Path], values: Path | None) -> Described:
    read = {path: _json(path) for path in files}
    for path, text in read.items():
        if isinstance(text, dict) and "genome" in text:
            return _allen(path, text)
    parameters = next((path for path, text in read.items() if isinstance(text, list)), None)
    if parameters is None:
        raise InputError(
            f"{files[0]}: expected fit_parameters.json of the Allen Cell Types Database, or parameters.json "
            "and mechanisms.json of BluePyOpt"
        )
    mechanisms = [
        (_region(name, path), one)
        for path, text in read.items()
        if isinstance(text, dict)
        for name, listed in text.items()
        for one in listed
    ]
    if not mechanisms:
        raise InputError(
            f"{parameters}: give the file with the mechanisms too (mechanisms.json of BluePyOpt)"
        )
    fitted = {} if values is None else _json(values)
    return _bluepyopt(parameters, read[parameters], mechanisms, fitted)


def _allen(path: Path, text: Mapping[str, Any]) -> Described:
    """The Allen Cell Types Database's: passive values, a "genome" of channels, potentials by section."""
    try:
        passive, conditions = text["passive"][0], text["conditions"][0]
        mechanisms, settings = [("all", "pas")], [("all", "Ra", float(passive["ra"]))]
        if "e_pas" in passive:
            settings.append(("all", "e_pas", float(passive["e_pas"])))
        settings += [(one["section"], "cm", float(one["cm"])) for one in passive.get("cm", [])]
        everywhere = {name: float(conditions[name]) for name in ("celsius", "v_init")}
        for gene in text["genome"]:
            if gene["section"] == "glob":
                everywhere[gene["name"]] = float(gene["value"])
                continue
            if gene["mechanism"]:
                mechanisms.append((gene["section"], gene["mechanism"]))
            settings.append((gene["section"], gene["name"], float(gene["value"])))
        for one in conditions["erev"]:
            settings += [(one["section"], name, float(e)) for name, e in one.items() if name != "section"]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise InputError(
            f"{path}: expected passive, conditions and genome as in the Allen Cell Types Database ({error!r})"
        ) from None
    return Described(list(dict.fromkeys(mechanisms)), list(settings), everywhere, 0.5, False)


def _region(name: str, path: Path) -> str:
    if name != "all" and name not in LISTS:
        raise unknown_name("section list", name, ["all", *LISTS], str(path))
    return LISTS.get(name, name)


def _bluepyopt(
    path: Path, rows: list[Any], mechanisms: list[tuple[str, str]], fitted: Mapping[str, Any]
) -> Described:
    """BluePyOpt's: parameters of section lists, frozen or fitted."""
    settings: list[tuple[str, str, float | str]] = []
    everywhere: dict[str, float] = {}
    for row in rows:
        try:
            name, kind = row["param_name"], row["type"]
            full = name if kind == "global" else f"{name}.{row['sectionlist']}"
            value = row.get("value", fitted.get(full))
            shape = row.get("dist_type", "uniform")
        except (KeyError, TypeError, AttributeError):
            raise InputError(
                f"{path}: expected rows of param_name, type, sectionlist as BluePyOpt's"
            ) from None
        if value is None:
            raise InputError(f"{path}: {full} was fitted; give its value, --values with {{'{full}': ...}}")
        if kind == "global":
            everywhere[name] = float(value)
        elif shape == "uniform":
            settings.append((_region(row["sectionlist"], path), name, float(value)))
        elif "dist" in row:
            formula = row["dist"].format(distance="distance", value=repr(float(value)))
            settings.append((_region(row["sectionlist"], path), name, formula))
        else:
            raise InputError(f"{path}: {full}: dist_type {shape!r} without a formula (dist)")
    return Described(mechanisms, settings, everywhere, 1.0, True)


ALLOWED = (
    *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.Constant, ast.Name, ast.Load, ast.Call, ast.Attribute),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd),
)


def _evaluated(formula: str, distance: float, path: Path) -> float:
    """A formula of numbers, `distance` and functions of `math`; InputError for anything else."""
    try:
        tree = ast.parse(formula, mode="eval")
        nodes = list(ast.walk(tree))
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        if not all(isinstance(node, ALLOWED) for node in nodes) or names - {"math", "distance"}:
            raise ValueError("it is no formula of the distance")
        code = compile(tree, str(path), "eval")
        return float(eval(code, {"__builtins__": {}}, {"math": math, "distance": distance}))
    except Exception as error:
        raise InputError(f"{path}: {formula!r} cannot be evaluated ({error})") from None


# ---------------------------------------------------------------------- shape


def _imported(path: Path) -> list[NeuronSection]:
    """The sections that NEURON's importer makes of a morphology, as both kinds of cell take it."""
    reader_name = READERS.get(path.suffix.lower())
    if reader_name is None or not path.is_file():
        raise InputError(f"{path}: expected a morphology, .swc or .asc")
    before = set(h.allsec())
    with quiet_neuron():
        try:
            h.load_file("stdrun.hoc")
            h.load_file("import3d.hoc")
            reader = getattr(h, reader_name)()
            reader.input(str(path))
            h.Import3d_GUI(reader, 0).instantiate(None)
        except (RuntimeError, SystemError) as error:
            raise InputError(f"{path}: NEURON cannot read this morphology ({error})") from None
    sections = [sec for sec in h.allsec() if sec not in before]
    if not any(region_of(sec.name()) == "soma" for sec in sections):
        raise InputError(f"{path}: it has no soma; expected a whole cell")
    for sec in sections:
        sec.nseg = 1 + 2 * int(sec.L / PIECE)
    return sections


def _with_axon(sections: list[NeuronSection], said: Described) -> list[NeuronSection]:
    """The sections with two short ones in the axon's place."""
    soma = next(sec for sec in sections if region_of(sec.name()) == "soma")
    old = _of_region(sections, "axon")
    thick = list(_diameters(old, soma)) if said.tapers else [THICK, THICK]
    for sec in old:
        h.delete_section(sec=sec)
    new = [h.Section(name=f"axon[{i}]") for i in range(2)]
    for sec, diameter in zip(new, thick, strict=True):
        sec.L, sec.diam = STUB, diameter
    new[0].connect(soma(said.axon_at))
    new[1].connect(new[0](1))
    return [*(sec for sec in sections if sec not in old), *new]


def _diameters(axon: list[NeuronSection], soma: NeuronSection) -> Iterator[float]:
    """The axon's at its beginning, and that of its first section farther than FAR."""
    first = axon[0](0.5).diam if axon else THICK
    yield first
    yield next((s(0.5).diam for s in axon if h.distance(soma(0), s(0.5)) > FAR), first)
