"""The same offer to earlier buyers and to people who never bought: gap, ratio, odds ratio, contacts per sale."""

from __future__ import annotations

import math

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.design_matrix import independent_columns
from analysis.estimators.common.interval import Interval, around, exponentiated, scaled
from analysis.frames import Frame

QUANTITIES = ("response_gap", "response_ratio", "response_odds_ratio", "contacts_per_sale_ratio")
CONTACTS = "x_contacts"
"""Covariate that holds the contacts a person got; where a frame has none, everyone got one."""

FEWEST_IN_GROUP = 30
_NEVER = "people who never bought"


def estimate_offer_response(
    frame: Frame, claim: Claim, *, quantity: str = "response_gap", role: str = "answer"
) -> tuple[Estimate, ...]:
    """Response of earlier buyers against that of people who never bought, where the offer was the same.

    Gap and ratio: within strata, both groups weighted by the earlier buyers' mix of strata, so that the difference is
    the one earlier buyers show. Odds ratio: logistic regression with strata and covariates. Contacts per sale: contacts
    over sales in each group, those who never bought over earlier buyers, at the same mix of strata.

    Parameters
    ----------
    frame : Frame
        ``offers``. Without a stratum all got the same offer. Strata that hold fewer than two of either group say
        nothing and are left out.
    claim : Claim
    quantity : str
        "response_gap", "response_ratio", "response_odds_ratio" or "contacts_per_sale_ratio".
    role : str
        "answer", or "context" for a quantity that stands beside the claim.

    Returns
    -------
    tuple of Estimate
        The answer; the naive contrast over all strata together; and, where both kinds are there, earlier buyers against
        people never asked and against people who declined (context).

    Raises
    ------
    FrameMistake
        If fewer than 30 bought earlier, or fewer than 30 never did, or a group has no sale to divide by.
    """
    require_one_of("quantity", quantity, QUANTITIES)
    table = frame.table.assign(bought=(frame.table["earlier"] == "bought").astype(int))
    _require_groups(frame, table)
    answer = _estimate(frame, claim, quantity, table, _NEVER, Role(role))
    naive = _estimate(frame, claim, quantity, table.drop(columns="stratum", errors="ignore"), _NEVER, Role.NAIVE)
    found = [answer] if "stratum" not in table and quantity != "response_odds_ratio" else [answer, naive]
    kinds = {"never": "people never asked before", "declined": "people who declined before"}
    if set(table["earlier"]) == {"bought", *kinds}:
        found += [
            _estimate(frame, claim, quantity, table[table["earlier"].isin(("bought", kind))], words, Role.CONTEXT)
            for kind, words in kinds.items()
        ]
    return tuple(found)


def _require_groups(frame: Frame, table: pd.DataFrame) -> None:
    sizes = [int((table["bought"] == group).sum()) for group in (1, 0)]
    if min(sizes) < FEWEST_IN_GROUP:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `earlier` must hold at least {FEWEST_IN_GROUP} who "
            f"bought and as many who did not; got {sizes[0]} and {sizes[1]}. Give an offer that went to both."
        )


def _estimate(frame: Frame, claim: Claim, quantity: str, table: pd.DataFrame, others: str, role: Role) -> Estimate:
    stratified = "stratum" in table
    within = "within strata, at the earlier buyers' mix" if stratified else "over all together"
    if quantity == "response_odds_ratio":
        numbers, n = _odds_ratio(table, adjusted=role is not Role.NAIVE), len(table)
        within = "logistic regression with strata and covariates" if role is not Role.NAIVE else "nothing held equal"
    else:
        cells = _cells(table)
        numbers, n = _standardised(frame, cells, quantity), int(cells["n"].to_numpy().sum())
    return make_estimate(
        frame,
        claim,
        quantity,
        **numbers,
        n=n,
        method=f"earlier buyers against {others}, {within}",
        role=role,
        assumptions=("the offer was the same within a stratum",) if stratified else (),
    )


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    """One row a stratum with two or more of each group: n, sales, contacts, their squares and their products by group."""
    work = table.assign(
        stratum=table.get("stratum", "all"),
        contacts=table.get(CONTACTS, 1.0),
    )
    work = work.assign(squares=work["contacts"] ** 2, contacts_sold=work["contacts"] * work["responded"])
    grouped = work.groupby(["stratum", "bought"]).agg(
        n=("responded", "size"),
        sales=("responded", "sum"),
        contacts=("contacts", "sum"),
        squares=("squares", "sum"),
        contacts_sold=("contacts_sold", "sum"),
    )
    cells = grouped.unstack("bought", fill_value=0)
    return cells[(cells["n"] >= 2).all(axis=1)]


def _standardised(frame: Frame, cells: pd.DataFrame, quantity: str) -> Interval:
    """Both groups' rates at the mix of strata of the earlier buyers, and their contrast."""
    if len(cells) == 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least one stratum must hold two people of each group; "
            "none does. Leave the column `stratum` out if all got the same offer."
        )
    weights = cells["n"][1] / cells["n"][1].sum()
    means, variances = {}, {}
    for group in (1, 0):
        n, share = cells["n"][group], cells["sales"][group] / cells["n"][group]
        means[group] = float((weights * share).sum())
        variances[group] = float((weights**2 * share * (1 - share) / (n - 1)).sum())
    if quantity == "response_gap":
        return scaled(around(means[1] - means[0], math.sqrt(variances[1] + variances[0])), 100.0)
    for group in (1, 0):
        if means[group] == 0:
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: both groups must hold someone who responded for a "
                f"ratio; {'earlier buyers' if group else 'those who never bought'} hold none. Ask for the response gap."
            )
    log_ratio = math.log(means[1] / means[0])
    if quantity == "contacts_per_sale_ratio":
        # (contacts / sales of others) / (contacts / sales of buyers)
        per_person = {group: float((weights * cells["contacts"][group] / cells["n"][group]).sum()) for group in (1, 0)}
        log_ratio += math.log(per_person[0] / per_person[1])
        variance = sum(
            _of_contacts_per_sale(cells, weights, group, means[group], per_person[group]) for group in (1, 0)
        )
        return exponentiated(around(log_ratio, math.sqrt(variance)))
    error = math.sqrt(variances[1] / means[1] ** 2 + variances[0] / means[0] ** 2)
    return exponentiated(around(log_ratio, error))


def _of_contacts_per_sale(cells: pd.DataFrame, weights: pd.Series, group: int, sales: float, contacts: float) -> float:
    """Variance of ln(contacts per sale) of one group: of the mean of y / sales - c / contacts, cell by cell.

    Sales y and contacts c of a person go together (who buys is called no more), so neither can be taken as given.
    """
    n, sold, calls = (cells[name][group] for name in ("n", "sales", "contacts"))
    squares = sold / sales**2 - 2 * cells["contacts_sold"][group] / (sales * contacts)
    squares = squares + cells["squares"][group] / contacts**2
    mean = (sold / sales - calls / contacts) / n
    spread = (squares / n - mean**2) / (n - 1)
    return float((weights**2 * spread).sum())


def _odds_ratio(table: pd.DataFrame, *, adjusted: bool) -> Interval:
    import statsmodels.api as sm

    columns = pd.DataFrame({"intercept": 1.0, "bought": table["bought"].astype(float)}, index=table.index)
    if adjusted:
        covariates = [c for c in table.columns if str(c).startswith("x_") and c != CONTACTS and table[c].std() > 0]
        columns = columns.join(table[covariates])
        if "stratum" in table:
            columns = columns.join(pd.get_dummies(table["stratum"], prefix="stratum", drop_first=True, dtype=float))
        columns = columns.loc[:, independent_columns(columns.to_numpy(float))]
    fit = sm.GLM(table["responded"], columns, family=sm.families.Binomial()).fit(cov_type="HC1")
    return exponentiated(around(float(fit.params["bought"]), float(fit.bse["bought"])))
