"""Frame ``tier_approach``: a wait between two purchases of a member on the way to a threshold.

Waits and not weeks: the week of the deciding purchase is the last of its run by construction, so that weekly counts
lean towards a rush, the more so the fewer purchases a run takes. The waits of a run that reached its threshold are
exchangeable if nobody hurries, whatever the member's own pace and even where the run had to be over by a certain day.
"""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="tier_approach",
    row="a wait between two purchases of a member on the way to a threshold, the deciding purchase included",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code of the member"),
        "cycle": Column(kind="int", meaning="which run at a threshold, 0 the member's first", low=0),
        "wait": Column(
            kind="int",
            meaning="number of the wait within the run; 0 begins with the first purchase that counted, a wait that was "
            "running when counting began is left out",
            low=0,
        ),
        "progress": Column(kind="float", meaning="share of the way done when the wait began", low=0, high=1),
        "gap_days": Column(kind="float", meaning="days from the purchase that began the wait to the next", low=0),
        "reached": Column(kind="int", meaning="1 if the run reached the threshold", among=(0, 1)),
        "month": Column(
            kind="int", meaning="calendar month in which the wait began, counted from 0", low=0, optional=True
        ),
        "placebo": Column(
            kind="int",
            meaning="1 if the threshold of this run does not exist: purchases without a tier in reach (before joining, "
            "in the highest tier) held against a threshold of the programme",
            among=(0, 1),
            optional=True,
        ),
        "threshold": Column(
            kind="text",
            meaning="which threshold the run is held against, where there are several that do not exist",
            optional=True,
        ),
    },
    key=("unit_id", "cycle", "wait"),
)
