"""All verdicts of a run derived a second time from ``verdicts.json`` alone by lines that share no code with the rule, and
what the record says of its estimates (strength, votes, tally, means) found a second time beside."""

import json
import math
import os
from pathlib import Path

import pytest

from analysis.reporting.verdict_records import machine_form
from tests.verdicts.recorded_facts import bounded, pooled, start, tally, votes
from tests.verdicts.rederive import derived

RUN = Path(os.environ.get("RETENTION_VERDICTS", ""))


def records():
    """The verdicts of a run named by RETENTION_VERDICTS, else of all claims on what comes with packages."""
    if RUN.is_file():
        return json.loads(RUN.read_text(encoding="utf-8"))
    from analysis.register.claims import load_register
    from analysis.sources.catalogue import find_sources
    from analysis.verdicts.collecting import collect

    register, sources = load_register(), find_sources("package")
    verdicts = [collect(claim.id, sources).verdict() for claim in register.claims]
    return json.loads(json.dumps(machine_form(verdicts, register)))


@pytest.mark.slow
def test_every_verdict_follows_from_its_own_record():
    found = records()
    assert len({record["claim"] for record in found}) == 46
    wrong = {r["claim"]: (r["verdict"], derived(r)) for r in found if r["verdict"] != derived(r)}
    assert wrong == {}


@pytest.mark.slow
def test_strength_votes_tally_and_means_are_those_of_a_second_count():
    for r in records():
        bars = {q["name"] for q in r["bar"]}
        names = {q["name"] for q in r["quantities"]} | bars
        for e in r["estimates"]:
            mine = (start(e, r["question"]), e["quantity"] in names and votes(e, r["checks"], e["quantity"] in bars))
            assert (e["start"], e["votes"]) == mine, (r["claim"], e)
        assert r["design"] is not None or r["tally"] == tally(r), r["claim"]  # signs are counted where nothing decides
        assert all(same_mean(r, mean) for mean in r["pooled"]), r["claim"]


def same_mean(record, mean):
    """Whether a recorded mean is that of the deciding estimates, to the four digits that a record keeps safely."""
    quantity = next(q for q in record["quantities"] + record["bar"] if q["name"] == mean["quantity"])
    deciding = bounded([e for e in record["estimates"] if e["decided"] and e["quantity"] == mean["quantity"]], quantity)
    ends = pooled(deciding, quantity["scale"])
    return len(deciding) == mean["k"] and ends == pytest.approx((mean["low"], mean["high"]), rel=1e-3, abs=1e-6)


def a_record(*estimates, size=None, **changes):
    quantity = {"name": "q", "scale": "difference", "null": 0.0, "direction": "above", "smallest": 1.0, "size": size}
    fields = {
        "role": "answer",
        "kind": "public",
        "design": "observational",
        "quantity": "q",
        "frame": "f",
        "level": 0.95,
    }
    blank = dict.fromkeys(("events", "smallest_group", "value", "low", "high", "sign"))
    listed = [{"source": f"s{i}", **blank, "firm": "", "derived": "", **fields, **e} for i, e in enumerate(estimates)]
    for e in listed:
        e |= {"vendor": False, "intention_only": False, "validation": "", "sampling": ""} | e
    record = {"question": "causal", "rule": "pool", "quantities": [quantity], "bar": [], "checks": [], "tally": [0, 0]}
    record |= {"elsewhere": [], "estimates": listed, **changes}
    for e in listed:
        e |= {"start": start(e, record["question"]), "votes": votes(e, record["checks"], False)} | e
    return record


@pytest.mark.parametrize(
    ("intervals", "verdict"),
    [
        ([(2, 3)], "holds"),
        ([(0.5, 3)], "direction only"),
        ([(-1, 3)], "open"),
        ([(-1, 0.5)], "fails"),
        ([(2, 3), (-1, 0.5)], "mixed"),
        ([(2, 3), (-1, 3)], "holds"),
        ([], "nothing found"),
    ],
)
def test_the_second_derivation_itself_knows_the_rule(intervals, verdict):
    assert (
        derived(a_record(*({"low": low, "high": high, "value": (low + high) / 2} for low, high in intervals)))
        == verdict
    )


def test_its_pooled_mean_is_the_one_that_equal_errors_give_by_hand():
    """With one error s for all, Paule and Mandel's variance is var(y) - s² and Hartung and Knapp's error sqrt(var(y) / k)."""
    listed = [{"value": y, "low": y - 0.98, "high": y + 0.98} for y in (1.0, 2.0, 3.0, 4.0, 5.0)]
    record = a_record(*listed)
    half = 2.776445 * math.sqrt(2.5 / 5)  # t(0.975; 4)
    assert pooled(record["estimates"], "difference") == pytest.approx((3 - half, 3 + half), rel=1e-6)
    assert derived(record) == "holds", (
        "five sources that differ: (1.04; 4.96) lies wholly above the smallest that matters"
    )
    assert derived({**record, "rule": "agree"}) == "direction only", "else the envelope (0.02; 5.98)"


def test_the_second_derivation_would_notice_a_wrong_verdict():
    voided = {"passed": False, "on_failure": "voids", "source": "s0", "frame": "f", "quantity": ""}
    estimate = {"low": 2.0, "high": math.inf, "value": 3.0}
    assert derived(a_record(estimate)) == "holds"
    assert derived(a_record(estimate, checks=[voided])) == "nothing found"
    assert derived(a_record({**estimate, "events": 9})) == "nothing found"
