"""Estimates take scale, null and unit from the register and their origin from the frame: nothing is typed twice."""

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.common.building import make_estimate
from analysis.frames import Context, Frame
from tests.helpers import a_claim, a_quantity, a_ratio

CONTEXT = Context(
    source="Shop A",
    kind=Kind.OWN,
    design=Design.QUASI_EXPERIMENTAL,
    population="members",
    period="1999",
    indirect="donors, not buyers",
)
FRAME = Frame(name="experiment", table=pd.DataFrame({"unit_id": [1]}), context=CONTEXT)
CLAIM = a_claim(a_quantity(), a_ratio(name="odds", scale=Scale.ODDS_RATIO, unit="times the odds"))


def test_estimate_is_that_of_the_registered_quantity():
    estimate = make_estimate(FRAME, CLAIM, "odds", value=2.0, low=1.5, high=3.0, n=40, method="by hand")
    assert (estimate.claim, estimate.quantity) == (CLAIM.id, "odds")
    assert (estimate.scale, estimate.null, estimate.unit) == (Scale.ODDS_RATIO, 1.0, "times the odds")
    assert (estimate.value, estimate.low, estimate.high, estimate.level, estimate.n) == (2.0, 1.5, 3.0, 0.95, 40)


def test_estimate_inherits_the_context_of_its_frame():
    estimate = make_estimate(FRAME, CLAIM, "effect", value=2.0, low=1.0, high=3.0, n=40, method="by hand")
    assert (estimate.source, estimate.kind, estimate.design) == ("Shop A", Kind.OWN, Design.QUASI_EXPERIMENTAL)
    assert (estimate.population, estimate.period) == ("members", "1999")
    assert estimate.indirect == "donors, not buyers"
    assert (estimate.role, estimate.method) == (Role.ANSWER, "by hand")


def test_estimate_is_made_of_plain_numbers_also_from_numpy():
    value, low, high = np.array([2.0, 1.0, 3.0])
    estimate = make_estimate(FRAME, CLAIM, "effect", value=value, low=low, high=high, n=np.int64(40), method="m")
    assert [type(x) for x in (estimate.value, estimate.low, estimate.high, estimate.n)] == [float, float, float, int]


def test_estimate_without_interval_is_not_quantified():
    estimate = make_estimate(FRAME, CLAIM, "effect", value=2, low=None, high=None, n=40, method="m", role=Role.NAIVE)
    assert not estimate.quantified
    assert estimate.role is Role.NAIVE


def test_estimate_of_a_quantity_that_is_not_registered_is_refused():
    with pytest.raises(
        ParameterMistake, match=r"`quantity` must be one that .* registers \('effect', 'odds'\); got 'share'"
    ):
        make_estimate(FRAME, CLAIM, "share", value=2, low=1, high=3, n=40, method="m")
