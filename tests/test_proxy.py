"""Where the environment names a proxy, what goes out goes through it; this machine's own servers are reached without."""

from __future__ import annotations

from pathlib import Path

import pytest

from bots.platforms import Settings
from bots.telegram.platform import telegram_platform
from core.errors import OperatorFault
from core.services.openai import Connection
from odd_server import Canned, OddServer, odd_server

MODELS = Canned({"data": [{"id": "gpt-6-luna"}]})
NO_TOKEN = "1:no-token"


def through(proxy: OddServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))


async def asks_telegram(folder: Path, url: str) -> None:
    settings = Settings(_env_file=None, telegram_bot_token=NO_TOKEN, telegram_base_url=url, data_dir=folder)  # type: ignore[call-arg]
    platform = telegram_platform(settings, None, None)  # type: ignore[arg-type]
    with pytest.raises(
        OperatorFault, match="telegram-token-wrong"
    ):  # the proxy answers 404, as Telegram does to a token it does not know
        await platform.connect()
    await platform.close()


async def test_models_are_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with odd_server() as proxy:
        through(proxy, monkeypatch)
        proxy.answer("http://models.invalid/v1/models", MODELS)
        connection = Connection("http://models.invalid/v1", "key")
        assert list(await connection.list_models()) == ["gpt-6-luna"]
        await connection.close()


async def test_telegram_is_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with odd_server() as proxy:
        through(proxy, monkeypatch)
        await asks_telegram(tmp_path, "http://telegram.invalid/bot")
        assert {path for path, _ in proxy.asked} == {f"http://telegram.invalid/bot{NO_TOKEN}/getMe"}


async def test_no_proxy_is_asked_for_this_machines_own_servers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with odd_server() as proxy, odd_server() as own:
        through(proxy, monkeypatch)
        own.answer("/v1/models", MODELS)
        connection = Connection(own.url, "key")
        assert list(await connection.list_models()) == ["gpt-6-luna"]
        await connection.close()
        await asks_telegram(tmp_path, f"{own.url}/bot")
        assert len(own.asked) == 2
        assert proxy.asked == []
