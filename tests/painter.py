"""Whoever paints: what the page sends, made by hand, and what a messenger tells it."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import time
from typing import Any
from urllib.parse import urlencode

import httpx2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from patience import PATIENCE
from studio import DATA, NO_LOCKS, Answer, Person, Studio

PUBLIC = "https://studio.example.org"


def painted(size: tuple[int, int], box: tuple[int, int, int, int]) -> bytes:
    """A mask as the page makes it, with this box (left, top, right, bottom) to change."""
    bits = np.zeros((size[1], size[0]), np.bool_)
    bits[box[1] : box[3], box[0] : box[2]] = True
    return encoded(bits)


def plain(size: tuple[int, int], number: int) -> bytes:
    """A photo of one colour with a bar in it, told from others by its number."""
    image = Image.new("RGB", size, (40 + 9 * number, 200 - 9 * number, 90))
    image.paste((250, 240, 20), (20, 20, 60, size[1] - 20))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def hatted() -> tuple[bytes, NDArray[np.bool_]]:
    """A photo of a cat in a red hat, which has its light and its grain, and where the hat is."""
    cat = np.asarray(Image.open(DATA / "cat.png").convert("RGB"))
    shape = Image.new("1", (cat.shape[1], cat.shape[0]))
    ImageDraw.Draw(shape).polygon([(110, 70), (140, 8), (280, 8), (320, 70)], fill=1)
    hat = np.asarray(shape)
    light = np.linspace(0, 40, cat.shape[1])[None, :, None] + np.random.default_rng(7).integers(-4, 5, cat.shape)
    worn = np.where(hat[..., None], np.clip(np.array((170, 30, 40)) + light, 0, 255), cat).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(worn).save(stream, "PNG")
    return stream.getvalue(), hat


def marks(size: tuple[int, int], bar: tuple[int, int, int, int]) -> bytes:
    """Marks as the page makes them: a red bar on nothing."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste((229, 50, 45, 255), bar)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def encoded(bits: NDArray[np.bool_]) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(bits).save(stream, "PNG", transparency=1)
    return stream.getvalue()


def pixels(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def init_data(token: str, user: int, /, age: float = 0, **fields: str) -> str:
    """What Telegram tells a page that it opens for a person, so many seconds ago, signed with the bot's token."""
    told = {
        "auth_date": str(int(time.time() - age)),
        "query_id": "AAH",
        "user": json.dumps({"id": user, "first_name": "Ada"}),
        **fields,
    }
    lines = "\n".join(f"{name}={told[name]}" for name in sorted(told))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return urlencode({**told, "hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()})


class Page:
    """The page that a ticket opens, as a program sees it."""

    def __init__(self, url: str, ticket: str, **headers: str) -> None:
        self.url = url
        self.ticket = ticket
        self.headers = headers

    async def ask(self, method: str = "GET", path: str = "", **details: Any) -> httpx2.Response:
        async with httpx2.AsyncClient(
            base_url=self.url, headers=self.headers, timeout=PATIENCE, trust_env=False, verify=NO_LOCKS
        ) as http:
            return await http.request(method, f"/api/paint/{self.ticket}{path}", **details)

    async def opens(self, told: str) -> int:
        """Tell who opened it; the status."""
        answer = await self.ask("POST", "/open", json={"told": told})
        if answer.status_code == 200:
            self.headers["X-Fabula-Opener"] = answer.json()["opener"]
        return answer.status_code

    async def sends(self, mask: bytes | None, change: str = "a red hat", **details: Any) -> httpx2.Response:
        files = {"mask": ("mask.png", mask, "image/png")} if mask is not None else {"none": b""}
        return await self.ask("POST", data={"change": change, **details}, files=files)

    async def size(self) -> tuple[int, int]:
        page = (await self.ask()).json()
        return page["width"], page["height"]


async def ticket_for(person: Person, answer: Answer) -> str:
    """What pressing Paint under an answer gives the web page."""
    message, action = answer.action("paint")
    return str((await person.post("actions", message=message, action=action)).json()["ticket"])


async def page_for(studio: Studio, person: Person, answer: Answer) -> Page:
    return Page(studio.url, await ticket_for(person, answer), **person.headers)
