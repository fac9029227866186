"""Planned shares of a campaign's arms, as ``company.toml`` names them, beside the units of an experiment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.company.store import Company
from analysis.core.errors import FrameUnavailable


def with_planned_shares(company: Company, table: pd.DataFrame, family: str) -> pd.DataFrame:
    """Add `planned`, the planned share of the unit's arm in its campaign; missing where none is named.

    A section ``[shares."campaign"]`` speaks of one campaign, ``[shares.family]`` of all others of a family.

    Raises
    ------
    FrameUnavailable
        If a plan does not name an arm to which customers of the campaign were assigned.
    """
    planned = np.full(len(table), np.nan)
    for campaign, where in table.groupby("campaign_id").indices.items():
        section = str(campaign) if str(campaign) in company.settings.shares else family
        plan = company.settings.shares.get(section)
        if plan is None:
            continue
        arms = table["arm"].to_numpy()[where]
        unnamed = sorted(set(arms) - set(plan))
        if unnamed:
            raise FrameUnavailable(
                f'company.toml, [shares."{section}"]: the plan must name every arm to which customers were assigned; '
                f"it names {', '.join(plan)}, and the campaign {campaign!r} has {unnamed[0]!r} too. Give its share, or "
                "take the section out."
            )
        planned[where] = [plan[arm] for arm in arms]
    return table.assign(planned=planned)
