"""A user's sections: what is refused, used for a second cell, changed behind a cell's back."""

import pytest

from models import InputError, Neuron, rest

PROMISED = 1e-6


def test_what_carries_no_ion_is_refused(section):
    from models.simulator.runtime import h

    sec = section("soma")
    clamp = h.IClamp(sec(0.5))
    with pytest.raises(InputError, match=r"soma\(0.5\) has the point process IClamp\[\d+\], whose"):
        Neuron(sections=[sec])
    del clamp
    sec.insert("extracellular")
    with pytest.raises(InputError, match="soma has the mechanism extracellular"):
        Neuron(sections=[sec])


def test_sections_must_be_whole_cells(section):
    a, b = section("a"), section("b")
    b.connect(a(1))
    with pytest.raises(InputError, match=r"b is connected to a|a is connected to b"):
        Neuron(sections=[b])
    with pytest.raises(InputError, match="empty"):
        Neuron(sections=[])


def test_the_same_sections_made_into_a_cell_again(section):
    """As when a notebook's cell is run twice: the first one's carriers must not act in the second."""
    sec = section("soma")
    sec.insert("pas")
    sec(0.5).pas.g, sec(0.5).pas.e = 1e-5, -60
    first = Neuron(sections=[sec], carries={"i_pas": "k"})
    for _ in range(3):
        cell = Neuron(sections=[sec], carries={"i_pas": "k"})
        assert rest(cell).v == pytest.approx(-70, abs=PROMISED)
    with pytest.raises(InputError, match="have been made into another cell"):
        rest(first)
    with pytest.raises(InputError, match="got 7"):
        Neuron(sections=[sec, 7])
    assert rest(cell, set={"ko": 5}).v[0] > -70  # what was refused has taken nothing from it


def test_another_law_on_the_same_sections(section, write_toml):
    sec = section("soma")
    Neuron(sections=[sec])
    ohmic = Neuron(write_toml('base = "neuron"\nleak.law = "ohmic"\n'), sections=[sec])
    assert rest(ohmic).v == pytest.approx(-70, abs=PROMISED)
    again = Neuron(sections=sec)  # one section need not be in a list
    assert rest(again).v == pytest.approx(-70, abs=PROMISED)


def test_sections_changed_behind_our_back(section):
    from models.simulator.runtime import h

    sec = section("soma", 100, 2, 3)
    cell = Neuron(sections=[sec])
    sec.nseg = 5
    with pytest.raises(InputError, match="number of segments of its sections was changed"):
        rest(cell)
    cell = Neuron(sections=[sec])
    clamp = h.IClamp(sec(0.5))
    clamp.dur, clamp.amp = 1e9, 0.01
    with pytest.raises(InputError, match=r"a current of .* belongs to none of its ions"):
        rest(cell)
    del clamp
    sec.insert("pas")
    with pytest.raises(InputError, match=r"belongs to none of its ions"):
        rest(cell)
    sec.uninsert("pas")
    assert rest(cell).v == pytest.approx(-70, abs=PROMISED)
