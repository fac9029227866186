"""Frame ``contacts``: a contact (message, call, mailing) with a person."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="contacts",
    row="a contact (message, call, mailing) with a person",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "contact_number": Column(kind="int", meaning="1 for the first contact", low=1),
        "responded": Column(kind="int", meaning="1 if this contact was answered as hoped", among=(0, 1)),
        "left": Column(
            kind="int",
            meaning="1 if the person unsubscribed or left after it; missing if not known",
            among=(0, 1),
            optional=True,
            nullable=True,
        ),
        "stratum": Column(
            kind="text",
            meaning="campaign: what was offered, and when; contacts are compared within one",
            optional=True,
        ),
    },
    covariates=True,
)
