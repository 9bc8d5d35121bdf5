"""``fabula doctor``: what it finds, what it says about it, and what it never says."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bots.doctor import examine
from bots.endpoints import Finding
from bots.platforms import Settings
from bots.program import running
from embedded.process import EmbeddedProcess
from fabula_process import fabula
from odd_server import Canned, odd_server
from patience import PATIENCE
from storage.opening import open_storage
from studio import settings_for

KEY = "sk-proj-a-key-that-nobody-accepts"
MODELS = ("gpt-6.2-sol", "gpt-6-luna", "gpt-image-2.6-flare")


async def findings(settings: Settings) -> list[Finding]:
    return [finding async for finding in examine(settings)]


def said(found: list[Finding], state: str) -> str:
    return "\n".join(finding.text for finding in found if finding.state == state)


async def test_all_is_well_without_a_key(tmp_path: Path) -> None:
    ended = await fabula(tmp_path, "doctor")
    assert (ended.code, ended.complained) == (0, "")
    assert "[bad]" not in ended.said
    assert "storybook writes" in ended.said and "sketch artist draws" in ended.said
    for model in MODELS:
        assert model not in ended.said, "there are no models, so none is said to be there"
    assert not (tmp_path / "data" / "embedded-openai.jsonl").exists(), "its requests are nobody's business"


async def test_a_wrong_key_is_named_by_its_variable_and_not_shown(services: EmbeddedProcess, tmp_path: Path) -> None:
    ended = await fabula(tmp_path, "doctor", OPENAI_API_KEY=KEY, OPENAI_BASE_URL=services.url)
    assert ended.code == 1
    assert "does not accept the key in OPENAI_API_KEY" in ended.said
    assert ended.said.count("[bad]") == 1, "said once, not for every model"
    assert KEY not in ended.said + ended.complained


async def test_a_right_key_is_not_shown_either(services: EmbeddedProcess, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={services.key}\nOPENAI_BASE_URL={services.url}\n")
    ended = await fabula(tmp_path, "doctor", FABULA_LOG_LEVEL="DEBUG")
    assert ended.code == 0
    assert "accepts the key in OPENAI_API_KEY" in ended.said
    assert "storybook" not in ended.said
    assert "service.answered" in ended.complained, "with DEBUG the log tells more"
    assert services.key not in ended.said + ended.complained


async def test_words_and_pictures_are_looked_at_apart(services: EmbeddedProcess, tmp_path: Path) -> None:
    found = await findings(settings_for(tmp_path, services, image_api_key=KEY, image_model="gpt-image-2"))
    assert "does not accept the key in FABULA_IMAGE_API_KEY" in said(found, "bad")
    assert "accepts the key in OPENAI_API_KEY" in said(found, "good")
    assert "gpt-6.2-sol is there" in said(found, "good")


async def test_with_a_key_for_pictures_alone_that_server_looks_at_things(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    only_pictures = {"openai_api_key": None, "openai_base_url": None, "image_api_key": services.key}
    found = await findings(settings_for(tmp_path, services, image_base_url=services.url, **only_pictures))
    assert said(found, "bad") == ""
    assert "storybook writes" in said(found, "note") and "sketch artist" not in said(found, "note")
    assert "looked at before anything is drawn" in said(found, "good")


async def test_where_that_server_does_not_look_a_list_of_words_does(tmp_path: Path) -> None:
    async with odd_server() as server:
        settings = Settings(_env_file=None, image_base_url=server.url, image_api_key="k", data_dir=tmp_path)  # type: ignore[call-arg]
        found = await findings(settings)
    assert "only a short list of words" in said(found, "note")


@pytest.mark.parametrize(
    ("settings", "state", "words"),
    [
        ({"public_url": "https://studio.example.org"}, "good", "under https://studio.example.org, for 7 days each."),
        ({"public_url": "http://studio.example.org", "link_days": 1.5}, "note", "for 1.5 days each. Over http they can be read"),
        ({"public_url": "http://127.0.0.1:8000"}, "good", "under http://127.0.0.1:8000"),
        ({"telegram_bot_token": "1:x", "telegram_base_url": "http://127.0.0.1:9/bot"}, "note", "FABULA_PUBLIC_URL would let them"),
    ],
)  # fmt: skip
async def test_where_large_files_are_handed_out_is_said(
    services: EmbeddedProcess, tmp_path: Path, settings: dict[str, object], state: str, words: str
) -> None:
    found = await findings(settings_for(tmp_path, services, **settings))
    assert words in said(found, state)
    assert "FABULA_PUBLIC_URL" not in said([one for one in found if "handed out under" in one.text], state)


@pytest.mark.parametrize(
    ("field", "variable"), [("openai_base_url", "OPENAI_BASE_URL"), ("image_base_url", "FABULA_IMAGE_BASE_URL")]
)
async def test_an_address_without_its_version_is_named_with_the_one_that_answers(
    tmp_path: Path, field: str, variable: str
) -> None:
    async with odd_server() as server:
        server.answer("/v1/models", Canned({"data": [{"id": model} for model in MODELS]}))
        server.answer("/models", Canned(b"<html>Ollama is running</html>", headers={"content-type": "text/html"}))
        base = server.url.removesuffix("/v1")
        found = await findings(Settings(_env_file=None, data_dir=tmp_path, **{field: base}))  # type: ignore[call-arg, arg-type]
        wrong = said(found, "bad")
        assert f"{variable}={server.url}" in wrong and len(wrong.splitlines()) == 1
        del server.answers["/models"]
        assert said(await findings(Settings(_env_file=None, data_dir=tmp_path, **{field: base})), "bad") == wrong  # type: ignore[call-arg, arg-type]


async def test_a_model_that_was_never_pulled_is_named_with_what_gets_it(tmp_path: Path) -> None:
    async with odd_server() as server:
        server.answer("/v1/models", Canned({"data": [{"id": "llama4:latest"}, {"id": "qwen4:8b"}]}))
        settings = open_to(server.url, tmp_path, writer_model="llama4", helper_model="qwen4:8b", image_model="flux")
        found = await findings(settings)
        assert (
            said(found, "bad")
            == "The service does not have flux: check its name, or get it there first, with Ollama by “ollama pull flux”."
        )
        assert "llama4 is there" in said(found, "good") and "qwen4:8b is there" in said(found, "good")


@pytest.mark.parametrize("path", ["", "/v1"])
async def test_what_is_wrong_with_a_server_is_in_the_log_before_the_first_request(tmp_path: Path, path: str) -> None:
    async with odd_server() as server:
        server.answer("/v1/models", Canned({"data": [{"id": "llama4:latest"}]}))
        settings = open_to(server.url.removesuffix("/v1") + path, tmp_path, writer_model="llama4", web_port=0)
        with capture_logs() as log:
            async with running(settings):
                async with asyncio.timeout(PATIENCE):
                    while not (said_so := [entry for entry in log if entry["event"] == "service.unready"]):
                        await asyncio.sleep(0.01)
    assert ("OPENAI_BASE_URL" if not path else "ollama pull") in said_so[0]["said"]


async def test_an_unknown_model_is_bad(services: EmbeddedProcess, tmp_path: Path) -> None:
    found = await findings(settings_for(tmp_path, services, writer_model="gpt-7-imaginary"))
    assert said(found, "bad") == "The service does not list gpt-7-imaginary: check its name."
    assert "gpt-7-imaginary is not in Fabula’s own table" in said(found, "note")


async def test_a_retired_model_names_the_variable_and_its_successor(services: EmbeddedProcess, tmp_path: Path) -> None:
    found = await findings(settings_for(tmp_path, services, image_model="dall-e-3"))
    assert said(found, "bad") == ("The model dall-e-3 has been retired. Set FABULA_IMAGE_MODEL to gpt-image-2.6-flare.")
    assert "gpt-image-2.6-flare is there" in said(found, "good"), "the rest is looked at with its successor"


async def test_a_model_that_goes_is_worth_a_note(tmp_path: Path) -> None:
    async with odd_server() as server:
        listed = [{"id": model, "object": "model", "created": 1, "owned_by": "x"} for model in MODELS]
        listed[0]["shutdown_date"] = "2099-12-31"
        server.answer("/v1/models", Canned({"object": "list", "data": listed}))
        found = await findings(open_to(server.url, tmp_path))
    assert "gpt-6.2-sol is there, and shuts down on 2099-12-31" in said(found, "note")
    assert "asks for no key" in said(found, "good")
    assert "no moderation endpoint" in said(found, "note")
    assert said(found, "bad") == ""


async def test_a_server_that_lists_nothing_is_no_fault(tmp_path: Path) -> None:
    async with odd_server() as server:
        found = await findings(open_to(server.url, tmp_path))
    assert said(found, "bad") == ""
    assert "does not list its models" in said(found, "note")


async def test_what_is_no_service_at_all_is_one(tmp_path: Path) -> None:
    async with odd_server() as server:
        server.answer("/v1/models", Canned(b"<html>hello</html>", headers={"content-type": "text/html"}))
        found = await findings(open_to(server.url, tmp_path))
    assert len(said(found, "bad").splitlines()) == 1
    assert server.url.split("/")[2] in said(found, "bad")


def open_to(url: str, folder: Path, **changes: Any) -> Settings:
    """Settings for a server that wants no key."""
    return Settings(_env_file=None, openai_base_url=url, data_dir=folder, **changes)  # type: ignore[call-arg]


async def test_a_running_studio_is_no_fault(services: EmbeddedProcess, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, services)
    async with await open_storage(settings.data_dir):
        found = await findings(settings)
    assert "Is Fabula already running?" in said(found, "note")
    assert said(found, "bad") == ""


@pytest.mark.parametrize("spoil", ["file", "database", "newer"])
async def test_data_that_cannot_be_used_is_bad(services: EmbeddedProcess, tmp_path: Path, spoil: str) -> None:
    folder = tmp_path / "data"
    if spoil == "file":
        folder.write_text("not a folder")
    else:
        folder.mkdir()
        (folder / "fabula.sqlite3").write_bytes(b"no database, but long enough to be one" * 100)
    if spoil == "newer":
        (folder / "fabula.sqlite3").unlink()
        async with await open_storage(folder) as storage:
            await storage.database.write(_pretend_newer)
    found = await findings(settings_for(folder, services))
    wrong = said(found, "bad")
    assert len(wrong.splitlines()) == 1 and str(folder) in wrong
    assert "gpt-6.2-sol is there" in said(found, "good"), "the rest is looked at all the same"


def _pretend_newer(connection: Any) -> None:
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")


async def test_a_misspelt_variable_is_pointed_out(
    services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("FABULA_WEBPORT=9000\nFABULA_SOMETHING_ELSE_ENTIRELY=1\nOTHER=1\n")
    notes = said(await findings(settings_for(tmp_path, services)), "note")
    assert "FABULA_WEBPORT is not a setting and changes nothing. Did you mean FABULA_WEB_PORT?" in notes
    assert "FABULA_SOMETHING_ELSE_ENTIRELY is not a setting and changes nothing." in notes
    assert "OTHER" not in notes


async def test_it_speaks_the_studios_language(services: EmbeddedProcess, tmp_path: Path) -> None:
    found = await findings(settings_for(tmp_path, services, language="zh", image_model="dall-e-2"))
    assert "已经停用，请把 FABULA_IMAGE_MODEL 设为 gpt-image-2.6-flare" in said(found, "bad")


async def test_what_a_setting_was_called_before_is_still_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABULA_SANDBOX_FAST", "1")  # the name before
    monkeypatch.setenv("FABULA_SANDBOX_SEED", "7")  # the name before
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert (settings.embedded_fast, settings.embedded_seed) == (True, 7)
    assert "FABULA_SANDBOX" not in (await fabula(tmp_path, "doctor")).said  # the name before is no mistake
    monkeypatch.setenv("FABULA_EMBEDDED_SEED", "8")
    assert Settings(_env_file=None).embedded_seed == 8  # type: ignore[call-arg]
