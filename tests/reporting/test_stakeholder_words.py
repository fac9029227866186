"""What stands open on a page is written for people: no column names, no words of the trade, no phrases that were mended."""

import re
from html.parser import HTMLParser

import pytest

from analysis.core import paths
from analysis.register.claims import load_register
from analysis.reporting.render import render

FORBIDDEN = (
    r"\bestimands?\b",
    r"\bby lot\b",
    r"\bthe lot (drew|did|holds?)\b",
    r"\b(with|without) a lot\b",
    r"\breckon with\b",
    r"\bhollow marks\b",
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
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in SKIPPED:
            self.depth += 1

    def handle_endtag(self, tag):
        if tag in SKIPPED:
            self.depth -= 1

    def handle_data(self, data):
        if not self.depth:
            self.found.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.found))


def faults_in(html):
    text = Open(html).text
    return [f"…{text[max(0, m.start() - 50) : m.end() + 30]}…" for p in FORBIDDEN for m in re.finditer(p, text, re.I)]


@pytest.mark.parametrize("path", CLAIM_PAGES, ids=lambda path: path.stem)
def test_open_text_of_a_page_has_no_word_of_the_trade(path, tmp_path):
    render(path, tmp_path / "page.html")
    assert faults_in((tmp_path / "page.html").read_text(encoding="utf-8")) == []


def test_words_are_found_in_the_open_and_not_in_folds():
    assert len(faults_in("<p>The estimand is drawn by lot, see customer_id.</p>")) == 3
    assert faults_in("<details><summary>x</summary><p>The estimand</p></details><code>customer_id</code>") == []


@pytest.mark.parametrize("path", CLAIM_PAGES, ids=lambda path: path.stem)
def test_page_folds_at_least_the_rules_and_shows_no_empty_check(path, tmp_path):
    render(path, tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "No source of this run" not in html
    assert "The rules, from the register" not in Open(html).text
