"""Studies: how fast many cells are computed by one worker and by two, what sending them costs, what stays in
memory."""

import os
import tempfile
import time
from pathlib import Path

from .process import beside_goals, one

MAP = {"cell": "stylised", "vary": {"ko": "1:20:20", "pump": "0.1:2:20log"}}
THOUSAND = {"cell": "stylised", "vary": {"ko": "1:20:40", "pump": "0.1:2:25log"}}
TASKS = 2000


def members(workers: str, what: str = "thousand") -> dict:
    """A study of 1000 rests in 135 compartments, or of a map of 400: seconds by the clock."""
    from models import study

    with tempfile.TemporaryDirectory() as out:
        found = study(out=out, workers=int(workers), **(MAP if what == "map" else THOUSAND))
        size = (Path(out) / "members.sqlite").stat().st_size
    s = found.summary
    return {key: s[key] for key in ("members", "done", "start_s", "wall_s", "worker_s")} | {"bytes": size}


def many(number: str, workers: str = "2") -> dict:
    """So many rests of one compartment, of the cheapest cell: members a second, what the store takes of each,
    and megabytes that this process and the workers have more after the last than after the first tenth."""
    from models import study

    grown: list[tuple[float, float]] = []

    def watch(done: float, words: str) -> None:
        grown.append((done, _memory()))

    with tempfile.TemporaryDirectory() as out:
        began = time.perf_counter()
        found = study(
            out=out, workers=int(workers), cell="red_cell", keep=["v_rest_mV", "nai_mM", "ki_mM"], yes=True,
            vary={"ko": f"2:8:{int(number) // 100}", "pump": "0.5:2:100log"}, progress=watch,
        )  # fmt: skip
        took = time.perf_counter() - began
        size = (Path(out) / "members.sqlite").stat().st_size
    early = [memory for done, memory in grown if 0.1 < done < 0.15]
    late = [memory for done, memory in grown if 0.9 < done < 0.99]
    more = sum(late) / len(late) - sum(early) / len(early)
    per = size / found.summary["members"]
    return {"s": took, "members": found.summary["members"], "bytes": per, "grown": more} | {
        key: found.summary[key] for key in ("start_s", "wall_s", "worker_s")
    }


def _memory() -> float:
    """Megabytes of the processes that this one has begun, in memory (Linux)."""
    kilobytes = 0
    for child in _children(os.getpid()):
        lines = Path(f"/proc/{child}/status").read_text().splitlines()
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return kilobytes / 1024


def _children(parent: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text().split()]
    return found


def sending() -> dict:
    """Milliseconds that a batch costs, and a member within it, where nothing is computed."""
    from loky import ProcessPoolExecutor

    from models.studies.carrier import answer, submit
    from models.studies.engine import crew

    job = {"set": {}, "scale": {}, "options": {}, "arguments": {}, "compute": "rest", "cell": "stylised"}
    with crew(1, None) as hands:
        answer(submit(hands._client, nothing, job, 0, {"ko": 4.0}))
        began = time.perf_counter()
        for future in [submit(hands._client, nothing, job, i, {"ko": 4.0}) for i in range(TASKS)]:
            answer(future)
        batch = 1e3 * (time.perf_counter() - began) / TASKS
    with ProcessPoolExecutor(1) as pool:
        pool.submit(nothing, job, 0, {"ko": 4.0}).result()
        began = time.perf_counter()
        for own in [pool.submit(nothing, job, i, {"ko": 4.0}) for i in range(TASKS)]:
            own.result()
        member = 1e3 * (time.perf_counter() - began) / TASKS
    return {"batch_ms": batch, "member_ms": member}


def nothing(job: dict, number: int, given: dict) -> tuple[int, dict]:
    """What a member that is not computed finds."""
    return number, given


def show(target: Path) -> None:
    """The figures beside their goals, as a table and a file."""
    alone, both = one("studies", 1), one("studies", 2)
    of_map, sent = one("studies", 2, "map"), one("sending")
    took = {"1": alone["wall_s"] - alone["start_s"], "2": both["wall_s"] - both["start_s"]}
    each = 1e3 * alone["worker_s"] / alone["members"]
    cost = 100 * (sent["member_ms"] / each + sent["batch_ms"] / 1e3)
    rows = [
        ("1000 rests, 135 compartments, 2 workers, s", None, both["wall_s"], "<=", 45),
        ("  times as fast as 1 worker, once begun", None, took["1"] / took["2"], ">=", 1.8),
        ("map of 400 of them, once begun, s", None, of_map["wall_s"] - of_map["start_s"], "<=", 10),
        ("what sending costs, % of the members' time", None, cost, "<=", 5),
    ]
    beside_goals(target, "studies.csv", "studies", rows)
    print(
        f"start {both['start_s']:.1f} s; a batch {sent['batch_ms']:.2f} ms, a member {sent['member_ms']:.2f} "
        f"of its {each:.0f} ms; {both['bytes'] / both['members'] / 1e3:.1f} kB a member"
    )
