"""Where something is: places by region, section and position, and what is none."""

import numpy as np
import pytest

from models import InputError


@pytest.mark.parametrize(
    "place, count",
    [("all", 41), ("soma", 1), ("apic", 19), ("basal", 10), ("dend", 29), ("axon", 11), ("dend[1]", 5),
     ("dend[1](0.5:1)", 3), ("dend[1](0:0.5)", 2)],
)  # fmt: skip
def test_places(small, place, count):
    assert len(small.where(place)) == count
    assert len(small.where([place, "soma"])) == len({*small.where(place), *small.where("soma")})
    assert list(small.where(np.isin(np.arange(small.size), small.where(place)))) == list(small.where(place))


def test_unknown_place_names_the_nearest(small):
    with pytest.raises(InputError, match=r"unknown region or section 'sooma'; did you mean 'soma'"):
        small.where("sooma")
    with pytest.raises(InputError, match="no compartment's centre lies in that part"):
        small.where("dend[1](0.99:1)")


def test_nowhere_else_either(small):
    with pytest.raises(InputError, match="positions on a section go from 0 to 1"):
        small.where("dend[1](0.5:2)")
    with pytest.raises(InputError, match="unknown region"):
        small.where("soma(e:1)")
    for wrong in ([500], [-1], [True, False]):
        with pytest.raises(InputError, match="indices from 0 to 40"):
            small.where(wrong)
    assert list(small.where("dend[1](0.5)")) == [small.where("dend[1]")[2]]
