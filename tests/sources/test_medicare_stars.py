"""Medicare stars: invented contracts of the same layout; the real files where the data folder has them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import medicare_stars as source

CODES = {
    "leaving": source.LEAVING,
    "hold": source.HOLD,
    "rating": source.RATING,
    "complaints": source.COMPLAINTS,
    "appeals": source.APPEALS,
    "reminders": source.REMINDERS,
}


def scores(*rows):
    return pd.DataFrame(
        [(float(year), CODES[what], contract, value) for year, what, contract, value in rows],
        columns=["star_year", "measure_code", "contract_id", "value"],
    )


CONTRACTS = pd.DataFrame(
    {"star_year": [2012.0, 2013.0, 2012.0], "contract_id": ["H1", "H1", "H2"], "parent_name": ["Old", "New", None]}
)
LEFT = [(2012 + k, "leaving", "H1", 0.10 + 0.01 * k) for k in range(3)]


def tables(*rows, **more):
    return {"measure_score_df": scores(*LEFT, *rows), "contract_df": CONTRACTS, **more}


def test_calls_of_spring_meet_the_leaving_of_the_same_year_with_the_years_around_beside_it():
    """Star year 2012 shows calls of spring 2011 and leaving of 2010; 64 seconds are six doublings of one."""
    hold = [(2011 + k, "hold", "H1", seconds) for k, seconds in enumerate([16.0, 64.0, 256.0])]
    table = source.panel_table(tables(*hold), "hold").set_index("period")
    assert table.loc[2010, "outcome"] == pytest.approx(10.0)
    assert table.loc[2011, ["exposure_other", "exposure", "exposure_lead"]].tolist() == [4.0, 6.0, 8.0]
    assert pd.isna(table.loc[2010, "exposure_other"]), "nothing is known of 2009"


def test_no_wait_at_all_counts_as_a_second():
    table = source.panel_table(tables((2011, "hold", "H1", 0.0)), "hold")
    assert table["exposure"].tolist() == [0.0]


def test_complaints_are_those_of_the_year_before_and_half_yearly_counts_are_left_out():
    rows = [(2016, "leaving", "H1", 0.2), (2017, "leaving", "H1", 0.3)]
    rows += [(2015, "complaints", "H1", 9.0), (2016, "complaints", "H1", 0.25), (2017, "complaints", "H1", 0.5)]
    table = source.panel_table(tables(*rows), "complaints")
    # Star year 2016 covers 2014, for the leaving of 2015; 0.25 in 1,000 are 2.5 in 10,000.
    assert table["period"].tolist() == [2015]
    assert table["outcome"].tolist() == [pytest.approx(30.0)]
    assert (table["exposure"].tolist(), table["exposure_other"].tolist()) == ([2.5], [5.0])


def test_appeals_are_those_of_the_year_before_in_tens_of_a_hundred():
    rows = [(2012, "appeals", "H1", 0.9), (2013, "appeals", "H1", 0.5)]
    table = source.panel_table(tables(*rows), "appeals").set_index("period")
    # Star year 2012 covers 2010: it is the exposure of the leaving of 2011, beside that of 2011 itself.
    assert table.loc[2011, ["exposure", "exposure_other"]].tolist() == [9.0, 5.0]


def test_reminders_are_a_share_and_stars_are_known_the_october_before():
    table = source.panel_table(tables((2011, "reminders", "H1", 0.4)), "reminders")
    assert table[["period", "exposure"]].to_numpy().tolist() == [[2010.0, 0.4]]
    stars = pd.DataFrame(
        {"star_year": [2010.0, 2011.0], "summary_type": "Overall", "contract_id": "H1", "stars": [4.5, 4.0]}
    )
    table = source.panel_table(tables(summary_stars_df=stars), "stars").set_index("period")
    assert table.loc[2010, ["exposure", "exposure_lead"]].tolist() == [4.5, 4.0]


def test_surveys_that_repeat_the_year_before_are_left_out():
    rows = [(2022, "leaving", "H1", 0.1), (2021, "leaving", "H1", 0.1)]
    rows += [(2020, "rating", "H1", 0.8), (2021, "rating", "H1", 0.8), (2022, "rating", "H1", 0.9)]
    table = source.panel_table(tables(*rows), "rating").set_index("period")
    assert 2020 not in table.index, "spring 2020 would be star year 2021"
    assert table.loc[2019, "exposure"] == pytest.approx(80.0)


def test_parent_is_the_last_known_and_a_contract_without_one_is_its_own():
    assert source.parents(CONTRACTS).to_dict() == {"H1": "New", "H2": "H2"}


def test_leaders_are_those_rated_beforehand_and_fewer_who_leave_is_a_gain():
    stars = pd.DataFrame(
        {"star_year": [2010.0, 2011.0], "summary_type": "Overall", "contract_id": "H1", "stars": [4.5, 4.0]}
    )
    table = source.leader_table(tables(summary_stars_df=stars))
    assert table["exposure"].tolist() == [1.0, 0.0]
    assert table["outcome"].tolist() == [pytest.approx(-1.0)] * 2, "10, 11, 12 in a hundred left"


def test_reasons_are_held_against_the_most_named_one():
    shares = dict(zip((*source.SERVICE_REASONS, source.MONEY_REASON), (0.1, 0.2, 0.3, 0.05, 0.25), strict=True))
    given = pd.DataFrame(
        [(2020.0, "H1", reason, share) for reason, share in shares.items()],
        columns=["star_year", "contract_id", "disenrollment_reason", "disenrollment_pcg"],
    )
    assert source.reason_table(tables(disenrollment_df=given))["outcome"].tolist() == [pytest.approx(5.0)]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="measures = 791087"):
        source.check_facts(tables())


@pytest.mark.real_data
def test_the_real_files_are_the_documented_ones_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > 300


@pytest.mark.real_data
def test_members_and_service_ratings_are_traps_here():
    """Why two of the answers have no vote: the rating given a year after the leaving goes with it more than the one before."""
    from analysis.verdicts.collecting import collect

    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    for claim in ("satisfaction-keeps-customers", "courteous-empowered-staff-retain"):
        found = collect(claim, [source.SOURCE]).estimates
        rated = [e for e in found if e.quantity != "leaving_per_star"]
        assert rated and not [e for e in rated if e.role == "answer"]
        assert abs(rated[2].value) > abs(rated[0].value), "placebo beyond the answer"
