"""SWC files that are broken say where."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from swc_files import ANY, CELL, CELLS

from models import InputError
from models.shape.morphology import read_shape
from models.simulator.runtime import h

# ---------------------------------------------------------------- broken files

BROKEN = {
    "parent missing": (CELL + "6 3 0 0 0 1 99\n", 6, "parent 99 of point 6 is missing"),
    "cycle": ("1 1 0 0 0 6 -1\n2 3 0 1 0 1 4\n3 3 0 2 0 1 2\n4 3 0 3 0 1 3\n", 2, "cycle"),
    "cycle beside the tree": (CELL + "6 3 0 1 0 1 7\n7 3 0 2 0 1 6\n", 6, "cycle"),
    "cycle and no root": ("1 1 0 0 0 6 2\n2 3 0 1 0 1 1\n", 1, "no root"),
    "own parent": (CELL + "6 3 0 1 0 1 6\n", 6, "its own parent"),
    "root is its own parent": ("# x\n1 1 0 0 0 6 1\n", 2, "its own parent"),
    "duplicate id": (CELL + "3 3 0 1 0 1 2\n", 6, "duplicate id 3, first used in line 3"),
    "duplicate id as float": (CELL + "3.0 3 0 1 0 1 2\n", 6, "duplicate id 3"),
    "radius zero": (CELL + "6 3 0 1 0 0 2\n", 6, "radius is 0 um"),
    "radius too small for NEURON": (CELL + "6 3 0 1 0 1e-60 2\n", 6, "radius is 1e-60 um"),
    "radius negative": (CELL + "6 3 0 1 0 -1 2\n", 6, "radius is -1 um"),
    "x no number": (CELL + "6 3 a 1 0 1 2\n", 6, "x is 'a', expected a number"),
    "y with underscore": (CELL + "6 3 0 1_0 0 1 2\n", 6, "y is '1_0', expected a number"),
    "decimal commas": ("1 1 0,0 0,0 0,0 6,0 -1\n", 1, "x is '0,0', expected a number"),
    "id no number": (CELL + "six 3 0 1 0 1 2\n", 6, "id is 'six'"),
    "id with fraction": (CELL + "6.5 3 0 1 0 1 2\n", 6, "id is '6.5', expected a whole number"),
    "id negative": (CELL + "-6 3 0 1 0 1 2\n", 6, "id is -6"),
    "id beyond exact floats": (CELL + "9007199254740993 3 0 1 0 1 2\n", 6, "id is '9007199254740993'"),
    "type no number": (CELL + "6 dend 0 1 0 1 2\n", 6, "type is 'dend'"),
    "parent no number": (CELL + "6 3 0 1 0 1 root\n", 6, "parent id is 'root'"),
    "column missing": (CELL + "6 3 0 1 0 1\n", 6, "parent id is missing"),
    "columns missing": (CELL + "6 3 0\n", 6, "3 columns, expected 7"),
    "NaN": (CELL + "6 3 nan 1 0 1 2\n", 6, "x is 'nan', expected a finite number"),
    "infinite": (CELL + "6 3 0 1 0 inf 2\n", 6, "radius is 'inf', expected a finite number"),
    "overflow": (CELL + "6 3 0 1e999 0 1 2\n", 6, "y is '1e999', expected a finite number"),
    "no root": ("1 1 0 0 0 6 3\n2 3 0 1 0 1 1\n3 3 0 2 0 1 2\n", 1, "no root"),
    "two roots": (CELL + "# x\n6 3 0 1 0 1 -1\n", 7, "second root (point 6; the first is point 1 in line 1)"),
    "empty": ("", 1, "is empty"),
    "blank": (" \n\n", 1, "is empty"),
    "only comments": ("# a\n# b\n", 1, "only comments"),
    "no length": ("#\n1 3 0 0 0 6 -1\n2 3 0 0 0 6 1\n", 2, "all points lie in one place"),
    "another format": ("( (Dendrite)\n (0 0 0 1)\n)\n", 1, "columns, expected 7"),
}


def one_sentence(error, path, line=None):
    """The error's message is one line that begins with the file and the line."""
    message = str(error)
    assert message.startswith(f"{path}:{line}: " if line else f"{path}:"), message
    assert "\n" not in message
    return message


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_broken_file_says_where(swc, text, line, words):
    swc.write_text(text)
    with pytest.raises(InputError) as caught:
        read_shape(swc)
    assert words in one_sentence(caught.value, swc, line)


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02" * 99, b"\x1f\x8b\x08" + bytes(range(256)), CELL.encode("utf-16")]
)
def test_binary_file(swc, content):
    swc.write_bytes(content)
    with pytest.raises(InputError, match="binary file"):
        read_shape(swc)


def test_no_file(tmp_path, swc):
    with pytest.raises(InputError, match="no such morphology file"):
        read_shape(swc)
    with pytest.raises(InputError, match="cannot be read"):
        read_shape(f"{tmp_path}/{'x' * 300}.swc")
    swc.mkdir()
    with pytest.raises(InputError, match="is a directory"):
        read_shape(swc)


def test_file_without_permission(swc, monkeypatch):
    swc.write_text(CELL)

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(swc), "read_bytes", refuse)  # chmod does not keep root out
    with pytest.raises(InputError, match=r"cell\.swc: cannot be read \(Permission denied\)"):
        read_shape(swc)


SEEDS = [CELL.encode(), CELLS["chain soma, dendrites at its start, middle and end"].encode()]
SNIPPETS = st.one_of(
    st.binary(max_size=4), st.sampled_from([b"-", b"\n", b" ", b".", b"e", b"1e9", b"nan", b"_", b"#"])
)


@settings(ANY, max_examples=400)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), SNIPPETS), min_size=1, max_size=4),
)
def test_damaged_file_is_read_or_refused(swc, content, damages):
    for where, cut, put in damages:
        at = int(where * len(content))
        content = content[:at] + put + content[at + cut :]
    swc.write_bytes(content)
    try:
        shape = read_shape(swc)
    except InputError as error:
        one_sentence(error, swc)
    else:
        assert shape.branches


@settings(ANY, max_examples=60)
@given(st.integers(0, len(CELL)))
def test_truncated_file_is_read_or_refused(swc, length):
    swc.write_text(CELL[:length])
    try:
        assert read_shape(swc).branches
    except InputError as error:
        one_sentence(error, swc)


def test_nothing_is_left_in_neuron(swc):
    before = len(list(h.allsec()))
    swc.write_text(CELL)
    read_shape(swc)
    assert len(list(h.allsec())) == before
