"""Rules that are for a role of a Discord server, by each road."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core import texts
from core.rules.book import PLATFORMS
from core.rules.form import RuleFile
from core.rules.reading import read_rules
from discord_people import Gathering, Somebody

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def no_rules_after(gathering: Gathering) -> Iterator[None]:
    yield
    gathering.studio.program.rules.rules = RuleFile()


async def test_what_is_for_a_role_is_for_those_who_have_it(gathering: Gathering, no_rules_after: None) -> None:
    bea, cleo = await gathering.somebody("Bea"), await gathering.somebody("Cleo")
    role = await gathering.people.act("create_role", guild=gathering.guild.id, name="painters")
    await gathering.people.act("give_role", guild=gathering.guild.id, user=cleo.user, role=role)
    rules = f'[[rule]]\nwho = ["discord:@{role}"]\nallow = true\n[[rule]]\nwhat = ["image"]\nallow = false'
    gathering.studio.program.rules.rules = read_rules(rules.encode(), {"image"}, PLATFORMS)

    async def refused(person: Somebody, road: str) -> bool:
        if road == "slash":
            told = await person.asks("image", idea="a pear", raw=True)
        else:
            told = await person.says(f"<@{gathering.server.application_id}> /image a pear --raw")
        return told[-1].text.endswith(texts.say("error-rule-not-allowed", "en"))

    for road in ("slash", "mention"):
        assert [await refused(bea, road), await refused(cleo, road)] == [True, False], road
