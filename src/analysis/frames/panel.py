"""Frame ``panel``: a firm (contract, branch) in a period, with what it was like before and what it was like after."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="panel",
    row="a unit (firm, contract, branch) in a period",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code of the unit"),
        "period": Column(kind="int", meaning="number of the period, a calendar year where periods are years"),
        "outcome": Column(kind="float", meaning="outcome of the period, in the unit that the context states"),
        "exposure": Column(kind="float", meaning="what is thought to move the outcome, measured before it was decided"),
        "exposure_other": Column(
            kind="float",
            meaning="the same at another time that does not come after the outcome (a period earlier, or over the same "
            "period)",
            optional=True,
            nullable=True,
        ),
        "exposure_lead": Column(
            kind="float",
            meaning="the same measured after the outcome, which it cannot have caused: the placebo",
            optional=True,
            nullable=True,
        ),
        "cluster": Column(
            kind="int", meaning="group of units that are not independent (parent company)", optional=True
        ),
    },
    key=("unit_id", "period"),
)
