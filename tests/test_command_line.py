"""``fabula run`` as a process: what it says when it starts, when it cannot, and how it ends."""

from __future__ import annotations

import asyncio
import signal
import socket
import stat
import sys
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from bots.command_line import command_line
from bots.platforms import Settings
from embedded.process import EmbeddedProcess
from fabula_process import address_in, fabula, finish, inherited, running_fabula
from patience import PATIENCE

ROOT = Path(__file__).parents[1]
ENDS_WITHIN = 15.0
"""Seconds for the end of an idle studio on a very busy machine; it takes less than one on an idle one."""


async def test_it_starts_says_where_it_is_and_what_a_key_adds_and_ends_with_a_page_open(tmp_path: Path) -> None:
    async with running_fabula(tmp_path) as (process, said):
        assert "Fabula is ready: http://127.0.0.1:" in said
        assert "storybook" in said and "sketch artist" in said and "OPENAI_API_KEY" in said
        assert str(tmp_path / "data") in said
        async with httpx2.AsyncClient(
            base_url=address_in(said), trust_env=False, verify=False, timeout=PATIENCE
        ) as http:
            assert (await http.get("/healthz")).json() == {"status": "ok"}
            async with http.stream("GET", "/api/chats/room/events", params={"user": "ann"}) as stream:
                lines = stream.aiter_lines()
                await anext(lines)
                second = await fabula(tmp_path, "run")
                assert (second.code, second.said) == (1, "")
                assert second.complained.strip() == (
                    f"The data folder {tmp_path / 'data'} is in use by another process. Is Fabula already running?"
                )
                process.terminate()
                ended = await asyncio.wait_for(finish(process), ENDS_WITHIN)
                assert [line async for line in lines if line.startswith("data:")] == [], "the stream ends properly"
        assert (ended.code, ended.complained) == (0, ""), "it ends in peace"


async def test_it_starts_and_ends_as_people_start_and_end_it(tmp_path: Path) -> None:
    """With all its imports, and by Ctrl+C; SIGTERM ends it above."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bots", "run"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=inherited() | {"FABULA_WEB_PORT": "0", "FABULA_EMBEDDED_FAST": "1", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )
    assert process.stdout
    while b"Ctrl+C" not in (line := await asyncio.wait_for(process.stdout.readline(), PATIENCE)):
        assert line
    process.send_signal(signal.SIGINT)
    _, complained = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert (process.returncode, complained) == (0, b"")


async def test_with_a_key_it_names_the_models(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with running_fabula(
        tmp_path, FABULA_IMAGE_API_KEY=services.key, FABULA_IMAGE_BASE_URL=services.url, FABULA_WRITER_MODEL="not-asked"
    ) as (_, said):
        assert "Pictures: gpt-image-2.6-flare" in said
        assert "Words: the built-in storybook" in said and "not-asked" not in said
        assert services.key not in said


async def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = await fabula(tmp_path, "run", FABULA_WEB_PORT=str(port))
    assert (ended.code, ended.said) == (1, "")
    assert ended.complained == f"Another program already uses port {port}. Set FABULA_WEB_PORT to a free one.\n"


async def test_a_token_is_made_once_and_kept_private(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "token"
    async with running_fabula(tmp_path, FABULA_WEB_TOKEN_FILE=str(file)) as (_, said):
        token = file.read_text().strip()
        assert len(token) >= 32 and stat.S_IMODE(file.stat().st_mode) == 0o600
        assert str(file) in said and token not in said
        async with httpx2.AsyncClient(
            base_url=address_in(said), trust_env=False, verify=False, timeout=PATIENCE
        ) as http:
            assert (await http.get("/api/page")).status_code == 401
            allowed = {"authorization": f"Bearer {token}"}
            assert (await http.get("/api/page", headers=allowed)).status_code == 200
    async with running_fabula(tmp_path, FABULA_WEB_TOKEN_FILE=str(file)):
        assert file.read_text().strip() == token


async def test_a_retired_model_is_not_started_with(tmp_path: Path) -> None:
    ended = await fabula(tmp_path, "run", FABULA_LANGUAGE="zh", FABULA_IMAGE_MODEL="gpt-image-1")
    assert ended.code == 1
    assert ended.complained == ("模型 gpt-image-1 已经停用，请把 FABULA_IMAGE_MODEL 设为 gpt-image-2.6-flare。\n")


def refused(folder: Path, monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    """What ``fabula run`` complains of where its settings are no good: it ends before it looks at its data."""
    (folder / "data").write_text("not a folder")
    monkeypatch.chdir(folder)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ended = CliRunner().invoke(command_line, ["run"])
    assert (ended.exit_code, ended.stdout) == (1, "")
    return ended.stderr


def test_an_open_door_demands_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    complained = refused(tmp_path, monkeypatch, FABULA_WEB_HOST="0.0.0.0")
    assert len(complained.splitlines()) == 1
    assert "set FABULA_WEB_TOKEN" in complained


def test_an_empty_token_file_is_no_open_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("\n")
    complained = refused(tmp_path, monkeypatch, FABULA_WEB_TOKEN_FILE="token", FABULA_WEB_HOST="0.0.0.0")
    assert complained == "There is no readable token in token, and none can be made there.\n"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FABULA_WEB_PORT", "eighty"),
        ("FABULA_PRICES", "not json"),
        ("FABULA_PRICES", '{"gpt-image-2": {"per_picture": 1}}'),
        ("FABULA_RATING_EMOJI", '{"🌶️": "hot"}'),
        ("OPENAI_BASE_URL", "localhost:8080/v1"),
        ("FABULA_PUBLIC_URL", "studio.example.org"),
        ("FABULA_PUBLIC_URL", "https://studio.example.org/fabula"),
        ("FABULA_LINK_DAYS", "0"),
        ("FABULA_KEEP_DAYS", "pictures=3"),
        ("FABULA_KEEP_DAYS", "spends=30"),
        ("FABULA_IMAGE_BASE_URL", "http://my server:8080/v1"),
        ("FABULA_TEXT_BASE_URL", "http://localhost:808000/v1"),
        ("FABULA_MONTHLY_BUDGET_USD", "nan"),
        ("FABULA_TIMEOUT", "inf"),
        ("FABULA_PRICES", '{"gpt-image-2": {"text_in": -1}}'),
        ("FABULA_RATING_EMOJI", "[" * 5000),
    ],
)
@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_bad_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, where: str
) -> None:
    (tmp_path / ".env").write_text(f"{variable}='{value}'\n" if where == "file" else "")
    complained = refused(tmp_path, monkeypatch, **({variable: value} if where == "environment" else {}))
    assert complained == f"This setting cannot be used: {variable}. The table in the README says what it takes.\n"


@pytest.mark.parametrize("key", ["sk-\u0430bcdef", "sk-abc def", "sk-abc\nsk-def", 'sk-"abc'])
def test_a_key_that_cannot_be_one_is_named_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    complained = refused(tmp_path, monkeypatch, OPENAI_API_KEY=key, FABULA_WEB_PORT="x")
    about_port, about_key = complained.splitlines()
    assert about_port.startswith("This setting cannot be used: FABULA_WEB_PORT.")
    assert about_key.startswith("OPENAI_API_KEY holds a sign that no key has")
    assert "sk-" not in complained


@pytest.mark.parametrize("around", [' "{}" ', "“{}”", "\ufeff{}\r\n", "'{}'"])
def test_what_was_copied_along_around_a_value_is_none_of_it(around: str) -> None:
    given = {"openai_api_key": "sk-abc", "openai_base_url": "http://localhost:1/v1", "writer_model": "my-llama"}
    copied = {name: around.format(value) for name, value in given.items()}
    settings = Settings(_env_file=None, **copied)  # type: ignore[call-arg, arg-type]
    assert (settings.text_key, settings.text_url, settings.writer_model) == tuple(given.values())
    whole = Settings(_env_file=None, openai_base_url="http://localhost:1/v1/chat/completions")  # type: ignore[call-arg]
    assert whole.text_url == "http://localhost:1/v1"


def test_an_env_file_that_is_no_text_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes(b"FABULA_LANGUAGE=\xff\xfe")
    assert "The file .env cannot be read" in refused(tmp_path, monkeypatch)
