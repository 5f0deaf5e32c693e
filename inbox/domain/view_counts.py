"""How many conversations each view of the list has."""

from typing import Annotated, TypedDict

from inbox.domain.fields import says

UNREAD_COUNTED = 100
"""Where somebody has so many unread, or more, this is what is told: it need not be known better."""


class ViewCounts(TypedDict):
    """How many conversations each view has, of those that the reader sees."""

    open: Annotated[int, says("To be done.")]
    mine: Annotated[int, says("Of these the reader's own; of a program none are.")]
    unassigned: Annotated[int, says("Of these nobody's.")]
    waiting: Annotated[int, says("Of these, nobody has answered yet.")]
    closing: Annotated[
        int, says("They wait, and WhatsApp takes free text for two hours more at most.")
    ]
    all: Annotated[int, says("All there are.")]
    unread: Annotated[
        int,
        says(
            "What a user has not read, of at most 100: 100 stands for more, too. To a program, all"
            " of which no agent has read the last."
        ),
    ]
    needs_reply: Annotated[int, says("To be done, and the customer said the last word.")]
    mentions: Annotated[int, says("A note names the user.")]
    unseen_mentions: Annotated[int, says("Of these, the user has not looked there since.")]
    snoozed: Annotated[int, says("Not before a time, or not before they write.")]
    resolved: Annotated[int, says("Done.")]
    channels: Annotated[
        dict[str, int],
        says("What is to be done (`view=open`) on each channel, by its id. Without one: none."),
    ]
    teams: Annotated[dict[str, int], says("The same of each team, by its id.")]
    labels: Annotated[dict[str, int], says("The same of each label, by its name.")]
    saved: Annotated[
        dict[str, int | None],
        says(
            "Of each saved view, by its id. Null: not counted, as it asks for words, a time, what a"
            " user has not read or is named in; or, not of `open` and what is in it, for a label,"
            " an assignee or a priority."
        ),
    ]
