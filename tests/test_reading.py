"""Files that a user names: whatever is in their place, one sentence says what it is."""

import os

import pytest

from models import InputError, Neuron
from models.parameters import read_parameters
from models.parameters.files import LONGEST_CHAIN

DOTS = ".".join(["a"] * 5000)
CONTENT = {
    "round.toml": b'base = "./other.toml"',
    "other.toml": b'base = "round.toml"',
    "self.toml": b'base = "../{here}/self.toml"',
    "linked.toml": b'base = "link.toml"',
    "hard.toml": b'base = "hardlink.toml"',
    "brackets.toml": b"a = " + 5000 * b"[" + 5000 * b"]",
    "tables.toml": b"a = " + 5000 * b"{a = " + b"1" + 5000 * b"}",
    "dots.toml": f'base = "stylised"\n{DOTS} = 1'.encode(),
    "region.toml": f'base = "stylised"\nregion.{DOTS} = 1'.encode(),
    "inside.toml": f'base = "stylised"\ninside.nai.{DOTS} = 1'.encode(),
    "digits.toml": b"a = " + 5000 * b"1",
    "utf16.toml": 'base = "stylised"'.encode("utf-16"),
    "latin.toml": 'base = "stylised" # µ'.encode("latin-1"),
    "nul.toml": b'base = "sty\0"',
    "number.toml": b"base = 5",
    "list.toml": b'base = ["stylised"]',
    "nothing.toml": b'base = ""',
    "unknown.toml": b'base = "stylized"',
    "long.toml": b'base = "' + 300 * b"x" + b'.toml"',
    "nulbase.toml": b'base = "a\\u0000/b.toml"',
    "longshape.toml": b'base = "stylised"\n[morphology]\nshape = "' + 300 * b"x" + b'.swc"',
    "nulshape.toml": b'base = "stylised"\n[morphology]\nshape = "a\\u0000.swc"',
}
WORDS = {
    **dict.fromkeys(["round.toml", "self.toml", "linked.toml", "hard.toml"], "leads back to itself"),
    **dict.fromkeys(["brackets.toml", "tables.toml"], "nested too deeply"),
    **{
        "dots.toml": "unknown key 'a'",
        "region.toml": "unknown key 'a'",
        "inside.toml": "inside.nai: expected",
    },
    **{"digits.toml": "not valid TOML", "nul.toml": "not valid TOML: Illegal character"},
    **dict.fromkeys(["utf16.toml", "latin.toml"], "no text in UTF-8"),
    **{"number.toml": "number.toml: base: 5 is no name", "nothing.toml": "base: the name is empty"},
    **{"list.toml": r"base: \['stylised'\] is no name", "unknown.toml": "did you mean 'stylised'"},
    **{"long.toml": "File name too long", "longshape.toml": "File name too long"},
    **dict.fromkeys(["nulbase.toml", "nulshape.toml"], "no name that a file can have"),
    **{"folder": "is a directory", "folder.toml": "is a directory", "pipe.toml": "is a pipe"},
    **{"dangling.toml": "is a link to nowhere, which does not exist", "circle.toml": "symbolic links"},
    **{"/dev/null": "a device", "/dev/zero": "a device", "no/such.toml": "no such parameter file"},
    **{
        "round.toml/x.toml": "no such parameter file",
        300 * "x": "unknown cell",
        "a\0.toml": "no name that a",
    },
    **{f"{300 * 'x'}.toml": "File name too long", "": "the name is empty"},
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in CONTENT.items():
        (tmp_path / name).write_bytes(content.replace(b"{here}", tmp_path.name.encode()))
    (tmp_path / "link.toml").symlink_to("linked.toml")
    os.link("hard.toml", "hardlink.toml")
    for name in ("folder", "folder.toml"):
        (tmp_path / name).mkdir()
    os.mkfifo("pipe.toml")
    (tmp_path / "dangling.toml").symlink_to("nowhere")
    (tmp_path / "circle.toml").symlink_to("circle.toml")
    return tmp_path


@pytest.mark.parametrize("name", WORDS)
def test_what_is_no_parameter_file_is_said(files, name):
    with pytest.raises(InputError, match=WORDS[name]) as caught:
        Neuron(name)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "name", ["folder", "pipe.toml", "dangling.toml", "/dev/null", "a\0.swc", 300 * "x" + ".swc"]
)
def test_what_is_no_morphology_is_said(files, name):
    with pytest.raises(InputError, match=r"directory|a pipe|a link to|a device|no name that|too long"):
        Neuron("stylised", morphology=name)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_a_mark_of_order_and_other_ends_of_lines_are_welcome(tmp_path, ends):
    """As editors of Windows and of old Macs write them."""
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + ends.join([b'base = "stylised"', b'name = "mine"', b""]))
    assert read_parameters(path).name == "mine"


def test_a_chain_may_be_long_but_not_endless(tmp_path):
    for number in range(LONGEST_CHAIN + 5):
        (tmp_path / f"{number}.toml").write_text(f'base = "{number + 1}.toml"')
    (tmp_path / f"{LONGEST_CHAIN + 5}.toml").write_text('base = "stylised"')
    assert read_parameters(tmp_path / "20.toml").leak.law == "ghk"
    with pytest.raises(InputError, match="files start from one another"):
        read_parameters(tmp_path / "0.toml")
