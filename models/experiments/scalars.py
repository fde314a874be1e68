"""The scalars of a result, of which some take time and are found once they are asked for."""

from collections.abc import Callable, ItemsView, Iterator, KeysView, ValuesView
from typing import Any


class Scalars(dict[str, Any]):
    """A dictionary whose last entries come from a function, `later`, once one of them or all are wanted."""

    def __init__(self, known: dict[str, Any], later: Callable[[], dict[str, Any]]) -> None:
        super().__init__(known)
        self._later: Callable[[], dict[str, Any]] | None = later

    def _all(self) -> None:
        if self._later is not None:
            later, self._later = self._later, None
            self.update(later())

    def __missing__(self, key: str) -> Any:
        if self._later is None:
            raise KeyError(key)
        self._all()
        return self[key]

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self:
            return default
        return self[key]

    def __contains__(self, key: object) -> bool:
        if not super().__contains__(key):
            self._all()
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._all()
        return super().__iter__()

    def __len__(self) -> int:
        self._all()
        return super().__len__()

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        self._all()
        return super().keys()

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        self._all()
        return super().values()

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        self._all()
        return super().items()

    def __or__(self, other: Any) -> dict[str, Any]:  # type: ignore[override]
        return dict(self.items()) | other

    def __eq__(self, other: object) -> bool:
        return dict(self.items()) == other

    def __repr__(self) -> str:
        return repr(dict(self.items()))

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return dict, (dict(self.items()),)
