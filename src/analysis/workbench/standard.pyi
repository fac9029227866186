# Written by `python -m analysis.workbench.stub` from the frames' schemas and the estimators' options; not by hand.
# fmt: off
from collections.abc import Sequence

import pandas as pd

from analysis.workbench.on_tables import Estimates

def best_arm(
    df: pd.DataFrame, /, *, unit_id: str | None = None, arm: str = "arm", assigned: str | None = None,
    received: str | None = None, outcome: str = "outcome", moderator: str | None = None, planned: str | None = None,
    stratum: str | None = None, cluster: str | None = None, control: object = "control",
    covariates: Sequence[str] = (), quantity: str = "lead_of_best_type", seed: int = 1
) -> Estimates:
    """Lead of the best kind over all others, chosen on one random half of the units and measured on the other."""

def cause_specific_hazard(
    df: pd.DataFrame, /, *, unit_id: str | None = None, entry_years: str | None = None,
    duration_years: str = "duration_years", event: str = "event", stratum: str | None = None,
    cluster: str | None = None, covariates: Sequence[str] = (), exposed: str, adjusted: bool = True,
    at_start: bool = False, scale: str | None = None
) -> Estimates:
    """Hazard ratio of leaving of one's own will for one unit of a covariate, other causes treated as censored."""

def choice_prices(
    df: pd.DataFrame, /, *, unit_id: str = "unit_id", brand: str = "brand", chosen: str = "chosen",
    log_price: str = "log_price", earlier_share: str = "earlier_share", favourite: str = "favourite",
    loyal: str = "loyal", cluster: str = "cluster", covariates: Sequence[str] = ()
) -> Estimates:
    """Price elasticity of choosing the favourite brand, loyal households less others; the coefficients' gap beside
    it."""

def churn_gap(
    df: pd.DataFrame, /, *, industry: str = "industry", firm: str = "firm", period: str = "period",
    n_start: str | None = None, n_lost: str | None = None, years: str | None = None,
    yearly_percent: str | None = None, quantity: str = "churn_gap", high: Sequence[str] = ("mobile",),
    low: Sequence[str] = ("insurance", "banking", "finance")
) -> Estimates:
    """Annual churn of one group of industries less that of another, over firms; or the rates beside it."""

def complier_effect(
    df: pd.DataFrame, /, *, unit_id: str | None = None, arm: str = "arm", assigned: str | None = None,
    received: str | None = None, outcome: str = "outcome", moderator: str | None = None, planned: str | None = None,
    stratum: str | None = None, cluster: str | None = None, control: object = "control",
    covariates: Sequence[str] = (), scale: str | None = None
) -> Estimates:
    """Effect of assignment, effect on those whom assignment made receive it, and the naive gap by receipt."""

def contact_pressure(
    df: pd.DataFrame, /, *, unit_id: str | None = None, contact_number: str = "contact_number",
    responded: str = "responded", left: str | None = None, stratum: str | None = None, covariates: Sequence[str] = (),
    quantity: str = "response_per_further_contact", adjusted: bool = True
) -> Estimates:
    """Change in the chance of answering, or of leaving, with each further contact."""

def contagion_odds(
    df: pd.DataFrame, /, *, unit_id: str = "unit_id", period: str = "period", exposure: str = "exposure",
    adopted: str = "adopted", network: str = "network", covariates: Sequence[str] = ()
) -> Estimates:
    """Odds ratio of adopting in a period for 10 points more adopters among a person's contacts the period before."""

def cost_ratio(
    df: pd.DataFrame, /, *, period_start: str = "period_start", years: str = "years",
    acquisition_spend: str = "acquisition_spend", retention_spend: str = "retention_spend", n_won: str = "n_won",
    n_retained: str = "n_retained", customer_years: str | None = None, revenue: str | None = None
) -> Estimates:
    """Average, and where spend moved, marginal cost of winning over that of keeping for a year."""

def discontinuity_difference(
    df: pd.DataFrame, /, *, unit_id: str | None = None, running: str = "running", reached: str = "reached",
    outcome: str = "outcome", tier: str = "tier", benefit: str | None = None, cluster: str | None = None,
    quantity: str = "jump_difference"
) -> Estimates:
    """Jump at thresholds of tiers with larger benefits less jump at those with smaller ones, both in per cent."""

def discrimination(
    df: pd.DataFrame, /, *, unit_id: str | None = None, score: str = "score", rival_score: str | None = None,
    outcome: str = "outcome", cluster: str | None = None, quantity: str = "auc"
) -> Estimates:
    """One registered measure of how a score orders an outcome that came later."""

def doubly_robust(
    df: pd.DataFrame, /, *, unit_id: str | None = None, treated: str = "treated", dose: str | None = None,
    outcome: str = "outcome", cluster: str | None = None, stratum: str | None = None, covariates: Sequence[str] = (),
    adjusted: bool = True, seed: int = 1, n_folds: int = 5, scale: str | None = None
) -> Estimates:
    """Contrast of the exposed with the unexposed at equal covariates."""

def forecast_discrimination(
    df: pd.DataFrame, /, *, frequency: str = "frequency", recency_weeks: str = "recency_weeks",
    T_weeks: str = "T_weeks", holdout_frequency: str = "holdout_frequency", holdout_weeks: str = "holdout_weeks",
    n_customers: str = "n_customers", quantity: str = "auc", alive_within: float | None = None
) -> Estimates:
    """How well expected purchases order those who did not buy any more: `scores.estimate_discrimination` on
    `churn_scores`."""

def goal_gradient(
    df: pd.DataFrame, /, *, unit_id: str = "unit_id", cycle: str = "cycle", wait: str = "wait",
    progress: str = "progress", gap_days: str = "gap_days", reached: str = "reached", month: str | None = None,
    placebo: str | None = None, threshold: str | None = None, quantity: str = "pace_per_step"
) -> Estimates:
    """Percentage change of the purchase rate for each tenth of the way closer to the threshold."""

def growth_accounting(
    df: pd.DataFrame, /, *, period_start: str = "period_start", years: str = "years", n_start: str = "n_start",
    n_won: str = "n_won", n_resurrected: str = "n_resurrected", n_lost: str = "n_lost", n_end: str = "n_end",
    n_passing: str | None = None, revenue_start: str | None = None, revenue_won: str | None = None,
    revenue_resurrected: str | None = None, revenue_lost: str | None = None, revenue_expansion: str | None = None,
    revenue_contraction: str | None = None, revenue_end: str | None = None
) -> Estimates:
    """Share of the variance of change that comes from losses, less the share that comes from wins."""

def growth_across(
    df: pd.DataFrame, /, *, unit_id: str | None = None, n_start: str = "n_start", n_won: str = "n_won",
    n_lost: str = "n_lost"
) -> Estimates:
    """Share of the variance of growth between units that comes from losses, less the share that comes from wins."""

def imitation(
    df: pd.DataFrame, /, *, product: str = "product", period: str = "period", n_new: str = "n_new",
    n_total: str = "n_total", periods_per_year: float = 1.0
) -> Estimates:
    """Coefficient of imitation of each product, a year: always beside the claim, never an answer."""

def intention_to_treat(
    df: pd.DataFrame, /, *, unit_id: str | None = None, arm: str = "arm", assigned: str | None = None,
    received: str | None = None, outcome: str = "outcome", moderator: str | None = None, planned: str | None = None,
    stratum: str | None = None, cluster: str | None = None, control: object = "control",
    covariates: Sequence[str] = (), by: str | None = None, groups: int = 4, moderator_name: str = "moderator",
    scale: str | None = None
) -> Estimates:
    """Effect of being assigned to the treatment: treated less control, whatever arrived (intention to treat)."""

def leverage_accounts(
    df: pd.DataFrame, /, *, period_start: str = "period_start", years: str = "years", n_start: str = "n_start",
    n_won: str = "n_won", n_resurrected: str = "n_resurrected", n_lost: str = "n_lost", n_end: str = "n_end",
    n_passing: str | None = None, revenue_start: str | None = None, revenue_won: str | None = None,
    revenue_resurrected: str | None = None, revenue_lost: str | None = None, revenue_expansion: str | None = None,
    revenue_contraction: str | None = None, revenue_end: str | None = None, discount_rate: float = 0.1
) -> Estimates:
    """Leverage from a firm's totals, where nothing tells its customers apart: the constant-rate annuity, always
    naive."""

def leverage_opportunities(
    df: pd.DataFrame, /, *, frequency: str = "frequency", recency: str = "recency",
    n_opportunities: str = "n_opportunities", holdout_frequency: str | None = None, n_holdout: str | None = None,
    n_customers: str = "n_customers", discount_rate: float = 0.1, occasions_per_year: int = 1, n_draws: int = 100,
    seed: int = 1
) -> Estimates:
    """The same on regular occasions, by the BG/BB model."""

def leverage_summary(
    df: pd.DataFrame, /, *, frequency: str = "frequency", recency_weeks: str = "recency_weeks",
    T_weeks: str = "T_weeks", monetary: str | None = None, n_customers: str = "n_customers",
    discount_rate: float = 0.1
) -> Estimates:
    """Leverage where nobody says that he leaves, by the Pareto/NBD model."""

def leverage_survival(
    df: pd.DataFrame, /, *, cohort: str = "cohort", period: str = "period", n_start: str = "n_start",
    n_surviving: str = "n_surviving", revenue: str | None = None, discount_rate: float = 0.1,
    periods_per_year: int = 1, by_cohort: bool = False
) -> Estimates:
    """Leverage in a contract business, by the shifted beta-geometric model."""

def market_gap(
    df: pd.DataFrame, /, *, unit_id: str | None = None, lapsed: str = "lapsed", price_change: str = "price_change",
    market_gap: str | None = None, tenure_years: str = "tenure_years", cluster: str | None = None,
    covariates: Sequence[str] = (), quantity: str = "lapse_per_market_gap", least_reliability: float = 1.0
) -> Estimates:
    """What each 10 % by which the market is cheaper does to leaving, among customers of three years or more."""

def offer_response(
    df: pd.DataFrame, /, *, unit_id: str | None = None, earlier: str = "earlier", responded: str = "responded",
    stratum: str | None = None, covariates: Sequence[str] = (), quantity: str = "response_gap"
) -> Estimates:
    """Response of earlier buyers against that of people who never bought, where the offer was the same."""

def panel_effect(
    df: pd.DataFrame, /, *, unit_id: str = "unit_id", period: str = "period", outcome: str = "outcome",
    exposure: str = "exposure", exposure_other: str | None = None, exposure_lead: str | None = None,
    cluster: str | None = None, unit_effects: bool = True, scale: str | None = None
) -> Estimates:
    """Change of the outcome for each unit of the exposure, within the same firm, what all firms share in a period
    taken out."""

def panel_mean(
    df: pd.DataFrame, /, *, unit_id: str = "unit_id", period: str = "period", outcome: str = "outcome",
    exposure: str = "exposure", exposure_other: str | None = None, exposure_lead: str | None = None,
    cluster: str | None = None, scale: str | None = None
) -> Estimates:
    """Mean over groups of the mean over units of the mean over periods, with the t interval over groups: always
    context."""

def peer_effect(
    df: pd.DataFrame, /, *, unit_id: str | None = None, outcome: str = "outcome", peer_rate: str = "peer_rate",
    instrument: str = "instrument", cluster: str = "cluster", covariates: Sequence[str] = (),
    quantity: str = "peer_effect"
) -> Estimates:
    """Change in own uptake, in percentage points, for ten points more uptake among peers."""

def price_tolerance(
    df: pd.DataFrame, /, *, unit_id: str | None = None, lapsed: str = "lapsed", price_change: str = "price_change",
    market_gap: str | None = None, tenure_years: str = "tenure_years", cluster: str | None = None,
    covariates: Sequence[str] = (), quantity: str = "price_tenure_odds_ratio", adjusted: bool = True
) -> Estimates:
    """How the odds ratio of leaving for a 10 % price increase changes with tenure."""

def priority_waits(
    df: pd.DataFrame, /, *, unit_id: str | None = None, favoured: str = "favoured", wait: str = "wait",
    gave_up: str = "gave_up", stratum: str = "stratum", cluster: str = "cluster",
    quantity: str = "favoured_wait_change"
) -> Estimates:
    """Waiting time of one class over what it would be in one shared queue at the same hour, or the difference in
    giving up."""

def queue_simulation(
    df: pd.DataFrame, /, *, unit_id: str | None = None, arrival_hours: str = "arrival_hours",
    handling_hours: str = "handling_hours", priority: str = "priority", value: str = "value",
    quantity: str = "weighted_wait_change", utilisation: float = 0.9, n_servers: int | None = None
) -> Estimates:
    """Change of the waiting time if tickets are served by urgency, then value, then arrival."""

def raw_share(
    df: pd.DataFrame, /, *, unit_id: str | None = None, earlier: str = "earlier", responded: str = "responded",
    stratum: str | None = None, covariates: Sequence[str] = (), scale: str | None = None
) -> Estimates:
    """Share who responded, as if nobody would have done so unasked."""

def reason_gap(
    df: pd.DataFrame, /, *, reason: str = "reason", group: str = "group", n: str = "n"
) -> Estimates:
    """Share of leavers naming product or service less the share naming a rival's offer or price."""

def recovery_share(
    df: pd.DataFrame, /, *, unit_id: str | None = None, treated: str = "treated", dose: str | None = None,
    outcome: str = "outcome", cluster: str | None = None, stratum: str | None = None, covariates: Sequence[str] = (),
    quantity: str = "share_of_loss_restored"
) -> Estimates:
    """Share of the loss restored: (made good - not made good) / (no failure - not made good)."""

def redemption_event_study(
    df: pd.DataFrame, /, *, unit_id: str = "unit_id", redemption_id: str = "redemption_id",
    relative_week: str = "relative_week", n_purchases: str = "n_purchases", spend: str | None = None,
    placebo: str | None = None, quantity: str = "purchase_change_after", weeks: int = 4
) -> Estimates:
    """Percentage change of the purchase rate after a redemption, and in the run-up to it, over ordinary weeks."""

def revenue_stability(
    df: pd.DataFrame, /, *, period_start: str = "period_start", segment: str = "segment", revenue: str = "revenue",
    n_purchases: str = "n_purchases", n_customers: str = "n_customers", own_squares: str = "own_squares",
    quantity: str = "variation_ratio"
) -> Estimates:
    """Ratio of the coefficients of variation of monthly (or quarterly) revenue, repeat over new customers."""

def review_elasticity(
    df: pd.DataFrame, /, *, unit_id: str | None = None, bad_share: str = "bad_share", good_share: str = "good_share",
    mean_score: str | None = None, reviews: str = "reviews", before: str = "before", after: str = "after",
    cluster: str | None = None, covariates: Sequence[str] = (), quantity: str = "review_volume_elasticity"
) -> Estimates:
    """Elasticity of new customers with respect to the number of reviews, or to how favourable they are."""

def staggered_adoption(
    df: pd.DataFrame, /, *, unit_id: str = "unit_id", period: str = "period", joined_period: str = "joined_period",
    outcome: str = "outcome", covariates: Sequence[str] = (), last: int = 4, n_before: int = 2,
    comparison: str = "later", scale: str | None = None
) -> Estimates:
    """Change after joining over the change of customers who have not joined yet (difference in differences)."""

def standardised_weights(
    df: pd.DataFrame, /, *, unit_id: str | None = None, overall: str = "overall", covariates: Sequence[str] = (),
    quantity: str = "satisfaction_weight_difference", adjusted: bool = True
) -> Estimates:
    """Difference between the standardised weights of two groups of items for the overall score."""

def state_dependence(
    df: pd.DataFrame, /, *, customer_id: str = "customer_id", purchase_number: str = "purchase_number",
    gap_days: str = "gap_days", followed_days: str = "followed_days", horizon_days: float = 91.0,
    max_number: int = 10, population: str | None = "mbg_nbd", n_boot: int = 20, seed: int = 1,
    naive_only: bool = False
) -> Estimates:
    """Slope of the chance of a next purchase in the number of purchases made, within the customer."""

def survey_link(
    df: pd.DataFrame, /, *, unit_id: str | None = None, score: str = "score", rival_score: str | None = None,
    outcome: str = "outcome", cluster: str | None = None, scale: str | None = None
) -> Estimates:
    """Link of a survey score with behaviour after it."""

def targeting(
    df: pd.DataFrame, /, *, unit_id: str | None = None, arm: str = "arm", assigned: str | None = None,
    received: str | None = None, outcome: str = "outcome", moderator: str | None = None, planned: str | None = None,
    stratum: str | None = None, cluster: str | None = None, control: object = "control",
    covariates: Sequence[str] = (), quantity: str = "effect_gap", outcome_is_loss: bool = False
) -> Estimates:
    """Effect in the riskiest tenth less effect over all, and rank agreement of risk and effect over ten groups."""

def team_gap(
    df: pd.DataFrame, /, *, unit_id: str | None = None, treated: str = "treated", dose: str | None = None,
    outcome: str = "outcome", cluster: str | None = None, stratum: str | None = None, covariates: Sequence[str] = (),
    scale: str | None = None
) -> Estimates:
    """Gap in an outcome between the customers of two kinds of teams, teams being the units."""

def tier_cutoff(
    df: pd.DataFrame, /, *, unit_id: str | None = None, running: str = "running", reached: str = "reached",
    outcome: str = "outcome", tier: str = "tier", benefit: str | None = None, cluster: str | None = None,
    quantity: str = "spend_jump_at_threshold", seed: int = 1
) -> Estimates:
    """Jump of the later outcome at the threshold, members heaped above it, or the jumps of rich against poor
    tiers."""

def valence_slopes(
    df: pd.DataFrame, /, *, unit_id: str | None = None, bad_share: str = "bad_share", good_share: str = "good_share",
    mean_score: str | None = None, reviews: str = "reviews", before: str = "before", after: str = "after",
    cluster: str | None = None, covariates: Sequence[str] = (), n_resamples: int = 2000, seed: int = 1
) -> Estimates:
    """Growth for a point less bad talk less growth for a point more good talk, and their ratio in three units."""

def value_ratio(
    df: pd.DataFrame, /, *, unit_id: str | None = None, treated: str = "treated", dose: str | None = None,
    outcome: str = "outcome", cluster: str | None = None, stratum: str | None = None, covariates: Sequence[str] = (),
    exposure: str | None = None, scale: str | None = None
) -> Estimates:
    """Ratio of mean outcomes, exposed over unexposed, from a Poisson regression with robust errors."""

def within_customer_slope(
    df: pd.DataFrame, /, *, customer_id: str = "customer_id", period: str = "period",
    tenure_years: str = "tenure_years", n_purchases: str = "n_purchases", spend: str = "spend"
) -> Estimates:
    """Percentage change of spend in an active period for each further year of tenure."""
