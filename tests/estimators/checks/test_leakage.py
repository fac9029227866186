"""Scores that knew: pass for an honest score, fail for one made from the outcome, and for its copy."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.core.vocabulary import Design, Kind
from analysis.estimators.checks.leakage import check_leakage
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim

CLAIM = a_claim()


def scores(make, n: int = 1000, **more) -> Frame:
    rng = np.random.default_rng(1)
    risk = rng.normal(0, 1, n)
    outcome = (rng.random(n) < 1 / (1 + np.exp(-risk))).astype(int)
    table = pd.DataFrame({"unit_id": range(n), "score": make(risk, outcome, rng), "outcome": outcome})
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="customers", period="a year"
    )
    return spec("scores").check(table.assign(**{name: of(risk, outcome, rng) for name, of in more.items()}), context)


def test_an_honest_score_passes():
    found = check_leakage(scores(lambda risk, outcome, rng: risk), CLAIM)
    assert found.passed is True
    assert 0.6 < found.table[0]["area"] < 0.85


def test_a_score_that_has_seen_the_outcome_fails():
    found = check_leakage(scores(lambda risk, outcome, rng: outcome + 0.3 * rng.normal(0, 1, len(risk))), CLAIM)
    assert found.passed is False
    assert "find out what went into it" in found.sentence


def test_the_outcome_by_another_name_fails_and_is_called_so():
    found = check_leakage(scores(lambda risk, outcome, rng: 5.0 + outcome), CLAIM)
    assert found.passed is False
    assert found.table[0]["area"] == 1.0
    assert "by another name" in found.sentence


def test_a_score_turned_round_is_as_suspicious():
    assert check_leakage(scores(lambda risk, outcome, rng: -1.0 * outcome), CLAIM).passed is False


def test_the_rival_score_is_looked_at_as_well():
    frame = scores(lambda risk, outcome, rng: risk, rival_score=lambda risk, outcome, rng: 1.0 * outcome)
    found = check_leakage(frame, CLAIM)
    assert found.passed is False
    assert "rival score is too good" in found.sentence


def test_an_outcome_without_variation_judges_nothing():
    frame = scores(lambda risk, outcome, rng: risk)
    same = spec("scores").check(frame.table.assign(outcome=1), frame.context)
    assert check_leakage(same, CLAIM).passed is None
