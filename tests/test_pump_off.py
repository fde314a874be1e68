"""What cells come to without the Na+/K+ pump: nothing else may take its place."""

import numpy as np
import pytest

from models import block, glycoside, make_cell, rest
from models.parameters.files import shipped_cells

WEEK = 168.0  # h
# published cells whose authors' own equations hold a rest without the pump, and why
EXCUSED = {
    "tentusscher2004": "its Ca2+ pump carries two charges out with neither counter-ion nor ATP, as "
    "published, and with the exchanger run backwards takes Na+ out",
    "huebel2014": "K+ alone exchanges with its bath and nobody brings the charge back, as published: with "
    "the Na+ of its small space used up, the bath's 4 mM K+ hold it at -81 mV, by the authors' equations too",
}
# a published model is asked as its source has it, but not in a closed space so small that its K+ fills it
OPTIONS = {"duesterwald2018": {"volume": "osmotic"}, "saetra2020": {"outside": "bath"}}


@pytest.mark.parametrize("name", [name for name in shipped_cells() if name not in EXCUSED])
def test_no_cell_keeps_a_rest_without_its_pump(name):
    """After a week K+ inside is less than 5 times that outside, and no more than the charge that cannot leave
    (Donnan) or, where a Ca2+ pump still works, the exchanger, holds V: above -30 mV.

    Coarse compartments: run-down is one of amounts, not of shape. The red cell takes days: 3.8 times.
    """
    cell = make_cell(name, max_compartment_length=1000.0, **OPTIONS.get(name, {}))
    s = block(cell, hours=WEEK).summary
    assert s["ki_end_mM"] < 5 * s["ko_end_mM"] < 0.5 * s["ki_before_mM"]
    assert s["v_end_mV"] > -30
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-12


def test_a_ventricle_in_a_glycoside_depolarises_and_takes_up_sodium_and_calcium():
    found = glycoside("ventricle", "ouabain", "0.5 uM", "human", 1.0, set={"celsius": 33})
    course = found.course
    v, na, ca = course.v[:, 0], course.na[:, 0], course.ca[:, 0]
    assert v[-1] > v[0] + 3 and na[-1] > 3 * na[0] and ca[-1] > 2 * ca[0]
    assert (np.diff(na) >= 0).all()


# ---------------------------------------------------------------------- K+ outside


LOW = (5.4, 3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.3, 0.2, 0.15, 0.12, 0.1)
HIGH = (5.4, 8.0, 10.0, 15.0, 20.0, 30.0)


def held(cell, levels):
    """V at each K+ outside, one after the other, before any ion has moved."""
    found, v = [], {}
    for ko in levels:
        result = rest(cell, {"ko": ko}, start={**v, "cl": float(cell.start["cl"][0])}, hold="concentrations")
        found.append(result.summary["v_rest_mV"])
        v = {"v": found[-1]}
    return np.array(found)


def test_a_ventricle_hyperpolarises_down_to_a_tenth_of_a_millimolar():
    """As K+ is taken away from rabbit cells, -75.6 to -140.3 mV at 0.1 mM (Akuzawa-Tateyama et al. 1998 J
    Physiol): the rectifier's outward current exceeds what comes in."""
    cell = make_cell("ventricle")
    low, high = held(cell, LOW), held(cell, HIGH)
    assert (np.diff(low) < -1).all() and low[-1] < -140
    assert (np.diff(high) > 1).all()


def test_at_rest_for_good_the_pump_decides_how_low_potassium_may_be():
    """The rest of ions too goes on falling to 0.6 mM; at 0.1 mM the pump has lost 94 % of its rate, and Na+
    is gained and K+ lost, as where K+ is left out to stop a pump."""
    cell = make_cell("ventricle")
    rests = {ko: rest(cell, {"ko": ko}).summary for ko in (0.1, 0.6, 1.0, 2.0, 5.4, 10.0, 30.0)}
    v = [rests[ko]["v_rest_mV"] for ko in (0.6, 1.0, 2.0, 5.4, 10.0, 30.0)]
    assert (np.diff(v) > 5).all()
    assert rests[0.1]["nai_mM"] > 10 * rests[5.4]["nai_mM"] and rests[0.1]["v_rest_mV"] > v[0]
