"""The pieces of an evaluation made by whoever is there: this process, and others at its side. Imports torch."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.ahead import made_ahead
from core.data.dataset import DataSet
from core.evaluation.cells import CellStore, Piece, PieceWriter
from core.evaluation.predict import (
    Asked,
    chunks_of,
    needs_clean,
    noise_for,
    predicted_of,
    shown_levels,
)
from core.hardware import cores
from core.networks.at_once import batch_of
from core.noise.catalogue import CLEAN, get_noise
from core.noise.costs import noise_ms
from core.pixels import Image
from core.progress import Report
from core.runs.estimate import CORES, look_ms
from core.runs.mode import Mode
from core.words import Text

NOISE_THREADS, CARD_THREADS = 1, 8
"""That make noisy pictures ahead of a network: on a processor, and at most beside a card."""
NOISE_SHARE = 0.04
"""Of the time that a noise must take, so that its severities are made together: what is begun when the test is cancelled is lost."""
SHARED_BY = 4
"""Processes for which there has to be as much left, so that one takes all severities of a noise."""
TOGETHER_BYTES = 96 << 20
"""Of pictures that are made together, at most; a few such batches are made ahead."""
LOOK = 0.05
"""Seconds between two looks at what others make."""
ROUND = 1.0
"""Seconds between two counts of what others have made."""


@dataclass
class NetworkAtWork:
    """One network of an evaluation: how it is asked, where its cells are."""

    asked: Asked
    store: CellStore
    weights: str
    """Digest of its checkpoint."""
    table: str
    """The severity table."""
    fingerprint: str
    """core.evaluation.cells.cells_fingerprint of its cells."""
    clean: dict[int, int] = field(default_factory=dict)
    """Picture number -> class predicted without noise, as far as it was needed."""


@dataclass(frozen=True)
class _Chunk:
    """Pictures that are made together, of one batch under one noise."""

    pieces: tuple[Piece, ...]
    """One at each severity."""
    indices: NDArray[np.int64]
    takers: tuple[NetworkAtWork, ...]
    first: bool
    last: bool


class Work:
    """Pieces that are to be made for some networks, the same noisy pictures for all of them."""

    def __init__(
        self, at_work: Sequence[NetworkAtWork], data_set: DataSet, pieces: Sequence[Piece], report: Report
    ) -> None:
        """
        Args:
            pieces: all of the evaluation, clean first; what is there already is left out.
            report: called at every batch.
        """
        self._networks, self._data_set, self._report = at_work, data_set, report
        self._pieces = list(pieces)
        self._todo = [piece for piece in pieces if any(len(one.store.lacking(piece)) for one in at_work)]
        self._costs = [self._cost(piece) for piece in self._todo]
        self._whole = sum(self._costs) or 1.0
        self._done, self._here, self._counted = 0.0, 0.0, 0.0
        self._labels = np.asarray(data_set.labels[:])
        self.made = sum(len(piece.indices) for piece in self._todo)
        """Rows of one network that are to be made, here or by others."""

    @property
    def milliseconds(self) -> float:
        """What is to be done takes about so long on CORES idle cores."""
        return sum(self._costs)

    @property
    def missing(self) -> int:
        """Pieces that are nowhere yet."""
        return len(self._todo)

    def do(self) -> None:
        """Make what nobody else makes.

        Raises:
            NothingToAdapt, CannotWrite, DiskFull. Cancelled, Paused: from `report`; what is made stays.
        """
        with ExitStack() as stack:
            for one in self._networks:
                stack.enter_context(one.asked.ready())
                stack.callback(one.store.give_up)
            self._make(self._todo)

    def finish(self) -> None:
        """The same, and wait for what others make; of those that die their pieces are taken over."""
        self.do()
        with ExitStack() as stack:
            for one in self._networks:
                stack.enter_context(one.asked.ready())
                stack.callback(one.store.give_up)
            for piece in self._todo:
                self._see_to(piece)

    def _see_to(self, piece: Piece) -> None:
        """Wait until a piece is there, or make it where nobody does."""
        while any(len(one.store.lacking(piece)) for one in self._networks):
            self._make([piece])
            if not any(len(one.store.lacking(piece)) for one in self._networks):
                return
            self._say(piece)
            time.sleep(LOOK)

    def _make(self, pieces: Sequence[Piece]) -> None:
        def make(chunk: _Chunk) -> Image:
            asked, severities = chunk.takers[0].asked, [piece.severity for piece in chunk.pieces]
            return shown_levels(self._data_set, asked, chunk.pieces[0].noise, severities, chunk.indices)

        with ExitStack() as open_files:
            writers: dict[str, list[PieceWriter]] = {}
            for chunk, levels in made_ahead(make, self._claimed(pieces), self._noise_threads):
                if chunk.first:
                    if needs_clean((one.asked for one in chunk.takers), chunk.pieces[0]):
                        self._know_clean(chunk.takers, chunk.pieces[0])
                    writers = {
                        piece.name: [
                            open_files.enter_context(one.store.keeping(piece)) for one in chunk.takers
                        ]
                        for piece in chunk.pieces
                    }
                for piece, images in zip(chunk.pieces, levels, strict=True):
                    self._ask(chunk, piece, images, writers[piece.name])
                if chunk.last:
                    open_files.close()

    @property
    def _noise_threads(self) -> int:
        """A card is quicker than one thread that makes noise for it."""
        on_processor = self._networks[0].asked.network.device.type == "cpu"
        return NOISE_THREADS if on_processor else max(1, min(CARD_THREADS, cores() - 1))

    def _ask(self, chunk: _Chunk, piece: Piece, images: Image, writers: Sequence[PieceWriter]) -> None:
        """Have the rows of one batch of a piece written."""
        self._say(piece)
        truth = self._labels[chunk.indices]
        for one, writer in zip(chunk.takers, writers, strict=True):
            add = noise_for(self._data_set, one.asked, piece.noise, piece.severity)
            rows = one.asked.rows(images, chunk.indices, piece.noise, piece.severity, truth, one.clean, add)
            if piece.noise == CLEAN:
                one.clean |= predicted_of(rows)
            writer.add(rows)
        self._here += self._cost(piece) * len(chunk.indices) / max(1, len(piece.indices))

    def _claimed(self, pieces: Sequence[Piece]) -> Iterator[_Chunk]:
        """Batches of the pieces that this process takes."""
        for group in self._groups(pieces):
            taken: dict[tuple[bytes, tuple[int, ...]], list[Piece]] = {}
            for piece in group:
                takers, left = self._take(piece)
                if takers:
                    taken.setdefault((left.tobytes(), takers), []).append(piece)
            for (left_bytes, numbers), some in taken.items():
                at_work = tuple(self._networks[number] for number in numbers)
                wanted = replace(some[0], indices=np.frombuffer(left_bytes, np.int64))
                batch = min(batch_of(one.asked.network) for one in at_work)
                parts = chunks_of(wanted, at_work[0].asked.mode, batch)
                for number, part in enumerate(parts):
                    yield _Chunk(tuple(some), part, at_work, number == 0, number == len(parts) - 1)

    def _take(self, piece: Piece) -> tuple[tuple[int, ...], NDArray[np.int64]]:
        """For which networks, by their places, this process makes a piece, and which of its pictures."""
        takers, left = [], np.zeros(0, np.int64)
        for place, one in enumerate(self._networks):
            if len(lacking := one.store.lacking(piece)) and one.store.claim(piece):
                if not len(lacking := one.store.lacking(piece)):  # it was made meanwhile
                    one.store.give_up_one(piece)
                    continue
                takers.append(place)
                left = np.union1d(left, lacking)
        if self._networks[0].asked.mode.by_picture:
            return tuple(takers), piece.indices[np.isin(piece.indices, left)]
        return tuple(takers), piece.indices

    def _groups(self, pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
        """The pieces, those of one noise that differ in their severity together where that saves time.

        Those that are left at the end stand alone, so that every process has its share of them.
        """
        alike: dict[tuple[str, bytes], list[Piece]] = {}
        for piece in pieces:
            alike.setdefault((piece.noise, piece.indices.tobytes()), []).append(piece)
        costs = {key: [self._cost(piece) for piece in group] for key, group in alike.items()}
        left = sum(map(sum, costs.values()))
        for key, group in alike.items():
            cost = sum(costs[key])
            if self._noise_share(group[0]) >= NOISE_SHARE and cost * SHARED_BY <= left and self._fits(group):
                yield group
            else:
                yield from ([piece] for piece in group)
            left -= cost

    def _know_clean(self, at_work: Sequence[NetworkAtWork], piece: Piece) -> None:
        """Have the classes that were predicted of its pictures without noise."""
        for one in at_work:
            if all(number in one.clean for number in piece.indices.tolist()):
                continue
            for clean in self._pieces:
                if clean.noise == CLEAN and np.isin(clean.indices, piece.indices).any():
                    self._see_to(clean)
            one.clean |= predicted_of(one.store.rows((CLEAN, 0), piece.indices))

    def _fits(self, group: Sequence[Piece]) -> bool:
        """Whether a batch of them may be in memory together."""
        batch = min(batch_of(one.asked.network) for one in self._networks)
        side = max(self._data_set.size, *(one.asked.network.whole for one in self._networks))
        return len(group) * min(batch, len(group[0].indices)) * 3 * side**2 <= TOGETHER_BYTES

    # --- how far it is

    def _cost(self, piece: Piece) -> float:
        """Milliseconds on CORES idle cores; by what they take the time left is told while a heavy noise is on."""
        return len(piece.indices) * (self._look_ms + self._noise_ms(piece))

    @cached_property
    def _look_ms(self) -> float:
        """Of the networks, a picture."""
        return sum(
            look_ms(one.asked.network.spec, one.asked.network.side, _passes(one.asked))
            for one in self._networks
        )

    def _noise_ms(self, piece: Piece) -> float:
        """Of its noise, a picture."""
        if piece.noise == CLEAN:
            return 0.0
        stored = self._networks[0].asked.mode.noise_at == "stored"
        return (
            noise_ms(piece.noise, self._data_set.size if stored else self._networks[0].asked.network.whole)
            / CORES
        )

    def _noise_share(self, piece: Piece) -> float:
        """Of the time that a piece takes, 0..1."""
        return self._noise_ms(piece) / (self._look_ms + self._noise_ms(piece))

    def _say(self, piece: Piece) -> None:
        for one in self._networks:
            one.store.live()
        now = time.monotonic()
        if now - self._counted > ROUND:
            self._counted = now
            there = self._networks[-1].store.names()
            self._done = sum(
                cost for one, cost in zip(self._todo, self._costs, strict=True) if one.name in there
            )
        self._report(
            min(max(self._done, self._here) / self._whole, 0.999),
            _saying(piece, self._networks[0].asked.mode),
        )


def _passes(asked: Asked) -> float:
    return 1.0 if asked.method is None else asked.method.passes


def _saying(piece: Piece, mode: Mode) -> Text:
    if piece.noise == CLEAN:
        return Text(en="Testing on clean pictures", ko="원본 사진 시험 중")
    name = get_noise(piece.noise).name
    if piece.noise == mode.at.noise:
        values = mode.at.text_of(piece.severity)
        return Text(en=f"Testing under {name['en']}, {values}", ko=f"{name['ko']} {values} 시험 중")
    return Text(
        en=f"Testing under {name['en']}, severity {piece.severity}",
        ko=f"{name['ko']} 강도 {piece.severity} 시험 중",
    )
