"""The typesetter: posters that say what was asked and can be read, diagrams in which nothing overlaps or is lost."""

from __future__ import annotations

import io
from itertools import combinations
from random import Random

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from core.documents import letters, posters
from core.documents.diagram_layouts import drawn, layout
from core.documents.diagram_shapes import WIDTH, svg
from core.documents.diagrams import FORMS, MOST, Diagram, as_lines, of_lines
from core.documents.posters import LAYOUTS, READABLE, Setting
from core.features.image import once_more
from core.types import Piece, PieceKind

SAID = {
    "english": Setting(headline="It’s *fun* & <free>", subline="#1 · 7–9 pm “live”\nat $5 \\\\ each", call="Let’s go!"),
    "chinese": Setting(
        headline="夏日集市：音乐与美食", subline="7月12日，城市公园；现场音乐", call="免费入场！", language="zh"
    ),
    "one long word": Setting(headline="Donaudampfschifffahrtsgesellschaftskapitän", layout="classic"),
    "as much as there can be": Setting(
        headline="WM " * 26 + "WM", subline="word " * 47 + "end", call="W" * 60, layout="quiet"
    ),
    "others": Setting(headline="Книжная ярмарка Ελλας", subline="日本語のポスター", call="한국어", layout="block"),
}


def pictured(colour: str = "", size: tuple[int, int] = (256, 384)) -> bytes:
    """A picture of one colour, else of noise."""
    noise = np.random.default_rng(7).integers(0, 255, (*size[::-1], 3), dtype=np.uint8)
    image, kept = Image.new("RGB", size, colour) if colour else Image.fromarray(noise), io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize("name", SAID)
async def test_a_posters_pdf_says_exactly_what_was_asked(name: str) -> None:
    setting = SAID[name]
    (page,) = PdfReader(io.BytesIO(await posters.poster(pictured(), setting, "pdf"))).pages
    assert "".join(page.extract_text().split()) == "".join(setting.words.split())
    wide, high = (float(side) / 72 * 25.4 for side in (page.mediabox.width, page.mediabox.height))
    assert (round(wide), round(high)) == (206, 306), "20 × 30 cm, and 3 mm all around"
    assert all(font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts_of(page))


def fonts_of(page: object) -> list[dict[str, list[object]]]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]


@pytest.mark.parametrize("behind", ["", "white", "black", "#808080", "#c03020"])
def test_words_can_be_read_on_whatever_is_behind_them(behind: str) -> None:
    image = Image.open(io.BytesIO(pictured(behind))).convert("RGB")
    for name in LAYOUTS:
        told = posters._data(image, Setting(layout=name, headline="A"), printed=False)
        shade, ink = (np.array([int(told[key][at : at + 2], 16) / 255 for at in (1, 3, 5)]) for key in ("shade", "ink"))
        pixels = np.asarray(image.resize((64, 96)), dtype=np.float64).reshape(-1, 3) / 255
        seen = posters.luminance(pixels * (1 - told["opacity"] / 100) + shade * told["opacity"] / 100)
        for worst in np.percentile(seen, (2, 98)):
            one, other = sorted((float(posters.luminance(ink)), float(worst)))
            assert (other + 0.05) / (one + 0.05) >= READABLE * 0.97, (name, told)


def generated(number: int) -> Diagram:
    """One of many diagrams: every form, two to nine boxes, both languages, labels from one letter to as many as there may be."""
    random = Random(number)
    words = [
        "水循环",
        "太阳",
        "蒸发（水）",
        "rain",
        "evaporation",
        "a",
        "Rindfleischetikettierungsgesetz",
        "&<b>",
        "1969",
        "“so”",
    ]
    say = lambda most: " ".join(random.choices(words, k=random.randint(1, most)))[:78].strip()  # noqa: E731
    boxes = [{"label": say(random.choice((1, 3, 12))), "notes": [say(9) for _ in range(random.choice((0, 0, 1, 4)))]}]
    boxes += [
        {"label": say(random.choice((1, 3, 12))), "notes": [say(9) for _ in range(random.choice((0, 0, 1, 4)))]}
        for _ in range(1 + number % (MOST - 1))
    ]
    return Diagram.model_validate({"form": FORMS[number % 5], "title": say(8) if number % 7 else "", "boxes": boxes})


def apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[2] <= other[0] + 0.5 or other[2] <= one[0] + 0.5 or one[3] <= other[1] + 0.5 or other[3] <= one[1] + 0.5


def test_fifty_diagrams_lose_nothing_and_nothing_in_them_overlaps() -> None:
    for number in range(50):
        diagram = generated(number)
        laid = layout(diagram)
        frames = [text.frame for text in laid.texts]
        assert all(apart(*pair) for pair in combinations(frames, 2)), diagram
        assert all(apart(*pair) for pair in combinations(laid.frames, 2)), diagram
        for left, top, right, bottom in (*frames, *laid.frames):
            assert left >= 0 and top >= 0 and right <= WIDTH and bottom <= laid.height, diagram
            crossed = [box for box in laid.frames if not apart((left, top, right, bottom), box)]
            inside = [
                box
                for box in crossed
                if box[0] <= left + 1 and box[1] <= top + 1 and box[2] >= right - 1 and box[3] >= bottom - 1
            ]
            assert crossed == inside, "letters stay within their box"
        said = sorted("".join("".join(text.lines).split()) for text in laid.texts)
        asked = diagram.words.splitlines() + ([] if diagram.title or diagram.form != "parts" else ["…"])
        assert said == sorted("".join(line.split()) for line in asked), "exactly as given"
        assert "&<b>" not in svg(laid, "en")


@pytest.mark.parametrize("form", FORMS)
def test_a_title_is_there_to_its_last_sign(form: str) -> None:
    title = "水循环的全过程，从蒸发到凝结" * 20
    diagram = Diagram.model_validate({"form": form, "title": title, "boxes": [{"label": "海"}, {"label": "云"}]})
    laid = layout(diagram)
    assert diagram.title in ["".join(text.lines) for text in laid.texts]
    assert all(text.frame[1] >= 0 and text.frame[3] <= laid.height for text in laid.texts)


async def test_a_diagram_is_drawn_as_it_was_laid_out() -> None:
    """The typesetter's own letters are as wide as they were measured: those of a long label reach neither edge of its box."""
    diagram = of_lines("comparison", "", "Evaporation and condensation: “so” it is\n水循环是什么（一个问题）吗：云")
    laid = layout(diagram)
    with Image.open(io.BytesIO(await drawn(diagram, "en", "png"))) as opened:
        scale, picture = opened.width / WIDTH, np.asarray(opened.convert("L"))
    for text in laid.texts:
        left, top, right, bottom = (round(side * scale) for side in text.frame)
        dark = np.argwhere(picture[top:bottom, left - 20 : right + 20] < 90)
        assert dark[:, 1].min() >= 12 and dark[:, 1].max() <= right - left + 28, text


def test_a_diagram_is_written_down_and_read_again() -> None:
    for number in range(10):
        diagram = Diagram.model_validate(
            {
                "form": FORMS[number % 5],
                "title": "a",
                "boxes": [{"label": f"b{one}", "notes": ["c", "d"][: one % 3]} for one in range(4)],
            }
        )
        assert of_lines(diagram.form, diagram.title, as_lines(diagram)) == diagram


def test_a_diagram_is_made_again_with_its_lesson() -> None:
    told = {"command": "recipe", "options": {"recipe": "lesson"}, "diagram": {"form": "flow"}}
    piece = Piece(kind=PieceKind.PICTURE, request="rain", parent="text", parameters=told)
    assert once_more(piece) == ("recipe", "rain", {"options": {"recipe": "lesson"}, "sources": ()})


def test_only_signs_that_can_be_set_are_set() -> None:
    assert letters.lacking("Grüße, 水, Ελλας, ж, Tiếng Việt, “½ — €”") == ""
    assert letters.lacking("a 🎪 b ا") == "🎪ا"
    assert letters.settable("Fair 🎪 day\n🎈\nnow") == "Fair day\nnow"
