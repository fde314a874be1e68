"""Results made of numbers that all differ, so that no value can pass for another; made without a simulation.

Four compartments of unlike area and volume: a mean by area, one by volume and a plain one are three numbers.
"""

from .blocks import block, compare
from .cell import AREA, VOLUME, by_area, by_volume, course, layout, rest
from .others import excite, glycoside, inspect, validate

__all__ = [
    "AREA",
    "VOLUME",
    "block",
    "by_area",
    "by_volume",
    "compare",
    "course",
    "excite",
    "glycoside",
    "inspect",
    "layout",
    "rest",
    "validate",
]
