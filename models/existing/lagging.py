"""Mechanisms whose currents are computed from what was found the step before, written anew for the same step.

    BREAKPOINT { SOLVE states METHOD cnexp  ik = gmax*open*(v - ek) }     DERIVATIVE states { rates() ... }

NEURON asks for currents before states, so that `open`, which rates() finds, is of the evaluation before: an
error of a step's length on fixed steps, and no function of the state on variable ones. What the DERIVATIVE
block finds beside the rates of states is found after SOLVE, too.
"""

import re

from .rates import block, statements

NOW = "pl_now"  # PROCEDURE with what a DERIVATIVE block finds beside rates
RATE = r"\w+\s*(\[[^\]]*\]\s*)?'\s*="


def lags(text: str) -> bool:
    """Whether an NMODL text, without comments, has a BREAKPOINT that reads what DERIVATIVE alone finds."""
    solved = _solved(text)
    if solved is None:
        return False
    after = _after_solve(text)
    # V is moved off a singular point by some, and is not found by that
    found = _assigned(text, "\n".join(_beside(solved))) - _assigned(text, after) - {"v"}
    return bool(found & _words(text, after))


def in_step(text: str) -> str:
    """The text of a mechanism that `lags`, so that it does so no more.

    ValueError, with the reason, where that cannot be said.
    """
    solved = _solved(text)
    assert solved is not None
    kept = _beside(solved)
    if any(re.search(RATE, one) for one in kept):
        raise ValueError("it has rates of states under a condition")
    again = re.sub(r"\bSOLVE\s+\w+(\s+METHOD\s+\w+)?", rf"\g<0>\n{NOW}()", text, count=1)
    body = "\n".join(kept)
    return f"{again}\nPROCEDURE {NOW}() {{\n{body}\n}}\n"


def _solved(text: str) -> str | None:
    """The body of the DERIVATIVE block that BREAKPOINT solves."""
    called = re.search(r"\bSOLVE\s+(\w+)", block(text, r"\bBREAKPOINT\s*\{") or "")
    return None if called is None else block(text, rf"\bDERIVATIVE\s+{called[1]}\s*\{{")


def _after_solve(text: str) -> str:
    """What BREAKPOINT does after SOLVE."""
    parts = re.split(
        r"\bSOLVE\s+\w+(?:\s+METHOD\s+\w+)?", block(text, r"\bBREAKPOINT\s*\{") or "", maxsplit=1
    )
    return parts[-1]


def _beside(body: str) -> list[str]:
    """The statements of a DERIVATIVE block but its rates."""
    return [one for one in statements(body) if not re.match(RATE, one)]


def _called(text: str, body: str, seen: tuple[str, ...] = ()) -> str:
    """A body, and those of all procedures and functions that it calls."""
    found = body
    for name in dict.fromkeys(re.findall(r"\b(\w+)\s*\(", body)):
        own = (
            None if name in seen else block(text, rf"\b(?:PROCEDURE|FUNCTION)\s+{name}\s*\([^)]*\)[^{{]*\{{")
        )
        if own is not None:
            found += "\n" + _called(text, own, (*seen, name))
    return found


def _assigned(text: str, body: str) -> set[str]:
    found = _called(text, body)
    local = {
        name for names in re.findall(r"\bLOCAL\s+([\w\s,]+?)(?:\n|$)", found) for name in names.split(",")
    }
    return set(re.findall(r"\b(\w+)\s*=(?!=)", found)) - {name.strip() for name in local}


def _words(text: str, body: str) -> set[str]:
    return set(re.findall(r"\b[A-Za-z_]\w*\b", _called(text, body)))
