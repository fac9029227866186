"""What a simulated company is made of: its size, and its effects, each of which is a parameter."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Self

from analysis.core.errors import ParameterMistake
from analysis.demo.departures import Departures

SIMULATED_NAME = "Demonstration company (simulated)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Every effect in the company, each of which `none` switches off. A ratio of 1 or an addition of 0 is no effect.

    Hazard ratios multiply the weekly hazard of leaving, rate ratios the weekly rate of buying. "For 26 weeks" and the like
    say how long after the event.

    Attributes
    ----------
    cost_multiple : float
        Acquisition cost of a customer won over retention cost of a customer retained a year.
    buyer_response_gap : float
        Response of earlier buyers less that of strangers to the same offer, share.
    momentum : float
        Added to the log rate of buying by every earlier purchase, up to 50.
    spend_growth : float
        Growth of the amount of a purchase a year of tenure, on the log.
    price_lapse : float
        Log hazard for a price increase of 1 on the log, for 26 weeks after it.
    price_lapse_per_year : float
        Added to `price_lapse` by every year of tenure at the increase.
    market_lapse : float
        Log hazard for ln(our price / market price) = 1.
    lock_in_hazard_ratio : float
        Within the contract term.
    referral_by_satisfaction : float
        Log weight of a customer as a referrer per standard deviation of satisfaction.
    referred_rate_ratio, referred_hazard_ratio : float
        Customers who were referred, over what they would be without.
    peer_rate_ratio, peer_return_ratio : float
        Friends of a referrer who took part in the referral campaign: rate of buying, and of coming back, for 52 weeks.
    encouraged_refer_ratio : float
        Weight as a referrer of those who were encouraged, for 52 weeks.
    satisfaction_hazard : float
        Log hazard per standard deviation of satisfaction.
    team_hazard : float
        Log hazard per standard deviation of the quality of the customer's team.
    trust_quality, trust_works : float
        Standardised weights of quality and of good works for trust.
    programme_rate_ratio, programme_hazard_ratio : float
        Members of the loyalty programme, while they are.
    tier_rate_ratios : tuple of float
        Members of the tiers, lowest first, over members without a tier; as many as the company has tiers.
    goal_gradient : float
        Added to the log rate by progress from 0 to 1 towards the next threshold.
    club_rate_ratio : float
        Members of the paid club (tier `subscription`).
    redemption_rate_ratio : float
        For 4 weeks after a redemption.
    restriction_ratio : float
        Chance of redeeming restricted points over that of unrestricted ones.
    failure_hazard_ratio, failure_rate_ratio : float
        For 26 weeks after a failure or complaint.
    severity_hazard : float
        Log hazard per point of severity of any ticket, for 26 weeks.
    first_contact_hazard_ratio : float
        A ticket settled at first contact, for 26 weeks.
    recovery_share : float
        Share of the log of `failure_rate_ratio` and `failure_hazard_ratio` that settling at first contact takes back.
    slow_hazard : float
        Log hazard for every doubling of the hours to settlement, for 26 weeks.
    proactive_hazard_ratio, proactive_by_risk : float
        Proactive contact, for 13 weeks; the second is added to its log for every standard deviation of the risk score.
    winback_return_ratio : float
        Weekly chance that a customer who left returns, for 13 weeks.
    matched_rate_ratio, mismatched_rate_ratio : float
        Messages, for 13 weeks.
    matched_answer_ratio : float
        Chance that a matched message is answered over that of a mismatched one.
    access_hazard_ratio, access_rate_ratio : float
        Early access, for 52 weeks.
    game_hazard_ratio, community_hazard_ratio, ease_hazard_ratio, feedback_hazard_ratio : float
        The campaigns of these families, for 13, 52, 52 and 52 weeks.
    consistency_rate_ratio, club_offer_rate_ratio, points_rate_ratio, cashback_rate_ratio : float
        The campaigns of families consistency (26 weeks), subscription, and the two arms of programme (52 weeks).
    asked_hazard_ratio : float
        Customers drawn at random to be asked, for 52 weeks.
    fatigue_response, fatigue_unsubscribe : float
        Change of the chance of answering (offers apart), and of signing off, with every earlier contact, share.
    """

    cost_multiple: float = 5.0
    buyer_response_gap: float = 0.03
    momentum: float = 0.0
    spend_growth: float = 0.03
    price_lapse: float = 4.0
    price_lapse_per_year: float = -0.6
    market_lapse: float = 2.5
    lock_in_hazard_ratio: float = 0.6
    referral_by_satisfaction: float = 0.5
    referred_rate_ratio: float = 1.1
    referred_hazard_ratio: float = 0.8
    peer_rate_ratio: float = 1.3
    peer_return_ratio: float = 4.0
    encouraged_refer_ratio: float = 1.0
    satisfaction_hazard: float = -0.35
    team_hazard: float = -0.15
    trust_quality: float = 0.55
    trust_works: float = 0.2
    programme_rate_ratio: float = 1.08
    programme_hazard_ratio: float = 1.0
    tier_rate_ratios: tuple[float, ...] = (1.0, 1.06, 1.25)
    goal_gradient: float = 0.15
    club_rate_ratio: float = 1.25
    redemption_rate_ratio: float = 1.15
    restriction_ratio: float = 0.6
    failure_hazard_ratio: float = 1.6
    failure_rate_ratio: float = 0.8
    severity_hazard: float = 0.12
    first_contact_hazard_ratio: float = 0.85
    recovery_share: float = 0.4
    slow_hazard: float = 0.06
    proactive_hazard_ratio: float = 0.85
    proactive_by_risk: float = 0.2
    winback_return_ratio: float = 3.0
    matched_rate_ratio: float = 1.25
    mismatched_rate_ratio: float = 1.05
    matched_answer_ratio: float = 1.3
    access_hazard_ratio: float = 0.85
    access_rate_ratio: float = 1.05
    game_hazard_ratio: float = 1.0
    community_hazard_ratio: float = 0.9
    ease_hazard_ratio: float = 0.8
    feedback_hazard_ratio: float = 0.9
    consistency_rate_ratio: float = 1.0
    club_offer_rate_ratio: float = 1.1
    points_rate_ratio: float = 1.0
    cashback_rate_ratio: float = 1.15
    asked_hazard_ratio: float = 0.95
    fatigue_response: float = -0.004
    fatigue_unsubscribe: float = 0.001

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            values = value if isinstance(value, tuple) else (value,)
            if ("ratio" in item.name or item.name == "cost_multiple") and not all(v > 0 for v in values):
                raise ParameterMistake(f"`{item.name}` must be above 0; got {value!r}. No effect is a ratio of 1.")
        if not 0 <= self.recovery_share <= 1:
            raise ParameterMistake(f"`recovery_share` must be a share, 0 to 1; got {self.recovery_share!r}.")

    @classmethod
    def none(cls, **given: float) -> Self:
        """No effect at all but those given.

        Examples
        --------
        >>> Effects.none().programme_rate_ratio, Effects.none(spend_growth=0.1).spend_growth
        (1.0, 0.1)
        """
        off: dict[str, float | tuple[float, ...]] = {
            item.name: 1.0 if "ratio" in item.name or item.name == "cost_multiple" else 0.0 for item in fields(cls)
        }
        off["tier_rate_ratios"] = (1.0, 1.0, 1.0)
        return cls(**{**off, **given})  # type: ignore[arg-type]

    def without(self, *names: str) -> Self:
        """The same with these effects switched off: the counterfactual scenario."""
        off = self.none()
        known = {item.name for item in fields(self)}
        for name in names:
            if name not in known:
                raise ParameterMistake(f"`names` must be effects ({', '.join(sorted(known))}); got {name!r}.")
        return replace(self, **{name: getattr(off, name) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A step of the programme: name, threshold of counted spend a year, and worth of its benefits a year (currency)."""

    name: str
    threshold: float
    benefit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyScenario:
    """A simulated company.

    Attributes
    ----------
    n_customers : int
        Customers who join within the observation, 200 or more.
    years : int
        Length of the observation, 2 or more; it begins on 1 January of `first_year`.
    first_year : int
    buys_a_week, leaves_a_week : float
        Mean weekly rate of buying (gamma over customers, shape 1.5) and hazard of leaving (gamma, shape 3).
    returns_a_week : float
        Weekly chance that a customer who left comes back by himself.
    amount : float
        Mean amount of a purchase, currency.
    tickets_a_week : float
        Mean weekly rate of tickets; a customer's own goes with the square root of the rate of buying.
    share_subscribed, share_referred : float
        Of customers with a subscription, and of newcomers who were referred.
    homophily : float
        Correlation of satisfaction between a referrer and the one who was referred.
    retention_cost : float
        Retention spending a customer and year, currency.
    margin, discount_rate : float
        For company.toml.
    tiers : tuple of Tier
        Lowest first.
    n_teams : int
        Service teams.
    n_strangers : float
        People who never bought and get offers, as a share of the customers.
    effects : Effects
    departures : Departures
    """

    n_customers: int = 8_000
    years: int = 5
    first_year: int = 2020
    buys_a_week: float = 0.12
    leaves_a_week: float = 0.006
    returns_a_week: float = 0.0012
    amount: float = 32.0
    tickets_a_week: float = 0.015
    share_subscribed: float = 0.85
    share_referred: float = 0.3
    homophily: float = 0.3
    retention_cost: float = 12.0
    margin: float = 0.3
    discount_rate: float = 0.1
    tiers: tuple[Tier, ...] = (
        Tier(name="basic", threshold=0, benefit=0),
        Tier(name="silver", threshold=120, benefit=20),
        Tier(name="gold", threshold=300, benefit=60),
    )
    n_teams: int = 24
    n_strangers: float = 0.5
    effects: Effects = field(default_factory=Effects)
    departures: Departures = field(default_factory=Departures)

    def __post_init__(self) -> None:
        if self.n_customers < 200 or self.years < 2:
            raise ParameterMistake(
                "`n_customers` must be 200 or more and `years` 2 or more, else no campaign finds anyone; got "
                f"{self.n_customers!r} and {self.years!r}."
            )
        if len(self.effects.tier_rate_ratios) != len(self.tiers):
            raise ParameterMistake(
                f"`tier_rate_ratios` must hold one ratio a tier ({len(self.tiers)}); got {len(self.effects.tier_rate_ratios)}."
            )

    @property
    def first_day(self) -> datetime.date:
        """First observed day."""
        return datetime.date(self.first_year, 1, 1)

    @property
    def last_day(self) -> datetime.date:
        """Last observed day."""
        return datetime.date(self.first_year + self.years, 1, 1) - datetime.timedelta(days=1)

    @property
    def n_days(self) -> int:
        """Days observed."""
        return (self.last_day - self.first_day).days + 1

    @property
    def n_weeks(self) -> int:
        """Weeks simulated; what falls behind the last observed day is not shown."""
        return -(-self.n_days // 7)

    def without(self, *names: str) -> Self:
        """The same company with these effects switched off."""
        return replace(self, effects=self.effects.without(*names))


REASONS: Mapping[str, float] = MappingProxyType(
    {"service": 0.36, "competitor": 0.22, "price": 0.18, "moved": 0.14, "involuntary": 0.10}
)
"""Shares of the reasons for leaving."""
