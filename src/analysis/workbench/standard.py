"""Estimators under their standard names, on a plain table: no register, no verdict, the same code as behind the pages.

Each returns `Estimates`: the answer first, then the naive analysis and what stands beside it. Rows must be complete in the
columns used. An outcome of 0 and 1 is contrasted in percentage points, any other as a difference, unless `scale` says
otherwise ("percentage points", "difference", "percent", "ratio", "odds ratio").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Scale
from analysis.workbench.on_tables import Estimates, ask, frame_of, scale_of

if TYPE_CHECKING:
    import pandas as pd


def doubly_robust(
    df: pd.DataFrame,
    *,
    treated: str,
    outcome: str,
    covariates: Sequence[str] = (),
    stratum: str | None = None,
    cluster: str | None = None,
    scale: str | None = None,
    seed: int = 1,
) -> Estimates:
    """Contrast of treated with untreated units at equal covariates: cross-fitted augmented overlap weighting.

    Parameters
    ----------
    df : pandas.DataFrame
        One row a unit.
    treated, outcome : str
        Columns: 0 or 1 (or false or true), and what came of it.
    covariates : sequence of str
        Columns measured before the treatment; texts become columns of 0 and 1.
    stratum, cluster : str
        Group to compare within; group of units that are not independent. None without.
    scale : str
        See above; an odds ratio is that of a logistic regression.
    seed : int
        Of the cross-fitting.

    Raises
    ------
    FrameMistake
        If a column is not there or not complete, or a group is smaller than 30.
    """
    from analysis.estimators.observational.doubly_robust import estimate_doubly_robust

    columns = {"treated": treated, "outcome": outcome, "stratum": stratum, "cluster": cluster}
    frame = frame_of("exposure", df, columns, design=Design.OBSERVATIONAL, covariates=covariates)
    if frame.table["treated"].nunique() < 2:
        raise FrameMistake(
            f"Column `{treated}` must hold 0 and 1: treated and untreated units; all {len(df):,} rows hold "
            f"{frame.table['treated'].iloc[0]}."
        )
    return ask(estimate_doubly_robust, frame, scale_of(frame.table["outcome"], scale), seed=seed)


def intention_to_treat(
    df: pd.DataFrame,
    *,
    arm: str,
    outcome: str,
    control: object = "control",
    stratum: str | None = None,
    cluster: str | None = None,
    scale: str | None = None,
) -> Estimates:
    """Effect of being assigned to any arm but the control, in a randomised experiment, whatever arrived.

    Parameters
    ----------
    df : pandas.DataFrame
        One row a unit that was assigned.
    arm, outcome : str
        Columns: the arm assigned, and what came of it.
    control : object
        The value of `arm` that was left alone.
    stratum, cluster : str
        Group within which assignment was random; unit of assignment where it is larger than the row.
    scale : str
        See above.

    Raises
    ------
    FrameMistake
        If a column is not there or not complete, or nobody is in the control arm.
    """
    from analysis.estimators.randomised.intention_to_treat import estimate_intention_to_treat

    columns = {"arm": arm, "outcome": outcome, "stratum": stratum, "cluster": cluster}
    assigned = None if arm not in df.columns else (df[arm] != control).astype(int).to_numpy()
    if assigned is not None and assigned.all():
        raise FrameMistake(
            f"`control` must be a value of the column `{arm}` ({', '.join(map(str, df[arm].unique()[:10]))}); got {control!r}."
        )
    frame = frame_of("experiment", df, columns, design=Design.RANDOMISED, made={"assigned": assigned})
    return ask(estimate_intention_to_treat, frame, scale_of(frame.table["outcome"], scale))


def cause_specific_hazard(
    df: pd.DataFrame,
    *,
    duration_years: str,
    event: str,
    exposed: str,
    entry_years: str | None = None,
    covariates: Sequence[str] = (),
    stratum: str | None = None,
    cluster: str | None = None,
) -> Estimates:
    """Hazard ratio of leaving for one unit of an exposure, other causes censored: Cox regression with late entry.

    Parameters
    ----------
    df : pandas.DataFrame
        One row a spell of being a customer.
    duration_years, event : str
        Columns: age of the spell when it or the observation ended; 0 running, 1 left, 2 and more other causes.
    exposed : str
        Column of the exposure, a number known from the start.
    entry_years : str
        Column of the age at which observation began; None: all from their start.
    covariates, stratum, cluster
        Columns held equal; group with a hazard of its own; customer, where one has several spells.

    Raises
    ------
    FrameMistake
        If a column is not there or not complete, or fewer than 30 left.
    """
    from analysis.estimators.survival.cause_specific_hazard import estimate_cause_specific_hazard

    columns = {"duration_years": duration_years, "event": event, "entry_years": entry_years}
    columns |= {"stratum": stratum, "cluster": cluster}
    made = {} if entry_years else {"entry_years": [0.0] * len(df)}
    frame = frame_of("spells", df, columns, design=Design.OBSERVATIONAL, covariates=(exposed, *covariates), made=made)
    return ask(estimate_cause_specific_hazard, frame, Scale.HAZARD_RATIO, term=f"x_{exposed}")


def staggered_adoption(
    df: pd.DataFrame,
    *,
    unit: str,
    period: str,
    joined_period: str,
    outcome: str,
    last: int = 4,
    n_before: int = 2,
    comparison: str = "later",
    scale: str | None = None,
) -> Estimates:
    """Change after joining over the change of those who join later: difference in differences, cohort by cohort.

    Parameters
    ----------
    df : pandas.DataFrame
        One row a unit and period, every period of every unit.
    unit, period, joined_period, outcome : str
        Columns: the unit; the period, counted from 0; the period of joining, missing if it never did; the outcome.
    last, n_before : int
        Last period after joining that counts; periods before joining that are the unit's own yardstick.
    comparison : str
        "later", "later or never" or "active".
    scale : str
        See above.

    Raises
    ------
    FrameMistake
        If a column is not there or not complete, or fewer than 30 joiners can be compared.
    """
    from analysis.estimators.quasi_experimental.staggered_adoption import estimate_staggered_adoption

    columns = {"unit_id": unit, "period": period, "joined_period": joined_period, "outcome": outcome}
    frame = frame_of("staggered", df, columns, design=Design.QUASI_EXPERIMENTAL)
    options = {"last": last, "n_before": n_before, "comparison": comparison}
    return ask(estimate_staggered_adoption, frame, scale_of(frame.table["outcome"], scale), **options)


def panel_effect(
    df: pd.DataFrame, *, unit: str, period: str, outcome: str, exposure: str, cluster: str | None = None
) -> Estimates:
    """Change of the outcome for each unit of the exposure, within the unit, what all share in a period taken out.

    Parameters
    ----------
    df : pandas.DataFrame
        One row a unit and period.
    unit, period, outcome, exposure : str
        Columns; the exposure is measured before the outcome was decided.
    cluster : str
        Group of units that are not independent; None: the unit.

    Raises
    ------
    FrameMistake
        If a column is not there or not complete, or fewer than 30 units have two periods.
    """
    from analysis.estimators.observational.panel_effects import estimate_panel_effect

    columns = {"unit_id": unit, "period": period, "outcome": outcome, "exposure": exposure, "cluster": cluster}
    frame = frame_of("panel", df, columns, design=Design.OBSERVATIONAL)
    return ask(estimate_panel_effect, frame, Scale.DIFFERENCE)


def discrimination(
    df: pd.DataFrame, *, score: str, outcome: str, rival_score: str | None = None, cluster: str | None = None
) -> Estimates:
    """Area under the curve of a score for an outcome that came later, with DeLong's interval.

    Parameters
    ----------
    df : pandas.DataFrame
        One row a unit.
    score, outcome : str
        Columns: the score, higher where the outcome is likelier; 1 if the outcome came about, else 0.
    rival_score : str
        Column of the plain rule to beat, whose own area then stands beside; None without.
    cluster : str
        Customer, where one has several rows; None without.

    Raises
    ------
    FrameMistake
        If a column is not there or not complete, or fewer than 30 have the outcome or have it not.
    """
    from analysis.estimators.prediction.discrimination import estimate_discrimination

    columns = {"score": score, "outcome": outcome, "rival_score": rival_score, "cluster": cluster}
    frame = frame_of("scores", df, columns, design=Design.OBSERVATIONAL)
    return ask(estimate_discrimination, frame, Scale.AREA_UNDER_CURVE)
