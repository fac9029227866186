"""Frame ``scores``: a unit with a score given before the outcome was known."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="scores",
    row="a unit with a score given before the outcome was known",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "score": Column(kind="float", meaning="the score to be judged; higher means the outcome is likelier"),
        "rival_score": Column(
            kind="float", meaning="the plain rule to beat, same direction", optional=True, nullable=True
        ),
        "outcome": Column(kind="int", meaning="1 if the outcome came about", among=(0, 1)),
        "cluster": Column(kind="int", meaning="customer, where one has several rows", optional=True),
    },
    key=("unit_id",),
)
