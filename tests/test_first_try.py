"""hh and pas as a first try: what the balance says of them, followed to the letter, balances."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import BalanceError, Neuron, rest
from models.simulator import runtime
from models.solve.equations import System

ADVICE = re.compile(
    r'(?:membrane_resistance = "([^"]+)" or less \(or )?'
    r'(?:pump_current = "([^"]+)" or more|(any pump_current))(?: in its place\))? '
    r"in \[([\w.]+)\](?: or in ((?:\[[\w.]+\](?: and )?)+) alone)?"
)


def ways(message: str) -> list[str]:
    """Every way to follow what an error advises, as TOML."""
    found = ADVICE.findall(message)
    assert found, message
    by_resistance, by_current, in_regions = [], [], []
    for resistance, current, _, table, regions in found:
        wish = f'pump_current = "{current or "1e-3 uA/cm2"}"'
        by_current.append(f"[{table}]\n{wish}\n")
        by_resistance.append(
            f'[{table}]\nmembrane_resistance = "{resistance}"\n' if resistance else by_current[-1]
        )
        lines = by_resistance[-1].partition("\n")[2]
        named = re.findall(r"\[([\w.]+)\]", regions) or [table]
        in_regions += [f"[{one}]\n{lines}" for one in named]
    return ["".join(one) for one in (by_resistance, by_current, in_regions)]


def check(make, text: str) -> list[str]:
    """Make a cell of `text`, or of `text` and what the refusal advises; the refusals met."""
    try:
        cells, said = [make(text)], []
    except BalanceError as error:
        if "it balances with" not in str(error):
            return []
        said = [str(error)]
        cells = [make(merged(text, way)) for way in ways(str(error))]
    for cell in cells:
        system = System(cell)
        rates = system.full_rates(system.start)
        moved = sum(
            values.max() for values in (cell.strength["k"], cell.strength["na"], cell.strength["pump"])
        )
        assert moved >= 0
        currents = np.abs(cell.currents.get()).max()
        for ion in cell.ions:
            leftover = np.abs(rates[system.at[f"{ion}_pl_ions"]]).max()
            assert leftover <= 1e-9 * max(currents, 1e-4), (ion, leftover)
    return said


def merged(text: str, way: str) -> str:
    """The file with the advice in it: a wish takes the place of the one that stood in its table."""
    for table, wish in re.findall(r"\[([\w.]+)\]\n([^\n]+)\n", way):
        head, mark, body = text.partition(f"[{table}]\n")
        if not mark:
            text += f"[{table}]\n{wish}\n"
            continue
        own, bracket, rest_of = body.partition("\n[")
        own = re.sub(r"(membrane_resistance|pump_current) = [^\n]*\n?", "", own + "\n").strip("\n")
        text = f"{head}{mark}{wish}\n{own}\n{bracket}{rest_of}"
    return text


@pytest.mark.parametrize("carries", ["na", "k"])
def test_hh_on_sections(write_toml, section, carries):
    def make(text):
        soma, dend = section("soma"), section("dend", 200, 2, 3)
        dend.connect(soma(1))
        for sec in (soma, dend):
            sec.insert("hh")
        return Neuron(
            write_toml(f'base = "neuron"\n{text}'), sections=[soma, dend], carries={"il_hh": carries}
        )

    (said,) = check(make, '[balance]\nmembrane_resistance = "20 kohm cm2"\n')
    assert "hh has 0.000431 S/cm2 there and carries" in said
    assert re.search(
        r"a likely cause: E_K is -100.7 mV there and not -77, E_Na is 74.29 mV there and not 50", said
    )
    assert "\n" not in said


def test_pas_with_its_defaults_in_a_channel_table(write_toml):
    def make(text):
        path = write_toml(
            f'base = "stylised"\n{text}[[channel]]\nmechanism = "pas"\ncarries = {{ i = "k" }}\n'
        )
        return Neuron(path, max_compartment_length=80)

    (said,) = check(make, '[balance]\nmembrane_resistance = "20 kohm cm2"\n')
    assert (
        'membrane_resistance = "799 ohm cm2" or less (or any pump_current in its place) in [balance]' in said
    )
    assert "likely cause" not in said  # pas reads no Nernst potential


def test_where_only_a_region_has_the_channel(write_toml):
    def make(text):
        channel = '[[channel]]\nmechanism = "hh"\nregions = ["soma"]\ncarries = { il = "na" }\n'
        return Neuron(write_toml(f'base = "stylised"\n{text}{channel}'), max_compartment_length=80)

    (said,) = check(make, '[balance]\nmembrane_resistance = "20 kohm cm2"\n')
    assert "in [balance] or in [region.soma] alone" in said
    (said,) = check(
        make, '[balance]\nmembrane_resistance = "20 kohm cm2"\n[region.soma]\npump_current = "1 uA/cm2"\n'
    )
    assert "in [region.soma]" in said and "[balance]" not in said


def test_the_bound_is_where_it_ends(write_toml):
    """A little above the resistance that is named there is no balance."""

    def make(resistance):
        text = f'base = "stylised"\n[balance]\nmembrane_resistance = "{resistance} ohm cm2"\n'
        return Neuron(
            write_toml(f'{text}[[channel]]\nmechanism = "hh"\ncarries = {{ il = "na" }}\n'),
            max_compartment_length=80,
        )

    with pytest.raises(BalanceError) as error:
        make(20000)
    most = float(re.search(r'membrane_resistance = "([\d.]+) ohm cm2"', str(error.value))[1])
    result = rest(make(most))
    assert result.v == pytest.approx(-70, abs=1e-6)
    with pytest.raises(BalanceError):
        make(1.01 * most)


conductance = st.floats(1e-6, 0.2)


@settings(max_examples=25, deadline=None)
@given(
    hh=st.tuples(conductance, conductance, st.floats(1e-6, 1e-2), st.floats(-90, 40)),
    pas=st.tuples(st.floats(1e-6, 1e-2), st.floats(-95, 0)),
    carries=st.tuples(st.sampled_from(["na", "k"]), st.sampled_from(["na", "k"])),
    wish=st.sampled_from(
        [
            'membrane_resistance = "20 kohm cm2"',
            'membrane_resistance = "1 kohm cm2"',
            'pump_current = "0.1 uA/cm2"',
        ]
    ),
    region=st.sampled_from(
        [
            "",
            '[region.soma]\nmembrane_resistance = "2 kohm cm2"\n',
            '[region.dend]\npump_current = "0.2 uA/cm2"\n',
        ]
    ),
    v=st.integers(-90, -40),
    share=st.sampled_from([0, 0.3, 0.9]),
    law=st.sampled_from(["ghk", "ohmic"]),
)
def test_what_is_advised_balances(tmp_path_factory, hh, pas, carries, wish, region, v, share, law):
    path = tmp_path_factory.mktemp("first") / "first.toml"

    def make(text):
        soma, dend = runtime.h.Section(name="soma"), runtime.h.Section(name="dend")
        soma.L = soma.diam = 20
        dend.L, dend.diam = 100, 2
        dend.connect(soma(1))
        soma.insert("hh")
        for sec in (soma, dend):
            sec.insert("pas")
            sec(0.5).pas.g, sec(0.5).pas.e = pas
        for name, value in zip(("gnabar", "gkbar", "gl", "el"), hh, strict=True):
            setattr(soma(0.5).hh, name, value)
        path.write_text(text)
        return Neuron(path, sections=[soma, dend], carries={"il_hh": carries[0], "i_pas": carries[1]})

    begin = f'base = "neuron"\n[inside]\nv = "{v} mV"\n[leak]\nlaw = "{law}"\n'
    check(make, f'{begin}[balance]\n{wish}\nchloride_share = "{share}"\n{region}')
