"""A model that was brought in, shown its pictures in another way or with its answers in another order. Imports torch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.brought.handshake import MANY, Asking, Way
from core.brought.keeping import CPU, with_outputs
from core.brought.models import row_of
from core.errors import ClassesDiffer, NoSuchWay
from core.networks.checkpoint import save_checkpoint
from core.networks.loading import load_run_network
from core.runs.editing import save_origin, save_summary
from core.runs.origins import Colours, same_way
from core.runs.runs import Run, data_set_of, open_run
from core.store import Workspace
from core.words import listing


def corrected(workspace: Workspace, run: Run, way: Mapping[str, Any], order: Sequence[int]) -> Run:
    """A model that was brought in, shown its pictures in another way or with its outputs in another order; it is asked anew.

    Tests that were made before are of another model then, and are told from later ones by the fingerprint of the weights.

    Args:
        way: a row of its handshake; of it what says how pictures are shown is taken.
        order: as of Origin: the same numbers in another order.

    Raises:
        NoSuchWay: it is none of the rows. ClassesDiffer: other outputs than those that it keeps. NotTrained, BadCheckpoint,
        DataSetDeleted, CannotWrite, DiskFull.
    """
    origin = run.origin
    rows = [] if origin is None else origin.handshake
    known = next((row for row in rows if same_way(row, way)), None)
    if origin is None or known is None:
        raise NoSuchWay(name=run.name)
    if sorted(order) != sorted(origin.order):
        raise ClassesDiffer(
            its=listing([str(one) for one in order]), own=listing([str(one) for one in origin.order])
        )
    data_set = data_set_of(workspace, run)
    asked, network = _way_of(known), load_run_network(run, CPU)
    places = [origin.order.index(one) for one in order]
    if places != list(range(len(places))):
        network = with_outputs(network, places, data_set)
    network = replace(network, side=asked.side, preprocessing=asked.preprocessing())
    asking = Asking(data_set)
    row = row_of(asking.judge(asked, asking.logits(network, asked, MANY), range(len(order))))
    others = [one for one in rows if not same_way(one, way)]
    new = replace(
        origin,
        order=list(order),
        order_by=origin.order_by if list(order) == origin.order else "given",
        chosen=row,
        handshake=sorted([row, *others], key=lambda one: (-one["images"], one["log_loss"])),
    )
    save_checkpoint(run.folder.checkpoint, network)
    save_origin(workspace, run, new)
    if run.summary is not None:
        save_summary(workspace, run.id, replace(run.summary, validation_accuracy=row["accuracy"]))
    return open_run(workspace, run.id)


def order_of(run: Run, classes: Sequence[str]) -> list[int]:
    """The order for `corrected` where a person names the classes in the order of the file's answers.

    Raises:
        ClassesDiffer: these are not the run's.
    """
    own = run.summary.classes if run.summary else []
    origin = run.origin
    if origin is None or sorted(classes) != sorted(own):
        raise ClassesDiffer(its=listing(list(classes)), own=listing(own))
    answers = sorted(origin.order)
    return [answers[list(classes).index(name)] for name in own]


def _way_of(row: Mapping[str, Any]) -> Way:
    """The way that a row of a handshake is of."""
    own = (_colours(row["mean"]), _colours(row["std"])) if "mean" in row and "std" in row else None
    return Way(row["normalise"], row["fit"], row["channels"], row["side"], own)


def _colours(numbers: Sequence[float]) -> Colours:
    red, green, blue = numbers
    return float(red), float(green), float(blue)
