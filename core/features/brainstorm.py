"""``/brainstorm`` and ``/idea``: people think something up, first each for themselves, and nobody sees another's idea before all are revealed."""

from __future__ import annotations

import time

from core import texts, times
from core.boards import carrying, rounds
from core.conversation.commands import Command, Option, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput, FabulaError
from core.features.brainstorm_photos import give_photo, let_go
from core.features.steps import board_words as words
from core.features.steps.board_times import deadline, parted
from core.features.steps.boards import act, found, insist, leads, moved_on
from core.jobs import failure
from core.types import Board, Form, FormField, Member, Message, Pending, Reply, SessionUpdate, new_id
from core.types.forms import LABEL

AT_ONCE = 10
"""Boards that go on in one place at the same time (our own rule)."""

ID = 12
"""Signs of a board's id, 72 bits: it stands in every button, together with what that is about."""

LONGEST = 14 * 24 * 60
"""Minutes of the longest round: a board lasts no longer."""

AGAIN = frozenset({"again", "再来一轮", "再来一次"})
"""What is said in place of a topic for the last one once more, with the same people."""

_LISTED = 5


# --- a board begins --------------------------------------------------------------------------------------------------


async def brainstorm(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """Begin a board. Raises ``BadInput`` for one without a topic, and where there is one about it, or too many."""
    topic, until = " ".join(parsed.words.split()), parsed.options.get("until", "")
    if until and not topic:
        until, topic = parted(until, _zone(hands, here))
    if topic.casefold() in AGAIN and (last := await _last(hands, here)):
        return await _begin_again(hands, here, last)
    if not topic:
        raise BadInput("board-no-topic")
    if len(topic) > rounds.LONGEST_TOPIC:
        raise BadInput("board-topic-long", limit=rounds.LONGEST_TOPIC)
    recipe = parsed.options.get("recipe", "").lstrip("/").lower()
    if recipe:
        recipe = hands.commands.named(recipe).name
    return await begin(hands, here, topic, {**parsed.options, "recipe": recipe, "until": until})


async def _last(hands: Hands, here: Moment) -> Board | None:
    """The newest board here that is over."""
    return next((one for one in await hands.store.boards(here.event.place, 2 * AT_ONCE) if one.round == "over"), None)


def _zone(hands: Hands, here: Moment) -> str:
    """The time zone of a room: as it was set there, else the operator's."""
    return here.session.preferences.timezone or hands.settings.timezone


async def begin(
    hands: Hands, here: Moment, topic: str, options: dict[str, str], members: tuple[Member, ...] = ()
) -> None:
    """Begin a board with these people, and whoever begins it. Of two who begin the same one in a moment the second is led to that of the first."""
    board = _new(here, topic, options, members, _zone(hands, here))

    async def attempt() -> None:
        going_on = [one for one in await hands.store.boards(board.place, AT_ONCE) if one.round != "over"]
        if same := next((one for one in going_on if one.is_like(board)), None):
            return await hands.desk.answer(here, words.there_already(same, here.private_language))
        if len(going_on) >= AT_ONCE:
            raise BadInput("board-many", limit=AT_ONCE)
        return await hands.desk.answer(here, change=moved_on(None, board, board.created))

    await insist(attempt)


def _new(here: Moment, topic: str, options: dict[str, str], members: tuple[Member, ...], zone: str) -> Board:
    """A board as these options want it. Raises ``BadInput`` for a time that cannot be."""
    now, minutes, leader = time.time(), int(options.get("minutes", 0)), here.user.known_in(here.event.place)
    ends = now + 60 * minutes if minutes else None
    if until := options.get("until", ""):
        ends = deadline(until, now, zone)
    return Board(
        id=new_id()[:ID],
        place=here.event.place,
        topic=topic,
        leader=leader,
        language=here.language,
        created=now,
        minutes=minutes,
        since=now,
        zone=zone,
        ends=ends,
        each=int(options.get("votes", 0)),
        anonymous="anonymous" in options,
        builds="build" in options,
        sparks=int(options.get("sparks", rounds.SPARKS)),
        recipe=options.get("recipe", ""),
        members=members or (Member(user=leader),),
        beamer=new_id(),
        poll="poll" in options,
    )


# --- ideas -----------------------------------------------------------------------------------------------------------


async def idea(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """Take an idea. Where others could read it, it is taken away at once; what is wrong with it is said without it."""
    message = here.event
    overheard = isinstance(message, Message) and message.overheard
    try:
        board = parsed.options.get("board") or await _meant(hands, here, parsed.options.get("on", ""))
        await _give(hands, here, board, parsed.words, overheard=overheard)
    except FabulaError as error:
        if not overheard:
            raise
        await hands.desk.answer(
            here, _taken_away(here), failure(error, here.private_language).model_copy(update={"private": True})
        )


async def _meant(hands: Hands, here: Moment, topic: str) -> str:
    """The board here that an idea is for. Raises ``BadInput`` where there is none, or several and nobody said which."""
    boards = [one for one in await hands.store.boards(here.event.place, AT_ONCE) if one.round != "over"]
    if topic:
        boards = [one for one in boards if topic.casefold() in one.topic.casefold()]
    writing = [one for one in boards if one.round in ("write", "build")] or boards
    if not writing:
        raise BadInput("board-none")
    if len(writing) > 1:
        raise BadInput("board-which", topics=" · ".join(texts.shortened(one.topic, 40) for one in writing[:_LISTED]))
    return writing[0].id


async def _give(
    hands: Hands, here: Moment, board: str, text: str, *, built_on: int = 0, overheard: bool = False
) -> None:
    def saying(after: Board) -> tuple[Reply, ...]:
        return (_taken_away(here),) if overheard else (words.noted(after, here.user.key, here.private_language),)

    message = here.event
    if isinstance(message, Message) and message.files:
        replies = (_taken_away(here),) if overheard else ()
        await give_photo(hands, here, await found(hands, here, board), text, built_on, replies)
        return
    heard = SessionUpdate(key=here.session.key, heard=message.id) if isinstance(message, Message) else None
    await act(hands, here, board, lambda one: rounds.give(one, here.user, text, time.time(), built_on), saying, heard)


def _taken_away(here: Moment) -> Reply:
    """What others could read disappears; where that cannot be, its person hears how to do better."""
    return Reply(removes=here.message, text=texts.say("board-overheard", here.private_language))


async def idea_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """One idea."""
    board = await found(hands, here, _board(pressed))
    rounds.check_writing(board)
    return _form(here, "board-form-idea")


def _form(here: Moment, title: str, value: str = "", *, required: bool = True) -> Form:
    keys = ("board-form-field", "board-form-hint" if required else "board-form-hint-change")
    label, hint = (texts.say(key, here.private_language) for key in keys)
    field = FormField(
        name="idea", kind="long", label=label, hint=hint, most=rounds.LONGEST_IDEA, value=value, required=required
    )
    return Form(title=texts.say(title, here.private_language)[:LABEL], fields=(field,))


async def write(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The form with an idea has come."""
    await _give(hands, here, _board(pressed), pressed.values["idea"])


async def own_ideas(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Show somebody their own ideas."""
    board = await found(hands, here, _board(pressed))
    await hands.desk.answer(here, words.own(board, here.user.key, here.private_language))


async def change_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """An idea in other words; none takes it back."""
    board, number = await found(hands, here, _board(pressed)), _number(pressed)
    rounds.check_writing(board)
    mine = next((one for one in board.ideas_of(here.user.key) if one.number == number), None)
    if mine is None:
        raise BadInput("board-idea-gone")
    return _form(here, "board-form-change", mine.text, required=False)


async def change(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Put it into these words."""
    number, text = _number(pressed), pressed.values["idea"]

    def saying(after: Board) -> tuple[Reply, ...]:
        return (words.own(after, here.user.key, here.private_language),)

    before = await found(hands, here, _board(pressed))
    await act(hands, here, before.id, lambda one: rounds.reword(one, here.user, number, text), saying)
    await let_go(hands, before)


# --- carried further -------------------------------------------------------------------------------------------------


async def others(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Show somebody two ideas of others, to carry one further."""
    await come_to_build(hands, here, pressed.argument)


async def come_to_build(hands: Hands, here: Moment, board: str) -> None:
    """Somebody comes to carry an idea further where they are alone with the bot."""
    kept = await found(hands, here, board)
    check_build(kept)
    await hands.desk.answer(here, words.others(kept, here.user.key, here.private_language))


def check_build(board: Board) -> None:
    """Raise ``BadInput`` where no ideas are carried further."""
    rounds.check_writing(board)
    if board.round != "build":
        raise BadInput("board-gathering")


async def build_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """An idea that carries another further. Raises ``BadInput`` for one that was not given to this person for it."""
    board, number = await found(hands, here, _board(pressed)), _number(pressed)
    check_build(board)
    if number not in [idea.number for idea in carrying.to_build_on(board, here.user.key)]:
        raise BadInput("board-idea-gone")
    return _form(here, "board-form-build")


async def build(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The form with it has come."""
    await _give(hands, here, _board(pressed), pressed.values["idea"], built_on=_number(pressed))


# --- where links lead to ---------------------------------------------------------------------------------------------


async def come_to_write(hands: Hands, here: Moment, board: str) -> None:
    """Somebody comes to write ideas where they are alone with the bot: each message is one, until they are done."""

    def saying(after: Board) -> tuple[Reply, ...]:
        text = texts.say("board-write-here", here.private_language, topic=after.topic)
        return (Reply(text=text, buttons=words.own_buttons(after, here.private_language)),)

    rounds.check_writing(await found(hands, here, board))
    lasts = time.time() + rounds.LASTS
    pending = Pending(person=here.user.key, wants="more", command="idea", options={"board": board}, expires=lasts)
    update = SessionUpdate(key=here.session.key, pending=pending)
    await act(hands, here, board, lambda one: rounds.join(one, here.user), saying, update)


async def come_to_own(hands: Hands, here: Moment, board: str) -> None:
    """Somebody comes to see their own ideas."""
    kept = await found(hands, here, board)
    await hands.desk.answer(here, words.own(kept, here.user.key, here.private_language))


# --- rounds ----------------------------------------------------------------------------------------------------------


async def join(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Somebody is in."""

    def saying(after: Board) -> tuple[Reply, ...]:
        leads = texts.say(f"button-board-{'others' if after.round == 'build' else 'idea'}", after.language)
        unopened = texts.say("board-start-me", here.private_language, button=leads)
        return (_flash(here, "board-you-are-in").model_copy(update={"unopened": unopened}),)

    await act(hands, here, _board(pressed), lambda one: rounds.join(one, here.user), saying)


async def done(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Somebody is done, or goes on after all. When all are, the round is over."""

    def doing(board: Board) -> Board:
        after = rounds.done(board, here.user)
        return rounds.next_round(after, time.time()) if rounds.all_done(after) else after

    def saying(after: Board) -> tuple[Reply, ...]:
        member = after.member(here.user.key)
        goes_on = member is not None and not member.done and after.round not in ("reveal", "over")
        return (_flash(here, "board-you-go-on" if goes_on else "board-you-are-done"),)

    asked = here.pending is not None and here.pending.wants == "more"
    update = SessionUpdate(key=here.session.key, answered=here.user.key) if asked else None
    await act(hands, here, _board(pressed), doing, saying, update)


def _flash(here: Moment, key: str) -> Reply:
    return Reply(text=texts.say(key, here.private_language), private=True, flash=True)


async def lead(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Who leads the board says how it goes on. Raises ``NotAllowed`` for anybody else."""
    await leads(hands, here, _board(pressed))
    doing = {
        "board-next": rounds.next_round,
        "board-more": rounds.more_time,
        "board-pause": rounds.pause,
        "board-end": rounds.end,
    }[pressed.verb]
    await act(hands, here, _board(pressed), lambda one: doing(one, time.time()))


async def again(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Another board about the same, with the same people."""
    await _begin_again(hands, here, await found(hands, here, _board(pressed)))


async def _begin_again(hands: Hands, here: Moment, before: Board) -> None:
    options = {
        "minutes": str(before.minutes),
        "votes": str(before.each),
        "sparks": str(before.sparks),
        "recipe": before.recipe,
    }
    flags = {"anonymous": before.anonymous, "build": before.builds, "poll": before.poll}
    options |= {name: "true" for name, chosen in flags.items() if chosen}
    fresh = tuple(Member(user=one.user) for one in before.members)
    await begin(hands, here, before.topic, options, fresh)


def _board(pressed: Pressed) -> str:
    return pressed.argument.partition(":")[0]


def _number(pressed: Pressed) -> int:
    """The number of the idea that a button is about. Raises ``BadInput`` for what is none."""
    said = pressed.argument.partition(":")[2].partition(":")[0]
    if not (said.isascii() and said.isdigit() and len(said) < 6):
        raise BadInput("board-idea-gone")
    return int(said)


_OPTIONS = (
    Option("minutes", "integer", lowest=1, highest=LONGEST, aliases=("分钟", "时间")),
    Option("until", "text", highest=times.LONGEST + rounds.LONGEST_TOPIC, aliases=("deadline", "截止", "到")),
    Option("votes", "integer", lowest=1, highest=20, aliases=("dots", "票数", "票")),
    Option("anonymous", "flag", aliases=("匿名",)),
    Option("build", "flag", aliases=("接力",)),
    Option("poll", "flag", aliases=("投票",)),
    Option("sparks", "integer", lowest=0, highest=20, aliases=("火花",)),
    Option("recipe", "text", highest=40, aliases=("配方",)),
)

FEATURE = Feature(
    Command("brainstorm", "topic", _OPTIONS, aliases=("头脑风暴", "脑暴")),
    about="ideas of a whole team: hidden while they are written, then revealed together, voted on, and the winner is made",
    answer=brainstorm,
    verbs={
        "board-idea": Verb(write, slow=True, form=idea_form, alone=True),
        "board-own": Verb(own_ideas),
        "board-change": Verb(change, slow=True, form=change_form, alone=True),
        "board-others": Verb(others),
        "board-build": Verb(build, slow=True, form=build_form, alone=True),
        "board-join": Verb(join),
        "board-done": Verb(done),
        **{f"board-{verb}": Verb(lead) for verb in ("next", "more", "pause", "end")},
        "board-again": Verb(again),
    },
    links={"idea": come_to_write, "own": come_to_own, "others": come_to_build},
    says=(
        *(
            "board-title",
            "board-write",
            "board-build",
            "board-reveal",
            "board-in",
            "board-in-all",
            "board-others",
            "board-count",
        ),
        *("board-paused", "board-open-end", "board-left", "board-left-until"),
        *("span-minutes", "span-hours", "span-days", "board-noted", "board-overheard"),
        *("board-form-idea", "board-form-change", "board-form-field", "board-form-hint", "board-form-hint-change"),
        *("board-same-topic", "board-write-here", "board-own", "board-own-none", "board-own-kept-back"),
        *("board-others-ideas", "board-others-none", "board-form-build"),
        *("board-you-are-in", "board-start-me", "board-you-are-done", "board-you-go-on"),
    ),
)

_ON = Option("on", "text", highest=rounds.LONGEST_TOPIC, aliases=("题目", "主题"))

IDEA = Feature(
    Command("idea", "idea", (_ON,), private=True, hidden=True, aliases=("ideas", "点子", "想法"), references=1),
    about="an idea, or a photo of one, for the brainstorm that is on here, which nobody else sees before all are revealed",
    answer=idea,
)
