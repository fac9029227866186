"""Contagion in one study and not in another: the check tells them apart."""

from __future__ import annotations

import pytest

from analysis.core.vocabulary import Scale
from analysis.estimators.checks.networks import check_each_study
from tests.estimators.frames_for_tests import a_claim_on, a_frame

CLAIM = a_claim_on("exposure_odds_ratio", Scale.ODDS_RATIO)


def two_studies(second_adopted):
    """In the first study 40 of 200 and 120 of 200 adopt; in the second 40 of 200 and as many as given."""
    rows = []
    for study, adopted in (("doctors 1", 120), ("farmers 1", second_adopted)):
        rows += [(study, 0.0, int(p < 40)) for p in range(200)] + [(study, 0.5, int(p < adopted)) for p in range(200)]
    network, exposure, took = (list(column) for column in zip(*rows, strict=True))
    return a_frame("network_adoption", unit_id=range(800), period=1, exposure=exposure, adopted=took, network=network)


def test_every_study_must_show_it():
    assert check_each_study(two_studies(120), CLAIM).passed is True
    found = check_each_study(two_studies(40), CLAIM)
    assert found.passed is False
    assert [row["study"] for row in found.table] == ["doctors", "farmers"]
    assert found.table[0]["odds ratio"] == pytest.approx(((120 / 80) / (40 / 160)) ** 0.2)
    assert found.table[1]["odds ratio"] == pytest.approx(1.0)
