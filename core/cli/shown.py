"""How a data set is shown on the command line."""

from typing import TYPE_CHECKING, Any

from core.cli.options import language, print_table

if TYPE_CHECKING:
    from core.data.dataset import DataSet


def about(data_set: "DataSet") -> dict[str, Any]:
    """What --json says of it."""
    return {
        "id": data_set.id,
        "name": data_set.name,
        "kind": data_set.card.kind,
        "images": data_set.card.images,
        "videos": data_set.card.videos,
        "classes": data_set.classes,
        "splits": data_set.split_counts,
        "size": data_set.size,
        "table": data_set.table,
        "window": data_set.window,
        "options": data_set.card.options,
        "notes": [said[language()] for said in data_set.notes],
    }


def show_data(found: "list[DataSet]") -> None:
    """A line for each."""
    rows = [
        [
            data_set.name,
            data_set.card.images,
            ", ".join(data_set.classes[:6]) + (", ..." if len(data_set.classes) > 6 else ""),
            " / ".join(str(count) for count in data_set.split_counts.values()),
            data_set.size,
        ]
        for data_set in found
    ]
    print_table(["name", "images", "classes", "train / validation / test", "size"], rows)
