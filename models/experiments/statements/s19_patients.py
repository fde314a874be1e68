"""Whether a patient's channels tell how a drug works."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...cell.changes import strengths
from ...errors import ConvergenceError
from ..glycoside import glycoside
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELL, MEMBERS, TAUGHT, SEED = "human_ventricle", 120, 80, 19
CV = 0.2  # of every strength from person to person; assumed, as in the study digoxin
GOOD, SOME = 0.8, 0.5  # of the variance among members that nothing was learnt from


def try_it(bench: Bench) -> Finding:
    """Digoxin given to cells whose every strength differs; the response of some predicted from the others."""
    cell = bench.cell(CELL, max_compartment_length=400.0)
    names = strengths(cell)
    drawn = np.random.default_rng(SEED).standard_normal((MEMBERS, len(names)))
    logs = np.sqrt(np.log1p(CV**2)) * drawn
    rest_mv, response, kept = [], [], []
    for i, own in enumerate(logs):
        bench.told(i / MEMBERS, f"member {i + 1} of {MEMBERS}")
        changes = bench.changes(cell, None, dict(zip(names, np.exp(own).tolist(), strict=True)))
        try:
            s = glycoside(cell, "digoxin", "2 ng/ml", "human", 24.0, max_spikes=200, **changes).summary
        except ConvergenceError:
            continue
        kept.append(i)
        rest_mv.append(s["v_before_mV"])
        response.append(s["nai_end_mM"] - s["nai_before_mM"])
    y, x = np.array(response), np.column_stack([np.ones(len(kept)), drawn[kept]])
    slopes = np.linalg.lstsq(x[:TAUGHT], y[:TAUGHT], rcond=None)[0]
    predicted = x[TAUGHT:] @ slopes
    explained = foretold(y[TAUGHT:], predicted)
    shares = slopes[1:] ** 2 / max(np.var(y), 1e-12)
    order = np.argsort(-shares, kind="stable")
    values: dict[str, Any] = {
        "explained_share": explained,
        "rest_sd_mV": float(np.std(rest_mv)),
        "response_mean_mM": float(y.mean()),
        "response_sd_mM": float(y.std()),
        "members_n": len(kept),
        "share_of": {names[i]: float(shares[i]) for i in order},
    }
    plain = [name.removeprefix("pl_") for name in names]
    first, second = (plain[i] for i in order[:2])
    limit = (
        f"{100 * explained:.0f} % of the spread of the response (Na⁺ +{y.mean():.2f} ± {y.std():.2f} mM) "
        f"is foretold; most "
        f"by {first} and {second}, little by channels of the action potential; V differs by "
        f"{np.std(rest_mv):.1f} mV alone"
    )
    low, high = float(min(y.min(), predicted.min())), float(max(y.max(), predicted.max()))
    return Finding(values, limit, [
        Panel("foretold, of members not learnt from", "Na⁺ gained, foretold (mM)", "Na⁺ gained (mM)", [
            Line(predicted.tolist(), y[TAUGHT:].tolist(), "a member", "na", "points"),
            Line([low, high], [low, high], "as foretold", "", "broken"),
        ]),
        Panel("what the response hangs on", "", "share of its variance",
              [Line([plain[i] for i in order[:8]], [float(shares[i]) for i in order[:8]], "", "v", "bars")]),
    ])  # fmt: skip


def foretold(found: np.ndarray, predicted: np.ndarray) -> float:
    """The share of a variance that was foretold; what is foretold too high or low throughout is missed."""
    spread = np.var(found)
    return float(1 - np.mean((found - predicted) ** 2) / spread) if spread > 1e-12 else 0.0


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["explained_share"] < SOME:
        return FAILS
    return HOLDS if values["explained_share"] >= GOOD else LIMITED


STATEMENT = Statement(
    19,
    "Patient-specific channel profiles predict drug response",
    f"{MEMBERS} human ventricular cells whose strengths differ by {100 * CV:.0f} % (assumed), a day in 2 "
    f"ng/ml digoxin: "
    f"the gain of Na⁺ of the last {MEMBERS - TAUGHT} from a straight line through the first {TAUGHT}",
    f"holds where {100 * GOOD:.0f} % or more of the variance of the response is foretold; within limits "
    f"{100 * SOME:.0f} %; else not",
    try_it,
    judge,
    {"scale": {"pump": 0.05}},
    "python run.py study digoxin",
)
