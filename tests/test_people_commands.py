"""``fabula invite``, ``fabula person`` and ``fabula token``, beside a server that runs and without one."""

from __future__ import annotations

from pathlib import Path

import httpx2

from comers import TOKEN
from fabula_process import Ended, address_in, fabula, running_fabula, told
from patience import PATIENCE

WITH_TOKEN = {"FABULA_WEB_TOKEN": TOKEN}


def browser(said: str, **headers: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=address_in(said), headers=headers, timeout=PATIENCE, trust_env=False, verify=False
    )


async def does(folder: Path, *arguments: str, **environment: str) -> str:
    """What a command says that is carried out without complaint."""
    ended = await fabula(folder, *arguments, **(WITH_TOKEN | environment))
    assert (ended.code, ended.complained) == (0, ""), ended
    return ended.said


async def fails(folder: Path, *arguments: str, **environment: str) -> str:
    """What a command that cannot be carried out complains of: one sentence."""
    ended: Ended = await fabula(folder, *arguments, **(WITH_TOKEN | environment))
    assert (ended.code, ended.said) == (1, "") and len(ended.complained.splitlines()) == 1, ended
    return ended.complained


async def test_who_is_invited_beside_a_running_server_comes_in_and_goes(tmp_path: Path) -> None:
    family = await does(tmp_path, "invite", "Ben", "--room", "family")
    async with running_fabula(tmp_path, **WITH_TOKEN) as (_, said), browser(said) as ann:
        invited = (await does(tmp_path, "invite", "Ann")).splitlines()
        secret = invited[-1].partition("/invite#")[2]
        entered = await ann.post("/invite", data={"secret": secret, "name": "Ann"})
        assert entered.headers["location"] == "/"
        person = (await ann.get("/api/page")).json()["user"]
        assert f"{person}  Ann" in await does(tmp_path, "person", "list")
        again = (await does(tmp_path, "invite", "Ann", "--person", person)).splitlines()[-1].partition("#")[2]
        async with browser(said) as phone:
            await phone.post("/invite", data={"secret": again})
            assert (await phone.get("/api/page")).json()["user"] == person
            await does(tmp_path, "person", "remove", person)
            assert [(await one.get("/api/page")).status_code for one in (ann, phone)] == [401, 401]
        assert person not in (await fabula(tmp_path, "person", "list")).said
        async with browser(said) as ben:
            await ben.post("/invite", data={"secret": family.rpartition("#")[2].strip(), "name": "Ben"})
            for room, status in (("family", 202), ("studio", 403)):
                answer = await ben.post(f"/api/chats/{room}/messages", data={"text": "/help"})
                assert answer.status_code == status, "a room's link lets into that room alone"


async def test_a_token_is_shown_once_listed_without_its_secret_and_taken_back(tmp_path: Path) -> None:
    async with running_fabula(tmp_path, **WITH_TOKEN) as (_, said):
        label, secret = (await does(tmp_path, "token", "create", "shop", "--room", "family")).splitlines()
        token = label.partition(":")[0]
        listed = await does(tmp_path, "token", "list")
        assert token in listed and "shop" in listed and secret not in listed
        async with browser(said, authorization=f"Bearer {secret}") as program:
            assert (await program.post("/api/chats/family/messages", data={"text": "/help"})).status_code == 202
            assert (await program.post("/api/chats/other/messages", data={"text": "/help"})).status_code == 403
            assert token in await does(tmp_path, "token", "revoke", token)
            assert (await program.post("/api/chats/family/messages", data={"text": "/help"})).status_code == 401
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    assert secret.encode() not in kept


IMPOSSIBLE = (
    (("invite", "Ann", "--room", "two words"), "home-"),
    (("invite", "Ann", "--room", "home-ben"), "home-"),
    (("invite", "Ann", "--person", "a b"), "a b"),
    (("person", "remove", "nobody"), "nobody"),
    (("token", "create", "x"), "--room"),
    (("token", "create", "x", "--room", "r", "--person", "p"), "--room"),
    (("token", "create", "x", "--person", "nobody"), "nobody"),
    (("token", "revoke", "t0"), "t0"),
)
"""Commands, and what is in their sentence."""


def test_what_cannot_be_done_is_one_sentence(tmp_path: Path) -> None:
    for arguments, about in IMPOSSIBLE:
        ended = told(tmp_path, *arguments, **WITH_TOKEN)
        assert (ended.code, ended.said) == (1, "") and len(ended.complained.splitlines()) == 1, ended
        assert about in ended.complained


async def test_a_process_that_cannot_do_it_ends_with_one_and_its_sentence(tmp_path: Path) -> None:
    assert "nobody" in await fails(tmp_path, "person", "remove", "nobody")


def test_empty_lists_are_said_in_words(tmp_path: Path) -> None:
    for arguments, words in ((("person", "list"), "Nobody"), (("token", "list"), "no tokens")):
        ended = told(tmp_path, *arguments, **WITH_TOKEN)
        assert (ended.code, ended.complained) == (0, "") and words in ended.said, ended


def test_it_says_so_where_nobody_signs_in(tmp_path: Path) -> None:
    ended = told(tmp_path, "invite", "Ann", FABULA_LANGUAGE="zh")
    assert ended.code == 0 and "/invite#" in ended.said
    assert ended.complained.count("FABULA_WEB_TOKEN") == 1


async def test_a_token_that_can_be_guessed_is_not_started_with(tmp_path: Path) -> None:
    assert "16" in await fails(tmp_path, "run", FABULA_WEB_TOKEN="short")
