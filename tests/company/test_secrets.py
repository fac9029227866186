"""Secrets come from the environment and never go out again."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from analysis.company.settings import load_settings
from analysis.company.store import open_company
from analysis.core.addresses import expand, public_name, sheltered, shown
from analysis.core.errors import UserMistake

SECRET = "s3cr3t-w0rd"


def test_a_variable_that_is_not_set_is_named(folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_PASSWORD", raising=False)
    place = folder({}, '[data]\ndatabase = "postgres://me:${SHOP_PASSWORD}@localhost/shop"\n')
    with pytest.raises(UserMistake, match=r"\[data\] `database`.*SHOP_PASSWORD must be set"):
        open_company(place)


@pytest.mark.parametrize(
    "address",
    [
        "postgres://me:${SHOP_PASSWORD}@127.0.0.1:1/shop",
        f"postgres://me:{SECRET}@127.0.0.1:1/shop",
        f"postgres://me@127.0.0.1:1/shop?password={SECRET}",
        "nosuchengine://me:${SHOP_PASSWORD}@host/shop",
    ],
)
def test_a_database_that_cannot_be_opened_does_not_tell_the_password(
    folder, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    place = folder({}, f'[data]\ndatabase = "{address}"\n')
    with pytest.raises(UserMistake) as caught:
        open_company(place)
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET not in told
    assert "cannot be opened" in told or "not installed" in told


def test_settings_show_neither_address_nor_secret(folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", SECRET)
    settings = load_settings(folder({}, f'[data]\ndatabase = "postgres://me:{SECRET}@db.example/shop"\n'))
    assert SECRET not in repr(settings)
    assert settings.place == "postgres://db.example/shop"


@pytest.mark.parametrize(
    "toml",
    [
        f'[data]\npath = "postgres://me:{SECRET}@h/d"\n',
        f'[data]\ndatabase = ["postgres://me:{SECRET}@h/d"]\n',
        f'[company]\ntimezone = "postgres://me:{SECRET}@h/d"\n',
        f'[data]\ndatabase = "postgres://me:{SECRET}@h/${{PW"\n',
    ],
)
def test_a_misplaced_address_is_not_quoted(folder, toml: str) -> None:
    with pytest.raises(UserMistake) as caught:
        load_settings(folder({}, toml))
    assert SECRET not in str(caught.value)


def test_expanding_puts_the_secret_in_and_showing_leaves_it_out() -> None:
    full = expand("postgres://me:${PW}@h:5432/d?sslkey=${PW}", "here", {"PW": SECRET})
    assert full.count(SECRET) == 2
    assert SECRET not in shown(full)
    assert "me" not in shown(full).replace("postgres", "")


ADDRESSES = [
    f"postgres://me:{SECRET}@db.example/shop",
    f"postgres://me:{SECRET}@db.example:5432/shop?sslmode=require",
    f"postgres://me@db.example/shop?password={SECRET}",
    f"postgres://me:p@{SECRET}@db.example/shop",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_of_the_command_line_keeps_its_secret_in_the_environment(address: str) -> None:
    kept: dict[str, str] = {}
    safe = sheltered(address, kept)
    assert SECRET not in safe
    assert expand(safe, "here", kept) == address
    assert sheltered(safe, kept) == safe


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_parameter_of_a_notebook_holds_the_secret(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan is what papermill is given and what is kept beside the page."""
    from analysis.reporting import plan

    for name in ("RETENTION_DATA_PASSWORD", "RETENTION_DATA_OPTIONS"):
        monkeypatch.setenv(name, "")  # put back after the test
    monkeypatch.setattr(plan, "parts_of", lambda path, parameters, *rest: {"parameters": repr(parameters)})
    steps = plan.make_plan(tmp_path, only=("01_retention_metrics",), settings={"data": address})
    assert SECRET not in repr(steps)
    assert "db.example" in str(steps[0].parameters["data"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_report_names_the_database_without_its_secret(address: str) -> None:
    assert SECRET not in public_name(address)
    assert "me" not in public_name(address).replace("postgres", "").replace("db.example", "")
