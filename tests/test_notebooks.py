"""The notebooks of docs/notebooks: kept as text without outputs, and what each says of its cell holds."""

import contextlib
import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import models
from models.simulator.apart import in_a_copy

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "notebooks"
NAMES = ("squid_axon", "thalamic_cell", "ca1_cell", "layer5_cell")


def code_cells(name: str) -> list[str]:
    cells = json.loads((FOLDER / f"{name}.ipynb").read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_all_are_here_and_listed():
    page = (FOLDER.parent / "notebooks.md").read_text()
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NAMES)
    assert all(f"(notebooks/{name}.ipynb)" in page and f"\nnotebooks/{name}\n" in page for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_kept_as_it_was_written(name):
    """No outputs, no counts, nothing of an editor's: a change of text is a change of lines."""
    text = (FOLDER / f"{name}.ipynb").read_text()
    book = json.loads(text)
    assert text == json.dumps(book, ensure_ascii=False, indent=1) + "\n"
    assert set(book["metadata"]) == {"kernelspec", "language_info"}
    for cell in book["cells"]:
        assert cell["metadata"] == {} and not cell.get("outputs") and cell.get("execution_count") is None


def executed(name: str) -> dict:
    """What a notebook computes, of its own names those that are asked for. In a copy of the process."""
    import matplotlib

    matplotlib.use("agg")
    sys.path.insert(0, str(FOLDER))
    sys.modules["pumpleak"] = models  # as it is called when installed
    names: dict = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for number, code in enumerate(code_cells(name)):
            exec(compile(code, f"{name}[{number}]", "exec"), names)
    own = ("drift", "step", "per_impulse", "by_hand", "rise", "less")
    return {
        "apart": names["result"].summary["v_apart_mV"],
        "before": [one.spikes for one in names["before"]],
        "after": [one.spikes for one in names["after"]],
        "end": names["blocked"].summary["v_end_mV"],
        "donnan": names["blocked"].summary["final_mV"],
        "printed": printed.getvalue(),
        **{key: names[key] for key in own if key in names},
    }


@pytest.fixture(scope="module")
def done() -> dict[str, dict]:
    """Each notebook, executed once, when it is asked for."""
    return {}


@pytest.fixture(params=NAMES)
def book(request, done, alone):
    if request.param not in done:
        done[request.param] = in_a_copy(lambda _: executed(request.param))
    return request.param, done[request.param]


def test_what_all_of_them_say_holds(book):
    """Rest where it was (half a millivolt is what adopt promises), as many spikes, no drift in a day (a
    course is good to some 2e-4 mV), and Donnan's equilibrium without the pump."""
    name, found = book
    assert found["apart"] < 0.02
    counts = [len(spikes) for spikes in found["before"]]
    assert counts == [len(spikes) for spikes in found["after"]] and min(counts) >= 3
    for one, other in zip(found["before"], found["after"], strict=True):
        # within 5 %: ions move in thin axons; the first is within two steps
        assert abs(one[0] - other[0]) <= 0.051 and (np.abs(one - other) < 0.05 * one).all()
    assert found["drift"] < 1e-3
    # the squid axon takes more than a day
    assert found["end"] == pytest.approx(found["donnan"], abs=6 if name == "squid_axon" else 0.1)
    assert "24 h at rest: V moves by" in found["printed"]


def test_what_each_says_besides(book):
    """Hodgkin and Huxley's own 4.33 pmol/cm2 of Na+ an impulse; a leak set by hand that is one of Na+; an
    initial segment that one spike loads by some mM; a smaller step where Cl- has half of the leak."""
    name, found = book
    if name == "squid_axon":
        assert found["per_impulse"] == pytest.approx(4.33, rel=0.02)
        assert 1 < found["step"] < 3
    elif name == "ca1_cell":
        assert found["by_hand"].min() < -60 and found["by_hand"].max() > 0
    elif name == "layer5_cell":
        assert 3 < found["rise"] < 8
    else:
        assert [len(spikes) for spikes in found["after"]] == [3, 4, 16]
        assert 0 < found["less"] < 8
