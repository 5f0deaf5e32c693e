"""Views of the list that somebody keeps under a name."""

from typing import Annotated, Literal, TypedDict

from inbox.domain.fields import Id, Moment, says

ViewScope = Literal["personal", "shared"]


class ViewRow(TypedDict):
    """A row of ``saved_views``."""

    id: str
    name: str
    filters: str
    owner_id: str
    shared: bool
    created_at: int


class SavedListView(TypedDict):
    """A view of the list, with its filters and its order, under a name."""

    id: Annotated[Id, says("Its id, which the list takes as `view`.")]
    name: Annotated[str, says("What it is called.")]
    filters: Annotated[
        dict[str, str], says("The list's query: `view`, `label`, `sort` and the others.")
    ]
    scope: Annotated[ViewScope, says("`shared`: everybody sees it.")]
    owner_id: Annotated[Id, says("Whose it is.")]
    created_at: Annotated[Moment, says("When it was made.")]


class RemovedView(TypedDict):
    """Which is no more."""

    id: Annotated[Id, says("The id that it had.")]
