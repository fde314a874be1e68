"""Numbers from measured values: the model against rests, closed forms, differences; fit, sample, coverage."""

import numpy as np
import pytest
from scipy.stats import binom, chi2

from models import ConvergenceError, infer, make_cell, rest
from models.experiments.excite import usual_place
from models.experiments.inference import sample
from models.experiments.inference.fit import Prior, Problem, best, better, fit_at, prior_of
from models.experiments.inference.model import Model
from models.experiments.inference.sample import sampled
from models.experiments.inference.situations import values
from models.experiments.inference.sought import sought
from models.experiments.inference.tables import read_measured
from models.solve.nearby import Nearby

V = {"what": "v", "value": -50, "error": 1}
NA = {"what": "nai", "value": 12, "error": 2}
R = {"what": "membrane_resistance", "value": "51 kohm cm2", "error": "10 %"}
STEP = {"what": "ouabain_step", "value": 5.5, "error": 0.5}
EVERY = [
    V, NA, R, STEP, {"what": "cli", "value": 17, "error": 1}, {"what": "ki", "value": 130, "error": 4},
    {"what": "pump_current", "value": "0.1 uA/cm2", "error": "10 %"},
    {"what": "input_resistance", "value": "3 Gohm", "error": "10 %"},
    {"what": "v", "value": -40, "error": 1, "set": {"ko": 10}},
    {"what": "v", "value": -45, "error": 1, "set": {"ko": 10}, "hold": "concentrations"},
    {"what": "step", "value": 3, "error": 1, "set": {"ko": 10, "clo": 60}, "hold": "concentrations"},
    {"what": "step", "value": 3, "error": 1, "scale": {"naleak": 2}},
    {"what": "membrane_resistance", "value": 5e4, "error": 9e3, "set": {"ko": 10}, "hold": "concentrations"},
    {"what": "ouabain_step", "value": 5, "error": 1, "set": {"ko": 10}},
]  # fmt: skip


def model_of(cell, measured, free=None, **tables):
    given = read_measured({"measured": measured, "free": free or {}, **tables})
    found = values(cell, given.tables.measured, usual_place(cell), given.path)
    return Model(cell, sought(cell, given.tables.free, given.path), found, {}, {})


def problem_of(model):
    measured, errors = (np.array([getattr(v, key) for v in model.values]) for key in ("value", "error"))
    return Problem(model, prior_of(model.sought), measured, errors)


@pytest.fixture(scope="module")
def hek():
    return make_cell("hek293")


def test_what_would_be_measured_is_what_rest_says(hek):
    """Of another cell than the file's, in every situation; both are good to 1e-8 of a number."""
    factors = {"naleak": 1.7, "kleak": 0.8, "clleak": 1.2, "pump": 1.5}
    model = model_of(hek, EVERY)
    with model.opened():
        found = model.predict(np.log([factors[one.name] for one in model.sought]))
    before = rest(hek, scale=factors)
    s = before.summary

    def then(set=None, hold="concentrations", **more):
        scale = {name: factor * more.get(name, 1.0) for name, factor in factors.items()}
        return rest(hek, set=set, scale=scale, start=before if hold else None, hold=hold).summary

    ko = {"ko": 10}
    v, late = s["v_rest_mV"], then(ko, None)
    at_once = then(ko)
    late_rest = rest(hek, set=ko, scale=factors)
    stopped = rest(hek, set=ko, scale=factors | {"pump": 0}, start=late_rest, hold="concentrations").summary
    wanted = [
        v, s["nai_mM"], s["membrane_resistance_ohm_cm2"], then(pump=0)["v_rest_mV"] - v, s["cli_mM"],
        s["ki_mM"], s["pump_net_current_uA_cm2"], None, late["v_rest_mV"], at_once["v_rest_mV"],
        then({"ko": 10, "clo": 60})["v_rest_mV"] - v, then(None, None, naleak=2)["v_rest_mV"] - v,
        at_once["membrane_resistance_ohm_cm2"], stopped["v_rest_mV"] - late["v_rest_mV"],
    ]  # fmt: skip
    for value, got, right in zip(model.values, found, wanted, strict=True):
        if right is None:  # one compartment without gates: of the membrane, over its area
            right = 1e2 * s["membrane_resistance_ohm_cm2"] / hek.area.sum()
        assert got == pytest.approx(right, rel=1e-7, abs=1e-7), value.words
    assert rest(hek).summary["v_rest_mV"] == pytest.approx(-50, abs=1e-6)  # the cell is as it was


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("muscle_slow", {"max_compartment_length": 5000}),
        ("stylised", {"max_compartment_length": 200, "outside": "shell", "volume": "osmotic"}),
        ("astrocyte", {}),
    ],
)
def test_what_is_outside_is_as_rest_has_it(name, options):
    """At once in raised K+: the lumen of T-tubules has what the bath has, a shell what it had."""
    cell, scale = make_cell(name, **options), {"naleak": 1.3}
    measured = [STEP, EVERY[9], EVERY[8]]
    model = model_of(cell, measured, {"naleak": {}})
    with model.opened():
        found = model.predict(np.log([1.3]))
    before = rest(cell, scale=scale)
    held = {"start": before, "hold": "concentrations"}
    stopped = rest(cell, scale=scale | {"pump": 0}, **held).summary["v_rest_mV"]
    at_once = rest(cell, scale=scale, set={"ko": 10}, **held).summary["v_rest_mV"]
    late = rest(cell, scale=scale, set={"ko": 10}, start=before).summary["v_rest_mV"]
    step = stopped - before.summary["v_rest_mV"]
    assert found == pytest.approx([step, at_once, late], abs=1e-7)


@pytest.mark.parametrize(
    ("name", "options", "free", "many"),
    [
        ("hek293", {}, ("naleak", "kleak", "clleak", "pump"), 14),
        ("stylised", {"max_compartment_length": 200}, ("naleak", "pump", "km_na", "impermeant_inside"), 13),
        ("stylised", {"max_compartment_length": 200, "volume": "osmotic"}, ("clleak", "kleak"), 13),
        ("excitable", {"max_compartment_length": 200}, ("kleak", "pl_kv"), 8),
    ],
)
def test_derivatives_are_those_of_differences(name, options, free, many):
    """To fourth order in steps of 1e-3; resistances, differences themselves, are good to 1e-6."""
    model = model_of(make_cell(name, **options), EVERY[:many], {one: {} for one in free})
    with model.opened():
        at = 0.02 * np.arange(len(free)) + [one.centre for one in model.sought]
        _, by = model.differentiate(at)
        for j in range(len(free)):
            h = 1e-3 * np.eye(len(free))[j]
            near = [model.predict(at + times * h) for times in (1, -1, 2, -2)]
            wanted = (8 * (near[0] - near[1]) - (near[2] - near[3])) / 12e-3
            scale = np.abs(by).max(axis=1)
            assert (np.abs(by[:, j] - wanted) <= 1e-6 * scale + 1e-8).all(), free[j]


def test_a_ratio_from_v_is_that_of_mullins_and_noda(hek):
    """P_Na/P_K from V and the concentrations in closed form, and its uncertainty from that of V."""
    tight = {"what": "nai", "value": 12, "error": 0.01}
    flat = {name: {"low": 0.01, "high": 100} for name in ("naleak", "kleak", "pump")}
    result = infer({"measured": [V | {"value": -60}, tight], "free": flat}, hek, draws=0)
    vt, s = 8.31446261815324 * 295.15 / 96.48533212331, rest(hek).summary
    ki = s["ki_mM"] + s["nai_mM"] - 12 + 0.0  # what leaves of one comes in of the other, chloride too
    ratio = {}
    for v in (-60.0, -59.9):
        cl = 125 * np.exp(v / vt)
        k = ki + cl - s["cli_mM"]
        ratio[v] = 1.5 * (k * np.exp(v / vt) - 5) / (145 - 12 * np.exp(v / vt))
    strengths = {one.label: one.whole for one in result.sought}
    found = dict(zip([one.label for one in result.sought], result.best, strict=True))
    got = found["P_Na"] * strengths["P_Na"] / (found["P_K"] * strengths["P_K"])
    assert got == pytest.approx(ratio[-60.0], rel=2e-4)  # the charge on the membrane is left out
    (said,) = [one for one in result.known.ratios if {one[0], one[1]} == {0, 1}]
    assert said[2] == pytest.approx(np.log(ratio[-59.9] / ratio[-60.0]) / 0.1, rel=5e-3)


class Bent:
    """A model in closed form, of a sum and a ratio of two numbers: what is known of them is bent."""

    lost, why, evaluations = 0, "", 0

    def predict(self, logs):
        self.evaluations += 1
        return np.array([np.exp(logs).sum(), logs[0] - 0.3 * logs[1]])

    def differentiate(self, logs):
        return self.predict(logs), np.array([np.exp(logs), [1.0, -0.3]])


def test_the_sample_is_the_posterior():
    """Means and quantiles against sums over a grid, of a posterior that no normal distribution resembles."""
    spread = np.log([6.0, 6.0])
    prior = Prior(np.zeros(2), spread, np.full(2, -np.inf), np.array([np.inf, 1.2]), np.zeros(2, bool))
    problem = Problem(Bent(), prior, np.array([2.0, 0.5]), np.array([0.15, 0.9]))
    fit = best(problem, np.random.default_rng(0))
    got = sampled(problem, fit, 3000, 7)
    assert got.long_enough and got.acceptance > 0.4 and got.autocorrelation < 10
    grid = np.linspace(-4, 4, 500)
    x, y = (part.ravel() for part in np.meshgrid(grid, grid[grid <= 1.2], indexing="ij"))
    logs = spread[:, None] * [x, y]
    squares = ((np.exp(logs).sum(axis=0) - 2) / 0.15) ** 2 + ((logs[0] - 0.3 * logs[1] - 0.5) / 0.9) ** 2
    weight = np.exp(-0.5 * (squares + x**2 + y**2))
    weight /= weight.sum()
    error = 4 / np.sqrt(got.effective)  # four standard errors of a mean, in standard deviations
    for own, true in ((got.u[:, 0], x), (got.u[:, 1], y)):
        mean = weight @ true
        deviation = np.sqrt(weight @ (true - mean) ** 2)
        assert own.mean() == pytest.approx(mean, abs=error * deviation)
        assert own.std() == pytest.approx(deviation, rel=error)
        for level in (0.05, 0.5, 0.95):
            order = np.argsort(true)
            at = true[order][np.searchsorted(np.cumsum(weight[order]), level)]
            assert np.mean(own <= at) == pytest.approx(level, abs=error * np.sqrt(level * (1 - level)) + 0.01)
    assert got.u[:, 1].max() <= 1.2
    assert got.predicted == pytest.approx(np.array([Bent().predict(prior.logs(u)) for u in got.u]))


def test_a_sample_that_finds_better_values_is_heard():
    """A solution that is none, from which the likeliest draw leads on to the best."""
    prior = Prior(np.zeros(2), np.log([6.0, 6.0]), np.full(2, -9.0), np.full(2, 9.0), np.zeros(2, bool))
    problem = Problem(Bent(), prior, np.array([2.0, 0.5]), np.array([0.15, 0.9]))
    right, poor = best(problem, np.random.default_rng(0)), fit_at(problem, np.array([1.0, 1.0]), [])
    near = right.u + 0.01
    found = better(problem, poor, near, problem.log_probability(near)[0])
    assert found.u == pytest.approx(right.u, abs=1e-4) and found.chi_squared < poor.chi_squared
    assert better(problem, right, near, problem.log_probability(near)[0]) is right


def test_truth_lies_within_the_stated_limits_19_times_in_20(hek):
    """Sixty cells drawn from the prior and measured with errors: of each number the limits of 95 % hold it as
    often as chance has it, neither less nor by being too wide: all departures together are chi squared."""
    free = {name: {"spread": 1.3} for name in ("naleak", "kleak", "pump")}
    measured = [V, NA, R, {"what": "pump_current", "value": 0.1, "error": "20 %"}]
    model, random, runs = model_of(hek, measured, free), np.random.default_rng(11), 60
    problem = problem_of(model)
    inside, squares = np.zeros(3, int), 0.0
    with model.opened():
        for _ in range(runs):
            truth = problem.prior.draw(random)
            exact = model.predict(problem.prior.logs(truth))
            problem.measured = exact + problem.errors * random.standard_normal(4)
            fit = best(problem, random, starts=0)
            off = truth - fit.u
            inside += np.abs(off) <= 1.96 * np.sqrt(np.diag(fit.covariance))
            squares += off @ np.linalg.solve(fit.covariance, off)
    assert (inside >= binom.ppf(0.001, runs, 0.95)).all() and inside.sum() < 3 * runs
    assert chi2.ppf(0.001, 3 * runs) < squares < chi2.ppf(0.999, 3 * runs)


def test_samples_hold_the_truth_too(hek, monkeypatch):
    """Five cells, where the posterior is bent: of 15 limits of 95 % at most 3 do not hold it (1 in 200)."""
    monkeypatch.setattr(sample, "ROUNDS", 3)
    random, missed = np.random.default_rng(3), 0
    model = model_of(hek, [V, NA, R], {"naleak": {}, "clleak": {}, "pump": {}})
    problem = problem_of(model)
    with model.opened():
        for seed in range(5):
            truth = problem.prior.draw(random)
            exact = model.predict(problem.prior.logs(truth))
            problem.errors = np.array([1.0, 0.2 * exact[1], 0.1 * exact[2]])
            problem.measured = exact + problem.errors * random.standard_normal(3)
            got = sampled(problem, best(problem, random, starts=0), 30, seed, longest=20)
            low, high = np.quantile(got.u, (0.025, 0.975), axis=0)
            missed += int(np.sum((truth < low) | (truth > high)))
    assert missed <= 3


def test_the_same_seed_gives_the_same_sample(hek, monkeypatch):
    monkeypatch.setattr(sample, "ENOUGH", 10)
    monkeypatch.setattr(sample, "ROUNDS", 3)
    given = {"measured": [V, R], "free": {"kleak": {}, "naleak": {}}}
    one, two, other = (infer(given, hek, draws=40, seed=seed) for seed in (5, 5, 6))
    assert (one.draws == two.draws).all() and (one.predicted == two.predicted).all()
    assert one.draws.shape != other.draws.shape or (one.draws != other.draws).any()
    assert one.summary["long_enough"] and one.summary["effective_number"] >= 40


def test_what_has_no_rest_is_impossible(hek, monkeypatch):
    """It counts, and no draw is there; where nothing has a rest there is an error."""
    monkeypatch.setattr(sample, "ENOUGH", 10)
    find, most = Nearby.find, 1.6

    def lost(self, at):
        if at[1] * np.log(3) > np.log(most):
            raise ConvergenceError("hek293: no resting state")
        return find(self, at)

    given = {"measured": [V, NA], "free": {"naleak": {}, "pump": {}}}
    monkeypatch.setattr(Nearby, "find", lost)
    result = infer(given, hek, draws=60)
    assert 0.8 < result.draws[:, 1].max() <= most
    assert result.summary["without_rest_share"] > 0.01
    assert result.summary["without_rest_why"] == "hek293: no resting state"
    most = 1e-9
    with pytest.raises(ConvergenceError, match="no resting state"):
        infer(given, hek, draws=0)
