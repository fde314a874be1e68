"""What the shipped cells and mechanisms are, by digests: whether a kept result is still theirs."""

import hashlib
from functools import cache
from typing import Any

from ..installation import MECHANISMS
from ..parameters import read_parameters
from ..parameters.files import shipped_cells


@cache
def shipped() -> dict[str, Any]:
    """Of a summary: "cells", each shipped cell's digest by its name, and "mechanisms", one of all files that
    are compiled."""
    found = hashlib.sha256()
    for path in sorted([*MECHANISMS.glob("*.mod"), *MECHANISMS.glob("*.inc")]):
        found.update(path.name.encode() + path.read_bytes())
    cells = {name: read_parameters(name).digest() for name in shipped_cells()}
    return {"cells": cells, "mechanisms": found.hexdigest()[:16]}
