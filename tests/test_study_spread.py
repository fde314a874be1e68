"""What explains a spread, against functions whose indices are known."""

from types import SimpleNamespace

import numpy as np
import pytest

from models.studies import vary
from models.studies.design import cohort, sampled
from models.studies.spread import explained
from models.studies.tables import Sample, Spreading, Tables

LIMITS = {"ko": "2:8", "pump": "0:6", "naleak": "0:6"}


def sample(method, members):
    """A sample of three numbers, each evenly within a range of 6, and its tables."""
    tables = Tables(vary=LIMITS, sample=Sample(method=method, members=members))
    points = sampled(vary.limits(LIMITS), tables.sample, 0)
    columns = {name: np.array(values) for name, values in points.columns(range(points.count)).items()}
    return tables, points, columns


@pytest.mark.parametrize(("method", "members"), [("saltelli", 512), ("sobol", 1024), ("latin", 1000)])
def test_indices_of_a_sum(method, members):
    """Of 3 x + 4 y + 0 z, x and y as widely spread: 9/25 and 16/25 of the variance, alone and in all.

    The samples' own errors are some 3 %, which their intervals say."""
    tables, points, given = sample(method, members)
    found = explained(points, tables, given, {"v": 3 * given["ko"] + 4 * given["pump"]})["v"]
    assert found.names == ["ko", "pump", "naleak"]
    assert found.first == pytest.approx([0.36, 0.64, 0], abs=0.06)
    assert (np.abs(found.first - [0.36, 0.64, 0]) < 2.5 * found.first_error + 0.03).all()
    assert list(found.order()[:2]) == [1, 0]
    assert found.rank[:2] == pytest.approx([0.6, 0.8], abs=0.06) and abs(found.rank[2]) < 0.06
    if method == "saltelli":
        assert found.total == pytest.approx([0.36, 0.64, 0], abs=0.04)
        # of so smooth a function what is explained in all is known better than what is explained alone
        assert (found.total_error[:2] < found.first_error[:2]).all() and (found.total_error[:2] > 0).all()


def test_indices_of_a_product():
    """Of (x - 5)(y - 3) neither explains anything alone, and both all of it together."""
    tables, points, given = sample("saltelli", 512)
    found = explained(points, tables, given, {"v": (given["ko"] - 5) * (given["pump"] - 3)})["v"]
    assert found.first == pytest.approx([0, 0, 0], abs=0.15)
    assert found.total == pytest.approx([1, 1, 0], abs=0.1)


def test_members_without_numbers_are_left_out():
    """Of a Saltelli sample with all that goes with them."""
    tables, points, given = sample("saltelli", 256)
    values = 3 * given["ko"] + 4 * given["pump"]
    values[::50] = np.nan
    found = explained(points, tables, given, {"v": values})["v"]
    assert found.members % 5 == 0 and found.members < np.isfinite(values).sum()
    assert found.total == pytest.approx([0.36, 0.64, 0], abs=0.06)


def test_where_nothing_can_be_said():
    tables, points, given = sample("latin", 15)
    assert explained(points, tables, given, {"v": given["ko"]}) == {}
    tables, points, given = sample("latin", 100)
    assert explained(points, tables, given, {"v": np.full(100, 2.0)}) == {}
    grid = SimpleNamespace(dimensions={"ko": (1, 2)})
    assert explained(grid, Tables(vary={"ko": [1, 2]}), given, {"v": given["ko"]}) == {}


def test_correlated_numbers_have_rank_correlations_alone():
    """Shares of a variance mean nothing where two numbers go together."""
    given = {"correlated": [{"between": ["pump", "naleak"], "r": 0.8}], "members": 400}
    tables = Tables(spread={name: Spreading(cv="0.2") for name in ("pump", "naleak")}, **given)
    points = cohort({"pump": 0.2, "naleak": 0.2}, {"pump": 1, "naleak": 1}, tables.correlated, 400, 0)
    columns = {name: np.array(values) for name, values in points.columns(range(400)).items()}
    found = explained(points, tables, columns, {"v": columns["pump"]})["v"]
    assert np.isnan(found.first).all() and np.isnan(found.total).all()
    assert found.rank == pytest.approx([1, 0.8], abs=0.06)
