"""The catalogue of worlds held together with the register, the studies and the frames."""

import inspect

import pytest

from analysis.calibration.inputs import _with_imports
from analysis.calibration.trials import POINTS, draw_seed, effect_at, run_trial, truth_of
from analysis.claims import load_register
from analysis.simulate.world import simulated_frame
from analysis.simulate.worlds import all_worlds, world_named
from analysis.studies import STUDIES
from analysis.vocabulary import Kind

WORLDS = all_worlds()


def named(world):
    return world.name


def test_names_are_unique():
    names = [world.name for world in WORLDS]
    assert len(names) == len(set(names))
    assert world_named(names[0]) is WORLDS[0]


@pytest.mark.parametrize("world", WORLDS, ids=named)
def test_a_world_asks_the_estimator_that_answers_the_claim(world):
    answering = STUDIES[world.claim, world.frame]
    module = f"analysis.estimators.{world.estimator.split(':')[0]}"
    # The study's own estimator, or one that it hands a part of its frames to.
    assert answering == world.estimator or module in _with_imports({f"analysis.estimators.{answering.split(':')[0]}"})
    quantity = load_register()[world.claim].quantity(world.quantity)
    # The null is drawn where nothing is, so that a claim found there is a false one.
    assert truth_of(world, effect_at(world, "null")) == pytest.approx(quantity.null)


@pytest.mark.parametrize("world", WORLDS, ids=named)
def test_a_draw_is_simulated_seeded_and_gives_a_number(world):
    effect = effect_at(world, "smallest")
    frame = world.draw(effect, world.n, 3)
    assert frame.name == world.frame
    assert frame.context.kind is Kind.SIMULATED
    assert frame.table.equals(world.draw(effect, world.n, 3).table)
    assert not frame.table.equals(world.draw(effect, world.n, 4).table)
    trial = run_trial(world, effect, draw_seed(1, world.name, "smallest", 0))
    assert trial.state in ("interval", "endless", "naive only")


@pytest.mark.parametrize("world", WORLDS, ids=named)
def test_a_world_writes_out_its_equations_and_its_truth(world):
    text = " ".join(
        part for part in (inspect.getdoc(world.draw), inspect.getdoc(inspect.getmodule(world.draw))) if part
    )
    built_on = "As `draw_" in text  # the equations of another world, with what is changed
    assert "ruth" in text or built_on or world.truth is not None
    if world.trap and not world.broken:
        assert world.naive is not None or "aive" in text or built_on


def test_effects_of_every_world_differ():
    for world in WORLDS:
        if world.effects:
            continue  # says itself what it can be drawn at
        assert len({effect_at(world, point) for point in POINTS}) == len(POINTS), world.name


def test_a_table_like_one_checked_before_keeps_the_order_and_types_of_the_first():
    import pandas as pd

    table = pd.DataFrame({"outcome": [1, 0], "unit_id": [1, 2], "treated": [0, 1]})
    first = simulated_frame("exposure", table, source="order_and_types")
    again = simulated_frame("exposure", table[::-1], source="order_and_types")
    assert list(first.table.columns) == list(again.table.columns) == ["unit_id", "treated", "outcome"]
    assert first.table.dtypes.equals(again.table.dtypes)
    assert again.table.index.tolist() == [0, 1]
