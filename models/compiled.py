"""Functions that run at every evaluation, compiled by numba."""

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from numba import njit
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    NullCache,
    UserWideCacheLocator,
)

from .errors import notify
from .installation import INSTALLED, cache_folder

HASH = hashlib.sha256().digest_size
_said: set[str] = set()  # what went wrong with the cache, said once in a process


def compiled(function: Callable) -> Callable:
    """Compile a function on its first call.

    What is compiled is kept on disk until its file changes, or one from which that imports compiled
    functions: in the checkout beside that file, installed or where that cannot be written in the user's cache
    folder. Damaged, it is compiled anew; where it cannot be kept every process compiles anew. Both are
    said.
    """
    made: Any = njit(error_model="numpy")(function)
    try:
        made._cache = _Cache(function)
    except RuntimeError:  # numba finds no folder for it
        made._cache = _NoCache()
    return made


def _say(fault: str) -> None:
    if fault not in _said:
        _said.add(fault)
        notify(fault)


class _File(IndexDataCacheFile):
    """The files of a function, each with its hash at the end: damaged machine code would end the process."""

    @contextmanager
    def _open_for_write(self, path: str) -> Iterator[io.BytesIO]:
        content = io.BytesIO()
        yield content
        data = content.getvalue()
        with super()._open_for_write(path) as file:
            file.write(data + hashlib.sha256(data).digest())

    def _is_whole(self, path: str) -> bool:
        try:
            with open(path, "rb") as file:
                data = file.read()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        whole = hashlib.sha256(data[:-HASH]).digest() == data[-HASH:]
        if not whole:
            _say(f"{os.path.dirname(path)}: the compiled functions kept there are damaged; compiled anew")
        return whole

    def _load_index(self) -> dict:
        try:
            return super()._load_index() if self._is_whole(self._index_path) else {}
        except (AttributeError, ImportError):  # of an older file, whose classes have other names now
            return {}

    def _load_data(self, name: str) -> Any:
        if not self._is_whole(self._data_path(name)):
            raise OSError("damaged")  # which numba takes for a file that is not there
        return super()._load_data(name)


class _InUsersCache(UserWideCacheLocator):
    """Our own folder for an installed package: uninstalling it would leave what lies beside its files."""

    def __init__(self, function: Callable, file: str) -> None:
        super().__init__(function, file)
        self._cache_path = str(cache_folder() / "numba" / self.get_suitable_cache_subpath(file))


class _Places(CompileResultCacheImpl):
    """Where numba may keep what it has compiled."""

    if INSTALLED:
        _locator_classes = [_InUsersCache]


class _Cache(FunctionCache):
    """numba's cache of a function, whose faults cost time but no run.

    module: the function's; stamp: of what it is compiled from, its file and those that this imports compiled
    functions from
    """

    _impl_class = _Places
    module: str
    stamp: tuple

    def __init__(self, function: Callable) -> None:
        super().__init__(function)
        # what was compiled under the package's other name (models, pumpleak) would load that package too;
        # other programs' and older files are none of ours
        package = function.__module__.partition(".")[0]
        name = f"{self._impl.filename_base}-{package}-hashed"
        imported = {one.stamp for one in _caches(function) if one.module != function.__module__}
        self.module = function.__module__
        self.stamp = self._impl.locator.get_source_stamp(), *sorted(imported, key=repr)
        self._cache_file = _File(self._cache_path, name, self.stamp)

    def save_overload(self, sig: object, data: object) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _say(
                f"{self._cache_path}: compiled functions cannot be kept there ({error.strerror}); every run "
                "compiles anew, which takes some seconds"
            )


def _caches(function: Callable) -> Iterator[_Cache]:
    """Those of the compiled functions that a function's module has by now."""
    for value in function.__globals__.values():
        cache = getattr(value, "_cache", None)
        if isinstance(cache, _Cache):
            yield cache


class _NoCache(NullCache):
    """Where numba finds no folder for what it has compiled."""

    def save_overload(self, sig: object, data: object) -> None:
        _say("no folder can be written for compiled functions; every run compiles anew, some seconds")
