"""Forms on every platform: shown or asked field by field, checked by the core, and refused as a press is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import survey
from bots.platforms import Settings
from contract import Said, Shown, Talker, WebTalker
from core import texts
from core.conversation.answers import read_form
from core.conversation.feature import Feature
from core.errors import BadInput
from core.features import FEATURES
from core.rows import link
from core.types import Form, FormField, Link
from core.types.forms import LONGEST
from discord_talker import DiscordTalker
from patience import PATIENCE
from studio import Studio, paid
from telegram_talker import TelegramTalker

pytest_plugins = ("platforms",)


@pytest.fixture
def features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sequence[Feature]]:
    with monkeypatch.context() as patch:
        survey.with_its_sentence(tmp_path, patch)
        yield (*FEATURES, survey.FEATURE)
    texts.catalogue.cache_clear()


async def fills_in(talker: Talker, shown: Shown, action: str, values: Mapping[str, str], count: int = 1) -> Said:
    """Press a button and fill in its form as the platform's app does; what comes of it."""
    if isinstance(talker, WebTalker):
        person, start = talker.person, len(talker.person.events)
        opened = (await person.post("actions", message=shown.id, action=action)).json()["form"]
        given = {field["name"]: values.get(field["name"], field["value"]) for field in opened["fields"]}
        await person.post("forms", message=shown.id, action=action, values=given, client_id=f"c{start}")
        answer = await person.answer(shown.id, start)
        return Said(
            shown.id, [await talker._shown(event) for event in answer.events if event["kind"] in ("reply", "failure")]
        )
    if isinstance(talker, DiscordTalker):
        newest = await talker._newest()
        asked = await talker.people.press(talker.user, talker.channel, int(shown.id), action)
        assert (await talker.people.responded(asked)).modal
        await talker.people.submit(asked, **values)
        return Said(shown.id, await talker._answers(newest, count))
    assert isinstance(talker, TelegramTalker)
    return await asked_one_by_one(talker, shown, action, list(values.values()))


async def asked_one_by_one(talker: TelegramTalker, shown: Shown, action: str, values: Sequence[str]) -> Said:
    """Answer each of the questions that a press leads to."""
    newest = max(message.message_id for message in (await talker.people.room(talker.chat)).messages)
    await talker.taps(shown, action)
    for value in values:
        question = await talker.people.next_answer(talker.chat, after=newest)
        newest = question.message_id
        choice = next(
            (one for row in question.buttons for one in row if value.casefold() in one["text"].casefold()), None
        )
        if choice:
            await talker.people.press(talker.user, newest, choice["callback_data"], chat=talker.chat)
        else:
            assert "/cancel" in question.text
            newest = await talker.people.say(talker.user, value, chat=talker.chat)
    answer = await talker.people.next_answer(talker.chat, after=newest)
    return Said(shown.id, [await talker._shown(answer)])


FILLED = {"name": " Ada ", "pet": "cat", "age": "36", "about": "I like **foxes**"}


async def test_a_form_is_filled_in_everywhere(served: Studio, talker: Talker) -> None:
    said = await talker.says("/survey")
    shown, action = said.button("fill-in")
    done = await fills_in(talker, shown, action, FILLED)
    name = {"web": "ann"}.get(talker.place.platform, "Ada Lovelace")
    assert done.text.replace("*", "") == f"{name}: name=Ada; pet=cat; age=36; about=I like foxes"
    assert paid(await served.requests()) == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_sentence_of_a_form_is_there(language: str) -> None:
    for code in ("missing", "too-long", "too-short", "number", "choice", "outdated", "ticket"):
        assert texts.say(f"error-form-{code}", language)


async def test_the_text_of_a_story_is_changed_everywhere(served: Studio, talker: Talker) -> None:
    """A new piece that comes from the old one; nothing is paid for it, and it can be gone on with."""
    told = await talker.says("/story a fox at sea --length short", expect=2)
    shown, action = told.button("change-text")
    before = len(paid(await served.requests()))
    old = action.partition(":")[2]
    store = served.program.storage.store
    async with asyncio.timeout(PATIENCE):
        while not await store.shown_in(talker.place, shown.id):
            await asyncio.sleep(0.02)
    values = {"title": "My own fox", "text": "It was **my** fox.\n\nIt slept."}
    changed = await fills_in(talker, shown, action, values)
    assert "My own fox" in changed.text and "It slept." in changed.text
    assert len(paid(await served.requests())) == before
    new = changed.button("continue")[1].partition(":")[2]
    kept = await store.piece(new)
    assert kept and kept.piece.parent == old and kept.piece.words == "# My own fox\n\nIt was **my** fox.\n\nIt slept."
    assert "My own fox" in (await talker.says("/history")).text


# --- what is refused -------------------------------------------------------------------------------------------------

WRONG = [
    ({"name": ""}, "form-missing"),
    ({"name": "   "}, "form-missing"),
    ({"name": "A"}, "form-too-short"),
    ({"name": "A" * 21}, "form-too-long"),
    ({"about": "长" * 501}, "form-too-long"),
    ({"age": "0"}, "form-number"),
    ({"age": "121"}, "form-number"),
    ({"age": "-5"}, "form-number"),
    ({"age": "3.5"}, "form-number"),
    ({"age": "many"}, "form-number"),
    ({"age": "9" * 5000}, "form-number"),
    ({"pet": "wolf"}, "form-choice"),
    ({"pet": ""}, "form-missing"),
    ({"shoe": "42"}, "form-outdated"),
]


@pytest.mark.parametrize(("given", "code"), WRONG)
def test_values_are_checked_by_the_core(given: Mapping[str, str], code: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_form(survey.FORM, FILLED | given)
    assert caught.value.code == code


def test_values_are_kept_in_one_form() -> None:
    given = {"name": " Ada\n Lovelace", "pet": "a DOG", "age": "+０３６", "about": ""}
    assert read_form(survey.FORM, given) == {"name": "Ada Lovelace", "pet": "dog", "age": "36", "about": ""}


FIELD: dict[str, Any] = {"name": "a", "kind": "short", "label": "A"}
IMPOSSIBLE = [
    FIELD | {"label": "A" * 46},
    FIELD | {"label": ""},
    FIELD | {"name": "A b"},
    FIELD | {"kind": "choice"},
    FIELD | {"choices": [{"value": "a", "label": "A"}]},
    FIELD | {"kind": "choice", "choices": [{"value": str(n), "label": "A"} for n in range(26)]},
    FIELD | {"kind": "choice", "choices": [{"value": "a", "label": "A" * 101}]},
    FIELD | {"kind": "choice", "choices": [{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]},
    FIELD | {"kind": "number", "least": 5, "most": 4},
    FIELD | {"kind": "long", "most": LONGEST + 1},
    FIELD | {"most": 5, "value": "six or more"},
]


@pytest.mark.parametrize("field", IMPOSSIBLE)
def test_what_no_platform_could_show_is_no_field(field: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FormField.model_validate(field)


def test_what_a_modal_could_not_hold_is_no_form() -> None:
    one = FormField.model_validate(FIELD)
    six = tuple(one.model_copy(update={"name": name}) for name in "abcdef")
    for title, fields in (("", (one,)), ("T" * 46, (one,)), ("T", ()), ("T", six), ("T", (one, one))):
        with pytest.raises(ValidationError):
            Form(title=title, fields=fields)
    full = FormField(name="text", kind="long", label="T", most=LONGEST, value="x" * LONGEST)
    assert Form(title="T", fields=(full,))
    with pytest.raises(ValidationError):
        Form(title="T", fields=(one, full))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "/login", "https://", "http:///x", "https://a@b.example", "https://a.example/ b",
     "https://a.example\\@b", "tg://x", "https://a.example/\n", "https://a.example/" + "x" * 500],
)  # fmt: skip
def test_a_link_leads_to_a_page(url: str) -> None:
    with pytest.raises(ValidationError):
        Link(url=url, label="A")


@pytest.mark.parametrize(
    ("hosts", "url", "shown"),
    [
        ((), "http://127.0.0.1:8000/x", True),
        ((), "https://example.com/", True),
        (("studio.example",), "http://studio.example/x", False),
        (("studio.example",), "HTTP://studio.example/x", False),
        (("studio.example",), "https://studio.example/x", True),
    ],
)
def test_a_link_is_safe_where_the_studio_is(hosts: tuple[str, ...], url: str, shown: bool) -> None:
    settings = Settings(_env_file=None, web_hosts=hosts)  # type: ignore[call-arg]
    with nullcontext() if shown else pytest.raises(ValueError, match="https"):
        link(url, "A", settings)


@pytest.mark.parametrize("platform", ["web"])
async def test_over_the_web_it_is_refused_as_a_press_is(served: Studio, talker: WebTalker) -> None:
    """Wrong values, a forged verb, somebody else's story, a deleted one: one sentence each, nothing done."""
    ann = talker.person
    told = await talker.says("/story a fox at sea --length short")
    shown, action = told.button("change-text")
    bob = await served.person("bob")

    async def send(person: Any, what: str = "forms", **changes: Any) -> tuple[int, str, str]:
        sent = {
            "user": person.name,
            "message": shown.id,
            "action": action,
            "values": {"title": "", "text": "Mine."},
            "client_id": "x",
        }
        async with person.http() as http:
            answer = await http.post(f"/api/chats/{person.chat}/{what}", json=sent | changes)
        told = answer.json()
        return answer.status_code, told["code"], told.get("field", "")

    assert await send(ann, values={"title": "", "text": " "}) == (422, "form-missing", "text")
    assert await send(ann, values={"title": "T" * 301, "text": "Mine."}) == (422, "form-too-long", "title")
    assert await send(ann, values={"text": "Mine.", "more": "x"}) == (403, "form-outdated", "")
    assert await send(ann, action="forget-everything:") == (404, "action-unknown", "")
    assert await send(ann, action="delete:" + action.partition(":")[2]) == (403, "button-unknown", "")
    assert await send(bob) == (403, "button-unknown", "")
    assert (await send(ann, values={"text": 1}))[:2] == (400, "request-malformed")
    assert (await send(ann, values={str(n): "x" for n in range(9)}))[:2] == (400, "request-malformed")
    assert (await send(ann, user="bob"))[0] == 403
    await served.program.storage.store.delete_piece(action.partition(":")[2])
    assert await send(ann) == (403, "button-unknown", "")
    assert not [event for event in ann.events if "Mine." in event["text"]]
    wait = await ann.says("/usage")
    assert wait.text


@pytest.mark.parametrize("platform", ["web"])
async def test_in_a_room_only_the_author_changes_a_story(served: Studio, talker: WebTalker) -> None:
    ann, bob = await served.person("ann", "family"), await served.person("bob", "family")
    told = await ann.says("/story a fox at sea --length short")
    message, action = told.action("change-text")
    refused = await bob.presses(message, action)
    assert refused.code == "only-author"
    sent = {"user": "bob", "message": message, "action": action, "values": {"text": "Bob's"}, "client_id": "1"}
    async with bob.http() as http:
        answer = await http.post("/api/chats/family/forms", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (403, "only-author")


@pytest.mark.parametrize("platform", ["web"])
async def test_the_same_form_sent_twice_counts_once(served: Studio, talker: WebTalker) -> None:
    ann = talker.person
    shown, action = (await talker.says("/survey")).button("fill-in")
    for _ in range(3):
        await ann.post("forms", message=shown.id, action=action, values=FILLED, client_id="once")
    await ann.says("/usage")
    assert sum("name=Ada" in event["text"] for event in ann.events) == 1


async def test_a_link_has_its_address_everywhere(served: Studio, talker: Talker) -> None:
    shown, _ = (await talker.says("/survey")).button("fill-in")
    if isinstance(talker, WebTalker):
        event = next(event for event in talker.person.events if event["message"] == shown.id)
        found = [(action["label"], action["url"]) for action in event["actions"] if action.get("url")]
    elif isinstance(talker, TelegramTalker):
        room = await talker.people.room(talker.chat)
        seen = next(message for message in room.visible if str(message.message_id) == shown.id)
        found = [(button["text"], button["url"]) for row in seen.buttons for button in row if "url" in button]
    else:
        assert isinstance(talker, DiscordTalker)
        channel = await talker.people.room(talker.channel, talker.user)
        message = next(one for one in channel.messages if str(one.id) == shown.id)
        found = [(control.label, control.url) for control in message.controls if control.url]
    assert found == [("Read more", survey.ADDRESS)]
