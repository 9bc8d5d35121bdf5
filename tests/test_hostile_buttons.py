"""Buttons that nobody was shown, pressed in Telegram: the update is Telegram's own, what it says is whatever somebody made up."""

from __future__ import annotations

import itertools
import json
import sqlite3
from contextlib import closing

import pytest

from core import texts
from core.conversation.feature import Repertoire
from core.features import FEATURES
from standins.telegram.client import People
from studio import Studio
from telegram_talker import quiet, somebody

pytest_plugins = ("telegram_studio",)

VERBS = sorted(Repertoire(FEATURES).verbs)
HONEST = {
    "settings",
    "set",
    "forget-yes",
    "forget-no",
    "example",
    "cancel",
    *(v for v in VERBS if v.startswith("taste")),
}
"""What does not name a piece, so it may be pressed by anybody for themselves."""

NUMBERS = itertools.count(1)


def pressed(user: int, message: int, data: str) -> dict:
    """A press as Telegram reports it: who and where are Telegram's word, the data is the app's."""
    person = {"id": user, "is_bot": False, "first_name": "Mallory"}
    chat = {"id": user, "type": "private", "first_name": "Mallory"}
    return {
        "callback_query": {
            "id": str(next(NUMBERS)),
            "from": person,
            "chat_instance": "1",
            "data": data,
            "message": {"message_id": message, "date": 1, "chat": chat, "text": "…"},
        }
    }


async def test_a_button_that_was_never_shown_here_leads_nowhere(
    crowd: People, fabula: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every verb, with another person's piece, with its message, and with rubbish."""
    victor, mallory = await somebody(crowd, "Victor"), await somebody(crowd, "Mallory")
    his = await victor.says("/image Zxquorvane --raw")
    await quiet(crowd, fabula)
    (piece,) = await fabula.program.storage.store.shown_in(victor.place, his.with_picture.id)
    hers = int((await mallory.says("/help")).messages[0].id)
    before, spent = (await crowd.room(victor.user)).visible, await fabula.program.storage.store.spent(0)
    forged = [f"{verb}:{what}" for verb in VERBS for what in (piece, his.id, "") if verb not in HONEST]
    forged += [f"set:{what}" for what in (f"style={piece}", "n=99", "quality", "../x")]
    forged += [f"cancel:{piece}", "example:9", "", ":", "\0", "🂡" * 16, f"nothing:{piece}"]
    for data in forged:
        await crowd.inject(pressed(mallory.user, hers, data))
    await crowd.requests("answerCallbackQuery", times=1)
    await mallory.says("/usage")
    await quiet(crowd, fabula)
    assert (await crowd.room(victor.user)).visible == before
    assert await fabula.program.storage.store.spent(0) == spent
    assert (await fabula.program.storage.store.score(piece)).count == 0
    room = (await crowd.room(mallory.user)).by_bot
    refused = [
        texts.say(f"error-{code}", "en")
        for code in (
            *("button-unknown", "question-gone", "board-gone", "board-idea-gone"),
            *("batch-over", "ask-over", "rule-not-allowed", "not-allowed-here"),
        )
    ]
    nowhere = sum(any(sentence in seen.text for sentence in refused) for seen in room)
    assert nowhere >= 3 * len(set(VERBS) - HONEST), "each is answered, in one sentence"
    assert not any("Zxquorvane" in seen.text or seen.photo or seen.document for seen in room)
    logged = "".join(capsys.readouterr())
    assert not any(
        word in logged for word in (*filter(None, fabula.program.settings.secrets), "Zxquorvane", "Traceback")
    )


async def test_a_press_that_is_reported_twice_counts_once(crowd: People, fabula: Studio) -> None:
    """Telegram sends an update again whose receipt it has not seen; somebody may also send what they overheard."""
    ada = await somebody(crowd)
    shown = (await ada.says("/image a pear --raw")).with_picture
    await ada.presses(shown, str(shown.action("vary")))
    await quiet(crowd, fabula)
    (payload,) = [payload for payload in payloads(fabula) if '"vary:' in payload]
    spent = await fabula.program.storage.store.spent(0)
    await crowd.inject(json.loads(payload))
    assert (await ada.says("/usage")).text
    await quiet(crowd, fabula)
    assert await fabula.program.storage.store.spent(0) == spent


def payloads(studio: Studio) -> list[str]:
    """What was taken in so far."""
    database = studio.program.settings.data_dir / "fabula.sqlite3"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [payload for (payload,) in connection.execute("SELECT payload FROM inbox")]
