"""CDNOW comes with a package: the file itself is tested against what its publishers document."""

from collections import defaultdict
from datetime import date

import pytest

from analysis.core.errors import DataFault
from analysis.sources.cdnow import SOURCE, check_facts, files, open_log, read
from analysis.sources.purchase_log import occasions_of

# Fader & Hardie (2001), Interfaces 31(3) part 2, S94-S107, and the note that comes with the data set: 23,570 customers
# who first bought in the first quarter of 1997, 69,659 purchases until the end of June 1998.
N_PURCHASES, N_CUSTOMERS = 69_659, 23_570


def raw_rows():
    """Read the file a second time, with nothing but the standard library: (customer, day, units, cents)."""
    with files()[0].open(encoding="utf-8") as handle:
        next(handle)
        rows = [line.split() for line in handle]
    return [(int(c), date(int(d[:4]), int(d[4:6]), int(d[6:])), int(n), round(100 * float(a))) for c, d, n, a in rows]


@pytest.fixture(scope="module")
def raw():
    return raw_rows()


def test_file_is_the_documented_one(raw):
    assert len(raw) == N_PURCHASES
    assert len({row[0] for row in raw}) == N_CUSTOMERS
    assert (min(row[1] for row in raw), max(row[1] for row in raw)) == (date(1997, 1, 1), date(1998, 6, 30))


def test_cohort_is_closed_everybody_first_bought_in_the_first_quarter_of_1997(raw):
    first = defaultdict(lambda: date.max)
    for customer, day, _, _ in raw:
        first[customer] = min(first[customer], day)
    assert max(first.values()) <= date(1997, 3, 31)


def test_the_log_makes_one_occasion_a_customer_and_day_and_loses_nothing(raw):
    log = occasions_of(open_log())
    assert len(log) == len({(customer, day) for customer, day, _, _ in raw})
    assert not log.duplicated(["customer_id", "at"]).any()
    assert round(100 * log["amount"].sum()) == sum(row[3] for row in raw)


def test_the_log_sums_a_day_with_several_orders(raw):
    days = defaultdict(list)
    for customer, day, _, cents in raw:
        days[customer, day].append(cents)
    (customer, day), cents = next((key, orders) for key, orders in days.items() if len(orders) > 1)
    log = occasions_of(open_log())
    row = log[(log["customer_id"] == customer) & (log["at"].dt.date == day)]
    assert [round(100 * amount) for amount in row["amount"]] == [sum(cents)]


@pytest.mark.parametrize(
    ("spoil", "fragment"),
    [
        (lambda t: t.iloc[:-1], "documents purchases = 69659, but the file has 69658"),
        (lambda t: t.assign(customer_id=t["customer_id"].replace(2, 1)), "documents customers = 23570, but .* 23569"),
        (
            lambda t: t.assign(at=t["at"].replace("19970101", "19961231")),
            "documents first day = 19970101, but .* 19961231",
        ),
        (
            lambda t: t.assign(at=t["at"].replace("19980630", "19980701")),
            "documents last day = 19980630, but .* 19980701",
        ),
    ],
)
def test_check_facts_refuses_a_file_that_is_not_the_documented_one(spoil, fragment):
    table = read(files()[0])
    check_facts(table)
    with pytest.raises(DataFault, match=fragment):
        check_facts(spoil(table))


@pytest.mark.parametrize("key", sorted(SOURCE.builders))
def test_every_frame_is_built_under_its_key_and_names_its_source(key):
    frame = SOURCE.frame(key)
    assert frame.name == key.split("/")[0]
    assert frame.context.source == SOURCE.title == "CDNOW"
    assert frame.context.kind is SOURCE.kind
