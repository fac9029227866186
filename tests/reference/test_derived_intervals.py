"""Published intervals from their own counts, and published figures from the inputs printed beside them.

N98a     Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 3 (Wilson), read in several public unit tests.
N98b     Newcombe (1998), Statistics in Medicine 17, 873-890, Table II, method 10, read in public unit tests.
CAT      Notebooks of the Citizens and Technology Lab (CivilServant-Wikipedia-Analysis): printed estimate, standard error, interval.
K08      Keiningham et al. (2008), Journal of Database Marketing 15(2), Table 1: r and p of one industry.
UDA      Public copy of an experiment's report (YanjiaSun/A-B-Testing-Udacity): counts, rates, differences.
BUF      Analysis of a firm's subscriptions (jwinternheimer/blogdown_source): counts, accuracy, precision, recall, churn.
Others   Named in the test; where only a page that quotes the study was read, `docs/evidence.md` says so.
"""

from __future__ import annotations

import math

import pytest
from scipy.stats import chi2_contingency
from scipy.stats import t as student

from analysis.core.correlation import slope_t
from analysis.core.vocabulary import Scale
from analysis.register.derived_intervals import derive_interval

FOUR = 5.1e-5  # printed to four places


@pytest.mark.parametrize(
    ("events", "units", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718), (29, 29, 0.8830, 1.0)],
)  # fmt: skip
def test_n98a_one_share(events, units, low, high):
    found = derive_interval(scale=Scale.SHARE, counts=f"{events}/{units}")
    assert (found.low, found.high) == (pytest.approx(low, abs=FOUR), pytest.approx(high, abs=FOUR))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ("56/70 48/80", 0.0524, 0.3339),
        ("9/10 3/10", 0.1705, 0.8090),
        ("6/7 2/7", 0.0582, 0.8062),
        ("5/56 0/29", -0.0381, 0.1926),
        ("0/10 0/20", -0.1611, 0.2775),
        ("0/10 0/10", -0.2775, 0.2775),
        ("10/10 0/20", 0.6791, 1.0),
        ("10/10 0/10", 0.6075, 1.0),
    ],
)
def test_n98b_two_shares(counts, low, high):
    found = derive_interval(scale=Scale.DIFFERENCE, counts=counts)
    assert (found.low, found.high) == (pytest.approx(low, abs=FOUR), pytest.approx(high, abs=FOUR))


def test_cat_interval_of_the_french_welcome():
    """-.058 points with standard error .210: printed -.470 to .354."""
    half = derive_interval(scale=Scale.PERCENTAGE_POINTS, value=-0.058, t=-0.058 / 0.210)
    assert (half.low, half.high) == (pytest.approx(-0.470, abs=6e-4), pytest.approx(0.354, abs=6e-4))


@pytest.mark.parametrize(
    ("r", "n", "p"), [(0.40, 12, 0.20), (0.17, 12, 0.60), (0.37, 12, 0.24), (-0.45, 4, 0.55), (0.49, 4, 0.51)]
)
def test_k08_printed_p_follows_from_r_and_the_inferred_number_of_firm_years(r, n, p):
    assert 2 * student.sf(abs(slope_t(r, n)), n - 2) == pytest.approx(p, abs=0.0051)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [((9073, 24373), (2220, 6102), 0.228), ((418, 926), (406, 932), 0.52), ((473, 2084), (519, 2075), 0.086)],
    ids=["Russian", "Czech", "Korean"],
)
def test_welcome_surveys_p_follows_from_the_counts(first, second, p):
    """Growth-welcomesurvey-2018: R's test of two shares with its continuity correction, printed p."""
    table = [[events, units - events] for events, units in (first, second)]
    assert chi2_contingency(table, correction=True).pvalue == pytest.approx(p, abs=0.0051)


@pytest.mark.parametrize(
    ("counts", "control", "treated", "difference", "low", "high"),
    [
        ("3423/17260 3785/17293", 0.2189, 0.1983, -0.02055, -0.02912, -0.01199),
        ("1945/17260 2033/17293", 0.1176, 0.1127, -0.004874, -0.01160, 0.001857),
    ],
    ids=["enrolments", "payments"],
)
def test_uda_rates_differences_and_intervals(counts, control, treated, difference, low, high):
    """The report's intervals take a pooled variance; Newcombe's differ from them in the fifth place."""
    (a, m), (b, n) = ((int(x) for x in arm.split("/")) for arm in counts.split())
    assert (b / n, a / m) == (pytest.approx(control, abs=FOUR), pytest.approx(treated, abs=FOUR))
    found = derive_interval(scale=Scale.DIFFERENCE, counts=counts)
    assert found.value == pytest.approx(difference, abs=5.1e-6)
    assert (found.low, found.high) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


def test_buf_figures_follow_from_the_printed_confusion_matrix():
    right_no, missed, false_alarm, named = 13836, 1208, 42, 67
    total = right_no + missed + false_alarm + named
    assert total == 15153
    assert (right_no + named) / total == pytest.approx(0.9175081, abs=5.1e-8)  # accuracy
    assert named / (named + false_alarm) == pytest.approx(0.6146789, abs=5.1e-8)  # precision
    assert named / (named + missed) == pytest.approx(0.05254902, abs=5.1e-9)  # recall
    assert pytest.approx(0.08268498, abs=5.1e-9) == 5877 / (5877 + 65200)  # monthly churn


@pytest.mark.parametrize(
    ("coefficient", "error", "ratio", "low", "high"),
    [(0.0989, 0.05, 1.104, 1.001, 1.218), (-0.1959, 0.096, 0.822, 0.681, 0.992)],
    ids=["ease of use", "quality"],
)
def test_chen_hitt_odds_follow_from_the_printed_logit_coefficients(coefficient, error, ratio, low, high):
    """Second derivation by the project's notes on Chen & Hitt (2002), Table 3; not printed in the paper."""
    found = derive_interval(scale=Scale.ODDS_RATIO, value=math.exp(coefficient), t=coefficient / error)
    expected = tuple(pytest.approx(x, abs=6e-4) for x in (ratio, low, high))
    assert (found.value, found.low, found.high) == expected


def test_reminder_raises_unsubscribing_by_the_printed_76_per_cent():
    """Damgaard & Gravert: 3.7 against 2.1 %, printed as 76 %."""
    assert pytest.approx(76, abs=0.51) == 100 * (0.037 / 0.021 - 1)
    found = derive_interval(scale=Scale.RATIO, counts="315/8500 179/8500")
    assert found.value == pytest.approx(1.76, abs=0.006) and found.low > 1


@pytest.mark.parametrize(
    ("shorter", "longer", "n", "percent"), [(10, 2, 32, (31, 6))], ids=["Shu & Gneezy: certificates"]
)
def test_certificates_printed_per_cent_follow_from_the_counts(shorter, longer, n, percent):
    assert (100 * shorter / n, 100 * longer / n) == (
        pytest.approx(percent[0], abs=0.51),
        pytest.approx(percent[1], abs=0.51),
    )
    assert shorter / longer == pytest.approx(5, abs=0.01)  # "five times"


def test_head_start_printed_79_per_cent_more_follow_from_the_printed_shares():
    """Nunes & Dreze 2006: 34 against 19 %, printed as 79 % more."""
    assert pytest.approx(79, abs=0.51) == 100 * (34 / 19 - 1)


def test_kivetz_printed_t_and_shares():
    """Study 2: 15.6 less 12.7 days, t = 2.0, n = 108, hence p below .05; study 1: t = 2.6, p below .01 with 949 cards."""
    assert pytest.approx(2.9) == 15.6 - 12.7
    assert 2 * student.sf(2.0, 106) < 0.05
    assert 2 * student.sf(2.6, 947) < 0.01
    assert pytest.approx(20, abs=0.51) == 100 * (29.4 / 24.6 - 1)  # "20 % faster"
