"""Which column fills which input: by the input's name, its other names, and its labels in both languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from core.errors import BadInput
from core.recipes.form import Input
from core.tables.workbook import letters

_SAID: tuple[str, ...] = (
    "points",
    "facts",
    "features",
    "selling points",
    "bullet points",
    "highlights",
    "key points",
    "description",
    "details",
)
_SAID += ("卖点", "特点", "特性", "产品特点", "要点", "描述", "说明", "详情")
_THINGS = (
    "product",
    "name",
    "title",
    "product name",
    "item",
    "article",
    "产品",
    "商品",
    "商品名",
    "商品名称",
    "产品名称",
    "品名",
    "名称",
    "标题",
)
_SUBJECTS = ("subject", "topic", "theme", "title", "主题", "题目", "课题", "标题")
USUAL = {
    "product": _THINGS,
    "points": _SAID,
    "facts": _SAID,
    "subject": _SUBJECTS,
    "ideas": _SAID,
    "idea": ("idea", "prompt", *_SUBJECTS, "description", "text", "主意", "想法", "提示词", "描述", "内容"),
    "place": ("place", "location", "name", "地点", "地方", "名称"),
    "colours": ("colour", "color", "颜色", "色彩"),
}
"""What shops and schools call a column beside what a recipe's file says, by the input's name."""

_SEMICOLON = re.compile("[;；]")

FEWEST_SIGNS = 3
"""Signs of a name that may be a part of a longer one; in Chinese two."""


def matched(header: Sequence[str], inputs: Mapping[str, Input]) -> dict[str, int]:
    """The column, counted from 0, of each input that has one; each column fills one. Exact names go before parts of names."""
    names = [_plain(name) for name in header]
    found: dict[str, int] = {}
    for fits in (_same, _part):
        for name, one in inputs.items():
            if (
                name not in found
                and (place := _first(names, _called(name, one), set(found.values()), fits)) is not None
            ):
                found[name] = place
    return found


def told(columns: Mapping[str, int], header: Sequence[str], inputs: Mapping[str, Input], language: str) -> str:
    """The columns as lines to change: ``Selling points = Features``; an input without a column has nothing behind the sign."""
    return "\n".join(
        f"{one.label.of(language)} = {named(header, columns[name]) if name in columns else ''}".rstrip()
        for name, one in inputs.items()
    )


def chosen(lines: str, header: Sequence[str], inputs: Mapping[str, Input]) -> dict[str, int]:
    """What such lines say. Raises ``BadInput`` for an input or a column that there is not, and for a column that is named twice."""
    return changed({}, lines, header, inputs)


def changed(
    columns: Mapping[str, int], lines: str, header: Sequence[str], inputs: Mapping[str, Input]
) -> dict[str, int]:
    """The columns as such lines change them: an input with nothing behind its sign gets none. Raises ``BadInput`` as ``chosen`` does."""
    names = {_plain(name): place for place, name in reversed(list(enumerate(header))) if name}
    names |= {_plain(letters(place)): place for place in range(len(header)) if _plain(letters(place)) not in names}
    called = {said: name for name, one in inputs.items() for said in _called(name, one)[: 3 + len(one.also)]}
    found = dict(columns)
    for line in _parted(lines)[: 4 * len(inputs)]:
        before, sign, after = line.replace("＝", "=").partition("=")
        if not sign:
            continue
        name, place = called.get(_plain(before)), names.get(_plain(after))
        if name is None and after.strip():
            raise BadInput("batch-no-input", field=before.strip()[:60])
        if place is None and after.strip():
            raise BadInput("batch-no-column", column=after.strip()[:60])
        if name and place is not None:
            found[name] = place
        elif name:
            found.pop(name, None)
    return found


def _parted(lines: str) -> list[str]:
    """The lines; what stands in one may be parted by semicolons."""
    parts = lines.splitlines()
    if len(parts) == 1 and all("=" in part for part in _SEMICOLON.split(parts[0].replace("＝", "=").rstrip(";； "))):
        parts = _SEMICOLON.split(parts[0].rstrip(";； "))
    return parts


def named(header: Sequence[str], place: int) -> str:
    """A column by its name, else by its letter."""
    return header[place] or letters(place)


def _called(name: str, one: Input) -> list[str]:
    usual = USUAL.get(name, ())
    return [_plain(said) for said in (name, one.label.en, one.label.zh, *one.also, *usual)]


def _first(names: Sequence[str], called: Iterable[str], taken: set[int], fits: object) -> int | None:
    assert callable(fits)
    for said in called:
        for place, name in enumerate(names):
            if place not in taken and fits(name, said):
                return place
    return None


def _same(name: str, said: str) -> bool:
    return bool(name) and name == said


def _part(name: str, said: str) -> bool:
    least = FEWEST_SIGNS if said.isascii() else 2
    return len(said) >= least and said in name and len(name) <= 3 * len(said)


def _plain(name: str) -> str:
    """A name without what people write differently: capitals, blanks, signs, a plural's end."""
    kept = "".join(sign for sign in unicodedata.normalize("NFKC", name[:200]).casefold() if sign.isalnum())
    return kept.removesuffix("s") if kept.isascii() and len(kept) > FEWEST_SIGNS else kept
