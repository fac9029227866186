"""Figures of single firms without intervals: how far firms differ is an interval, one vote a firm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from analysis.core.claim import Quantity
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, RATIO_SCALES, Design, Role, Scale
from analysis.verdicts.synthesise import transform

FEWEST_FIRMS = 3


def votes(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Return one figure a firm: no interval, not by an interested publisher, not a guess, not naive.

    Several figures of a firm become one, their mean on the working scale; firms come by name.
    """
    eligible = [
        e
        for e in estimates
        if e.value is not None
        and not e.quantified
        and not e.vendor
        and not e.intention_only
        and e.design is not Design.ASSERTION
        and e.role is Role.ANSWER
        and (e.scale not in RATIO_SCALES or e.value > 0)
        and (e.scale is not Scale.CORRELATION or abs(e.value) < 1)
    ]
    firms = sorted({e.votes_as for e in eligible})
    found = []
    for firm in firms:
        mine = [e for e in eligible if e.votes_as == firm]
        forward, back = transform(mine[0].scale)
        found.append(replace(mine[0], value=back(math.fsum(forward(float(e.value or 0)) for e in mine) / len(mine))))
    return found


def spread_over_firms(estimates: Sequence[Estimate], quantity: Quantity) -> Estimate | None:
    """Return the mean over firms with the t interval of their spread on the working scale; None for fewer than three.

    The mean x of k firms has the interval x ± t(k-1) · s / sqrt(k), on the logarithm for ratios and Fisher's z for
    correlations.

    Parameters
    ----------
    estimates : sequence of Estimate
        All answers of the quantity.
    quantity : Quantity
    """
    from scipy.stats import t

    firms = votes([e for e in estimates if e.quantity == quantity.name])
    if len(firms) < FEWEST_FIRMS:
        return None
    forward, back = transform(quantity.scale)
    values = [forward(float(e.value or 0)) for e in firms]
    k = len(values)
    mean = math.fsum(values) / k
    variance = math.fsum((x - mean) ** 2 for x in values) / (k - 1)
    half = float(t.ppf(0.5 + INTERVAL_LEVEL / 2, k - 1)) * math.sqrt(variance / k)
    names = ", ".join(e.votes_as for e in firms)
    indirect = [e for e in firms if e.indirect]
    # The weakest of them speaks for the body: it is no stronger than what it is made of.
    weakest = min(firms, key=lambda e: e.design.rank)
    return replace(
        weakest,
        value=back(mean),
        low=back(mean - half),
        high=back(mean + half),
        level=INTERVAL_LEVEL,
        n=k,
        sign=None,
        source=f"Spread over {k} firms",
        firm="",
        events=None,
        smallest_group=None,
        population=names,
        period="",
        citation=None,
        grade=None,
        where=None,
        method=f"mean of {k} firms' figures with the t interval of their spread, one vote a firm ({names})",
        derived="t interval of the spread over firms; assumes that they are a sample of the firms one asks about",
        indirect="; ".join(sorted({str(e.indirect) for e in indirect})) if 2 * len(indirect) > k else None,
        assumptions=("the firms whose figures are in print are like those one asks about",),
    )
