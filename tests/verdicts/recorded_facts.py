"""What a record says of its estimates beside their numbers, found a second time: strength, votes, tally, means of several."""

from math import atanh, exp, inf, log, sqrt, tanh

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm, t

RANK = {"randomised": 3, "quasi-experimental": 2, "observational": 1}
JUDGED = {"": 1, "in sample": -1, "later in time, on people not used for fitting": 3}


def start(e, question):
    if question == "causal":
        return RANK.get(e["design"], 0)
    if question == "predictive":
        return JUDGED.get(e["validation"], 2)
    if e["vendor"] or e["design"] in ("model", "assertion"):
        return 0
    return 1 if e["sampling"] == "volunteers" or (not e["sampling"] and e["kind"] == "published") else 3


def votes(e, checks, bar):
    """An answer with an interval votes unless a check voids it or it rests on too few; checks say nothing of a bar."""
    few = any(e[name] is not None and e[name] < least for name, least in (("events", 10), ("smallest_group", 30)))
    return e["role"] == "answer" and e["low"] is not None and not few and (bar or not voided(e, checks))


def voided(e, checks):
    failed = (c for c in checks if c["passed"] is False and c["on_failure"] == "voids" and c["frame"])
    return any(
        (c["source"], c["frame"]) == (e["source"], e["frame"]) and c["quantity"] in ("", e["quantity"]) for c in failed
    )


def tally(record):
    """Studies for and against: one vote each, on the first of the quantities on which they have a sign."""
    found = {}
    for q in record["quantities"]:
        mine = [e for e in record["estimates"] if e["quantity"] == q["name"] and e["sign"] and e["role"] == "answer"]
        for e in sorted(mine, key=lambda e: -e["sign"]):
            if e["kind"] == "published" and not_for_sale(e):
                found.setdefault(e["firm"] or e["source"], e["sign"])
    return [sum(v == side for v in found.values()) for side in (1, -1)]


def not_for_sale(e):
    return e["design"] != "assertion" and not e["vendor"] and not e["intention_only"]


def over_firms(mine, q, question):
    """Start and t interval of the spread over three or more firms' figures without an interval."""
    floor, ceiling = (0, inf) if "ratio" in q["scale"] else (-1, 1) if q["scale"] == "correlation" else (-inf, inf)
    firms = {}
    for e in (e for e in mine if e["low"] is None and e["value"] is not None and floor < e["value"] < ceiling):
        if not_for_sale(e):
            firms.setdefault(e["firm"] or e["source"], []).append(e)
    if len(firms) < 3:
        return []
    forward, back = working(q["scale"])
    values = np.array([np.mean([forward(e["value"]) for e in es]) for es in firms.values()])
    half = t.ppf(0.975, len(firms) - 1) * values.std(ddof=1) / sqrt(len(firms))
    weakest = min((e for es in firms.values() for e in es), key=lambda e: RANK.get(e["design"], 0))
    return [(start(weakest, question), [back(values.mean() + side * half) for side in (-1, 1)])]


def bounded(es, q):
    """Those that have a place, and an error, on the working scale: an end at or below 0 of a ratio has none."""
    floor = 0 if "ratio" in q["scale"] else -inf
    numbers = ("value", "low", "high")
    return [e for e in es if e["low"] != e["high"] and all(floor < float(e[n]) < inf for n in numbers)]


def pooled(es, scale):
    """Interval of the mean: Paule and Mandel's variance between sources, Hartung and Knapp's error or the plain one if larger."""
    forward, back = working(scale)
    y, k = np.array([forward(e["value"]) for e in es]), len(es)
    lengths = np.array([forward(e["high"]) - forward(e["low"]) for e in es])
    errors = lengths / 2 / norm.ppf((1 + np.array([e["level"] for e in es])) / 2)
    weights = lambda tau2: 1 / (errors**2 + tau2)  # noqa: E731
    spread = lambda tau2: weights(tau2) @ (y - np.average(y, weights=weights(tau2))) ** 2  # noqa: E731
    tau2 = brentq(lambda x: spread(x) - (k - 1), 0, 1e3 * y.var()) if spread(0) > k - 1 else 0.0
    half = t.ppf(0.975, k - 1) * sqrt(max(spread(tau2) / (k - 1), 1) / weights(tau2).sum())
    return tuple(back(np.average(y, weights=weights(tau2)) + side * half) for side in (-1, 1))


def working(scale):
    return (log, exp) if "ratio" in scale else (atanh, tanh) if scale == "correlation" else (float, float)
