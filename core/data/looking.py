"""What videos somebody hands over, and how many frames they will give: told before anything is read."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from core.data.archive import is_slow, opened
from core.data.listing import Entry
from core.data.planning import plan
from core.data.uploads import keep_upload
from core.data.videos import Frames, is_video, opened_video
from core.errors import NoiseLensError
from core.store import Workspace, remove_folder

LOOKED_AT = 12
"""Videos opened to learn how long they are."""
PATIENCE = 2.0
"""Seconds for that."""


@dataclass(frozen=True)
class Look:
    """Videos among what is to be imported."""

    videos: int
    seconds: tuple[float, ...] = ()
    """How long those are that were opened."""
    known: bool = True
    """False: it takes too long to list, and may hold videos."""

    def frames(self, choice: Frames) -> int | None:
        """About how many frames that makes; None where that cannot be told yet."""
        if choice.per == "video":
            return self.videos * len(choice.times(1.0))
        if not self.seconds:
            return None
        return round(self.videos * fmean(len(choice.times(seconds)) for seconds in self.seconds))


def look(source: Path, csv: Path | None = None) -> Look:
    """Look at a folder or archive; what is wrong with it is told when it is imported."""
    if is_slow(source):
        return Look(0, known=False)
    try:
        with opened(source) as found:
            entries = [candidate.entry for candidate in plan(found, csv).candidates]
            return look_at(entries, lengths=not found.in_order)
    except NoiseLensError:
        return Look(0)


def look_at_upload(workspace: Workspace, files: Sequence[tuple[str, bytes | memoryview]]) -> Look:
    """Look at what a browser handed over, as core.data.uploads.keep_upload takes it."""
    try:
        kept = keep_upload(workspace, files)
    except NoiseLensError:
        return Look(0)
    try:
        return look(kept)
    finally:
        remove_folder(kept.parent)


def look_at(entries: Sequence[Entry], lengths: bool = True) -> Look:
    """Look at files; `lengths`: also open some of the videos."""
    videos = [entry for entry in entries if is_video(entry.parts[-1])]
    seconds = []
    end = time.monotonic() + PATIENCE
    for entry in videos[:: -(-len(videos) // LOOKED_AT) or 1] if lengths else []:
        if time.monotonic() > end:
            break
        try:
            with opened_video(entry.read(), entry.parts[-1]) as video:
                if video.claimed is not None:
                    seconds.append(video.claimed)
        except NoiseLensError:
            continue  # told when it is read; a member of an archive may be too large to look at
    return Look(len(videos), tuple(seconds))
