"""Names behind an ``@``, as they are read: who is meant, who is somebody else, and what introduces a character."""

from __future__ import annotations

import pytest

from core.conversation import cast
from core.errors import BadInput
from core.ports import Change
from core.prompts.cast import described
from core.recipes.inputs import introduced
from core.types import Message, Named, Place, Session, SessionUpdate, User
from core.types.characters import KEPT_CHARACTERS, Cast, told
from storage.store import SqlStore

pytest_plugins = ("stored",)

KNOWN = tuple(Named(name=name, piece=name) for name in ("Mia", "米娅", "Captain Nemo", "Nemo", "阿福"))
MEANT = {
    "@Mia": ["Mia"],
    "(@Mia) and @nemo.": ["Mia", "Nemo"],
    "@Captain Nemo's hat": ["Captain Nemo"],
    "@Mia的帽子和@米娅的": ["Mia", "米娅"],
    "给＠阿福，@阿福！": ["阿福", "阿福"],
    "@Miaow": [],
    "@Mia_2": [],
    "mia@mia.org": [],
    "x/@Mia": [],
    "<@Mia>": [],
    "@ Mia": [],
    "@@Mia": [],
}


@pytest.mark.parametrize("text", MEANT)
def test_who_is_meant(text: str) -> None:
    assert [one.name for _, one in cast.mentions(text, KNOWN)] == MEANT[text]


INTRODUCED = {
    "Mia, a small fox, with a scarf": ("Mia", "a small fox, with a scarf"),
    "Mia: a fox": ("Mia", "a fox"),
    "Jean-Luc - a captain": ("Jean-Luc", "a captain"),
    "Captain Nemo": ("Captain Nemo", ""),
    "a small fox with a torn ear": ("", "a small fox with a torn ear"),
    "米娅，一只小狐狸": ("米娅", "一只小狐狸"),
    "米娅 一只小狐狸": ("米娅", "一只小狐狸"),
    "一只小狐狸": ("", "一只小狐狸"),
    "米娅": ("米娅", ""),
    "": ("", ""),
}


@pytest.mark.parametrize("words", INTRODUCED)
def test_a_name_and_who_that_is(words: str) -> None:
    assert introduced(words) == INTRODUCED[words]


KEPT = {
    "keep as Mia": "Mia",
    "Please keep her as @Mia!": "Mia",
    "save this one as Captain Nemo.": "Captain Nemo",
    "留作米娅": "米娅",
    "把它记作“阿福”。": "阿福",
    "save it as PNG": "",
    "remember this as a good one": "",
    "keep the hat as it is": "",
    "keep going": "",
}


@pytest.mark.parametrize("words", KEPT)
def test_what_asks_to_keep_a_picture(words: str) -> None:
    place, author = Place(platform="web", chat="1"), User(platform="web", id="1")
    message = Message(inbox=("1",), id="1", place=place, author=author, text=words, reply_to="2")
    assert cast.kept_as(message) == KEPT[words]
    assert cast.kept_as(message.model_copy(update={"reply_to": None})) == ""


def test_a_session_keeps_so_many_and_each_name_once() -> None:
    session = Session(key="s")
    for number in range(KEPT_CHARACTERS):
        cast.check_new(session, f"Mia {number}")
        one = Named(name=f"Mia {number}", piece=str(number))
        session = session.updated(SessionUpdate(key="s", character=one))
    with pytest.raises(BadInput, match="character-full"):
        cast.check_new(session, "Tom")
    renamed = session.updated(SessionUpdate(key="s", character=Named(name="Tom", piece="3")))
    assert [one.piece for one in renamed.characters] == [one.piece for one in session.characters]
    assert renamed.characters[3].name == "Tom"
    with pytest.raises(BadInput, match="character-taken"):
        cast.check_name(renamed, "tom", of="4")
    assert renamed.updated(SessionUpdate(key="s", reset=True)).characters == renamed.characters
    assert cast.free_name(renamed, " <b>Tom</b> 🦊") == "bTomb" and cast.free_name(renamed, "tom") == "tom 2"


async def test_a_thread_knows_whom_its_chat_keeps(store: SqlStore) -> None:
    """A story that moved into a thread of its own still finds them; what is kept in the thread stays there."""
    home = Place(platform="discord", chat="7")
    thread = home.model_copy(update={"thread": "8"})
    for place, name in ((home, "Mia"), (thread, "Tom")):
        session, _ = await store.session_at(place, "1")
        kept = SessionUpdate(key=session.key, character=Named(name=name, piece=name))
        await store.commit(Change(session=kept))
    seen = [[one.name for one in (await cast.session_at(store, place, "1"))[0].characters] for place in (home, thread)]
    assert seen == [["Mia"], ["Tom", "Mia"]]


def test_the_looks_stand_once_behind_each_name() -> None:
    characters = (Cast(name="Mia", piece="1", looks="a small fox."), Cast(name="米娅", piece="2", looks="小狐狸。"))
    assert told("Mia and 米娅, Mia's friend", characters) == "Mia (a small fox) and 米娅（小狐狸）, Mia's friend"
    assert told("Miami and Mia", characters) == "Miami and Mia (a small fox)"
    assert described(told("Mia", characters[:1]), characters[:1], "en") == "Mia (a small fox)"
    assert described("a roof", characters, "en").splitlines()[1:] == ["Mia: a small fox.", "米娅: 小狐狸."]
    assert told(told("Mia", characters[:1]), ()) == "Mia (a small fox)"
