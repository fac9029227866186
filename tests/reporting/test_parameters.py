"""Parameters are checked before anything runs: what a notebook declares, and what may be put in its place."""

import pytest

from analysis.core import paths
from analysis.core.errors import ParameterMistake
from analysis.reporting.parameter_ranges import range_of, require_in_range
from analysis.reporting.parameters import declared_parameters, parse_settings, resolve_parameters
from tests.helpers import code, markdown, write_notebook

DECLARED = """sources = "package"  # public sources to use: "package" | "all"
seed = 1  # seed of everything that draws; 1 = the stored outputs
horizon: float = 1.5  # years | looked ahead
own = False  # True = own data only
offset = -3  # days, negative = before
quarters = [1, 2]  # which"""


@pytest.fixture
def notebook(tmp_path):
    return write_notebook(tmp_path / "01_a.ipynb", markdown("# A"), code("x = 1"), code(DECLARED, "parameters"))


def test_declared_parameters_survive_comments_that_papermills_reader_loses(notebook):
    assert declared_parameters(notebook) == {
        "sources": "package",
        "seed": 1,
        "horizon": 1.5,
        "own": False,
        "offset": -3,
        "quarters": [1, 2],
    }


@pytest.mark.parametrize(
    ("cells", "fragment"),
    [
        ([code("x = 1")], r"01_a\.ipynb must have one cell tagged 'parameters'; it has 0"),
        ([code("x = 1", "parameters"), code("y = 1", "parameters")], r"tagged 'parameters'; it has 2"),
        ([markdown("x = 1", "parameters")], r"tagged 'parameters'; it has 0"),
        ([code("x = 1\nprint(x)", "parameters")], r"must hold only `name = literal` lines"),
        ([code("x, y = 1, 2", "parameters")], r"must hold only `name = literal` lines"),
        ([code("x = y = 1", "parameters")], r"must hold only `name = literal` lines"),
        ([code("x: int", "parameters")], r"must hold only `name = literal` lines"),
        ([code("x += 1", "parameters")], r"must hold only `name = literal` lines"),
        ([code("x = 1\ny = x + 1", "parameters")], r"the parameter `y` must have a literal default"),
        ([code("x = dict()", "parameters")], r"the parameter `x` must have a literal default"),
    ],
)
def test_declared_parameters_that_are_not_plain_are_refused(tmp_path, cells, fragment):
    path = write_notebook(tmp_path / "01_a.ipynb", *cells)
    with pytest.raises(ParameterMistake, match=fragment):
        declared_parameters(path)


def test_resolve_puts_the_given_values_in_place_of_the_defaults(notebook):
    assert resolve_parameters(notebook, {"seed": 7, "own": True}) == {
        "sources": "package",
        "seed": 7,
        "horizon": 1.5,
        "own": True,
        "offset": -3,
        "quarters": [1, 2],
    }


def test_resolve_takes_a_whole_number_for_a_float_and_nothing_else_across_types(notebook):
    assert resolve_parameters(notebook, {"horizon": 2})["horizon"] == 2


def test_resolve_of_an_unknown_parameter_lists_those_there_are(notebook):
    with pytest.raises(
        ParameterMistake, match=r"`sed` is not a parameter of 01_a\.ipynb; its parameters are sources, seed,"
    ):
        resolve_parameters(notebook, {"sed": 7})


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"seed": "7"}, "int"),
        ({"seed": 7.0}, "int"),
        ({"seed": True}, "int"),  # a bool is an int to Python, not to a reader
        ({"seed": None}, "int"),
        ({"horizon": True}, "float"),
        ({"horizon": "2"}, "float"),
        ({"own": 1}, "bool"),
        ({"own": "yes"}, "bool"),
        ({"sources": 1}, "str"),
        ({"sources": ["cdnow"]}, "str"),
        ({"quarters": (1, 2)}, "list"),
    ],
)
def test_resolve_of_a_value_of_another_type_is_refused(notebook, given, kind):
    ((name, value),) = given.items()
    with pytest.raises(ParameterMistake) as refused:
        resolve_parameters(notebook, given)
    assert f"`{name}` of 01_a.ipynb must be of type {kind}, like its default" in str(refused.value)
    assert str(refused.value).endswith(f"got {value!r}.")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("a=3", 3),
        ("a=-3", -3),
        ("a=1.5", 1.5),
        ("a=True", True),
        ("a=all", "all"),
        ("a=", ""),
        ("a='3'", "3"),
        ("a=x=y", "x=y"),
        ("a=cdnow, hillstrom", "cdnow, hillstrom"),
        ("a=my company/2024", "my company/2024"),
        ("a=C:\\data", "C:\\data"),
        ("a=[1, 2]", [1, 2]),
        ("a={[]: 1}", "{[]: 1}"),  # looks like a literal and is none
    ],
)
def test_parse_settings_reads_literals_and_leaves_texts(setting, value):
    assert parse_settings([setting]) == {"a": value}


@pytest.mark.parametrize("setting", ["seed", "=3", "my seed=3", "3=3"])
def test_parse_settings_without_a_name_is_refused(setting):
    with pytest.raises(ParameterMistake, match=rf"`--set` takes name=value; got '{setting}'"):
        parse_settings([setting])


# --- ranges -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "fragment"),
    [
        ("seed", -1, r"`seed` of 01_a\.ipynb must be 0 or more; got -1"),
        ("margin", 1.5, r"must be above 0 and at most 1; got 1\.5"),
        ("margin", float("nan"), "must be above 0 and at most 1; got nan"),
        ("retention_rates", [0.5, 1.0], r"must be above 0 and below 1; got 1\.0"),
        ("retention_rates", [], r"must hold at least one value; got \[\]"),
    ],
)
def test_values_out_of_range_are_refused_with_the_range(tmp_path, name, value, fragment):
    declared = "seed = 1  # a\nmargin = 0.3  # b\nretention_rates = [0.5]  # c"
    path = write_notebook(tmp_path / "01_a.ipynb", code(declared, "parameters"))
    with pytest.raises(ParameterMistake, match=fragment):
        resolve_parameters(path, {name: value})


def test_same_name_may_have_another_range_in_another_notebook(tmp_path):
    path = write_notebook(tmp_path / "02_b.ipynb", code("margin = 50.0  # b", "parameters"))
    assert resolve_parameters(path, {"margin": 60.0}) == {"margin": 60.0}


def numeric(value):
    values = value if isinstance(value, list) else [value]
    return all(isinstance(item, int | float) and not isinstance(item, bool) for item in values)


def test_every_numeric_parameter_of_the_repositorys_notebooks_has_a_range_that_holds_its_default():
    for path in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        for name, default in declared_parameters(path).items():
            if numeric(default):
                assert range_of(path.stem, name) is not None, f"{path.name}: {name}"
                require_in_range(path.stem, name, default)
