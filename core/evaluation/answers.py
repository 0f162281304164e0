"""What an evaluation found, small: its table of cells, with every measure, and which pictures were right under which.
No torch, no maps.

Both are files beside the rows, so that a chart of 10,000 pictures and 100 cells reads some 100 kB and not the maps.
"""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.clusters import numbered, share_of
from core.evaluation.fixed import Fixed
from core.evaluation.measures import all_measures
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.metrics import Table, measured_cells, needed_columns, numbered_cells
from core.noise.catalogue import CLEAN, Cell


def row_columns() -> list[str]:
    """The columns of a predictions table that answers are made of."""
    return list(dict.fromkeys(["image", "truth", "prediction", *needed_columns()]))


@dataclass(frozen=True)
class Answers:
    """Right or wrong, by cell and picture, a bit each on disk; and what the measures make of it."""

    places: tuple[Cell, ...]
    """The cells, clean first, then the noises in the order of the evaluation, each by severity."""
    images: NDArray[np.int32]
    """N numbers of pictures, ascending."""
    truth: NDArray[np.int16]
    """N: the class of each."""
    right: NDArray[np.bool_]
    """cells,N."""
    shown: NDArray[np.bool_]
    """cells,N: the picture was tested under it."""
    cells: pd.DataFrame
    """core.evaluation.metrics.cell_table of the same rows."""
    groups: NDArray[np.int64] | None = None
    """N: the number of what each belongs to, a video or a person; None where nothing is known of that."""

    @classmethod
    def of(
        cls,
        rows: Table,
        classes: Sequence[str] = (),
        groups: Mapping[int, int] | None = None,
        fixed: Fixed | None = None,
    ) -> "Answers":
        """Those of a predictions table with `row_columns`, its rows in any order.

        Args:
            classes: their names.
            groups: of each picture, where they are known.
            fixed: as of core.evaluation.metrics.cell_table.
        """
        image, images = pd.factorize(rows["image"], sort=True)
        places, cell = numbered_cells(rows)
        right, shown = np.zeros((2, len(places), len(images)), dtype=bool)
        shown[cell, image] = True
        truths = np.asarray(rows["truth"])
        right[cell, image] = np.asarray(rows["prediction"]) == truths
        truth = np.zeros(len(images), np.int16)
        truth[image] = truths
        of_image = _of_images(np.asarray(images), groups)
        among = None if of_image is None else of_image[image]
        table = measured_cells(places, cell, rows, classes, among, fixed)
        return cls(tuple(places), np.asarray(images, np.int32), truth, right, shown, table, of_image)

    def _in_order(self) -> "Answers":
        noises = list(dict.fromkeys([CLEAN, *(noise for noise, _ in self.places)]))
        wanted = sorted(self.places, key=lambda place: (noises.index(place[0]), place[1]))
        return self.under(wanted)

    def under(self, cells: Sequence[Cell]) -> "Answers":
        """Those under `cells`, in their order."""
        if tuple(cells) == self.places:
            return self
        number = {place: row for row, place in enumerate(self.places)}
        rows = [number[cell] for cell in cells]
        table = self.cells.iloc[rows].reset_index(drop=True)
        return replace(self, places=tuple(cells), right=self.right[rows], shown=self.shown[rows], cells=table)

    def of_classes(self, classes: Collection[int]) -> "Answers":
        """Those of the pictures of some classes; of the measures accuracy alone, as the others are of all classes.

        Args:
            classes: numbers.
        """
        own = np.isin(self.truth, list(classes))
        groups = None if self.groups is None else self.groups[own]
        right, shown = self.right[:, own], self.shown[:, own]
        among = None if groups is None else numbered(groups)
        unknown = {one.columns.n: 0 for one in all_measures()}
        rows = []
        for (noise, severity), hits, there in zip(self.places, right, shown, strict=True):
            share = share_of(hits[there], None if among is None else among[there])
            counts = {"images": int(there.sum()), "right": int(hits[there].sum())}
            measured = dict(zip(ACCURACY.columns, (*share, counts["images"]), strict=True))
            rows.append({"noise": noise, "severity": severity} | unknown | measured | counts)
        table = pd.DataFrame(rows, columns=list(self.cells))
        return replace(
            self,
            images=self.images[own],
            truth=self.truth[own],
            right=right,
            shown=shown,
            cells=table,
            groups=groups,
        )

    @property
    def clean_truth(self) -> "pd.Series[int]":
        """The class of each picture that was shown clean, by its number."""
        clean = [row for row, (noise, _) in enumerate(self.places) if noise == CLEAN]
        tested = self.shown[clean].any(axis=0)
        return pd.Series(self.truth[tested], pd.Index(self.images[tested], name="image"), name="truth")

    @property
    def group_of(self) -> "pd.Series[int] | None":
        """The group of each picture, by its number; None where nothing is known of that."""
        return None if self.groups is None else pd.Series(self.groups, pd.Index(self.images, name="image"))

    def by_picture(self, cells: Collection[Cell]) -> pd.DataFrame:
        """Share of right answers over `cells`, 0..1: a row a picture (its number), a column for clean and each noise."""
        columns: dict[str, list[int]] = {CLEAN: []}
        for row, place in enumerate(self.places):
            if place in cells:
                columns.setdefault(place[0], []).append(row)
        shares = [
            self.right[rows].sum(axis=0) / np.maximum(self.shown[rows].sum(axis=0), 1)
            for rows in columns.values()
        ]
        return pd.DataFrame(
            np.stack(shares, axis=1), index=pd.Index(self.images, name="image"), columns=list(columns)
        )

    def to_bytes(self) -> bytes:
        """Without the table, as a file; some 130 kB for 10,000 pictures and 100 cells."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            noises=np.array([noise for noise, _ in self.places], dtype=np.str_),
            severities=np.array([severity for _, severity in self.places], dtype=np.int8),
            images=self.images,
            truth=self.truth,
            right=np.packbits(self.right, axis=1),
            shown=np.packbits(self.shown, axis=1),
        )
        return file.getvalue()

    @classmethod
    def from_file(cls, path: Path, cells: pd.DataFrame, groups: Mapping[int, int] | None = None) -> "Answers":
        """What `to_bytes` gave, read from its file.

        Args:
            cells: the table of cells of the same evaluation.
            groups: of each picture its group, as of `groups_of`.

        Raises:
            OSError, ValueError, KeyError: there is no such file, or it is damaged.
        """
        with np.load(path, allow_pickle=False) as file:
            images = file["images"]
            right, shown = (
                np.unpackbits(file[name], axis=1, count=len(images)).astype(bool)
                for name in ("right", "shown")
            )
            places = tuple(zip(file["noises"].tolist(), map(int, file["severities"]), strict=True))
            return cls(places, images, file["truth"], right, shown, cells, _of_images(images, groups))


def _of_images(images: NDArray[Any], groups: Mapping[int, int] | None) -> NDArray[np.int64] | None:
    return None if groups is None else np.array([groups[number] for number in images.tolist()], np.int64)
