"""A protocol done to several cells: what each process, stimulus and junction moves is what the cells gain; a
run that was stopped goes on to the bit."""

import numpy as np
import pytest
from joined_cells import CABLE, cell, pair

from models import Cells, InputError, make_cell, run
from models.experiments import run as running

PROTOCOL = {
    "duration": "20 min",
    "points": 60,
    "start": {"values": {"a.na": "20 mM"}},
    "current": [{"where": "a.cable(0.5)", "amplitude": "20 pA", "at": "5 min", "duration": "3 min"}],
    "change": [
        {"at": "10 min", "duration": "2 min", "block": 1.0, "where": "b"},
        {"at": "12 min", "over": "1 min", "scale": {"junctions": 0.1}},
        {"at": "15 min", "set": {"ko": "8 mM"}},
        {"at": "16 min", "scale": {"b.pump": 0.5}},
    ],
}


@pytest.fixture(scope="module")
def done():
    return run(PROTOCOL, pair())


def test_what_moves_is_what_the_cells_gain(done):
    course, passed = done.course, next(iter(done.course.passed.values()))
    assert course.na[0] == pytest.approx([20, course.na[0, 1]])
    for name, sign in (("a", -1), ("b", 1)):
        layout = done.cells[name]
        for ion in layout.ions:
            gained = 1e-3 * (getattr(course.cells[name], ion) - getattr(course.cells[name], ion)[0])
            by = [own for (who, of), own in course.moved.items() if of == ion and who.startswith(f"{name}.")]
            by += [
                own
                for (who, of), own in course.moved.items()
                if name == "a" and (who, of) == ("current", ion)
            ]
            through = sum(by) + sign * passed[ion]
            assert gained @ layout.volume == pytest.approx(through, abs=1e-10 * 130 * layout.volume.sum())
    s = done.summary
    assert s["ion_conservation_error"] < 1e-12 and s["max_local_charge_error"] < 1e-12
    assert s["moved"]["current"]["k"] == pytest.approx(20e-12 * 180 / 96485.33 * 1e15, rel=1e-5)
    assert [one["cell"] for one in s["cells"]] == ["a", "b"]


def test_what_moves_in_unlike_cells_is_what_each_gains():
    """A ball and a cable of several compartments, of other membranes: each counts by its own areas."""
    system = pair(cells=[cell("a"), cell("b", -70, set=CABLE)])
    found = run({"duration": "1 min", "change": [{"block": 1.0}]}, system)
    passed = next(iter(found.course.passed.values()))
    for name, sign in (("a", -1), ("b", 1)):
        one, course = system.cells[name], found.course.cells[name]
        for ion in one.ions:
            gained = (getattr(course, ion)[-1] - getattr(course, ion)[0]) @ one.volume * 1e-3
            by = [own for (who, of), own in found.course.moved.items() if of == ion and who[:2] == f"{name}."]
            moved = sum(own[-1] for own in by)
            salt = (course.na[0] + course.k[0]) @ one.volume * 1e-3
            assert gained == pytest.approx(moved + sign * passed[ion][-1], abs=1e-12 * salt)


def test_junctions_and_cells_are_turned_and_turned_back(done):
    course = done.course
    apart = np.abs(course.v[:, 0] - course.v[:, 1])
    minute = course.t / 60e3
    assert apart[(minute > 13.5) & (minute < 14.9)].min() > 2 * apart[(minute > 9) & (minute < 9.9)].max()
    assert course.ko[-1] == pytest.approx([8, 8]) and course.ko[0] == pytest.approx([4, 4])
    system = pair()
    run({**PROTOCOL, "start": {"state": "file"}}, system)
    assert system.between[0].factor == 1 and not system.cells["b"].conditions.block.any()
    again = run(PROTOCOL, system)
    assert again.course.v == pytest.approx(course.v, abs=1e-9)


def test_a_spike_is_where_v_is_highest():
    """Of a neuron with spike channels beside a HEK cell, which follows it; each peak in its compartment."""
    neuron = make_cell("excitable", max_compartment_length=200.0)
    bath = {f"outside.{ion}o": float(value) for ion, value in neuron.conditions.outside.items()}
    neuron.name, beside = "n", make_cell("hek293", set={**bath, "electrical.celsius": neuron.celsius})
    beside.name = "a"
    system = Cells([neuron, beside], [{"between": ["n.soma(0.5)", "a.cable(0.5)"], "conductance": "2 nS"}])
    current = {"where": "n.soma(0.5)", "amplitude": "1 nA", "duration": "4 ms"}
    found = run({"duration": "8 ms", "points": 2000, "current": [current]}, system)
    spikes = found.summary["spikes"]
    highest = max(spikes, key=lambda spike: spike["peak_mV"])
    at = int(np.argmax(found.course.v.max(axis=0)))
    layout = found.layout
    assert highest["place"] == f"{layout.section[at]}({layout.x[at]:.4g})" and "n.axon" in highest["place"]
    assert highest["peak_mV"] == pytest.approx(found.course.v.max(), abs=0.5)
    assert found.course.cells["a"].v.max() > found.course.cells["a"].v[0, 0] + 5


def test_a_run_that_was_stopped_goes_on_to_the_bit(tmp_path, monkeypatch, stopped):
    monkeypatch.setattr(running, "PART", 60)
    system = pair()

    def digest(found):
        course = found.course
        parts = [*course.state.values(), *course.end.values(), *course.moved.values()]
        parts += [own for one in course.cells.values() for own in one.state.values()]
        parts += [own for passed in course.passed.values() for own in passed.values()]
        return b"".join(np.ascontiguousarray(values).tobytes() for values in parts)

    whole = digest(run(PROTOCOL, system))

    stopped(2, lambda: run(PROTOCOL, system, checkpoint=tmp_path / "kept"))
    assert digest(run(PROTOCOL, system, checkpoint=tmp_path / "kept")) == whole


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"set": {"a.ko": "8 mM"}}, "a.ko: cells of one system share it; expected ko"),
        ({"set": {"c.imax": "8"}}, "unknown cell 'c'"),
        ({"scale": {"c.pump": 0.5}}, "unknown cell 'c'"),
        ({"block": 1.0, "where": "c"}, "unknown cell 'c'"),
        ({"parameter": {"calcium.kd": "1 uM"}}, "of several cells it stays as their files have it"),
    ],
)
def test_what_cannot_be_done(change, words, system):
    with pytest.raises(InputError, match=words):
        run({"duration": "1 s", "start": {"state": "file"}, "change": [change]}, system)


@pytest.fixture(scope="module")
def system():
    return pair()
