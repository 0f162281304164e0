"""Which data set a form is about."""

from collections.abc import Sequence

from core.data.dataset import DataSet
from pages.parts.choices import selectbox


def data_set_choice(data_sets: Sequence[DataSet], label: str, help_text: str | None = None) -> DataSet:
    """A box with the names of data sets, and the one that is chosen: the same on each form, for as long as the visit lasts."""
    by_id = {one.id: one for one in data_sets}
    chosen = selectbox(
        label,
        list(by_id),
        format_func=lambda key: by_id[key].name,
        key="train_data",
        persist_state="session",
        help=help_text,
    )
    return by_id[str(chosen)]
