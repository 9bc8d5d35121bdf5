"""What nobody was offered, done in Discord: who and where are Discord's word, what it says is whatever somebody made up."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bots.logs import set_up_logs
from contract import sample
from core import texts
from core.conversation.feature import Repertoire
from core.features import FEATURES
from core.types import Score
from discord_people import Gathering, Somebody, labels
from hostile_fixtures import FEW, MALLORYS_WORDS, MORE, VICTIMS_WORDS, assert_tells_nothing
from standins.discord.client import File, People
from standins.discord.seen import SeenInteraction, SeenMessage
from studio import Studio, paid

pytest_plugins = ("discord_studio", "hostile_fixtures")
pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMAND, COMPONENT, COMPLETION, FORM = 2, 3, 4, 5
SLASH, MENU = 1, 3
BUTTON, SELECT = 2, 3
NOWHERE = texts.say("error-button-unknown", "en")
VERBS = (*Repertoire(FEATURES).verbs, "react", "choices")


@pytest.fixture(scope="module", autouse=True)
def _logged(log: io.StringIO, _gathering: tuple[Studio, People]) -> Iterator[None]:
    """Everything is logged, and at the end it tells nothing."""
    studio, _ = _gathering
    set_up_logs("DEBUG", studio.program.settings.secrets)
    yield
    assert_tells_nothing(log, studio)


@dataclass(frozen=True)
class Siege:
    """Somebody who means harm, where they may press something, and what they overheard of somebody else's private conversation."""

    mallory: Somebody
    spots: Sequence[tuple[int, SeenMessage]]
    overheard: Sequence[str]

    async def forges(self, kind: int, channel: int, data: dict[str, Any], message: int = 0) -> SeenMessage | None:
        """Do something made up; what mallory alone is told, ``None`` for no message."""
        people = self.mallory.people
        asked = int(
            await people.act("forge", user=self.mallory.user, channel=channel, kind=kind, data=data, message=message)
        )
        told = (await people.responded(asked)).message
        return told and await self.mallory.at(channel).sees(told)


@pytest_asyncio.fixture(loop_scope="module")
async def siege(gathering: Gathering) -> AsyncIterator[Siege]:
    """Afterwards nobody else's conversation has changed, and nothing was paid for or rated."""
    people, victor, mallory = gathering.people, gathering.ada, await gathering.somebody("Mallory")
    home, den = await gathering.privately(victor.user), await gathering.privately(mallory.user)
    elsewhere = await people.create_guild("Elsewhere", mallory.user)
    common = (await victor.asks("image", idea=VICTIMS_WORDS, raw=True))[-1]
    secret = (await home.asks("image", idea=VICTIMS_WORDS, raw=True))[-1]
    photo = (await home.says(f"{VICTIMS_WORDS} in the rain", File("cat.jpg", sample("cat-sent.jpg"))))[-1]
    menu = (await home.asks("settings"))[-1]
    spots = [(victor.channel, common)]
    for where in (den, mallory.at(elsewhere.channels["general"])):
        spots += [(where.channel, (await where.asks(command))[-1]) for command in ("help", "settings")]
    store = gathering.studio.program.storage.store
    await gathering.until_shown(home, photo.id)
    seen = [await store.shown_in(home.place(), str(one.id)) for one in (secret, photo)]
    overheard = [str(one.id) for one in (secret, photo, menu)] + [piece for pieces in seen for piece in pieces]
    before, spent = [(await where.room()).visible for where in (victor, home)], await store.spent(0)
    await gathering.studio.begin()
    yield Siege(mallory, spots, overheard)
    assert (await den.asks("usage"))[-1].text
    await gathering.all_sent()
    assert [(await where.room()).visible for where in (victor, home)] == before
    assert await store.spent(0) == spent and paid(await gathering.studio.requests()) == []
    assert [(await store.score(piece)).count for pieces in seen for piece in pieces] == [0] * len(overheard[3:])
    for channel, _ in spots[1:]:
        assert VICTIMS_WORDS not in await people.transcript(channel, mallory.user)


ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=90)
ARGUMENTS = st.integers(0, 4) | st.sampled_from(("", "style=ink", "n=99", "1:👍", "../x")) | ANY
"""A number stands for something overheard."""


@MORE
@given(
    verb=st.sampled_from(VERBS) | ANY,
    argument=ARGUMENTS,
    values=st.none() | st.just([]) | st.lists(ANY, max_size=3),
    place=st.integers(0, 4),
)
@example(verb="edit", argument=4, values=None, place=1)
@example(verb="react", argument="", values=None, place=0)
@example(verb="settings", argument="style", values=None, place=0)
@example(verb="choices", argument="0", values=["\0", MALLORYS_WORDS], place=1)
async def test_what_is_not_on_the_message_leads_nowhere(
    siege: Siege, verb: str, argument: int | str, values: list[str] | None, place: int
) -> None:
    """Every verb with another's pieces and messages, with rubbish, on one's own messages and on those of others, here and elsewhere."""
    channel, message = siege.spots[place]
    data: dict[str, Any] = {"custom_id": f"{verb}:{_meant(siege, argument)}"[:100], "component_type": BUTTON}
    if values is not None:
        data |= {"component_type": SELECT, "values": [_meant(siege, value) for value in values]}
    assume((data.get("values") or [data["custom_id"]])[0] not in [one.custom_id for one in message.controls])
    told = await siege.forges(COMPONENT, channel, data, message.id)
    assert told and told.ephemeral and told.text == NOWHERE


FIELD = st.fixed_dictionaries(
    {"type": st.integers(2, 25), "custom_id": st.just("change") | ANY},
    optional={"value": ANY | st.none() | st.integers() | st.booleans(), "values": st.lists(ANY, max_size=2)},
)
ROWS = st.lists(
    st.fixed_dictionaries({"type": st.just(1)}, optional={"components": st.lists(FIELD, max_size=2)})
    | st.fixed_dictionaries({"type": st.just(18), "component": FIELD}),
    max_size=3,
)


@FEW
@given(form=st.just("edit-form") | ANY, argument=ARGUMENTS, rows=ROWS, place=st.integers(0, 4))
@example(form="edit-form", argument=0, rows=[{"type": 1}], place=1)
@example(form="edit-form", argument="9" * 80, rows=[], place=2)
async def test_a_form_that_was_never_opened_changes_nothing(
    siege: Siege, form: str, argument: int | str, rows: list[Any], place: int
) -> None:
    channel, message = siege.spots[place]
    data = {"custom_id": f"{form}:{_meant(siege, argument)}"[:100], "components": rows}
    told = await siege.forges(FORM, channel, data, message.id)
    assert told and told.ephemeral and told.text == texts.say("nothing-to-change", "en")


def _meant(siege: Siege, argument: int | str) -> str:
    return siege.overheard[argument] if isinstance(argument, int) else argument


async def test_commands_and_menus_of_another_version_are_answered(siege: Siege) -> None:
    """Discord may know commands for a while that we no longer have."""
    channel, message = siege.spots[1]
    people, mallory = siege.mallory.people, siege.mallory.at(channel)
    newest = await mallory.newest()
    options = [{"name": "style", "type": 3, "value": MALLORYS_WORDS}]
    command = {"id": "1", "name": "frobnicate", "type": SLASH, "options": options}
    await people.act("forge", user=mallory.user, channel=channel, kind=COMMAND, data=command)
    (told,) = await mallory.hears(newest)
    assert told.text == texts.say("error-unknown-command", "en", command="frobnicate")
    known = {"messages": {str(message.id): {"id": str(message.id), "attachments": [], "author": {"id": "1"}}}}
    menu = {"id": "1", "name": "Frobnicate", "type": MENU, "target_id": str(message.id), "resolved": known}
    told = await siege.forges(COMMAND, channel, menu)
    assert told and told.ephemeral and told.text == NOWHERE
    for name, option in (("frobnicate", "size"), ("image", "frobnicate")):
        typed = {"id": "1", "name": name, "type": SLASH, "options": [{"name": option, "value": "", "focused": True}]}
        asked = await people.act("forge", user=mallory.user, channel=channel, kind=COMPLETION, data=typed)
        assert (await people.responded(asked)).choices == []


async def test_what_is_told_twice_counts_once(gathering: Gathering) -> None:
    """A command, buttons and a form, each heard again."""
    ada, people = gathering.ada, gathering.people
    await _uses_everything(gathering)
    before, spent = (await ada.room()).visible, await gathering.studio.program.storage.store.spent(0)
    heard = [one for one in await people.interactions() if one.channel == ada.channel]
    assert len(heard) == 5
    await _are_told_again(gathering, heard)
    assert (await ada.room()).visible == before
    assert await gathering.studio.program.storage.store.spent(0) == spent


async def test_what_was_forgotten_is_reached_by_no_button(gathering: Gathering) -> None:
    """The messages still stand, with all their buttons, and a form is open; somebody else has a picture of her own there."""
    ada, bea, people = gathering.ada, await gathering.somebody("Bea"), gathering.people
    shown, form = await _uses_everything(gathering)
    await bea.asks("image", idea="a plum", raw=True)
    (sure,) = await ada.asks("forget")
    await ada.presses(sure, "forget-yes:", expect=0)
    await ada.until(lambda room: any(texts.say("forgotten", "en") in seen.text for seen in room.by_bot))
    spent = await gathering.studio.program.storage.store.spent(0)
    heard = [one for one in await people.interactions() if one.channel == ada.channel and one.type == COMPONENT]
    await _are_told_again(gathering, heard)
    for somebody in (ada, bea):
        for label in labels(shown):
            assert [told.text for told in await somebody.presses(shown, label)] == [NOWHERE]
    told = await people.answer(await people.submit(form, change="make it blue"))
    assert told.ephemeral and told.text == NOWHERE
    await gathering.all_sent()
    assert await gathering.studio.program.storage.store.spent(0) == spent


async def _are_told_again(gathering: Gathering, interactions: Sequence[SeenInteraction]) -> None:
    """And all that comes of it is said: what is asked afterwards is answered afterwards."""
    for one in interactions:
        await gathering.people.act("replay", interaction=one.id)
    assert (await (await gathering.privately()).asks("usage"))[-1].text
    await gathering.all_sent()


async def _uses_everything(gathering: Gathering) -> tuple[SeenMessage, int]:
    """Ada has a picture drawn, presses some of its buttons and fills in its form: the picture's message, and what opened the form."""
    ada, people = gathering.ada, gathering.people
    shown = (await ada.asks("image", idea="a pear", raw=True))[-1]
    await gathering.until_shown(ada, shown.id)
    await ada.presses(shown, "Vary")
    form = int(await people.press(ada.user, ada.channel, shown.id, "Edit"))
    await people.responded(form)
    newest = await ada.newest()
    await people.submit(form, change="make it blue")
    await ada.hears(newest)
    await people.press(ada.user, ada.channel, shown.id, "👍")
    await gathering.until_scored(ada, shown.id, Score(score=1, count=1))
    await gathering.all_sent()
    return shown, form
