"""Whether this copy is in its checkout or installed, and what follows from that."""

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
INSTALLED = (PACKAGE / "mod").is_dir()  # which the checkout has beside the package
MECHANISMS = PACKAGE / "mod" if INSTALLED else PACKAGE.parent / "mod"


def program() -> str:
    """What the user typed before the command's name."""
    return "python run.py" if Path(sys.argv[0]).name == "run.py" else "pumpleak"


def cache_folder() -> Path:
    """The user's folder for what can be made again; it may not exist yet."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pumpleak"
