"""What videos somebody hands over, and how many frames they will give: told before anything is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from threading import Event, Thread

from core.data.intake.archive import is_slow, opened
from core.data.intake.listing import Entry
from core.data.intake.plan import plan
from core.data.intake.videos import Frames, is_video, opened_video
from core.errors import NoiseLensError

LOOKED_AT = 12
"""Videos opened to learn how long they are."""
PATIENCE = 1.0
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


def look_at(entries: Sequence[Entry], lengths: bool = True) -> Look:
    """Look at files; `lengths`: also open some of the videos, for PATIENCE at most, whatever they hold."""
    videos = [entry for entry in entries if is_video(entry.parts[-1])]
    chosen = videos[:: -(-len(videos) // LOOKED_AT) or 1] if lengths else []
    seconds: list[float] = []
    over = Event()

    def open_them() -> None:
        for entry in chosen:
            if over.is_set():
                return
            try:
                with opened_video(entry.read(), entry.parts[-1]) as video:
                    if video.claimed is not None:
                        seconds.append(video.claimed)
            except NoiseLensError:
                continue  # told when it is read; a member of an archive may be too large to look at

    if chosen:
        # Opening one may hang, on a slow disk or in a damaged file: the page does not wait for it.
        thread = Thread(target=open_them, name="looking", daemon=True)
        thread.start()
        thread.join(PATIENCE)
        over.set()
    return Look(len(videos), tuple(seconds))
