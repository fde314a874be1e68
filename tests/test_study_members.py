"""Members of a study one by one, who computes them and where they are kept, without workers."""

import sqlite3
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace

import pytest
from distributed import KilledWorker
from loky.process_executor import ShutdownExecutorError

from models import rest
from models.errors import EngineError, InputError
from models.studies import process
from models.studies.engine import Crew, crew
from models.studies.member import Bench
from models.studies.read import read_definition
from models.studies.rows import Row
from models.studies.store import NAME, Store
from models.studies.study import _Told
from models.version import VERSION


def test_a_warm_cell_computes_what_a_new_one_does():
    """To the bit, whatever it was asked before."""
    job = read_definition({"cell": "stylised", "vary": {"ko": [4]}}).job()
    warm, members = Bench(), [{"ko": 8.0}, {"pump": 0.0}, {"naleak": 3.0, "ko": 2.0}, {"celsius": 20.0}]
    first = [warm.do(job, 0, one) for one in members]
    again = [warm.do(job, 0, one) for one in reversed(members)][::-1]
    assert first == again
    assert Bench().do(job, 0, members[2]) == first[2] and first[2].found


def test_what_all_members_share_is_tried_before_any_is_computed():
    """Arguments, and names to be kept; what may be there in another member is no reason to refuse."""
    bench, block = Bench(), {"compute": "block", "arguments": {"hours": 0.01}}
    for given, sentence in (
        ({"keep": ["v_rest"]}, "unknown number of rest 'v_rest'; did you mean 'v_rest_mV'"),
        ({"compute": "block", "arguments": {"hours": -1}}, "hours=-1: must be"),
        ({"compute": "glycoside", "arguments": {"drug": "aspirin"}}, "unknown drug 'aspirin'"),
        (block | {"keep": ["hours_to_10_mV"]}, None),  # it has not come that far
    ):
        job = read_definition({"cell": "hek293", "vary": {"ko": [4]}, **given}).job()
        if sentence is None:
            bench.try_one(job, {"ko": 4.0})
            continue
        with pytest.raises(InputError, match=sentence):
            bench.try_one(job, {"ko": 4.0})
    with pytest.raises(InputError, match="is no strength"):
        bench.describe(job, ["impermeant_inside"], {})


def test_what_all_members_share_reaches_each():
    """Settings, factors and file values of all and of each, in one warm cell, as rest alone has them."""
    job = read_definition(
        {
            "cell": "hek293",
            "vary": {"pump": [1]},
            "set": {"ko": 6, "inside.nai": 9},
            "scale": {"naleak": 1.5},
        }
    ).job()
    bench = Bench()
    for own, changed in (
        ({"pump": 0.8}, {"scale": {"naleak": 1.5, "pump": 0.8}}),
        ({"celsius": 30.0}, {"set": {"ko": 6, "inside.nai": 9, "celsius": 30}}),
        ({"inside.ki": 120.0}, {"set": {"ko": 6, "inside.nai": 9, "inside.ki": 120}}),
        ({"inside.ki": 130.0}, {"set": {"ko": 6, "inside.nai": 9, "inside.ki": 130}}),
    ):
        usual = {"set": {"ko": 6, "inside.nai": 9}, "scale": {"naleak": 1.5}}
        alone = rest("hek293", **(usual | changed)).summary
        row = bench.do(job, 0, own)
        assert row.reason == "" and row.found["v_rest_mV"] == alone["v_rest_mV"]
        assert [row.found[key] for key in ("nai_mM", "ki_mM")] == [alone["nai_mM"], alone["ki_mM"]]


def test_a_worker_that_is_lost_costs_one_more_try():
    """A batch is sent again, its members by themselves; a member with which three were lost has a reason."""

    class Lost:
        released = 0

        def result(self):
            raise KilledWorker("do_members", None, 3)

        def release(self):
            self.released += 1

    hands, one = Crew(SimpleNamespace(status="running")), Lost()
    assert hands._result(one, [(0, {}), (1, {})], 3) == ([], 0.0)
    assert hands._result(one, [(0, {})], 2) == ([], 0.0)
    rows, _ = hands._result(one, [(7, {})], 3)
    assert (rows[0].number, rows[0].reason) == (7, "killed") and "3 workers were lost" in rows[0].why
    assert one.released == 3
    with pytest.raises(EngineError, match="the scheduler is gone"):
        Crew(SimpleNamespace(status="closed"))._result(one, [(0, {})], 1)


def test_members_of_a_lost_batch_are_all_sent_again(monkeypatch):
    """One by one; with which worker it was lost is nothing that Dask says."""
    seen = []

    def do_members(job, members, limit):
        numbers = [number for number, _ in members]
        seen.append(numbers)
        if len(numbers) > 1:
            raise CancelledError
        return [Row(number, {"v_mV": float(number)}) for number in numbers], 0.001

    do_members.__module__ = process.__name__
    monkeypatch.setattr(process, "do_members", do_members)
    kept = []
    with crew(1, None) as hands:
        every = ((i, {"ko": float(i)}) for i in range(40))
        hands.carry_out({}, every, 40, None, lambda rows, given: kept.extend(rows))
    assert sorted(row.number for row in kept) == list(range(40)) and not any(row.reason for row in kept)
    assert max(map(len, seen)) > 1


def test_how_far_it_is_is_told():
    """Shares and the time left are of what is computed now, not of what was there."""
    told = []
    tell = _Told(40, 100, lambda share, words: told.append((share, words)))
    tell._began -= 10.0  # s
    tell([])
    tell([Row(i, {}, "no rest" if i < 2 else "") for i in range(20)])
    assert told[0] == (0.4, "40 of 100")
    # 20 members in 10 s, 40 are left
    assert told[1] == (0.6, "60 of 100, 20 s left, 2 without numbers")


class Pool:
    """A process that is none: what is asked of it is done at once, or it was ended so many times before."""

    def __init__(self, ended, how=ShutdownExecutorError):
        self.ended, self.how = ended, how

    def submit(self, function, *arguments):
        self.ended -= 1
        if self.ended >= 0:
            raise self.how
        future = Future()
        try:
            future.set_result(function(*arguments))
        except BrokenProcessPool as error:
            future.set_exception(error)
        return future


def test_a_process_that_ends_with_another_study_is_no_death(monkeypatch):
    """Two studies may share the workers of a scheduler; the first that ends, ends their processes."""
    pool = Pool(3)
    monkeypatch.setattr(process, "_process", lambda: pool)
    monkeypatch.setattr(process, "_compute", lambda job, number, given: Row(number, {"v_mV": given["ko"]}))
    monkeypatch.setattr(process, "_warm", lambda job: None)
    job = {"pumpleak": VERSION}
    rows, _ = process.do_members(job, [(0, {"ko": 3.0}), (1, {"ko": 4.0})], None)
    assert [row.found for row in rows] == [{"v_mV": 3.0}, {"v_mV": 4.0}]
    # a member whose process dies once is computed in another; what has died twice has a reason
    monkeypatch.setattr(process, "_end", lambda pool: None)
    for deaths, reasons in ((1, ["", ""]), (2, ["killed", ""]), (3, ["killed", ""]), (4, ["killed"] * 2)):
        pool.ended, pool.how = deaths, BrokenProcessPool
        rows, _ = process.do_members(job, [(0, {"ko": 3.0}), (1, {"ko": 4.0})], None)
        assert [row.reason for row in rows] == reasons
    # and what one has died of is not counted for the next
    once, pool.ended = {0, 1}, 0

    def dies_once(job, number, given):
        if number in once:
            once.remove(number)
            raise BrokenProcessPool
        return Row(number, {"v_mV": given["ko"]})

    monkeypatch.setattr(process, "_compute", dies_once)
    rows, _ = process.do_members(job, [(0, {"ko": 3.0}), (1, {"ko": 4.0})], None)
    assert [row.reason for row in rows] == ["", ""]
    pool.ended, pool.how = 5, ShutdownExecutorError
    monkeypatch.setattr(process, "_describe", lambda job, names, first: names)
    assert process.describe(job, ["ko"], {}, None) == ["ko"]


def test_a_disk_without_room(tmp_path, monkeypatch):
    """Rows that found no room are tried again with those that follow; what is there stays whole."""
    about = {"identity": "x", "tables": "{}", "path": "study", "folder": "."}
    store = Store.begin(tmp_path / NAME, about)
    given = {i: {"ko": float(i)} for i in range(200)}
    store._db.execute("PRAGMA max_page_count = 8")
    for i in range(0, 200, 20):
        store.add([Row(j, {"v_mV": -70.0 - j}, "", "x" * 300) for j in range(i, i + 20)], given)
    rows = list(store.rows())
    lost = [row for row in rows if row.reason == "not stored"]
    assert [row.number for row in sorted(rows, key=lambda row: row.number)] == list(range(200))
    assert 0 < len(lost) < 200 and store.done(200).sum() == 200 - len(lost)
    store._db.execute("PRAGMA max_page_count = 10000")
    store.add([], given)
    assert not store.lost and store.done(200).all()
    store.close()
    uri = f"file:{tmp_path / NAME}?mode=ro"
    monkeypatch.setattr("models.studies.store._open", lambda path: sqlite3.connect(uri, uri=True))
    with pytest.raises(InputError, match="cannot be written"):
        Store.go_on(tmp_path / NAME)
    monkeypatch.undo()
    size = (tmp_path / NAME).stat().st_size
    with (tmp_path / NAME).open("r+b") as file:  # the members' pages, not the first
        file.seek(size // 2)
        file.write(b"damage" * 1000)
    with pytest.raises(InputError, match="is damaged"):
        Store.go_on(tmp_path / NAME)
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(InputError, match="is no study's store"):
        Store.go_on(tmp_path / "empty.sqlite")
    with pytest.raises(InputError, match="is no study's store"):
        (tmp_path / "no.sqlite").write_bytes(b"no database, but long enough to be taken for one" * 40)
        Store.go_on(tmp_path / "no.sqlite")


def test_a_store_in_the_place_of_one_that_was_killed_in_mid_writing(tmp_path):
    """What a killed driver had not finished to write is not put into the new one."""
    about = {"identity": "old", "tables": "{}", "path": "study", "folder": "."}
    (tmp_path / "first").mkdir()
    old = Store.begin(tmp_path / "first" / NAME, about)
    given = {i: {"ko": float(i)} for i in range(300)}
    rows = [Row(i, {"v_mV": -70.0}, "", "x" * 300) for i in range(300)]
    old.add(rows, given)
    old._db.execute("PRAGMA cache_size = 1")
    old._db.execute("UPDATE study SET value = 'z'")
    old._db.execute("UPDATE members SET why = 'y'")  # begun, written in part, never ended
    for path in (tmp_path / "first").iterdir():  # as a kill leaves them
        (tmp_path / path.name).write_bytes(path.read_bytes())
    old.close()
    assert (tmp_path / f"{NAME}-journal").exists()
    new = Store.begin(tmp_path / NAME, about | {"identity": "new"})
    new.add(rows[:2], given)
    new.close()
    again = Store.go_on(tmp_path / NAME)
    assert again.about["identity"] == "new" and [row.number for row in again.rows()] == [0, 1]
    again.close()
