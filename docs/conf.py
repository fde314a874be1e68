"""How the pages are built: `make docs`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from models.version import VERSION  # noqa: E402

project = "pumpleak"
author = "The pumpleak authors"
copyright = author
release = version = VERSION
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"pumpleak {VERSION}"
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "build" / "notebooks")
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_in_temp = True
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_preserve_defaults = True
suppress_warnings = ["mystnb.unknown_mime_type"]


def write_keys(*_) -> None:
    """The reference of every key of a parameter file, from the schema itself."""
    command = [sys.executable, str(ROOT / "run.py"), "keys", "--markdown"]
    page = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (ROOT / "docs" / "keys.md").write_text(page)


def setup(app) -> None:
    app.connect("builder-inited", write_keys)
