"""Speed and accuracy, ours beside others: the first seconds, rests and
their branches, studies, P1h, counts, conservation, spikes, cost and the live page, each in its file.

make bench        prints tables and writes results/bench/
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one thread each

import json
import sys
from pathlib import Path

import numpy as np

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS.parent), str(TESTS)]

from bench import (  # noqa: E402
    branches,
    conservation,
    cost,
    counts,
    explored,
    first,
    p1h,
    peers,
    rests,
    spikes,
    studies,
)

RUNS = {
    "ours": lambda n, axial, rtol: p1h.ours(int(n), axial, float(rtol)),
    "perturbed": lambda n, share: p1h.ours(int(n), "electrodiffusion", 1e-5, float(share)),
    "neuron": lambda n, rtol, mechanism: peers.neuron(int(n), float(rtol), mechanism),
    "lsoda": lambda n, rtol: peers.lsoda(int(n), float(rtol)),
    "build": first.build,
    "cohort": first.cohort,
    "block": counts.block,
    "firing": counts.firing,
    "conservation": lambda n, *how: conservation.our_errors(int(n), *how),
    "rxd": lambda n: conservation.rxd_errors(int(n)),
    "cost": lambda n, *how: cost.cost(int(n), *how),
    "spikes": lambda n, code, rtol, ms: spikes.spikes(int(n), code, float(rtol), float(ms)),
    "found": rests.found,
    "waited": rests.waited,
    "branches": branches.branches,
    "numbers": branches.numbers,
    "studies": studies.members,
    "many": studies.many,
    "sending": studies.sending,
}


def main() -> None:
    target = TESTS.parent / "results" / "bench"
    target.mkdir(parents=True, exist_ok=True)
    for what in (first, rests, branches, studies, p1h, counts, conservation, spikes, cost, explored):
        what.show(target)
    print(f"CPU seconds, one thread; written to {target}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        result = RUNS[sys.argv[2]](*sys.argv[3:])
        print(json.dumps({k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in result.items()}))
    else:
        main()
