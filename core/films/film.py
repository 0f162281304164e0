"""Videos that somebody brought to be asked about, and what runs said of them: the files, kept until they are deleted."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import xxhash

from core.errors import UnknownName
from core.files import read_json, remove_folder, write_bytes, write_json, writing
from core.films.frames import Filmed, look
from core.images import encode_jpeg
from core.records import Record, labels_of
from core.store import Workspace, file_name, new_id
from core.words import Language, Text

_QUALITY = 85


@dataclass(frozen=True)
class FilmCard(Record):
    """What `films/ID/film.json` says."""

    id: str = ""
    name: str = ""
    """What the user calls the file."""
    created: float = 0.0
    """s since 1970."""
    file: str = ""
    """The video itself, in the same folder."""
    seconds: float = 0.0
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Asker(Record):
    """A run, or another model, as it was when it was asked."""

    id: str = ""
    """Of a run."""
    label: Text = field(default_factory=lambda: Text(en="", ko=""))
    classes: list[str] = field(default_factory=list)
    class_labels: list[Text] | None = None

    @property
    def labels(self) -> list[Text]:
        """What screens call the classes, in their order."""
        return labels_of(self.classes, self.class_labels)


@dataclass(frozen=True)
class Wish(Record):
    """What is asked of a video, and how it is drawn."""

    rate: float = 10.0
    """Frames of each second."""
    noise: str = "clean"
    severity: int = 0
    """0: clean alone; else clean and with the noise."""
    table: str = "imagenet_c"
    view: str = "heat"
    """Of core.explanation.views.VIEWS."""
    colours: str = "viridis"
    opacity: float = 0.8
    shared: bool = True
    """One scale of colours for all frames of a run; else each map has its own."""
    language: Language = "en"
    """Of the words on the frames."""


@dataclass(frozen=True)
class AnswersCard(Record):
    """What `films/ID/answers/ID/answers.json` says; beside it lie `frames.csv` and `video.mp4`."""

    id: str = ""
    created: float = 0.0
    wish: Wish = field(default_factory=Wish)
    askers: list[Asker] = field(default_factory=list)
    frames: int = 0
    seconds: float = 0.0
    """How much of the video was gone through."""
    took: float = 0.0
    """s."""


@dataclass(frozen=True)
class Answers:
    """What runs said of a video, frame by frame."""

    card: AnswersCard
    folder: Path

    @property
    def table(self) -> Path:
        """As core.films.table writes it."""
        return self.folder / "frames.csv"

    @property
    def video(self) -> Path:
        """MP4: the frames with what counted and what was said."""
        return self.folder / "video.mp4"


@dataclass(frozen=True)
class Film:
    """A video in the workspace."""

    card: FilmCard
    folder: Path

    @property
    def source(self) -> Path:
        return self.folder / PurePosixPath(self.card.file).name

    @property
    def first(self) -> Path:
        """JPEG: its first frame."""
        return self.folder / "first.jpg"

    @property
    def filmed(self) -> Filmed:
        return Filmed(self.card.seconds, self.card.width, self.card.height)

    @property
    def answers(self) -> list[Answers]:
        """What has been asked of it, newest first."""
        found = [
            Answers(AnswersCard.read(said), folder)
            for said, folder in _read(self.folder / "answers", "answers.json")
        ]
        whole = [
            one
            for one in found
            if one.card.id == one.folder.name and one.table.is_file() and one.video.is_file()
        ]
        return sorted(whole, key=lambda one: one.card.created, reverse=True)

    def to_keep(self, card: AnswersCard) -> Answers:
        """Where answers with such a card belong."""
        return Answers(card, self.folder / "answers" / card.id)


def keep_film(workspace: Workspace, data: bytes | memoryview, name: str) -> Film:
    """Keep a video; the same file is kept once.

    Args:
        name: what the user calls it.

    Raises:
        NotAVideo, EmptyVideo, TooLarge: nothing is kept then. CannotWrite, DiskFull.
    """
    film_id = xxhash.xxh3_128_hexdigest(data)
    with suppress(UnknownName):
        return open_film(workspace, film_id)
    place = workspace.uploads / new_id()
    file = f"video{PurePosixPath(file_name(name)).suffix.lower()[:8]}"
    try:
        with writing(place / file):
            place.mkdir(parents=True)
            (place / file).write_bytes(data)
        filmed, first = look(place / file, name)
        write_bytes(place / "first.jpg", encode_jpeg(first.image, _QUALITY))
        card = FilmCard(film_id, name, time.time(), file, filmed.seconds, filmed.width, filmed.height)
        write_json(place / "film.json", card.to_json())
        target = workspace.films / film_id
        with writing(target):
            workspace.films.mkdir(exist_ok=True)
            remove_folder(target)  # one that lacks a file
            place.replace(target)
    finally:
        remove_folder(place)
    return Film(card, target)


def list_films(workspace: Workspace) -> list[Film]:
    """Those that can be read, newest first."""
    found = [Film(FilmCard.read(said), folder) for said, folder in _read(workspace.films, "film.json")]
    there = [film for film in found if film.card.id == film.folder.name and film.source.is_file()]
    return sorted(there, key=lambda film: film.card.created, reverse=True)


def open_film(workspace: Workspace, film_id: str) -> Film:
    """The video with this id.

    Raises:
        UnknownName: there is none.
    """
    films = {film.card.id: film for film in list_films(workspace)}
    if film_id not in films:
        known = [film.card.name for film in films.values()]
        raise UnknownName(Text(en="video", ko="동영상"), film_id, known)
    return films[film_id]


def forget_film(film: Film) -> None:
    """Delete a video with all that was asked of it."""
    remove_folder(film.folder)


def forget_answers(answers: Answers) -> None:
    """Delete what was asked once; the video stays."""
    remove_folder(answers.folder)


def _read(place: Path, name: str) -> Iterator[tuple[object, Path]]:
    """What the files called `name` in the folders of `place` say, with the folder; what is damaged is left out."""
    for path in sorted(place.glob(f"*/{name}")):
        with suppress(OSError, ValueError):
            yield read_json(path), path.parent
