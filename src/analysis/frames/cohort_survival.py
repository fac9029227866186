"""Frame ``cohort_survival``: a cohort of customers at an age."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="cohort_survival",
    row="a cohort of customers at an age",
    columns={
        "cohort": Column(kind="text", meaning="name of the cohort"),
        "period": Column(kind="int", meaning="age in periods; 0 is the start", low=0),
        "n_start": Column(kind="int", meaning="customers at age 0", low=1),
        "n_surviving": Column(kind="int", meaning="customers still there (or active) at this age", low=0),
        "revenue": Column(
            kind="float",
            meaning="revenue of the cohort at this age, in the context's currency",
            optional=True,
            nullable=True,
        ),
    },
    key=("cohort", "period"),
)
