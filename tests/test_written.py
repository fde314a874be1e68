"""How files are written, letter by letter, and what a folder that cannot be written is blamed for."""

import errno
import io
import os
import tempfile

import pytest
from rich.console import Console

from models.errors import InputError
from models.show.output import Output, check_writable
from models.show.tables import concentration, current, number, print_columns
from models.words import minus


def test_numbers_of_a_csv_are_written_as_twelve_digits(tmp_path):
    Output(tmp_path, {"cell": "one"}).csv("a.csv", {"v": [1e-20, 1 / 3, 1.0]})
    assert (tmp_path / "a.csv").read_text("utf-8").splitlines() == [
        "# cell=one",
        "v",
        "1e-20",
        "0.333333333333",
        "1",
    ]


def test_lines_of_a_csv_end_alike_everywhere(tmp_path):
    """Also where a system has other ends of lines."""
    Output(tmp_path, {"cell": "one"}).csv("a.csv", {"v": [1.0, 2.0]})
    assert (tmp_path / "a.csv").read_bytes() == b"# cell=one\nv\n1\n2\n"


@pytest.mark.parametrize("columns", [{"v": [1.0, 2.0], "na": [3.0]}, {"v": [1.0], "na": [3.0, 4.0]}])
def test_columns_of_a_csv_are_of_one_length(tmp_path, columns):
    with pytest.raises(ValueError, match="argument 2"):
        Output(tmp_path, {}).csv("a.csv", columns)


def test_a_new_output_has_nothing_written_and_nothing_gone(tmp_path):
    made = Output(tmp_path, {})
    assert (made.written, made.gone) == ([], [])


def test_a_full_disk_is_found_where_the_results_go(tmp_path, monkeypatch):
    """The probe is a file in the folder itself; what the system says is handed on in its words."""
    asked = []

    def full(dir=None):
        asked.append(dir)
        raise OSError(errno.ENOSPC, "No room at all")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(InputError, match=r"cannot be written \(No room at all\); expected"):
        check_writable(tmp_path / "new")
    assert asked == [tmp_path]


def test_the_probe_of_a_folder_holds_a_byte(tmp_path, monkeypatch):
    written = []

    class Probe:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def write(self, data):
            written.append(data)

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: Probe())
    check_writable(tmp_path)
    assert [len(data) for data in written] == [1]


@pytest.mark.parametrize("below", [".", "new"])
def test_a_name_that_is_too_long_is_called_so(tmp_path, below):
    """In a folder that is there, and in one that would have to be made first."""
    with pytest.raises(InputError) as found:
        check_writable(tmp_path / below / ("x" * 256))
    assert f"({os.strerror(errno.ENAMETOOLONG)})" in str(found.value)


@pytest.mark.parametrize(
    ("mm", "said"), [(0.0, "0.00"), (0.1, "0.10"), (0.0999, "0.0999"), (1.0, "1.00"), (0.5, "0.50")]
)
def test_concentrations(mm, said):
    assert concentration(mm) == said


@pytest.mark.parametrize(
    ("value", "said"), [(1e-8, "0"), (-1e-8, "0"), (1.01e-8, "+0.0000"), (-0.25, "−0.2500")]
)
def test_a_current_of_round_off_is_nothing(value, said):
    assert current(value, 1.0) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-70.5 mV", "−70.5 mV"),
        ("step -.5", "step −.5"),
        ("1.2e-05", "1.2e−05"),
        ("V - E", "V − E"),
        ("half-way, dend-2, 0-5 h, v=-3", "half-way, dend-2, 0-5 h, v=-3"),
    ],
)
def test_a_minus_sign_where_one_is_meant_and_hyphens_elsewhere(text, said):
    assert minus(text) == said


@pytest.mark.parametrize(("value", "said"), [(-0.004, "0.00"), (0.0, "0.00"), (-0.006, "−0.01"), (None, "–")])
def test_a_number_that_is_rounded_to_nothing_has_no_sign(value, said):
    assert number(value) == said


@pytest.mark.parametrize(
    ("width", "together"),
    [
        (60, ["a b 1234567890 0987654321 e"]),
        (24, ["a b 1234567890", "0987654321 e"]),
        (20, ["a", "b", "1234567890", "0987654321", "e"]),
    ],
)
def test_columns_that_find_no_room_are_printed_below(width, together):
    """Every one of them once, in their order and whole."""
    heads, out = ["a", "b", "1234567890", "0987654321", "e"], io.StringIO()
    print_columns(Console(file=out, width=width), "", ["row"], [(head, ["0"]) for head in heads], (0, 1))
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert lines[::2] == together
    assert lines[1::2] == ["row" + " 0" * len(head.split()) for head in together]
