"""The demonstration company as files: a CSV file a table, and a company.toml that says that all of it is simulated."""

from __future__ import annotations

from pathlib import Path

from analysis.core.errors import UserMistake
from analysis.demo.engine import simulate_company
from analysis.demo.parameters import SIMULATED_NAME, CompanyScenario
from analysis.demo.tables import tables_of

_TOML = """\
# A company that does not exist: `python -m analysis demo` drew its tables with the seed {seed}.
# Take `simulated` away, and reports would show invented customers as if they were yours.

[company]
name = "{name}"
simulated = true
currency = "EUR"
end_of_observation = "{last_day}"
margin = {margin}
discount_rate = {discount_rate}
"""


def write_demonstration(folder: str | Path, *, n_customers: int = 8_000, seed: int = 1) -> dict[str, int]:
    """Simulate the demonstration company and write its ten tables and its company.toml.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there; must be empty.
    n_customers : int
        Customers who join over the five years, 200 or more.
    seed : int
        Of all draws: equal seeds give equal files.

    Returns
    -------
    dict
        Name of each table to its rows.

    Raises
    ------
    UserMistake
        If `folder` is a file, or holds anything: nothing is overwritten.
    """
    folder = empty_folder(folder)
    scenario = CompanyScenario(n_customers=n_customers)
    tables = tables_of(simulate_company(scenario, seed=seed), seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        days = "%Y-%m-%d %H:%M" if name == "tickets" else "%Y-%m-%d"
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", date_format=days)
    toml = _TOML.format(
        seed=seed,
        name=SIMULATED_NAME,
        last_day=scenario.last_day.isoformat(),
        margin=scenario.margin,
        discount_rate=scenario.discount_rate,
    )
    (folder / "company.toml").write_text(toml, encoding="utf-8", newline="\n")
    return {name: len(table) for name, table in tables.items()}


def empty_folder(folder: str | Path) -> Path:
    """The path of a folder that is empty, or not there yet.

    Raises
    ------
    UserMistake
        If `folder` is a file, or holds anything: nothing is overwritten.
    """
    folder = Path(folder).expanduser()
    if folder.exists() and not folder.is_dir():
        raise UserMistake(f"`DIR` must be a folder; {folder.name} is a file. Name another one.")
    if folder.exists() and any(folder.iterdir()):
        raise UserMistake(
            f"The folder {folder.name} is not empty, and simulated tables must not be mixed with anything. Name a new folder."
        )
    return folder
