"""No identifier of a customer on any page: what is found, what is not mistaken for one, and what becomes of the run."""

import base64
import json
import re

import pytest

from analysis.core import paths
from analysis.core.errors import EXIT_NOTEBOOK_FAILED
from analysis.core.whole_files import write_text
from analysis.notebook.exhibits import TableExhibit
from analysis.reporting.guard import none_left_unsearched
from analysis.reporting.identifiers import Identifiers, identifiers_of
from analysis.reporting.plan import STATE_FOLDER
from analysis.reporting.privacy import error_of, search_notebook, search_page, search_record, withhold
from analysis.reporting.run import run
from tests.helpers import code, markdown, notebook, shown
from tests.reporting.pages import Page

COLUMNS = frozenset({"customer_id", "kunde"})


def ids(*values):
    return Identifiers(frozenset(values), COLUMNS)


# --- as it stands -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("C-1029", "The best is C-1029."),
        ("C1029", "0  C1029  12.5"),
        ("anna@example.org", "<anna@example.org>, who wrote"),
        ("550e8400-e29b-41d4-a716-446655440000", "row 550e8400-e29b-41d4-a716-446655440000|3"),
        ("12346", "0   12346   9.99"),
        ("12346", "12346,2020-01-01,9.99"),
        ("12346", "12346.0"),
        ("0012346", "id=0012346"),
        ("Zyxwvut", "Zyxwvut bought twice"),
        ("Anna Zyxwvut", "by Anna Zyxwvut."),
        ("{A-77-B}", "guid {A-77-B}"),
    ],
)
def test_identifier_is_found_in_text(identifier, text):
    assert ids(identifier, "another-1").shown_in(text) == 1


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("12346", "n = 12,346 customers"),  # the house groups thousands: this is a count
        ("12346", "12346.5 or 0.12346 or 123467 or x12346"),
        ("C1029", "C10290, AC1029"),
        ("C-1029", "C-10290"),
        ("12", "12 of 12 customers"),  # too short to be told from a number
        ("other", "no other group"),  # a word of the package itself
        ("2020-01-15", "since 2020-01-15"),
        ("1-2-3", "1-2-3"),  # three digits, as in a list
    ],
)
def test_ordinary_text_is_not_taken_for_an_identifier(identifier, text):
    assert ids(identifier).shown_in(text) == 0


def test_bare_number_on_the_house_s_own_pages_is_the_number_of_a_citation():
    """Why a bare whole number of five digits is an identifier: the reports' own counts are written otherwise."""
    import nbformat

    for path in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        stored = nbformat.read(path, as_version=4)
        text = json.dumps(
            [cell.get("outputs", []) for cell in stored.cells if "machine" not in cell.metadata.get("tags", ())]
        )
        bare = frozenset(re.findall(r"(?<![\w.,])\d{5,}(?![\w.,])", re.sub(r"base64,[\w+/=]+", "", text)))
        assert search_notebook(stored, Identifiers(bare)) == [], path.name


# --- as a column --------------------------------------------------------------------------------------------------


def test_short_numbers_are_found_under_the_heading_of_an_identifiers_column():
    assert ids("3", "7").shown_in_column("Customer_ID", ["7", "9", "3.0"]) == 2
    assert ids("3", "7").shown_in_column("Kunde", ["7"]) == 1


def test_column_of_nothing_but_identifiers_is_found_where_chance_is_ruled_out():
    # 90 of the 900 numbers of three digits: one in ten. Seven cells by chance: 1e-7; five: 1e-5.
    sparse = ids(*(str(number) for number in range(100, 1000, 10)))
    assert sparse.shown_in_column("n", ["130", "150", "200", "250", "460", "900", "990"]) == 7
    assert sparse.shown_in_column("n", ["130", "150", "200", "250", "460"]) == 0
    assert sparse.shown_in_column("n", ["130", "150", "200", "250", "460", "900", "991"]) == 0


def test_count_is_no_column_of_identifiers():
    # Twenty-four customers with the numbers 1 to 24, and a table of months.
    months = [str(month) for month in range(1, 25)]
    assert ids(*months).shown_in_column("Month", months) == 0


# --- in notebooks, pages and records ------------------------------------------------------------------------------

HEAD = "   customer_id  amount\n0            3    9.99\n1            7   19.99"
INDEX = "             amount\ncustomer_id        \n3              9.99\n7             19.99"
SERIES = "0    3\n1    7\nName: customer_id, dtype: int64"
HTML = "<table><tr><th></th><th>customer_id</th></tr><tr><th>0</th><td>3</td></tr></table>"


@pytest.mark.parametrize(
    ("output", "n"),
    [
        (shown({"text/plain": HEAD}), 2),
        (shown({"text/plain": INDEX}), 2),
        (shown({"text/plain": SERIES}), 2),
        (shown({"text/html": HTML}), 1),
        ({"output_type": "stream", "name": "stdout", "text": HEAD}, 2),
        ({"output_type": "error", "ename": "KeyError", "evalue": "'C-1029'", "traceback": []}, 1),
        (shown(TableExhibit(caption="Best", rows=({"Kunde": "7"},))._repr_mimebundle_()), 1),
        (shown({"application/x+json": {"verdicts": [{"reasons": ["for C-1029"]}]}}), 1),
        (shown({"text/plain": "3 of 7"}), 0),
        (shown({"application/x+json": {"n": 12346}}), 0),
        (shown({"application/x+json": {"rows": [{"n": "12346"}]}}), 0),
        (shown({"application/x+json": {"rows": [{"n": "C-1029"}]}}), 1),
    ],
)
def test_outputs_are_searched(output, n):
    found = search_notebook(notebook(code("x", count=1, outputs=[output])), ids("3", "7", "C-1029", "12346"))
    assert [(f.cell, f.part, f.n) for f in found] == ([(0, "output", n)] if n else [])


def test_code_and_prose_are_searched_but_not_the_numbers_in_code():
    cells = (code("one('C-1029')"), markdown("Look at C-1029."), code("spend = 12346.0\nn = 12346"))
    found = search_notebook(notebook(*cells), ids("C-1029", "12346"))
    assert [(f.cell, f.part) for f in found] == [(0, "code"), (1, "text")]


CSV_TABLES = (
    ("group,n\na,12346\n", 0),
    ("group,n\na,C-1029\n", 1),  # no count
    ("group,n\na,3,C-1029\n", 1),  # beyond the headings
    ("n,group,group\n3,C-1029,a\n", 1),  # under a heading that stands twice
    ("n,C-1029\n3,a\n", 1),
    ("customer_id,n\n7,12346\n", 1),  # too short to be found as it stands
    ("", 0),
)


def test_page_is_searched_with_its_alternative_texts_and_downloads():
    rows = base64.b64encode("Kunde,n\nC-1029,3\n".encode("utf-8-sig")).decode()
    assert search_page('<img alt="Dots: C-1029" src="data:image/png;base64,AAAA">', ids("C-1029")) == 1
    assert search_page(f'<a href="data:text/csv;charset=utf-8;base64,{rows}">x</a>', ids("C-1029")) == 1
    for table, n in CSV_TABLES:
        rows = base64.b64encode(table.encode("utf-8-sig")).decode()
        assert search_page(f'<a href="data:text/csv;base64,{rows}">x</a>', ids("C-1029", "12346", "7")) == n, table
    assert search_page("<p>ids &lt;C-1029&gt;</p>", ids("C-1029")) == 1
    assert search_page('<style>.C-1029{}</style><circle cx="12346"/><p>fine</p>', ids("C-1029", "12346")) == 0


def test_records_texts_are_searched_and_their_numbers_are_not():
    assert search_record([{"reasons": ["Without C-1029 ..."]}], ids("C-1029")) == 1
    assert search_record([{"n": 12346, "value": 12346.0}], ids("12346")) == 0


def test_a_run_that_is_broken_off_leaves_nothing_that_was_not_searched(tmp_path):
    """Pages and notebooks of this run go, but for those that were searched; those of an earlier run stay."""
    state = tmp_path / STATE_FOLDER
    state.mkdir()
    places = {name: (tmp_path / f"{name}.html", state / f"{name}.ipynb") for name in ("searched", "shown", "earlier")}
    for path in (*places["shown"], *places["earlier"]):
        path.write_text("of an earlier run")
    with none_left_unsearched(places, tmp_path) as unsearched:
        for path in (*places["searched"], *places["shown"]):
            write_text(path, "C-1029")
        unsearched.discard("searched")
    there = {name: [path.exists() for path in paths] for name, paths in places.items()}
    assert there == {"searched": [True, True], "shown": [False, False], "earlier": [True, True]}


# --- the run ------------------------------------------------------------------------------------------------------

TITLE = markdown("# An invented report", "title")
PARAMETERS = 'data = ""  # own tables'
CUSTOMERS = ("K-10001", "K-10002", "31", "32")
OPEN = (
    "from analysis.sources.own_tables import company_source\ntable = company_source(data).company.table('transactions')"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A company's purchases, with long and short identifiers under the company's own heading."""
    folder = tmp_path_factory.mktemp("shop")
    rows = [f"{who},2024-01-{day:02d},9.5" for day in range(1, 13) for who in CUSTOMERS]
    (folder / "transactions.csv").write_text("Kunde,at,amount\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "company.toml").write_text(
        '[company]\nname = "Acme"\n[columns.transactions]\ncustomer_id = "Kunde"\n', encoding="utf-8"
    )
    return folder


def test_identifiers_are_read_from_the_tables_under_both_names(shop):
    from analysis.sources.own_tables import company_source

    found = identifiers_of(company_source(shop).company)
    assert found.values == frozenset(CUSTOMERS)
    assert {"customer_id", "kunde"} <= found.columns


@pytest.fixture
def leaked(notebooks, tmp_path, shop):
    notebooks("01_leaks", TITLE, code(OPEN), code("print(table.expression.execute().head())"), parameters=PARAMETERS)
    notebooks("02_fine", TITLE, code(OPEN), code("print(table.n, 'rows')"), parameters=PARAMETERS)
    result = run(tmp_path / "reports", settings={"data": str(shop)}, jobs=1)
    return tmp_path / "reports", result


def test_run_that_would_show_an_identifier_fails_and_shows_none(leaked):
    folder, result = leaked
    assert set(result.failed) == {"01_leaks"}
    assert result.failed["01_leaks"].startswith("IdentifierShown")
    assert "cell 5" in result.failed["01_leaks"]  # papermill put the parameters of the run before it
    left = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}
    assert [name for name, text in left.items() if "K-1000" in text] == []
    assert "Withheld" in Page.read(folder / "01_leaks.html").text
    assert "48 rows" in left["02_fine.html"]
    assert "IdentifierShown" in left["index.html"]
    state = json.loads((folder / STATE_FOLDER / "01_leaks.json").read_text(encoding="utf-8"))
    assert state["failed"] == result.failed["01_leaks"]


def test_command_line_ends_with_the_code_of_a_failed_run(notebooks, tmp_path, shop):
    from typer.testing import CliRunner

    from analysis.reporting.cli import app

    notebooks(
        "01_leaks",
        TITLE,
        code(OPEN),
        code("print(table.expression.execute().head())"),
        parameters='sources = "package"\n' + PARAMETERS,
    )
    done = CliRunner().invoke(app, ["run", "--data", str(shop), "--output", str(tmp_path / "reports"), "--jobs", "1"])
    assert done.exit_code == EXIT_NOTEBOOK_FAILED
    assert "IdentifierShown" in done.output and "K-1000" not in done.output


def test_error_message_with_an_identifier_is_withheld_too(notebooks, tmp_path, shop):
    notebooks(
        "01_fails",
        TITLE,
        code(OPEN),
        code("{}[table.expression.execute()['customer_id'].iloc[0]]"),
        parameters=PARAMETERS,
    )
    result = run(tmp_path / "reports", settings={"data": str(shop)}, jobs=1)
    assert "K-1000" not in result.failed["01_fails"]
    assert "K-1000" not in (tmp_path / "reports" / "01_fails.html").read_text(encoding="utf-8")


def test_a_path_that_a_library_prints_is_found_and_withheld_and_other_paths_are_not():
    warned = "/home/ann/shop/.venv/lib/python3.11/site-packages/tool/fit.py:7: UserWarning: 2 singletons\n"
    mine = "wrote reports/index.html and /data/company\n"
    outputs = [{"output_type": "stream", "name": "stderr", "text": text} for text in (warned, mine)]
    stored = notebook(code("x", count=1, outputs=[outputs[0]]), code("y", count=2, outputs=[outputs[1]]))
    found = search_notebook(stored, ids("C-1029"))
    assert [(shown.cell, shown.what) for shown in found] == [(0, "paths of this machine")]
    assert "paths of this machine would be shown (1 in the output of cell 1)" in error_of(found)
    withhold(stored, found)
    assert "site-packages" not in str(stored)
    assert "/data/company" in str(stored)
