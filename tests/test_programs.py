"""What programs do over the API: recipes as JSON Schema, works made and looked at, and the examples of docs/api.md as they stand there."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import DATA, Person, Studio, made, studio_at

PAGE = (Path(__file__).parents[1] / "docs" / "api.md").read_text("utf-8")
SHELL, PYTHON = (re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)[0] for language in ("bash", "python"))

MUG = {"product": "Travel mug", "points": ["keeps tea hot", "leakproof"], "length": 60}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workroom(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("programs") / "data"
    (folder / "recipes").mkdir(parents=True)
    (folder / "recipes" / "pet.toml").write_text(PET, "utf-8")
    async with studio_at(folder, services) as running:
        yield running


PET = """
name = "pet"
about = { en = "a name for a pet", zh = "给宠物起名" }
example = { en = "/pet a shy cat", zh = "/pet 一只害羞的猫" }
[inputs.animal]
kind = "words"
required = true
label = { en = "The animal", zh = "动物" }
[inputs.photo]
kind = "photo"
required = true
label = { en = "A photo of it", zh = "它的照片" }
[text]
instructions = { en = "Write three names for {{ animal }}.", zh = "给{{ animal }}起三个名字。" }
[text.parts.names]
kind = "text"
about = { en = "three names", zh = "三个名字" }
"""


async def ask(person: Person, recipe: str, inputs: Any, **details: Any) -> httpx2.Response:
    async with person.http() as http:
        body = {"user": person.name, "inputs": inputs, **details}
        return await http.post(f"/api/chats/{person.chat}/make/{recipe}", json=body)


async def work_of(person: Person, answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    await person.answer(answer.json()["message"])
    shown = await person.get(f"{answer.json()['work']}?user={person.name}")
    assert shown.status_code == 200
    found: dict[str, Any] = shown.json()
    return found


async def test_every_recipe_is_told_with_what_it_takes(workroom: Studio) -> None:
    ming = await workroom.person("ming", language="zh-CN")
    told = {one["name"]: one for one in (await ming.get("/api/recipes")).json()}
    product = told["product"]["inputs"]
    assert product["required"] == ["product", "points"]
    assert product["properties"]["product"]["title"] == "产品"
    assert product["properties"]["points"]["type"] == "array" and product["properties"]["points"]["maxItems"] == 8
    assert product["properties"]["tone"]["enum"] == ["plain", "warm", "lively", "refined"]
    assert told["pet"]["photo"] == "required" and list(told["pet"]["inputs"]["properties"]) == ["animal"]


async def test_a_work_is_made_once_and_seen_as_it_was_said(workroom: Studio) -> None:
    await workroom.begin()
    shop = await workroom.person("shop")
    first = await ask(shop, "product", MUG, client_id="mug")
    work = await work_of(shop, first)
    assert (await ask(shop, "product", MUG, client_id="mug")).json() == first.json()
    [text] = work["texts"]
    assert work["state"] == "done" and text.startswith("# Travel mug") and "leakproof" in text
    kinds = [piece["kind"] for piece in work["pieces"]]
    assert kinds[0] == "text" and "picture" in kinds
    assert all(piece["cost_usd"] > 0 for piece in work["pieces"]) and work["pieces"][1]["prompt"]
    assert [one["id"].partition(":")[0] for one in work["exports"]] == ["export"]
    assert len(made(await workroom.requests("chat"))) == 2, "one text, one prompt"


async def test_inputs_are_data(workroom: Studio) -> None:
    """What looks like an option, a command, a template or two items stays what it is: words."""
    await workroom.begin()
    shop = await workroom.person("careful")
    hostile = "Mug --style ink --n 4: {{ 7 * 7 }} /image a cat"
    points = ["holds 2; not 3", "red, blue --tone lively"]
    work = await work_of(shop, await ask(shop, "product", {"product": hostile, "points": points}))
    assert work["state"] == "done"
    asked = json.dumps([one["messages"] for one in await workroom.requests("chat")], ensure_ascii=False)
    assert "{{ 7 * 7 }}" in asked and "49" not in asked and "--style ink" in asked
    assert "red, blue --tone lively" in asked
    assert len([piece for piece in work["pieces"] if piece["kind"] == "picture"]) == 1


WRONG = [
    ("product", {"product": "Mug"}, {}, 422, "input-missing", "points"),
    ("product", {**MUG, "tone": "rude"}, {}, 422, "form-choice", "tone"),
    ("product", {**MUG, "length": 7}, {}, 422, "form-number", "length"),
    ("product", {**MUG, "points": ["a"] * 9 + [f"b{n}" for n in range(9)]}, {}, 422, "recipe-many-items", "points"),
    ("product", {**MUG, "size": "1"}, {}, 422, "input-unknown", "size"),
    ("product", {**MUG, "product": {"a": 1}}, {}, 422, "request-malformed", "product"),
    ("product", MUG, {"options": {"style": "zzz"}}, 422, "unknown-value", "options"),
    ("product", MUG, {"more": 1}, 400, "request-malformed", None),
    ("product", [1], {}, 400, "request-malformed", None),
    ("pet", {"animal": "a cat"}, {}, 422, "input-missing", "photo"),
    ("pet", {"animal": "a cat", "photo": "x"}, {}, 422, "input-unknown", "photo"),
    ("nothing", MUG, {}, 404, "not-found", None),
    ("image", MUG, {}, 404, "not-found", None),
]


async def test_what_does_not_fit_is_told_by_its_field_and_nothing_is_begun(workroom: Studio) -> None:
    await workroom.begin()
    shop = await workroom.person("clumsy")
    for recipe, inputs, details, status, code, field in WRONG:
        answer = await ask(shop, recipe, inputs, **details)
        told = answer.json()
        assert (answer.status_code, told["code"], told.get("field")) == (status, code, field), told
        assert told["text"]
    assert await workroom.requests() == []
    assert [event for event in shop.events if event["kind"] == "message"] == []


async def test_a_photo_comes_in_a_form(workroom: Studio) -> None:
    shop = await workroom.person("photographer")
    async with shop.http() as http:
        text = json.dumps({"inputs": {"animal": "a shy cat"}})
        answer = await http.post(
            f"/api/chats/{shop.chat}/make/pet",
            data={"user": shop.name, "text": text},
            files=[("files", ("cat.png", (DATA / "cat.png").read_bytes()))],
        )
    assert (await work_of(shop, answer))["state"] == "done"


async def test_a_work_is_seen_where_its_chat_is_seen(workroom: Studio) -> None:
    shop, nobody = await workroom.person("owner"), await workroom.person("nosy")
    made_here = await ask(shop, "product", MUG)
    work = await work_of(shop, made_here)
    assert work["texts"]
    assert (await nobody.get(f"/api/chats/home-nosy/works/{work['message']}?user=nosy")).status_code == 404
    async with nobody.http() as http:
        body = {"user": "nosy", "inputs": MUG}
        assert (await http.post("/api/chats/home-owner/make/product", json=body)).status_code == 403


async def run(*command: str, folder: Path, url: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={"FABULA": url, "PATH": "/usr/bin:/bin", "no_proxy": "127.0.0.1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, wrong.decode()
    return said.decode()


async def test_the_page_is_followed(workroom: Studio, tmp_path: Path) -> None:
    shell = json.loads(await run("bash", "-c", SHELL, folder=tmp_path, url=workroom.url))
    assert shell["state"] == "done" and "leakproof" in shell["texts"][0]
    said = await run(sys.executable, "-c", PYTHON, folder=tmp_path, url=workroom.url)
    assert said.startswith("needed: place") and "#" in said
    assert [file.suffix for file in tmp_path.iterdir()] == [".jpg"]
