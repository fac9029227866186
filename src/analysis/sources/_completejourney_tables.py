"""Tables made from Complete Journey's files: the lines, redemptions, mailings and coupons, as frames need them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sources.row_ledger import kept

NAME = "completejourney"
FIRST_DAY, MIDDLE, END_OF_OBSERVATION = "2017-01-01", "2017-07-01", "2017-12-31"
TIMEZONE = "America/New_York"
WEEKS_BESIDE, DAYS_PER_WEEK = 8, 7
"""Weeks before and after a first redemption that are compared; the week of the redemption is left out."""
FEWEST_BUYERS = 30
"""A store, manufacturer or category counts if this many households bought there in a half-year, on average."""


def process_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines as a company's transactions: customer_id, at (on the shop's clock), amount (USD)."""
    at = (
        pd.to_datetime(lines["transaction_timestamp"])
        .dt.tz_localize("UTC")
        .dt.tz_convert(TIMEZONE)
        .dt.tz_localize(None)
    )
    return pd.DataFrame({"customer_id": lines["household_id"], "at": at, "amount": lines["sales_value"]})


def process_redemptions(redemptions: pd.DataFrame) -> pd.DataFrame:
    """Redeemed coupons as a company's points: a coupon is a point."""
    days = {"customer_id": redemptions["household_id"], "at": redemptions["redemption_date"]}
    return pd.DataFrame({**days, "points": -1, "kind": "redeem"})


def redeeming_weeks(occasions: pd.DataFrame, redemptions: pd.DataFrame, mailed: pd.DataFrame) -> pd.DataFrame:
    """Trips a week of every household that was sent a coupon, and the week in which it first redeemed one.

    The 52 whole weeks from 1 January; the last day of the year is left out. Households to which nothing was sent (910)
    could not redeem and are no yardstick.
    """
    first = pd.Timestamp(FIRST_DAY)
    households = pd.Index(sorted(mailed["household_id"].unique()), name="unit_id")
    trips = kept(
        NAME,
        "staggered",
        "days of households at the shop",
        occasions.assign(period=(occasions["at"] - first).dt.days // 7),
        ("outside the 52 whole weeks", lambda t: ~t["period"].between(0, 51)),
        ("household that was sent nothing", lambda t: ~t["customer_id"].isin(households)),
    )
    trips = trips.groupby(["customer_id", "period"]).size()
    grid = pd.MultiIndex.from_product([households, range(52)], names=["unit_id", "period"])
    table = trips.rename("outcome").rename_axis(["unit_id", "period"]).reindex(grid, fill_value=0).reset_index()
    redeemed = (redemptions.groupby("household_id")["redemption_date"].min() - first).dt.days // 7
    return table.assign(joined_period=table["unit_id"].map(redeemed.where(redeemed <= 51)))


def coupon_trials(
    mailed: pd.DataFrame, campaigns: pd.DataFrame, coupons: pd.DataFrame, redemptions: pd.DataFrame
) -> pd.DataFrame:
    """One row a household and a coupon that it was sent; treated is 1 if the coupon is good for few products.

    Few: fewer products than the median coupon of its campaign, so that half of every campaign's coupons is compared with
    the other half; what differs between campaigns is held equal beside. Campaigns of type A are left out: their coupons were
    picked for each household, and which ones it got is not recorded.
    """
    width = coupons.groupby(["campaign_id", "coupon_upc"])["product_id"].nunique().rename("width").reset_index()
    kinds = campaigns.set_index("campaign_id")["campaign_type"]
    picked = ("of a campaign that picked coupons for each household", lambda t: t["campaign_id"].map(kinds) == "Type A")
    width = kept(NAME, "exposure/coupon_width", "coupons", width, picked)
    of_campaign = width.groupby("campaign_id")["width"]
    narrow, middle = width["width"] < of_campaign.transform("median"), of_campaign.transform("median")
    width = width.assign(
        treated=narrow.astype(int), coupon=range(len(width)), middle=middle, n=of_campaign.transform("size")
    )
    sent = width.merge(mailed, on="campaign_id")
    households = sent["campaign_id"].map(mailed.groupby("campaign_id").size())
    key = ["household_id", "campaign_id", "coupon_upc"]
    again = ("household redeemed the coupon before", lambda t: t.duplicated(key))
    used = kept(NAME, "redemptions of exposure/coupon_width", "redemptions", redemptions, picked, again)
    used = used[key].assign(outcome=1.0)
    sent = sent.merge(used, how="left", on=key).fillna({"outcome": 0.0})
    return pd.DataFrame(
        {
            "unit_id": range(len(sent)),
            "treated": sent["treated"],
            "dose": sent["width"],
            "outcome": sent["outcome"],
            "cluster": sent["coupon"],
            "x_type_c": (sent["campaign_id"].map(kinds) == "Type C").astype(float),
            "x_log_households": np.log(households),
            "x_log_coupons": np.log(sent["n"]),
            "x_log_median_width": np.log(sent["middle"]),
        }
    )


def mailing_panel(mailed: pd.DataFrame, campaigns: pd.DataFrame, redemptions: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``panel``: one row a household and campaign that it was sent; response in per cent.

    Exposure: other campaigns sent to the household that began in the `WEEKS_BESIDE` weeks before; the placebo is those
    that began in as many weeks after. Campaigns that begin on one day count as neither.
    """
    begins = pd.to_datetime(campaigns.set_index("campaign_id")["start_date"])
    sent = mailed[["household_id", "campaign_id"]].drop_duplicates()
    sent = sent.assign(begin=sent["campaign_id"].map(begins))
    pairs = sent.merge(sent[["household_id", "begin"]], on="household_id", suffixes=("", "_other"))
    days = (pairs["begin"] - pairs["begin_other"]).dt.days
    near = DAYS_PER_WEEK * WEEKS_BESIDE
    counts = pairs.assign(before=days.between(1, near), after=days.between(-near, -1))
    table = counts.groupby(["household_id", "campaign_id"])[["before", "after"]].sum().reset_index()
    key = ["household_id", "campaign_id"]
    again = ("household redeemed another coupon of the campaign", lambda t: t.duplicated(key))
    used = kept(NAME, "redemptions of panel", "redemptions", redemptions, again)[key].assign(outcome=100.0)
    table = table.merge(used, how="left", on=key).fillna({"outcome": 0.0})
    return pd.DataFrame(
        {
            "unit_id": pd.factorize(table["household_id"], sort=True)[0],
            "period": pd.factorize(table["campaign_id"].astype(int), sort=True)[0],
            "outcome": table["outcome"],
            "exposure": table["before"].astype(float),
            "exposure_lead": table["after"].astype(float),
        }
    )


def buyers_by_unit(lines: pd.DataFrame, units: pd.Series, kind: str = "units") -> pd.DataFrame:
    """Households that bought from each unit in the first half-year, and those won and lost by the second.

    Parameters
    ----------
    units : pandas.Series
        Of every line the store, manufacturer or category; lines without one are left out.
    kind : str
        What the units are, for the ledger.
    """
    late = pd.to_datetime(lines["transaction_timestamp"]) >= MIDDLE
    seen = pd.DataFrame({"unit": units, "household": lines["household_id"], "late": late})
    seen = kept(NAME, f"lines of {kind}", "lines", seen, ("no unit on record", lambda t: t["unit"].isna()))
    halves = seen.groupby(["unit", "household"])["late"].agg(["min", "max"]).reset_index()
    won, lost = halves["min"], ~halves["max"]
    table = pd.DataFrame({"n_start": ~won, "n_won": won, "n_lost": lost}).groupby(halves["unit"]).sum()
    few = (
        f"fewer than {FEWEST_BUYERS} buying households",
        lambda t: t["n_start"] + (t["n_won"] - t["n_lost"]) / 2 < FEWEST_BUYERS,
    )
    table = kept(NAME, kind, kind, table, few).reset_index(drop=True)
    return table.assign(unit_id=range(len(table)))
