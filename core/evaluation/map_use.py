"""How much of the picture a run uses, and whether its maps are to be believed: reckoned once, kept with the run.

It is reckoned with the network, by core.evaluation.map_checks; reading it and telling it in words (core.evaluation.map_ways) need
none, so that pages do it at once.
"""

from dataclasses import dataclass
from typing import Literal

from core.data.dataset import DataSet
from core.evaluation.joined import JoinedEvaluation
from core.files import read_json
from core.records import Record
from core.runs.runs import Run

SIDE, MOST, SANITY = 4, 400, 100
"""Of the picture SIDE x SIDE parts are hidden, in so many pictures; so many maps are compared with a drawn network's."""
_PASS = 0.005
"""s, of a test that does not say how long a pass took it."""
DRAWN = 181003292
"""Seed of the weights that are drawn anew: no recipe's, whose first weights are drawn in the same way. With a recipe's own seed a
run would be compared with where it began."""
BELIEVED = 0.3
"""Rank correlation with the maps of a network that has learned nothing up to which a map is of what was learned: half of what
maps of unrelated pictures of one network often have in common."""


@dataclass(frozen=True)
class Use(Record):
    """uses.json of a run."""

    test: str = ""
    """JoinedEvaluation.key of the test whose maps were looked at."""
    data_fingerprint: str = ""
    area: float | None = None
    """Mean effective share of the places in the maps of clean pictures, 0..1; None where no map had anything positive."""
    area_low: float | None = None
    area_high: float | None = None
    area_n: int = 0
    clean: float = 0.0
    """Accuracy with nothing hidden, of the pictures that parts were hidden in."""
    hidden_mean: float = 0.0
    """With each sixteenth of the pictures in grey, one after the other: the mean over the places."""
    hidden_worst: float = 0.0
    """And with that hidden which costs most."""
    hidden_n: int = 0
    peak: float | None = None
    """Share of the rightly read pictures whose strongest place lies in what was changed; None where no masks are known."""
    peak_chance: float | None = None
    peak_n: int = 0
    randomised: float | None = None
    """Mean rank correlation with the maps of the same network with weights drawn anew."""
    randomised_n: int = 0
    drawn: int = 0
    """DRAWN then."""

    @property
    def believed(self) -> Literal["yes", "partly", "unknown"]:
        """Whether the maps depend on what the network has learned (Adebayo et al. 2018, arXiv 1810.03292)."""
        if self.randomised is None:
            return "unknown"
        return "yes" if abs(self.randomised) <= BELIEVED else "partly"


def read_use(run: Run, test: JoinedEvaluation, data_set: DataSet) -> Use | None:
    """What is kept of a run; None where nothing is, or it is of another test, of other pictures or beside other drawn weights."""
    try:
        found = Use.read(read_json(run.folder.uses))
    except (OSError, ValueError):
        return None
    same = found.test == test.key and found.data_fingerprint == data_set.card.fingerprint
    return found if same and found.drawn == DRAWN else None


def seconds_to_use(test: JoinedEvaluation) -> float:
    """About how long core.evaluation.map_checks.use_of takes, by how long the test did, noise and all."""
    facts = test.parts[0].facts
    passes = SIDE * SIDE * min(MOST, facts.images) + 2 * SANITY
    rows = facts.images * (1 + len(test.parts[0].cells)) - facts.reused
    return passes * (facts.seconds / rows if rows > 0 and facts.seconds > 0 else _PASS)
