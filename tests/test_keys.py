"""The reference of every key: nothing missing, and what it says is what is enforced."""

import math
import re
import tomllib

import pytest
from pydantic import TypeAdapter, ValidationError

from models import InputError
from models.cli import run_command
from models.parameters.fields import Table, kind_of, table_in
from models.parameters.files import SHIPPED
from models.parameters.reference import NEEDED, tables
from models.parameters.schema import NO_KEYS, Parameters
from models.parameters.settings import SETTINGS, parse_setting
from models.parameters.several import Junction, SystemCell
from models.show.reference import markdown, text


def schema(table: type[Table] = Parameters, name: str = "file"):
    """(table's name, key, field) of all that a file may hold."""
    for key, info in table.model_fields.items():
        inner = table_in(info.annotation)
        if inner is None and key not in NO_KEYS:
            yield name, key, info
        elif inner is not None:
            many = "dict" in str(info.annotation).split("[")[0]
            yield from schema(inner, (key if name == "file" else f"{name}.{key}") + (".NAME" if many else ""))


SHOWN = {(table.name, key.name): key for table in tables() for key in table.keys}
OF_SEVERAL = [*schema(SystemCell, "cell"), *schema(Junction, "junction")]
FIELDS = {(name, key): info for name, key, info in [*schema(), *OF_SEVERAL]}


def test_every_key_is_there_with_a_meaning():
    assert {place for place in SHOWN if place[0] != "set"} == {*FIELDS}
    for place, key in SHOWN.items():
        assert len(key.meaning) > 5, place
        assert "{" not in key.meaning, place
    for table in tables():
        assert len(table.meaning) > 5 and table.keys, table.name
    assert {name for table, name in SHOWN if table == "set"} == {*SETTINGS}


def test_every_key_of_every_shipped_file_is_there():
    def held(data: dict, name: str):
        for key, value in data.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for one in value:
                    yield from held(one, key)
            elif isinstance(value, dict) and "value" not in value and key not in ("set", "carries"):
                inner = key if name == "file" else f"{name}.{key}"
                named = name in ("region", "pump.isoform")
                yield from held(value, f"{name}.NAME" if named else inner)
            else:
                yield name, key

    for path in SHIPPED.glob("*.toml"):
        assert {*held(tomllib.loads(path.read_text()), "file")} <= {*SHOWN}, path


def bounds(key) -> tuple[float, float, bool]:
    found = re.fullmatch(r"(above )?(\S+?)(?: to |, at most )(\S+)", key.range)
    return float(found[2]), float(found[3]), bool(found[1])


@pytest.mark.parametrize("place", [p for p, info in FIELDS.items() if kind_of(info)], ids=".".join)
def test_what_is_shown_is_what_is_enforced(place):
    key, info = SHOWN[place], FIELDS[place]
    accept = TypeAdapter(info.rebuild_annotation()).validate_python
    low, high, above = bounds(key)
    unit = "" if key.unit == "1" else f" {key.unit}"

    def taken(value: float) -> bool:
        try:
            return accept(f"{value!r}{unit}") == value
        except ValidationError:
            return False

    assert taken(high) and not taken(math.nextafter(high, math.inf))
    assert taken(math.nextafter(low, math.inf)) and taken(low) is not above
    assert not taken(math.nextafter(low, -math.inf))
    if key.words:
        word = key.words.removeprefix("or ").strip('"')
        assert accept(word) == word
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    assert key.default == (NEEDED if info.is_required() else "" if default is None else f"{default:g}")
    if default is not None:
        assert default.unit == key.unit and default.source in key.meaning


@pytest.mark.parametrize("name", [*SETTINGS])
def test_what_is_shown_of_a_setting_is_what_is_enforced(name):
    key = SHOWN["set", name]
    low, high, above = bounds(key)
    assert parse_setting(name, high) == high
    with pytest.raises(InputError):
        parse_setting(name, high * 1.001 + 1e-9)
    if above:
        with pytest.raises(InputError, match="must be above"):
            parse_setting(name, low)
    else:
        assert parse_setting(name, low) == low
    for need in SETTINGS[name].needs:
        assert need.words in key.meaning


def test_one_table_by_its_name_as_it_may_be_written():
    for given, name in (("inside", "inside"), ("[inside]", "inside"), ("region", "region.NAME")):
        assert [table.name for table in tables(given)] == [name]
    assert tables("[[channel]]")[0].name == "channel" and tables("[region.NAME]")[0].name == "region.NAME"
    with pytest.raises(InputError, match="unknown table or key 'insied'; did you mean 'inside'"):
        tables("insied")


def test_one_key_by_its_name():
    """With its table, in a region or an isoform too; without, of every table that has it."""
    for given, places in (
        ("inside.nai", [("inside", "nai")]),
        ("nai", [("inside", "nai"), ("activity", "nai")]),
        ("ko", [("outside", "ko"), ("activity", "ko"), ("region.NAME", "ko"), ("set", "ko")]),
        ("set.celsius", [("set", "celsius")]),
        ("region.soma.capacitance", [("region.NAME", "capacitance")]),
        ("pump.isoform.alpha1.share", [("pump.isoform.NAME", "share")]),
    ):
        assert [(table.name, key.name) for table in tables(given) for key in table.keys] == places
    with pytest.raises(InputError, match=r"\[inside\]: unknown key 'nia'; did you mean 'nai'"):
        tables("inside.nia")
    with pytest.raises(InputError, match=r"unknown table or key 'nia'; did you mean .*'nai'"):
        tables("nia")
    with pytest.raises(InputError, match=r"unknown table 'insied\.nai'; did you mean 'inside'"):
        tables("insied.nai")


def test_a_heading_stands_alone():
    for name in ("set", "inside"):
        first, second = text(tables(name)).splitlines()[:2]
        assert first == {"set": "--set NAME=VALUE", "inside": "[inside]"}[name]
        assert second[:5] == "    " + second[4].upper()


def test_legible_at_80_columns():
    shown = text(tables())
    assert max(map(len, shown.splitlines())) <= 80
    assert "  nai: 0 to 6000 mM, needed" in shown
    assert "  volume_fraction: 0.01 to 0.99, default 0.2" in shown


def test_a_page_with_a_row_a_key():
    page = markdown(tables())
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) == len(SHOWN)
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 6 for row in rows)
    assert "## `[[channel]]`" in page


def test_the_command(monkeypatch, capsys):
    for words, found in (
        (["inside"], "nai: 0 to"),
        (["inside.nai"], "  nai: 0 to 6000 mM, needed\n"),
        (["set", "--markdown"], "| `ko` |"),
        ([], "[balance]"),
    ):
        monkeypatch.setattr("sys.argv", ["run.py", "keys", *words])
        assert run_command() == 0 and found in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["run.py", "keys", "insied"])
    assert run_command() == 2
    assert "did you mean 'inside'" in capsys.readouterr().err
