"""The flux formula against its definition, face by face, written once more with numpy's own logarithms."""

from decimal import Decimal, getcontext

import numpy as np
import pytest

from models.physics.flux import (
    CHARGE,
    FlowOptions,
    Medium,
    arriving,
    face_shape,
    flows,
    free_calcium,
    log_mean,
)

VT = 26.0
VALENCE, D = np.array([1.0, 1.0, -1.0, 2.0]), np.array([1.3, 2.0, 1.7, 0.7])
D_OUT = np.array([1.1, 1.9, 1.6, 0.6])
IONS = np.array([VALENCE, D, D_OUT])
FACES = 3
# arms a and b (1/um), shape (um), resistance (MOhm) and shape outside (um) at the initial volumes
FACE = np.array([[2.0, 0.7, 5.0], [3.0, 0.9, 4.0], [0.2, 0.6, 0.1], [4.0, 1.5, 9.0], [0.05, 0.15, 0.03]])
MEETING = np.array([[0.0, 4.5, 0.0], [0.0, 3.9, 0.0]])  # the middle one is at a branch point
MEDIUM = Medium(VT, 0.25, 0.3, 2.0, 0.004, 0.0)
WAYS = [  # electric, mixes, osmotic, lateral, returns, follows, calcium
    FlowOptions(*given)
    for given in (
        (True, True, False, False, False, False, -1),
        (True, True, True, False, False, True, 3),
        (True, True, False, True, False, False, -1),
        (True, True, True, True, True, False, 3),
        (True, True, False, True, True, True, -1),
        (False, True, True, True, False, False, -1),
        (False, True, False, False, False, False, 3),
        (False, False, False, False, False, False, -1),
    )
]


def ends(osmotic, lateral, seed=5):
    """States at the two ends of each face: v, amounts, relative volume, amounts outside."""
    rng = np.random.default_rng(seed)
    kinds = 1 + 4 + osmotic + 4 * lateral
    a, b = rng.uniform(20, 130, (2, kinds, FACES))
    a[0], b[0] = rng.uniform(-80, -20, (2, FACES))
    if osmotic:
        a[5], b[5] = rng.uniform(0.7, 1.6, (2, FACES))
    return a, b


def between(c_a, c_b, diffusion):
    """Conduction, liquid junction potential and logarithmic means of a face."""
    mean = (c_a - c_b) / np.log(c_a / c_b)
    conduction = sum(VALENCE**2 * diffusion * mean)
    return conduction, sum(VALENCE * diffusion * (c_a - c_b)) / conduction, mean


def expected(a, b, options, f, medium=MEDIUM):
    """Fluxes and current of one face by the definition at the head of flux.py."""
    s_a = s_b = room_a = room_b = 1.0
    shape, resistance, outer_shape = FACE[2:, f]
    if options.osmotic:
        s_a, s_b = a[5, f], b[5, f]
        arm_a, arm_b = FACE[0, f] / s_a, FACE[1, f] / s_b
        others = MEETING[0, f] - 1 / arm_a - 1 / arm_b if MEETING[0, f] else 0.0
        shape = 1 / (arm_a + arm_b + others * arm_a * arm_b)
        resistance = resistance * FACE[2, f] / shape
        if options.lateral and medium.ratio:
            room_a, room_b = 1 - medium.ratio * (s_a - 1), 1 - medium.ratio * (s_b - 1)
            arm_a, arm_b = FACE[0, f] / room_a, FACE[1, f] / room_b
            others = MEETING[1, f] - 1 / arm_a - 1 / arm_b if MEETING[1, f] else 0.0
            outer_shape = medium.outside_share / (arm_a + arm_b + others * arm_a * arm_b)
    c_a, c_b = a[1:5, f] / s_a, b[1:5, f] / s_b
    if options.calcium >= 0:
        for c, amount, s in ((c_a, a, s_a), (c_b, b, s_b)):
            c[3] = free_calcium(amount[4, f], s, medium.buffer, medium.kd)
    w, current = (a[0, f] - b[0, f]) / VT, None
    zero = np.zeros(4)
    flux, outer = D * shape * (c_a - c_b) if options.mixes else zero, None
    if options.lateral:
        o_a, o_b = a[-4:, f] / room_a, b[-4:, f] / room_b
        outer = D_OUT * outer_shape * (o_a - o_b)
    if not options.electric:
        return flux, outer, VT * w / resistance
    conduction, junction, mean = between(c_a, c_b, D)
    own = VT / (CHARGE * shape * conduction)
    along = own if options.follows else resistance
    if options.returns:
        conduction_o, junction_o, mean_o = between(o_a, o_b, D_OUT)
        own_o = VT / (CHARGE * outer_shape * conduction_o)
        current = VT * (w + junction - junction_o) / (along + own_o)
        field = -current * own_o / VT - junction_o
        outer = outer + D_OUT * outer_shape * VALENCE * mean_o * field
    else:
        current = VT * (w + junction) / along
    field = current * own / VT - junction
    return flux + D * shape * VALENCE * mean * field, outer, current


@pytest.mark.parametrize(
    "options", WAYS, ids=lambda w: "-".join(n for n, on in w._asdict().items() if on is True)
)
def test_flows_are_the_definition(options):
    a, b = ends(options.osmotic, options.lateral)
    flux, current = flows(a, b, FACE, MEETING, IONS, options, MEDIUM)
    assert flux.shape == (8 if options.lateral else 4, FACES) and current.shape == (FACES,)
    for f in range(FACES):
        inner, outer, whole = expected(a, b, options, f)
        assert flux[:4, f] == pytest.approx(inner, rel=1e-11, abs=1e-13)
        assert current[f] == pytest.approx(whole, rel=1e-11, abs=0)
        if options.lateral:
            assert flux[4:, f] == pytest.approx(outer, rel=1e-11, abs=1e-13)
        if options.electric:  # what the ions carry is the current, there and, where it returns so, back
            assert CHARGE * VALENCE @ flux[:4, f] == pytest.approx(current[f], rel=1e-11, abs=0)
        if options.returns:
            assert CHARGE * VALENCE @ flux[4:, f] == pytest.approx(-current[f], rel=1e-11, abs=0)


def test_a_space_of_constant_volume_keeps_its_shape():
    """Without water from the space (ratio 0) nothing outside depends on the cell's volume."""
    options, still = WAYS[3], MEDIUM._replace(ratio=0.0)
    a, b = ends(True, True)
    flux, current = flows(a, b, FACE, MEETING, IONS, options, still)
    for f in range(FACES):
        inner, outer, whole = expected(a, b, options, f, still)
        assert flux[:, f] == pytest.approx(np.concatenate([inner, outer]), rel=1e-11)
        assert current[f] == pytest.approx(whole, rel=1e-11)


@pytest.mark.parametrize("options", WAYS[:6], ids=str)
def test_complex_steps_are_derivatives(options):
    """Every function takes complex states: the imaginary part is the derivative by central differences.
    (No branch point here: what the other arms there conduct is no function of these two ends.)"""
    a, b = ends(options.osmotic, options.lateral)
    open_ends = np.zeros((2, FACES))
    for kind in range(len(a)):
        step = np.zeros_like(a)
        step[kind] = 1.0
        flux, current = flows(a + 1e-30j * step, b + 0j, FACE, open_ends, IONS, options, MEDIUM)
        size = 1e-5 * np.abs(a[kind])
        up, down = (flows(a + s * size * step, b, FACE, open_ends, IONS, options, MEDIUM) for s in (1, -1))
        for exact, high, low in ((flux, up[0], down[0]), (current, up[1], down[1])):
            slope = (high - low) / (2 * size)
            scale = max(np.abs(slope).max(), 1e-9)
            assert np.abs(exact.imag * 1e30 - slope).max() < 1e-6 * scale


@pytest.mark.parametrize("options", WAYS, ids=str)
@pytest.mark.parametrize("returning", [False, True])
def test_what_leaves_one_compartment_arrives_in_the_next(options, returning):
    """Four compartments, two flows into one of them: every ion and the charge, in the units of the cell."""
    if returning and (not options.lateral or options.returns):
        return
    rng = np.random.default_rng(11)
    state = rng.uniform(20, 130, (1 + 4 + options.osmotic + 4 * options.lateral, 4))
    state[0] = rng.uniform(-80, -20, 4)
    if options.osmotic:
        state[5] = rng.uniform(0.8, 1.3, 4)
    at = np.array([[0, 1, 2], [3, 3, 1]])
    ohms = np.array([3.0, 2.0, 8.0])  # NEURON's own
    room = np.array([[10.0, 20.0, 30.0, 25.0], [4.0, 5.0, 6.0, 3.0], [50.0, 40.0, 30.0, 70.0]])
    carried = rng.uniform(0.1, 2.0, 4) if returning else np.zeros(0)
    rows = np.full((1 + (8 if options.lateral else 4), 4), 7.0)  # what stood there before does not count
    entering = np.full(4, 7.0)
    arriving(state, at, FACE, ohms, MEETING, IONS, options, MEDIUM, room, carried, rows, entering)
    flux, current = flows(state[:, at[0]], state[:, at[1]], FACE, MEETING, IONS, options, MEDIUM)
    signs = np.zeros((3, 4))  # of a face's flow in what a compartment gets
    for f in range(3):
        signs[f, at[0, f]], signs[f, at[1, f]] = -1, 1
    gets = flux @ signs
    assert entering == pytest.approx(current @ signs, rel=1e-12)
    lacking = current - (state[0, at[0]] - state[0, at[1]]) / ohms
    assert rows[-1] == pytest.approx(-100 * lacking @ signs / room[2], rel=1e-12)  # nA/um2 = 100 mA/cm2
    if returning:
        leaving = entering + CHARGE * VALENCE @ gets[4:]
        gets[4:] -= np.outer(carried, leaving)
    assert rows[:4] == pytest.approx(gets[:4] / room[0], rel=1e-12)
    if options.lateral:
        assert rows[4:8] == pytest.approx(gets[4:] / room[1], rel=1e-12)


def test_nothing_flows_between_equals():
    """Where every electrochemical potential is level, whatever the resistance."""
    v = np.array([-70.0, -71.0, -40.0])
    a, b = np.vstack([v, np.ones((4, 3)) * 50]), np.vstack([v - 5.0, np.ones((4, 3)) * 50])
    b[1:] = a[1:] * np.exp(VALENCE * 5.0 / VT)[:, None]
    flux, current = flows(a, b, FACE, MEETING, IONS, WAYS[0], MEDIUM)
    largest = (D[:, None] * FACE[2] * np.abs(a[1:] - b[1:])).max()
    assert np.abs(flux).max() < 1e-12 * largest and np.abs(current).max() < 1e-12


@pytest.mark.parametrize("relative_volume", [1.0, 1.4])
@pytest.mark.parametrize("buffer", [0.0, 0.3])
def test_free_calcium_is_what_the_buffer_leaves(relative_volume, buffer):
    for total in (1e-5, 0.02, 0.5):
        free = free_calcium(total, relative_volume, buffer, 1.3e-3)
        assert free * relative_volume + buffer * free / (free + 1.3e-3) == pytest.approx(
            total, rel=1e-12, abs=0
        )
    slope = free_calcium(0.02 + 1e-30j, relative_volume, buffer, 1.3e-3).imag * 1e30
    low, high = (free_calcium(0.02 + s, relative_volume, buffer, 1.3e-3) for s in (-1e-6, 1e-6))
    assert slope == pytest.approx((high - low) / 2e-6, rel=1e-6)


def logarithmic_mean(a: float, b: float) -> float:
    getcontext().prec = 50
    a, b = Decimal(a), Decimal(b)
    return float((a - b) / (a.ln() - b.ln()))


@pytest.mark.parametrize("ratio", [1 + 1e-9, 1.001, 1.09, 1.0934, 1.0936, 1.2, 3.0, 50.0, 1e6])
def test_log_mean_to_all_digits(ratio):
    """From the series and from the closed form, on both sides of where they meet."""
    digits = 2e-15 if ratio < 10 else 1e-15 * ratio  # the closed form loses some near one empty side
    for a, b in ((70.0 * ratio, 70.0), (0.3, 0.3 * ratio)):
        found = log_mean(complex(a), complex(b)).real
        assert found == pytest.approx(logarithmic_mean(a, b), rel=digits, abs=0)


def test_log_mean_where_there_is_none():
    assert log_mean(0.0, 0.0) == 0.0
    assert log_mean(5.0, 5.0) == 5.0
    # one side empty or, in a trial state, below 0: small, positive and the same from both sides
    for other in (0.0, -1e-3):
        one, two = log_mean(100.0, other), log_mean(other, 100.0)
        assert one == two and 0 < one < 4.0
    assert log_mean(1e-12, 100.0) == pytest.approx(logarithmic_mean(1e-12, 100.0), rel=0.2)


def test_shape_of_a_face():
    assert face_shape(2.0, 3.0, 0.0) == pytest.approx(1 / 5)
    # with a third arm of conductance 4 at the point where they meet: g_a g_b/(g_a + g_b + g_c)
    assert face_shape(2.0, 3.0, 1 / 2 + 1 / 3 + 4.0) == pytest.approx((1 / 6) / (1 / 2 + 1 / 3 + 4))
    assert CHARGE == pytest.approx(0.09648533212)
    # by complex steps: what the third arm conducts does not follow the first
    slope = face_shape(2.0 + 1e-30j, 3.0 + 0j, 1 / 2 + 1 / 3 + 4.0).imag * 1e30
    assert slope == pytest.approx(-(1 + 4.0 * 3.0) / (2 + 3 + 4 * 6) ** 2)


def test_every_way_is_tried():
    assert (
        {w.electric for w in WAYS} == {w.osmotic for w in WAYS} == {w.returns for w in WAYS} == {True, False}
    )
