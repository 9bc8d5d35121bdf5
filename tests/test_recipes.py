"""Recipes from files, on every platform: what is asked for, what is made, and what is refused before anything is spent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from contract import Talker
from core.conversation.feature import Repertoire
from discord_talker import DiscordTalker
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Studio, paid, studio_at
from telegram_talker import TelegramTalker
from test_forms import fills_in
from test_recipe_files import PLAIN

pytest_plugins = ("platforms",)

MUG = "/product Travel mug: keeps tea hot for 6 hours; leakproof lid; 350 ml"
POINTS = ("keeps tea hot for 6 hours", "leakproof lid", "350 ml")


async def test_a_product_is_made_everywhere(served: Studio, talker: Talker) -> None:
    """The text mentions each selling point; the main picture and one for each colour come as one album, each with its caption."""
    made = await talker.says(f"{MUG} --colours black, silver", expect=2 if talker.place.platform != "telegram" else 5)
    assert all(point in made.text for point in POINTS)
    assert len(made.pictures) == 3
    assert made.button("export")
    asked = paid(await served.requests())
    assert [entry["endpoint"] for entry in asked].count("images.generations") == 3
    assert [(entry.get("brief") or {}).get("kind") for entry in asked].count("recipe") == 1


async def test_what_is_missing_is_asked_for_everywhere(served: Studio, talker: Talker) -> None:
    asked = await talker.says("/product Travel mug")
    assert paid(await served.requests()) == []
    made = await fills_in(talker, *asked.button("recipe-fill"), {"points": "leakproof lid\n350 ml"}, 2)
    assert "leakproof lid" in made.text and "350 ml" in made.text


@pytest.mark.parametrize(
    "platform", ["web", "telegram"]
)  # Discord's app is told as well, but not twice within a minute
async def test_a_file_is_taken_up_while_it_runs_and_a_broken_one_keeps_the_last_good_one(
    served: Studio, talker: Talker, tmp_path: Path
) -> None:
    """A new command, another text of it, a mistake in it, one that replaces what is shipped: all without a restart, on every platform."""
    folder = served.program.settings.recipes_folder
    folder.mkdir()
    shelf, file = served.program.manager.repertoire, folder / "poem.toml"
    await until_changed(shelf, lambda: file.write_text(PLAIN))
    assert await offered(served, talker, "poem") == "a poem"
    assert "Rain" in (await talker.says("/poem rain")).text
    file.write_text(PLAIN.replace("{{ subject }}", "{{ subjekt }}", 1))
    (folder / "image.toml").write_text(PLAIN.replace('"poem"', '"image"'))
    await until_changed(shelf, lambda: (folder / "ode.toml").write_text(PLAIN.replace('"poem"', '"ode"')))
    assert "Snow" in (await talker.says("/poem snow")).text
    assert await offered(served, talker, "ode")
    assert "Wind" in (await talker.says("/ode wind")).text
    assert (await talker.says("/image a cat --raw")).pictures, "a recipe never takes a command's place"
    own = PLAIN.replace('"poem"', '"product"').replace('"a poem"', '"our own"')
    await until_changed(shelf, lambda: (folder / "mine.toml").write_text(own))
    assert served.program.manager.repertoire.commands.named("product").takes == "subject"
    await until_changed(shelf, (folder / "mine.toml").unlink)
    assert served.program.manager.repertoire.commands.named("product").takes == "product"


async def until_changed(repertoire: Repertoire, change: Callable[[], object]) -> None:
    """Change something on the disk, and wait until other commands are offered."""
    version = repertoire.version
    change()
    async with asyncio.timeout(PATIENCE):
        await repertoire.change(version)


async def offered(studio: Studio, talker: Talker, name: str) -> str:
    """What the platform's own app says of a command, as soon as it offers it."""
    async with asyncio.timeout(PATIENCE):
        while name not in (found := await menu(studio, talker)):
            await asyncio.sleep(0.05)
    return found[name]


async def menu(studio: Studio, talker: Talker) -> dict[str, str]:
    if isinstance(talker, TelegramTalker):
        return {one["command"]: one["description"] for one in await talker.people.menu(talker.user)}
    if isinstance(talker, DiscordTalker):
        commands = await talker.people.commands(talker.user, talker.channel)
        return {one["name"]: one["description"] for one in commands}
    page = (await (await studio.person("bob")).get("/api/page?user=bob&language=en")).json()
    return {one["name"]: one["description"] for one in page["commands"]}


REFUSED = {
    "200 colours": (f"{MUG} --colours {', '.join(f'colour{number}' for number in range(200))}", "recipe-many-items"),
    "too many pictures": (f"{MUG} --colours a, b, c, d --scenes e, f, g", "recipe-many-pictures"),
    "no such tone": (f"{MUG} --tone furious", "unknown-value"),
    "a length out of range": (f"{MUG} --length 99999", "unknown-value"),
    "a long point": (f"/product mug: {'x' * 300}", "form-too-long"),
    "a long product": (f"/product {'x' * 300}: light", "form-too-long"),
    "an option without a value": (f"{MUG} --colours", "missing-value"),
    "a misspelt option": (f"{MUG} --colurs red", "unknown-option-near"),
}


async def test_what_does_not_fit_gets_one_sentence_and_costs_nothing(studio: Studio) -> None:
    person = await studio.person()
    for name, (said, code) in REFUSED.items():
        answer = await person.says(said)
        assert answer.code == code, name
        assert [event["kind"] for event in answer.events] == ["failure", "end"], name
    answer = await person.says(MUG, "cat.png")
    assert answer.code == "recipe-no-photo"
    for lacking in ("/product", "/product mug", "/product --points light, small", "/campaign", "/scene"):
        answer = await person.says(lacking)
        assert answer.action("recipe-fill")
    assert paid(await studio.requests()) == []


async def test_a_value_is_neither_template_nor_option_nor_command(studio: Studio) -> None:
    said = "{{ 7 * 7 }} {% raw %} /forget"
    answer = await (await studio.person()).says(f"/product {said}: it is {{{{ look }}}} \n--points {said}; --nothing")
    assert answer.code == "unknown-option"
    answer = await (await studio.person("bob")).says(f"/product mug\n--points {said}; 50 % off")
    assert said in answer.text and "49" not in answer.text


async def test_one_refused_picture_leaves_its_place_open(studio: Studio) -> None:
    refusal = {
        "endpoint": "images.generations",
        "kind": "status",
        "status": 400,
        "code": "moderation_blocked",
        "match": "silver",
    }
    await studio.faults(refusal | {"times": None})
    answer = await (await studio.person()).says(f"{MUG} --colours black, silver")
    assert answer.failure is None
    assert [piece["caption"] for piece in answer.pictures] == ["Travel mug", "Travel mug, black"]
    assert "“Travel mug, silver” is missing" in answer.text


async def test_a_work_over_the_budget_is_told_its_price_and_not_begun(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with studio_at(tmp_path / "data", services, monthly_budget_usd=0.05) as studio:
        answer = await (await studio.person()).says(f"{MUG} --colours black, silver")
        assert answer.code == "recipe-over-budget" and "$0." in answer.text
        assert paid(await studio.requests()) == []


async def test_an_invented_figure_is_mended_once_and_else_told(studio: Studio) -> None:
    """What the writer says is looked at: it is asked once more with what is wrong, and where that is no better the person is told."""
    invented = {
        "title": "Mug",
        "body": "leakproof lid, 350 ml, keeps tea hot for 6 hours, 99 days. " * 4,
        "points": list(POINTS),
    }
    body = {
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": json.dumps(invented)}, "finish_reason": "stop"}
        ]
    }
    rule = {"endpoint": "chat", "kind": "answer", "body": body, "match": "leakproof"}
    person = await studio.person()
    await studio.faults(rule | {"times": 1})
    answer = await person.says(f"{MUG} --length 60")
    assert "99" not in answer.text, "mended"
    await studio.faults(rule | {"times": 2})
    answer = await person.says(f"{MUG} --length 60")
    assert "99 days" in answer.text and "The number 99 was not given to me" in answer.text
    asked = [entry["model"] for entry in await studio.requests("chat")]
    assert asked.count("gpt-6.2-sol") == 4


async def test_a_job_ends_with_the_recipe_that_it_was_begun_with(services: EmbeddedProcess, tmp_path: Path) -> None:
    """The text is paid for, then the program stops; meanwhile the file asks for something else, and even goes."""
    folder = tmp_path / "recipes"
    folder.mkdir()
    drawn = PLAIN + PICTURES
    (folder / "poem.toml").write_text(drawn)
    async with studio_at(tmp_path / "data", services, recipes_dir=folder) as studio:
        person = await studio.person()
        await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
        request = await person.posts("/poem rain")
        await studio.hangs("images.generations")
    (folder / "poem.toml").unlink()
    async with studio_at(tmp_path / "data", services, recipes_dir=folder) as studio:
        person = await studio.person()
        answer = await person.answer(request)
        assert answer.failure is None
        assert [piece["caption"] for piece in answer.pictures] == ["rain from afar"]
        assert (await person.says("/poem snow")).code in ("unknown-command", "unknown-command-near")
        assert not await studio.requests("chat"), "nothing is written or distilled again"


PICTURES = """
[pictures]
look = { en = "{{ subject }}", zh = "{{ subject }}" }

[pictures.roles.far]
prompt = { en = "{{ look }} from afar", zh = "远处的{{ look }}" }
caption = { en = "{{ look }} from afar", zh = "远处的{{ look }}" }
"""
