"""Several pictures, larger canvases, things removed, and marks: what reaches the service is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import texts
from core.pictures.expanding import expanded
from embedded.process import EmbeddedProcess
from painter import marks, page_for, painted, pixels, plain
from studio import Answer, studio_at


async def test_several_pictures_larger_ones_and_things_removed(services: EmbeddedProcess, tmp_path: Path) -> None:
    """One studio for all that a command does with pictures beside one photo and its mask; what reaches the service is looked at."""
    async with studio_at(tmp_path, services) as studio:
        ann = await studio.person()
        sizes = [(320 + 16 * number, 256) for number in range(16)]
        photos = [plain(size, number) for number, size in enumerate(sizes)]

        async def asked(words: str, *files: bytes, **details: Any) -> tuple[Answer, list[dict[str, Any]]]:
            await studio.begin()
            answer = await ann.says(words, *files, **details)
            drawn = [one for one in await studio.requests() if one["endpoint"].startswith("images.")]
            return answer, [
                one | {"sources": one["params"].get("image", []), "mask": one["params"].get("mask")} for one in drawn
            ]

        for command, number in (("/image", 16), ("/edit", 3)):
            words = f"{command} the cup from the second photo on the table of the first"
            answer, (sent,) = await asked(words, *photos[:number])
            assert answer.pictures and sent["endpoint"] == "images.edits"
            told = [(one["width"], one["height"]) for one in sent["sources"][1:]]
            assert told == sizes[1:number], "all of them, in their order"
            small = next(one for one in answer.events if one.get("thumbnails"))["thumbnails"]
            assert [(one["number"], one["width"]) for one in small] == [
                (place, size[0]) for place, size in enumerate(sizes[:number], 1)
            ]
            assert texts.say("note-in-order", "en", count=number) in answer.text
        answer, (sent,) = await asked("/blend a quiet garden", *photos[:3])
        assert len(sent["sources"]) == 3 and "a quiet garden" in sent["prompt"]
        message, redraw = answer.action("redraw")
        await studio.begin()
        again = await ann.presses(message, redraw)
        assert again.pictures and len((await studio.requests("images.edits"))[0]["params"]["image"]) == 3
        for words, files, code in (
            ("/blend", photos[:1], "blend-number"),
            ("/blend", photos[:6], "blend-number"),
            ("/edit --remove", photos[:1], "remove-what"),
        ):
            refused, sent = await asked(words, *files)
            assert refused.code == code and not sent

        mask = painted((320, 256), (40, 40, 90, 120))
        answer, (sent,) = await asked("/edit the hat of the second", *photos[:2], mask=mask)
        assert sent["mask"] and len(sent["sources"]) == 2, "the mask belongs to the first"
        answer, (sent,) = await asked("/edit --remove", photos[0], mask=mask)
        assert (
            sent["prompt"].startswith("Remove what is in the masked part")
            and answer.pictures[0]["caption"] == "Removed"
        )

        old = pixels(photos[0])
        answer, (sent,) = await asked("/edit --expand 上", photos[0])
        new = pixels(await ann.picture(answer.pictures[0]))
        assert new.shape == (384, 320, 3) and sent["mask"]
        assert (new[128:] == old).all() and (new[:128] != old[0]).any(), "the old pixels are exactly the old ones"
        message, redraw = answer.action("redraw")
        assert (await ann.presses(message, redraw)).pictures, "a larger one is drawn again"

        message, _ = answer.action("paint")
        page, before = await page_for(studio, ann, answer), len(ann.events)
        await page.sends(None, "", frame="0,0,100,30")
        framed = await ann.answer(message, before)
        for shown in (framed, await ann.presses(*framed.action("redraw"))):
            larger = pixels(await ann.picture(shown.pictures[0]))
            assert larger.shape == (414, 420, 3) and (larger[:384, :320] == new).all(), "a frame without words or paint"


def test_a_canvas_grows_to_the_side_that_was_named() -> None:
    photo = plain((320, 256), 1)
    for side, (left, up, width, height) in {
        "left": (160, 0, 480, 256),
        "right": (0, 0, 480, 256),
        "up": (0, 128, 320, 384),
        "down": (0, 0, 320, 384),
        "all": (80, 64, 480, 384),
    }.items():
        data, region = expanded(photo, side)
        assert pixels(data).shape == (height, width, 3)
        kept = np.zeros((height, width), np.bool_)
        kept[up : up + 256, left : left + 320] = True
        assert (region.mask == ~kept).all() and (pixels(data)[kept] == pixels(photo).reshape(-1, 3)).all()


@pytest.mark.parametrize(("model", "apart"), [("gpt-image-2.6-flare", True), ("gpt-image-2", False)])
async def test_marks_reach_who_takes_them_and_others_see_them(
    services: EmbeddedProcess, tmp_path: Path, model: str, apart: bool
) -> None:
    async with studio_at(tmp_path, services, image_model=model) as studio:
        ann = await studio.person()
        drawn = await ann.says("/image a fox --raw")
        page = await page_for(studio, ann, drawn)
        width, height = await page.size()
        assert (await page.ask()).json()["takes_marks"] is apart
        good = marks((width // 2, height // 2), (100, 100, 200, 120))
        files = {"mask": painted((width, height), (9, 9, 80, 80)), "markup": good}
        for sent, code in (
            (files, "paint-both"),
            ({"markup": marks((width, height // 2), (9, 9, 80, 80))}, "mask-wrong-ratio"),
            ({"markup": marks((width, height), (0, 0, 0, 0))}, "mask-empty"),
        ):
            named = {name: (f"{name}.png", data, "image/png") for name, data in sent.items()}
            answer = await page.ask("POST", data={"change": "move it there"}, files=named)
            assert (answer.status_code, answer.json()["code"]) == (422, code)
        message, _ = drawn.action("paint")
        before = len(ann.events)
        await page.ask("POST", data={"change": "move it there"}, files={"markup": ("m.png", good, "image/png")})
        edited = await ann.answer(message, before)
        (sent,) = await studio.requests("images.edits")
        assert "mask" not in sent["params"] and "coloured marks" in sent["prompt"]
        if apart:
            (markup,) = sent["params"]["markup"]
            assert (markup["width"], markup["height"]) == (width, height) and len(sent["params"]["image"]) == 1
        else:
            assert "markup" not in sent["params"] and len(sent["params"]["image"]) == 2
            assert "The second picture is the first one with marks" in sent["prompt"]
        assert (await page.ask()).json()["state"] == "done"
        await ann.presses(*edited.action("redraw"))
        assert (await studio.requests("images.edits"))[-1]["params"].keys() == sent["params"].keys(), (
            "again with its marks"
        )
