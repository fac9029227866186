"""What an effect did to each treated or exposed customer: the same customers in two scenarios of one seed, compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.demo.campaign_plan import CONTROL, campaigns_of
from analysis.demo.outcomes import Outcomes
from analysis.demo.programme import POINTS_TO_REDEEM
from analysis.demo.state import Run
from analysis.demo.tables import campaign_rows_of

QUARTER, HALF_YEAR, YEAR = 91, 182, 365

Difference = Callable[[Run, Outcomes, Outcomes], np.ndarray]
"""From the run and the outcomes with and without the effect to the effect on each treated unit."""


@dataclass(frozen=True, slots=True)
class Case:
    """A truth that needs a second scenario.

    Attributes
    ----------
    claim, quantity : str
        As registered.
    of : callable
        From the run and the outcomes in both scenarios to the effect on each unit, in the registered unit.
    without : tuple of str
        Effects that the other scenario lacks.
    other : mapping
        Effects that the other scenario takes from another arm.
    naive : str
        What makes a naive analysis wrong.
    """

    claim: str
    quantity: str
    of: Difference
    without: tuple[str, ...]
    other: Mapping[str, str] | None = None
    naive: str = ""


def _points_less(with_it: np.ndarray, without: np.ndarray) -> np.ndarray:
    """First less second yes or no, unit by unit, in percentage points."""
    found: np.ndarray = 100.0 * np.subtract(with_it, without, dtype=float)
    return found


def _percent_more(with_it: np.ndarray, without: np.ndarray) -> np.ndarray:
    """What each unit gains, in per cent of the mean without the effect."""
    found: np.ndarray = 100.0 * (with_it - without) / without.mean()
    return found


def _first_days(run: Run, table: str) -> tuple[np.ndarray, np.ndarray]:
    """Who joined the programme ("rows") or the club, and the day on which they first did."""
    firsts = run.log.table(table, ("who", "start")).astype("int64").groupby("who")["start"].min()
    return firsts.index.to_numpy(), firsts.to_numpy()


def treated(run: Run, family: str, arm: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Customers and days of the first contacts of one arm, or of all but control."""
    plan, rows = campaigns_of(run.scenario), campaign_rows_of(run)
    rows = rows[rows["contact"] == 0]
    who, day, number, place = (rows[c].to_numpy(np.int64) for c in ("who", "day", "number", "arm"))
    families = np.array([c.family for c in plan])[number]
    arms = np.array([plan[k].arms[p] for k, p in zip(number, place, strict=True)])
    mine = (families == family) & ((arms == arm) if arm else (arms != CONTROL))
    return who[mine], day[mine]


def _lost(family: str, window: int, sign: float = 1.0) -> Difference:
    """Percentage points of subscribers lost within the window (sign -1: kept)."""

    def of(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
        who, day = treated(run, family)
        fair = run.people.subscribed[who] & actual.is_customer(who, day) & other.is_customer(who, day)
        who, day = who[fair], day[fair]
        return sign * _points_less(*(~o.is_customer(who, day + window) for o in (actual, other)))

    return of


def _bought(family: str, window: int, skip: int = 0, arm: str = "") -> Difference:
    """Percentage points of those who bought within the window, its first `skip` days left out."""

    def of(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
        who, day = treated(run, family, arm)
        return _points_less(*(o.purchases(who, day + skip, day + window - 1) > 0 for o in (actual, other)))

    return of


def _spent(family: str, window: int, arm: str = "", *, percent: bool = True) -> Difference:
    """Change of the spend within the window: per cent of what it is without, or currency."""

    def of(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
        who, day = treated(run, family, arm)
        with_it, without = (o.spend(who, day, day + window - 1) for o in (actual, other))
        return _percent_more(with_it, without) if percent else np.subtract(with_it, without)

    return of


def _after_joining(table: str, measure: str) -> Difference:
    """The 91-day quarters 1 to 4 behind the quarter of joining: purchases or spend, in per cent."""

    def of(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
        who, day = _first_days(run, table)
        fair = (day - run.people.joined[who] > HALF_YEAR + QUARTER) & (day + 5 * QUARTER < run.scenario.n_days)
        who, day = np.tile(who[fair], 4), np.concatenate([day[fair] + QUARTER * k for k in range(1, 5)]) - QUARTER // 2
        return _percent_more(*(getattr(o, measure)(who, day, day + QUARTER - 1) for o in (actual, other)))

    return of


def _year_after_joining(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    """Bought in the year after the day of joining the programme, in points."""
    who, day = _first_days(run, "rows")
    who, day = (x[day + YEAR < run.scenario.n_days] for x in (who, day))
    return _points_less(*(o.purchases(who, day + 1, day + YEAR) > 0 for o in (actual, other)))


def _after_redeeming(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    points = run.log.table("points", ("who", "day", "points", "kind"))
    points = points[(points["kind"] == 1) & (points["day"] + 35 < run.scenario.n_days)]
    who, day = points["who"].to_numpy(np.int64), points["day"].to_numpy(np.int64)
    return _percent_more(*(o.purchases(who, day + 7, day + 34) for o in (actual, other)))


def _first_year_of_referred(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    who = np.flatnonzero((run.state.referrer >= 0) & (run.people.joined + YEAR < run.scenario.n_days))
    day = run.people.joined[who]
    with_it, without = (o.spend(who, day, day + YEAR) for o in (actual, other))
    found: np.ndarray = 1.0 + (with_it - without) / without.mean()
    return found


def _settled_at_once(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    """Percentage points lost in the half year after a ticket that the first contact settled.

    Less what the other scenario changes for tickets that it did not settle: that is the work of the customer's other tickets.
    """
    t = run.log.table("tickets", ("who", "minute", "first"))
    who, day = t["who"].to_numpy(np.int64), (t["minute"] // 1_440).to_numpy(np.int64)
    fair = run.people.subscribed[who] & (day + HALF_YEAR < run.scenario.n_days)
    fair &= actual.is_customer(who, day) & other.is_customer(who, day)
    who, day, first = who[fair], day[fair], t["first"].to_numpy(bool)[fair]
    change = _points_less(*(~o.is_customer(who, day + HALF_YEAR) for o in (actual, other)))
    found: np.ndarray = change[first] - change[~first].mean()
    return found


def _failure_at_landmark(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    """Lost in the last half year, among subscribers who met a failure in the half year before it.

    Less what the other scenario changes for those who met none: that is the work of failures after the landmark.
    """
    landmark = run.scenario.n_days - 1 - HALF_YEAR
    t = run.log.table("tickets", ("who", "minute", "kind"))
    day = (t["minute"] // 1_440).to_numpy(np.int64)
    near = (t["kind"].to_numpy() < 2) & (day >= landmark - HALF_YEAR) & (day < landmark)
    met = np.zeros(run.scenario.n_customers, dtype=bool)
    met[t["who"].to_numpy(np.int64)[near]] = True
    who = np.flatnonzero(run.people.subscribed)
    at = np.full(len(who), landmark)
    fair = actual.is_customer(who, at) & other.is_customer(who, at) & actual.is_customer(who, at - HALF_YEAR)
    who, at = who[fair], at[fair]
    change = _points_less(*(~o.is_customer(who, at + HALF_YEAR) for o in (actual, other)))
    found: np.ndarray = change[met[who]] - change[~met[who]].mean()
    return found


def _redeemed_once_possible(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    """Percentage points who redeemed within half a year of the first day on which they could, restricted less free members.

    The restriction is a matter of the member alone, so that the groups differ in nothing else; no other scenario is needed.
    """
    points = run.log.table("points", ("who", "day", "points", "kind")).sort_values(["who", "day", "kind"])
    points = points.astype({"who": "int64", "day": "int64"})
    spent = points[points["kind"] == 1]
    opened = int(spent["day"].min())
    held = points["points"].groupby(points["who"]).cumsum()
    until = points.groupby("who")["day"].shift(-1).fillna(run.scenario.n_days)
    able = points[(held >= POINTS_TO_REDEEM) & (until > opened)]
    first = able["day"].clip(lower=opened).groupby(able["who"]).min()
    first = first[first + HALF_YEAR < run.scenario.n_days]
    pairs = spent[["who", "day"]].merge(first.rename("from_day"), left_on="who", right_index=True)
    soon = first.index.isin(pairs.loc[(pairs["day"] - pairs["from_day"]).between(0, HALF_YEAR), "who"])
    limited = run.people.restricted[first.index.to_numpy()]
    found: np.ndarray = 100.0 * np.subtract(soon[limited], soon[~limited].mean(), dtype=float)
    return found


def _friends_of_the_reached(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    """Who bought in the year, among friends of referrers who took part because they were asked, for a tenth of taking part."""
    plan, rows = campaigns_of(run.scenario), campaign_rows_of(run)
    number = next(k for k, c in enumerate(plan) if c.family == "referral")
    reached = rows[(rows["number"] == number) & rows["answered"].astype(bool)]
    mark = np.zeros(run.scenario.n_customers + 1, dtype=bool)
    mark[reached["who"].to_numpy(np.int64)] = True
    start = 7 * plan[number].week
    friends = np.flatnonzero(mark[run.state.referrer] & (run.people.joined < start))
    day = np.full(len(friends), start)
    return _points_less(*(o.purchases(friends, day, day + YEAR - 1) > 0 for o in (actual, other))) / 10


_JOINING = (
    "programme_rate_ratio",
    "programme_hazard_ratio",
    "tier_rate_ratios",
    "goal_gradient",
    "redemption_rate_ratio",
)
_HEAVY = "heavy buyers join first: the gap between members and others flatters it"
_LAST = YEAR - QUARTER

CASES: tuple[Case, ...] = (
    Case(
        "proactive-contact-reduces-churn",
        "churn_difference",
        _lost("proactive", QUARTER),
        ("proactive_hazard_ratio", "proactive_by_risk"),
    ),
    Case(
        "exclusive-access-retains",
        "retention_difference",
        _lost("access", YEAR, -1.0),
        ("access_hazard_ratio", "access_rate_ratio"),
    ),
    Case(
        "exclusive-access-retains", "spend_change", _spent("access", YEAR), ("access_hazard_ratio", "access_rate_ratio")
    ),
    Case("gamification-retains", "retention_difference", _lost("game", QUARTER, -1.0), ("game_hazard_ratio",)),
    Case(
        "online-relationships-retain",
        "retention_difference",
        _lost("community", YEAR, -1.0),
        ("community_hazard_ratio",),
    ),
    Case("online-relationships-retain", "spend_change", _spent("community", YEAR), ("community_hazard_ratio",)),
    Case("easy-consistent-service-retains", "retention_difference", _lost("ease", YEAR, -1.0), ("ease_hazard_ratio",)),
    Case("asking-feedback-retains", "churn_difference", _lost("feedback", YEAR), ("feedback_hazard_ratio",)),
    Case(
        "consistent-messaging-builds-loyalty",
        "retention_difference",
        _bought("consistency", HALF_YEAR),
        ("consistency_rate_ratio",),
    ),
    Case("reactivation-pays", "return_difference", _bought("winback", YEAR), ("winback_return_ratio",)),
    Case(
        "personalisation-lifts-response",
        "purchase_lift",
        _bought("message", QUARTER, arm="matched"),
        (),
        other={"matched_rate_ratio": "mismatched_rate_ratio"},
    ),
    Case(
        "personalisation-lifts-response",
        "spend_lift",
        _spent("message", QUARTER, arm="matched", percent=False),
        (),
        other={"matched_rate_ratio": "mismatched_rate_ratio"},
    ),
    Case(
        "programme-type-matters",
        "lead_of_best_type",
        _bought("programme", YEAR, _LAST, arm="cashback"),
        (),
        other={"cashback_rate_ratio": "points_rate_ratio"},
    ),
    Case(
        "subscriptions-retain", "retention_difference", _bought("subscription", YEAR, _LAST), ("club_offer_rate_ratio",)
    ),
    Case(
        "word-of-mouth-brings-customers",
        "peer_effect",
        _friends_of_the_reached,
        ("peer_rate_ratio", "peer_return_ratio"),
        naive="friends are alike",
    ),
    Case(
        "referred-customers-are-worth-more",
        "value_ratio",
        _first_year_of_referred,
        ("referred_rate_ratio", "referred_hazard_ratio"),
        naive="friends are alike: satisfied referrers bring satisfied friends",
    ),
    Case(
        "programme-raises-retention",
        "retention_difference",
        _year_after_joining,
        _JOINING,
        naive=_HEAVY,
    ),
    Case("programme-raises-retention", "spend_change", _after_joining("rows", "spend"), _JOINING, naive=_HEAVY),
    Case(
        "programme-raises-retention",
        "purchase_rate_change",
        _after_joining("rows", "purchases"),
        _JOINING,
        naive=_HEAVY,
    ),
    Case(
        "subscriptions-retain",
        "purchase_change",
        _after_joining("club", "purchases"),
        ("club_rate_ratio",),
        naive=_HEAVY,
    ),
    Case("redemption-friction-deters", "redemption_difference", _redeemed_once_possible, ("restriction_ratio",)),
    Case(
        "redemption-lifts-purchases",
        "purchase_change_after",
        _after_redeeming,
        ("redemption_rate_ratio",),
        naive="a redemption is a purchase, and purchases come in bursts of the more active",
    ),
    Case(
        "first-contact-resolution-retains",
        "churn_difference",
        _settled_at_once,
        ("first_contact_hazard_ratio", "recovery_share"),
        naive="grave tickets are seldom settled at once and drive people away by themselves",
    ),
    Case(
        "service-failure-drives-churn",
        "churn_difference",
        _failure_at_landmark,
        ("failure_hazard_ratio", "severity_hazard"),
        naive="heavy users meet more failures",
    ),
)
