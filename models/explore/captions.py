"""What the page says in words, all numbers from what was found."""

from collections.abc import Sequence

from ..physics.ions import IONS
from ..words import duration, minus
from .frames import Frame
from .marks import number, printed

TITLE = {"blocked": "the pump is stopped", "closed": "the space is closed", "water": "water may enter"}
CHARGED = 0.1  # s, after which the membrane has charged and ions have hardly moved
STILL, FIRM = 0.5, 0.01  # mV and share of the volume, below which nothing is said to have changed


def story(frame: Frame) -> list[str]:
    """What V is, what the ions alone would make of it, and what the two equations say, a sentence each."""
    side = "below" if frame.v < 0 else "above"
    said = [f"The inside is {number(abs(frame.v))} mV {side} the outside."]
    alone = [
        f"{printed(ion)} alone would make it {number(frame.ions[ion].nernst, 0)} mV"
        for ion in ("k", "na", "cl")
        if ion in frame.ions
    ]
    said.append(f"{', '.join(alone)}." if alone else "")
    if frame.ghk is None and frame.mullins_noda is None:
        said.append(minus(f"GHK and Mullins–Noda do not hold here: {_with_signs(frame.unsaid)}."))
        return said
    if frame.ghk is not None:
        said.append(f"GHK, an equation without the pump, says {number(frame.ghk)} mV.")
    if frame.mullins_noda is not None:
        said.append(
            f"Mullins–Noda, which adds the pump's 3 Na⁺ for 2 K⁺, says {number(frame.mullins_noda)} mV."
        )
    return said


def _with_signs(sentence: str) -> str:
    """A sentence with its ions as on paper."""
    for ion in IONS.values():
        sentence = sentence.replace(ion.symbol, ion.printed)
    return sentence


def of_flows(frame: Frame) -> str:
    """What the currents come to."""
    pump = frame.pump
    if abs(pump) < 1e-9:
        return "The pump carries nothing: what leaks is not carried back."
    net = max(abs(frame.ions[ion].net) for ion in ("k", "na"))
    most = max(abs(frame.ions[ion].pump) for ion in ("k", "na"))
    balance = "as much enters as leaves" if net < 1e-3 * most else "more moves one way than the other"
    return f"Of each ion {balance}. The pump spends {frame.atp:.2g} ATP a second."


def of_contents(frame: Frame) -> str:
    """What is dissolved, in a sentence."""
    k, na = frame.ions["k"], frame.ions["na"]
    return (
        f"{k.inside / k.outside:.3g} times as much K⁺ inside as outside, "
        f"{na.outside / na.inside:.3g} times as much Na⁺ outside as inside. "
        "“Others” cannot pass the membrane."
    )


def of_course(done: Sequence[str], frames: Sequence[Frame]) -> str:
    """What became of the cell."""
    what = " and ".join(TITLE[name] for name in done)
    if not done:
        return "Press a button and watch what becomes of the cell within a day."
    if len(frames) < 2:
        return f"From now on {what}."
    first, last = frames[0], frames[-1]
    still = max(abs(frame.v - first.v) for frame in frames) < STILL
    firm = max(abs(frame.volume - first.volume) for frame in frames) < FIRM
    if still and firm:
        more = "" if "blocked" in done else " Stop the pump too."
        return f"From now on {what}: nothing moves, for at rest as much enters as leaves.{more}"
    said = [f"From now on {what}."]
    charged = next((frame for frame in frames if frame.t >= 0.99 * CHARGED), last)
    at_once = charged.v - first.v
    if abs(at_once) >= 0.05:
        said.append(f"V moves by {number(at_once)} mV at once.")
    half = _half_way(frames)
    if half is not None:
        said.append(f"Half of the way to {number(last.v)} mV it has gone after {duration(half / 3600)}.")
    if not firm:
        said.append(
            f"The volume is {number(last.volume, 2)} times the first after {duration(last.t / 3600)}."
        )
    return " ".join(said)


def _half_way(frames: Sequence[Frame]) -> float | None:
    """When V has gone half of its way (s), None where it goes nowhere."""
    first, last = frames[0].v, frames[-1].v
    if abs(last - first) < STILL:
        return None
    middle = (first + last) / 2
    for frame in frames[1:]:
        if (frame.v - middle) * (last - first) >= 0:
            return frame.t
    return None


def when(frame: Frame) -> str:
    """How long after."""
    return "before" if frame.t <= 0 else f"after {duration(frame.t / 3600)}"
