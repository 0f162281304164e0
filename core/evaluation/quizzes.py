"""Quizzes that somebody chose to keep in the workspace, under a name; nothing of a person is stored otherwise."""

import time
from dataclasses import dataclass, field

from core.evaluation.quiz import Quiz
from core.files import read_json, write_json
from core.records import Record
from core.store import Workspace, checked_name, new_id


@dataclass(frozen=True)
class KeptQuiz(Record):
    """A quiz as its file has it."""

    id: str = ""
    name: str = ""
    """What the person is to be called."""
    created: float = 0.0
    """s since 1970."""
    quiz: Quiz = field(default_factory=Quiz)


def keep_quiz(workspace: Workspace, name: str, quiz: Quiz) -> KeptQuiz:
    """Store a quiz.

    Raises:
        NoName, BadName. CannotWrite, DiskFull: nothing is stored then.
    """
    kept = KeptQuiz(new_id(), checked_name(name), time.time(), quiz)
    write_json(workspace.quizzes / f"{kept.id}.json", kept.to_json())
    return kept


def kept_quizzes(workspace: Workspace) -> list[KeptQuiz]:
    """Those that can be read, newest first."""
    found = []
    for path in workspace.quizzes.glob("*.json"):
        try:
            kept = KeptQuiz.read(read_json(path))
        except (OSError, ValueError):
            continue
        if kept.id == path.stem and _whole(kept.quiz):
            found.append(kept)
    return sorted(found, key=lambda one: one.created, reverse=True)


def _whole(quiz: Quiz) -> bool:
    """Its questions and answers are of its classes."""
    among = range(len(quiz.classes))
    return all(one.truth in among for one in quiz.questions) and all(
        answer is None or answer in among for answer in quiz.answers
    )


def forget_quiz(workspace: Workspace, quiz_id: str) -> None:
    """Delete a kept quiz, if it is there."""
    for kept in kept_quizzes(workspace):
        if kept.id == quiz_id:
            (workspace.quizzes / f"{kept.id}.json").unlink(missing_ok=True)
