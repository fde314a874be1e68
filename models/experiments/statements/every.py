"""All statements, by their number."""

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from .finding import Statement


@cache
def every() -> dict[int, Statement]:
    """The statements that there are, in their order."""
    package = __name__.rpartition(".")[0]
    names = [module.name for module in iter_modules([str(Path(__file__).parent)])]
    found = (getattr(import_module(f"{package}.{name}"), "STATEMENT", None) for name in names)
    made = {statement.number: statement for statement in found if statement is not None}
    return dict(sorted(made.items()))
