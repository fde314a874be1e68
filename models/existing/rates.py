"""Mechanisms that advance their gates by hand, a step dt at a time, written anew with rates.

    PROCEDURE states() { rates(v)  m = m + mexp*(minf - m) }      mexp = 1 - exp(-dt/mtau)

has no rate that could be followed on steps of any length. Over a step as short as SHORT it is
m' = mexp*(minf - m)/dt, with the same steady state and, to SHORT/(2 mtau), the same time constant: what cnexp
makes of it is the same step again. Any other assignment m = f(m, dt) is m' = (f - m)/dt.
"""

import re

from ..simulator.nmodl import parse

SHORT = "1e-5"  # ms
STEP = "pl_dt"  # stands for dt
CALL = r"(\w+)\s*\(\s*\)"


def with_rates(text: str) -> str:
    """The NMODL text, without comments, of a density mechanism whose gates are advanced by hand, with rates.

    ValueError, with the reason, where that cannot be said.
    """
    said = parse(text)
    if len(said.by_hand) != 1 or not said.states:
        raise ValueError("it has no STATE of its own" if not said.states else "it solves several")
    if said.pointers:
        raise ValueError(f"it has the POINTER {said.pointers[0]}")
    procedure = said.by_hand[0]
    if any(re.search(r"\bdt\b", part) for part in re.findall(r"(?s)VERBATIM(.*?)ENDVERBATIM", text)):
        raise ValueError("C code of its own (VERBATIM) reads dt")
    text = re.sub(r"\bdt\b", STEP, _undeclared(text))
    rates = "\n".join(_rates(_body(text, procedure, said.states), said.states))
    text = re.sub(rf"\bSOLVE\s+{procedure}\b", f"SOLVE pl_{procedure} METHOD cnexp", text)
    return f"{text}\nPARAMETER {{ {STEP} = {SHORT} (ms) }}\nDERIVATIVE pl_{procedure} {{\n{rates}\n}}\n"


def _undeclared(text: str) -> str:
    """Without a declaration of dt."""

    def declared(found: re.Match[str]) -> str:
        return re.sub(r"\bdt\b(\s*=\s*[\d.eE+-]+)?(\s*\([^)]*\))?(\s*<[^>]*>)?", "", found[0])

    return re.sub(r"\b(?:PARAMETER|ASSIGNED)\s*\{[^}]*\}", declared, text)


def block(text: str, opening: str) -> str | None:
    """What stands between the braces of the first block that begins so; None where there is none. opening: a
    regular expression that ends with the brace."""
    found = re.search(opening, text)
    if found is None:
        return None
    depth, end = 1, found.end()
    while depth and end < len(text):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        end += 1
    return text[found.end() : end - 1]


def _body(text: str, procedure: str, states: tuple[str, ...]) -> str:
    """What a PROCEDURE does, with what it calls to advance states."""
    body = block(text, rf"\bPROCEDURE\s+{procedure}\s*\(\s*\)[^{{]*\{{")
    if body is None:
        raise ValueError(f"{procedure} takes arguments")
    for part in re.findall(r"(?s)VERBATIM(.*?)ENDVERBATIM", body):
        if re.sub(r"//.*|return\s+0\s*;|\s", "", part):
            raise ValueError(f"{procedure} has C code of its own (VERBATIM)")
    body = re.sub(r"(?s)VERBATIM.*?ENDVERBATIM", "", body)
    called = re.fullmatch(rf"\s*{CALL}\s*", body)
    return _body(text, called[1], states) if called and not _advances(body, states) else body


def _advances(text: str, states: tuple[str, ...]) -> bool:
    return any(re.search(rf"\b{one}\s*(\[[^\]]*\]\s*)?=(?!=)", text) for one in states)


def _rates(body: str, states: tuple[str, ...]) -> list[str]:
    """The statements of a body, each state's assignment turned into its rate."""
    found, depth, seen = [], 0, set()
    for statement in statements(body):
        parts = re.fullmatch(r"(\w+)\s*=(?!=)\s*(.+)", statement, re.S)
        if parts and parts[1] in states and not depth:
            if parts[1] in seen:
                raise ValueError(f"it advances {parts[1]} twice")
            seen.add(parts[1])
            found.append(_rate(parts[1], parts[2].strip()))
            continue
        if _advances(statement, states):
            raise ValueError("it advances a state under a condition, or one of an array")
        depth += statement.count("{") - statement.count("}")
        found.append(statement)
    if not seen:
        raise ValueError("it advances its states in other procedures")
    return found


def _rate(state: str, value: str) -> str:
    """S' of the assignment S = value."""
    added = re.fullmatch(rf"{state}\s*\+\s*(.+)", value, re.S)
    # without the difference of two nearly equal numbers where what is added stands there
    change = added[1] if added and _is_product(added[1]) else f"({value}) - {state}"
    return f"{state}' = ({change})/{STEP}"


def _is_product(text: str) -> bool:
    """Whether no + or - stands outside brackets."""
    while re.search(r"\([^()]*\)", text):
        text = re.sub(r"\([^()]*\)", "", text)
    return not re.search(r"[+-]", text)


def statements(body: str) -> list[str]:
    """One by one: what goes on over several lines is one, and of several on a line each is one."""
    whole: list[str] = []
    for line in filter(str.strip, body.splitlines()):
        if whole and (whole[-1].count("(") > whole[-1].count(")") or re.search(r"[-+*/=]$", whole[-1])):
            whole[-1] += " " + line.strip()
        else:
            whole.append(line.strip())
    next_one = r"(?<=[\w)\]])\s+(?=[A-Za-z_]\w*\s*'?\s*=(?!=))"
    return [one for line in whole for one in re.split(next_one, line)]
