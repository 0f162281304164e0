"""What the first page shows before anybody did anything: this computer, and one photo that noise turns.

`python -m core.lab.showcase` computes it in a process of its own and needs torch; the rest of this module
does not, so that the server starts without the seconds that torch takes to load.
"""

import platform
import shutil
import subprocess
import sys
import threading
import traceback
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.errors import NoiseLensError, WorkFailed
from core.files import read_json, write_json
from core.jobs.processes import start_apart
from core.noise.catalogue import SEVERITIES
from core.store import Workspace
from core.words import Text

MODEL = "efficientnet_lite0"
PHOTO = "rocket"
NOISE = "salt_pepper"
"""The sample photo and noise that tell the story at a glance: with specks like stars the rocket is a fountain."""
SEEDS = range(4)
"""Tried with each severity until the model changes its mind."""
LEFT = 0.3
"""The mind has changed when the five classes first named have less than this together."""

_asked: dict[Path, subprocess.Popen[bytes]] = {}
"""The process started by this one, by workspace: one try each."""
_asking = threading.Lock()


@dataclass(frozen=True)
class Side:
    """One of the two pictures and what the model says of it."""

    picture: Path
    """PNG."""
    overlay: Path
    """PNG, the Grad-CAM of the predicted class over the picture; both on one scale."""
    top: list[tuple[str, float]]
    """Five classes with their probabilities, likeliest first."""


@dataclass(frozen=True)
class Showcase:
    """A photo, clean and under a noise, as a model sees them."""

    clean: Side
    noisy: Side
    model: str
    photo: str
    noise: str
    severity: int
    seed: int

    @property
    def changed(self) -> bool:
        """The likeliest class is another one under the noise."""
        return self.clean.top[0][0] != self.noisy.top[0][0]


def start_showcase(workspace: Workspace) -> None:
    """Have it computed in the background, unless it is there or on its way; returns at once.

    Raises:
        OSError: no process could be started.
    """
    with _asking:
        if workspace.root in _asked or _is_fresh(workspace):
            return
        workspace.showcase.mkdir(parents=True, exist_ok=True)
        _error_file(workspace).unlink(missing_ok=True)
        with (workspace.showcase / "log.txt").open("wb") as log:
            _asked[workspace.root] = start_apart(["-m", "core.lab.showcase"], workspace, log.fileno())


def read_showcase(workspace: Workspace) -> Showcase | None:
    """The pair of pictures, or None while there is none."""
    path = workspace.showcase / "pair.json"
    if not path.exists():
        return None
    facts = read_json(path)

    def side(name: str) -> Side:
        return Side(
            workspace.showcase / f"{name}.png",
            workspace.showcase / f"{name}_overlay.png",
            [(label, probability) for label, probability in facts[name]],
        )

    others = {key: facts[key] for key in ("model", "photo", "noise", "severity", "seed")}
    return Showcase(side("clean"), side("noisy"), **others)


def read_hardware(workspace: Workspace) -> dict[str, Any] | None:
    """What core.hardware.look said, or None while it has not."""
    path = workspace.showcase / "hardware.json"
    return dict(read_json(path)) if path.exists() else None


def read_trouble(workspace: Workspace) -> Text | None:
    """Why there will be no pair, or None."""
    if _error_file(workspace).exists():
        said: Text = read_json(_error_file(workspace))
        return said
    process = _asked.get(workspace.root)
    code = process.poll() if process is not None else None
    if code:
        return WorkFailed(detail=f"showcase {code}").said
    return None


def _error_file(workspace: Workspace) -> Path:
    return workspace.showcase / "error.json"


def _made_for() -> list[str]:
    """What the results depend on: they are made anew when it changes."""
    return ["6", MODEL, PHOTO, NOISE, platform.node(), version("torch"), str(shutil.which("nvidia-smi"))]


def _is_fresh(workspace: Workspace) -> bool:
    path = workspace.showcase / "pair.json"
    return path.exists() and read_json(path).get("made_for") == _made_for()


def main() -> int:
    """Compute and write everything; the reason goes to error.json where it fails."""
    workspace = Workspace.open()
    try:
        from core.hardware import look

        write_json(workspace.showcase / "hardware.json", look())
        _make_pair(workspace)
    except Exception as error:  # noqa: BLE001 - whatever it is, the page must be able to say it
        traceback.print_exc()
        detail = f"{type(error).__name__}: {error}".splitlines()[0]
        said = error if isinstance(error, NoiseLensError) else WorkFailed(detail=detail)
        write_json(_error_file(workspace), said.said)
        return 1
    return 0


def _make_pair(workspace: Workspace) -> None:
    from core.explanation.classifier import Classifier, Explanation
    from core.explanation.overlay import overlay, shared_scale
    from core.images import write_png
    from core.noise.stack import Layer, apply_stack
    from core.pixels import Image
    from core.samples import sample_picture

    classifier = Classifier.imagenet(MODEL, device="cpu")
    photo = classifier.prepare(sample_picture(PHOTO))
    (clean,) = classifier.explain([photo])
    named = [clean.classes.index(label) for label, _ in clean.top()]
    found: list[tuple[float, int, int, Image, Explanation]] = []
    for severity, seed in [(severity, seed) for severity in SEVERITIES for seed in SEEDS]:
        image = apply_stack(photo, [Layer.at_severity(NOISE, severity)], seed)
        (noisy,) = classifier.explain([image])
        left = float(noisy.probabilities[named].sum())
        found.append((left, severity, seed, image, noisy))
        if left < LEFT:
            break  # the lowest severity that does it
    _, severity, seed, image, noisy = min(found, key=lambda entry: entry[0])

    scale = shared_scale([clean.attribution, noisy.attribution])
    for name, picture, said in (("clean", photo, clean), ("noisy", image, noisy)):
        assert said.attribution is not None
        over = overlay(picture, said.attribution, scale=scale, region=said.region)
        # The square that the network saw; with its surroundings the overlay would end in a hard edge.
        height, width = picture.shape[:2]
        left, upper, right, lower = (
            round(edge * side) for edge, side in zip(said.region, (width, height) * 2, strict=True)
        )
        write_png(workspace.showcase / f"{name}.png", picture[upper:lower, left:right])
        write_png(workspace.showcase / f"{name}_overlay.png", over[upper:lower, left:right])
    write_json(
        workspace.showcase / "pair.json",
        {
            "made_for": _made_for(),
            "model": MODEL,
            "photo": PHOTO,
            "noise": NOISE,
            "severity": severity,
            "seed": seed,
            "clean": clean.top(),
            "noisy": noisy.top(),
        },
    )


if __name__ == "__main__":
    sys.exit(main())
