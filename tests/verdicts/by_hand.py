"""RULE.md, sections 3 to 6, in twenty lines without a line of the package, from what is printed of each source.

How each source reads and which doubts cost a step is taken from the record; `rederive` derives the readings too. Beyond it are
a pooled mean (five sources and more that differ) and the envelope of claimed readings that differ, here the most cautious one.
"""

from itertools import product

BAR = ["auc_gain_over_recency"]
"""What a predictor must beat, where it is measured: the plain rule by recency."""

LADDER = ["very low", "low", "moderate", "high"]
CAUTION = ["fails", "open", "direction only", "overstated", "holds"]
DESIGNS = {"randomised": 3, "quasi-experimental": 2, "observational": 1, "model": 0, "assertion": 0}
JUDGED = {"in sample": -1, "": 1, "later in time, on people not used for fitting": 3}


def counted_how(e):
    """A count, a survey of volunteers or of nobody knows whom, or what an interested publisher or nobody at all counted."""
    by_choice = e["sampling"] == "volunteers" or (e["kind"] == "published" and not e["sampling"])
    return 0 if e["vendor"] or DESIGNS[e["design"]] == 0 else 1 if by_choice else 3


START = {
    "causal": lambda e: DESIGNS[e["design"]],
    "predictive": lambda e: JUDGED.get(e["validation"], 2),
    "descriptive": counted_how,
}
"""Place on the ladder at which evidence of a kind starts, by the question."""


def by_hand(r):
    """Verdict and confidence: the strongest body that is not open; without any, the signs counted, one vote a study."""
    answers = sorted((e for e in r["estimates"] if e["role"] == "answer"), key=lambda e: -(e["sign"] or 0))
    plain = {e["source"]: e["reading"] for e in answers if e["reading"] in CAUTION[:2] and e["quantity"] in BAR}
    for q in r["quantities"]:  # the lead, then those that stand in for it
        bodies = {}
        for e in [e for e in answers if e["quantity"] == q["name"] and e["reading"] in CAUTION]:
            said = plain.get(e["source"], e["reading"]) if e["reading"] in CAUTION[2:] else e["reading"]
            bodies.setdefault(START[r["question"]](e), set()).add(said)
        if bodies := {s: sorted(said - {"open"}, key=CAUTION.index) for s, said in bodies.items() if s >= 0}:
            s = max(bodies, key=lambda s: (bodies[s] != [], s))
            doubts = [" ".join(reason.split()[:3]) for reason in r["reasons"]]
            confidence = LADDER[max(0, min(s - doubts.count("One step down:"), 1 if "Not above low:" in doubts else 3))]
            return "mixed" if bodies[s][1:] and bodies[s][0] == "fails" else [*bodies[s], "open"][0], confidence
    signed = [e for e in answers if e["sign"] and e["kind"] == "published" and not bought(e)]
    named = [e for q, e in product(r["quantities"], signed) if e["quantity"] == q["name"]]
    signs = {e["firm"] or e["source"]: e["sign"] for e in reversed(named)}  # the first quantity speaks
    yes, no = (list(signs.values()).count(sign) for sign in (1, -1))
    if r["elsewhere"] or yes + no < 2:
        return "data elsewhere" if r["elsewhere"] else ("nothing found", "one study only")[yes + no], "none"
    hints = "conflict" if max(yes, no) < max(2, 3 * min(yes, no)) else "for" if yes > no else "against"
    return f"hints {hints}", "none"


def bought(e):
    """Said by who has an interest, of what people would do, or without a study."""
    return e["vendor"] or e["intention_only"] or e["design"] == "assertion"
