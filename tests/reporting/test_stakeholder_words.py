"""What stands open on a page is written for people: no column names, no words of the trade, no phrases that were mended."""

import re
from functools import cache
from html.parser import HTMLParser

import pytest

from analysis.core import paths
from analysis.notebook.plain_words import in_plain_words
from analysis.register.claims import load_register
from analysis.reporting.render import render
from analysis.reporting.scoreboard import write_scoreboard

FORBIDDEN = (
    r"\bestimands?\b",
    r"\bby lot\b",
    r"\bthe lot (drew|did|holds?)\b",
    r"\b(with|without) a lot\b",
    r"\breckon with\b",
    r"\bhollow marks\b",
    r"\bflatters? the claim\b",
    r"\btakes? no part\b",
    r"\bnaive\b",
    r"\bno source of this run\b",
    r"\bcannot be told\b",
    r"\bMind:",
    r"\bSpeaks:",
    r"\bstarts at (high|moderate|low|very low):",
    r"\bone step down\b",
    r"\bwould count:",
    r"\bwould be estimated\b",
    r"\b[a-z]+_[a-z_]+\b",  # the name of a column, a parameter or a function
    r"\bnan\b",
    r"\bnot judged\b",
    r"\bthe arms hold\b",
    r"\bcontext included\b",
    r"\bcannot answer:",
    r"\bn draws\b",
    r"\d \((difference|correlation|area)",
)
CLAIM_PAGES = sorted({paths.NOTEBOOKS / f"{claim.notebook}.ipynb" for claim in load_register().claims})
VOID = {"meta", "link", "img", "br", "hr", "input"}
SKIPPED = ("details", "code", "pre", "style", "head", "footer", "title")


class Open(HTMLParser):
    """The text of a page that is not folded away, and not code."""

    def __init__(self, html):
        super().__init__()
        self.depth = 0
        self.found = []
        self.folds = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        # A page of many claims folds parts that others show in the open: their words are read all the same.
        skipped = tag in SKIPPED and "tab" not in (dict(attrs).get("class") or "").split()
        self.folds += [skipped] if tag == "details" else []
        self.depth += skipped

    def handle_endtag(self, tag):
        self.depth -= self.folds.pop() if tag == "details" else tag in SKIPPED

    def handle_data(self, data):
        if not self.depth:
            self.found.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.found))


def faults_in(html):
    text = Open(html).text
    return [f"…{text[max(0, m.start() - 50) : m.end() + 30]}…" for p in FORBIDDEN for m in re.finditer(p, text, re.I)]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The text of a notebook's page, rendered once."""

    @cache
    def rendered(path):
        made = tmp_path_factory.mktemp("pages") / "page.html"
        render(path, made)
        return made.read_text(encoding="utf-8")

    return rendered


@pytest.mark.parametrize("path", CLAIM_PAGES, ids=lambda path: path.stem)
def test_open_text_of_a_page_has_no_word_of_the_trade(path, page):
    assert faults_in(page(path)) == []


def test_words_are_found_in_the_open_and_not_in_folds():
    assert len(faults_in("<p>The estimand is drawn by lot, see customer_id.</p>")) == 3
    assert len(faults_in('<details class="fold tab"><summary>x</summary><p>The estimand</p></details>')) == 1
    assert faults_in("<details><summary>x</summary><p>The estimand</p></details><code>customer_id</code>") == []


@pytest.mark.parametrize("path", CLAIM_PAGES, ids=lambda path: path.stem)
def test_page_folds_at_least_the_rules_and_shows_no_empty_check(path, page):
    html = page(path)
    assert "gives a number for this claim" not in html and "had to be turned away" not in html
    assert "The rules, from the register" not in Open(html).text


# Phrases of the list that was mended which mean nothing else in code: whoever copies one from a docstring brings it to a page.
MENDED = re.compile(
    r"\bcannot be told\b|\bdrawn by lot\b|\bthe lot (drew|did|holds?)\b|\bhollow marks\b|\breckon with\b", re.I
)


def test_mended_phrases_stand_nowhere_in_code_and_documentation():
    files = [p for e in ("py", "pyi", "toml", "j2") for p in (paths.ROOT / "src").rglob(f"*.{e}")]
    files += [paths.ROOT / "README.md", *(paths.ROOT / "docs").glob("*.md"), *paths.NOTEBOOKS.glob("*.py")]
    assert len(files) > 500
    found = [
        (p.name, n) for p in files for n, line in enumerate(p.read_text("utf-8").splitlines(), 1) if MENDED.search(line)
    ]
    assert found == []
    assert MENDED.search("None where that cannot be told.")


# --- what the register says to a reader, wherever it is shown ---------------------------------------------------------

TOLD = ("title", "statement", "claimed", "trap", "settles", "costs", "first_said")


@pytest.mark.parametrize("claim", load_register().claims, ids=lambda claim: claim.id)
def test_register_speaks_of_what_columns_hold_and_not_of_their_names(claim):
    told = [getattr(claim, name) for name in TOLD] + [line.text for line in claim.bottom_lines]
    told = [re.sub(r"\{[^}]*\}", "", text) for text in told]
    told += [f"{quantity.meaning}. {quantity.unit}. {'. '.join(quantity.ends)}" for quantity in claim.quantities]
    for text in told:
        assert not [p for p in FORBIDDEN if re.search(p, text, re.I)], text


@pytest.mark.parametrize("quantity", [q for c in load_register().claims for q in c.quantities], ids=lambda q: q.name)
def test_ends_of_an_axis_fit_beside_each_other_and_do_not_judge(quantity):
    low, high = quantity.ends
    assert len(low) + len(high) <= 62
    assert not re.search(r"\bclaim\b|\bworse\b.*\bbetter\b.*\bworse\b", f"{low} {high}")


@pytest.mark.parametrize(
    ("trade", "plain"),
    [
        ("One step down: it rests on one source (A).", "Less sure, because it rests on one source (A)."),
        ("One step down: indirect (A: b).", "Less sure, because it speaks only indirectly to the claim (A: b)."),
    ],
)
def test_notes_of_the_rule_are_shown_in_plain_words(trade, plain):
    assert in_plain_words(trade) == plain
    assert not [p for p in FORBIDDEN if re.search(p, in_plain_words(trade), re.I)]


def test_open_text_of_protocol_and_index_has_no_word_of_the_trade(tmp_path):
    notebooks = sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    write_scoreboard(tmp_path, notebooks, failed={})
    for name in ("index", "protocol"):
        html = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        html = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
        # Cards are folded, and their first lines are what everybody reads, beside what is not folded.
        first_lines = re.findall(r"<summary>.*?</summary>", html, flags=re.DOTALL)
        assert first_lines or name != "index"
        assert faults_in(html) + faults_in(" ".join(first_lines)) == []
