"""All verdicts and their confidence once more in twenty lines, and faults planted in the record, which they find."""

import copy
import inspect

import pytest

from tests.verdicts.by_hand import BAR, CAUTION, LADDER, by_hand


def wrong(records):
    return {r["claim"] for r in records if by_hand(r) != (r["verdict"], r["confidence"])}


def test_all_verdicts_and_confidences_follow_by_hand(records):
    assert len({r["claim"] for r in records}) == 46
    assert wrong(records) == set()


def test_it_has_twenty_lines():
    lines = inspect.getsource(by_hand).splitlines()[1:]
    assert len([line for line in lines if line.strip() and '"""' not in line]) <= 20


def test_no_body_asks_for_what_the_twenty_lines_leave_out(records):
    """A pooled mean where five and more differ, and claimed readings that differ, whose envelope may be a third one."""
    for r in records:
        said = {e["reading"] for e in r["estimates"] if e["decided"]} - {"open"}
        assert len(said) <= 1 or r["verdict"] == "mixed", r["claim"]


# --- planted faults -------------------------------------------------------------------------------------------------


def another_verdict(r):
    r["verdict"] = "fails" if r["verdict"] != "fails" else "open"
    return True


def another_confidence(r):
    r["confidence"] = "none" if r["confidence"] != "none" else "low"
    return True


def the_deciding_readings_turned_round(r):
    decided = [e for e in r["estimates"] if e["decided"]]
    for e in decided:
        e["reading"] = "fails" if e["reading"] in CAUTION[1:] else "holds"
    return bool(decided) and r["verdict"] != "mixed"  # which is the same turned round


def a_design_that_was_not(r):
    """From an experiment to none is two steps down, which shows unless the lowest was reached already."""
    decided = [e for e in r["estimates"] if e["decided"]]
    if r["question"] != "causal" or {e["design"] for e in decided} != {"randomised"} or r["confidence"] == "very low":
        return False
    for e in decided:
        e["design"] = "observational"
    return True


def a_doubt_forgotten(r):
    """A step up again, which shows unless others hold it at the lowest."""
    doubts = [reason for reason in r["reasons"] if reason.startswith("One step down")]
    if not doubts or r["confidence"] in ("very low", "none"):
        return False
    r["reasons"].remove(doubts[-1])
    return True


def a_sign_turned_round(r):
    signed = [e for e in r["estimates"] if e["sign"] and e["kind"] == "published"]
    for e in signed:
        e["sign"] = 1
    return bool(signed) and r["verdict"] == "hints conflict"


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (another_verdict, 46),
        (another_confidence, 46),
        (the_deciding_readings_turned_round, 30),
        (a_design_that_was_not, 2),
        (a_doubt_forgotten, 5),
        (a_sign_turned_round, 2),
    ],
)
def test_a_planted_fault_is_found(records, change, least):
    tried = [r for r in copy.deepcopy(records) if change(r)]
    assert [r["claim"] for r in tried if not wrong([r])] == []
    assert len(tried) >= least


# --- by hand --------------------------------------------------------------------------------------------------------


def a_record(*estimates, question="causal", doubts=0, **changes):
    blank = {"role": "answer", "kind": "public", "design": "observational", "quantity": "q", "sign": None, "firm": ""}
    blank |= {"vendor": False, "intention_only": False, "validation": "", "sampling": "", "reading": "no interval"}
    listed = [{"source": f"s{i}", **blank, **e} for i, e in enumerate(estimates)]
    reasons = ["Starts at ...", *["One step down: ..."] * doubts]
    record = {"question": question, "quantities": [{"name": "q"}], "elsewhere": [], "reasons": reasons}
    return {**record, "estimates": listed, **changes}


def reads(*readings, **fields):
    return [{"reading": reading, **fields} for reading in readings]


RANDOMISED, LATER = {"design": "randomised"}, "later in time, on people not used for fitting"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (a_record(*reads("holds", "open")), ("holds", "low")),
        (a_record(*reads("holds", "fails", "open"), doubts=1), ("mixed", "very low")),
        (a_record(*reads("holds"), *reads("fails", **RANDOMISED), doubts=1), ("fails", "moderate")),
        (a_record(*reads("holds"), *reads("open", **RANDOMISED), doubts=9), ("holds", LADDER[0])),
        (a_record(*reads("holds", "no reading", validation=LATER), question="predictive"), ("holds", "high")),
        (a_record(*reads("holds", validation="in sample"), question="predictive"), ("nothing found", "none")),
        (a_record(*reads("fails", sampling="volunteers"), question="descriptive"), ("fails", "low")),
        (a_record(*reads("holds", **RANDOMISED), reasons=["Not above low: ..."]), ("holds", "low")),
        (a_record(elsewhere=["a file"]), ("data elsewhere", "none")),
        (a_record(*[{"kind": "published", "sign": s} for s in (1, 1, 1, -1)]), ("hints for", "none")),
        (a_record(*[{"kind": "published", "sign": s} for s in (1, 1, -1)]), ("hints conflict", "none")),
        (a_record(*[{"kind": "published", "sign": -1, "firm": "one"}] * 2), ("one study only", "none")),
        (a_record({"kind": "published", "sign": 1, "vendor": True}), ("nothing found", "none")),
    ],
)
def test_the_twenty_lines_themselves_know_the_rule(record, expected):
    assert by_hand(record) == expected


def test_a_predictor_that_does_not_beat_the_plain_rule_does_not_hold():
    bar = {"source": "s0", "quantity": BAR[0], "reading": "fails"}
    record = a_record(*reads("holds"), {"reading": "fails", **bar}, question="predictive")
    assert by_hand(record) == ("fails", "low")
    bar["reading"] = "direction only"
    record = a_record(*reads("holds"), bar, question="predictive")
    assert by_hand(record) == ("holds", "low")
