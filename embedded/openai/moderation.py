"""``POST /v1/moderations``: a word list in place of a model, answered in the exact shape of ``omni-moderation-latest``.

The list is short and blunt, enough to exercise every path in English and Chinese. Pictures are checked for being readable,
never for what they show.
"""

import re
from datetime import date

from embedded.openai.errors import missing, wrong_type
from embedded.openai.fields import Body, Fields
from embedded.openai.models import find_model
from embedded.openai.pictures import read_data_url

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
_ALSO_PICTURES = ("self-harm", "self-harm/intent", "self-harm/instructions", "sexual", "violence", "violence/graphic")

WORDS: dict[str, tuple[str, ...]] = {
    "harassment/threatening": ("i will hurt you", "我要弄死你"),
    "hate": ("racial slur", "种族歧视"),
    "hate/threatening": ("ethnic cleansing", "种族清洗"),
    "illicit": ("cook meth", "制毒"),
    "illicit/violent": ("pipe bomb", "build a bomb", "制造炸弹"),
    "self-harm": ("self-harm", "suicide", "自残", "自杀"),
    "self-harm/intent": ("kill myself", "我想自杀"),
    "sexual": ("porn", "pornographic", "pornography", "hentai", "色情", "裸照"),
    "sexual/minors": ("child porn", "儿童色情"),
    "violence": ("massacre", "beheading", "torture", "屠杀", "斩首", "虐杀"),
    "violence/graphic": ("gore", "gory", "dismembered", "beheading", "血腥", "肢解"),
}
"""What flags which category: whole English words, and Chinese wherever it stands."""

_PATTERNS = {
    category: re.compile("|".join(rf"\b{re.escape(word)}\b" if word.isascii() else word for word in words), re.I)
    for category, words in WORDS.items()
}
_LARGEST_PICTURE = 20_000_000
_LONGEST_TEXT = 1_000_000


def flagged_categories(text: str) -> list[str]:
    """The categories a text falls into, in the order of ``CATEGORIES``."""
    return [category for category in CATEGORIES if category in _PATTERNS and _PATTERNS[category].search(text)]


def moderate(body: Body, today: date) -> dict[str, object]:
    """The answer to one request: a result per text, or one for a list of text and picture parts.

    Decodes pictures: run it in a worker thread.
    """
    fields = Fields(body, known=("input", "model"))
    model = find_model(fields.raw("model") or "omni-moderation-latest", today, "moderation")
    given = fields.raw("input")
    if given is None:
        raise missing("input")
    return {"model": model.id, "results": [_result(text, has_picture) for text, has_picture in _inputs(given)]}


def _inputs(given: object) -> list[tuple[str, bool]]:
    """(text, whether a picture is with it) for every result to give."""
    if isinstance(given, str):
        return [(given[:_LONGEST_TEXT], False)]
    if not isinstance(given, list) or not given:
        raise wrong_type("input", "a string or a non-empty array", given)
    if all(isinstance(item, str) for item in given):
        return [(item[:_LONGEST_TEXT], False) for item in given]
    texts: list[str] = []
    has_picture = False
    for index, part in enumerate(given):
        name = f"input[{index}]"
        if not isinstance(part, dict):
            raise wrong_type(name, "an object", part)
        content = part.get(str(part.get("type")))
        if part.get("type") == "text" and isinstance(content, str):
            texts.append(content)
        elif part.get("type") == "image_url" and isinstance(content, dict):
            read_data_url(content.get("url"), f"{name}.image_url.url", largest=_LARGEST_PICTURE)
            has_picture = True
        else:
            raise wrong_type(name, "a text or image_url part", part)
    return [("\n".join(texts), has_picture)]


def _result(text: str, has_picture: bool) -> dict[str, object]:
    flagged = flagged_categories(text)
    return {
        "flagged": bool(flagged),
        "categories": {category: category in flagged for category in CATEGORIES},
        "category_scores": {category: 0.98 if category in flagged else 0.0001 for category in CATEGORIES},
        "category_applied_input_types": {
            category: (["text"] if text else []) + (["image"] if has_picture and category in _ALSO_PICTURES else [])
            for category in CATEGORIES
        },
    }
