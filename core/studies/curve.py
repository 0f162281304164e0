"""How the error falls with the number of training pictures: a curve through a study's runs. No torch."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from core.noise.catalogue import CLEAN
from core.runs.runs import Run
from core.studies.spread import MEAN, Seeds
from core.words import Text, fill_text, rounded

FOR_FLOOR = 4
"""Different numbers of pictures from which on a level is fitted that the error does not fall below: three points, however
many seeds each has, would always be met by three numbers, whatever the truth is."""
STEEPEST = 2.0
"""Of the exponent; published curves of whole trainings lie between 0.07 and 0.5 (Hestness et al. 2017)."""
LEAST = 0.001
"""Two errors that differ by less are written the same."""
AHEAD = 2.0
"""So many times the pictures that there are the curve is drawn on: further it is a guess."""


@dataclass(frozen=True)
class Curve:
    """error = a * n^-b + c, all errors 0..1."""

    a: float
    b: float
    c: float
    """0 where `floor` is not fitted."""
    floor: bool
    """c was fitted, too."""
    points: pd.DataFrame
    """A row a run: pictures, error, seed."""
    noise: str
    covariance: NDArray[np.float64] | None = None
    """Of what was fitted, with numbers of pictures as shares of `largest`; None where there are no more runs than that."""

    def at(self, pictures: float) -> float:
        """The error for so many pictures."""
        return float(self.a * pictures**-self.b + self.c)

    @property
    def largest(self) -> int:
        """The most pictures that a run has learned from."""
        return int(self.points["pictures"].max())

    @property
    def spread(self) -> float | None:
        """Standard deviation over seeds at `largest`; None with one seed."""
        errors = self.points.loc[self.points["pictures"] == self.largest, "error"]
        return float(errors.std(ddof=1)) if len(errors) > 1 else None

    @property
    def told(self) -> bool:
        """Twice the pictures are expected to bring more than the seed alone does."""
        gain = self.at(self.largest) - self.at(AHEAD * self.largest)
        return self.spread is not None and gain > max(self.spread, LEAST)

    def line(self, points: int = 50) -> pd.DataFrame:
        """The curve for a chart: columns pictures, error, low and high (its 95 % interval, as other seeds and numbers of
        pictures would move it; NaN without one), and whether it is beyond what was tried (ahead)."""
        first = float(self.points["pictures"].min())
        tried = np.geomspace(first, self.largest, points)
        numbers = np.concatenate([tried, np.geomspace(self.largest, AHEAD * self.largest, points)[1:]])
        errors = self.a * numbers**-self.b + self.c
        half = self._half(numbers)
        return pd.DataFrame(
            {
                "pictures": numbers,
                "error": errors,
                "low": np.clip(errors - half, 0, 1),
                "high": np.clip(errors + half, 0, 1),
                "ahead": numbers > self.largest,
            }
        )

    def _half(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Half of the curve's interval at so many pictures, to the first order (delta method)."""
        if self.covariance is None:
            return np.full(len(numbers), np.nan)
        shares = numbers / self.largest
        a = self.a * self.largest**-self.b
        slopes = [shares**-self.b, -a * shares**-self.b * np.log(shares)]
        slopes += [np.ones(len(shares))] if self.floor else []
        along = np.stack(slopes, axis=1)
        variance = np.einsum("ni,ij,nj->n", along, self.covariance, along)
        free = len(self.points) - along.shape[1]
        return np.asarray(stdtrit(free, 0.975) * np.sqrt(np.maximum(variance, 0.0)))

    @property
    def formula(self) -> Text:
        """What was fitted, and why no more."""
        said = {"a": f"{self.a:.3g}", "b": f"{self.b:.2g}", "c": f"{self.c:.2g}"}
        if self.floor:
            return fill_text(
                Text(
                    en="Fitted: error = {a} × n^(−{b}) + {c} (n: training pictures)",
                    ko="맞춘 식: 오류 = {a} × n^(−{b}) + {c} (n: 학습용 사진 수)",
                ),
                **said,
            )
        return fill_text(
            Text(
                en="Fitted: error = {a} × n^(−{b}) (n: training pictures); three points cannot tell a lowest level, too",
                ko="맞춘 식: 오류 = {a} × n^(−{b}) (n: 학습용 사진 수). 점이 세 개라 더 내려가지 않는 바닥까지는 알 수 없습니다",
            ),
            **said,
        )

    @property
    def sentence(self) -> Text:
        """What more pictures would bring."""
        said = {
            "n": f"{self.largest:,}",
            "more": f"{round(AHEAD * self.largest):,}",
            "now": rounded(100 * self.at(self.largest), 1),
            "then": rounded(100 * self.at(AHEAD * self.largest), 1),
        }
        if self.told:
            text = Text(
                en="With {n} training pictures {now} of 100 answers are wrong; with {more} it would be about {then}, if the "
                "curve goes on as it is.",
                ko="학습용 사진 {n}장이면 100번 중 {now}번 틀립니다. 곡선이 그대로 이어지면 {more}장에서는 약 {then}번입니다.",
            )
        elif self.spread is None:
            text = Text(
                en="With {n} training pictures {now} of 100 answers are wrong; the curve says about {then} for {more}, but with one "
                "seed it cannot be told how much of that is the seed's. Add seeds.",
                ko="학습용 사진 {n}장이면 100번 중 {now}번 틀립니다. 곡선으로는 {more}장에서 약 {then}번이지만, 시드가 하나뿐이라 시드의 영향을 "
                "가릴 수 없습니다. 시드를 더하세요.",
            )
        else:
            text = Text(
                en="More pictures like these are not seen to help: with {n} training pictures {now} of 100 answers are wrong, and "
                "what twice as many would bring is no more than what the seed alone changes.",
                ko="이런 사진을 더 모아도 나아진다고 보기 어렵습니다. 학습용 사진 {n}장에서 100번 중 {now}번 틀리고, 두 배로 늘려 얻는 것은 시드만 "
                "바꿀 때의 차이보다 크지 않습니다.",
            )
        return fill_text(text, **said)


def fitted(points: pd.DataFrame, noise: str = CLEAN) -> Curve | None:
    """The curve through runs by least squares; None with fewer than two numbers of pictures.

    Args:
        points: a row a run: pictures, error (0..1), seed.
    """
    from scipy.optimize import OptimizeWarning, curve_fit

    numbers, errors = (points[name].to_numpy(np.float64) for name in ("pictures", "error"))
    different = len(np.unique(numbers))
    if different < 2:
        return None
    floor = different >= FOR_FLOOR
    # In shares of the most pictures both are of ordinary size, whatever the data set.
    shares = numbers / numbers.max()
    begin = [max(float(errors.mean()), 1e-6), 0.3, *([0.0] if floor else [])]
    highest = [np.inf, STEEPEST, *([1.0] if floor else [])]

    def curve(n: np.ndarray, a: float, b: float, c: float = 0.0) -> np.ndarray:
        return np.asarray(a * n**-b + c)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OptimizeWarning)  # no more runs than are fitted: there is no interval
        (a, b, *rest), covariance = curve_fit(
            curve, shares, errors, begin, bounds=([0.0] * len(begin), highest)
        )
    known = len(errors) > len(begin) and bool(np.isfinite(covariance).all())
    return Curve(
        float(a * numbers.max() ** b),
        float(b),
        float(rest[0]) if rest else 0.0,
        floor,
        points,
        noise,
        covariance if known else None,
    )


def learning_curve(seeds: Seeds, runs: Sequence[Run], pictures: int, noise: str = CLEAN) -> Curve | None:
    """The curve of a study whose arms differ in how many pictures they learn from.

    Args:
        runs: of the study.
        pictures: training pictures of the data set.
        noise: CLEAN or core.studies.spread.MEAN.
    """
    recipes = {run.id: run.recipe for run in runs}
    columns = seeds.in_means if noise == MEAN else [CLEAN]
    rows = [
        (
            round(recipes[one.id].share * pictures),
            1 - float(one.right_under(columns).mean()),
            recipes[one.id].seed,
        )
        for found in seeds.runs.values()
        for one in found
        if one.id in recipes
    ]
    return fitted(pd.DataFrame(rows, columns=["pictures", "error", "seed"]), noise)
