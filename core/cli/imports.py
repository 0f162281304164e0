"""Commands that bring data sets in: import, fetch; and for imports that wait: waiting, accept, discard."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.findings import (
    add_decisions,
    decisions_of,
    in_words,
    left_out_in_words,
    probes_in_words,
    tell,
    waiting_for_program,
)
from core.cli.options import (
    BadUsage,
    Parser,
    add_command,
    decimal,
    language,
    note,
    number,
    print_json,
    print_table,
)
from core.cli.shown import about, show_data
from core.cli.waiting import open_workspace, wait
from core.data.intake.face_crop import LARGEST_MARGIN, FaceCrop
from core.data.intake.videos import DEFAULT_FRAMES, Frames
from core.errors import UserMistake
from core.words import Text

if TYPE_CHECKING:
    from core.jobs.job import Job
    from core.store import Workspace


class _Waits(UserMistake):
    """An import that was read and could not be kept as it was asked for."""

    text = Text(
        en="{why} What was read is kept and waits: use data accept {id}, with another --name or --decide, or"
        " data discard {id}",
        ko="{why} 읽은 것은 그대로 있습니다. data accept {id} 명령에 다른 --name이나 --decide를 주어 저장하거나,"
        " data discard {id} 명령으로 버려 주세요",
    )


def add_commands(inner: Any) -> None:
    """Those of `data` that imports are about."""
    parser = add_command(
        inner, "import", data_import, "Import labelled pictures and videos: one folder a class, or a CSV."
    )
    parser.add_argument("source", metavar="FOLDER_ZIP_OR_TAR", type=Path)
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help="the labels, columns path,label[,split][,group]; those that lie in the source are found without",
    )
    parser.add_argument("--name", required=True, help="of the data set")
    parser.add_argument(
        "--size", type=number("a size"), metavar="PX", help="side of the pictures; chosen by default"
    )
    parser.add_argument(
        "--seed", type=number("a seed"), default=0, metavar="N", help="decides the split; default 0"
    )
    parser.add_argument(
        "--fit", default="crop", metavar="crop|pad|stretch", help="how pictures become square; default crop"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--frames-per-video",
        type=number("a number of frames"),
        metavar="N",
        help=f"of each video, evenly spread; default {DEFAULT_FRAMES.amount}",
    )
    which.add_argument(
        "--frames-per-second", type=decimal("a number of frames"), metavar="F", help="of each video"
    )
    _add_faces(parser)
    _add_check(parser)
    parser = add_command(
        inner, "fetch", data_fetch, "Import a data set of torchvision or Hugging Face by its name (internet)."
    )
    parser.add_argument("source", metavar="torchvision:NAME|hf:OWNER/NAME")
    parser.add_argument("--name", help="of the data set; its own by default")
    parser.add_argument(
        "--size", type=number("a size"), metavar="PX", help="side of the pictures; chosen by default"
    )
    parser.add_argument("--seed", type=number("a seed"), default=0, metavar="N", help="default 0")
    parser.add_argument("--fit", default="crop", metavar="crop|pad|stretch", help="default crop")
    parser.add_argument("--label", metavar="NAME", help="the column or attribute that tells pictures apart")
    parser.add_argument("--image", metavar="NAME", help="the column of the pictures (Hugging Face)")
    parser.add_argument("--subset", metavar="NAME", help="one of a repository's configurations")
    parser.add_argument(
        "--splits",
        metavar="THEIRS=OURS,...",
        help="which of a repository's splits is train, validation, test",
    )
    parser.add_argument(
        "--most", type=number("a number of pictures"), metavar="N", help="at most so many of each split"
    )
    parser.add_argument("--folder", type=Path, help="where its files already are; nothing is fetched then")
    _add_faces(parser)
    _add_check(parser)
    add_command(inner, "waiting", data_waiting, "List the imports that wait for a decision.")
    parser = add_command(inner, "accept", data_accept, "Keep an import that waits as a data set.")
    parser.add_argument("import_id", metavar="ID", help="as data waiting lists it")
    parser.add_argument("--name", help="of the data set, if not the one that it was imported with")
    add_decisions(parser)
    parser = add_command(inner, "discard", data_discard, "Forget an import that waits.")
    parser.add_argument("import_id", metavar="ID", help="as data waiting lists it")


def _add_check(parser: Parser) -> None:
    """What comes of the check."""
    add_decisions(parser)
    parser.add_argument(
        "--review",
        action="store_true",
        help="store nothing yet: the import waits for data accept or data discard, as it does on the Data page",
    )


def _add_faces(parser: Parser) -> None:
    """--face-crop and how it is done."""
    usual = FaceCrop()
    parser.add_argument(
        "--face-crop", action="store_true", help="cut out the face of each picture before it is made small"
    )
    parser.add_argument(
        "--face-margin",
        type=decimal("a margin"),
        metavar="M",
        help=f"around a face, as a share of its side, 0 to {LARGEST_MARGIN:g}; default {usual.margin:g}",
    )
    parser.add_argument(
        "--face-missing",
        metavar="skip|whole",
        help="leave a picture without a face out (default) or keep it whole",
    )
    parser.add_argument(
        "--face-several",
        metavar="largest|central|skip",
        help="of several faces take the largest (default) or most central, or leave the picture out",
    )


def _face(options: argparse.Namespace, command: str) -> FaceCrop | None:
    """
    Raises:
        BadUsage: how it is done, without that it is done.
    """
    given = {
        name: value
        for name in ("margin", "missing", "several")
        if (value := getattr(options, f"face_{name}")) is not None
    }
    if not options.face_crop:
        if given:
            what = f"--face-{next(iter(given))} needs --face-crop"
            raise BadUsage(what=what, command=f"python -m core data {command}")
        return None
    return FaceCrop(**given).checked()


def data_import(options: argparse.Namespace) -> int:
    from core.data.imports import submit_import

    workspace = open_workspace()
    frames = DEFAULT_FRAMES
    if options.frames_per_video is not None:
        frames = Frames("video", options.frames_per_video)
    elif options.frames_per_second is not None:
        frames = Frames("second", options.frames_per_second)
    job = submit_import(
        workspace,
        options.source,
        options.name,
        options.size,
        options.seed,
        csv=options.csv,
        how=options.fit,
        frames=frames,
        face=_face(options, "import"),
        review=options.review,
        decisions=decisions_of(options),
        as_proposed=options.as_proposed,
    )
    return _imported(workspace, job, options)


def data_fetch(options: argparse.Namespace) -> int:
    from core.data.named.hugging_face import Columns
    from core.data.named.job import submit_fetch

    workspace = open_workspace()
    job = submit_fetch(
        workspace,
        options.source,
        options.name,
        options.size,
        options.seed,
        options.fit,
        folder=options.folder,
        columns=Columns.of(options.image, options.label, options.subset, options.splits),
        most=options.most,
        face=_face(options, "fetch"),
        review=options.review,
        decisions=decisions_of(options),
        as_proposed=options.as_proposed,
    )
    return _imported(workspace, job, options)


def _imported(workspace: "Workspace", job: "Job", options: argparse.Namespace) -> int:
    """Wait for an import, and say what came of it."""
    from core.data.dataset import open_data_set

    result = wait(workspace, job)
    if "waiting" in result:
        if result.get("why") is not None:
            if options.json:
                print_json({"waiting": result["waiting"]})
            raise _Waits(id=result["waiting"], why=result["why"])
        return _told_waiting(workspace, result["waiting"], options)
    for path, sentence in result["left_out"]:
        note(f"{path}: {sentence[language()]}")
    tell(result["report"], done=True)
    for said in result["findings"][len(result["report"]) :]:  # shortcuts, about which nothing is decided
        note(f"! {said[language()]}")
    data_set = open_data_set(workspace, result["data_set_id"])
    for said in (*result.get("notes", ()), *(data_set.card.split_notes or ())):
        note(said[language()])
    if options.json:
        print_json(
            about(data_set)
            | {
                "left_out": [path for path, _ in result["left_out"]],
                "why_left_out": left_out_in_words(result["left_out"]),
                "findings": [said[language()] for said in result["findings"]],
                "report": in_words(result["report"]),
                "probes": probes_in_words(result["probes"]),
            }
        )
    else:
        show_data([data_set])
    return 0


def _told_waiting(workspace: "Workspace", waiting_id: str, options: argparse.Namespace) -> int:
    """Say what the check of an import found that now waits."""
    from core.data.review.acceptance import open_waiting
    from core.data.review.decisions import reported

    review = open_waiting(workspace, waiting_id)
    staged, checked = review.staged, review.checked
    for path, sentence in staged.left_out:
        note(f"{path}: {sentence[language()]}")
    for said in (*staged.notes, *staged.split_notes):
        note(said[language()])
    tell(reported(staged, checked, {}), done=False)
    for probe in checked.probes:
        note(f"{'!' if probe.verdict == 'far' else '-'} {probe.said[language()]}")
    if options.json:
        print_json(waiting_for_program(waiting_id, review))
    else:
        print_table(["id", "name", "images"], [[waiting_id, staged.name, len(staged.names)]])
    return 0


def data_waiting(options: argparse.Namespace) -> int:
    from core.data.review.acceptance import list_waiting, open_waiting

    workspace = open_workspace()
    found = [(waiting_id, open_waiting(workspace, waiting_id)) for waiting_id in list_waiting(workspace)]
    if options.json:
        print_json([waiting_for_program(*one) for one in found])
        return 0
    rows = [
        [
            waiting_id,
            review.staged.name,
            len(review.staged.names),
            " ".join(f"{one.kind}={'|'.join(one.choices)}" for one in review.checked.findings if one.choices),
        ]
        for waiting_id, review in found
    ]
    print_table(["id", "name", "images", "decide"], rows)
    return 0


def data_accept(options: argparse.Namespace) -> int:
    from core.data.review.acceptance import open_waiting, submit_accept

    workspace = open_workspace()
    decisions = decisions_of(options)
    review = open_waiting(workspace, options.import_id)
    if options.as_proposed:
        decisions = {**review.proposed(), **decisions}
    job = submit_accept(workspace, options.import_id, decisions, options.name, review)
    return _imported(workspace, job, options)


def data_discard(options: argparse.Namespace) -> int:
    from core.data.review.acceptance import discard, open_waiting

    workspace = open_workspace()
    name = open_waiting(workspace, options.import_id).staged.name
    discard(workspace, options.import_id)
    if options.json:
        print_json({"id": options.import_id, "name": name})
    return 0
