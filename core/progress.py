"""How work says how far it is, and hears that it should stop."""

from typing import Protocol

from core.words import Text


class Report(Protocol):
    """Called by work in progress, often: at least every fraction of a second."""

    def __call__(self, share: float, step: Text | None = None) -> None:
        """Say that `share` (0 to 1) is done, and what is being done now.

        Raises:
            Cancelled: the user wants the work to stop; let it pass through.
            Paused: the work is to go on later: save what that needs, then let it pass through. Only work of a kind
                that can (core.jobs.kinds) meets it.
        """


def silent(share: float, step: Text | None = None) -> None:
    """A Report for work that nobody watches."""


def finishing(report: Report) -> bool:
    """Whether the work is to end early with what it has, at its next good end: a training after this epoch."""
    return bool(getattr(report, "finishing", False))


class _Part:
    def __init__(self, report: Report, start: float, end: float) -> None:
        self._report, self._start, self._end = report, start, end

    def __call__(self, share: float, step: Text | None = None) -> None:
        self._report(self._start + (self._end - self._start) * min(max(share, 0.0), 1.0), step)

    @property
    def finishing(self) -> bool:
        return finishing(self._report)


def part(report: Report, start: float, end: float) -> Report:
    """A Report for a piece of the work: its 0..1 becomes `start`..`end` of `report`."""
    return _Part(report, start, end)
