"""In which unit a morphology file is: what its header says, what the user says, and whether the cell that
comes of it has a size that cells have.
"""

import re
from pathlib import Path

import numpy as np

from ..errors import InputError
from .branch import Branch

OPTION = "--scale-morphology FACTOR (in Python scale_morphology=) multiplies coordinates and radii"
NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
# "units": "8 nanometer", unit: nm, Units = um, coordinates in microns, All positions and radii in µm
UNIT = re.compile(
    r"(?:\bunits?\b[\s\"':=(\[]*|\b(?:coordinates|positions|points|radii|radius)\s+(?:are\s+)?in\s+)"
    rf"(?P<count>{NUMBER})?[\s*x]*"
    r"(?P<unit>nm|nanomet(?:er|re)s?|[uµμ]m|micromet(?:er|re)s?|microns?|mm|millimet(?:er|re)s?|"
    r"px|pixels?|vox|voxels?)(?![a-z])",
    re.IGNORECASE,
)
UM = {"n": 1e-3, "u": 1.0, "µ": 1.0, "μ": 1.0, "mic": 1.0, "m": 1e3}  # by how a unit's name begins
# a unit that is none of these: cm, inch, Å
OTHER = re.compile(r"\bunits?\b[\s\"']*[:=][\s\"']*(?P<unit>[^\W\d_]+)", re.IGNORECASE)
# numbers that programs write down without saying whether those below have been multiplied by them: many
# files of one archive carry SCALE 1.13 1.13 4.0 and are in um
FACTOR = re.compile(
    r"#\s*scale\b|\b(?:voxel|pixel)s?[\s_-]*(?:size|spacing|separation|resolution|dimension)s?\b|\bspacing\b",
    re.IGNORECASE,
)
# um; set wide of all cells, so that what lies beyond is worth a look: neurite and soma across, the whole cell
THICK_NEURITE, THICK_SOMA, LARGE, SMALL = 50.0, 200.0, 3e4, 2.0


def checked_scale(scale: object) -> float | None:
    """The factor the user gives, as a number; InputError unless it is finite and above 0."""
    if scale is None:
        return None
    try:
        if isinstance(scale, bool):
            raise ValueError
        value = float(scale)  # type: ignore[arg-type]  # what is none of a number is caught
    except (TypeError, ValueError):
        value = np.nan
    if not 1e-9 <= value <= 1e9:
        raise InputError(f"scale_morphology: {scale!r}, expected a number above 0 (0.001 makes um of nm)")
    return value


def _um(match: re.Match) -> float | None:
    """How many um a stated unit is; None for pixels and voxels."""
    name = match["unit"].lower()
    if name[0] in "pv":
        return None
    factor = next(factor for start, factor in UM.items() if name.startswith(start))
    return float(match["count"] or 1) * factor


def read_scale(path: Path, comments: list[tuple[int, str]], given: float | None) -> tuple[float, list[str]]:
    """The factor that makes um of a file's numbers, and warnings.

    comments: (line, text). given: the user's, which counts before the header's. A unit is taken as stated; a
    scale or a voxel's size is not, because it does not say whether it has been applied. InputError where
    the header's unit is 0 um.
    """
    stated: dict[float | None, tuple[int, str]] = {}
    for line, text in comments:
        for match in UNIT.finditer(text):
            stated.setdefault(_um(match), (line, match[0].strip(" \"'")))
    units = " and ".join(f"{text!r} (line {line})" for line, text in stated.values())
    if given is not None:
        differs = stated and set(stated) != {given}
        instead = f"; the header's {units} is not used" if differs else ""
        return given, [f"{path}: coordinates and radii multiplied by {given:g}{instead}"]
    factor = next(iter(stated), None)
    if len(stated) == 1 and factor is not None:
        if not factor > 0:
            raise InputError(f"{path}:{stated[factor][0]}: the unit is {factor:g} um, expected more than 0")
        said = [f"{path}: the header says {units}: coordinates and radii multiplied by {factor:g}"]
        return factor, said if factor != 1 else []
    if stated:
        return 1.0, [f"{path}: the header says {units}, which gives no one length; taken as um. {OPTION}"]
    for line, text in comments:
        if other := OTHER.search(text):
            return 1.0, [f"{path}: line {line} says {other[0]!r}, no unit known here; taken as um. {OPTION}"]
        mark = FACTOR.search(text)
        if mark and any(float(number) != 1 for number in re.findall(NUMBER, text[mark.end() :])):
            what = text.strip("# \t")[:60]
            return 1.0, [
                f"{path}: line {line} says {what!r}, but not whether the points are multiplied by it; taken "
                f"as um as they are. {OPTION}"
            ]
    return 1.0, []


def implausible(source: str, branches: list[Branch]) -> list[str]:
    """A warning where the cell is of no size that cells have: a file in voxels, nm or mm looks so."""
    found = []
    for is_soma, most in ((False, THICK_NEURITE), (True, THICK_SOMA)):
        thick = [(float(b.points[:, 3].max()), b.name) for b in branches if (b.region == "soma") == is_soma]
        diameter, name = max(thick, key=lambda pair: pair[0], default=(0.0, ""))
        if diameter > most:
            found.append(f"{name} is {diameter:.4g} um thick")
    points = np.vstack([branch.points for branch in branches])
    size = float((np.ptp(points[:, :3], axis=0) + points[:, 3].max()).max())
    if size > LARGE:
        found.append(f"the cell is {1e-3 * size:.4g} mm long")
    elif size < SMALL:
        found.append(f"the whole cell is {size:.3g} um long")
    if not found:
        return []
    return [f"{source}: {' and '.join(found)}; is the file in um, not in voxels, nm or mm? {OPTION}"]
