"""People at the page of a board, as its server hears them."""

from __future__ import annotations

from typing import Any

from core.types import Place
from studio import Person, Studio
from timed import until


class AtBoard:
    """Somebody at the page of a board."""

    def __init__(self, person: Person, board: str) -> None:
        self.person, self.board = person, board
        self.path = f"/api/chats/{person.chat}/boards/{board}"
        self.acts = 0

    async def look(self, **more: str) -> dict[str, Any]:
        async with self.person.http() as http:
            answer = await http.get(self.path, params={"user": self.person.name, **more})
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def does(self, verb: str, *about: int | str, **values: str) -> Any:
        """Do something; the answer of the server."""
        self.acts += 1
        action = ":".join(map(str, (f"board-{verb}", self.board, *about)))
        body = {
            "user": self.person.name,
            "action": action,
            "values": values,
            "client_id": f"{self.person.name}{self.acts}",
        }
        async with self.person.http() as http:
            return await http.post(self.path, json=body)

    async def done(self, verb: str, *about: int | str, **values: str) -> dict[str, Any]:
        """Do something that is taken; the board then."""
        answer = await self.does(verb, *about, **values)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown


async def begun(
    studio: Studio, options: str = "--sparks 0", topic: str = "a park", room: str = "team"
) -> list[AtBoard]:
    """A board that Ada leads, with Ben and Cy in its room."""
    people = [await studio.person(name, room) for name in ("ada", "ben", "cy")]
    await people[0].says(f"/brainstorm {topic} {options}")
    known = await studio.program.storage.store.boards(Place(platform="web", chat=room, peers=True), 10)
    return [AtBoard(person, next(one.id for one in known if one.topic == topic)) for person in people]


async def revealed(at: list[AtBoard], ideas: dict[int, list[str]]) -> None:
    """The ideas are given and revealed."""
    for who, told in ideas.items():
        for idea in told:
            await at[who].done("idea", idea=idea)
    await at[0].done("next")

    async def is_voting() -> bool:
        return (await at[0].look())["round"] == "vote"

    await until(is_voting)
