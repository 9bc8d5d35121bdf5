"""Rules that are for whoever runs a Telegram group, as Telegram says."""

from __future__ import annotations

from core import texts
from core.rules.book import PLATFORMS
from core.rules.reading import read_rules
from standins.telegram.client import People
from studio import Studio
from telegram_talker import until_answered

pytest_plugins = ("telegram_studio",)

RULES = b'[[rule]]\nwho = ["administrators"]\nwhat = ["image"]\nallow = true\n[[rule]]\nwhat = ["image"]\nallow = false'


async def test_what_is_for_administrators_is_for_whom_telegram_calls_so(crowd: People, fabula: Studio) -> None:
    ada, bob, cleo = [await crowd.create_user(name) for name in ("Ada", "Bob", "Cleo")]
    group = await crowd.create_group("Circle", [ada, bob, cleo])
    await crowd.join(cleo, group, "administrator")
    fabula.program.rules.rules = read_rules(RULES, {"image"}, PLATFORMS)

    async def refused(user: int) -> bool:
        asked = await crowd.say(user, "/image a pear --raw", chat=group)
        (answer,) = await until_answered(crowd, group, asked)
        return answer.text == texts.say("error-rule-not-allowed", "en")

    assert [await refused(one) for one in (ada, bob, cleo)] == [False, True, False]
