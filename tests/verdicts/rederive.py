"""RULE.md applied once more to one record of ``verdicts.json``, without a line of the package.

Of an estimate it takes the number, its interval and how it came about, and of checks what failed; it takes nothing that the
rule wrote into the record: no reading, strength, vote, mean, body or tally.
"""

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm, t

from tests.verdicts.by_hand import START, bought

CLAIMED = {"holds", "overstated", "direction only"}


def derived(r):
    """Of the first quantity with an answer the strongest body that is not open; without one, the signs counted."""
    answers = [e for e in r["estimates"] if e["role"] == "answer"]
    for q in r["quantities"]:
        mine = [e for e in answers if e["quantity"] == q["name"]]
        starts = {k: START[r["question"]](e) for k, e in enumerate(mine) if votes(e, r["checks"])}
        kinds = {s: [mine[k] for k in starts if starts[k] == s] for s in starts.values()}
        bodies = [(s, 1, barred(es, q, r)) for s, es in kinds.items() if s >= 0]  # in sample is no evidence
        bodies += over_firms([e for e in mine if e["low"] is None and not bought(e)], q, r)
        if bodies or starts:
            return next((said for *_, said in sorted(bodies, reverse=True) if said != "open"), "open")
    studies = {}
    for q in r["quantities"]:
        signed = [e for e in answers if e["quantity"] == q["name"] and e["kind"] == "published" and not bought(e)]
        mine = sorted((e for e in signed if e["sign"]), key=lambda e: e["sign"])
        studies = {e["firm"] or e["source"]: e["sign"] for e in mine} | studies  # the first quantity speaks
    yes, no = (list(studies.values()).count(sign) for sign in (1, -1))
    if r["elsewhere"] or yes + no < 2:
        return "data elsewhere" if r["elsewhere"] else "one study only" if yes + no else "nothing found"
    return "hints conflict" if max(yes, no) < max(2, 3 * min(yes, no)) else "hints for" if yes > no else "hints against"


def votes(e, checks):
    """An interval of ten events an arm and thirty units a group, on which no identifying check failed."""
    few = any(e[name] is not None and e[name] < least for name, least in (("events", 10), ("smallest_group", 30)))
    of_it = [c for c in checks if (c["source"], c["frame"]) == (e["source"], e["frame"])]
    voids = [c for c in of_it if c["quantity"] in ("", e["quantity"]) and c["on_failure"] == "voids"]
    return e["low"] is not None and not few and not any(c["passed"] is False for c in voids)


def read(low, high, q, derived=""):
    """On a line with no effect at nought and the claimed side positive; ratios by their logarithm."""
    points = np.array([low, high, q["smallest"], q["size"] or np.nan, q["null"]], dtype=float)
    with np.errstate(divide="ignore"):
        points = np.log(np.maximum(points, 0)) if "ratio" in q["scale"] else points
    *ends, s, z = (points[:4] - points[4]) * (1 if q["direction"] == "above" else -1)
    low, high = min(ends), max(ends)
    if derived and high == np.inf and low >= 0:  # no more than "significant" is known
        return "direction only"
    if high < s or (low > 0 and high < z):
        return "fails" if high < s else "overstated"
    return "holds" if low >= s else "direction only" if low > 0 else "open"


def reading_of(e, r):
    """Of one answer by itself."""
    q = next(q for q in r["quantities"] + r["bar"] if q["name"] == e["quantity"])
    checks = r["checks"] if q in r["quantities"] else []
    said = read(e["low"], e["high"], q, e["derived"]) if votes(e, checks) else "no reading"
    return said if e["low"] is not None else "no interval"


def together(es, q, r):
    """What all say; a mean from five on; "mixed" where the claimed side meets "fails"; else what the envelope says."""
    told = [read(e["low"], e["high"], q, e["derived"]) for e in es]
    if len(set(told)) > 1 and len(es) >= 5 and r["rule"] == "pool":
        return read(*mean_of(es, q), q)
    said = set(told) - {"open"}
    if len(said) < 2 or ("fails" in said and said & CLAIMED):
        return "mixed" if len(said) > 1 else "".join(said) or "open"
    ends = np.array([(e["low"], e["high"]) for e, one in zip(es, told, strict=True) if one != "open"], dtype=float)
    return read(ends.min(), ends.max(), q).replace("open", "direction only")


def barred(es, q, r):
    """A predictor on the claimed side must beat the plain rule in the same data."""
    said, places = together(es, q, r), [(e["source"], e["frame"]) for e in es]
    for bar in r["bar"] if said in CLAIMED else []:
        on_it = [e for e in r["estimates"] if e["quantity"] == bar["name"] and e["role"] == "answer" and votes(e, [])]
        bars = [e for e in on_it if (e["source"], e["frame"]) in places]
        beaten = together(bars, bar, r) if bars else said
        said = said if beaten in CLAIMED else beaten
    return said


def working(q):
    by_log = (np.log, np.exp) if "ratio" in q["scale"] else (float, float)
    return (np.arctanh, np.tanh) if q["scale"] == "correlation" else by_log


def over_firms(es, q, r):
    """One vote a firm, three at least: the t interval of their spread, no stronger than the weakest of them."""
    there, back = working(q)
    with np.errstate(all="ignore"):
        figures = pd.Series(
            [there(e["value"] or np.nan) for e in es], [e["firm"] or e["source"] for e in es], dtype=float
        )
    firms = figures[np.isfinite(figures)].groupby(level=0).mean()
    if len(firms) < 3:
        return []
    low, high = firms.mean() + np.array([-1, 1]) * t.ppf(0.975, len(firms) - 1) * firms.sem()
    return [(min(START[r["question"]](e) for e in es), 0, read(back(low), back(high), q))]


def mean_of(es, q):
    """Paule and Mandel's variance between sources, Hartung and Knapp's error or the plain one if that is larger."""
    there, back = working(q)
    y, low, high = (np.array([there(e[name]) for e in es]) for name in ("value", "low", "high"))
    errors = (high - low) / 2 / norm.ppf((1 + np.array([e["level"] for e in es])) / 2)
    weights = lambda between: 1 / (errors**2 + between)  # noqa: E731
    spread = lambda v: weights(v) @ (y - np.average(y, weights=weights(v))) ** 2 / (len(y) - 1)  # noqa: E731
    between = brentq(lambda v: spread(v) - 1, 0, 1e3 * y.var()) if spread(0) > 1 else 0.0
    half = t.ppf(0.975, len(y) - 1) * np.sqrt(max(spread(between), 1) / weights(between).sum())
    return [back(np.average(y, weights=weights(between)) + side * half) for side in (-1, 1)]
