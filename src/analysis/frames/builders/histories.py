"""Customers' histories straight from transactions, for the frame that needs no customer days: nothing is kept but few days.

`days` is the reference: a test compares the frame and its ledger made in both ways. A day without a return is an occasion
whatever was paid. Where every purchase has a price, a day with returns is one if its amounts come to something, for
returns cannot raise them; else the days that are no occasions, which are few, are found first and taken away.
"""

from __future__ import annotations

from typing import Any

from analysis.company.ledger import LeftOut
from analysis.company.raw_table import ROW
from analysis.company.store import Company
from analysis.frames.builders.common import enter, numbered, row_number
from analysis.frames.builders.occasions import CENT_OF_A_CENT, codes, per_day, reason_of, transactions
from analysis.frames.builders.random_sample import chosen, draws, how_drawn, not_drawn

_DAY = ("customer_id", "day")
_DOUBTFUL_SHARE = 1.1  # a sketch of the number of distinct ids errs by a few per cent
_FIRST_ROWS = 10_000


def distinct_histories(company: Company, end: int) -> Any:
    """Distinct frequency, recency and length in days of customers drawn, ascending, with n_customers, in pandas."""
    if not _many(company):
        rows = _distinct(company, transactions(company), end)
        if int(company.once("n_customers", lambda: int(rows["n_customers"].sum()))) <= company.settings.largest_sample:
            return rows
    company.once("n_customers", lambda: _n_customers(company))
    table = _drawn(company) if draws(company) else transactions(company)
    rows = _distinct(company, table, end)
    if draws(company):
        company.once("n_drawn", lambda: int(rows["n_customers"].sum()))
    return rows


def record_histories(company: Company, key: str) -> None:
    """Ledger entry of a frame made from `distinct_histories`: a row that no reason leaves out is used.

    `record_drawn` counts the used rows too; a test holds the two together.
    """
    clean, odd = company.table("transactions"), _odd_days(company)
    left_out: list[LeftOut] = []
    if odd is not None:  # of all customers: a day's own reason goes before the draw
        sums = odd.group_by("reason").aggregate(n=odd["rows"].sum(), **row_number(odd)).execute()
        left_out += [
            LeftOut(reason=row["reason"], rows=int(row["n"]), example_row=int(row[ROW]) if ROW in row else None)
            for row in sums.to_dict("records")
        ]
    if draws(company):
        left_out.append(_rows_not_drawn(company, clean.n))
    used = clean.n - sum(item.rows for item in left_out)
    enter(company, key, "transactions", used, left_out, (how_drawn(company),) if draws(company) else ())


def _many(company: Company) -> bool:
    """Whether there look to be more customers than the largest sample; nothing but time depends on it."""
    most = company.settings.largest_sample
    if company.table("transactions").n <= most:
        return False
    ids = transactions(company)["customer_id"]
    return int(company.once("about n_customers", lambda: ids.approx_nunique().execute())) > _DOUBTFUL_SHARE * most


def _odd_days(company: Company) -> Any:
    """Days that are no occasion: customer_id, day, rows, reason and ROW; None where no row is a return."""
    if not company.table("transactions").returns:
        return None
    if not _netted_by_sum(company) or company.made("customer_codes"):  # more than the ledger asks for them
        return company.once("odd days", lambda: company.engine.keep(_find_odd_days(company), "odd_days"))
    return _find_odd_days(company)


def _find_odd_days(company: Company) -> Any:
    t = transactions(company)
    returned = t.filter(t["is_return"]).select(*_DAY).distinct()
    near = per_day(company, t.semi_join(returned, _DAY), "customer_id")
    near = near.select(*_DAY, "rows", reason=reason_of(near), **numbered(near))
    return near.filter(near["reason"].notnull())


def _netted_by_sum(company: Company) -> bool:
    """Whether the sum of a day tells if it is an occasion: no purchase is for nothing."""
    least = company.table("transactions").least
    return least is None or least >= CENT_OF_A_CENT


def _occasion_days(company: Company, table: Any) -> Any:
    """Customer and day of every occasion in some of the rows of `transactions`."""
    if company.table("transactions").returns and _netted_by_sum(company):
        sums = table.group_by(*_DAY).aggregate(amount=table["amount"].sum())
        return sums.filter(sums["amount"] >= CENT_OF_A_CENT)
    found, odd = table.select(*_DAY).distinct(), _odd_days(company)
    return found if odd is None else found.anti_join(odd, _DAY)


def _distinct(company: Company, table: Any, end: int) -> Any:
    d = _occasion_days(company, table)
    each = d.group_by("customer_id").aggregate(n=d.count(), first=d["day"].min(), last=d["day"].max())
    each = each.select(frequency=each["n"] - 1, recency=each["last"] - each["first"], length=end - each["first"])
    columns = ["frequency", "recency", "length"]
    return each.group_by(columns).aggregate(n_customers=each.count()).order_by(columns).execute()


def _n_customers(company: Company) -> int:
    """Customers with an occasion: all who have a code but those whose every day is odd."""
    everyone, odd = int(codes(company).count().execute()), _odd_days(company)
    if odd is None:
        return everyone
    touched = odd.select("customer_id").distinct()
    others = _occasion_days(company, transactions(company).semi_join(touched, "customer_id"))
    return everyone - int(touched.count().execute()) + int(others["customer_id"].nunique().execute())


def _chosen_codes(company: Company) -> Any:
    table = codes(company)
    return table.filter(chosen(company, table))


def _drawn(company: Company) -> Any:
    return transactions(company).semi_join(_chosen_codes(company), "customer_id")


def _rows_not_drawn(company: Company, n: int) -> LeftOut:
    """Rows of occasions of customers who are not drawn; the first is looked for where it is bound to be."""
    t, table, odd = transactions(company), codes(company), _odd_days(company)
    others = table.filter(~chosen(company, table))
    rows = n - int(_drawn(company).count().execute())
    if odd is not None:
        rows -= int(odd.semi_join(others, "customer_id")["rows"].sum().fill_null(0).execute())
    example = None
    for some in (t.filter(t[ROW] <= _FIRST_ROWS), t) if ROW in t.columns else ():
        some = some.semi_join(others, "customer_id")
        some = some if odd is None else some.anti_join(odd, _DAY)
        example = some[ROW].min().execute()
        if example is not None and example == example:
            break
    return LeftOut(reason=not_drawn(company), rows=rows, example_row=None if example is None else int(example))
