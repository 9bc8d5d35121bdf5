"""Character cards: a PNG that carries a character as text (Character Card V3, ``kwaroran/character-card-spec-v3``, 2026-11).

The card is JSON in base64 in a ``tEXt`` chunk called ``ccv3``; an older one is called ``chara``. What is in a card is data, whatever it says: what
we do not use is kept as it came, so that a card goes out as it came in. Sizes are looked at before anything is unpacked or parsed.
Pure and synchronous: call it in a worker thread.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import BadInput
from core.types import Value
from core.types.characters import LOOKS

LARGEST = 4_000_000
"""Bytes of a card's text in base64: the largest lorebooks have a tenth of it."""

MOST_CHUNKS = 20_000
"""Chunks of a file that are looked at, as in ``core.pictures.containers``."""

LONGEST = 4_000
"""Signs of one field that are used here."""

_PNG = b"\x89PNG\r\n\x1a\n"
_CARD, _OLDER = b"ccv3", b"chara"
_SPECS = {"chara_card_v3": _CARD, "chara_card_v2": _OLDER}
_TEXTS = (
    *("name", "description", "personality", "scenario", "first_mes", "mes_example", "creator_notes", "system_prompt"),
    *("post_history_instructions", "creator", "character_version"),
)
_LISTS = ("alternate_greetings", "tags", "group_only_greetings")
_LATER = (
    "group_only_greetings",
    "assets",
    "nickname",
    "creator_notes_multilingual",
    "source",
    "creation_date",
    "modification_date",
)
"""Fields that the older specification does not have."""

FIELDS = ("looks", "voice", "wants", "secret", "backstory")
"""What is told of a character beside its name, in the order in which it is said."""

_OURS = "fabula"
"""Under which name a card's ``extensions`` keep what only we know."""

_MADE_OF = {"voice": "Voice", "wants": "Wants", "secret": "Secret"}
_FOR_OLDER = "This character card is Character Card V3, but it is loaded as a Character Card V2. Please use an application that reads V3."


class Card(Value):
    """What a card tells: ``about`` are the fields of ours, ``raw`` the whole card as JSON, ``newest``: it is of the third version already."""

    name: str
    about: Mapping[str, str]
    raw: str
    newest: bool


def read_card(data: bytes) -> Card | None:
    """The card in a file; ``None`` where there is none. Raises ``BadInput("card-broken" | "card-large")`` for one that cannot be used."""
    texts = dict(_texts(data))
    text = texts.get(_CARD) or texts.get(_OLDER)
    if text is None:
        return None
    try:
        told = json.loads(base64.b64decode(text, validate=True).decode("utf-8"), parse_constant=_no_number)
        raw = json.dumps(told, ensure_ascii=False)
        raw.encode()  # half a sign can be written in JSON, and nowhere else
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadInput("card-broken") from error
    fields = _fields(told)
    about = _ours(fields)
    return Card(name=fields["name"].strip(), about=about, raw=raw, newest=_CARD in texts)


def _texts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The card's chunks, the first of each name. Raises ``BadInput`` for what is too large."""
    if not data.startswith(_PNG):
        return
    at, seen = len(_PNG), set[bytes]()
    for _ in range(MOST_CHUNKS):
        if at + 12 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, at)
        name = data[at + 8 : at + 8 + 6].partition(b"\0")[0] if kind == b"tEXt" else b""
        if name in (_CARD, _OLDER) and name not in seen:
            if size > LARGEST:
                raise BadInput("card-large", limit_mb=LARGEST // 1_000_000)
            if at + 12 + size > len(data):
                raise BadInput("card-broken")
            seen.add(name)
            yield name, data[at + 8 + len(name) + 1 : at + 8 + size]
        at += 12 + size


def _no_number(said: str) -> None:
    raise ValueError(f"{said} is no number of JSON")


def _fields(told: Any) -> dict[str, Any]:
    """The fields of a card of either version, checked as far as they are used. Raises ``BadInput("card-broken")``."""
    fields = told.get("data") if isinstance(told, dict) and str(told.get("spec")) in _SPECS else None
    if not isinstance(fields, dict) or not isinstance(fields.get("name"), str) or not fields["name"].strip():
        raise BadInput("card-broken")
    wrong = [name for name in _TEXTS if not isinstance(fields.get(name, ""), str)]
    wrong += [name for name in _LISTS if not isinstance(fields.get(name, []), list)]
    if wrong or not isinstance(fields.get("extensions", {}), dict):
        raise BadInput("card-broken")
    return fields


def _ours(fields: Mapping[str, Any]) -> dict[str, str]:
    """What we use of a card: what we put in ourselves, else what comes nearest."""
    own = fields.get("extensions", {}).get(_OURS)
    own = own if isinstance(own, dict) else {}
    name = fields["name"].strip()
    described = _said(fields.get("description", ""), name)
    known = {
        "looks": _first(described, LOOKS),
        "voice": _said(fields.get("personality", ""), name)[:LONGEST],
        "backstory": _said(fields.get("scenario", ""), name)[:LONGEST],
    }
    if len(described) > len(known["looks"]):
        known["backstory"] = "\n\n".join(filter(None, (described[:LONGEST], known["backstory"])))[:LONGEST]
    kept = {key: value[:LONGEST] for key in FIELDS if isinstance(value := own.get(key), str)}
    found = {**({} if kept else known), **kept}
    return {key: value for key, value in {**found, "looks": found.get("looks", "")[:LOOKS]}.items() if value}


def _said(text: str, name: str) -> str:
    """A field with the names in place of the card's own signs for them."""
    text = text[: 2 * LONGEST]
    for sign in ("{{char}}", "<char>", "<bot>", "<BOT>"):
        text = text.replace(sign, name[:100])
    return text.replace("\r\n", "\n").strip()


def _first(text: str, limit: int) -> str:
    """The beginning of a text: its first paragraph, cut behind a sentence where it is longer than may be."""
    part = " ".join(text.split("\n\n", 1)[0].split())
    if len(part) <= limit:
        return part
    cut = part[:limit]
    end = max(cut.rfind(stop) for stop in (". ", "。", "! ", "？", "! "))
    return cut[: end + 1] if end > limit // 3 else cut


def card_of(name: str, about: Mapping[str, str], raw: str = "", now: int = 0) -> dict[str, Any]:
    """The card of a character as JSON; of one that came as a card (``raw``) all that was in it, under the name that it has now. ``now``: seconds."""
    fields = dict(_fields(json.loads(raw))) if raw else _fresh(about, now)
    if raw and fields["name"].strip() != name:
        fields |= {"name": name, "modification_date": now}
    for key in _TEXTS:
        fields.setdefault(key, "")
    for key in _LISTS:
        fields.setdefault(key, [])
    fields.setdefault("extensions", {})
    fields["name"] = fields["name"] if raw else name
    version = (
        json.loads(raw).get("spec_version", "3.0") if raw and json.loads(raw)["spec"] == "chara_card_v3" else "3.0"
    )
    return {"spec": "chara_card_v3", "spec_version": version, "data": fields}


def _fresh(about: Mapping[str, str], now: int) -> dict[str, Any]:
    known = {key: about[key] for key in FIELDS if about.get(key)}
    told = [known.get("looks", ""), known.get("backstory", "")]
    manner = [f"{label}: {known[key]}" for key, label in _MADE_OF.items() if key in known]
    return {
        "description": "\n\n".join(filter(None, told)),
        "personality": "\n".join(manner),
        "creator": "Fabula",
        "character_version": "1",
        "extensions": {_OURS: known},
        "assets": [{"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}],
        "creation_date": now,
        "modification_date": now,
        "name": "",
    }


def with_card(png: bytes, card: Mapping[str, Any]) -> bytes:
    """A PNG with a card in it, in the newest form and in the older one, in place of whatever card it had."""
    older = {key: value for key, value in card["data"].items() if key not in _LATER}
    older["creator_notes"] = "\n\n".join(filter(None, (_FOR_OLDER, older.get("creator_notes", ""))))
    backfilled = {"spec": "chara_card_v2", "spec_version": "2.0", "data": older}
    chunks = b"".join(_chunk(name, told) for name, told in ((_CARD, card), (_OLDER, backfilled)))
    head = len(_PNG) + 12 + 13  # the chunk IHDR always has thirteen bytes, and comes first
    return png[:head] + chunks + png[head:]


def _chunk(name: bytes, told: Mapping[str, Any]) -> bytes:
    content = b"tEXt" + name + b"\0" + base64.b64encode(json.dumps(told, ensure_ascii=False).encode())
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
