"""What `check` says before a number is trusted: each note on a small invented company that has the fault, and on one without.

The companies are of the kinds that public bug reports describe; right values are worked out by hand.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from analysis.company.finding import not_read
from analysis.company.looking import notes
from analysis.company.store import Company, open_company
from analysis.core.calendar_days import day_of
from analysis.core.errors import ParameterMistake
from analysis.sources.own_tables import company_source

DAYS = [f"2024-{m:02d}-{d:02d}" for m in range(1, 7) for d in (3, 10, 17, 24)]


def table(head: str, rows: list[str]) -> str:
    return "\n".join([head, *rows, ""])


def sound() -> dict[str, str]:
    """Twenty-four customers who buy twice, subscribe, and are all listed; some left."""
    ids = [f"c{i:02d}" for i in range(24)]
    buys = [
        f"{c},{day},{10 + i}.5,o{i}{k}"
        for i, c in enumerate(ids)
        for k, day in enumerate((DAYS[i % 6], DAYS[12 + i % 6]))
    ]
    subs = [f"{c},{DAYS[i % 6]},{DAYS[10 + i % 6] if i % 3 == 0 else ''},left" for i, c in enumerate(ids)]
    return {
        "transactions.csv": table("customer_id,at,amount,order_id", buys),
        "customers.csv": table("customer_id,joined_at", [f"{c},{DAYS[i % 6]}" for i, c in enumerate(ids)]),
        "subscriptions.csv": table("customer_id,started_at,ended_at,end_reason", subs),
    }


END = '[company]\nend_of_observation = "2024-06-30"\n'


def test_nothing_is_said_of_a_sound_company(company) -> None:
    assert notes(company(sound(), END)) == ()


def test_a_file_that_is_no_table_of_ours(company) -> None:
    (note,) = notes(company(sound() | {"plans.csv": "customer,from\n1,2\n"}, END))
    assert note.startswith("plans.csv is named after none of the tables, and was not read")


def test_links_and_folders_that_look_like_tables(folder) -> None:
    place: Path = folder(sound(), END)
    (place / "points.csv").mkdir()
    os.symlink(place / "gone.csv", place / "tickets.csv")
    opened = open_company(place)
    assert opened.names == ("transactions", "customers", "subscriptions")
    found = not_read(opened.settings, dict(opened.engine.found))
    assert [line.partition(",")[0] for line in found] == [
        "points.csv is a folder",
        "tickets.csv is a link that leads nowhere",
    ]


def test_a_number_of_the_order_taken_for_the_customer(company) -> None:
    rows = [f"o{i},p{i % 15},{day},20.5" for i, day in enumerate(DAYS)]
    opened = company({"orders.csv": table("customer_id,customer_unique_id,at,amount", rows)})
    (note,) = notes(opened)
    assert "every customer_id occurs in one order only (24 rows); the column 'customer_unique_id' repeats" in note
    assert 'customer_id = "customer_unique_id"' in note
    mended = company(
        {"orders.csv": table("customer_id,customer_unique_id,at,amount", rows)},
        '[columns.transactions]\ncustomer_id = "customer_unique_id"\n',
    )
    assert mended.table("transactions").expression.execute()["customer_id"].nunique() == 15


def test_a_list_of_customers_that_holds_those_who_stayed(company) -> None:
    stayed = [f"s{i},2024-06-2{i % 9},30.5" for i in range(10)]
    gone = [f"g{i},2022-01-0{1 + i % 9},30.5" for i in range(20)]
    files = {
        "transactions.csv": table("customer_id,at,amount", [*stayed, *gone]),
        "customers.csv": table("customer_id,joined_at", [f"s{i},2022-01-01" for i in range(10)]),
    }
    (note,) = [n for n in notes(company(files, END)) if "not in `customers`" in n]
    assert "transactions: 20 of its 30 customers are not in `customers` (such as 'g0')" in note
    assert "all who are in it bought on 2024-06-20 or later" in note


def test_ids_that_never_meet(company) -> None:
    files = sound()
    files["subscriptions.csv"] = files["subscriptions.csv"].replace("\nc", "\nC")
    found = [n for n in notes(company(files, END)) if "no customer is in both" in n]
    assert len(found) == 2
    assert "(such as 'c00' beside 'C00')" in found[0]
    assert "small_letters = true" in found[0]
    assert notes(company(files, END + "[ids]\nsmall_letters = true\n")) == ()


def test_a_part_of_the_customers_who_are_in_no_other_table(company) -> None:
    """Ten of sixteen who wrote never bought; among those who bought and did not write c06 is the first. Three would be nothing."""
    files = sound()
    del files["customers.csv"]
    wrote = [*(f"c{i:02d}" for i in range(6)), *(f"m{i}" for i in range(10))]
    rows = [f"t{i},{who},2024-03-05" for i, who in enumerate(wrote)]
    (note,) = notes(company(files | {"tickets.csv": table("ticket_id,customer_id,opened_at", rows)}, END))
    assert note.startswith(
        "tickets: 10 of its 16 customers are not in `subscriptions` or `transactions` (such as 'm0' beside 'c06')"
    )
    assert notes(company(files | {"tickets.csv": table("ticket_id,customer_id,opened_at", rows[:9])}, END)) == ()


@pytest.mark.parametrize(("answers", "words"), [
    ([9, 10, 11, 99] * 10, "20 of 40 answers to nps are not from 0 to 10 (9 to 99)"),
    ([9, 10, -1, 8] * 10, '[values.surveys.score]: "-1" = ""'),
    ([1, 2, 3, 4, 5] * 8, "none of 40 answers to nps is above 5"),
])  # fmt: skip
def test_scores_off_their_scale(company, answers: list[int], words: str) -> None:
    rows = [f"c{i},2024-01-05,nps,{score}" for i, score in enumerate(answers)]
    files = {"surveys.csv": table("customer_id,at,instrument,score", rows)}
    assert [words in note for note in notes(company(files))] == [True]


def test_stars_are_no_net_promoter_score() -> None:
    import pandas as pd

    from analysis import measures

    stars = pd.DataFrame(
        {"customer_id": range(40), "at": "2024-01-05", "instrument": "nps", "score": [1, 2, 3, 4, 5] * 8}
    )
    with pytest.raises(ParameterMistake, match="none of 40 is above 5"):
        measures.survey_rates(stars)
    found = measures.survey_rates(stars.assign(score=[8, 9, 3, 4, 5] * 8))
    assert found[0].percent == pytest.approx(100 * (8 - 24) / 40)


def test_spells_that_overlap_and_spells_that_touch(company) -> None:
    rows = [
        "a,2023-01-01,2023-06-01,left", "a,2023-03-01,2023-09-01,left",
        "b,2023-01-01,2023-01-15,trial", "b,2023-01-15,,",
        "c,2023-01-01,2023-01-15,renewed", "c,2023-01-15,,",
    ]  # fmt: skip
    files = {"subscriptions.csv": table("customer_id,started_at,ended_at,end_reason", rows)}
    toml = '[company]\nend_of_observation = "2023-12-31"\n'
    found = notes(company(files, toml))
    assert any("1 row begins before an earlier row of the same customer has ended (1 customer)" in n for n in found)
    (touching,) = [n for n in found if "on the day on which the row before it ended" in n]
    assert touching.startswith("subscriptions: 1 row begins")
    assert '"trial" = "renewed"' in touching
    mended = toml + '[values.subscriptions.end_reason]\ntrial = "renewed"\n'
    assert not any("begin on the day on which" in n for n in notes(company(files, mended)))


def test_trials_that_became_paid_are_one_subscription_once_they_are_said_to_be_renewed(company) -> None:
    """Ten trials of 14 days: four become paid on the day on which they end and are won; six come and go within the quarter."""
    rows = [f"c{i},2023-07-01,2023-07-15,trial" for i in range(10)] + [f"c{i},2023-07-15,," for i in range(4)]
    rows += [f"d{i},2023-01-05,," for i in range(20)] + ["e,2023-01-05,2023-02-10,left"]
    files = {"subscriptions.csv": table("customer_id,started_at,ended_at,end_reason", rows)}
    toml = '[company]\nend_of_observation = "2023-12-31"\n[values.subscriptions.end_reason]\ntrial = "renewed"\n'
    source = company_source_of(company(files, toml))
    periods = source.frame("account_periods/subscriptions").table.set_index("period_start")
    third = periods.loc["2023-07-01"]
    assert (third["n_resurrected"], third["n_won"], third["n_passing"], third["n_lost"]) == (0, 4, 6, 0)


def company_source_of(opened: Company):
    return company_source(opened.settings.file or opened.settings.path)


def test_exports_of_one_side_only(company) -> None:
    stay = [f"c{i},2023-01-0{1 + i % 9}," for i in range(25)]
    gone = [f"c{i},2023-01-0{1 + i % 9},2023-05-01" for i in range(25)]
    head, toml = "customer_id,started_at,ended_at", '[company]\nend_of_observation = "2023-12-31"\n'
    assert "none of 25 rows has ended" in notes(company({"subscriptions.csv": table(head, stay)}, toml))[0]
    assert "all 25 rows have ended" in notes(company({"subscriptions.csv": table(head, gone)}, toml))[0]


def test_losses_that_begin_suddenly(company) -> None:
    rows = [f"c{i},2021-01-0{1 + i % 9},{'2023-05-01' if i % 2 else ''}" for i in range(60)]
    toml = '[company]\nend_of_observation = "2023-12-31"\n'
    found = notes(company({"subscriptions.csv": table("customer_id,started_at,ended_at", rows)}, toml))
    assert any("60 began before the first end that is recorded, 2023-05-01" in note for note in found)


def test_trials_and_never_paid_among_the_lost(company) -> None:
    rows = [f"c{i},2023-01-05,2023-01-06,expired" for i in range(3)] + [
        f"t{i},2023-01-05,2023-01-19,trial_over" for i in range(4)
    ]
    rows += [f"d{i},2023-01-05,2023-04-01,left" for i in range(5)] + ["e,2023-01-05,,"]
    toml = '[company]\nend_of_observation = "2023-12-31"\n'
    found = notes(company({"subscriptions.csv": table("customer_id,started_at,ended_at,end_reason", rows)}, toml))
    assert any("3 of the 12 that ended did so within a day" in note for note in found)
    assert any("of the 12 that ended 4 were trials by end_reason" in note for note in found)


def test_amounts_that_look_like_cents(company) -> None:
    rows = [f"c{i % 12},{day},{(990, 1990, 4990)[i % 3]}" for i, day in enumerate(DAYS)]
    files = {"transactions.csv": table("customer_id,at,amount", rows)}
    assert "all 24 amounts are whole numbers and the middle one is 1,990" in notes(company(files))[0]
    mended = company(files, "[rows.transactions.scale]\namount = 0.01\n")
    assert notes(mended) == ()
    assert mended.table("transactions").expression.execute()["amount"].sum() == pytest.approx(8 * (9.9 + 19.9 + 49.9))


def test_fees_among_products(company) -> None:
    """Postage on a day of its own makes a buyer of one day one of two; left out, it does not."""
    goods = [f"c{i},{DAYS[i]},A{i}1,5.5" for i in range(20)]
    files = {
        "lines.csv": table(
            "customer_id,at,StockCode,amount", [*goods, "c0,2024-06-24,POST,4", "c1,2024-06-24,BANK CHARGES,15"]
        )
    }
    named = '[columns.transactions]\nproduct_id = "StockCode"\n'
    (note,) = [n for n in notes(company(files, named)) if "no digit" in n]
    assert '[rows.transactions.drop]: "StockCode" = ["BANK CHARGES", "POST"]' in note
    mended = company(files, named + '[rows.transactions.drop]\nStockCode = ["BANK CHARGES", "POST"]\n')
    days = mended.table("transactions").expression.execute().groupby("customer_id")["at"].nunique()
    assert (days >= 2).sum() == 0
    assert not [n for n in notes(mended) if "no digit" in n]


def test_a_response_that_is_an_opened_mail(company) -> None:
    rows = [f"w,c{i},2024-01-05,{'mail' if i % 2 else 'control'},{'true' if i % 3 else 'false'}" for i in range(20)]
    files = {"campaigns.csv": table("campaign_id,customer_id,at,arm,Opened", rows)}
    (note,) = notes(company(files, '[columns.campaigns]\nresponded = "Opened"\n'))
    assert "`responded` is 'Opened', an opened mail" in note


def test_values_that_could_not_be_used_are_named_with_the_line_that_mends_them(company) -> None:
    rows = ["2024-01-01,ads,5", "2024-02-01,acquisition,5", "2024-03-01,crm,5"]
    (note,) = notes(company({"spending.csv": table("period_start,purpose,amount", rows)}))
    assert "values of `purpose` that could not be used: 'ads', 'crm'" in note
    assert '[values.spending.purpose]: "ads" = "acquisition" (one of acquisition, retention, or "" for missing)' in note
    mended = '[values.spending.purpose]\nads = "acquisition"\ncrm = "retention"\n'
    assert notes(company({"spending.csv": table("period_start,purpose,amount", rows)}, mended)) == ()


def test_the_line_that_a_note_gives_is_one_that_mends(company) -> None:
    """Whatever capitals their values have: the line is taken from the note as it stands."""
    files = {
        "points.csv": table(
            "customer_id,at,points,kind",
            ["a,2023-01-01,5,Gutschrift", "b,2023-01-02,5,GUTSCHRIFT", "c,2023-01-03,5,earn"],
        )
    }
    opened = company(files)
    assert opened.table("points").n == 1
    (note,) = notes(opened)
    section, line = re.search(r"(\[values[^]]*\]): (.*) \(one of", note).groups()
    mended = company(files, f"{section}\n{line}\n")
    assert mended.table("points").n == 3
    assert notes(mended) == ()


def test_capitals_tell_values_apart_where_both_are_named(company) -> None:
    rows = ["1,2024-01-05,5,W", "1,2024-01-06,5,w", "1,2024-01-07,5,x"]
    opened = company(
        {"transactions.csv": table("customer_id,at,amount,channel", rows)},
        '[values.transactions.channel]\nw = "web"\nW = "warehouse"\nX = "fax"\n',
    )
    found = opened.table("transactions").expression.execute().sort_values("at")["channel"].tolist()
    assert found == ["warehouse", "web", "fax"]


@pytest.mark.parametrize(("yes", "no"), [("ja", "nein"), ("oui", "non"), ("sí", "no"), ("WAHR", "FALSCH")])
def test_flags_in_other_languages(company, yes: str, no: str) -> None:
    text = f"customer_id,at,amount,is_return\n1,2024-01-05,5,{no}\n1,2024-01-06,5,{yes}\n"
    frame = company({"transactions.csv": text}).table("transactions").expression.execute().sort_values("at")
    assert frame["is_return"].tolist() == [False, True]


def test_blank_lines_before_a_header_and_mixed_line_ends(company) -> None:
    text = b"\r\n,,\n\ncustomer_id,at,amount\r\n1,2024-01-05,5\n2,2024-01-06,6\r3,2024-01-07,7\r\n"
    opened = company({"transactions.csv": text})
    assert opened.table("transactions").n == 3
    told = " ".join(opened.table("transactions").entry.notes)
    assert "3 blank lines before the header passed over" in told
    assert "its lines end in several ways" in told


def test_a_date_format_that_fits_nothing_is_said(company) -> None:
    opened = company({"t.csv": "customer_id,at,amount\n1,2024-01-05,5\n"}, '[data]\ndate_format = "%d/%m/%Y"\n')
    assert any(
        "date_format = '%d/%m/%Y' fits none of its 1 time" in n for n in opened.table("transactions").entry.notes
    )


def test_a_date_format_that_fits_some_is_said(company) -> None:
    text = "customer_id,at,amount\n1,05.01.2024,5\n2,2024-01-06,5\n3,07.01.2024,5\n"
    opened = company({"t.csv": text}, '[data]\ndate_format = "%d.%m.%Y"\n')
    assert opened.table("transactions").n == 3
    assert any("fits 2 of its 3 times; the others are read" in n for n in opened.table("transactions").entry.notes)


def test_lines_of_company_toml_that_speak_of_no_table(company) -> None:
    toml = END + '[values.surveys.instrument]\n"NPS 2" = "nps"\n[rows.tickets.drop]\nState = ["deleted"]\n'
    found = notes(company({"transactions.csv": "customer_id,at,amount\n1,2024-01-05,5\n"}, toml))
    assert found == (
        "company.toml, [values.surveys]: there is no table surveys, so these lines say nothing",
        "company.toml, [rows.tickets]: there is no table tickets, so these lines say nothing",
    )


def test_check_fails_where_nothing_was_read(
    folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from analysis.reporting.cli import main

    place = folder({"transactions.csv": "customer_id,at,amount\n"})
    monkeypatch.setattr("sys.argv", ["analysis", "check", str(place)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "No row of shop was read" in capsys.readouterr().err


def test_a_quiet_end_counts_as_observed(company) -> None:
    """Thirty customers in January, fifteen again in March; observed to the end of December by the settings."""
    from analysis import measures
    from analysis.notebook.views.measures.asking import observed_to

    rows = [f"c{i},2023-01-1{i % 9},5" for i in range(30)] + [f"c{i},2023-03-1{i % 9},5" for i in range(15)]
    opened = company(
        {"transactions.csv": table("customer_id,at,amount", rows)}, '[company]\nend_of_observation = "2023-12-31"\n'
    )
    frame = company_source_of(opened).frame("purchases")
    end = observed_to(frame)
    assert end == "2023-12-31"
    within = measures.repeat_rate_within(frame.table, days=180, end_of_observation=end)
    assert (within.numerator, within.denominator) == (15, 30)
    activity = measures.cohort_activity(frame.table, end_of_observation=end)
    sixth = measures.retention_at(activity, 6).pooled
    assert (sixth.numerator, sixth.denominator) == (0, 30)


def test_a_definition_that_speaks_of_nobody_is_left_out_alone() -> None:
    """Nobody is active in month 5, so "active before" has nobody; the others answer."""
    import pandas as pd

    from analysis import measures

    rows = [(f"c{i}", f"2023-01-1{i % 9}", 5.0) for i in range(30)] + [(f"c{i}", "2023-03-05", 5.0) for i in range(15)]
    log = pd.DataFrame(rows, columns=["customer_id", "at", "amount"]).assign(at=lambda t: pd.to_datetime(t["at"]))
    audit = measures.audit_definitions(log, months=6, filter_from="2023-02-01", end_of_observation="2023-12-31")
    assert audit.lines[0].rate.denominator == 30
    assert "active before" not in {line.definition.of for line in audit.lines}
    assert len(audit.lines) > 4


def test_cohorts_of_a_company_that_began_in_january(company) -> None:
    """The first customer came on the third: the cohort of the year is whole all the same, and its age 1 is the day a year on."""
    rows = [f"a{i},2021-01-03,{'2022-01-03' if i < 4 else ''}" for i in range(10)]
    rows += [f"b{i},2022-12-31,{'2023-06-01' if i < 5 else ''}" for i in range(10)] + ["z,2021-03-01,2021-05-01"]
    files = {"subscriptions.csv": table("customer_id,started_at,ended_at", rows)}
    opened = company(files, '[company]\nend_of_observation = "2023-12-31"\n')
    frame = company_source_of(opened).frame("cohort_survival/subscriptions").table
    found = {(r.cohort, int(r.period)): (int(r.n_start), int(r.n_surviving)) for r in frame.itertuples()}
    assert found[("2021", 1)] == (11, 6)
    assert found[("2022", 1)] == (10, 5)
    assert day_of(opened.table("subscriptions").end).isoformat() == "2023-12-31"
