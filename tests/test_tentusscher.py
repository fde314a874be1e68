"""A published ventricular cell gives what its authors' equations give: at rest, and when it beats.

ten Tusscher, Noble, Noble & Panfilov 2004 (epicardial), written here once more and integrated by SciPy.
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from models import block, excite, make_cell, rest
from models.experiments.electrode import Electrode

RT, FARADAY = 8314.472 * 310 / 96485.3415, 96485.3415  # mV, C/mol
NAO, KO, CAO, CAPACITANCE, CYTOSOL, STORE = 140.0, 5.4, 2.0, 185.0, 16404.0, 1094.0  # mM, pF, um3
# mM/ms that 1 pA/pF brings in of a monovalent ion: 1e-12 mol/(l s) of 1e-15 l are 1e3 mM/s, 1 mM/ms
INTO = CAPACITANCE * 1e-12 / (CYTOSOL * 1e-15 * FARADAY)
GATES = ("m", "h", "j", "d", "f", "fca", "r", "s", "xr1", "xr2", "xs", "g")
PULSE = 2.0  # ms


def gates(v, cai):
    """Steady state and rate (/ms) of each gate."""
    e = np.exp
    below = v < -40
    ah = 0.057 * e(-(v + 80) / 6.8) if below else 0.0
    bh = 2.7 * e(0.079 * v) + 3.1e5 * e(0.3485 * v) if below else 0.77 / (0.13 * (1 + e((v + 10.66) / -11.1)))
    aj, bj = 0.0, 0.6 * e(0.057 * v) / (1 + e(-0.1 * (v + 32)))
    if below:
        aj = (
            (-25428 * e(0.2444 * v) - 6.948e-6 * e(-0.04391 * v)) * (v + 37.78) / (1 + e(0.311 * (v + 79.23)))
        )
        bj = 0.02424 * e(-0.01052 * v) / (1 + e(-0.1378 * (v + 40.14)))
    tm = (0.1 / (1 + e((v + 35) / 5)) + 0.1 / (1 + e((v - 50) / 200))) / (1 + e((-60 - v) / 5))
    td = (1.4 / (1 + e((-35 - v) / 13)) + 0.25) * 1.4 / (1 + e((v + 5) / 5)) + 1 / (1 + e((50 - v) / 20))
    tf = 1125 * e(-((v + 27) ** 2) / 240) + 80 + 165 / (1 + e((25 - v) / 10))
    fca = 1 / (1 + (cai / 0.000325) ** 8) + 0.1 / (1 + e((cai - 0.0005) / 0.0001))
    fca = (fca + 0.2 / (1 + e((cai - 0.00075) / 0.0008)) + 0.23) / 1.46
    hinf = 1 / (1 + e((v + 71.55) / 7.43)) ** 2
    txs = 1100 / np.sqrt(1 + e((-10 - v) / 6)) / (1 + e((v - 60) / 20))
    ts = 85 * e(-((v + 45) ** 2) / 320) + 5 / (1 + e((v - 20) / 5)) + 3
    return {
        "m": (1 / (1 + e((-56.86 - v) / 9.03)) ** 2, 1 / tm),
        "h": (hinf, ah + bh),
        "j": (hinf, aj + bj),
        "d": (1 / (1 + e((-5 - v) / 7.5)), 1 / td),
        "f": (1 / (1 + e((v + 20) / 7)), 1 / tf),
        "fca": (fca, 1 / 2),
        "r": (1 / (1 + e((20 - v) / 6)), 1 / (9.5 * e(-((v + 40) ** 2) / 1800) + 0.8)),
        "s": (1 / (1 + e((v + 20) / 5)), 1 / ts),
        "xr1": (1 / (1 + e((-26 - v) / 7)), (1 + e((-45 - v) / 10)) / 450 * (1 + e((v + 30) / 11.5)) / 6),
        "xr2": (1 / (1 + e((v + 88) / 24)), (1 + e((-60 - v) / 20)) / 3 * (1 + e((v - 60) / 20)) / 1.12),
        "xs": (1 / (1 + e((-5 - v) / 14)), 1 / txs),
        "g": (1 / (1 + (cai / 0.00035) ** (6 if cai < 0.00035 else 16)), 1 / 2),
    }


def currents(v, x, na, k, cai):
    """pA/pF, by name."""
    e, u, root = np.exp, v / RT, np.sqrt(KO / 5.4)
    ena, ek, eca = RT * np.log(NAO / na), RT * np.log(KO / k), RT / 2 * np.log(CAO / cai)
    eks, d = RT * np.log((KO + 0.03 * NAO) / (k + 0.03 * na)), v - ek
    a = 0.1 / (1 + e(0.06 * (d - 200)))
    b = (3 * e(0.0002 * (d + 100)) + e(0.1 * (d - 10))) / (1 + e(-0.5 * d))
    drive = 4 * u * FARADAY * (cai * e(2 * u) - 0.341 * CAO) / (e(2 * u) - 1)  # C/l, by 1e-3 from mM
    exchange = e(0.35 * u) * na**3 * CAO - e(-0.65 * u) * NAO**3 * cai * 2.5
    exchange /= (87.5**3 + NAO**3) * (1.38 + CAO) * (1 + 0.1 * e(-0.65 * u))
    pump = KO / (KO + 1) * na / (na + 40) / (1 + 0.1245 * e(-0.1 * u) + 0.0353 * e(-u))
    return {
        "na": 14.838 * x["m"] ** 3 * x["h"] * x["j"] * (v - ena),
        "bna": 0.00029 * (v - ena),
        "cal": 0.000175 * x["d"] * x["f"] * x["fca"] * drive,
        "bca": 0.000592 * (v - eca),
        "to": 0.294 * x["r"] * x["s"] * d,
        "kr": 0.096 * root * x["xr1"] * x["xr2"] * d,
        "ks": 0.245 * x["xs"] ** 2 * (v - eks),
        "k1": 5.405 * root * a / (a + b) * d,
        "pk": 0.0146 * d / (1 + e((25 - v) / 5.98)),
        "pump": 1.362 * pump,
        "ncx": 1000 * exchange,
        "pca": 0.825 * cai / (cai + 0.0005),
    }


def rates(y, stimulus, counter):
    """dy/dt (/ms) of v, cai, casr, na, k and the gates. counter: whether K+ leaves for the store's Ca2+."""
    v, cai, casr, na, k = y[:5]
    x = dict(zip(GATES, y[5:], strict=True))
    i, to = currents(v, x, na, k, cai), gates(v, cai)
    dx = {name: (inf - x[name]) * rate for name, (inf, rate) in to.items()}
    for held in ("fca", "g"):
        if dx[held] > 0 and v > -60:
            dx[held] = 0.0
    rel = (0.016464 * casr**2 / (0.25**2 + casr**2) + 0.008232) * x["d"] * x["g"]
    taken = 0.000425 / (1 + (0.00025 / cai) ** 2) - 8e-5 * (casr - cai) - rel
    free = 1 / (1 + 0.15 * 0.001 / (cai + 0.001) ** 2)
    free_sr = 1 / (1 + 10 * 0.3 / (casr + 0.3) ** 2)
    calcium = i["cal"] + i["bca"] + i["pca"] - 2 * i["ncx"]
    potassium = i["k1"] + i["to"] + i["kr"] + i["ks"] + i["pk"] - 2 * i["pump"] - stimulus
    return np.array([
        stimulus - sum(i.values()),
        free * (-taken - calcium * INTO / 2),
        free_sr * CYTOSOL / STORE * taken,
        -(i["na"] + i["bna"] + 3 * i["pump"] + 3 * i["ncx"]) * INTO,
        -potassium * INTO + (2 * taken if counter else 0.0),
        *(dx[name] for name in GATES),
    ])  # fmt: skip


def integrated(start, end, stimulus=0.0, counter=False, times=None, longest=np.inf):
    found = solve_ivp(
        lambda t, y: rates(y, stimulus, counter), (0, end), start, "LSODA", times,
        rtol=1e-8, atol=1e-10, max_step=longest,
    )  # fmt: skip
    return found.y.T


def quiescent(counter):
    """Their state after a day without stimuli, from where their code starts."""
    v, cai = -86.2, 0.0002
    begin = [v, cai, 0.2, 11.6, 138.3, *(gates(v, cai)[name][0] for name in GATES)]
    return integrated(begin, 24 * 3600e3, counter=counter)[-1]


@pytest.fixture(scope="module")
def cell():
    return make_cell("tentusscher2004")


@pytest.mark.parametrize(("counter", "close"), [(True, 2e-4), (False, 0.15)])
def test_it_rests_where_its_authors_equations_come_to(cell, counter, close):
    """With the counter-ion that the books need, K+ for what the store takes up, to their integration's error;
    without it 0.5 mM of K+ stays elsewhere, 0.1 mV."""
    s = rest(cell).summary
    v, cai, _, na, k, *_ = quiescent(counter)
    assert s["v_rest_mV"] == pytest.approx(v, abs=close)
    assert s["nai_mM"] == pytest.approx(na, rel=1e-3 if counter else 1e-2)
    assert s["cai_mM"] == pytest.approx(cai, rel=1e-2)
    assert s["ki_mM"] == pytest.approx(k, abs=5 * close)


def test_its_action_potential_is_theirs(cell):
    """To 0.05 mV on the upstroke, which is 2e-4 ms there, and to 0.01 mV after it, for half a second, through
    the release of the store: what two integrators at 1e-6 and 1e-8 leave."""
    found = rest(cell)
    cell.start, places = found.state(), cell.where("all")
    electrode = Electrode(cell, places, PULSE)
    t, v = electrode.respond(6.0, 500.0)
    electrode.remove()
    begin = quiescent(True)
    during = integrated(begin, PULSE, 6e3 / CAPACITANCE, True, np.linspace(0, PULSE, 41), 0.05)
    after = integrated(during[-1], 500.0, 0.0, True, t[41:] - PULSE, 1.0)
    theirs = np.concatenate([during, after])[:, 0]
    assert theirs.max() > 30 and theirs[-1] < -80
    assert (np.abs(v - theirs) <= np.where(t < 3, 0.05, 0.01)).all()


def test_charge_and_ions_are_conserved_and_excite_finds_the_spike(cell):
    s = block(cell, hours=1).summary
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-12
    (point,) = excite(cell).points
    assert point.outcome == "spike" and 25 < point.peak < 60


# ---------------------------------------------------------------------- the same with this project's pump


def test_the_heart_beats_at_its_own_rest_along_potassium():
    """A rest near E_K, a threshold that falls with the distance to go, a spike at each."""
    low, high = excite("human_ventricle", vary={"ko": [3, 9]}).points
    assert low.outcome == high.outcome == "spike"
    assert high.v_rest > low.v_rest + 25 and low.threshold > 2 * high.threshold


def test_without_its_pump_it_loads_sodium_and_calcium_and_fails():
    """An hour of it, then no pulse makes a spike; what its pumps spend is counted, its store's too."""
    human = make_cell("human_ventricle")
    before = rest(human)
    assert 0.5 < before.summary["atp_share_of_pump"] < 0.9
    found = block(human, hours=1.0)
    assert found.summary["v_end_mV"] > before.summary["v_rest_mV"] + 10
    assert found.course.na[-1, 0] > 50 and found.course.ca[-1, 0] > 1e-3
    (point,) = excite(human, hours=1.0).points
    assert np.isnan(point.threshold)
