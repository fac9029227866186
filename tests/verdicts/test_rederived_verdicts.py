"""All verdicts of a run derived a second time from ``verdicts.json`` alone, by lines that share none with the rule and take nothing
that it wrote; and faults planted in the record, which they find."""

import copy
import math

import pytest

from tests.verdicts.rederive import derived, mean_of, reading_of, votes


def faults(records):
    """Claims whose verdict, and estimates whose reading, are not those derived."""
    wrong = {r["claim"] for r in records if r["verdict"] != derived(r)}
    for r in records:
        for e in r["estimates"]:
            if e["reading"] is not None and e["reading"] != reading_of(e, r):
                wrong.add((r["claim"], e["source"], e["quantity"]))
    return wrong


def test_every_verdict_and_every_reading_follows_from_the_record(records):
    assert len({r["claim"] for r in records}) == 46
    assert sum(e["reading"] is not None for r in records for e in r["estimates"]) > 200
    assert faults(records) == set()


def test_recorded_means_are_those_of_a_second_count(records):
    assert sum(len(r["pooled"]) for r in records) >= 5
    for r in records:
        for mean in r["pooled"]:
            quantity = next(q for q in r["quantities"] + r["bar"] if q["name"] == mean["quantity"])
            mine = [
                e for e in r["estimates"] if e["decided"] and e["quantity"] == mean["quantity"] and bounded(e, quantity)
            ]
            assert len(mine) == mean["k"]
            assert mean_of(mine, quantity) == pytest.approx((mean["low"], mean["high"]), rel=1e-3, abs=1e-6)


def bounded(e, q):
    """An end at or below 0 of a ratio has no logarithm."""
    return e["low"] != e["high"] and all(
        "ratio" not in q["scale"] or float(e[end]) > 0 for end in ("value", "low", "high")
    )


# --- planted faults -------------------------------------------------------------------------------------------------


def planted(records, change):
    """Each record that could be changed so, changed."""
    copies = copy.deepcopy(records)
    return [record for record in copies if change(record)]


def alone(r):
    """The estimate that decides by itself, with its quantity."""
    decided = [e for e in r["estimates"] if e["decided"]]
    if len(decided) != 1 or decided[0]["low"] is None:
        return None
    return decided[0], next(q for q in r["quantities"] if q["name"] == decided[0]["quantity"])


def another_verdict(r):
    r["verdict"] = "fails" if r["verdict"] != "fails" else "open"
    return True


def another_reading(r):
    read = [e for e in r["estimates"] if e["reading"] not in (None, "no interval")]
    if read:
        read[0]["reading"] = "holds" if read[0]["reading"] != "holds" else "open"
    return bool(read)


def another_interval(r):
    """From below no effect to beyond what matters, or, where that is so already, far on the claimed side."""
    if not (found := alone(r)):
        return False
    e, q = found
    away = q["smallest"] / q["null"] if "ratio" in q["scale"] else q["smallest"] - q["null"]
    steps = (1, 1.5) if r["verdict"] == "open" else (-1, 3)
    at = [q["null"] * away**k if "ratio" in q["scale"] else q["null"] + k * away for k in steps]
    e["low"], e["high"] = min(at), max(at)
    return True


def a_failed_check(r):
    """On the estimate that decides alone: it loses its vote, and another quantity, body or nothing takes its place."""
    if not (found := alone(r)):
        return False
    e, _ = found
    where = {"source": e["source"], "frame": e["frame"], "quantity": e["quantity"]}
    r["checks"].append({"name": "planted", "passed": False, "on_failure": "voids", **where})
    return bool(e["frame"])


def a_check_that_passed_after_all(r):
    """An estimate that had lost its vote gets it back."""
    voids = [c for c in r["checks"] if c["passed"] is False and c["on_failure"] == "voids"]
    for c in voids:
        c["passed"] = True
    return any(e["reading"] == "no reading" and votes(e, r["checks"]) for e in r["estimates"])


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (another_verdict, 46),
        (another_reading, 30),
        (another_interval, 20),
        (a_failed_check, 10),
        (a_check_that_passed_after_all, 2),
    ],
)
def test_a_planted_fault_is_found(records, change, least):
    tried = planted(records, change)
    assert [record["claim"] for record in tried if not faults([record])] == []
    assert len(tried) >= least


# --- by hand --------------------------------------------------------------------------------------------------------


def a_record(*estimates, **changes):
    quantity = {"name": "q", "scale": "difference", "null": 0.0, "direction": "above", "smallest": 1.0, "size": None}
    blank = dict.fromkeys(("events", "smallest_group", "value", "low", "high", "sign"))
    blank |= {
        "role": "answer",
        "kind": "public",
        "design": "observational",
        "quantity": "q",
        "frame": "f",
        "level": 0.95,
    }
    blank |= {"firm": "", "derived": "", "vendor": False, "intention_only": False, "validation": "", "sampling": ""}
    listed = [{"source": f"s{i}", **blank, **e} for i, e in enumerate(estimates)]
    record = {"question": "causal", "rule": "pool", "quantities": [quantity], "bar": [], "checks": [], "elsewhere": []}
    return {**record, "estimates": listed, **changes}


@pytest.mark.parametrize(
    ("intervals", "verdict"),
    [
        ([(2, 3)], "holds"),
        ([(0.5, 3)], "direction only"),
        ([(-1, 3)], "open"),
        ([(-1, 0.5)], "fails"),
        ([(2, 3), (-1, 0.5)], "mixed"),
        ([(2, 3), (-1, 3)], "holds"),
        ([(2, 3), (0.5, 3)], "direction only"),
        ([], "nothing found"),
    ],
)
def test_the_second_derivation_itself_knows_the_rule(intervals, verdict):
    assert derived(a_record(*({"low": low, "high": high} for low, high in intervals))) == verdict


def test_its_pooled_mean_is_the_one_that_equal_errors_give_by_hand():
    """With one error s for all, Paule and Mandel's variance is var(y) - s² and Hartung and Knapp's error sqrt(var(y) / k)."""
    record = a_record(*({"value": y, "low": y - 0.98, "high": y + 0.98} for y in (1.0, 2.0, 3.0, 4.0, 5.0)))
    half = 2.776445 * math.sqrt(2.5 / 5)  # t(0.975; 4)
    assert mean_of(record["estimates"], record["quantities"][0]) == pytest.approx((3 - half, 3 + half), rel=1e-6)
    assert derived(record) == "holds", "five that differ: (1.04; 4.96) lies wholly above the smallest that matters"
    assert derived({**record, "rule": "agree"}) == "direction only", "else the envelope (0.02; 5.98)"


def test_a_stronger_body_decides_unless_it_is_open():
    weak = {"low": 2.0, "high": 3.0}
    experiment = {"design": "randomised", "low": -1.0, "high": 0.5}
    assert derived(a_record(weak, experiment)) == "fails"
    assert derived(a_record(weak, {**experiment, "high": 3.0})) == "holds"
    assert derived(a_record(weak, {**experiment, "events": 9})) == "holds"


def test_three_firms_spread_and_studies_have_one_vote():
    firms = [{"value": v, "firm": f} for v, f in ((4.0, "a"), (5.0, "b"), (6.0, "c"), (6.0, "c"))]
    assert derived(a_record(*firms)) == "holds"  # 5 ± 4.30 / √3 = (2.5; 7.5)
    assert derived(a_record(*firms[:2], firms[1])) == "nothing found"
    signs = [{"kind": "published", "sign": s, "firm": f} for s, f in ((1, "a"), (1, "a"), (1, "b"), (-1, "c"))]
    assert derived(a_record(*signs)) == "hints conflict"
    assert derived(a_record(*signs[:3])) == "hints for"
    assert derived(a_record(*signs[:2])) == "one study only"
