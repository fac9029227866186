"""The verdict rule written down a second time, from the record of a verdict: shares no code with the package."""

from math import atanh, exp, inf, isinf, log, sqrt, tanh

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm, t

RANK = {"randomised": 3, "quasi-experimental": 2, "observational": 1}
JUDGED = {"": 1, "in sample": -1, "later in time, on people not used for fitting": 3}
CLAIMED = {"holds", "overstated", "direction only"}


def derived(record):
    """The outcome of a verdict from everything that its record says it was decided on."""
    answers = [e for e in record["estimates"] if e["role"] == "answer"]
    for q in record["quantities"]:
        mine = [e for e in answers if e["quantity"] == q["name"]]
        by_start = {}
        for e in (e for e in mine if e["low"] is not None and not void(e, record["checks"])):
            by_start.setdefault(start(e, record["question"]), []).append(e)
        bodies = [
            (-s, 0, barred(record, answers, es, joined(es, q, record["rule"]))) for s, es in by_start.items() if s >= 0
        ]
        firms = firms_of(mine, q["scale"])
        if len(firms) >= 3:
            weakest = min((e for es in firms.values() for e in es), key=lambda e: RANK.get(e["design"], 0))
            values = np.array([np.mean([working(q["scale"])[0](e["value"]) for e in es]) for es in firms.values()])
            half = t.ppf(0.975, len(firms) - 1) * values.std(ddof=1) / sqrt(len(firms))
            ends = (working(q["scale"])[1](values.mean() + side * half) for side in (-1, 1))
            bodies.append((-start(weakest, record["question"]), 1, read(*ends, q)))
        if bodies:
            return next((said for *_, said in sorted(bodies) if said != "open"), "open")
        if by_start:
            break  # the quantity that decides was judged on nobody but those it was fitted to
    return hints(record, answers)


def start(e, question):
    if question == "causal":
        return RANK.get(e["design"], 0)
    if question == "predictive":
        return JUDGED.get(e["validation"], 2)
    if e["vendor"] or e["design"] in ("model", "assertion"):
        return 0
    return 1 if e["sampling"] == "volunteers" or (not e["sampling"] and e["kind"] == "published") else 3


def void(e, checks):
    failed = (c for c in checks if c["passed"] is False and c["on_failure"] == "voids" and c["frame"])
    of_it = any(
        (c["source"], c["frame"]) == (e["source"], e["frame"]) and c["quantity"] in ("", e["quantity"]) for c in failed
    )
    return of_it or any(
        e[name] is not None and e[name] < least for name, least in (("events", 10), ("smallest_group", 30))
    )


def read(low, high, q, derived=""):
    low, high = sorted(line(float(end), q) for end in (low, high))
    s, z = line(q["smallest"], q), inf if q["size"] is None else line(q["size"], q)
    if derived and isinf(high) and low >= 0:
        return "direction only"
    if high < s or 0 < low <= high < z < inf:
        return "fails" if high < s else "overstated"
    return "holds" if low >= s else "direction only" if low > 0 else "open"


def line(x, q):
    away = (log(x) if x > 0 else -inf) - log(q["null"]) if "ratio" in q["scale"] else x - q["null"]
    return away if q["direction"] == "above" else -away


def joined(es, q, rule):
    told = {id(e): read(e["low"], e["high"], q, e["derived"]) for e in es}
    said, bounded = (
        set(told.values()),
        [e for e in es if np.isfinite([line(float(e[n]), q) for n in ("value", "low", "high")]).all()],
    )
    if len(said) == 1:
        return said.pop()
    if rule == "pool" and len(bounded) >= 5:
        return read(*pooled(bounded, q["scale"]), q)
    if "fails" in said and said & CLAIMED:
        return "mixed"
    if len(said - {"open"}) == 1:
        return (said - {"open"}).pop()
    conclusive = [e for e in es if told[id(e)] != "open"]
    together = read(min(float(e["low"]) for e in conclusive), max(float(e["high"]) for e in conclusive), q)
    return "direction only" if together == "open" and "fails" not in said else together


def pooled(es, scale):
    """Interval of the mean: Paule and Mandel's variance between sources, Hartung and Knapp's error or the plain one if larger."""
    forward, back = working(scale)
    y, k = np.array([forward(e["value"]) for e in es]), len(es)
    lows = [e["value"] ** 2 / e["high"] if "ratio" in scale and e["low"] <= 0 else e["low"] for e in es]
    errors = np.array(
        [
            (forward(e["high"]) - forward(low)) / 2 / norm.ppf((1 + e["level"]) / 2)
            for e, low in zip(es, lows, strict=True)
        ]
    )
    weights = lambda tau2: 1 / (errors**2 + tau2)  # noqa: E731
    spread = lambda tau2: weights(tau2) @ (y - np.average(y, weights=weights(tau2))) ** 2  # noqa: E731
    tau2 = brentq(lambda x: spread(x) - (k - 1), 0, 1e3 * y.var()) if spread(0) > k - 1 else 0.0
    half = t.ppf(0.975, k - 1) * sqrt(max(spread(tau2) / (k - 1), 1) / weights(tau2).sum())
    return tuple(back(np.average(y, weights=weights(tau2)) + side * half) for side in (-1, 1))


def working(scale):
    return (log, exp) if "ratio" in scale else (atanh, tanh) if scale == "correlation" else (float, float)


def barred(record, answers, es, outcome):
    """A predictor on the claimed side must beat the plain rule in the same data."""
    for q in record["bar"]:
        at = {(e["source"], e["frame"]) for e in es}
        bars = [
            e
            for e in answers
            if e["quantity"] == q["name"] and e["low"] is not None and (e["source"], e["frame"]) in at
        ]
        said = joined(held, q, record["rule"]) if (held := [e for e in bars if not void(e, ())]) else outcome
        return outcome if outcome not in CLAIMED or said in CLAIMED else said
    return outcome


def firms_of(mine, scale):
    floor, ceiling = (0, inf) if "ratio" in scale else (-1, 1) if scale == "correlation" else (-inf, inf)
    firms = {}
    for e in (e for e in mine if e["low"] is None and e["value"] is not None and floor < e["value"] < ceiling):
        if e["design"] != "assertion" and not e["vendor"] and not e["intention_only"]:
            firms.setdefault(e["firm"] or e["source"], []).append(e)
    return firms


def hints(record, answers):
    if record["elsewhere"]:
        return "data elsewhere"
    votes = {}
    for q in record["quantities"]:
        for e in sorted((e for e in answers if e["quantity"] == q["name"] and e["sign"]), key=lambda e: -e["sign"]):
            if e["kind"] == "published" and e["design"] != "assertion" and not e["vendor"] and not e["intention_only"]:
                votes.setdefault(e["firm"] or e["source"], e["sign"])
    yes, no = (sum(v == side for v in votes.values()) for side in (1, -1))
    if yes + no < 2:
        return "one study only" if yes + no else "nothing found"
    return "hints conflict" if max(yes, no) < max(2, 3 * min(yes, no)) else "hints for" if yes > no else "hints against"
