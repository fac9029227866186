"""Frames from campaigns, counted by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analysis.company.store import Company, open_company
from analysis.core.vocabulary import Design
from analysis.estimators.observational.response_comparison import estimate_offer_response
from analysis.frames.builders import contacts, experiments
from analysis.frames.builders.catalogue import BUILDERS
from analysis.register.claims import load_register
from analysis.sources.own_tables import company_source

TOML = '[company]\nend_of_observation = "2024-12-31"\nmargin = 0.5\n'

# Bought: a on the day itself and late, b never, c 90 days later, d 91 days later (too late), e before only.
LOG = """customer_id,at,amount
a,2024-03-01,10
a,2024-12-01,7
c,2024-05-30,20
d,2024-05-31,40
e,2024-02-01,5
f,2024-01-02,5
"""
# a's second row is a further contact; y stands in both arms on one day; z is in another family; late-1 is not observed whole.
CAMPAIGNS = """campaign_id,customer_id,at,arm,at_risk_score,cost,responded,unsubscribed
winback-1,a,2024-03-01,Letter,0.9,2,true,false
winback-1,a,2024-03-08,Letter,0.9,2,false,true
winback-1,b,2024-03-01,letter,0.8,2,false,false
winback-1,c,2024-03-01,control,0.7,,,
winback-1,d,2024-03-01,control,0.1,,,
winback-1,y,2024-03-01,letter,0.1,2,false,false
winback-1,y,2024-03-01,control,0.1,,,
winback-2,e,2024-11-30,letter,0.1,2,false,false
winback-2,f,2024-11-30,control,0.1,,,
access-1,a,2024-03-01,early,,,,
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Opened once for all who only ask it."""
    place = tmp_path_factory.mktemp("firm")
    for name, text in {"transactions.csv": LOG, "campaigns.csv": CAMPAIGNS, "company.toml": TOML}.items():
        (place / name).write_text(text, encoding="utf-8")
    return open_company(place)


def rows(company: Company, **options: object) -> list[list[object]]:
    frame = experiments.build_experiment(company, key="experiment/winback", window=91, **options)
    return frame.table[["arm", "assigned", "outcome"]].values.tolist()


def left_out(company: Company, key: str) -> dict[str, int]:
    return {item.reason: item.rows for item in company.ledger()[key].left_out}


WAVES = """campaign_id,customer_id,at,arm,cost
winback-1,a,2023-03-01,letter,2
winback-1,b,2023-03-01,letter,2
winback-1,c,2023-03-01,control,
winback-1,d,2023-03-01,control,
winback-2,e,{last},letter,2
winback-2,f,{last},letter,2
winback-2,g,{last},control,
winback-2,h,{last},control,
"""


@pytest.mark.parametrize(
    ("last", "more", "days", "n"),
    [
        ("2024-01-02", "", 365, 8),  # 2 January and 364 days more are the 31 December
        ("2024-01-03", "", 182, 8),
        ("2024-07-03", "", 182, 8),
        ("2024-07-04", "", 91, 8),
        ("2024-07-04", "winback_days = 200\n", 200, 4),
        ("2024-11-01", "", 91, 4),
    ],
)
def test_the_last_wave_of_winback_says_how_long_returns_are_looked_for(company, last, more, days, n) -> None:
    """A fixed year would leave the second wave out in all cases but the first."""
    from analysis.frames.builders.catalogue import BUILDERS

    firm = company(
        {"transactions.csv": LOG + "z,2022-01-01,1\n", "campaigns.csv": WAVES.format(last=last)}, TOML + more
    )
    for key in ("experiment/winback", "experiment/winback_margin"):
        frame = BUILDERS[key].build(firm)
        assert len(frame.table) == n
        assert f"within {days} days" in frame.context.outcome


def test_an_experiment_by_hand(firm: Company) -> None:
    """91 days from 1 March on end on 30 May: a and c bought in them, b and d did not."""
    frame = experiments.build_experiment(firm, "winback", key="experiment/winback", outcome="bought", window=91)
    table = frame.table
    assert table[["arm", "assigned", "outcome", "moderator"]].values.tolist() == [
        ["letter", 1, 1, 0.9],
        ["letter", 1, 0, 0.8],
        ["control", 0, 1, 0.7],
        ["control", 0, 0, 0.1],
    ]
    assert not {"stratum", "cluster"} & set(table.columns)
    assert frame.context.design is Design.RANDOMISED
    assert left_out(firm, "experiment/winback") == {
        "campaign of another family": 1,
        "customer in two arms on the first day: to which he was assigned is not known": 1,
        "later contact of the same customer in the campaign": 2,
        "window after it not observed whole": 2,
    }


def test_outcomes_by_hand(firm: Company) -> None:
    """a spent 10 and b nothing, c 20, d nothing; margin is half of it less 2 for each of a's letters and for b's."""
    assert [r[2] for r in rows(firm, family="winback", outcome="gone")] == [0, 1, 0, 1]
    assert [r[2] for r in rows(firm, family="winback", outcome="spend")] == [10, 0, 20, 0]
    assert [r[2] for r in rows(firm, family="winback", outcome="margin")] == [1, -2, 10, 0]
    # skipping 30 days takes a's purchase on the day itself away
    assert [r[2] for r in rows(firm, family="winback", outcome="bought", skip=30)] == [0, 0, 1, 0]


def test_what_is_said_in_any_row_counts(firm: Company) -> None:
    """a signed off in his second row, nobody else did; y stands in two arms, winback-2 has one customer an arm: out."""
    found = experiments.build_experiment(firm, "winback", key="experiment/winback", outcome="unsubscribed").table
    assert found[["arm", "outcome"]].values.tolist() == [["letter", 1], ["letter", 0], ["control", 0], ["control", 0]]


def test_a_contact_that_says_nothing_of_the_answer_is_left_out_of_what_needs_it(company) -> None:
    """b's two rows hold an empty and a false answer: he did not answer. c's hold nothing: nobody knows."""
    text = """campaign_id,customer_id,at,arm,matched,responded
message-1,a,2024-03-01,letter,true,true
message-1,b,2024-03-01,letter,true,
message-1,b,2024-03-08,letter,true,false
message-1,c,2024-03-01,letter,true,
message-1,d,2024-03-01,letter,false,false
message-1,e,2024-03-01,letter,false,true
"""
    opened = company({"campaigns.csv": text}, TOML)
    frame = experiments.build_experiment(
        opened, "message", key="experiment/message_response", outcome="responded", contrast="matched"
    )
    assert frame.table[["assigned", "outcome"]].values.tolist() == [[1, 1], [1, 0], [0, 0], [0, 1]]
    assert left_out(opened, "experiment/message_response") == {
        "later contact of the same customer in the campaign": 1,
        "responded not known": 1,
    }


def test_a_campaign_with_a_thin_arm_is_left_out(firm: Company) -> None:
    """Of winback-2 both arms have one customer: nothing is known of its error."""
    found = experiments.build_experiment(firm, "winback", key="experiment/winback", outcome="responded").table
    assert len(found) == 4
    assert left_out(firm, "experiment/winback")["campaign without two customers in each arm"] == 2


def test_churn_is_counted_among_subscribers(company: Callable[..., Company]) -> None:
    """On 1 March a, b, c, d subscribe; 91 days later, on 31 May, a has left (the 30th) and c (the 31st) too."""
    subscriptions = "customer_id,started_at,ended_at\na,2023-01-01,2024-05-30\nb,2023-01-01,2024-06-01\nc,2023-01-01,2024-05-31\nd,2023-01-01,\ne,2024-12-01,\n"
    opened = company({"subscriptions.csv": subscriptions, "campaigns.csv": CAMPAIGNS}, TOML)
    found = experiments.build_experiment(opened, "winback", key="experiment/winback", outcome="left", window=91)
    assert found.table["outcome"].tolist() == [1, 0, 1, 0]
    kept = experiments.build_experiment(opened, "winback", key="experiment/winback", outcome="retained", window=91)
    assert kept.table["outcome"].tolist() == [0, 1, 0, 1]


MESSAGES = """campaign_id,customer_id,at,arm,matched,family
spring,a,2024-03-01,mens,true,message
spring,b,2024-03-01,mens,false,message
spring,c,2024-03-01,womens,true,message
spring,d,2024-03-01,womens,false,message
spring,e,2024-03-01,control,,message
"""


def test_matched_messages_are_held_against_mismatched_ones_and_never_against_silence(company) -> None:
    opened = company({"transactions.csv": LOG, "campaigns.csv": MESSAGES}, TOML)
    frame = experiments.build_experiment(
        opened, "message", key="experiment/message", outcome="bought", window=91, contrast="matched"
    )
    assert frame.table[["arm", "assigned", "outcome"]].values.tolist() == [
        ["mens", 1, 1],
        ["mens", 0, 0],
        ["womens", 1, 1],
        ["womens", 0, 0],
    ]
    assert left_out(opened, "experiment/message") == {"arm that this comparison leaves out": 1}
    generic = experiments.build_experiment(
        opened, "message", key="experiment/message", outcome="bought", window=91, contrast="generic"
    )
    assert generic.table["assigned"].tolist() == [0, 1, 0, 1]


def test_matched_and_mismatched_may_be_the_arms_themselves(company) -> None:
    text = MESSAGES.replace(",matched,family", ",family").replace("mens,true", "matched").replace("wo", "")
    text = text.replace("mens,false", "mismatched").replace("control,", "control")
    opened = company({"transactions.csv": LOG, "campaigns.csv": text}, TOML)
    frame = experiments.build_experiment(
        opened, "message", key="experiment/message", outcome="bought", window=91, contrast="matched"
    )
    assert frame.table["assigned"].tolist() == [1, 0, 1, 0]


def test_several_campaigns_are_strata_and_repeated_customers_clusters(company) -> None:
    text = "campaign_id,customer_id,at,arm\n" + "".join(
        f"access-{wave},{who},2024-0{wave}-01,{arm}\n"
        for wave in (2, 3)
        for who, arm in (("a", "early"), ("b", "early"), ("c", "control"), ("d", "control"))
    )
    opened = company({"transactions.csv": LOG, "campaigns.csv": text}, TOML)
    table = experiments.build_experiment(opened, "access", key="experiment/access", outcome="bought", window=91).table
    assert table["stratum"].tolist() == ["access-2"] * 4 + ["access-3"] * 4
    assert table["cluster"].tolist() == [0, 1, 2, 3] * 2
    once = experiments.build_experiment(
        opened, "access", key="experiment/access", outcome="bought", window=91, once=True
    ).table
    assert len(once) == 4
    assert "cluster" not in once


def test_kinds_are_arms_beside_control(company) -> None:
    text = "campaign_id,customer_id,at,arm\n" + "".join(
        f"programme-1,{who},2024-03-01,{arm}\n"
        for who, arm in (("a", "points"), ("b", "points"), ("c", "cashback"), ("d", "cashback"), ("e", "control"))
    )
    opened = company({"transactions.csv": LOG, "campaigns.csv": text}, TOML)
    table = experiments.build_experiment(
        opened, "programme", key="experiment/programme", outcome="bought", window=91, contrast="kinds"
    ).table
    assert table["arm"].tolist() == ["points", "points", "cashback", "cashback", "control"]


def test_offers_by_hand(firm: Company) -> None:
    """On 1 March a and b are first asked: a had not bought before that day, nor had b. On 30 November e had bought; the
    offer to b and a in March was declined or taken, but neither is asked again."""
    table = contacts.build_offers(firm).table
    assert table[["earlier", "responded", "stratum"]].values.tolist() == [
        ["never", 1, "winback-1"],
        ["never", 0, "winback-1"],
        ["never", 0, "winback-1"],
        ["bought", 0, "winback-2"],
    ]
    assert left_out(firm, "offers") == {
        "control arm: nothing was offered": 4,
        "later contact of the same customer in the campaign": 1,
        "not known whether the customer answered": 1,
    }


def test_who_was_asked_before_without_buying_has_declined(company) -> None:
    text = (
        "campaign_id,customer_id,at,arm,responded\nspring,b,2024-03-01,letter,false\nautumn,b,2024-09-01,letter,true\n"
    )
    opened = company({"transactions.csv": LOG, "campaigns.csv": text}, TOML)
    table = contacts.build_offers(opened).table
    assert sorted(table[["stratum", "earlier", "responded"]].values.tolist()) == [
        ["autumn", "declined", 1],
        ["spring", "never", 0],
    ]


def test_contacts_by_hand(firm: Company) -> None:
    table = contacts.build_contacts(firm).table
    assert table[["unit_id", "contact_number", "responded", "left"]].values.tolist() == [
        [0, 1, 1, 0], [0, 2, 0, 1], [1, 1, 0, 0], [2, 1, 0, 0], [3, 1, 0, 0],
    ]  # fmt: skip


def test_a_family_without_a_control_arm_answers_nothing(folder) -> None:
    text = "campaign_id,customer_id,at,arm\nproactive-1,a,2024-03-01,call\nproactive-1,b,2024-03-01,call\n"
    source = company_source(folder({"transactions.csv": LOG, "campaigns.csv": text}, TOML))
    assert "proactive-contact-reduces-churn" not in source.answers
    assert "campaign of family proactive with a control arm" in source.missing("proactive-contact-reduces-churn")
    assert BUILDERS["experiment/proactive_purchases"].needs[0](source.company) is not None


def test_risk_is_needed_for_targeting_and_only_for_it(folder) -> None:
    text = "campaign_id,customer_id,at,arm\n" + "".join(
        f"proactive-1,{who},2024-03-01,{arm}\n"
        for who, arm in (("a", "call"), ("b", "call"), ("c", "control"), ("d", "control"))
    )
    source = company_source(folder({"transactions.csv": LOG, "campaigns.csv": text}, TOML))
    assert source.missing("proactive-contact-reduces-churn") == ""
    assert source.missing("targeting-risk-pays") == "the column at_risk_score in the table campaigns"


def test_arms_that_were_chosen_by_risk_are_no_experiment(company) -> None:
    """In `lots` risk says nothing of the arm; in `list` the risky were called, and the others booked as control."""
    rows = ["campaign_id,customer_id,at,arm,at_risk_score"]
    for i in range(80):
        arm, risk = ("call" if i % 2 else "control"), (i * 7 % 40) / 40
        rows.append(f"proactive-lots,k{i},2024-03-01,{arm},{risk}")
        rows.append(f"proactive-list,l{i},2024-03-01,{'call' if risk > 0.5 else 'control'},{risk}")
    opened = company({"transactions.csv": LOG, "campaigns.csv": "\n".join(rows) + "\n"}, TOML)
    frame = BUILDERS["experiment/proactive_purchases"].build(opened)
    assert len(frame.table) == 80
    reasons = {item.reason: item.rows for item in opened.ledger()["experiment/proactive_purchases"].left_out}
    assert reasons == {"campaign whose arms differed in risk before it, far beyond chance: nothing was randomised": 80}


def prospects(n: int = 100) -> tuple[str, str]:
    """Campaigns and purchases: n earlier buyers of whom half take the offer, n customers without an order yet of whom a
    quarter do, n strangers of whom a tenth do."""
    lines, log = ["campaign_id,customer_id,at,arm,responded"], ["customer_id,at,amount", "first,2024-01-01,1"]
    for i in range(n):
        log.append(f"buyer{i},2024-01-15,10")
        for who, takes in ((f"buyer{i}", i % 2 == 0), (f"member{i}", i % 4 == 0), (f"stranger{i}", i % 10 == 0)):
            lines.append(f"spring,{who},2024-03-01,letter,{str(takes).lower()}")
    return "\n".join(lines) + "\n", "\n".join(log) + "\n"


def test_a_customer_without_an_order_yet_is_nobody_who_never_bought(folder) -> None:
    """50 less 10 points; taking those without an order for strangers would make it 50 less 17.5."""
    campaigns, log = prospects()
    customers = "customer_id,joined_at\n" + "".join(
        f"{k}{i},2024-01-10\n" for k in ("buyer", "member") for i in range(100)
    )
    customers += "stranger0,2024-03-01\n"  # who took the offer became a customer by it
    source = company_source(
        folder({"transactions.csv": log, "campaigns.csv": campaigns, "customers.csv": customers}, TOML)
    )
    frame = source.frame("offers")
    assert frame.table["earlier"].value_counts().to_dict() == {"bought": 100, "never": 100}
    answer = estimate_offer_response(frame, load_register()["existing-customers-buy-more-readily"])[0]
    assert answer.value == pytest.approx(40)
    assert left_out(source.company, "offers") == {contacts.NO_ORDER_YET: 100}


def test_without_prospects_the_claim_is_untestable_and_says_so(folder) -> None:
    campaigns, log = prospects()
    nobody = "".join(line + "\n" for line in campaigns.splitlines() if "stranger" not in line)
    customers = "customer_id,joined_at\n" + "".join(f"member{i},2024-01-10\n" for i in range(100))
    source = company_source(
        folder({"transactions.csv": log, "campaigns.csv": nobody, "customers.csv": customers}, TOML)
    )
    assert "existing-customers-buy-more-readily" not in source.answers
    assert "without prospects the claim cannot be tested" in source.missing("existing-customers-buy-more-readily")


def test_prospects_may_stand_in_customers_with_a_segment_of_their_own(folder) -> None:
    campaigns, log = prospects()
    customers = "customer_id,joined_at,segment\n" + "".join(
        f"member{i},2024-01-10,retail\nstranger{i},2024-01-10,Prospect\n" for i in range(100)
    )
    source = company_source(
        folder({"transactions.csv": log, "campaigns.csv": campaigns, "customers.csv": customers}, TOML)
    )
    assert source.missing("existing-customers-buy-more-readily") == ""
    assert source.frame("offers").table["earlier"].value_counts().to_dict() == {"bought": 100, "never": 100}
