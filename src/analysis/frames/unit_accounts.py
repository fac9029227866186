"""Frame ``unit_accounts``: a unit of many (firm, brand, store) with its customers at the start and those won and lost."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="unit_accounts",
    row="a unit of many (firm, brand, store) with its customers at the start and those won and lost over one period",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "n_start": Column(kind="int", meaning="customers at the start", low=0),
        "n_won": Column(kind="int", meaning="customers at the end that were none at the start", low=0),
        "n_lost": Column(kind="int", meaning="customers at the start that were none at the end", low=0),
    },
    key=("unit_id",),
)
