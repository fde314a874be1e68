"""The command explore, before it serves: what it refuses, and where what it needs is missing."""

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from models.cli import app
from models.errors import InputError
from models.show import explore
from models.show.command import commands, services


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--cell", "nerve"], "unknown cell 'nerve'"),
        (["--link", "cell=neuron&ko=abc"], "ko=abc"),
        (["--cell", "neuron", "--link", "cell=muscle"], "expected one of them"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_served(options, why):
    with pytest.raises(InputError, match=why):
        CliRunner().invoke(app, ["explore", *options], catch_exceptions=False)


@pytest.mark.parametrize(("installed", "how"), [(False, "make explore"), (True, r"pumpleak\[explore\]")])
def test_where_its_packages_are_missing_it_says_what_to_install(monkeypatch, installed, how):
    monkeypatch.setattr(explore, "find_spec", lambda name: None)
    monkeypatch.setattr(explore, "INSTALLED", installed)
    with pytest.raises(InputError, match=f"explore needs NiceGUI, which is not installed: .*{how}"):
        CliRunner().invoke(app, ["explore"], catch_exceptions=False)


@pytest.mark.parametrize("found", [True, False])
def test_where_no_browser_is_found_it_says_so(monkeypatch, found):
    serving = pytest.importorskip("models.explore.serve", reason="NiceGUI is not installed")
    monkeypatch.setattr(serving, "Served", lambda port, first: SimpleNamespace(opened="http://there/"))
    monkeypatch.setattr(serving.webbrowser, "open", lambda address: found)
    said = []
    serving.serve(0, True, None, said.append)
    assert "http://there/" in said[0] and any("no browser was found" in one for one in said) != found


def test_it_is_found_where_it_is():
    assert "explore" in services() and "explore" not in commands()
