"""The counts of what verdicts rest on, from records made by hand."""

import json

import pytest

from analysis.core.errors import FrameUnavailable
from analysis.reporting.counting import Count, count, count_in_words

READ = {"role": "answer", "kind": "public", "quantity": "q", "reading": "holds", "low": 1.0, "source": "Shop A"}


def a_record(claim, *estimates, scope="public"):
    listed = [READ | e for e in estimates]
    return {"claim": claim, "scope": scope, "quantities": [{"name": "q"}], "estimates": listed}


def test_counts():
    found = count(
        [
            a_record("from data", {}, {"source": "Shop B"}),
            a_record("from a publication", {"kind": "published", "source": "Study"}),
            a_record("without an interval", {"low": None, "source": "Shop C"}),
            a_record("open", {"reading": "open", "source": "Shop B"}),
            a_record("voided", {"reading": "no reading"}),
            a_record("on a quantity beside", {"quantity": "other", "reading": None}),
            a_record("naive only", {"role": "naive", "reading": None, "source": "Shop D"}),
            a_record("a company's", {}, scope="Acme"),
        ]
    )
    assert found == Count(claims=2, of_data=1, claims_read=3, of_data_read=2, sources=3)


def test_counts_in_words(tmp_path):
    path = tmp_path / "verdicts.json"
    path.write_text(json.dumps([a_record("a", {})]), encoding="utf-8")
    assert count_in_words(path).startswith("1 claims have") and "1 of them" in count_in_words(path)
    with pytest.raises(FrameUnavailable, match="make reports"):
        count_in_words(tmp_path / "none.json")
    for other in ("{", "[1]", '[{"claim": 1}]'):
        (tmp_path / "other.json").write_text(other)
        with pytest.raises(FrameUnavailable, match="does not hold the records of a run"):
            count_in_words(tmp_path / "other.json")
