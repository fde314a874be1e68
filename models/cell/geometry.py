"""Where a cell's compartments are and how large they are, as NEURON has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from ..errors import InputError, unknown_name
from ..parameters import Region
from ..physics.theory import charge_per_mv
from ..shape.locations import find, region_of
from ..simulator.runtime import NeuronSection, NeuronSegment, h, initialise
from .tubules import Tubules


@dataclass(frozen=True, eq=False)
class Compartments:
    """The compartments of a cell, in order.

    sections: NEURON's, those of T-tubules last
    segments: NEURON's, one a compartment
    section_name: of the section each is on, (compartments,)
    region: which that belongs to, (compartments,)
    x: where on its section, 0 to 1, (compartments,)
    """

    sections: Sequence[NeuronSection]
    segments: Sequence[NeuronSegment]
    section_name: np.ndarray
    region: np.ndarray
    x: np.ndarray

    @classmethod
    def of(cls, sections: Sequence[NeuronSection]) -> Self:
        """Those of these sections, in their order."""
        segments = [segment for sec in sections for segment in sec]
        names = np.array([segment.sec.name() for segment in segments])
        regions = np.array([region_of(name) for name in names])
        return cls(sections, segments, names, regions, np.array([segment.x for segment in segments]))

    @property
    def size(self) -> int:
        """How many compartments there are."""
        return len(self.segments)

    def where(self, place: object) -> np.ndarray:
        """Indices of the compartments meant by `place`; see `Cell.where`."""
        return find(self, place)

    def sections_of(self, compartments: Iterable[int]) -> list[NeuronSection]:
        """The sections that these compartments are on, each once."""
        return list(dict.fromkeys(self.segments[at].sec for at in compartments))

    def name_of(self, at: int) -> str:
        """A compartment as users write it: "dend[3](0.5)"."""
        return f"{self.section_name[at]}({self.x[at]:.3g})"

    def check_regions(self, names: Iterable[str], path: object) -> None:
        """InputError for a region that a file gives a table and the cell has not."""
        for name in names:
            if name not in self.region:
                raise unknown_name("region", name, set(self.region), f"{path}: [region.{name}]")

    def by_region(self, tables: Mapping[str, Region], name: str, default: float | None) -> np.ndarray:
        """A value per compartment, (compartments,), in its key's unit: `name` of its region's table or,
        without one, `default` (None: nan)."""
        values = np.full(self.size, np.nan if default is None else float(default))
        for region, own in tables.items():
            if getattr(own, name) is not None:
                values[self.region == region] = float(getattr(own, name))
        return values


@dataclass(frozen=True, eq=False)
class Geometry(Compartments):
    """The compartments with their sizes, (compartments,) each.

    area: membrane (um2)
    volume: cytoplasm at the beginning (um3)
    fibre_volume: of NEURON's cylinder (um3), from which that differs where there are T-tubules
    capacitance: uF/cm2
    charge_per_mv: mM/mV, capacitance area/(F volume)
    distance: along the cell from the soma's centre or the root's beginning (um)
    components: which connected cell it belongs to, 0, 1, ...
    tubules: the T-tubules of a fibre, or None
    """

    area: np.ndarray
    volume: np.ndarray
    fibre_volume: np.ndarray
    capacitance: np.ndarray
    charge_per_mv: np.ndarray
    distance: np.ndarray
    components: np.ndarray
    tubules: Tubules | None

    def check_unchanged(self, label: str) -> None:
        """InputError where the sections are no longer what they were. label: of the cell, for the message."""
        try:
            areas = [segment.area() for sec in self.sections for segment in sec]
        except ReferenceError:
            raise InputError(
                f"{label}: one of its sections was deleted after the cell was made; make the cell again"
            ) from None
        if not np.array_equal(areas, self.area):
            raise InputError(
                f"{label}: the shape or the number of segments of its sections was changed after the "
                "cell was made; make the cell again"
            )


def read_geometry(compartments: Compartments, tubules: Tubules | None) -> Geometry:
    """The geometry of a cell's compartments, once everything is inserted."""
    initialise()  # NEURON sets up its tree; areas and volumes are its own from here on
    sections, segments = compartments.sections, compartments.segments
    fibre_volume = np.array([segment.volume() for segment in segments])
    root = next(sec for sec in sections if sec.parentseg() is None)
    centre = root(0.5) if region_of(root.name()) == "soma" else root(0)
    volume, distance = fibre_volume, np.array([h.distance(centre, segment) for segment in segments])
    if tubules is not None:
        tubules.place(segments)
        volume, distance = tubules.volumes(volume), tubules.distances(distance)
    area = np.array([segment.area() for segment in segments])
    capacitance = np.array([segment.cm for segment in segments])
    return Geometry(
        **{field.name: getattr(compartments, field.name) for field in fields(Compartments)},
        area=area,
        volume=volume,
        fibre_volume=fibre_volume,
        capacitance=capacitance,
        charge_per_mv=charge_per_mv(capacitance, area, volume),
        distance=distance,
        components=connected(sections),
        tubules=tubules,
    )


def connected(sections: Sequence[NeuronSection]) -> np.ndarray:
    """Which connected cell each compartment belongs to, 0, 1, ..."""
    label: dict[NeuronSection, NeuronSection] = {}
    for sec in sections:
        way = [sec]
        while way[-1] not in label and way[-1].parentseg() is not None:
            way.append(way[-1].parentseg().sec)
        label.update(dict.fromkeys(way, label.get(way[-1], way[-1])))
    roots: dict[NeuronSection, int] = {}
    found = [roots.setdefault(label[sec], len(roots)) for sec in sections]
    return np.repeat(found, [sec.nseg for sec in sections])
