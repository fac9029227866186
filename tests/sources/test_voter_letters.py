"""Letters to Michigan voters: an invented R file of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest
import rdata
import statsmodels.formula.api as smf

from analysis.core.errors import DataFault
from analysis.estimators.checks.balance import check_sample_ratio
from analysis.estimators.randomised.targeting import estimate_targeting
from analysis.register.claims import load_register
from analysis.sources import voter_letters as source

CLAIM = load_register()["targeting-risk-pays"]
COLUMNS = ["cluster", "treatment", "hh_size", "primary_06", "general_04", *source.EARLIER]
# Two households of two with the same letter stand side by side, then one of one person, then another letter.
ROWS = [
    ("1", "No Postcard", 2, 1, 1, 1, 1, 1, 1, 1),
    ("1", "No Postcard", 2, 0, 1, 0, 0, 0, 0, 0),
    ("1", "No Postcard", 2, 0, 1, 0, 1, 0, 0, 0),
    ("1", "No Postcard", 2, 1, 1, 1, 1, 1, 1, 1),
    ("1", "No Postcard", 1, 1, 1, 0, 0, 0, 0, 0),
    ("1", "Self", 1, 0, 1, 0, 1, 0, 1, 0),
    ("2", "Self", 1, 1, 1, 1, 0, 0, 0, 0),
]


@pytest.fixture
def raw(tmp_path) -> pd.DataFrame:
    path = tmp_path / "shaming.rda"
    table = pd.DataFrame(ROWS, columns=COLUMNS)
    numbers = table.drop(columns=["cluster", "treatment"]).astype("int32")
    rdata.write_rda(path, {"shaming": pd.concat([table[["cluster", "treatment"]], numbers], axis=1)})
    return source.read(path)


def test_neighbours_with_the_same_letter_are_two_households(raw):
    assert source.households(raw).tolist() == [0, 0, 1, 1, 2, 3, 4]


def test_the_member_listed_first_stands_for_the_household_and_missed_elections_are_the_risk(raw):
    table = source.process(raw)
    assert table["outcome"].tolist() == [1, 0, 1, 0, 1]
    assert table["moderator"].tolist() == [0, 4, 5, 3, 4]
    assert table["assigned"].tolist() == [0, 0, 0, 1, 1]
    assert table["arm"].tolist() == ["control", "control", "control", "Self", "Self"]
    assert table["planned"].round(3).tolist() == [0.556, 0.556, 0.556, 0.111, 0.111]


def test_another_file_is_refused(raw):
    with pytest.raises(DataFault, match="people = 344084"):
        source.check_facts(raw)


def test_it_speaks_of_who_is_moved_and_of_nothing_else():
    assert set(source.SOURCE.answers) == {CLAIM.id}
    assert [bool(answer.doubt) for answer in source.SOURCE.answers[CLAIM.id]] == [False, True]


@pytest.fixture(scope="module")
def real():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    return source.SOURCE.frame("experiment")


@pytest.mark.real_data
def test_the_gap_is_that_of_a_regression_with_an_interaction(real):
    """The riskiest tenth and the others in one regression: (1 - w) times the interaction, errors robust (HC1)."""
    answer, _, naive = estimate_targeting(real, CLAIM)
    table = real.table.assign(risky=(real.table["moderator"] >= 4).astype(int))
    rest = 1 - table["risky"].mean()
    fit = smf.ols("outcome ~ assigned * risky", table).fit(cov_type="HC1")
    low, high = fit.conf_int().loc["assigned:risky"]
    expected = [100 * rest * end for end in (fit.params["assigned:risky"], low, high)]
    assert [answer.value, answer.low, answer.high] == pytest.approx(expected, rel=1e-3)
    control = table[table["assigned"] == 0]
    share = control["risky"].mean()
    apart = control.groupby("risky")["outcome"].mean()
    assert naive.value == pytest.approx(100 * (1 - share) * (apart[0] - apart[1]))


@pytest.mark.real_data
def test_arms_are_as_large_as_planned(real):
    assert check_sample_ratio(real, CLAIM).passed
    assert check_sample_ratio(source.SOURCE.frame("experiment/plain"), CLAIM).passed
