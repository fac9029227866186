"""What is known of each answer from a company's own tables that was once wrong: scenario, naive and sound coverage, tests.

``docs/own-answers.md`` is written from this and the stored table whenever rows are drawn; a test holds the two to each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from analysis.calibration.scenarios import all_scenarios
from analysis.verdicts.calibration_record import CalibrationRow

WHOLE_TABLES = "tests/demo/test_own_tables_coverage.py::"
COMPANY = "tests/company/"


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """One answer.

    Attributes
    ----------
    fault : str
        What went wrong, built into the scenarios.
    scenarios : tuple of str
        Sound scenarios in which the fault bites the naive number.
    broken : tuple of str
        Scenarios that break an assumption of the sound answer, to show by how much it then misses.
    tests : tuple of str
        File and name, beside the one that holds the scenarios to their level.
    beside : str
        What the coverage of scenarios does not show, and where it is shown.
    """

    fault: str
    scenarios: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    beside: str = ""
    broken: tuple[str, ...] = ()


OWN_ANSWERS: Mapping[str, OwnAnswer] = MappingProxyType(
    {
        "redemption and later purchases": OwnAnswer(
            "in some quarters nobody could redeem; few do, after buying much",
            ("rarely_redeemed", "enough_points"),
            (
                "tests/demo/test_company_recovered.py::test_the_truth_of_a_known_company_is_recovered",
                COMPANY + "test_landmarks.py::test_members_who_redeem_soon_anyway_are_said_and_beyond_a_half_refused",
            ),
            beside="where those compared redeem soon themselves the answer is smaller than the effect, and says so",
            broken=("redeemed_often",),
        ),
        "joining a programme": OwnAnswer(
            "who has bought much of late joins sooner, and stands at the till more often",
            ("join_at_the_till", "active_join_first"),
            (
                "tests/demo/test_company_recovered.py::test_the_truth_of_a_known_company_is_recovered",
                "tests/demo/test_company_recovered.py::test_the_quick_number_is_too_high_and_the_answer_nearer",
            ),
        ),
        "response time and leaving": OwnAnswer(
            "whether the first contact solved it drives both, and is not held equal", ("first_contact_drives_both",)
        ),
        "restriction of points and redeeming": OwnAnswer(
            "a member's first points alone, in a window that may lie before redemption opened",
            ("points_before_redemption",),
            (
                COMPANY + "test_programmes.py::test_redeeming_under_a_restriction_by_hand",
                "tests/demo/test_company_recovered.py::test_the_truth_of_a_known_company_is_recovered",
            ),
            beside="which points are counted, and when, is a matter of the builder: the tests",
        ),
        "behaviour shows who leaves": OwnAnswer(
            "people long gone are in the population",
            ("histories_of_buying",),
            beside="bites most where customers differ little; at the null no history tells anything, and no interval is given",
        ),
        "failures and leaving": OwnAnswer(
            "who is angry leaves at once, before a landmark half a year on",
            ("failures_meet_heavy_users",),
            (WHOLE_TABLES + "test_who_leaves_at_once_is_counted_a_month_and_a_quarter_after_a_failure",),
        ),
        "cost multiple": OwnAnswer(
            "who joins or leaves inside the month costs nothing",
            ("marginal_purses", "average_purses"),
            (COMPANY + "test_spending.py::test_who_joins_or_leaves_inside_a_month_costs_something",),
        ),
        "referred customers' hazard": OwnAnswer(
            "a few per cent high: who is quick to leave goes first",
            ("referred_fit_better", "quick_leavers_go_first"),
            (WHOLE_TABLES + "test_the_ratio_at_the_start_of_spells_is_the_one_for_every_customer",),
            beside="quick leavers bite in larger companies: the test",
        ),
        "dormant contact": OwnAnswer(
            "the last waves are followed for less than a year",
            ("return_after_letter",),
            (COMPANY + "test_campaigns.py::test_the_last_wave_of_winback_says_how_long_returns_are_looked_for",),
        ),
        "existing against new": OwnAnswer(
            "customers without an order yet are taken for strangers",
            ("better_offers_gap", "better_offers_odds"),
            (COMPANY + "test_campaigns.py::test_without_prospects_the_claim_is_untestable_and_says_so",),
        ),
        "experiments": OwnAnswer(
            "whoever has a later row of another arm is dropped, which depends on behaviour",
            ("churn_after_call", "visits_by_stratum"),
            (COMPANY + "test_cases.py::test_a_reminder_is_no_arm",),
        ),
        "growth accounts": OwnAnswer(
            "customers won and lost in one period count against those at the start", ("passing_through",)
        ),
        "homogeneous leaving or no dropout": OwnAnswer(
            "the model runs to its edge, which is an answer",
            ("nearly_alike_under_contract", "alike_under_contract", "nobody_drops_out", "nobody_stops_on_occasions"),
        ),
        "losses seen from": OwnAnswer(
            "who left before the records begin is in no table",
            ("losses_seen_late",),
            (
                WHOLE_TABLES + "test_time_before_losses_are_seen_is_no_time_at_risk",
                COMPANY + "test_subscriptions.py::test_losses_that_begin_suddenly_are_said_and_can_be_overruled",
            ),
            beside="whole tables too, drawn in the test",
        ),
        "clusters": OwnAnswer(
            "a matrix of clusters by clusters",
            tests=(
                "tests/estimators/test_intention_to_treat.py::test_memory_of_clusters_grows_with_their_number_and_not_its_square",
            ),
            beside="a matter of memory: the closed form gives the same error",
        ),
        "tier and contract conventions": OwnAnswer(
            "a base tier with the missed threshold; contracts that renew themselves",
            tests=(
                COMPANY + "test_programmes.py::test_a_base_tier_may_name_the_threshold_that_was_missed",
                COMPANY
                + "test_landmarks.py::test_contracts_that_run_on_unbound_count_like_others_where_the_settings_say_so",
            ),
            beside="a matter of reading tables",
        ),
        "one claim's failure": OwnAnswer(
            "a nan, an empty group or a model ends the page",
            tests=(
                "tests/notebook/test_a_claim_that_breaks_off.py::test_an_estimator_that_breaks_off_is_a_line_of_its_claim",
                COMPANY
                + "test_source_and_check.py::test_a_check_of_which_every_frame_breaks_off_still_lists_every_claim",
            ),
            beside="broken on purpose in every claim",
        ),
    }
)


def as_markdown(rows: Sequence[CalibrationRow]) -> str:
    """The page: one row a scenario, an answer without one in a row of its own; coverage over all effects together."""
    # What breaks the sound answer says more than what the naive one falls for.
    built_in = {s.name: f"breaks it: {s.broken}" if s.broken else s.trap for s in all_scenarios()}
    lines = [
        "# Answers from own tables that were once wrong",
        "",
        "Written from `data/calibration.csv` by `python -m analysis calibrate`; not to be edited. Shares of 95 % intervals that",
        "held the truth, over no effect, the smallest that matters and the claimed size together.",
        "",
        "| answer | what goes wrong | scenario | built into it | draws | naive | sound | tests, and what coverage does not show |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, answer in OWN_ANSWERS.items():
        tests = [f"`{test.split('::')[1]}`" for test in answer.tests]
        told = "; ".join([*tests, *([answer.beside] if answer.beside else [])])
        for place, scenario in enumerate((*answer.scenarios, *answer.broken) or ("",)):
            cells = (
                f"`{scenario}`",
                built_in.get(scenario, ""),
                *_counted([row for row in rows if row.scenario == scenario]),
            )
            first, last = ((name, answer.fault), told) if place == 0 else (("", ""), "")
            lines.append("| " + " | ".join([*first, *(cells if scenario else ("none", "", "", "", "")), last]) + " |")
    return "\n".join(lines) + "\n"


def _counted(rows: Sequence[CalibrationRow]) -> tuple[str, str, str]:
    """Draws, and per cent of naive and of sound intervals that held the truth; a dash where there is none to count."""
    sound = [(row.coverage, row.replications - row.without_interval) for row in rows if row.coverage is not None]
    naive = [(row.naive_coverage, row.naive_replications) for row in rows if row.naive_coverage is not None]
    return str(sum(row.replications for row in rows)), _share(naive), _share(sound)


def _share(counted: Sequence[tuple[float, int]]) -> str:
    n = sum(number for _, number in counted)
    return f"{100 * sum(share * number for share, number in counted) / n:.1f} %" if n else "–"
