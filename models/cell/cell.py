"""A cell: its sections, parameters and state per compartment as plain data, and what follows from them."""

import weakref

import numpy as np

from ..axial.electrodiffusion import AxialFlow
from ..errors import InputError, unknown_name
from ..parameters import Parameters
from ..parameters.arguments import named
from ..physics import electroneutrality
from ..physics.flux import free_calcium
from ..physics.ions import IONS, VALENCE, told_of
from ..physics.leaks import leak_of
from ..physics.theory import charge_per_mv, thermal_voltage
from ..shape.branch import harvest
from ..shape.locations import find, region_of
from ..simulator import runtime
from ..simulator.library import load_mechanisms
from ..simulator.nmodl import declarations
from ..simulator.runtime import SegmentVariable, h
from . import carriers, channels, conditions, pumps, replaced, transfer
from .admission import check_pointers, find_species
from .sections import check_options, find_body, given_strengths, insert_membrane, read_geometry


class Cell:
    """A neuron or fibre on NEURON sections. Attributes are plain data unless said otherwise.

    sections, segments: NEURON objects, compartment i is `segments[i]`; size: how many compartments;
    section_name, region, x: where each is; area (um2), volume (um3), capacitance (uF/cm2), charge_per_mv
    (mM/mV: Cm area/(F volume)) per compartment; ions: those the cell has; celsius (degC); outside (mM by ion;
    bath_of gives it where regions differ); pump: its parameters, drugs and hormones; species, whose isoforms
    bind glycosides; glycoside: the last one given; leak: what each ion's is; strength: of the leaks by ion
    and the pump's maximal current (mA/cm2) as "pump", per compartment; block: blocked fraction of the pump;
    impermeant, anion: what cannot leave (mM) and its negative charge (mM), which closes the charge balance;
    given: what the user's sections had by hand (`replaced`); osmotic: whether water flows; space: what is
    outside, "bath", "shell" or "closed"; tubules: the T-tubules of a fibre or None; faces_spaces: whether
    there are spaces of limited volume outside, or two baths; start: v (mV), na, k, cl, ca (mM, free) per
    compartment and, where they are not the bath's and 1, nao, ko, clo, cao and swelling (relative volume):
    the state a run starts from. Amounts are per volume that the compartment began with.
    """

    def __init__(
        self,
        parameters: Parameters,
        morphology: str | None = None,
        max_compartment_length: float | None = None,
        sections=None,
        carries: dict | None = None,
        axial: str = "electrodiffusion",
        volume: str = "fixed",
        outside: str = "bath",
        mechanisms=(),
        scale_morphology: float | None = None,
        repair: bool = False,
        progress=None,
    ):
        check_options(parameters, axial, volume, outside)
        progress = progress or (lambda done, label: None)
        self.osmotic, self.space = volume == "osmotic", outside
        self.epithelium = parameters.epithelium
        self.faces_spaces = outside != "bath" or bool(parameters.tubules or self.epithelium)
        load_mechanisms(mechanisms)
        runtime.flush()
        self.changes: dict[str, dict] = {"set": {}, "scale": {}}  # by which it is another for a while
        self.sections: list = []
        self.carriers: list[carriers.Carrier] = []
        self._callbacks: list = []
        self.resistivity: list = []  # sections whose Ra a closed space has changed, and what it was
        things = [self.sections, self.carriers]
        weakref.finalize(self, runtime.detach_later, things, self._callbacks, self.resistivity)
        self.parameters = parameters
        self.name = parameters.name
        self.ions = tuple(ion for ion in IONS if ion in parameters.ions)
        # NEURON holds these even where the cell has no such ion
        always = {ion for ion, record in IONS.items() if record.inside.mechanism == "pl_ions"}
        self.booked = tuple(ion for ion in IONS if ion in always or ion in self.ions)
        self.buffer = float(parameters.calcium.buffer), float(parameters.calcium.kd)
        self.leak = {ion: leak_of(ion, parameters.leak.law) for ion in self.ions}
        given = morphology, scale_morphology, repair
        self._build(given, max_compartment_length, sections, named("carries", carries), progress)
        self.celsius = float(parameters.electrical.celsius)
        self.outside = {ion: float(getattr(parameters.outside, ion + "o")) for ion in self.ions}
        self.impermeant_outside = {
            name: getattr(parameters.outside, name) for name in ("impermeant", "impermeant_valence")
        }
        self.tortuosity = {
            "tortuosity": float(parameters.diffusion.tortuosity),
            "tortuosity_outside": float(parameters.space.tortuosity_outside),
        }
        self.water_permeability = float(parameters.water.water_permeability)
        self.volume_fraction = float(parameters.space.volume_fraction)
        self.exchange_rate = float(parameters.space.exchange_rate)
        self.pump = pumps.values(parameters)
        self.pump_share = pumps.shares(self)
        self.species, self.glycoside = parameters.pump.species, "ouabain"
        self.diffusion = {ion: float(getattr(parameters.diffusion, "d" + ion)) for ion in self.ions}
        self.block = np.zeros(self.size)
        self.strength = given_strengths(self)
        self._initial_state()
        self.warnings += replaced.warnings(self, self.given)
        if parameters.pump.mechanism is not None:
            pumps.check_carried(self)
        progress(0.8, "finding the ways between compartments")
        self.axial = AxialFlow(self, axial)
        progress(0.9, "balancing")
        # NEURON calls it whenever its integrator, of variable or fixed step, evaluates the equations
        h.CVode().extra_scatter_gather(0, self.axial)
        self._callbacks.append(self.axial)

    def _build(self, morphology, max_compartment_length, sections, carries: dict, progress) -> None:
        """Sections, membrane and geometry, in the order in which NEURON can have them."""
        body = find_body(self, morphology, max_compartment_length, sections, progress)
        self.sections += body.sections
        self.source, self.warnings = body.source, list(body.warnings)
        self.shape, self.tubules = body.shape, body.tubules
        self.given = replaced.set_by_hand(self.sections)
        progress(0.4, "putting the membrane in")
        insert_membrane(self)
        self.segments = [segment for sec in self.sections for segment in sec]
        self.size = len(self.segments)
        self.section_name = np.array([segment.sec.name() for segment in self.segments])
        self.region = np.array([region_of(name) for name in self.section_name])
        self.x = np.array([segment.x for segment in self.segments])
        for name in self.parameters.region:
            if name not in self.region:
                where = f"{self.parameters.path}: [region.{name}]"
                raise unknown_name("region", name, set(self.region), where)
        carries = channels.insert(self, carries)
        self.channels, self.points = channels.find(self), channels.find_points(self)
        self.species_nodes = find_species(self)
        self.warnings += channels.admit(self)
        self.channels.pop(self.parameters.pump.mechanism, None)  # the pump is no channel
        self.writes = channels.writes(self)
        self.reads_calcium = any("ca" in declarations(n).reads for n in (*self.channels, *self.points))
        self.carriers += carriers.attach(self, carries)
        check_pointers()
        progress(0.5, "measuring the compartments")
        geometry = read_geometry(self)
        self.area, self.capacitance = geometry.area, geometry.capacitance
        self.volume, self._fibre_volume = geometry.volume, geometry.fibre_volume
        self.charge_per_mv = charge_per_mv(self.capacitance, self.area, self.volume)
        self.distance, self.components = geometry.distance, geometry.components
        progress(0.6, "connecting NEURON's variables")
        self.variables = transfer.connect(self)
        self.currents = SegmentVariable(self.segments, ["i" + ion for ion in self.ions])

    def _initial_state(self) -> None:
        inside = self.parameters.inside
        v = float(inside.v)
        free = {ion: self.wanted_inside(ion) for ion in told_of(self.ions)}
        k, self.anion, self.impermeant = electroneutrality.inside(
            free,
            {ion: self.amount(ion, concentration) for ion, concentration in free.items()},
            self.charge_per_mv * v,
            electroneutrality.Impermeant(inside.impermeant, inside.impermeant_valence),
            self.osmolarity_outside(),
            self.osmotic,
            (str(self.parameters.path), self.name),
        )
        ones = np.ones(self.size)
        self.start = {"v": v * ones, **{ion: c * ones for ion, c in free.items()}, "k": k}

    def by_region(self, name: str, default) -> np.ndarray:
        """A value per compartment: `name` of the region's table in the file or, without one, `default`."""
        values = np.full(self.size, np.nan if default is None else float(default))
        for region, own in self.parameters.region.items():
            if getattr(own, name) is not None:
                values[self.region == region] = float(getattr(own, name))
        return values

    def bath_of(self, ion: str) -> np.ndarray:
        """Concentration (mM) of an ion in the bath before each compartment."""
        if self.epithelium is None:
            return np.full(self.size, self.outside.get(ion, 0.0))
        return self.by_region(f"{ion}o", self.outside.get(ion, 0.0))

    def check_charge(self) -> None:
        """InputError unless K+ and the impermeant anion that close the charge balance are positive."""
        k, na, cl = (float(self.start[ion].min()) for ion in ("k", "na", "cl"))
        if k <= 0 or (self.anion < 0).any():
            raise InputError(
                f"{self.parameters.path}: inside: nai {na:g}, ki {k:g} and cli {cl:g} mM leave "
                f"{self.anion.min():g} mM of impermeant anion; expected positive K+ and anion, so lower cli "
                "or raise ki"
            )

    def wanted_inside(self, ion: str) -> float:
        """Concentration (mM) inside that the file says or, where it leaves that out, of equilibrium."""
        given, v = getattr(self.parameters.inside, f"{ion}i"), float(self.parameters.inside.v)
        if IONS[ion].passive and (given is None or ion not in self.ions):
            return self.at_equilibrium(ion, v)
        return float(given or 0.0)

    def at_equilibrium(self, ion: str, v: float) -> float:
        """Concentration (mM) inside at which an ion is at equilibrium at `v` (mV); 0 if the cell has none."""
        if ion not in self.ions:
            return 0.0
        celsius, outside = self.parameters.electrical.celsius, getattr(self.parameters.outside, f"{ion}o")
        return float(outside * np.exp(-IONS[ion].valence * v / thermal_voltage(celsius)))

    @property
    def outside_volume(self) -> np.ndarray:
        """Volume (um3) of the space outside each compartment at the beginning; infinite for a bath."""
        if self.space == "bath":
            found = np.full(self.size, np.inf)
        else:
            found = self._fibre_volume * (self.volume_fraction / (1 - self.volume_fraction))
        if self.tubules is not None:
            lumen = self.tubules.volume_fraction * self.tubules.slice_volume / self.tubules.rings
            found[self.tubules.ring] = lumen[:, None]
        return found

    def settle_outside(self, v: np.ndarray, outside: dict) -> dict:
        """Concentrations outside (mM by ion) with every bath as it is now, and Na+ in the T-tubules that open
        to one from their charge: what the bath holds besides its ions is there too."""
        if self.space != "bath":
            return outside
        bath = {ion: self.bath_of(ion) for ion in outside}
        if self.tubules is None:
            return bath
        in_lumen = np.isfinite(self.outside_volume)
        found = {ion: np.where(in_lumen, values, bath[ion]) for ion, values in outside.items()}
        # the lumen is as the bath is where V is the cell's own rest
        held = self.charge_per_mv * self.volume / self.outside_volume * (float(self.parameters.inside.v) - v)
        excess = sum(VALENCE[ion] * (bath[ion] - found[ion]) for ion in outside if ion != "na")
        found["na"] = np.where(in_lumen, bath["na"] + excess + held, bath["na"])
        return found

    def amount(self, ion: str, concentration, swelling=1.0):
        """What a compartment holds of an ion (mM of the volume it began with), bound Ca2+ included."""
        if ion == "ca":
            return electroneutrality.all_calcium(concentration, swelling, *self.buffer)
        return concentration * swelling

    def concentration(self, ion: str, amount, swelling=1.0):
        """The free concentration (mM) of an ion of which a compartment holds `amount`."""
        if ion == "ca":
            return free_calcium(amount, swelling, *self.buffer)
        return amount / swelling

    @property
    def water_ratio(self) -> float:
        """Volume inside/outside at the beginning where the water that a cell takes up leaves the space."""
        closed = self.space == "closed" and self.osmotic
        return (1 - self.volume_fraction) / self.volume_fraction if closed else 0.0

    def bath_impermeant(self) -> tuple[float, float]:
        """What else the bath holds (mM) and its mean valence; InputError where it is not electroneutral."""
        amount, valence = self.impermeant_outside.values()
        strict = self.osmotic or self.faces_spaces  # elsewhere only what passes the membrane counts
        return electroneutrality.bath_impermeant(self.outside, amount, valence, self.name, strict)

    def osmolarity_outside(self) -> float:
        """All that is dissolved in the bath (mM)."""
        return sum(self.outside.values()) + self.bath_impermeant()[0]

    def __repr__(self) -> str:
        return f"<cell {self.name}: {self.size} compartments, {self.source}>"

    def give_up(self) -> None:
        """Leave the sections to another cell; this one cannot be run any more."""
        self.carriers.clear()
        runtime.detach(self._callbacks, self.resistivity)
        self.size = 0

    def check_unchanged(self) -> None:
        """InputError where the sections are no longer what the cell was made from."""
        if self.size == 0:
            raise InputError(f"{self.name}: its sections have been made into another cell; use that one")
        try:
            segments = [segment for sec in self.sections for segment in sec]
        except ReferenceError:
            raise InputError(
                f"{self.name}: one of its sections was deleted after the cell was made; make the cell again"
            ) from None
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
        self.check_unchanged()
        return find(self, place)

    def changed(self, set: dict | None = None, scale: dict | None = None):
        """The cell with parameters changed (`--set`) and strengths multiplied (`--scale`), for a while.

        Raises InputError for an unknown name or an impossible value; the cell is as before afterwards.
        """
        self.check_unchanged()
        return conditions.changed(self, set, scale)

    def set(self, name: str, value) -> None:
        """Change one parameter of the experiment (see `parameters.settable`); the balance stays."""
        self.check_unchanged()
        conditions.change(self, name, value)

    def scale(self, name: str, factor) -> list:
        """Multiply a process's strength: "naleak", "kleak", "clleak", "pump" or a channel's conductances."""
        self.check_unchanged()
        return conditions.scale(self, name, factor)

    def write(self) -> None:
        """Put everything this cell is into NEURON: bath, strengths, pump, start state.

        InputError where the start state is none that a cell can have, or where its sections have changed.
        """
        self.check_unchanged()
        transfer.write(self)

    def charge(self, state: dict) -> np.ndarray:
        """Charge not accounted for (mM) per compartment, 0 if exact: sum z n - anion - Cm area V/(F vol)."""
        swelling = state.get("swelling", 1.0)
        total = sum(VALENCE[ion] * self.amount(ion, state[ion], swelling) for ion in self.ions)
        return total - self.anion - self.charge_per_mv * state["v"]

    def branches(self) -> list:
        """Plain 3-D points of every section, for pictures; empty where the sections have none."""
        if self.shape is not None:
            return self.shape.branches
        if all(sec.n3d() >= 2 for sec in self.sections):
            return harvest(self.sections, region_of)
        return []
