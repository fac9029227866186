"""Donors of 1995 come with a package: the table is tested against what its publication documents."""

from __future__ import annotations

import pytest

from analysis.core.errors import DataFault
from analysis.core.vocabulary import Kind
from analysis.sources import donations as source


def test_table_is_the_documented_one():
    # Fader, Hardie & Shang (2010), Marketing Science 29(6): donors by pattern, e.g. 1,203 who gave in all six years and
    # 3,464 who never gave again; 728 gave five times, last in 2001.
    table = source.SOURCE.frame("opportunities").table
    assert table["n_customers"].sum() == 11_104
    n = table.set_index(["frequency", "recency"])["n_customers"]
    assert (n[6, 6], n[0, 0], n[5, 6], n[1, 1]) == (1_203, 3_464, 728, 1_091)
    assert set(table["n_opportunities"]) == {6}


def test_frame_names_its_source_and_says_that_donors_are_no_customers():
    context = source.SOURCE.frame("opportunities").context
    assert (context.source, context.kind) == (source.SOURCE.title, Kind.PUBLIC)
    assert "not customers" in context.indirect


@pytest.mark.parametrize(
    ("spoil", "fragment"),
    [
        (lambda t: t.assign(weights=t["weights"] + 1), "donors = 11104"),
        (lambda t: t.iloc[1:].assign(weights=[4_555, *t["weights"].iloc[2:]]), "patterns = 22"),
        (lambda t: t.assign(periods=7), r"occasions = \{6\}"),
        (lambda t: t.assign(recency=t["recency"].where(t["frequency"] != 3, 2)), "patterns that cannot be = 0"),
    ],
)
def test_another_table_is_refused(spoil, fragment):
    raw = source.read_csv(source.files()[0])
    source.check_facts(raw)
    with pytest.raises(DataFault, match=fragment):
        source.check_facts(spoil(raw))


def test_growth_is_refused_for_a_closed_cohort():
    assert "closed cohort" in source.SOURCE.not_identified["retention-drives-growth"].reason
