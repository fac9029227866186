"""Whether arms were randomised: as many in each arm as planned, and the arms alike in what was known before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.common.design_matrix import independent_columns
from analysis.frames import Frame

MISMATCH = 0.001
"""Sample ratios are judged strictly: with this p a mismatch is a fault of the experiment, not of chance (Fabijan et al.
2019, Proceedings of KDD, 2156-2164)."""

UNLIKE = 0.01
BALANCED = 0.1
"""Standardised differences below this are customarily called balanced (Austin 2009, Statist. Med. 28, 3083)."""


def check_sample_ratio(frame: Frame, claim: Claim) -> CheckResult:
    """Chi-square test of the arms' sizes against the plan.

    The plan is the frame's column `planned` (shares of each stratum, scaled to the arms that are in it).
    Without a plan, of whether the arms' shares are the same in all strata, unless a plan could have been named and was not;
    else nothing is judged, and shares far from equal are said. Where whole clusters were drawn, clusters are counted.

    Parameters
    ----------
    frame : Frame
        ``experiment``.
    claim : Claim
    """
    from scipy.stats import chi2_contingency

    name = "sample ratio of the arms"
    table = frame.table.drop_duplicates("cluster") if "cluster" in frame.table else frame.table
    sizes = table["arm"].value_counts().sort_index()
    rows = tuple({"arm": str(arm), "n": int(n), "share": float(n / len(table))} for arm, n in sizes.items())
    listed = ", ".join(f"{arm} {number(int(n))}" for arm, n in sizes.items())
    if "planned" in table and table["planned"].notna().any():
        p, n_left_out = _p_of_named_plans(table)
        against = "the plan" + (f" (not named for {number(n_left_out)} of them)" if n_left_out else "")
    elif "planned" not in table and "stratum" in table and table["stratum"].nunique() > 1 and len(sizes) > 1:
        crossed = table.groupby(["stratum", "arm"]).size().unstack(fill_value=0)
        p = float(chi2_contingency(crossed.to_numpy(), correction=False).pvalue)
        against = f"equal shares in all {len(crossed)} strata"
    else:
        return CheckResult(
            name=name,
            passed=None,
            sentence=f"The arms hold {listed}; what was planned is not known.{_far_from_equal(table)}",
            table=rows,
        )
    return CheckResult(
        name=name,
        passed=p >= MISMATCH,
        sentence=f"The arms hold {listed}; against {against} that has a chi-square p of {number(p, 2)}.",
        table=rows,
    )


def check_arm_balance(frame: Frame, claim: Claim) -> CheckResult:
    """What was known before assignment, treated against control: standardised differences and one test of them all.

    The test is that of regressing assignment on all of it (robust, clustered where clusters were drawn): in a lottery it
    rejects once in a hundred.

    Parameters
    ----------
    frame : Frame
        ``experiment``; covariates and the moderator are what was known before.
    claim : Claim
    """
    name = "balance of the arms"
    table = frame.table
    known = [*frame.covariates, *(["moderator"] if "moderator" in table and table["moderator"].notna().all() else [])]
    known = [column for column in known if table[column].std() > 0]
    if not known:
        return CheckResult(name=name, passed=None, sentence="Nothing that was known before assignment is in the data.")
    rows = tuple(
        {"covariate": column.removeprefix("x_"), "standardised difference": _standardised(table, column)}
        for column in known
    )
    worst = max(rows, key=lambda row: abs(float(row["standardised difference"])))  # type: ignore[arg-type]
    size = float(worst["standardised difference"])  # type: ignore[arg-type]
    p = _joint_p(table, known)
    passed = False if p < UNLIKE else (True if abs(size) < BALANCED else None)
    return CheckResult(
        name=name,
        passed=passed,
        sentence=f"Of {len(known)} things known before, {worst['covariate']} differs most between the arms, by {number(size)} "
        f"standard deviations; a difference of all of them together has a p of {number(p, 2)}.",
        table=rows,
    )


def _p_of_named_plans(table: pd.DataFrame) -> tuple[float, int]:
    """Chi-square p of the arms of all strata with a plan, and how many units have none."""
    from scipy.stats import chi2

    known = table[table["planned"].notna()]
    strata = known["stratum"] if "stratum" in known else known["assigned"] * 0
    cells = known.groupby([strata.rename("_stratum"), "arm"])["planned"].agg(["size", "first"])
    by_stratum = cells.groupby(level="_stratum")
    expected = by_stratum["size"].transform("sum") * cells["first"] / by_stratum["first"].transform("sum")
    df = len(cells) - cells.index.get_level_values("_stratum").nunique()
    return float(chi2.sf(((cells["size"] - expected) ** 2 / expected).sum(), df)), len(table) - len(known)


def _far_from_equal(table: pd.DataFrame) -> str:
    """Say where shares are farther from equal than chance would bring them, stratum by stratum."""
    from scipy.stats import chisquare

    strata = table["stratum"] if "stratum" in table else table["assigned"] * 0
    found = []
    for name, part in table.groupby(strata):
        sizes = part["arm"].value_counts().sort_index()
        if len(sizes) > 1 and chisquare(sizes.to_numpy()).pvalue < MISMATCH:
            shares = ", ".join(f"{arm} {number(100 * n / len(part))} %" for arm, n in sizes.items())
            found.append(f"{name}: {shares}" if "stratum" in table else shares)
    if not found:
        return " They are as equal as chance allows."
    name_it = ' Name the plan in company.toml, [shares."campaign"].' if "planned" in table else ""
    return (
        f" Far from equal ({'; '.join(found)}): if equal shares were planned, units were lost on the way and the comparison "
        f"is broken.{name_it}"
    )


def _standardised(table: pd.DataFrame, column: str) -> float:
    """Difference of means over the pooled standard deviation."""
    arms = [table.loc[table["assigned"] == arm, column] for arm in (0, 1)]
    spread = ((float(arms[0].var()) + float(arms[1].var())) / 2) ** 0.5
    return float(arms[1].mean() - arms[0].mean()) / spread if spread > 0 else 0.0


def _joint_p(table: pd.DataFrame, known: list[str]) -> float:
    import statsmodels.api as sm

    parts: list[Any] = [np.ones(len(table))]
    if "stratum" in table:
        parts.append(pd.get_dummies(table["stratum"], drop_first=True, dtype=float).to_numpy())
    n_held = 1 if len(parts) == 1 else 1 + parts[1].shape[1]
    standardised = (table[known] - table[known].mean()) / table[known].std()
    design = np.column_stack([*parts, standardised.to_numpy(float)])
    retained = independent_columns(design)
    asked = np.flatnonzero(np.arange(design.shape[1])[retained] >= n_held)
    options: dict[str, Any] = {"cov_type": "HC1"}
    if "cluster" in table:
        options = {"cov_type": "cluster", "cov_kwds": {"groups": table["cluster"].to_numpy()}}
    fit = sm.OLS(table["assigned"].to_numpy(float), design[:, retained]).fit(**options)
    return _wald_p(fit.params[asked], fit.cov_params()[np.ix_(asked, asked)])


def _wald_p(values: np.ndarray, covariance: np.ndarray) -> float:
    from scipy.stats import chi2

    return float(chi2.sf(float(values @ np.linalg.pinv(covariance) @ values), len(values)))
