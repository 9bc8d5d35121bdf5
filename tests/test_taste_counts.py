"""What ratings count for: once, exactly, in the commit that keeps them, and no longer than their person wants."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, event, text

from bots.platforms import Settings
from core.features import FEATURES
from core.features.recipe import offered
from core.features.steps import tasting
from core.ports import Change, Hint, Rating
from core.recipes.reading import read_recipe
from core.recipes.shelf import SHIPPED
from core.types import Chosen, KeptPiece, Piece, PieceKind, Place, Request, Tally, Tasted, User
from embedded.process import EmbeddedProcess
from killed import program
from storage import Storage, migrations, open_storage
from stored import ANN, BOB, PLACE
from studio import Person, Studio, studio_at
from wire import LOST

pytest_plugins = ("stored",)
ROOM = PLACE.home


async def a_piece(storage: Storage, arm: str = "ink", kind: str = "picture", author: User = ANN) -> str:
    piece = Piece(kind=PieceKind.PICTURE, taste=Tasted(kind=kind, choices=(Chosen(factor="style", arm=arm),)))
    kept = KeptPiece(piece=piece, place=PLACE, author=author.key, session=f"{PLACE.key}:*", created=1)
    await storage.store.commit(Change(pieces=(kept,)))
    return piece.id


async def rate(
    storage: Storage, piece: str, value: float, user: User = ANN, added: bool | None = True, **more: Any
) -> None:
    emoji = {1: "👍", -1: "👎"}.get(int(value), "🤏")
    rating = Rating(pieces=(piece,), user=user.key, emoji=emoji, value=value, added=added, room=ROOM, **more)
    await storage.store.commit(Change(ratings=(rating,)))


async def tables(storage: Storage) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is counted, in order."""
    names = {"tastes": "good, bad, user, room, kind, factor, arm", "taste_pools": "good, bad, room, kind, factor, arm"}

    def read(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
        rows = {name: connection.execute(text(f"SELECT {columns} FROM {name}")) for name, columns in names.items()}
        return {name: sorted(tuple(row) for row in found if row[0] or row[1]) for name, found in rows.items()}

    return await storage.database.read(read)


async def likes(storage: Storage, user: User = ANN) -> dict[str, tuple[float, float]]:
    return {one.arm: (one.likes, one.total) for one in await storage.store.own_taste(user.key)}


async def test_a_rating_counts_once_whatever_is_said_and_taken_back(storage: Storage) -> None:
    piece = await a_piece(storage)
    for value, expected in ((1, (1, 1)), (1, (1, 1)), (-1, (0, 1)), (-1, (0, 1)), (1, (1, 1))):
        await rate(storage, piece, value)
        assert (await likes(storage))["ink"] == expected
    await rate(storage, piece, 1, added=False)  # the other emoji is still there
    assert (await likes(storage))["ink"] == (0, 1)
    await rate(storage, piece, -1, added=False)
    assert await tables(storage) == {"tastes": [], "taste_pools": []}


async def test_what_is_done_counts_half_until_it_is_rated(storage: Storage) -> None:
    piece, other = await a_piece(storage), await a_piece(storage, "oil")
    varied = Hint(about=piece, user=ANN.key, value=0.5, against=(other,))
    for _ in range(2):
        await storage.store.commit(Change(hints=(varied,)))
    assert await likes(storage) == {"ink": (0.5, 0.5), "oil": (0, 0.25)}
    await rate(storage, piece, -1)
    await storage.store.commit(Change(hints=(varied,)))
    assert await likes(storage) == {"ink": (0, 1), "oil": (0, 0.25)}
    await rate(storage, piece, -1, added=False)
    assert await likes(storage) == {"ink": (0.5, 0.5), "oil": (0, 0.25)}


async def test_who_learns_nothing_is_not_counted(storage: Storage) -> None:
    piece = await a_piece(storage)
    await rate(storage, piece, 1, teaches=False)
    assert await likes(storage) == {} and (await storage.store.score(piece)).count == 1


async def test_two_people_at_once_and_forgetting_one_leaves_the_other_exactly(storage: Storage) -> None:
    pieces = [await a_piece(storage, arm, kind) for arm in ("ink", "oil") for kind in ("picture", "story")]
    await asyncio.gather(*(rate(storage, piece, 1, BOB) for piece in pieces))
    alone = await tables(storage)
    many = [await a_piece(storage, author=BOB) for _ in range(12)]
    await asyncio.gather(
        *(rate(storage, piece, value, ANN) for value, piece in zip([1, -1, 1] * 6, [*pieces, *many], strict=False))
    )
    assert await tables(storage) != alone
    pool = await storage.store.taste("web:new", ROOM, "picture")
    (ink,) = (one for one in pool if one.arm == "ink")
    assert ink.room_good + ink.room_bad == ink.all_good + ink.all_bad == 8 + 2, (
        "of one person no more than eight ratings count"
    )
    await storage.store.forget(ANN.key)
    assert await tables(storage) == alone
    await storage.store.reset_taste(BOB.key)
    assert await tables(storage) == {"tastes": [], "taste_pools": []}


async def test_two_people_who_rate_one_piece_at_once_both_count(storage: Storage) -> None:
    piece = await a_piece(storage)
    await asyncio.gather(rate(storage, piece, 1, ANN), rate(storage, piece, -1, BOB))
    assert (await likes(storage), await likes(storage, BOB)) == ({"ink": (1, 1)}, {"ink": (0, 1)})
    assert (await storage.store.score(piece)).count == 2
    pool = await storage.store.taste("web:new", ROOM, "picture")
    assert pool == [Tally("style", "ink", *[0] * 4, *[1] * 8)], "the room and all, of this kind and of any"


async def test_one_line_is_dropped_and_the_others_stay(storage: Storage) -> None:
    for arm in ("ink", "oil"):
        await rate(storage, await a_piece(storage, arm), 1)
    before = await tables(storage)
    await rate(storage, piece := await a_piece(storage, "pixel"), 1)
    await storage.store.drop_taste(ANN.key, "style", "pixel")
    assert await tables(storage) == before
    await rate(storage, piece, -1)  # who says something new of it teaches anew
    assert (await likes(storage))["pixel"] == (0, 1)


async def test_a_choice_is_one_statement(storage: Storage) -> None:
    await rate(storage, await a_piece(storage), 1)
    ran: list[str] = []
    for worker in storage.database._workers:
        event.listen(worker.sql, "before_cursor_execute", lambda *given: ran.append(given[2]))
    (told,) = await storage.store.taste(ANN.key, ROOM, "picture")
    assert told == Tally("style", "ink", *[1, 0] * 6)
    assert len([one for one in ran if one.startswith("SELECT")]) == 1


async def test_a_store_from_before_learns_from_its_ratings(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'fabula.sqlite3'}")
    with engine.begin() as connection:
        command.upgrade(migrations.configuration(connection), "0005")
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "fabula.sqlite3")) as connection, connection:
        for number, (style, options) in enumerate([("ink", True), ("ink", True), ("oil", True), ("", False)]):
            made = {"command": "image", "options": {"style": style} if options else {}}
            piece = Piece(id=f"p{number}", kind=PieceKind.PICTURE, parameters=made)
            kept = KeptPiece(piece=piece, place=PLACE, author=ANN.key, session="s", created=number)
            connection.execute(
                "INSERT INTO pieces (id, session, author, kind, value, created, deleted) VALUES (?, 's', ?, 'picture', ?, ?, 0)",
                (piece.id, ANN.key, kept.model_dump_json(exclude={"piece": {"taste"}}), number),
            )
            for turn, (user, value) in enumerate([(ANN.key, 1.0), (ANN.key, -1.0 if number else 1.0), (BOB.key, 1.0)]):
                connection.execute(
                    "INSERT INTO ratings (piece, user, emoji, value, turn, name, home) VALUES (?, ?, ?, ?, ?, '', ?)",
                    (piece.id, user, str(turn), value, turn, ROOM),
                )
    async with await open_storage(tmp_path) as storage:
        assert await likes(storage) == {"ink": (1, 2), "oil": (0, 1)}
        assert await likes(storage, BOB) == {"ink": (2, 2), "oil": (1, 1)}
        room = {one.arm: one.room_good_here for one in await storage.store.taste("web:new", ROOM, "picture")}
        assert room == {"ink": 3, "oil": 1}
        await rate(storage, "p0", -1)  # what was said before is known: it counts in place of that
        assert (await likes(storage))["ink"] == (0, 2)
        for user in (ANN, BOB):
            await storage.store.forget(user.key)
        assert await tables(storage) == {"tastes": [], "taste_pools": []}


@pytest.mark.parametrize(("method", "count"), [("take_in", 2), ("commit", 3)])
async def test_a_kill_between_rating_and_count_loses_nothing_and_counts_nothing_twice(
    services: EmbeddedProcess, tmp_path: Path, method: str, count: int
) -> None:
    async with program(tmp_path, services, method, count, FABULA_TASTE="on") as life:
        person = Person(await life.address(), "ann", "home-ann")
        listening = asyncio.create_task(person.listen())
        drawn = await person.says("/image a cat --style ink")
        with suppress(*LOST):  # it dies before it answers
            await person.post("reactions", message=drawn.message, emoji="👍", added=True)
        assert await life.wait() == -signal.SIGKILL
        listening.cancel()
    async with studio_at(tmp_path, services, taste="on") as studio:
        person = await studio.person()
        await person.wait(lambda events: [one for one in events if one["kind"] == "rating"])
        (count_of,) = [one for one in await studio.program.storage.store.own_taste("web:ann") if one.factor == "style"]
        assert (count_of.arm, count_of.likes, count_of.total) == ("ink", 1, 1)


# --- what is said is never overridden --------------------------------------------------------------------------------

RECIPES = [read_recipe(file.read_bytes()) for file in sorted(SHIPPED.glob("*.toml"))]
STYLED = [
    *(one.command.name for one in FEATURES if one.command and one.command.option("style")),
    *(one.name for one in RECIPES if (made := offered(one).command) and made.option("style")),
]
SERVED = Settings(_env_file=None, openai_api_key="sk-x")  # type: ignore[call-arg]


def asked(name: str, words: str, **options: str) -> Request:
    recipe = {"recipe": name} if name in {one.name for one in RECIPES} else {}
    told = {"command": "recipe" if recipe else name, "words": words, "options": {**recipe, **options}}
    return Request.model_validate(
        {**told, "message": "1", "place": Place(platform="web", chat="1"), "author": ANN, "session": "s"}
    )


@pytest.mark.parametrize("name", STYLED)
def test_nothing_that_was_said_is_open(name: str) -> None:
    factors = (*tasting.DRAWN, "tone")

    def left(words: str, *, given: tuple[str, ...] = (), **options: str) -> set[str]:
        return set(tasting.open_factors(asked(name, words, **options), factors, given, SERVED))

    assert left("a fox in the snow") == set(factors)
    assert left("a fox in the snow", raw="true") == set()
    assert "style" not in left("a fox in the snow", style="ink") | left("a fox, gouache") | left(
        "a fox", given=("a studio photo",)
    )
    assert "tone" not in left("a fox", tone="sad") | left("a sad story about a fox") | left("一只狐狸的童话")
    assert "composition" not in left("a fox seen from behind") | left(
        "a fox", given=("head and shoulders, a portrait",)
    )
    drawn = Tasted(kind=name, choices=tuple(Chosen(factor=one, arm="x", why="liked") for one in factors))
    chosen = tasting.applied(asked(name, "a fox", style="ink", tone="sad"), drawn).options
    assert (chosen["style"], chosen["tone"]) == ("ink", "sad")


async def test_an_explicit_style_is_drawn_whatever_was_liked(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, taste="on", taste_seed=2) as studio:
        person = await studio.person()
        await like(studio, "watercolor", 20)
        for said in (
            "/image a fox in the snow --style pixel",
            "/image a fox in the snow, pixel art",
            "/image a fox in the snow in pixel style --n 3",
            "/story a fox in the snow --style pixel --length short",
            "/scene a lighthouse in the snow --times dawn --views from the sea --style pixel",
        ):
            answer = await person.says(said)
            assert answer.failure is None and answer.pictures, said
            for picture in answer.pictures:
                kept = await studio.program.storage.store.piece(picture["id"])
                assert kept and "watercolour" not in kept.piece.prompt and "pixel art" in kept.piece.prompt, said


async def test_nothing_is_learnt_or_chosen_where_somebody_says_so(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, taste="on", taste_seed=2) as studio:
        person, store = await studio.person(), studio.program.storage.store
        await like(studio, "watercolor", 20)
        menu = await person.says("/taste")
        off = await person.presses(*menu.action("taste-learn"))
        assert "learning nothing" in off.text
        for _ in range(3):
            answer = await person.says("/image a fox in the snow")
            kept = await store.piece(answer.pictures[0]["id"])
            assert kept and kept.piece.taste == Tasted(kind="picture")
            await person.rates(answer.message, "👎")
        assert {one.arm: one.total for one in await store.own_taste("web:ann")} == {"watercolor": 20}
        await person.presses(*off.action("taste-learn"))
        fixed = await person.presses(*(await person.presses(*menu.action("taste-line"))).action("taste-fix"))
        assert "set for good" in fixed.text
        answer = await person.says("/image a fox in the snow")
        assert "watercolour" in answer.text
        await person.says("/settings style default")
        again = await person.says("/taste")
        await person.presses(*again.action("taste-surprise"))
        new = await store.piece((await person.says("draw a fox in the snow")).pictures[0]["id"])
        assert new and new.piece.taste and {one.why for one in new.piece.taste.choices} == {"new"}
        after = await store.piece((await person.says("/image a fox in the snow")).pictures[0]["id"])
        assert after and after.piece.taste and {one.why for one in after.piece.taste.choices} != {"new"}, (
            "it was for once"
        )


async def like(studio: Studio, style: str, times: int) -> None:
    """Let Ann have liked pictures of a style."""
    made = Tasted(kind="picture", choices=(Chosen(factor="style", arm=style),))
    hints = tuple(Hint(about=f"before {number}", user="web:ann", value=1, taste=made) for number in range(times))
    await studio.program.storage.store.commit(Change(hints=hints))


async def test_the_first_time_three_rows_of_pictures(services: EmbeddedProcess, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf/ink.png").write_bytes(b"no picture")  # what is broken is passed over
    async with studio_at(tmp_path / "data", services, taste="on", taste_shelf=tmp_path / "shelf") as studio:
        person, store = await studio.person(), studio.program.storage.store
        menu = await person.says("/taste")
        assert "nothing of your taste yet" in menu.text
        first = await person.presses(*menu.action("taste-row"))
        assert len(first.pieces) == 1 and "1 of 3" in first.text
        labels = [action["label"] for action in first.replies[0]["actions"]]
        assert labels == ["1 watercolor", "2 ink", "3 cartoon", "4 pixel", "None of these"]
        message = first.replies[0]["message"]
        for style in ("ink", "cartoon"):
            row = await person.presses(message, f"taste-pick:0={style}")
            assert "2 of 3" in row.text
        counts = {one.arm: (one.likes, one.total) for one in await store.own_taste("web:ann")}
        assert counts == {"watercolor": (0, 0.25), "ink": (0, 0.25), "cartoon": (1, 1), "pixel": (0, 0.25)}
        last = await person.presses(message, "taste-pick:2=")
        assert "Thank you" in last.text
        assert (await person.presses(message, "taste-pick:9=ink")).code == "question-gone"


async def test_what_people_do_with_pieces_says_half_as_much(services: EmbeddedProcess, tmp_path: Path) -> None:
    """Whatever the road: by a button, typed, in plain words; one of several against the others; and what is stopped half drawn."""
    async with studio_at(tmp_path, services, taste="on", taste_seed=2) as studio:
        person, store = await studio.person(), studio.program.storage.store

        async def style(name: str) -> tuple[float, float]:
            found = (one for one in await store.own_taste("web:ann") if (one.factor, one.arm) == ("style", name))
            return next(((one.likes, one.total) for one in found), (0, 0))

        for name, does, expected in (
            ("ink", lambda drawn: person.presses(*drawn.action("vary")), (0.5, 0.5)),
            ("oil", lambda drawn: person.says("make it blue", reply_to=drawn.message), (0.5, 0.5)),
            ("pixel", lambda drawn: person.says("/vary", reply_to=drawn.message), (0.5, 0.5)),
            ("pop", lambda drawn: person.presses(*drawn.action("original")), (0.5, 0.5)),
            ("clay", lambda drawn: person.presses(*drawn.action("redraw")), (0, 0.5)),
        ):
            drawn = await person.says(f"/image a cat --style {name}")
            await does(drawn)
            assert await style(name) == expected, name
        drawn = await person.says("/image a cat --style woodcut")
        sure = await person.presses(*drawn.action("delete"))
        await person.presses(*sure.action("delete-yes"))
        assert await style("woodcut") == (0, 0.5)
        three = await person.says("/image a dog --style vintage --n 3")
        _, second, _ = (piece["id"] for piece in three.pictures)
        await person.presses(three.message, f"pick:{second}")
        assert await style("vintage") == (0.5, 1), "one for it, and a quarter against each of the others"
        told = await person.says("/story a fox at sea --length short --style pastel")
        await person.presses(*told.action("continue"))
        assert (await style("pastel"))[0] > 0
        await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "after": 1, "times": 1})
        begun = len(person.events)
        stopped = await person.posts("/image a cat --style cinematic")
        await person.wait(lambda events: any(event["kind"] == "preview" for event in events[begun:]))
        await person.says("/cancel")
        await person.answer(stopped)
        await studio.release()
        assert await style("cinematic") == (0, 0.5)
