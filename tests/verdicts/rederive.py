"""The verdict rule written down a second time, from the record of a verdict: shares no code with the package."""

import math
from statistics import mean, stdev

from scipy.stats import t

START = {
    "causal": lambda e: {"randomised": 3, "quasi-experimental": 2, "observational": 1}.get(e["design"], 0),
    "predictive": lambda e: {"": 1, "in sample": -1, "later in time, on people not used for fitting": 3}.get(
        e["validation"], 2
    ),
    "descriptive": lambda e: (
        0
        if e["vendor"] or e["design"] in ("model", "assertion")
        else 1
        if e["sampling"] == "volunteers" or (e["kind"] == "published" and not e["sampling"])
        else 3
    ),
}
CLAIMED = {"holds", "overstated", "direction only"}


def derived(record):
    """The outcome of a verdict from everything that its record says it was decided on."""
    answers = [e for e in record["estimates"] if e["role"] == "answer"]
    for q in record["quantities"]:
        mine = [e for e in answers if e["quantity"] == q["name"]]
        read = [(e, *_ends(e, q)) for e in mine if e["low"] is not None and not _void(e, record)]
        bodies = [
            _bar(record, answers, group, _joined(record, q, [(e, low, high) for e, low, high in group]))
            for start in (3, 2, 1, 0)
            if (group := [r for r in read if START[record["question"]](r[0]) == start])
        ]
        starts = [s for s in (3, 2, 1, 0) if any(START[record["question"]](e) == s for e, _, _ in read)]
        spread = _spread(mine, q)
        if spread:
            weakest, low, high = spread
            at = sum(s >= START[record["question"]](weakest) for s in starts)
            bodies.insert(at, _one(low, high, q))
        if bodies:
            return next((b for b in bodies if b != "open"), "open")
        if read:
            break
    return _hints(record, answers)


def _line(x, q):
    x = float(x)
    log = "ratio" in q["scale"]
    d = ((math.log(x) if x > 0 else -math.inf) - math.log(q["null"])) if log else x - q["null"]
    return d if q["direction"] == "above" else -d


def _ends(e, q):
    low, high = sorted((_line(e["low"], q), _line(e["high"], q)))
    half_open = e["derived"] and math.isinf(high) and low >= 0
    return (1e-12, math.inf) if half_open else (low, high)


def _one(low, high, q, half_open=False):
    s, z = _line(q["smallest"], q), None if q["size"] is None else _line(q["size"], q)
    if high < s:
        return "fails"
    if z is not None and low > 0 and high < z:
        return "overstated"
    return "holds" if low >= s else "direction only" if low > 0 else "open"


def _void(e, record):
    few = (e["events"] or 0) < 10 if e["events"] is not None else False
    small = e["smallest_group"] is not None and e["smallest_group"] < 30
    return (
        few
        or small
        or any(
            c["passed"] is False
            and c["on_failure"] == "voids"
            and (c["source"], c["frame"]) == (e["source"], e["frame"])
            and c["quantity"] in ("", e["quantity"])
            and c["frame"]
            for c in record["checks"]
        )
    )


def _joined(record, q, group):
    said = {_one(low, high, q) for _, low, high in group}
    if len(said) == 1:
        return said.pop()
    means = [m for m in record["pooled"] if m["quantity"] == q["name"] and m["k"] >= 5]
    if means and record["rule"] == "pool":
        return _one(*sorted((_line(means[0]["low"], q), _line(means[0]["high"], q))), q)
    if "fails" in said and said & CLAIMED:
        return "mixed"
    told = [(low, high) for _, low, high in group if _one(low, high, q) != "open"]
    return (
        _one(min(low for low, _ in told), max(high for _, high in told), q)
        if len(said - {"open"}) > 1
        else (said - {"open"}).pop()
    )


def _bar(record, answers, group, outcome):
    at = {(e["source"], e["frame"]) for e, _, _ in group}
    for q in record["bar"]:
        bars = [
            e
            for e in record["estimates"]
            if e["quantity"] == q["name"] and e["role"] == "answer" and e["low"] is not None
        ]
        bars = [
            (e, *_ends(e, q))
            for e in bars
            if (e["source"], e["frame"]) in at and not _void(e, {**record, "checks": []})
        ]
        if bars and outcome in CLAIMED:
            told = _joined(record, q, bars)
            return outcome if told in CLAIMED else told
    return outcome


def _spread(mine, q):
    there = (
        (math.log, math.exp)
        if "ratio" in q["scale"]
        else (math.atanh, math.tanh)
        if q["scale"] == "correlation"
        else (float, float)
    )
    fit = [
        e
        for e in mine
        if e["value"] is not None
        and e["low"] is None
        and not e["vendor"]
        and not e["intention_only"]
        and e["design"] != "assertion"
        and not ("ratio" in q["scale"] and e["value"] <= 0)
        and not (q["scale"] == "correlation" and abs(e["value"]) >= 1)
    ]
    firms = {}
    for e in fit:
        firms.setdefault(e["firm"] or e["source"], []).append(there[0](e["value"]))
    values = [mean(v) for v in firms.values()]
    if len(values) < 3:
        return None
    half = t.ppf(0.975, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    low, high = sorted(_line(there[1](mean(values) + side * half), q) for side in (-1, 1))
    rank = {"randomised": 3, "quasi-experimental": 2, "observational": 1}
    return min(fit, key=lambda e: rank.get(e["design"], 0)), low, high


def _hints(record, answers):
    if record["elsewhere"]:
        return "data elsewhere"
    votes = {}
    for q in record["quantities"]:
        for e in sorted(answers, key=lambda e: -(e["sign"] or 0)):
            counts = e["quantity"] == q["name"] and e["sign"] in (1, -1) and e["kind"] == "published"
            if counts and e["design"] != "assertion" and not e["vendor"] and not e["intention_only"]:
                votes.setdefault(e["firm"] or e["source"], e["sign"])
    yes, no = sum(v > 0 for v in votes.values()), sum(v < 0 for v in votes.values())
    if yes + no < 2:
        return "one study only" if yes + no else "nothing found"
    if max(yes, no) < 2 or max(yes, no) < 3 * min(yes, no):
        return "hints conflict"
    return "hints for" if yes > no else "hints against"
