"""A style of somebody's own from pictures: they go along wherever it is named, for the style alone, and are nobody else's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bots.platforms import Settings
from contract import Talker
from core.conversation.feature import Repertoire
from core.features import FEATURES
from core.jobs import Estimator
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_images import OpenAIPainter
from core.services.openai_text import OpenAIWriter
from core.types import Place, Request
from storage.keeping.export import export
from stored import ANN, PLACE
from studio import Answer, Person, Studio
from test_batches import as_csv, lives, presses
from test_characters import MIA, drawn, shown, told
from test_forget import files
from test_forget_bytes import at_rest, forgets
from test_keeping import entries_of

pytest_plugins = ("platforms",)

TORN = ("cat.png", "cup.png", "cat-sent.jpg")
WORDS = "torn paper, warm greys"
SEEN = {"choices": [{"message": {"content": json.dumps({"words": f"{WORDS}."})}, "finish_reason": "stop"}]}
NONE_TAKEN = {"endpoint": "images.edits", "kind": "status", "status": 404, "code": None, "times": None}
BY_WORDS = "could not go along"


async def kept(studio: Studio, person: Person, said: str, *given: str, **details: Any) -> Answer:
    """What is said of a style that is kept while the helper sees ``WORDS``."""
    await studio.faults({"endpoint": "chat", "kind": "answer", "body": SEEN})
    answer = await person.says(said, *given, **details)
    await studio.faults()
    return answer


async def sent_for(studio: Studio, person: Person, said: str, **details: Any) -> list[str]:
    """The pictures that went along with the one picture that was drawn."""
    answer, [asked] = await told(studio, person, said, **details)
    assert answer.code is None and answer.pictures, said
    return shown(asked)


async def test_its_pictures_go_along_wherever_it_is_named(studio: Studio) -> None:
    person = await studio.person()
    answer = await kept(studio, person, "/style keep Torn paper", *TORN)
    assert WORDS in answer.text and "3 pictures go along" in answer.text and "copies of its own" in answer.text
    [look] = [one for one in await studio.requests("chat") if "all these pictures" in str(one["messages"])]
    assert str(look["messages"]).count("image_url'") == 2 * len(TORN), "one look at all of them"
    assert f"**Torn paper** · {WORDS} · 3 pictures" in (await person.says("/style")).text
    fox, [asked] = await told(studio, person, "/image a fox --style torn paper --raw")
    style = shown(asked)
    assert asked["endpoint"] == "images.edits" and len(set(style)) == len(TORN)
    assert asked["prompt"].startswith(f"a fox, {WORDS}\nPictures 1 to 3 show how this one is to be made, and nothing")
    assert "Pictures 1" not in fox.pictures[0]["caption"]
    before = len(await studio.requests())
    await person.presses(*fox.action("redraw"))
    [again] = await drawn(studio, before)
    assert (shown(again), again["prompt"]) == (style, asked["prompt"]), "what was made so is made so again"
    _, [asked] = await told(studio, person, '/edit a hat --style "torn paper"')
    own, *others = shown(asked)
    assert others == style and own not in style and "Pictures 2 to 4 show how" in asked["prompt"]
    await person.says(MIA)
    _, [asked] = await told(studio, person, "/image @Mia asleep --style torn paper --raw")
    assert shown(asked)[2:] == style and "Pictures 1 and 2 show Mia" in asked["prompt"]
    assert "Pictures 3 to 5 show how" in asked["prompt"], "behind the characters"
    await person.says("/settings style Torn paper")
    assert await sent_for(studio, person, "draw a pear") == style, "in plain words, as what is preferred"
    _, asks = await told(studio, person, "/story a fox --length short --pages 2")
    assert [len(shown(one)) for one in asks] == [3, 4, 4], "the sheet, and pages behind it"
    assert all(shown(one)[-3:] == style for one in asks)
    before = len(await studio.requests())
    plan = await person.says("/batch scene --style torn paper", ("places.csv", as_csv([("place",), ("a harbour",)])))
    await presses(person, plan.replies[-1], "batch-start")
    await person.wait(lambda events: lives(events, "All rows are done"))
    assert {tuple(shown(one)) for one in await drawn(studio, before)} == {tuple(style)}, "for each row of a table"


async def test_a_style_of_words_stays_words_and_where_none_are_taken_words_are_used(studio: Studio) -> None:
    person = await studio.person(language="zh")
    await person.says("/style keep 夜：深蓝底，细白线")
    _, [asked] = await told(studio, person, "/画 狐狸 --风格 夜 --raw")
    assert asked["endpoint"] == "images.generations"
    answer = await person.says("/风格 保留 撕纸：撕开的纸，暖灰色", "cat.png")
    assert "会带上这 1 张图作参考" in answer.text and not await studio.requests("chat"), "with words nobody has to look"
    _, [asked] = await told(studio, person, "/画 狐狸 --风格 撕纸 --raw")
    assert len(shown(asked)) == 1 and "第 1 张图只说明怎么画，不说明画什么" in asked["prompt"]
    await studio.faults(NONE_TAKEN)
    answer, asks = await told(studio, person, "/画 狐狸 --风格 撕纸 --raw --n 2")
    made = [one for one in asks if one["endpoint"] == "images.generations"]
    assert len(made) == 2 and all(one["prompt"] == "狐狸，撕开的纸，暖灰色" for one in made)
    assert answer.text.count("只按它的文字描述来画") == 1
    await studio.faults()
    many = [f"cat-{'mask-alpha' if number else 'painted'}.{'png' if number else 'jpg'}" for number in range(6)]
    assert (await person.says("/style keep Many", *many)).code == "style-many"


async def test_its_pictures_are_its_makers_alone_and_go_with_it(studio: Studio, tmp_path: Path) -> None:
    data = tmp_path / "data"
    ann, ben = await studio.person("ann", "den"), await studio.person("ben", "den")
    fox = await ann.says("/image a fox --raw")
    [answer] = [await kept(studio, ann, "/style keep Torn", reply_to=fox.message)]
    assert "1 picture goes along" in answer.text
    style = await sent_for(studio, ann, "/image a pear --style torn --raw")
    row = await ann.presses(*fox.action("delete"))
    await ann.presses(*row.action("delete-yes"))
    assert await sent_for(studio, ann, "/image a pear --style torn --raw") == style, "it has a copy of its own"
    pears = await kept(studio, ben, "/style keep Pear", reply_to=(await ann.says("/image a pear --raw")).message)
    assert "somebody else’s" in pears.text
    assert await sent_for(studio, ben, "/image a fox --style pear --raw") == [], "hers to delete, so not kept by him"
    copies = [one.piece for one in await _of_style(studio, "ann")]
    seen = json.dumps([ann.events, ben.events])
    assert copies and not any(one.id in seen or one.picture.media in seen for one in copies if one.picture)
    for path in (f"/api/pieces/{copies[0].id}", f"/media/{copies[0].picture.media}"):
        found = [(await one.get(f"{path}?user={one.name}")).status_code for one in (ann, ben)]
        assert found == [200, 404], path
    with_copy = _contents(data)
    await at_rest(studio)
    export(data, "web:ann", tmp_path / "ann.zip", "en")
    assert {one["id"] for one in json.loads(entries_of(tmp_path / "ann.zip")["pieces.json"])} >= {copies[0].id}
    await kept(studio, ann, "/style keep Torn", "cup.png")
    assert len(_contents(data) & with_copy) == len(with_copy) - 1, "another of its name takes its place"
    mug = await sent_for(studio, ann, "/image a pear --style torn --raw")
    assert len(mug) == 1 and mug != style
    await ann.says("/style drop torn")
    assert await _of_style(studio, "ann") == []
    await kept(studio, ann, "/style keep Torn", "cup.png")
    await forgets(ann, everything=True)
    await forgets(ben, everything=True)
    await at_rest(studio)
    assert files(data) == []


async def _of_style(studio: Studio, name: str) -> list[Any]:
    """The copies that the styles of a person have."""
    store = studio.program.storage.store
    session, _ = await store.session_at(Place(platform="web", chat="den"), name)
    texts = await store.pieces_of([one.piece for one in session.styles])
    return list(await store.pieces_of([one for kept in texts for one in kept.piece.parameters["style"]["pictures"]]))


def _contents(data: Path) -> set[str]:
    return {path.name for path in files(data)}


def test_they_are_in_the_price() -> None:
    settings, catalogue = Settings(_env_file=None), Catalogue.load()  # type: ignore[call-arg]
    idle = Connection("http://127.0.0.1:9/v1", "")
    writer = OpenAIWriter(idle, catalogue, model=settings.writer_model, helper=settings.helper_model)
    painter = OpenAIPainter(idle, catalogue, model=settings.image_model)
    estimator = Estimator(writer, painter, settings, Repertoire(FEATURES).costs)

    def held(command: str, number: int, **options: str) -> float:
        asked = {"command": command, "words": "a fox", "message": "1", "place": PLACE, "author": ANN, "session": "s"}
        asked |= {"options": options, "style_pictures": [str(one) for one in range(number)]}
        return estimator.usd(Request.model_validate(asked))

    each = held("image", 1, raw="true") - held("image", 0, raw="true")
    assert each > 0
    assert held("image", 3, raw="true", n="2") - held("image", 0, raw="true", n="2") > 5.9 * each
    assert held("edit", 2) > held("edit", 0) and held("story", 2) > held("story", 0)


async def test_an_album_is_a_style_everywhere(served: Studio, talker: Talker) -> None:
    await served.faults({"endpoint": "chat", "kind": "answer", "body": SEEN})
    answer = await talker.says("/style keep Torn", "cat-sent.jpg", "cup-sent.jpg", expect=1)
    assert WORDS in answer.text and "2 pictures go along" in answer.text
    await talker.says("/image a fox --style torn --raw", expect=1)
    [asked] = await served.requests("images.edits")
    assert len(set(shown(asked))) == 2 and "Pictures 1 to 2 show how this one is to be made" in asked["prompt"]
