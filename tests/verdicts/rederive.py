"""The verdict rule written down a second time, for the record of one verdict: shares no code with the package."""

from math import inf, isinf, log

from tests.verdicts.recorded_facts import bounded, over_firms, pooled

CLAIMED = {"holds", "overstated", "direction only"}


def derived(r):
    """Of the first quantity with an answer, the strongest body that is not open; without one, the tally of signs."""
    for q in r["quantities"]:
        mine = [e for e in r["estimates"] if e["role"] == "answer" and e["quantity"] == q["name"]]
        by_start = {
            e["start"]: [o for o in mine if o["votes"] and o["start"] == e["start"]] for e in mine if e["votes"]
        }
        bodies = [(-s, 0, barred(r, es, joined(r, es, q))) for s, es in by_start.items() if s >= 0]
        bodies += [(-start, 1, read(*ends, q)) for start, ends in over_firms(mine, q, r["question"])]
        if bodies:
            return next((said for *_, said in sorted(bodies) if said != "open"), "open")
        if by_start:
            break  # the quantity that decides was judged on nobody but those it was fitted to
    yes, no = r["tally"]
    if r["elsewhere"] or yes + no < 2:
        return "data elsewhere" if r["elsewhere"] else "one study only" if yes + no else "nothing found"
    return "hints conflict" if max(yes, no) < max(2, 3 * min(yes, no)) else "hints for" if yes > no else "hints against"


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


def joined(r, es, q):
    told = {id(e): read(e["low"], e["high"], q, e["derived"]) for e in es}
    if len(set(told.values())) > 1 and r["rule"] == "pool" and len(whole := bounded(es, q)) >= 5:
        return read(*pooled(whole, q["scale"]), q)
    said = set(told.values()) - {"open"}
    if len(said) < 2 or ("fails" in said and said & CLAIMED):
        return "mixed" if len(said) > 1 else said.pop() if said else "open"
    ends = [(float(e["low"]), float(e["high"])) for e in es if told[id(e)] != "open"]
    together = read(min(low for low, _ in ends), max(high for _, high in ends), q)
    return "direction only" if together == "open" else together


def barred(r, es, said):
    """A predictor on the claimed side must beat the plain rule in the same data."""
    at = {(e["source"], e["frame"]) for e in es}
    for q in r["bar"] if said in CLAIMED else []:
        bars = [e for e in r["estimates"] if e["quantity"] == q["name"] and (e["source"], e["frame"]) in at]
        beaten = joined(r, [e for e in bars if e["votes"]], q) if any(e["votes"] for e in bars) else said
        return said if beaten in CLAIMED else beaten
    return said
