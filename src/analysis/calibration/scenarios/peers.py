"""Word of mouth: peers encouraged at random, adoption that spreads in networks, and curves that bend for other reasons.

In every scenario e is the effect.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.core.vocabulary import Design
from analysis.frames import Frame

PEERS_STEP = 10.0
"""Points of peers' uptake for which the effect is counted."""
N_PERIODS = 5


def draw_peers_share_surroundings(effect: float, n: int, seed: int) -> Frame:
    """Peers take up what they see alike; some groups were encouraged at random.

    Groups of 20, z ~ Bernoulli(1/2) by group, u ~ N(0, 0.06) by group,
    peers' rate = 0.35 + 0.25 z + u + N(0, 0.05), P(own) = 0.30 + e / 10 (rate - 0.35) + 1.2 u.
    Truth: e points for ten points more among peers. Naive: too high, as u raises both.
    """
    return _peers("peers_share_surroundings", effect, n, seed, first=0.25)


def draw_weak_encouragement(effect: float, n: int, seed: int) -> Frame:
    """As `draw_peers_share_surroundings` with an encouragement that moves peers by 4 points instead of 25."""
    return _peers("weak_encouragement", effect, n, seed, first=0.04)


def draw_encouragement_leaks(effect: float, n: int, seed: int) -> Frame:
    """As `draw_peers_share_surroundings`, but the encouragement of the peers also reached the person (plus 5 points).

    Truth: e. The answer is too high by 0.05 / 0.25 or 2 points for every ten.
    """
    return _peers("encouragement_leaks", effect, n, seed, first=0.25, leak=0.05)


def _peers(name: str, effect: float, n: int, seed: int, *, first: float, leak: float = 0.0) -> Frame:
    rng = np.random.default_rng(seed)
    groups = n // 20
    cluster = np.repeat(np.arange(groups), 20)
    z = rng.permutation(np.arange(groups) % 2)[cluster]
    u = np.clip(rng.normal(0.0, 0.06, groups), -0.18, 0.18)[cluster]
    rate = np.clip(0.35 + first * z + u + rng.normal(0.0, 0.05, len(cluster)), 0.0, 1.0)
    chance = np.clip(0.30 + effect / PEERS_STEP * (rate - 0.35) + 1.2 * u + leak * z, 0.0, 1.0)
    table = pd.DataFrame(
        {
            "unit_id": np.arange(len(cluster)),
            "outcome": (rng.random(len(cluster)) < chance).astype(float),
            "peer_rate": rate,
            "instrument": z.astype(float),
            "cluster": cluster,
        }
    )
    return simulated_frame("peer_encouragement", table, source=name, design=Design.RANDOMISED)


def draw_adoption_spreads(effect: float, n: int, seed: int) -> Frame:
    """People adopt as their contacts have, while advertising grows and some villages are keener.

    Villages of 100, each person has 5 contacts in the village, h_it = logit^-1(-2.6 + 0.25 t + v + ln(e) 10 s_it), s_it the
    share of contacts who adopted before period t, v ~ N(0, 0.4) by village, t = 0 .. 4.
    Truth: the odds ratio e for ten points more. Naive (no dummies): too high, as time and village raise both.
    """
    return _adoption("adoption_spreads", effect, n, seed)


def draw_contacts_alike(effect: float, n: int, seed: int) -> Frame:
    """As `draw_adoption_spreads`; contacts are alike: a taste a ~ N(0, 1) moves adoption, and contacts are picked by it.

    Truth: e. The answer is too high, as nobody measured the taste (homophily).
    """
    return _adoption("contacts_are_alike", effect, n, seed, alike=True)


def _adoption(name: str, effect: float, n: int, seed: int, *, alike: bool = False, size: int = 100) -> Frame:
    rng = np.random.default_rng(seed)
    villages = n // size
    network = np.repeat(np.arange(villages), size)
    people = villages * size
    taste = rng.normal(size=people)
    level = rng.normal(0.0, 0.4, villages)[network] + (0.8 * taste if alike else 0.0)
    inside = np.argsort(taste.reshape(villages, size), axis=1) if alike else np.tile(np.arange(size), (villages, 1))
    ring = (inside + np.arange(villages)[:, None] * size).ravel()
    # Five neighbours on a ring of the village; where contacts are alike, the ring is sorted by taste.
    contacts = np.empty((people, 5), dtype=int)
    rows = np.arange(people).reshape(villages, size)
    for column, shift in enumerate((1, -1, 2, -2, 3)):
        contacts[ring, column] = ring[np.roll(rows, shift, axis=1).ravel()]
    adopted = np.zeros(people, dtype=bool)
    parts = []
    for period in range(N_PERIODS):
        share = adopted[contacts].mean(axis=1)
        chance = 1 / (1 + np.exp(2.6 - 0.25 * period - level - math.log(effect) * 10 * share))
        now = ~adopted & (rng.random(people) < chance)
        waiting = np.flatnonzero(~adopted)
        parts.append(
            pd.DataFrame(
                {
                    "unit_id": waiting,
                    "period": period,
                    "exposure": share[waiting],
                    "adopted": now[waiting].astype(int),
                    "network": np.char.add("village ", network[waiting].astype(str)),
                }
            )
        )
        adopted |= now
    return simulated_frame("network_adoption", pd.concat(parts, ignore_index=True), source=name)


def draw_bass_curve(effect: float, n: int, seed: int) -> Frame:
    """A product whose adopters imitate: dF/dt = (0.03 + e F)(1 - F), n people drawn once each from it, 15 years.

    Truth: e, the coefficient of imitation a year. Counts of a year and their sums hang together: cumulative adoptions of
    one year hold the errors of all years before.
    """
    return _curve("bass_curve", effect, n, seed, growth=0.0)


def draw_shops_open(effect: float, n: int, seed: int) -> Frame:
    """As `draw_bass_curve`, but shops open over the years: the coefficient of innovation grows by 20 % a year.

    Truth: e. A curve that bends because of shops is taken for imitation.
    """
    return _curve("shops_open", effect, n, seed, growth=0.2)


def _curve(name: str, effect: float, n: int, seed: int, *, growth: float) -> Frame:
    rng = np.random.default_rng(seed)
    share, steps, shares = 0.0, 200, []
    for year in range(15):
        for step in range(steps):
            push = 0.03 * (1 + growth) ** (year + step / steps)
            share += (push + effect * share) * (1 - share) / steps
        shares.append(share)
    chances = np.diff([0.0, *shares])
    new = rng.multinomial(n, [*chances, 1 - shares[-1]])[:-1].astype(float)
    table = pd.DataFrame({"product": "product", "period": np.arange(15), "n_new": new, "n_total": new.cumsum()})
    return simulated_frame("diffusion_curve", table, source=name)


def _scenario(name: str, draw: object, kind: str, n: int, *, trap: str = "", broken: str = "") -> Scenario:
    quantity, frame, estimator = {
        "peers": ("peer_effect", "peer_encouragement", "randomised.encouragement:estimate_peer_effect"),
        "network": ("exposure_odds_ratio", "network_adoption", "observational.contagion_odds:estimate_contagion_odds"),
        "curve": ("imitation_coefficient", "diffusion_curve", "aggregate.diffusion:estimate_imitation"),
    }[kind]
    return Scenario(
        name=name,
        claim="word-of-mouth-brings-customers",
        quantity=quantity,
        frame=frame,
        estimator=estimator,
        draw=draw,  # type: ignore[arg-type]
        n=n,
        trap=trap,
        broken=broken,
        effects={"size": 0.4} if kind == "curve" else {},
    )


SCENARIOS = (
    _scenario(
        "peers_share_surroundings",
        draw_peers_share_surroundings,
        "peers",
        1_000,
        trap="peers live in the same surroundings and are alike",
    ),
    _scenario(
        "weak_encouragement",
        draw_weak_encouragement,
        "peers",
        1_000,
        trap="peers live in the same surroundings and are alike",
    ),
    _scenario(
        "encouragement_leaks",
        draw_encouragement_leaks,
        "peers",
        4_000,
        broken="the encouragement works through peers only: it also reached the person",
    ),
    _scenario(
        "adoption_spreads",
        draw_adoption_spreads,
        "network",
        1_500,
        trap="advertising grows over time and reaches contacts too",
    ),
    _scenario(
        "contacts_are_alike",
        draw_contacts_alike,
        "network",
        1_500,
        broken="contacts are alike in nothing that makes them adopt: here they share a taste",
    ),
    _scenario("bass_curve", draw_bass_curve, "curve", 2_000),
    _scenario(
        "shops_open",
        draw_shops_open,
        "curve",
        2_000,
        broken="nothing but talk made adoption speed up: shops opened",
    ),
)
