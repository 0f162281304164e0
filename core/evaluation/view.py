"""What of tests is looked at. Imports nothing: pages know it before they need numbers."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class View:
    """What of their tests is looked at."""

    severities: tuple[int, ...] | None = None
    """None for all."""
    noises: str = "all"
    """ "all", "seen" (by at least one of the runs in training) or "unseen" (by none); what another word says, as "far", is
    in `only`."""
    only: frozenset[str] | None = None
    """Noises; None for all."""
    classes: tuple[int, ...] = ()
    """Numbers of the classes whose pictures are looked at; none for all. Of some there is accuracy alone."""

    @property
    def whole(self) -> "View":
        """The same at every severity."""
        return replace(self, severities=None)


EVERYTHING = View()
