"""A feature for tests: ``/survey`` has a button whose form has a field of each kind, and a link. What was filled in is said again."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import texts
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.rows import link
from core.types import Button, Choice, Form, FormField, Reply

FORM = Form(
    title="A small survey",
    fields=(
        FormField(name="name", kind="short", label="Your name", least=2, most=20),
        FormField(name="pet", kind="choice", label="Your pet", choices=(Choice(value="cat", label="A cat"), Choice(value="dog", label="A dog"))),
        FormField(name="age", kind="number", label="Your age", least=1, most=120),
        FormField(name="about", kind="long", label="About you", required=False, most=500),
    ),
)  # fmt: skip
ADDRESS = "https://example.com/survey?a=1&b=2"


async def survey(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """A message with the button and the link."""
    buttons = (Button(action="fill-in:it", label="Take part"), link(ADDRESS, "Read more", hands.settings))
    await hands.desk.answer(here, Reply(text="A survey", buttons=buttons))


async def form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """The form, for those who may see it."""
    return FORM


async def done(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Say what was filled in, and by whom."""
    told = "; ".join(f"{name}={value}" for name, value in pressed.values.items())
    await hands.desk.answer(here, Reply(text=f"{here.user.name}: {told}"))


FEATURE = Feature(Command("survey"), answer=survey, verbs={"fill-in": Verb(done, form=form, labelled=False)})


def with_its_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogues with the sentence that its command needs; ``texts.catalogue`` is to be cleared afterwards."""
    for language in texts.LANGUAGES:
        ours = (texts.FOLDER / f"{language}.po").read_text("utf-8")
        more = 'msgid "command-survey"\nmsgstr "a survey"\n'
        (folder / f"{language}.po").write_text(f"{ours}\n{more}", "utf-8")
    monkeypatch.setattr(texts, "FOLDER", folder)
    texts.catalogue.cache_clear()
