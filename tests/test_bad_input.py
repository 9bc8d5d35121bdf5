"""Bad input gets one clear sentence in the person's language, a code, and costs nothing."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import OperatorFault, StorageFault
from embedded.process import EmbeddedProcess
from storage.opening import open_storage
from studio import DATA, Answer, Person, Studio, paid, studio_at

pytest_plugins = ("lasting",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def studio(lasting: Studio) -> Studio:
    """One for all tests here."""
    return lasting


ENGLISH_AND_CHINESE = pytest.mark.parametrize("language", ["en", "zh"])


@dataclass(frozen=True)
class Mistake:
    name: str
    code: str
    make: Callable[[Person], Awaitable[Answer]]


def says(name: str, code: str, text: str, *files: str | bytes, mask: str | bytes | None = None) -> Mistake:
    return Mistake(name, code, lambda person: person.says(text, *files, mask=mask))


def flat_mask(alpha: int) -> bytes:
    """A mask of the cat's size that is the same everywhere."""
    file = io.BytesIO()
    Image.fromarray(np.full((300, 451, 4), (0, 0, 0, alpha), np.uint8), "RGBA").save(file, "PNG")
    return file.getvalue()


async def a_heavy_file(person: Person) -> Answer:
    return await person.says("/edit a hat", b"\x89PNG" + bytes(60 * 1024 * 1024))


MISTAKES = [
    says("no idea", "empty-prompt", "/image"),
    says("nothing at all", "empty-prompt", "  "),
    says("unknown command", "unknown-command-near", "/iamge a cat"),
    says("unknown option", "unknown-option-near", "/image a cat --stlye ink"),
    says("unknown value", "unknown-value-near", "/image a cat --style inkk"),
    says("value missing", "missing-value", "/image a cat --n"),
    says("too many asked for", "unknown-value", "/image a cat --n 40"),
    says("prompt too long", "prompt-too-long", "/image " + "a cat " * 6000),
    says("seventeen photos", "too-many-photos", "/edit a hat", *["cat-mask-wrong-ratio.png"] * 17),
    says("no picture", "file-not-a-picture", "/edit a hat", "broken-not-an-image.png"),
    says("cut off", "file-damaged", "/edit a hat", "broken-truncated.png"),
    says("bomb", "picture-too-many-pixels", "/edit a hat", "bomb.png"),
    says("bomb as a mask", "picture-too-many-pixels", "/edit a hat", "cat.png", mask="bomb.png"),
    Mistake("60 MB", "file-too-large", a_heavy_file),
    says("mask of another ratio", "mask-wrong-ratio", "/edit a hat", "cat.png", mask="cat-mask-wrong-ratio.png"),
    says("empty mask", "mask-empty", "/edit a hat", "cat.png", mask=flat_mask(255)),
    says("full mask", "mask-full", "/edit a hat", "cat.png", mask=flat_mask(0)),
    says("a photo as a mask", "mask-unclear", "/edit a hat", "cat.png", mask="cup.png"),
    says("against the rules", "refused-words", "/image a beheading, gore everywhere"),
]


@ENGLISH_AND_CHINESE
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
async def test_a_mistake_gets_one_sentence_and_costs_nothing(studio: Studio, mistake: Mistake, language: str) -> None:
    person = await studio.person(language=language)
    answer = await mistake.make(person)
    assert answer.code == mistake.code
    assert answer.failure
    text = answer.failure["text"]
    assert text and "{" not in text and "Traceback" not in text
    assert any("\u4e00" <= sign <= "\u9fff" for sign in text) is (language == "zh")
    asked = await studio.requests()  # once: one that was stopped on its way may come later
    beside = "chat" if mistake.code == "refused-words" else ""  # what was begun beside the look at the words
    begun = [one for one in asked if one["endpoint"] == beside]
    assert paid(asked) == begun
    assert (await person.says("/usage")).code is None, "the process is unharmed"


@ENGLISH_AND_CHINESE
@pytest.mark.parametrize("command", ["/edit make it night", "/vary"])
async def test_without_a_picture_it_asks_for_one(studio: Studio, command: str, language: str) -> None:
    person = await studio.person(language=language)
    asked = await person.says(command)
    assert asked.code is None and "/cancel" in asked.text
    await person.says("/cancel")
    assert paid(await studio.requests()) == []


FAULTS = [
    ({"kind": "status", "status": 401, "code": "invalid_api_key"}, "wrong-key"),
    ({"kind": "status", "status": 429, "code": "insufficient_quota", "type": "insufficient_quota"}, "no-credit"),
    ({"kind": "status", "status": 404, "code": "model_not_found"}, "model-"),
]


@ENGLISH_AND_CHINESE
@pytest.mark.parametrize(("fault", "code"), FAULTS, ids=[code for _, code in FAULTS])
async def test_the_operators_trouble_is_not_blamed_on_the_person(
    studio: Studio, fault: dict, code: str, language: str
) -> None:
    person = await studio.person(language=language)
    await studio.faults({"endpoint": "images.generations", "times": 1, **fault})
    answer = await person.says("/image a cat --raw")
    assert answer.code and answer.code.startswith(code)
    assert answer.failure and answer.failure["job"] in answer.text
    assert ("和你无关" if language == "zh" else "not for you") in answer.text
    assert len(await studio.requests("images.generations")) == 1, "a retry is useless"


async def test_a_late_refusal_says_that_it_may_have_been_billed(studio: Studio) -> None:
    person = await studio.person()
    await studio.faults({"endpoint": "images.generations", "kind": "late_refusal", "times": 1})
    answer = await person.says("/image a cat --raw")
    assert answer.code == "refused-result"
    assert "billed" in answer.text
    assert len(await studio.requests("images.generations")) == 1


async def test_a_retired_model_stops_the_start_and_names_its_successor(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    with pytest.raises(OperatorFault) as caught:
        async with studio_at(tmp_path, services, image_model="dall-e-3"):
            pass
    assert caught.value.code == "model-retired"
    assert str(caught.value.values["successor"]).startswith("gpt-image-2")


async def test_a_second_process_on_one_file_is_refused(studio: Studio) -> None:
    with pytest.raises(StorageFault) as caught:
        await open_storage(studio.program.settings.data_dir)
    assert caught.value.code == "database-in-use"


@ENGLISH_AND_CHINESE
async def test_a_full_disk_is_said(studio: Studio, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    """The folder for new files is taken away: what a full disk does to a write, without filling one."""
    person = await studio.person(language=language)
    await person.says("/help")
    fill_disk(studio, monkeypatch)
    answer = await person.says("/image a cat --raw")
    assert answer.code == "disk-full"


def fill_disk(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    real = os.fsync

    def full(descriptor: int) -> None:
        if "media" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)


@pytest.mark.parametrize("sample", sorted(path.name for path in DATA.glob("*.png")))
async def test_every_sample_is_answered(studio: Studio, sample: str) -> None:
    person = await studio.person()
    answer = await person.says("/vary", sample)
    assert bool(answer.pictures) is (answer.code is None)
