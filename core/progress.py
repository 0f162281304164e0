"""How work says how far it is, and hears that it should stop."""

from typing import Protocol

from core.words import Text


class Report(Protocol):
    """Called by work in progress, often: at least every fraction of a second."""

    def __call__(self, share: float, step: Text | None = None) -> None:
        """Say that `share` (0 to 1) is done, and what is being done now.

        Raises:
            Cancelled: the user wants the work to stop; let it pass through.
        """


def silent(share: float, step: Text | None = None) -> None:
    """A Report for work that nobody watches."""


def part(report: Report, start: float, end: float) -> Report:
    """A Report for a piece of the work: its 0..1 becomes `start`..`end` of `report`."""

    def scaled(share: float, step: Text | None = None) -> None:
        report(start + (end - start) * min(max(share, 0.0), 1.0), step)

    return scaled
