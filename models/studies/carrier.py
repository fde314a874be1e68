"""How a Dask worker is asked for something: by a function that is sent whole, for neither a scheduler nor a
worker knows where this package is before it has been told."""

import pickle
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..errors import PumpleakError
from ..installation import INSTALLED, PACKAGE


def call(folder: str | None, module: str, name: str, arguments: bytes) -> bytes:
    """In a worker: call a function of a module with pickled arguments; its pickled answer. folder: where the
    package is, None where it is installed."""
    if folder is not None and folder not in sys.path:
        sys.path.insert(0, folder)
    function = getattr(import_module(module), name)
    try:
        found, failed = function(*pickle.loads(arguments)), None
    except Exception as error:
        found, failed = None, error
    return pickle.dumps((found, failed))


# Dask sends whole what is of no module
call.__module__ = "__main__"


def submit(client: Any, function: Callable[..., Any], *arguments: Any) -> Any:
    """Ask a worker to call a function; Dask's future of what `answer` reads."""
    return client.submit(call, *_packed(function, arguments), pure=False)


def everywhere(client: Any, function: Callable[..., Any], *arguments: Any) -> None:
    """Have every worker call a function."""
    client.run(call, *_packed(function, arguments))


def _packed(function: Callable[..., Any], arguments: Any) -> tuple[str | None, str, str, bytes]:
    folder = None if INSTALLED else str(PACKAGE.parent)
    return folder, function.__module__, function.__name__, pickle.dumps(arguments)


def answer(future: Any) -> Any:
    """What a worker answered; the error that was raised there."""
    found, failed = pickle.loads(future.result())
    if isinstance(failed, PumpleakError):
        raise failed from None
    if failed is not None:
        raise failed
    return found
