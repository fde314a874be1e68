"""The errors a user can cause or meet. Each carries one sentence that says what was wrong, what was
expected and, where it is known, the likely cause; the command line prints it and exits with status 2.
"""

import sys
import warnings
from collections.abc import Iterable
from contextlib import suppress
from difflib import get_close_matches


class PumpleakError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(PumpleakError):
    """Something given from outside (file, parameter, option) cannot be used."""


class BalanceError(PumpleakError):
    """No membrane exists for which the wanted resting state is at rest."""


class ConvergenceError(PumpleakError):
    """A solver did not reach its answer. There is no number to hand back."""


class NoRestError(ConvergenceError):
    """A cell was shown to fire or oscillate for ever. period (ms); low, high (mV): between which V goes."""

    def __init__(self, sentence: str, period: float, low: float, high: float):
        super().__init__(sentence)
        self.period, self.low, self.high = period, low, high

    def __reduce__(self) -> tuple:
        return NoRestError, (str(self), self.period, self.low, self.high)


class GivenUpError(ConvergenceError):
    """A cell fired more often than its user wanted to wait for."""


class EngineError(PumpleakError):
    """NEURON or the compiled mechanisms cannot be used on this machine."""


class PumpleakWarning(UserWarning):
    """Something about a cell that its user should know, and that its sentences in `cell.warnings` say."""


def warn_of(sentences: list[str]) -> None:
    """Give these sentences to Python's `warnings`, as of the line outside this package that led here."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == __package__:
        frame, level = frame.f_back, level + 1
    for sentence in dict.fromkeys(sentences):
        warnings.warn(sentence, PumpleakWarning, stacklevel=level)


def one_line(text: str) -> str:
    """A text as one line of any file can hold it: what cannot be printed (a line's end, a broken letter) as
    its code."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def unknown_name(kind: str, name: object, known: Iterable[object], where: str = "") -> InputError:
    """The error for a name that nothing has, with the nearest known ones (or all, where few)."""
    named, names = str(name), sorted(map(str, known))
    named = named if len(named) <= 60 else f"{named[:57]}..."
    lower = {k.lower(): k for k in names}
    near = [lower[m] for m in get_close_matches(named.lower(), lower, n=3, cutoff=0.5)]
    if named.lower() in lower:  # only the case is wrong
        near = near[:1]
    if near:
        hint = "did you mean " + " or ".join(repr(n) for n in near) + "?"
    else:
        more = f" and {len(names) - 12} more" if len(names) > 12 else ""
        hint = f"known: {', '.join(names[:12])}{more}"
    return InputError(f"{where + ': ' if where else ''}unknown {kind} {named!r}; {hint}")


_silent = False  # whether notes are kept back (--quiet)


def keep_quiet(silent: bool = True) -> None:
    """Say nothing but errors from now on, or speak again."""
    global _silent
    _silent = silent


def notify(sentence: str) -> None:
    """Tell the user, on standard error, what was done that nobody asked for."""
    if not _silent:
        with suppress(OSError):  # nobody hears it
            print(f"note: {sentence}", file=sys.stderr)
