"""A reply as Telegram's messages: whatever is said fits, is valid, and is all there."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bots.markup import plain, utf16
from bots.telegram.parts import Part, button_rows, parts_of
from bots.telegram.rendering import telegram_html
from core import prompts
from core.rows import PICTURE_VERBS, REGION_VERBS, TEXT_VERBS
from core.types import Button, Picture, Piece, PieceKind, Reply, new_id

LIMITS = {"text": 4096, "photo": 1024, "album": 1024, "document": 1024}
TEXTS = st.text(st.sampled_from("ab *_`#<>&\n.。，🦊狐"), max_size=60).flatmap(
    lambda text: st.integers(0, 200).map(lambda times: text * times)
)
LABELS = st.sampled_from(
    ["👍", "Vary", "Original", "重画", "Yes, delete it", "a much longer label than any other here"]
)
BUTTONS = st.lists(st.builds(Button, action=st.just("vary:x"), label=LABELS), max_size=14).map(tuple)


def picture() -> Picture:
    return Picture(media=new_id(), width=10, height=10, mime="image/png")


def pieces(captions: list[str]) -> tuple[Piece, ...]:
    return tuple(Piece(kind=PieceKind.PICTURE, caption=caption, picture=picture()) for caption in captions)


def spans_of(part: Part) -> list:
    return [part.spans, *part.captions]


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.lists(TEXTS, max_size=12), BUTTONS)
@example("", [""] * 11, (Button(action="vary:x", label="Vary"),))
def test_every_part_fits_and_nothing_is_lost(text: str, captions: list[str], buttons: tuple[Button, ...]) -> None:
    reply = Reply(text=text, pieces=pieces(captions), buttons=buttons)
    parts = parts_of(reply)
    for part in parts:
        assert all(utf16(plain(spans)) <= LIMITS[part.kind] for spans in spans_of(part))
        assert part.kind != "text" or plain(part.spans).strip()
        assert part.kind != "album" or (2 <= len(part.pieces) <= 10 and not part.buttons)
    shown = [piece for part in parts for piece in part.pieces]
    assert shown == list(reply.pieces)
    said = "".join(plain(spans) for part in parts for spans in spans_of(part))
    for word in set(re.findall(r"[ab狐🦊]+", text)):
        assert word in said
    if parts and parts[-1].kind != "album":
        assert parts[-1].buttons == buttons
        assert not any(part.buttons for part in parts[:-1])
    assert parts_of(reply) == parts, "after a crash the same parts come out again"


def test_a_caption_at_the_limit_stays_with_its_picture_and_one_beyond_comes_before_it() -> None:
    for length, kinds in ((512, ["photo"]), (513, ["text", "photo"])):
        reply = Reply(text="🦊" * length, pieces=pieces([""]), buttons=(Button(action="vary:x", label="Vary"),))
        parts = parts_of(reply)
        assert [part.kind for part in parts] == kinds
        assert parts[-1].buttons and parts[-1].shows


def test_a_reply_that_replaces_a_message_changes_it_and_says_the_rest_behind_it() -> None:
    parts = parts_of(Reply(text="word " * 1500, replaces="7", buttons=(Button(action="settings:", label="Back"),)))
    assert [part.replaces for part in parts] == ["7", None]
    assert parts_of(Reply(replaces="7")) == []


def test_documents_are_about_their_piece() -> None:
    (piece,) = pieces(["a cat"])
    parts = parts_of(Reply(text="Here", documents=(picture(), picture()), mentions=(piece,)))
    assert [(part.kind, part.shows) for part in parts] == [("document", (piece.id,))] * 2
    assert [plain(part.spans) for part in parts] == ["Here", ""]


def test_a_picture_does_not_speak_for_the_photo_it_was_made_from() -> None:
    (made,), (source,) = pieces(["made"]), pieces(["source"])
    buttons = (Button(action=f"vary:{made.id}", label="Vary"),)
    (part,) = parts_of(Reply(text="made", pieces=(made,), mentions=(source,), buttons=buttons))
    assert part.shows == (made.id,)
    (question,) = parts_of(
        Reply(text="?", mentions=(source,), buttons=(Button(action=f"edit:{source.id}", label="E"),))
    )
    assert question.shows == (source.id,)


@given(BUTTONS)
def test_rows_of_buttons_keep_their_order_and_fit_a_phone(buttons: tuple[Button, ...]) -> None:
    rows = button_rows(buttons)
    assert [button for row in rows for button in row] == list(buttons)
    assert all(1 <= len(row) <= 4 for row in rows)


def test_every_action_fits_into_a_button() -> None:
    verbs = {*PICTURE_VERBS, *TEXT_VERBS, *REGION_VERBS, "delete-yes", "delete-no", "pick", "choose", "cancel"}
    actions = [f"{verb}:{new_id()}" for verb in verbs] + [f"set:style={style}" for style in prompts.STYLES]
    assert max(len(action.encode()) for action in actions) <= 64


def test_html_of_a_divided_text_is_valid_in_each_part() -> None:
    parts = parts_of(Reply(text="**" + "bold words & <tags> " * 400 + "end**"))
    assert len(parts) == 2
    for part in parts:
        html = telegram_html(part.spans)
        assert html.count("<b>") == html.count("</b>") == 1
        assert "<tags>" not in html
