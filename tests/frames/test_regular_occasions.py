"""Frames of regular occasions, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.frames.regular_occasions import opportunities_from_flags, repeat_trials_from_flags

FLAGS = pd.DataFrame(
    [
        [1, 1, 0, 0],  # x = 1 at opportunity 1
        [1, 0, 1, 1],  # history x = 1, t_x = 2; one in the holdout
        [1, 0, 1, 1],
        [1, 0, 0, 0],
    ]
)


def test_opportunities_from_flags_by_hand():
    found = opportunities_from_flags(FLAGS, n_calibration=2)
    assert found.to_numpy().tolist() == [
        # frequency, recency, n_opportunities, holdout_frequency, n_holdout, n_customers
        [0, 0, 2, 0, 1, 1],
        [1, 1, 2, 0, 1, 1],
        [1, 2, 2, 1, 1, 2],
    ]
    whole = opportunities_from_flags(FLAGS)
    assert "n_holdout" not in whole and whole["frequency"].tolist() == [0, 1, 2]


def test_repeat_trials_from_flags_by_hand():
    found = repeat_trials_from_flags(FLAGS.iloc[[1]], days_per_occasion=365.25)
    assert found["purchase_number"].tolist() == [1, 2, 3]
    assert found["gap_days"].fillna(-1).tolist() == [730.5, 365.25, -1]
    assert found["followed_days"].tolist() == [3 * 365.25, 365.25, 0]


def test_flags_must_begin_with_joining():
    with pytest.raises(FrameMistake, match="1 in the first column"):
        opportunities_from_flags(pd.DataFrame([[0, 1]]))
