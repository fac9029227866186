"""The definition audit: every definition counted by hand on five customers, and held to the other measures on CDNOW."""

import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.measures.audit import AskedLog, audit_definitions, false_new_customers
from analysis.measures.cohorts import cohort_activity, retention_at
from analysis.measures.definitions import CHOICES, IN_WORDS, Definition, in_words
from analysis.measures.repeat import repeat_rate_within

FILTER = "2023-02-01"


def retained(purchases, definition, *, months, filter_from=None, end_of_observation=None):
    return AskedLog(purchases, months, filter_from, end_of_observation).retained(definition)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, (3, 5)),  # in March: 2 and 4; in April: 5
        ({"active": "in or later"}, (4, 5)),  # 1 as well, in April
        ({"active": "by then"}, (4, 5)),  # all but 3; 1 already in January
        ({"average": "mean of cohorts"}, (1.5, 2)),  # 2 of 4, and 1 of 1
        ({"cohort": "week"}, (0, 5)),  # nobody in the ninth week after: 4 comes back on the Monday after it
        ({"clock": "own"}, (1, 5)),  # only 4 between day 60 and day 89, on day 64
        ({"clock": "own", "cohort": "week"}, (1, 5)),  # and 4 between day 63 and day 69
        ({"rows": "paid"}, (2, 5)),  # what 4 took in March was free
        ({"of": "active before"}, (0, 1)),  # of the month before only 1, who stayed away in March
        ({"first_purchase": "before the filter"}, (1, 1)),  # won since February: 5 alone
        ({"first_purchase": "after the filter"}, (2, 4)),  # 1 and 5 "won" in February, 2 and 4 in March
    ],
)
def test_every_definition_by_hand(hand_log, changes, counts):
    rate = retained(hand_log, Definition(**changes), months=2, filter_from=FILTER)
    assert (rate.numerator, rate.denominator) == pytest.approx(counts)


@pytest.mark.parametrize(
    ("changes", "months", "counts"),
    [
        ({}, 3, (2, 5)),  # 1 in April; 5 in May, the last whole month
        ({}, 4, (0, 4)),  # June was not seen: 5 is not asked about
        ({"clock": "own"}, 3, (1, 4)),  # 1 on day 115; 5 was seen for 106 days, not for the 119 it takes
        ({"clock": "own", "active": "by then"}, 3, (3, 4)),
    ],
)
def test_only_those_observed_to_the_end_of_the_period_are_asked_about(hand_log, changes, months, counts):
    rate = retained(hand_log, Definition(**changes), months=months)
    assert (rate.numerator, rate.denominator) == counts


def test_the_filter_takes_three_old_customers_for_new(hand_log):
    rate = false_new_customers(hand_log, FILTER)
    assert (rate.numerator, rate.denominator) == (3, 4)


def test_a_log_that_begins_at_the_filter_has_no_false_new(hand_log):
    """The check can come out clean: where nobody bought before, both ways agree."""
    later = hand_log[hand_log["customer_id"] == 5]
    assert false_new_customers(later, "2023-02-15").value == 1  # bought the day before
    assert false_new_customers(later, "2023-02-14").value == 0


def test_the_mistake_flatters_retention_where_the_right_way_does_not():
    """Ten regulars of January and ten who came once in February. Filtered first, the regulars pass for new."""
    rows = [(c, f"2023-{m:02d}-10", 10.0) for c in range(10) for m in range(1, 7)]
    rows += [(c, "2023-02-10", 10.0) for c in range(10, 20)]
    log = pd.DataFrame(rows, columns=["customer_id", "at", "amount"])
    log["at"] = pd.to_datetime(log["at"])
    options = {"months": 3, "filter_from": "2023-02-01", "end_of_observation": "2023-06-30"}
    right = retained(log, Definition(first_purchase="before the filter"), **options)
    wrong = retained(log, Definition(first_purchase="after the filter"), **options)
    assert (right.value, wrong.value) == (0, 0.5)


@pytest.mark.parametrize(
    ("active", "kind"), [("in", "bounded"), ("in or later", "rolling")], ids=["bounded", "rolling"]
)
def test_usual_definitions_agree_with_cohort_retention_on_cdnow(full_log, active, kind):
    found = retention_at(cohort_activity(full_log), 6, kind=kind)
    for average, rate in (("pooled", found.pooled), ("mean of cohorts", found.mean)):
        audited = retained(full_log, Definition(active=active, average=average), months=6)
        assert (audited.value, audited.low, audited.high) == pytest.approx((rate.value, rate.low, rate.high))


def test_own_clock_agrees_with_repeat_purchase_in_equal_time_on_cdnow(full_log):
    """Back by the end of the own months 0 to 6 is back within 7 x 30 - 1 days."""
    audited = retained(full_log, Definition(active="by then", clock="own"), months=6)
    within = repeat_rate_within(full_log, days=209)
    assert (audited.numerator, audited.denominator) == (within.numerator, within.denominator)


def test_of_those_active_the_month_before_agrees_with_sets_on_cdnow(full_log):
    month = full_log["at"].dt.year * 12 + full_log["at"].dt.month
    age = month - month.groupby(full_log["customer_id"]).transform("min")
    before, now = (set(full_log.loc[age == k, "customer_id"]) for k in (5, 6))
    rate = retained(full_log, Definition(of="active before"), months=6)
    assert (rate.numerator, rate.denominator) == (len(before & now), len(before))


@pytest.fixture(scope="module")
def audit(full_log):
    return audit_definitions(full_log, months=6, filter_from="1997-02-01")


def test_audit_changes_one_choice_at_a_time(audit):
    first, *others = audit.lines
    assert first.definition == Definition()
    for line in others:
        changed = [
            n for n in Definition.__dataclass_fields__ if getattr(line.definition, n) != getattr(Definition(), n)
        ]
        assert len(changed) == 1, line.label
        assert line.label == IN_WORDS[changed[0], getattr(line.definition, changed[0])]
    assert len({line.label for line in audit.lines}) == len(audit.lines)


def test_only_the_filter_before_the_first_purchase_is_called_a_mistake(audit):
    assert [line.definition.first_purchase for line in audit.lines if line.mistaken] == ["after the filter"]


def test_range_is_that_of_all_defensible_combinations(audit):
    assert audit.n_definitions == 3 * 2 * 2 * 2 * 2
    inside = [line for line in audit.lines if line.definition.first_purchase == "whole log"]
    inside = [line for line in inside if line.definition.of == "won"]
    assert len(inside) == 7
    for line in inside:
        assert audit.lowest.rate.value <= line.rate.value <= audit.highest.rate.value
    assert in_words(audit.lowest.definition) == audit.lowest.label


def test_old_customers_in_cdnows_later_cohorts_by_sets(audit, full_log):
    """Everybody whom a filter from February lets through, less those first seen then."""
    old = set(full_log.loc[full_log["at"] < "1997-02-01", "customer_id"])
    through = set(full_log.loc[full_log["at"] >= "1997-02-01", "customer_id"])
    assert (audit.false_new.numerator, audit.false_new.denominator) == (len(old & through), len(through))


def test_every_choice_has_words():
    for name, choices in CHOICES.items():
        assert all((name, choice) in IN_WORDS for choice in choices)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"active": "always"}, "`active` must be one of 'in', 'in or later', 'by then'; got 'always'"),
        ({"clock": "cuckoo"}, "`clock` must be one of"),
        ({"first_purchase": "never"}, "`first_purchase` must be one of"),
        ({"of": "active before", "active": "by then"}, "goes with `active` = 'in' only"),
    ],
)
def test_unknown_choices_are_refused(changes, message):
    with pytest.raises(ParameterMistake, match=message):
        Definition(**changes)


@pytest.mark.parametrize(
    ("options", "mistake", "message"),
    [
        ({"months": 0}, ParameterMistake, "`months` must be a whole number, 1 or more; got 0"),
        ({"months": 40}, FrameMistake, "Nobody was observed for 40 months"),
        ({"months": 2, "filter_from": "2022-06-01"}, ParameterMistake, r"after the log's first \(2023-01-05\)"),
        ({"months": 2, "filter_from": None}, ParameterMistake, "got None"),
    ],
)
def test_what_cannot_be_answered_is_refused(hand_log, options, mistake, message):
    definition = Definition(first_purchase="after the filter") if "filter_from" in options else Definition()
    with pytest.raises(mistake, match=message):
        retained(hand_log, definition, **options)
