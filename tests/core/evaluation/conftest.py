"""Two evaluated runs made by hand, for comparisons."""

import numpy as np
import pandas as pd

from core.evaluation.compare import EvaluatedRun
from core.words import plain


def table(right: dict[tuple[str, int], int], images: int = 100) -> pd.DataFrame:
    """Predictions of two classes in which so many of the first pictures are right in each cell."""
    parts = []
    for (noise, severity), number in right.items():
        truth = np.arange(images) % 2
        wrong = np.arange(images) >= number
        parts.append(
            pd.DataFrame(
                {
                    "image": np.arange(images),
                    "noise": noise,
                    "severity": severity,
                    "truth": truth,
                    "prediction": np.where(wrong, 1 - truth, truth),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


CLEAN_TRAINED = EvaluatedRun(
    "a",
    "faces clean",
    plain("faces clean"),
    (),
    2,
    table(
        {
            ("clean", 0): 90,
            ("gaussian_noise", 1): 70,
            ("gaussian_noise", 5): 50,
            ("fog", 1): 80,
            ("fog", 5): 60,
        }
    ),
)
NOISE_TRAINED = EvaluatedRun(
    "b",
    "faces noisy",
    plain("faces noisy"),
    ("gaussian_noise",),
    2,
    table(
        {
            ("clean", 0): 88,
            ("gaussian_noise", 1): 88,
            ("gaussian_noise", 5): 86,
            ("fog", 1): 86,
            ("fog", 5): 84,
        }
    ),
)
