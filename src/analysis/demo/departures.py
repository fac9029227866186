"""What a simulated company may be that estimators do not expect: the misspecified scenarios."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.core.errors import ParameterMistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Departures:
    """What a company may be that estimators do not expect; everything is off by default.

    Attributes
    ----------
    heavy_tails : float
        Amounts are multiplied by a Pareto draw of mean 1 with this tail index, above 1 (below 2 the variance is infinite);
        None for log-normal amounts.
    seasonality : float
        Amplitude of a yearly cosine on the rate of buying, 0 to below 1, with its peak in December.
    buying_dying_correlation : float
        Correlation of the logs of the rate of buying and the hazard of leaving, -1 to 1. Below 0 heavy buyers stay longer.
    recession : float
        In one quarter (the middle of the observation) the rate of buying is divided, and the hazard multiplied, by 1 plus
        this, 0 or more.
    missing_tickets : float
        Chance that a ticket of a dissatisfied customer is not recorded, for satisfaction far below the mean, 0 to 1: the
        worst failures leave no row.
    spill_over : float
        Share of a campaign's effect that reaches the customers whom a treated customer referred, 0 to 1.
    self_selected_term : float
        Log hazard that goes with choosing a contract term over none, before the contract does anything: below 0 loyal
        customers sign.
    chosen_controls : bool
        The second proactive campaign picks those at risk and books all others as `control`: nobody randomised.
    hidden_severity : bool
        The severity of tickets is not recorded.
    price_by_risk : float
        Price increases follow what makes customers leave and nobody records: log increase per standard deviation of it.
    redemption_opens : float
        Part of the observation that is over before points can be redeemed, 0 to below 1.
    redeem_chance : float
        Chance of redeeming at a purchase with enough points.
    """

    heavy_tails: float | None = None
    seasonality: float = 0.0
    buying_dying_correlation: float = 0.0
    recession: float = 0.0
    missing_tickets: float = 0.0
    spill_over: float = 0.0
    self_selected_term: float = 0.0
    chosen_controls: bool = False
    hidden_severity: bool = False
    price_by_risk: float = 0.0
    redemption_opens: float = 0.0
    redeem_chance: float = 0.2

    def __post_init__(self) -> None:
        if self.heavy_tails is not None and self.heavy_tails <= 1:
            raise ParameterMistake(
                f"`heavy_tails` must be above 1, else amounts have no mean; got {self.heavy_tails!r}."
            )
        if not -1 <= self.buying_dying_correlation <= 1:
            raise ParameterMistake(
                f"`buying_dying_correlation` must lie between -1 and 1; got {self.buying_dying_correlation!r}."
            )
        if not 0 <= self.seasonality < 1 or self.recession < 0:
            raise ParameterMistake(
                "`seasonality` must be 0 or more and below 1, `recession` 0 or more; got "
                f"{self.seasonality!r} and {self.recession!r}."
            )
        for name in ("missing_tickets", "spill_over", "redemption_opens", "redeem_chance"):
            if not 0 <= getattr(self, name) <= 1:
                raise ParameterMistake(f"`{name}` must be a share, 0 to 1; got {getattr(self, name)!r}.")
