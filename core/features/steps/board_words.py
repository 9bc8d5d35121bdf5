"""What is said of a board: pure functions of it, each for certain eyes. Only ``own`` tells of an idea before all are revealed."""

from __future__ import annotations

import csv
import io

from core import texts, times
from core.boards import carrying, polls, rounds
from core.boards.groups import by_group
from core.tables.writing import harmless
from core.types import Board, BoardLink, Button, FromIdea, Idea, Piece, PieceKind, Poll, Reply

LISTED = 25
"""Ideas that are told at once when they are revealed; all of them are in the ballot, page by page."""

PAGE = 10
"""Ideas on a page of a ballot: their buttons fill two rows."""

_BY_THE_CLOCK = 3 * 3600.0
"""Seconds from which on the end of a round is told by day and hour."""

PHOTOS = 10
"""Photos that are shown with them, as many as one message of any platform holds; the others are shown when their idea is."""

_LINE = 160
"""Characters of an idea in a list."""

_MEDALS = "🥇🥈🥉"
"""What stands before the ideas that were chosen: each has a number of its own already."""

_NAMES = 30
"""People who are called by name, at most."""


def _button(board: Board, verb: str, start: str = "") -> Button:
    action = f"board-{verb}:{board.id}"
    word = f"{start}_{board.id}" if start else ""
    return Button(action=action, label=texts.say(f"button-board-{verb}", board.language), start=word)


# --- for everybody ---------------------------------------------------------------------------------------------------


def living(board: Board, now: float, *, afresh: bool = False) -> Reply:
    """How a board stands: its topic and round, who is in, the time that is left, and what to do next."""
    lines = [f"**{texts.say('board-title', board.language, topic=board.topic)}**"]
    if board.round == "over":
        lines += _outcome(board)
    else:
        told: dict[str, dict[str, object]] = {
            "vote": {"dots": rounds.dots_each(board)},
            "runoff": {"tied": _numbers(board)},
            "sketches": {"drawn": _numbers(board)},
        }
        lines.append(texts.say(_to_do(board), board.language, **told.get(board.round, {})))
        lines += [line for line in (_people(board), _time(board, now)) if line]
    page = BoardLink(board=board.id, beamer=board.beamer, label=texts.say("button-board-page", board.language))
    return Reply(text="\n\n".join(lines), buttons=(*_buttons(board), page), lives=f"board:{board.id}", afresh=afresh)


def _to_do(board: Board) -> str:
    """The key of what is to be done now."""
    return "board-counting" if board.counting else f"board-{board.round}{'-poll' * board.polls}"


def there_already(board: Board, language: str) -> Reply:
    """That people are at this very topic, for somebody who was about to begin it: with the way there."""
    show = Button(action=f"board-show:{board.id}", label=texts.say("button-board-show", language))
    return Reply(text=texts.say("board-same-topic", language, button=show.label), buttons=(show,), private=True)


def poll_name(board: Board) -> str:
    """What the poll of the vote that is on lives under; a runoff has one of its own."""
    return f"board:{board.id}:poll:{board.round}"


def poll(board: Board) -> Reply:
    """The poll of a vote; where there can be none, that it goes by buttons, with the one that leads to somebody's dots."""
    kind = "runoff" if board.round == "runoff" else "several" if polls.several(board) else "one"
    asked = Poll(
        question=texts.say(f"board-poll-{kind}", board.language, topic=board.topic),
        answers=tuple(f"{idea.number} · {told(idea)}" for idea in rounds.on_ballot(board)),
        several=polls.several(board),
        secret=board.anonymous,
    )
    text = texts.say("board-no-poll", board.language, dots=rounds.dots_each(board))
    return Reply(text=text, buttons=(_button(board, "ballot", start="vote"),), poll=asked, lives=poll_name(board))


def _buttons(board: Board) -> tuple[Button, ...]:
    if board.round == "over":
        develop = (_of_idea(board, "develop", number) for number in board.chosen)
        sketch = (_button(board, "sketch"),) if len(board.chosen) > 1 and not board.sketched else ()
        return (*develop, *sketch, _button(board, "again"))
    if board.round == "reveal" or board.counting:
        return (_button(board, "next"), _button(board, "end"))
    if board.polls:
        first: tuple[Button, ...] = ()
    elif board.round in rounds.VOTES:
        move = (_button(board, "group"),) if board.round == "vote" else ()
        first = (_button(board, "ballot", start="vote"), *move)
    else:
        verb = "others" if board.round == "build" else "idea"
        first = (_button(board, verb, start=verb), _button(board, "own", start="own"), _button(board, "join"))
    timed = ("more", "pause") if board.ends is not None or board.left is not None else ()
    return (*first, *(_button(board, verb) for verb in ("done", "next", *timed, "end")))


def _of_idea(board: Board, verb: str, number: int) -> Button:
    label = texts.say(f"button-board-{verb}", board.language, number=number)
    return Button(action=f"board-{verb}:{board.id}:{number}", label=label)


def _people(board: Board) -> str:
    """Who is in, those who are done with a mark; whoever has no name that others know is counted."""
    named = [one for one in board.members if one.user.shown_name]
    told = [one.user.shown_name + " ✓" * one.done for one in named[:_NAMES]]
    others = len(board.members) - len(told)
    if others:
        told.append(texts.say("board-others" if named else "board-count", board.language, count=others))
    names = ("、" if board.language == "zh" else ", ").join(told)
    if _waits_for_nobody(board):
        return texts.say("board-in-all", board.language, names=names) if told else ""
    ready = sum(one.done for one in board.members)
    return texts.say("board-in", board.language, names=names, done=ready) if told else ""


def _waits_for_nobody(board: Board) -> bool:
    """Whether nobody has anything to do just now: ideas are being gathered, or votes counted."""
    return board.round == "reveal" or bool(board.counting)


def _time(board: Board, now: float) -> str:
    if board.left is not None:
        return texts.say("board-paused", board.language, time=texts.span(board.left, board.language))
    if board.ends is None:
        return "" if _waits_for_nobody(board) else texts.say("board-open-end", board.language)
    left = texts.span(board.ends - now, board.language)
    if board.ends - board.since < _BY_THE_CLOCK:
        return texts.say("board-left", board.language, time=left)
    end = times.shown(board.ends, times.zone(board.zone), board.language)
    return texts.say("board-left-until", board.language, end=end, time=left)


def _outcome(board: Board) -> list[str]:
    """How a board ended: the shortlist with its dots, and what decided."""
    if board.hidden and board.ideas:
        return [texts.say("board-ended-hidden", board.language, count=len(board.ideas))]
    if not board.shown:
        return [texts.say("board-ended-empty", board.language)]
    if not board.chosen:
        return [texts.say("board-ended-undecided", board.language)]
    counted = rounds.tally(board)
    lines = [
        texts.say("board-chosen", board.language, place=medal, dots=counted[number], idea=line(board, found, 300))
        for medal, number in zip(_MEDALS, board.chosen, strict=False)
        if (found := board.idea(number))
    ]
    decided = "sketches" if board.sketched else "drawn" if board.drawn else "runoff-decided"
    notes = [texts.say(f"board-{decided}-note", board.language)] if board.tied else []
    return [texts.say("board-ended", board.language), "\n".join(lines), *notes]


def revealed(board: Board) -> Reply:
    """All ideas, group by group, as far as one message holds them; how they were put together; what stayed back."""
    told = board.shown[:LISTED]
    groups = len({idea.group for idea in board.shown})
    apart = groups == len(board.shown)
    key = "board-revealed-apart" if apart else "board-revealed"
    lines = [texts.say(key, board.language, topic=board.topic, count=len(board.shown), groups=groups)]
    if apart:
        lines.append("\n".join(line(board, idea) for idea in told))
    else:
        lines += [
            "\n".join([f"**{name}**", *(line(board, one) for one in ideas)]) for name, ideas in by_group(board, told)
        ]
    if more := len(board.shown) - len(told):
        lines.append(texts.say("board-revealed-more", board.language, count=more))
    if held := len(board.ideas) - len(board.shown):
        lines.append(texts.say("board-kept-back", board.language, count=held))
    if any(idea.spark for idea in board.shown):
        lines.append(texts.say("board-sparks", board.language))
    if groups > 1 and not (apart or board.helped):
        lines.append(f"*{texts.say('board-grouped', board.language)}*")
    more_pages = (Button(action=f"board-ideas:{board.id}:0", label=texts.say("button-board-ideas", board.language)),)
    buttons = more_pages if len(board.shown) > LISTED else ()
    return Reply(text="\n\n".join(lines), buttons=buttons, lives=f"board:{board.id}:ideas")


def shown_photos(board: Board) -> Reply:
    """The photos among the ideas, together."""
    count = sum(bool(idea.photo) for idea in board.shown)
    return Reply(text=texts.say("board-photos", board.language, count=count), pieces=photos(board)[:PHOTOS])


def listing(board: Board, page: int, language: str) -> Reply:
    """A page of all ideas, group by group, for somebody alone."""
    pages = max(1, -(-len(board.shown) // LISTED))
    page = min(max(page, 0), pages - 1)
    told = board.shown[page * LISTED : (page + 1) * LISTED]
    lines = [f"**{board.topic}** {page + 1}/{pages}"]
    for name, ideas in by_group(board, told):
        lines.append("\n".join([f"**{name}**", *(line(board, idea) for idea in ideas)]))
    return Reply(text="\n\n".join(lines), buttons=_turns(board, "ideas-page", page, pages), private=True)


def _turns(board: Board, verb: str, page: int, pages: int) -> tuple[Button, ...]:
    """To the page before and behind."""
    to = ((page - 1, "◀"), (page + 1, "▶"))
    return tuple(Button(action=f"board-{verb}:{board.id}:{one}", label=sign) for one, sign in to if 0 <= one < pages)


def photos(board: Board) -> tuple[Piece, ...]:
    """The photos among the ideas that everybody may see, each with its idea under it."""
    return tuple(
        Piece(
            id=idea.piece,
            kind=PieceKind.PHOTO,
            picture=idea.photo,
            caption=f"{idea.number} · {texts.shortened(idea.text, _LINE)}".removesuffix(" · "),
            request=idea.text,
            idea=FromIdea(board=board.id, number=idea.number),
        )
        for idea in board.shown
        if idea.photo
    )


def line(board: Board, idea: Idea, length: int = _LINE) -> str:
    """An idea with its number, and whose it is unless the board is anonymous."""
    return f"{idea.number} · {told(idea, length)}{_whose(board, idea)}"


def credited(board: Board, idea: Idea) -> str:
    """An idea in full, and whose it is unless the board is anonymous."""
    return told(idea) + _whose(board, idea)


def told(idea: Idea, length: int = rounds.LONGEST_IDEA) -> str:
    """The words of an idea; that it has a photo, or is one, is told by a sign."""
    return " ".join(filter(None, ("📷" * bool(idea.photo), texts.shortened(idea.text, length))))


def _whose(board: Board, idea: Idea) -> str:
    names = () if board.anonymous else tuple(filter(None, idea.names))
    return (" ✨" if idea.spark else "") + (f" – {texts.listed(names)}" if names else "")


def origin(board: Board, number: int, language: str) -> str:
    """Of which idea something came: its topic, whose it was unless that is nobody's to know, and how many dots it got."""
    idea = board.idea(number)
    if idea is None:
        return texts.say("board-origin-topic", language, topic=texts.shortened(board.topic))
    told = {"topic": texts.shortened(board.topic), "number": number, "idea": texts.shortened(credited(board, idea))}
    dots = rounds.tally(board)[number]
    return texts.say("board-origin-dots" if dots else "board-origin", language, **told, dots=dots)


def _numbers(board: Board) -> str:
    """The ideas that a vote is between, by their numbers."""
    return texts.together(sorted(board.tied), board.language)


# --- for one pair of eyes --------------------------------------------------------------------------------------------


def ballot(board: Board, person: str, page: int, language: str, note: str = "") -> Reply:
    """Somebody's own dots: the ideas of a page, each with its button."""
    ideas = rounds.on_ballot(board)
    pages = max(1, -(-len(ideas) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown, own = ideas[page * PAGE : (page + 1) * PAGE], rounds.given(board, person)
    left, each = rounds.dots_each(board) - sum(own.values()), rounds.dots_each(board)
    kind = f"-{board.round}" if board.round in rounds.ONE_DOT else "-one" if each == 1 else ""
    head = texts.say(f"board-ballot{kind}", language, left=left, each=each)
    lines = [
        f"{line(board, idea, 300)}{'  ' + '●' * own[idea.number] if own.get(idea.number) else ''}" for idea in shown
    ]
    dots = [
        Button(
            action=f"board-dot:{board.id}:{idea.number}:{page}",
            label=f"{idea.number} {'●' * own.get(idea.number, 0)}".strip(),
        )
        for idea in shown
    ]
    turns = _turns(board, "page", page, pages)
    text = "\n\n".join(filter(None, (note, f"**{board.topic}**\n{head}", "\n".join(lines))))
    done = Button(action=f"board-done:{board.id}", label=texts.say("button-board-done", language))
    return Reply(text=text, buttons=(*dots, *turns, done), private=True, confidential=True)


def noted(board: Board, person: str, language: str) -> Reply:
    """That an idea is there, and how many there are from this person."""
    text = texts.say("board-noted", language, count=len(board.ideas_of(person)))
    return Reply(text=text, buttons=own_buttons(board, language), private=True, confidential=True)


def own_buttons(board: Board, language: str) -> tuple[Button, ...]:
    """What is done with one's own ideas while they are written."""
    verbs = ("own", "done")
    return tuple(
        Button(action=f"board-{one}:{board.id}", label=texts.say(f"button-board-{one}", language)) for one in verbs
    )


def others(board: Board, person: str, language: str) -> Reply:
    """Two ideas of others for somebody to carry further, each with its form."""
    ideas = carrying.to_build_on(board, person)
    lines = [f"{place}. {told(idea)}" for place, idea in enumerate(ideas, 1)]
    buttons = tuple(
        Button(
            action=f"board-build:{board.id}:{idea.number}",
            label=texts.say("button-board-build", language, number=place),
        )
        for place, idea in enumerate(ideas, 1)
    )
    key = "board-others-ideas" if ideas else "board-others-none"
    text = texts.say(key, language, topic=board.topic, count=len(ideas))
    return Reply(text="\n".join([text, *lines]), buttons=buttons, private=True, confidential=True)


def reminder(board: Board, now: float, language: str) -> Reply:
    """That half of the time is over, for somebody who is in and has given nothing."""
    assert board.ends is not None
    left = texts.span(board.ends - now, language)
    text = texts.say("board-reminder", language, topic=board.topic, time=left)
    give = Button(action=f"board-idea:{board.id}", label=texts.say("button-board-idea", language))
    return Reply(text=text, buttons=(give,), private=True, confidential=True)


def own(board: Board, person: str, language: str) -> Reply:
    """Somebody's own ideas, each with a button to change it while that can be."""
    ideas = board.ideas_of(person)
    if not ideas:
        return Reply(text=texts.say("board-own-none", language, topic=board.topic), private=True)
    lines = [
        f"{place}. {told(idea)}" + (f" – {texts.say('board-own-kept-back', language)}" if idea.kept_back else "")
        for place, idea in enumerate(ideas, 1)
    ]
    buttons = tuple(
        Button(
            action=f"board-change:{board.id}:{idea.number}",
            label=texts.say("button-board-change", language, number=place),
        )
        for place, idea in enumerate(ideas, 1)
    )
    text = texts.say("board-own", language, topic=board.topic)
    return Reply(
        text="\n".join([f"**{text}**", *lines]),
        buttons=buttons if board.round in ("write", "build") else (),
        private=True,
        confidential=True,
    )


# --- to keep ---------------------------------------------------------------------------------------------------------


def markdown(board: Board) -> str:
    """A board as Markdown: the shortlist, then all that was revealed."""
    counted = rounds.tally(board)
    lines = [f"# {_escaped(board.topic)}", ""]
    for place, number in enumerate(board.chosen, 1):
        if found := board.idea(number):
            lines.append(f"{place}. {_escaped(told(found))} ({counted[number]} ●)")
    for name, ideas in by_group(board, board.shown):
        lines += ["", f"## {_escaped(name)}", ""]
        lines += [f"- {idea.number} · {_escaped(credited(board, idea))} ({counted[idea.number]} ●)" for idea in ideas]
    return "\n".join(lines) + "\n"


def table(board: Board) -> str:
    """A board as CSV, which no spreadsheet takes for formulas: number, group, idea, by, sparks, dots, place."""
    counted, written = rounds.tally(board), io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["number", "group", "idea", "by", "spark", "dots", "place"])
    for name, ideas in by_group(board, board.shown):
        for idea in ideas:
            place = board.chosen.index(idea.number) + 1 if idea.number in board.chosen else ""
            by = "" if board.anonymous else "; ".join(idea.names)
            cells = [
                idea.number,
                harmless(name),
                harmless(told(idea)),
                harmless(by),
                "yes" if idea.spark else "no",
                counted[idea.number],
                place,
            ]
            rows.writerow(cells)
    return "\ufeff" + written.getvalue()


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|" else sign for sign in text)
