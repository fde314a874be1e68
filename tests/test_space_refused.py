"""What cannot be of water and the space outside: settings, options and values, each refused by name."""

import numpy as np
import pytest

from models import Event, InputError, evolve, make_cell, rest
from models.solve.equations import System


def test_settings_without_effect_are_refused():
    for options, name, words in (
        ({}, "tortuosity_outside", "where the outside is a bath"),
        ({"outside": "closed"}, "exchange_rate", "only a shell exchanges"),
        ({"outside": "shell"}, "water_permeability", "where the volume is fixed"),
        ({}, "impermeant", "fixed volume in a bath"),
        ({"axial": "none"}, "tortuosity", "no ions move along the cell"),
        ({"axial": "none"}, "dna", "no ions move along the cell"),
        ({"axial": "none", "outside": "shell"}, "tortuosity_outside", "between the spaces outside"),
    ):
        cell = make_cell("stylised", max_compartment_length=60.0, **options)
        with pytest.raises(InputError, match=rf"{name}=30(\.0)?: {name} has no effect .*{words}"):
            rest(cell, set={name: 30})
    with pytest.raises(InputError, match="unknown option 'volum'; did you mean 'volume'"):
        make_cell("stylised", volum="osmotic")


def test_what_cannot_be_is_said(small):
    for options, message in (
        ({"volume": "elastic"}, "volume='elastic': expected one of fixed, osmotic"),
        ({"outside": "sea"}, "outside='sea': expected one of bath, shell, closed"),
        ({"outside": "closed", "axial": "none"}, "expected axial='electrodiffusion' or 'diffusion'"),
    ):
        with pytest.raises(InputError, match=message):
            make_cell("stylised", **options)
    cell = make_cell("stylised", outside="closed")
    with pytest.raises(InputError, match="set ko=8: a closed space has no bath"):
        evolve(cell, 1, [Event(0.5, set={"ko": 8})])
    for name, values in (
        ("relative_volume", [-1.0]),
        ("relative_volume", [0.0]),
        ("na", [-3.0]),
        ("ko", [np.nan]),
    ):
        cell.start[name] = np.full(cell.size, values)
        with pytest.raises(InputError, match=f"start: {name} = .*: (the relative|expected)"):
            System(cell)
        cell = make_cell("stylised", outside="closed")
    with pytest.raises(InputError, match=r"not electroneutral: nao = 145, ko = 3, clo = 200 .* \+?-52 mM"):
        rest(cell, set={"clo": 200})


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('[diffusion]\ntortuosity = "0"', "diffusion.tortuosity: must be at least 1"),
        ('[space]\ntortuosity_outside = "-1"', "space.tortuosity_outside: must be at least 1"),
        ('[space]\nvolume_fraction = "1"', "space.volume_fraction: must be at least 0.01 and at most 0.99"),
        ('[space]\nvolume_fraction = "-0.2"', "space.volume_fraction: must be at least 0.01"),
        ('[space]\nexchange_rate = "0 /s"', "space.exchange_rate: must be above 0"),
        ('[space]\nexchange_rate = "3 mM"', "mM is not a unit of rate"),
        ('[water]\nwater_permeability = "-1 cm/s"', "water.water_permeability: must be above 0"),
        (
            '[outside]\nimpermeant = "5 mM"\nimpermeant_valence = "-1"',
            r"outside: the bath is not electroneutral: .* charge of \+23 mM and 5 mM .* bring -5",
        ),
        ('[electrical]\naxial_resistivity = "water"', "axial_resistivity: expected a resistivity"),
    ],
)
def test_bad_parameters_are_named(write_toml, toml, message):
    with pytest.raises(InputError, match=message):
        make_cell(write_toml(f'base = "stylised"\n{toml}\n'))
