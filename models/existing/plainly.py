"""What an audit found, in plain words."""

from collections.abc import Mapping
from typing import Any

from ..words import duration, minus

LITTLE = 0.01  # of the largest current: less is not told


def paragraph(summary: Mapping[str, Any]) -> str:
    """One paragraph on what the rest of a model hides. summary: of an audit, but for the words."""
    sentences = [f"At rest ({summary['v_rest_mV']:.1f} mV) V and gates stand still, and ions do not."]
    for row in summary["ions"]:
        sentences += _of_ion(row)
    sentences += _of_none(summary)
    sentences += _of_pump(summary)
    return minus(" ".join(sentences))


def _of_ion(row: Mapping[str, Any]) -> list[str]:
    drift, name = row["net_mM_per_min"], row["ion"]
    if not row["net_nA"]:
        return []
    way = "enters" if drift > 0 else "leaves"
    amount = f"{name} {way} at {abs(drift):.3g} mM per minute"
    fastest = row["fastest_mM_per_min"]
    if abs(fastest) > 1.5 * abs(drift):
        amount += f" ({fastest:+.3g} in {row['place']})"
    if row["taken_by"]:
        said = f"{amount}, and {row['taken_by']} makes it vanish, without a current and without energy."
    elif row["tenth_after_s"] is None:
        said = f"{amount}, and nothing brings it back."
    else:
        after = duration(row["tenth_after_s"] / 3600)
        said = f"{amount}, and nothing brings it back: where it goes fastest, a tenth of it after {after}."
    found = [said]
    if not row["given"]:
        found.append(
            f"Nobody has set its concentrations: {row['inside_mM']:g} mM inside and {row['outside_mM']:g} "
            "outside are what NEURON gives every model."
        )
    elif row["ion"] and row["nernst_mV"] is not None and abs(row["potential_mV"] - row["nernst_mV"]) > 1:
        found.append(
            f"Its E is {row['potential_mV']:.1f} mV, the Nernst potential of its concentrations "
            f"{row['nernst_mV']:.1f} mV."
        )
    return found


def _of_none(summary: Mapping[str, Any]) -> list[str]:
    rows = summary["no_ion"]
    largest = max((abs(row["current_nA"]) for row in rows), default=0.0)
    told = [row for row in rows if abs(row["current_nA"]) > LITTLE * largest]
    if not told:
        return []
    parts = ", ".join(f"{row['current_nA']:+.3g} nA of {row['mechanism']}" for row in told)
    return [f"To no ion belong {parts}: whatever carries them drifts too, unseen."]


def _of_pump(summary: Mapping[str, Any]) -> list[str]:
    if not summary["pump_nA"] > 0:
        return []
    found = [
        f"A 3:2 pump that returns the Na+ would carry {summary['pump_nA']:.3g} nA outward and, with nothing "
        f"else changed, move V by {summary['pump_moves_v_by_mV']:+.2g} mV; with what returns Ca2+ it would "
        f"spend {summary['atp_per_s']:.3g} ATP per second."
    ]
    left = summary["potassium_left_mM_per_min"]
    if left is not None:
        found.append(
            f"K+ would still change by {left:+.3g} mM per minute: only what belongs to no ion can make up "
            "for it."
        )
    return found
