"""Whether a picture shows what was asked: the questions, and what somebody who saw it answered."""

from __future__ import annotations

from typing import Literal

from core.types.values import Value

QuestionKind = Literal["thing", "attribute", "count", "relation", "lettering", "absent"]
"""What a question is about. Of what is ``absent`` the good answer is no, of all others yes."""

Verdict = Literal["yes", "partly", "no", "unclear"]


class Question(Value):
    """One thing about a picture that can be answered with yes or no: ``ask`` is the question, ``what`` its subject in a few words of the person's.

    ``parent`` is the number of an earlier question (from 1) without whose yes it makes no sense; 0 for none.
    """

    kind: QuestionKind = "thing"
    what: str
    ask: str
    parent: int = 0


class Answer(Value):
    """A question as it was answered, with a few words of what is ``seen``."""

    question: Question
    verdict: Verdict
    seen: str = ""


class Checked(Value):
    """How a picture was found: all answers, and their score from 0 to 1. ``mended``: the change by which it was put right, if it was."""

    answers: tuple[Answer, ...]
    score: float
    mended: str = ""
