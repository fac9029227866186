"""No estimator gives a number on another scale than the quantity registers."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Design, Kind, Scale
from analysis.estimators.observational.recovery_share import estimate_recovery_share
from analysis.estimators.quasi_experimental.bunching import estimate_bunching
from analysis.estimators.quasi_experimental.goal_gradient import estimate_goal_gradient
from analysis.estimators.quasi_experimental.redemption_event_study import estimate_redemption_event_study
from analysis.estimators.quasi_experimental.regression_discontinuity import (
    estimate_discontinuity,
    estimate_discontinuity_difference,
)
from analysis.frames import Context, Frame
from tests.helpers import a_claim, a_quantity

CLAIM = a_claim(
    a_quantity(name="odds", scale=Scale.ODDS_RATIO, unit="times", null=1.0, smallest=1.1, size=None),
    a_quantity(name="percent", scale=Scale.PERCENT, unit="%", size=None),
)
FRAME = Frame(
    name="any",
    table=pd.DataFrame(),
    context=Context(source="Shop A", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="x", period="y"),
)


@pytest.mark.parametrize(
    "estimator",
    [
        estimate_goal_gradient,
        estimate_recovery_share,
        estimate_redemption_event_study,
        estimate_bunching,
        estimate_discontinuity,
        estimate_discontinuity_difference,
    ],
)
def test_a_quantity_on_another_scale_is_refused_before_the_data_are_read(estimator):
    with pytest.raises(
        ParameterMistake, match=r"`quantity` must be on the scale .*got 'odds' on the scale 'odds ratio'"
    ):
        estimator(FRAME, CLAIM, quantity="odds")


def test_so_is_one_for_the_run_up_to_a_redemption():
    with pytest.raises(ParameterMistake, match="got 'odds' on the scale"):
        estimate_redemption_event_study(FRAME, CLAIM, quantity="percent", quantity_before="odds")
