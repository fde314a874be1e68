"""A cell: NEURON sections with a membrane, its parameters per compartment, and how to change them."""

import re
import weakref
from contextlib import contextmanager

import numpy as np

from . import engine
from .branch import harvest
from .electrodiffusion import AxialFlow
from .engine import SegmentVariable, h
from .errors import EngineError, InputError, unknown_name
from .morphology import build_sections, read_shape
from .parameters import IONS as ALL_IONS
from .parameters import VALENCE, Parameters, parse_number, parse_setting, settable
from .theory import charge_per_mv, thermal_voltage

# names that users give to the strengths of the membrane's own processes
PROCESS = {"naleak": "na", "kleak": "k", "clleak": "cl", "pump": "pump", "nakpump": "pump"}
PUMP_PARAMETERS = ("km_na", "km_k", "hill_na", "hill_k", "n_na", "n_k")


def region_of(section_name: str) -> str:
    """Region by a section's name: "Cell[0].dend[3]" is in "dend"."""
    return re.sub(r"\[.*", "", section_name.rsplit(".", 1)[-1])


STRENGTH_UNITS = ("S/cm2", "mho/cm2", "mS/cm2", "cm/s", "mA/cm2")
LEAKS = {ion + form for ion in ALL_IONS for form in ("leak", "ohmic")}
# which living cell a section belongs to
_owner: "weakref.WeakValueDictionary" = weakref.WeakValueDictionary()


def _is_section(thing) -> bool:
    return type(thing).__module__ == "nrn" and type(thing).__name__ == "Section"


class Cell:
    """A neuron or fibre on NEURON sections. Attributes are plain data unless said otherwise.

    sections, segments: NEURON objects, compartment i is `segments[i]`; size: how many compartments;
    section_name, region, x: where each is; area (um2), volume (um3), capacitance (uF/cm2), charge_per_mv
    (mM/mV: Cm area/(F volume)) per compartment; ions: those the cell has; celsius (degC); outside (mM by
    ion); pump: its parameters; strength: permeability (cm/s) or conductance (S/cm2) by ion and the
    pump's maximal current (mA/cm2) as "pump", per compartment; block: blocked fraction of the pump; anion:
    impermeant charge (mM) that closes the charge balance; start: v (mV), na, k, cl (mM) per compartment,
    the state a run starts from.
    """

    def __init__(
        self,
        parameters: Parameters,
        morphology: str | None = None,
        max_compartment_length: float | None = None,
        sections=None,
        carries: dict[str, str] | None = None,
        axial: str = "electrodiffusion",
    ):
        engine.load_mechanisms()
        engine.release()
        self.sections: list = []
        self.carriers: list[tuple[str, str, int, object]] = []  # current, ion, compartment, NEURON's carrier
        self._callbacks: list = []
        weakref.finalize(self, engine.forget, [self.sections, self.carriers], self._callbacks)
        self.parameters = parameters
        self.name = parameters.name
        self.ions = tuple(ion for ion in ALL_IONS if ion in parameters.ions)
        self.law = parameters.leak.law
        self.strength_symbol = "p" if self.law == "ghk" else "g"
        self.leak = {ion: ion + ("leak" if self.law == "ghk" else "ohmic") for ion in self.ions}
        self._sections(morphology, max_compartment_length, sections)
        self._membrane(carries or {})
        self._geometry()
        self.celsius = float(parameters.electrical.celsius)
        self.outside = {ion: float(getattr(parameters.outside, ion + "o")) for ion in self.ions}
        self.pump = {name: float(getattr(parameters.pump, name)) for name in PUMP_PARAMETERS}
        self.diffusion = {ion: float(getattr(parameters.diffusion, "d" + ion)) for ion in self.ions}
        self.block = np.zeros(self.size)
        self.strength = {name: np.zeros(self.size) for name in (*self.ions, "pump")}
        for name, value in parameters.strengths().items():
            self.strength[name][:] = value
        self._initial_state()
        self.axial = AxialFlow(self, axial)
        # NEURON calls it whenever its variable-step integrator evaluates the equations
        h.CVode().extra_scatter_gather(0, self.axial)
        self._callbacks.append(self.axial)

    # ------------------------------------------------------------------ building

    def _sections(self, morphology, longest, sections) -> None:
        given = self.parameters.morphology
        if sections is not None:
            if morphology is not None or longest is not None:
                raise InputError(
                    "sections: they have their own shape; give no morphology or length with them"
                )
            several = hasattr(sections, "__iter__") and not _is_section(sections)
            self.sections += sections if several else [sections]
            self.source, self.warnings, self.shape = "sections given", [], None
            owned = set(self.sections)
            if not self.sections:
                raise InputError("sections: the list is empty; expected NEURON sections")
            for sec in self.sections:
                if not _is_section(sec):
                    raise InputError(f"sections: expected NEURON sections, got {sec!r}")
                if sec in _owner:  # made into a cell before: it is this one's from now on
                    _owner[sec].give_up()
                relatives = [*sec.children(), *([sec.parentseg().sec] if sec.parentseg() else [])]
                for other in relatives:
                    if other not in owned:
                        raise InputError(
                            f"sections: {sec.name()} is connected to {other.name()}, which is not in the "
                            "list; give whole cells, because ions flow between connected sections"
                        )
            return
        self.shape = read_shape(morphology or given.shape, given.length, given.diameter)
        self.source, self.warnings = self.shape.source, self.shape.warnings
        longest = longest if longest is not None else given.max_compartment_length
        parse_number("max_compartment_length", longest, "um", 0, 1e7, True)
        self.sections += build_sections(self.shape, float(longest))
        for sec in self.sections:
            sec.cm = self.parameters.electrical.capacitance
            sec.Ra = self.parameters.electrical.axial_resistivity

    def _membrane(self, carries: dict[str, str]) -> None:
        for sec in self.sections:
            _owner[sec] = self
            for name in ("ions", "nakpump", *self.leak.values()):
                sec.insert(name)
            for name in LEAKS - set(self.leak.values()):
                if h.ismembrane(name, sec=sec):  # of a cell that these sections were before
                    sec.uninsert(name)
        self.segments = [segment for sec in self.sections for segment in sec]
        self.size = len(self.segments)
        self.section_name = np.array([segment.sec.name() for segment in self.segments])
        self.region = np.array([region_of(name) for name in self.section_name])
        self.x = np.array([segment.x for segment in self.segments])
        known = engine.mechanism_names()
        carries = dict(carries)
        for channel in self.parameters.channel:
            if channel.mechanism not in known:
                raise unknown_name("mechanism", channel.mechanism, known, str(self.parameters.path))
            if any("(" in where for where in channel.regions):
                raise InputError(
                    f"{self.parameters.path}: channel {channel.mechanism}: regions take whole sections, got "
                    f"{channel.regions}; NEURON inserts a mechanism into all of a section"
                )
            for sec in {self.segments[i].sec for where in channel.regions for i in self.where(where)}:
                sec.insert(channel.mechanism)
                for name, value in channel.set.items():
                    variable = f"{name}_{channel.mechanism}"
                    if variable not in engine.mechanism_variables(channel.mechanism, 1):
                        names = engine.mechanism_variables(channel.mechanism, 1)
                        raise unknown_name("parameter", variable, names, str(self.parameters.path))
                    unit = h.units(variable) or "1"
                    least = 0 if unit in STRENGTH_UNITS else -np.inf
                    setattr(sec, variable, parse_number(variable, value, unit, least))
            carries |= {f"{name}_{channel.mechanism}": ion for name, ion in channel.carries.items()}
        self._carry(carries)

    def _carry(self, carries: dict[str, str]) -> None:
        """Find the further mechanisms; give their non-specific currents to ions, or refuse them."""
        self.channels: dict[str, list[int]] = {}
        for index, segment in enumerate(self.segments):
            for mechanism in segment:
                name = mechanism.name()
                if name == "extracellular":
                    raise InputError(
                        f"{segment.sec.name()} has the mechanism extracellular; here the outside is a bath "
                        "at 0 mV, so uninsert it"
                    )
                if name not in engine.OWN and not name.endswith("_ion"):
                    self.channels.setdefault(name, []).append(index)
            for process in segment.point_processes():
                if not process.hname().startswith("carrier["):
                    raise InputError(
                        f"{segment} has the point process {process.hname()}, whose current no ion carries, "
                        "so no ion could balance it; remove it from the sections given"
                    )
        self.writes: dict[str, list[str]] = {ion: [] for ion in self.ions}
        found = set()
        for name, owners in self.channels.items():
            for ion, (_, written) in engine.ion_access(name).items():
                if f"i{ion}" not in written:
                    continue
                if ion not in self.ions:
                    raise InputError(
                        f"mechanism {name} carries {ion}, an ion this cell does not follow "
                        f"({', '.join(self.ions)}); its concentration would drift unseen"
                    )
                self.writes[ion].append(name)
            for current in engine.nonspecific_currents(name):
                variable = f"{current}_{name}"
                if variable not in carries:
                    raise InputError(
                        f"mechanism {name} has the non-specific current {current}, which no ion carries, so "
                        f'no ion could balance it; say which does, e.g. carries = {{ {current} = "k" }} '
                        f"in its [[channel]] table or carries={{'{variable}': 'k'}} in Python"
                    )
                found.add(variable)
                self._attach(variable, name, carries[variable], owners)
        for variable in carries.keys() - found:
            raise unknown_name("non-specific current", variable, found or {"(the cell has none)"})

    def _attach(self, variable: str, mechanism: str, ion: str, owners: list[int]) -> None:
        if ion not in self.ions:
            raise unknown_name("ion", ion, self.ions)
        types = h.MechanismType(0)
        point = h.MechanismType(1)
        types.select(mechanism)
        point.select("carrier")
        if types.internal_type() > point.internal_type():
            raise EngineError(
                f"mechanism {mechanism} was loaded after pumpleak's own; load it before the first cell is "
                f"made, so that NEURON computes its {variable} before it is given to {ion}"
            )
        for index in owners:
            carrier = h.carrier(self.segments[index])
            setattr(carrier, f"fraction_{ion}", 1)
            carrier._ref_current = getattr(self.segments[index], f"_ref_{variable}")
            self.carriers.append((variable, ion, index, carrier))

    def _geometry(self) -> None:
        h.finitialize()  # NEURON sets up its tree; areas and volumes are its own from here on
        self.area = np.array([segment.area() for segment in self.segments])
        self.volume = np.array([segment.volume() for segment in self.segments])
        self.capacitance = np.array([segment.cm for segment in self.segments])
        self.charge_per_mv = charge_per_mv(self.capacitance, self.area, self.volume)
        root = next(sec for sec in self.sections if sec.parentseg() is None)
        centre = root(0.5) if region_of(root.name()) == "soma" else root(0)
        self.distance = np.array([h.distance(centre, segment) for segment in self.segments])
        self.components = self._components()
        names = [f"{name}_ions" for name in ("nai0", "ki0", "cli0", "volume", "anion")]
        names += [f"{name}_nakpump" for name in ("imax", "block", *PUMP_PARAMETERS, "icycle", "inet", "atp")]
        for mechanism in self.leak.values():
            names += [f"{self.strength_symbol}_{mechanism}", f"i_{mechanism}"]
        for ion in ALL_IONS:
            names += [ion + "i", ion + "o", "i" + ion]
        self.variables = {name: SegmentVariable(self.segments, name) for name in ("v", *names)}
        self.variables["volume_ions"].set(self.volume)

    def _components(self) -> np.ndarray:
        """Which connected cell each compartment belongs to, 0, 1, ..."""
        roots, label = {}, []
        for segment in self.segments:
            sec = segment.sec
            while sec.parentseg() is not None:
                sec = sec.parentseg().sec
            label.append(roots.setdefault(sec, len(roots)))
        return np.array(label)

    def _initial_state(self) -> None:
        inside = self.parameters.inside
        v = float(inside.v)
        na = float(inside.nai)
        cl = self.passive_chloride(v) if inside.cli is None else float(inside.cli)
        cl = cl if "cl" in self.ions else 0.0
        k = np.full(self.size, float(inside.ki))
        if inside.anion is None:
            self.anion = na + k - cl - self.charge_per_mv * v
        else:  # the anion is given: K+ follows from the charge
            self.anion = np.full(self.size, float(inside.anion))
            k = self.anion + cl - na + self.charge_per_mv * v
            if np.abs(k - inside.ki).max() > 0.01:
                raise InputError(
                    f"{self.parameters.path}: inside: anion = {inside.anion:g} mM and the charge make ki "
                    f"{k.mean():.4f} mM, but ki = {inside.ki:g} mM is given; change one"
                )
        ones = np.ones(self.size)
        self.start = {"v": v * ones, "na": na * ones, "k": k, "cl": cl * ones}

    def check_charge(self) -> None:
        """InputError unless K+ and the impermeant anion that close the charge balance are positive."""
        k, na, cl = (float(self.start[ion].min()) for ion in ("k", "na", "cl"))
        if k <= 0 or (self.anion < 0).any():
            raise InputError(
                f"{self.parameters.path}: inside: nai {na:g}, ki {k:g} and cli {cl:g} mM leave "
                f"{self.anion.min():g} mM of impermeant anion; expected positive K+ and anion, so lower cli "
                "or raise ki"
            )

    def passive_chloride(self, v: float) -> float:
        """cli (mM) at which chloride is at equilibrium at `v` (mV)."""
        if "cl" not in self.ions:
            return 0.0
        celsius, clo = self.parameters.electrical.celsius, self.parameters.outside.clo
        return float(clo * np.exp(v / thermal_voltage(celsius)))

    # ------------------------------------------------------------------ use

    def __repr__(self) -> str:
        return f"<cell {self.name}: {self.size} compartments, {self.source}>"

    def give_up(self) -> None:
        """Leave the sections to another cell; this one cannot be run any more."""
        self.carriers.clear()
        for callback in self._callbacks:
            h.CVode().extra_scatter_gather_remove(callback)
        self._callbacks.clear()
        self.size = 0

    def check_unchanged(self) -> None:
        """InputError where the sections are no longer what the cell was made from."""
        if self.size == 0:
            raise InputError(f"{self.name}: its sections have been made into another cell; use that one")
        segments = [segment for sec in self.sections for segment in sec]
        areas = [segment.area() for segment in segments]
        if len(segments) != self.size or not np.array_equal(areas, self.area):
            raise InputError(
                f"{self.name}: the shape or the number of segments of its sections was changed after the "
                "cell was made; make the cell again"
            )

    def where(self, place) -> np.ndarray:
        """Indices of the compartments meant by `place`.

        "all"; a region ("soma", "axon", "apic"; "dend" means every dendrite, apical ones too, "basal" the
        others); a section's name ("dend[3]"); a part of one ("dend[3](0.5:1)", centres from 0.5 on) or one
        compartment ("dend[3](0.5)"); several of these in a list; or an array of booleans or indices.
        Raises InputError with the nearest known names.
        """
        if not isinstance(place, str):
            chosen = np.asarray(place)
            if chosen.dtype.kind == "U":
                return np.unique(np.concatenate([self.where(str(name)) for name in chosen]))
            if chosen.dtype == bool and chosen.shape == (self.size,):
                return np.flatnonzero(chosen)
            if chosen.dtype.kind != "i" or not ((chosen >= 0) & (chosen < self.size)).all():
                raise InputError(
                    f"where: expected a name, {self.size} booleans, or indices from 0 to {self.size - 1}"
                )
            return np.unique(chosen)
        if place == "all":
            return np.arange(self.size)
        part = re.fullmatch(r"(.+)\(([\d.]+)(?::([\d.]+))?\)", place)
        name, low, high = place, 0.0, 1.0
        if part:
            name, low = part[1], float(part[2])
            high = float(part[3]) if part[3] else low
            if not 0 <= low <= high <= 1:
                raise InputError(f"where={place!r}: positions on a section go from 0 to 1")
        chosen = (self.region == name) | (self.section_name == name)
        if name == "dend":
            chosen |= self.region == "apic"
        elif name == "basal":
            chosen = self.region == "dend"
        if part and not part[3]:  # dend[3](0.7), as NEURON writes it: the compartment that holds it
            count = np.array([segment.sec.nseg for segment in self.segments])
            chosen &= np.minimum(np.floor(low * count), count - 1) == np.floor(self.x * count)
        else:
            chosen &= (self.x >= low) & (self.x < high)
        if not chosen.any():
            regions = {"all", "dend", "basal", *self.region}
            known = regions | set(self.section_name)
            if name in known:
                raise InputError(f"where={place!r}: no compartment's centre lies in that part of {name}")
            near = any(place.lower()[:3] == str(k).lower()[:3] for k in known)
            raise unknown_name("region or section", place, known if near else regions)
        return np.flatnonzero(chosen)

    @contextmanager
    def changed(self, set: dict | None = None, scale: dict | None = None):
        """The cell with parameters changed (`--set`) and strengths multiplied (`--scale`), for a while.

        Raises InputError for an unknown name or an impossible value; the cell is as before afterwards.
        """
        saved = (self.celsius, dict(self.outside), dict(self.pump), dict(self.diffusion), self.block.copy())
        strength = {name: values.copy() for name, values in self.strength.items()}
        channels = []
        try:
            for name, value in (set or {}).items():
                self.set(name, value)
            for name, factor in (scale or {}).items():
                channels += self.scale(name, factor)
            yield self
        finally:
            self.celsius, self.outside, self.pump, self.diffusion, self.block = saved
            self.strength = strength
            for variable, values in channels:
                variable.set(values)

    def set(self, name: str, value) -> None:
        """Change one parameter of the experiment (see `parameters.settable`); the balance stays."""
        number = parse_setting(name, value)
        section = settable()[name][0]
        if section == "electrical":
            self.celsius = number
        elif section == "pump":
            self.pump[name] = number
        else:
            ion = name[:-1] if section == "outside" else name[1:]
            if ion not in self.ions:
                raise InputError(f"{name}={value}: this cell has no {ion} ({', '.join(self.ions)})")
            if section == "outside":
                if number <= 0:
                    raise InputError(
                        f"{name}={value}: {name} (mM) must be above 0; an absent ion has no Nernst potential"
                    )
                self.outside[ion] = number
            else:
                self.diffusion[ion] = number

    def scale(self, name: str, factor) -> list:
        """Multiply a process's strength: "naleak", "kleak", "clleak", "pump" or a channel's conductances."""
        factor = parse_number(name, factor, "1", 0)
        known = [n for n, key in PROCESS.items() if key in self.strength] + list(self.channels)
        if name in PROCESS and PROCESS[name] in self.strength:
            self.strength[PROCESS[name]] = self.strength[PROCESS[name]] * factor
            return []
        if name not in self.channels:
            raise unknown_name("process", name, known)
        undo = []
        owners = [self.segments[i] for i in self.channels[name]]
        for parameter in engine.mechanism_variables(name, 1):
            if h.units(parameter) in STRENGTH_UNITS:
                variable = SegmentVariable(owners, parameter)
                undo.append((variable, variable.get().copy()))
                variable.set(undo[-1][1] * factor)
        if not undo:
            raise InputError(
                f"scale {name}: it has no parameter that is a conductance, permeability or current"
            )
        return undo

    def write(self) -> None:
        """Put everything this cell is into NEURON: temperature, bath, strengths, pump, start state."""
        for ion in ALL_IONS:
            for sec in self.sections:
                # concentrations are states, E = Nernst, and finitialize does not touch what is set here
                h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
            self.variables[ion + "o"].set(self.outside.get(ion, 0.0))
            self.variables[ion + "i0_ions"].set(self.start[ion])
            self.variables[ion + "i"].set(self.start[ion])
        self.variables["anion_ions"].set(self.anion)
        self.variables["imax_nakpump"].set(self.strength["pump"])
        self.variables["block_nakpump"].set(self.block)
        for name, value in self.pump.items():
            self.variables[f"{name}_nakpump"].set(value)
        for ion, mechanism in self.leak.items():
            self.variables[f"{self.strength_symbol}_{mechanism}"].set(self.strength[ion])
        self.axial.configure(self.diffusion, self.celsius)

    def charge(self, state: dict) -> np.ndarray:
        """Charge not accounted for (mM) per compartment, 0 if exact: sum z c - anion - Cm area V/(F vol)."""
        total = sum(VALENCE[ion] * state[ion] for ion in self.ions)
        return total - self.anion - self.charge_per_mv * state["v"]

    def branches(self) -> list:
        """Plain 3-D points of every section, for pictures; empty where the sections have none."""
        if self.shape is not None:
            return self.shape.branches
        if all(sec.n3d() >= 2 for sec in self.sections):
            return harvest(self.sections, region_of)
        return []
