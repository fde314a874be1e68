"""How the pages are built: `make docs`."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = str(ROOT / "docs" / "notebooks")  # notebooks are executed in a folder of their own

from models.parameters.pump_laws import PUMP_LAWS  # noqa: E402
from models.version import VERSION  # noqa: E402

NAMED = re.compile(r"([a-z_]\w*(?:, [a-z_]\w*)*): (.*)")  # as a docstring names arguments and attributes
project = "pumpleak"
author = "The pumpleak authors"
copyright = author
release = version = VERSION
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax"]
exclude_patterns = ["_build", "laws.md"]
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


def write_laws(*_) -> None:
    """The table of the pump's rate laws, which pump.md includes."""
    rows = "".join(f"| `{name}` | {law.rate} |\n" for name, law in PUMP_LAWS.items())
    (ROOT / "docs" / "laws.md").write_text(f"| law | rate of the cycle |\n|---|---|\n{rows}")


def list_arguments(app, what, name, obj, options, lines) -> None:
    """Lines "name: meaning" of a docstring as a list; what follows a name belongs to it."""
    found, listing = [], False
    for line in lines:
        argument = NAMED.match(line)
        if argument and not listing and found and found[-1]:
            found.append("")
        listing = bool(line) and (listing or bool(argument))
        if argument:
            found.append(f"* **{argument[1]}**: {argument[2]}")
        else:
            found.append(f"  {line.strip()}" if listing else line)
    lines[:] = found


def setup(app) -> None:
    app.connect("builder-inited", write_keys)
    app.connect("builder-inited", write_laws)
    app.connect("autodoc-process-docstring", list_arguments)
