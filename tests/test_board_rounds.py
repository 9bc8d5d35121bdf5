"""What may be done at a board, and what comes of it: pure functions, so a table of plays."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Set
from typing import Any

import pytest
from hypothesis import given as invented
from hypothesis import strategies as st

from core.boards import carrying, leaving, polls, rounds
from core.boards.made import making
from core.errors import BadInput, NotAllowed
from core.features.steps import board_words as words
from core.types import Board, Member, Place, User

PLACE = Place(platform="web", chat="team", peers=True)
NOW = 1_800_000_000.0
IDEAS = ("red kettles", "blue trams", "green owls", "yellow yoghurt")


def user(name: str) -> User:
    return User(platform="web", id=f"id-{name}", name=name)


ADA, BEN, CEM = map(user, ("Ada", "Ben", "Cem"))


def board(**values: Any) -> Board:
    told = {"id": "b", "place": PLACE, "topic": "tea", "leader": ADA, "created": NOW, "members": (Member(user=ADA),)}
    return Board.model_validate(told | values)


def written(*given: tuple[User, str], **values: Any) -> Board:
    made = board(**values)
    for number, (who, text) in enumerate(given):
        made = rounds.give(made, who, text, NOW + number)
    return made


def revealed(*ideas: str, sparks: tuple[str, ...] = (), **values: Any) -> Board:
    made = written(*((ADA, text) for text in ideas), **values)
    return rounds.gathered(rounds.next_round(made, NOW), frozenset(), sparks, NOW)


def handed_on(*given: tuple[User, str], kept_back: Set[int] = frozenset()) -> Board:
    made = rounds.next_round(written(*given, builds=True), NOW)
    return carrying.handed_on(made, frozenset(kept_back), NOW)


def voted(made: Board, *dots: tuple[User, int]) -> Board:
    for who, number in dots:
        made = rounds.dot(made, who, number)
    return made


REFUSED: list[tuple[str, Callable[[], Board]]] = [
    ("board-idea-empty", lambda: written((ADA, " \u200b "))),
    ("board-idea-long", lambda: written((ADA, "x" * 501))),
    ("board-idea-long", lambda: written((ADA, "长" * 10_000))),
    ("board-idea-twice", lambda: written((ADA, "Red kettles"), (ADA, "red  KETTLES!"))),
    ("board-ideas-each", lambda: written(*((ADA, f"idea number {number}") for number in range(21)))),
    ("board-too-late", lambda: rounds.give(revealed(*IDEAS), BEN, "late", NOW)),
    ("board-over", lambda: rounds.give(rounds.end(board(), NOW), BEN, "late", NOW)),
    ("board-over", lambda: rounds.join(rounds.end(board(), NOW), BEN)),
    ("board-over", lambda: rounds.next_round(rounds.end(board(), NOW), NOW)),
    ("board-idea-gone", lambda: rounds.reword(written((ADA, "mine")), BEN, 1, "yours")),
    ("board-idea-twice", lambda: rounds.reword(written((ADA, "one"), (ADA, "two")), ADA, 2, "ONE")),
    ("board-no-vote", lambda: rounds.dot(board(), ADA, 1)),
    ("board-idea-gone", lambda: rounds.dot(revealed(*IDEAS), ADA, 99)),
    ("board-no-dots", lambda: voted(revealed(*IDEAS), (ADA, 1), (ADA, 1), (ADA, 2), (ADA, 3))),
    ("board-no-time", lambda: rounds.more_time(board(), NOW)),
    ("board-no-time", lambda: rounds.pause(board(), NOW)),
    ("board-gathering", lambda: rounds.done(rounds.next_round(written((ADA, "one")), NOW), ADA)),
    ("board-idea-gone", lambda: making(written((ADA, "one")), ADA, 1, "story", "m", NOW)),
]


@pytest.mark.parametrize(("code", "attempt"), REFUSED)
def test_what_cannot_be_done_is_refused(code: str, attempt: Callable[[], Board]) -> None:
    with pytest.raises(BadInput) as caught:
        attempt()
    assert caught.value.code == code


LEADS = [(ADA, False, True), (BEN, False, False), (BEN, True, True), (CEM, False, False)]


@pytest.mark.parametrize(("who", "administers", "may"), LEADS)
def test_who_leads(who: User, administers: bool, may: bool) -> None:
    made = rounds.join(board(), BEN)
    if may:
        rounds.check_leads(made, who.key, administers=administers)
    else:
        with pytest.raises(NotAllowed):
            rounds.check_leads(made, who.key, administers=administers)


def test_whoever_is_in_leads_once_the_leader_is_forgotten() -> None:
    made = leaving.without(rounds.join(board(), BEN), ADA.key, ideas_too=True)
    rounds.check_leads(made, BEN.key, administers=False)
    with pytest.raises(NotAllowed):
        rounds.check_leads(made, CEM.key, administers=False)


TIMES = [
    ("write", {}, "reveal"),
    ("write", {"ideas": False}, "over"),
    ("write", {"builds": True}, "reveal"),
]


@pytest.mark.parametrize(("_from", "how", "to"), TIMES)
def test_rounds_follow_each_other(_from: str, how: dict[str, bool], to: str) -> None:
    others = () if how.get("alone") else ((BEN, "blue"),)
    given = ((ADA, "red"), *others) if how.get("ideas", True) else ()
    assert rounds.next_round(written(*given, builds=how.get("builds", False)), NOW).round == to


def test_time_stands_still_and_goes_on() -> None:
    made = board(minutes=10, ends=NOW + 600)
    paused = rounds.pause(made, NOW + 100)
    assert (paused.ends, paused.left) == (None, 500)
    assert rounds.pause(paused, NOW + 9000).ends == NOW + 9500
    assert rounds.more_time(made, NOW).ends == NOW + 900
    assert rounds.more_time(paused, NOW).left == 800


def test_all_done_is_all_who_are_in() -> None:
    made = rounds.done(rounds.join(board(), BEN), ADA)
    assert not rounds.all_done(made) and rounds.all_done(rounds.done(made, BEN))


def test_own_ideas_are_changed_and_taken_back() -> None:
    made = rounds.reword(written((ADA, "one"), (ADA, "two")), ADA, 1, "three")
    assert [idea.text for idea in rounds.reword(made, ADA, 2, "").ideas_of(ADA.key)] == ["three"]


def test_each_carries_ideas_of_others_further() -> None:
    made = handed_on((ADA, "red"), (BEN, "blue"), (CEM, "green"))
    assert made.round == "build" and not made.hands_on
    for who in (ADA, BEN, CEM):
        given = carrying.to_build_on(made, who.key)
        assert len(given) == 2 and all(idea.author != who.key for idea in given)
    several = handed_on((BEN, "blue"), (BEN, "navy"), (BEN, "azure"), (CEM, "green"))
    assert {idea.author for idea in carrying.to_build_on(several, ADA.key)} == {BEN.key, CEM.key}
    assert len(carrying.to_build_on(several, CEM.key)) == 2, "where only one other gave any, both are theirs"


def test_what_nobody_has_looked_at_is_given_to_nobody_else() -> None:
    made = handed_on((ADA, "red"), (BEN, "blue"), (CEM, "green"), kept_back={2})
    assert [idea.text for idea in carrying.to_build_on(made, ADA.key)] == ["green"]
    made = rounds.reword(rounds.reword(made, CEM, 3, "lime"), BEN, 2, "navy")
    made = rounds.give(made, CEM, "olive", NOW)
    assert not carrying.to_build_on(made, ADA.key), "other words were looked at by nobody"


@pytest.mark.parametrize(("given", "kept_back"), [([ADA, ADA], set()), ([ADA, BEN], {2}), ([ADA, BEN], {1, 2})])
def test_where_there_is_nothing_of_others_to_carry_further_all_is_revealed(
    given: list[User], kept_back: set[int]
) -> None:
    made = handed_on(*((who, f"idea {number}") for number, who in enumerate(given)), kept_back=kept_back)
    assert made.round == "reveal" and made.ends is None and not made.hands_on
    assert {idea.number for idea in made.ideas if idea.kept_back} == kept_back


# --- the reveal ------------------------------------------------------------------------------------------------------


def test_the_same_is_told_once_with_all_whose_it_is() -> None:
    made = written((ADA, "Free coffee for cyclists"), (BEN, "free coffee for the cyclists!"), (CEM, "green owls"))
    shown = rounds.gathered(rounds.next_round(made, NOW), frozenset(), (), NOW)
    first = next(idea for idea in shown.shown if "coffee" in idea.text)
    assert (first.names, first.authors) == (("Ada", "Ben"), (ADA.key, BEN.key)) and len(shown.shown) == 2
    assert "Ada, Ben" in words.revealed(shown).text
    assert "Ada" not in words.revealed(shown.model_copy(update={"anonymous": True})).text


@pytest.mark.parametrize(("sparks", "kept"), [(("a", "b", "c", "d"), 2), (("red kettles", "new"), 1), ((), 0)])
def test_sparks_are_never_more_than_peoples_ideas_and_repeat_none(sparks: tuple[str, ...], kept: int) -> None:
    made = revealed("red kettles", "blue trams", sparks=sparks)
    assert sum(idea.spark for idea in made.shown) == kept


def test_what_breaks_the_rules_stays_back() -> None:
    made = written((ADA, "fine"), (BEN, "foul"), (CEM, "good"))
    shown = rounds.gathered(rounds.next_round(made, NOW), frozenset({2}), (), NOW)
    assert "foul" not in words.revealed(shown).text + words.markdown(shown) + words.table(shown)
    assert "foul" in words.own(shown, BEN.key, "en").text and "foul" not in words.own(shown, ADA.key, "en").text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("to", ["write", "build", "reveal", "over"])
def test_nothing_that_all_see_tells_of_hidden_ideas(to: str, language: str) -> None:
    made = written((ADA, "zebra"), (BEN, "zephyr"), language=language).model_copy(update={"round": to})
    said = words.living(made, NOW), words.revealed(made), words.ballot(made, CEM.key, 0, language)
    told = "".join(reply.model_dump_json() for reply in said) + words.markdown(made) + words.table(made)
    assert "zebra" not in told and "zephyr" not in told


# --- votes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ideas", "each"), [(2, 3), (12, 3), (16, 4), (28, 7), (40, 7)])
def test_dots_follow_from_the_number_of_ideas(ideas: int, each: int) -> None:
    pool = [f"{chr(97 + number // 10) * 5} {chr(97 + number % 10) * 6}" for number in range(ideas)]
    made = revealed(*pool[:20])
    more = tuple(made.shown[0].model_copy(update={"number": 100 + number}) for number in range(ideas - len(made.shown)))
    assert rounds.dots_each(made.model_copy(update={"ideas": (*made.ideas, *more)})) == each


def test_a_third_press_takes_back_what_two_gave() -> None:
    made = voted(revealed(*IDEAS), (ADA, 1), (ADA, 1))
    assert rounds.given(made, ADA.key) == {1: 2}
    assert rounds.given(voted(made, (ADA, 1)), ADA.key) == {}


def test_who_has_a_single_dot_moves_it() -> None:
    made = voted(revealed(*IDEAS, each=1), (ADA, 1), (ADA, 3))
    assert dict(rounds.given(made, ADA.key)) == {3: 1}
    assert not rounds.given(voted(made, (ADA, 3)), ADA.key)
    assert "another to move it" in words.ballot(made, ADA.key, 0, "en").text


def test_a_tie_is_decided_by_a_runoff() -> None:
    made = rounds.next_round(voted(revealed(*IDEAS), (ADA, 1), (BEN, 2)), NOW)
    assert (made.round, made.tied, rounds.dots_each(made)) == ("runoff", (1, 2), 1)
    with pytest.raises(BadInput):
        rounds.dot(made, ADA, 3)
    over = rounds.next_round(voted(made, (ADA, 2), (BEN, 1), (CEM, 2)), NOW)
    assert (over.chosen, over.drawn) == ((2, 1), False)
    assert "runoff" in words.living(over, NOW).text


def test_a_tie_of_a_tie_goes_to_the_earlier_idea_and_it_is_said() -> None:
    made = rounds.next_round(voted(revealed(*IDEAS), (ADA, 3), (BEN, 2)), NOW)
    over = rounds.next_round(made, NOW)
    earlier = min((made.idea(2), made.idea(3)), key=lambda idea: idea.at if idea else NOW)
    assert earlier and over.chosen[0] == earlier.number and over.drawn
    assert "earlier idea" in words.living(over, NOW).text


def test_pictures_of_the_shortlist_are_voted_on_with_one_dot_each() -> None:
    over = rounds.next_round(voted(revealed(*IDEAS), (ADA, 1), (ADA, 1), (BEN, 2), (CEM, 3), (BEN, 1)), NOW)
    assert over.chosen == (1, 2, 3)
    made = rounds.sketched(over, (1, 3), NOW)
    assert (made.round, rounds.dots_each(made), [idea.number for idea in rounds.on_ballot(made)]) == (
        "sketches",
        1,
        [1, 3],
    )
    with pytest.raises(BadInput):
        rounds.dot(made, ADA, 2)
    again = rounds.next_round(voted(made, (ADA, 3), (BEN, 3), (CEM, 1)), NOW)
    assert (again.round, again.chosen) == ("over", (3, 1, 2))
    assert "vote on the sketches" in words.living(again, NOW).text
    assert rounds.sketched(over, (1,), NOW).round == "over", "there is nothing to choose between"


@invented(st.lists(st.tuples(st.sampled_from([ADA, BEN, CEM]), st.integers(1, 4)), max_size=60))
def test_whatever_is_pressed_every_dot_counts_once(presses: list[tuple[User, int]]) -> None:
    made = revealed(*IDEAS)
    for who, number in presses:
        try:
            made = rounds.dot(made, who, number)
        except BadInput:
            continue
        own = rounds.given(made, who.key)
        assert sum(own.values()) <= 3 and all(0 < dots <= 2 for dots in own.values())
    assert sum(rounds.tally(made).values()) == sum(sum(own.values()) for own in made.dots.values())


# --- who is forgotten, what is kept ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ideas_too", [True, False])
def test_who_is_forgotten_is_named_nowhere(ideas_too: bool) -> None:
    hidden = written((ADA, "zebra"), (BEN, "blue trams"))
    assert "zebra" not in leaving.without(hidden, ADA.key, ideas_too=ideas_too).model_dump_json()
    shown = rounds.gathered(rounds.next_round(hidden, NOW), frozenset(), (), NOW)
    left = leaving.without(voted(shown, (ADA, 1)), ADA.key, ideas_too=ideas_too)
    told = left.model_dump_json()
    assert "Ada" not in told and ADA.id not in told and ("zebra" in told) is not ideas_too and not left.dots


def test_dots_for_an_idea_that_goes_are_given_back() -> None:
    made = written((ADA, IDEAS[0]), (BEN, IDEAS[1]), (CEM, IDEAS[2]))
    made = rounds.gathered(rounds.next_round(made, NOW), frozenset(), (), NOW)
    made = leaving.without(voted(made, (CEM, 1), (CEM, 2), (CEM, 3)), ADA.key, ideas_too=True)
    assert dict(rounds.given(made, CEM.key)) == {2: 1, 3: 1}
    assert rounds.given(voted(made, (CEM, 3)), CEM.key)[3] == 2, "the third dot is there to be given again"


def test_a_table_begins_no_formula() -> None:
    made = revealed("=cmd|calc", "+1 for tea", "@home brewing", "＝1+1", "plain, with a comma")
    rows = list(csv.reader(io.StringIO(words.table(made).lstrip("\ufeff"))))
    assert len(rows) == 6 and all(not cell.startswith(("=", "+", "@", "＝")) for row in rows for cell in row)


def test_a_poll_counts_for_the_ideas_that_it_asked_about() -> None:
    """One of them is gone by then, dots by buttons do not count beside it, and where there was no poll they do."""
    began = revealed(*IDEAS, poll=True)
    asked = voted(began.model_copy(update={"asked": tuple(idea.number for idea in began.shown)}), (CEM, 2))
    closed = rounds.next_round(asked, NOW)
    assert closed.counting and closed.round == "vote"
    left = closed.model_copy(update={"ideas": tuple(idea for idea in closed.ideas if idea.number != 1)})
    assert polls.counted(left, (5, 1, 3, 1), NOW).chosen == (3, 2, 4)
    assert polls.counted(closed, None, NOW).chosen == (2,)
    tied = polls.counted(closed, (0, 2, 2, 0), NOW)
    assert (tied.round, tied.tied, tied.counting) == ("runoff", (2, 3), "")
    assert polls.counted(rounds.end(asked, NOW), (0, 2, 2, 0), NOW).drawn, "who ends it wants no runoff"
