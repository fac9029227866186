"""Egger's test and the trim against a second derivation and a funnel with a known hole."""

import numpy as np
import pytest

from analysis.verdicts.publication_bias import egger, trim_and_fill


def test_egger_is_the_textbook_regression():
    rng = np.random.default_rng(5)
    errors = rng.uniform(0.1, 1.0, 15)
    effects = 0.3 + 0.8 * errors + errors * rng.standard_normal(15)
    x, y = 1 / errors, effects / errors
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    assert egger(effects, errors)[0] == pytest.approx(y.mean() - slope * x.mean())


def test_trim_and_fill_finds_what_was_taken_out_of_a_symmetric_funnel():
    """Pairs at plus and minus one error, round 2; of the five least precise the lower one was never published."""
    errors = np.linspace(0.1, 1.0, 15)
    effects = np.concatenate([2 + errors, (2 - errors)[:-5]])
    mean, missing = trim_and_fill(effects, np.concatenate([errors, errors[:-5]]))
    assert 3 <= missing <= 7
    assert mean == pytest.approx(2.0, abs=0.03)
    mirrored, the_same = trim_and_fill(-effects, np.concatenate([errors, errors[:-5]]))
    assert (mirrored, the_same) == (pytest.approx(-mean), missing)
