"""Frame ``experiment``: a unit that was assigned at random."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="experiment",
    row="a unit that was assigned at random",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "arm": Column(kind="text", meaning="name of the arm; 'control' for the arm left alone or the comparison arm"),
        "assigned": Column(kind="int", meaning="1 if assigned to the treatment, 0 to the comparison", among=(0, 1)),
        "received": Column(
            kind="int",
            meaning="1 if the treatment arrived; missing if not known",
            among=(0, 1),
            optional=True,
            nullable=True,
        ),
        "outcome": Column(kind="float", meaning="outcome in the unit that the context states"),
        "moderator": Column(
            kind="float",
            meaning="what the effect may depend on (risk, dormancy, recency), measured before assignment",
            optional=True,
            nullable=True,
        ),
        "planned": Column(
            kind="float",
            meaning="planned share of the unit's arm in its stratum, above 0; missing where no plan is known",
            low=0,
            high=1,
            optional=True,
            nullable=True,
        ),
        "stratum": Column(kind="text", meaning="group within which assignment was random", optional=True),
        "cluster": Column(kind="int", meaning="unit of assignment where it is larger than the row", optional=True),
    },
    key=("unit_id",),
    covariates=True,
)
