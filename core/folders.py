"""The files of a data set, a run, an evaluation and a job, by name."""

from pathlib import Path


class DataFolder:
    """The files of one data set."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.card = path / "card.json"
        """Name, kind, classes, counts, size, severity table, fingerprint, origin."""
        self.images = path / "images.npy"
        """uint8 N,H,W,3 RGB, memory-mapped."""
        self.labels = path / "labels.npy"
        """int64 N."""
        self.splits = path / "splits.npy"
        """uint8 N: 0 train, 1 validation, 2 test."""
        self.names = path / "names.json"
        """N original file names, or what the built-in set says of each picture."""
        self.masks = path / "masks.npy"
        """uint8 N,H,W (0 or 1): what was changed; only where it is known."""
        self.groups = path / "groups.npy"
        """int64 N: frames of one video share a number; only where there are videos."""


class RunFolder:
    """The files of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run = path / "run.json"
        """Name, label, study, recipe."""
        self.metrics = path / "metrics.jsonl"
        """One JSON object a line, appended while training."""
        self.checkpoint = path / "checkpoint.safetensors"
        """The weights of the epoch that was chosen."""
        self.last = path / "last.safetensors"
        """Those of the last epoch."""
        self.state = path / "state"
        """Where a training stands that has not come to its end."""
        self.shown = path / "shown.png"
        """Pictures as the network was last shown them."""
        self.summary = path / "summary.json"
        self.validation = path / "validation.npz"
        """What it says of its clean validation pictures: image, truth, probabilities."""
        self.fixed = path / "fixed.json"
        """What is fixed by that, before any test."""
        self.uses = path / "uses.json"
        """How much of the picture it uses, and whether its maps are to be believed."""
        self.evaluations = path / "evaluations"
        self.cells = path / "cells"
        """Cells of evaluations that have not come to their end, a folder a fingerprint."""
        self.spectra = path / "spectra"
        self.features = path / "features"
        """What waves of single frequencies do to its answers, a file each choice of pictures."""

    def evaluation(self, evaluation_id: str) -> "EvaluationFolder":
        return EvaluationFolder(self.evaluations / evaluation_id)


class EvaluationFolder:
    """The files of one evaluation."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.of_run = path.parent.parent
        """The folder of its run, once it is in its place."""
        self.facts = path / "evaluation.json"
        self.predictions = path / "predictions.parquet"
        self.cells = path / "cells.parquet"
        """A row a noise and severity; made anew from the rows where it is missing."""
        self.answers = path / "answers.npz"
        """Which pictures were right under which of them, a bit each; made anew in the same way."""
        self.groups = path / "groups.npy"
        """Two rows: numbers of the pictures and of their groups; only where the data set knows groups."""


class JobFolder:
    """The files of one job: its log, and what it is building (gone when the job ends)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "log.txt"
        self.staging = path / "staging"
        self.put_away = path / "put_away"
        """There once somebody has seen how it ended and wants to see it no more."""
