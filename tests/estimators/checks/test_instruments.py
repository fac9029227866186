"""First stage and compliance: pass where assignment moves receipt, fail where it hardly does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.vocabulary import Design, Kind
from analysis.estimators.checks.compliance import check_compliance
from analysis.estimators.checks.first_stage import check_first_stage
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim

CLAIM = a_claim()
CONTEXT = Context(source="Shop A", kind=Kind.OWN, design=Design.RANDOMISED, population="people", period="a month")


def experiment(treated: tuple[int, int], control: tuple[int, int], **more) -> Frame:
    """(n, n who received it) in each arm."""
    rows = [(1, int(i < treated[1])) for i in range(treated[0])] + [(0, int(i < control[1])) for i in range(control[0])]
    table = pd.DataFrame(rows, columns=["assigned", "received"])
    table = table.assign(unit_id=range(len(table)), arm=np.where(table["assigned"] == 1, "letter", "control"))
    table["outcome"] = np.arange(len(table)) % 2 * 1.0
    return spec("experiment").check(table.assign(**more), CONTEXT)


def peers(seed: int, strength: float, groups: int = 60) -> Frame:
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(groups), 20)
    encouraged = rng.integers(0, 2, groups).astype(float)[cluster]
    rate = np.clip(0.3 + strength * encouraged + rng.normal(0, 0.1, groups)[cluster], 0, 1)
    table = pd.DataFrame(
        {
            "unit_id": range(len(cluster)),
            "outcome": (rng.random(len(cluster)) < 0.3).astype(float),
            "peer_rate": rate,
            "instrument": encouraged,
            "cluster": cluster,
        }
    )
    return spec("peer_encouragement").check(table, CONTEXT)


def test_a_strong_encouragement_passes_and_a_weak_one_fails():
    strong, weak = (check_first_stage(peers(1, strength), CLAIM) for strength in (0.3, 0.01))
    assert strong.passed is True
    assert strong.table[0]["first stage"] == pytest.approx(0.3, abs=0.1)
    assert weak.passed is False


def test_the_first_stage_of_an_experiment_is_the_difference_in_receipt_with_its_robust_f():
    found = check_first_stage(experiment((100, 60), (100, 10)), CLAIM)
    assert found.table[0]["first stage"] == pytest.approx(0.5, abs=1e-12)
    # HC1: (0.6 x 0.4 + 0.1 x 0.9) / 100 times n / (n - 2)
    assert found.table[0]["F"] == pytest.approx(0.25 / (0.33 / 100 * 200 / 198), rel=1e-9)
    assert found.passed is True
    assert check_first_stage(experiment((100, 12), (100, 10)), CLAIM).passed is False


def test_no_first_stage_at_all_is_a_failure_and_unknown_receipt_no_judgement():
    assert check_first_stage(experiment((50, 10), (50, 10)), CLAIM).passed is False
    unknown = experiment((50, 10), (50, 0)).table.drop(columns="received")
    assert check_first_stage(spec("experiment").check(unknown, CONTEXT), CLAIM).passed is None


def test_clusters_take_strength_from_an_instrument():
    alone = experiment((200, 80), (200, 20))
    table = alone.table.assign(cluster=np.repeat(np.arange(20), 20))
    owned = spec("experiment").check(table, CONTEXT)
    assert check_first_stage(owned, CLAIM).table[0]["F"] < check_first_stage(alone, CLAIM).table[0]["F"]


def test_compliance_passes_where_the_treatment_arrived_and_fails_where_it_mostly_did_not():
    assert check_compliance(experiment((400, 360), (400, 4)), CLAIM).passed is True
    found = check_compliance(experiment((400, 80), (400, 4)), CLAIM)
    assert found.passed is False
    assert "moved receipt by 19 points" in found.sentence


def test_compliance_cannot_be_judged_near_the_line_or_where_receipt_is_not_known():
    assert check_compliance(experiment((40, 21), (40, 1)), CLAIM).passed is None
    frame = experiment((40, 40), (40, 0))
    table = frame.table.astype({"received": float})
    table.loc[0, "received"] = np.nan
    found = check_compliance(spec("experiment").check(table, CONTEXT), CLAIM)
    assert found.passed is None
    assert "1 of 80" in found.sentence
