"""The recipes that there are: the shipped ones and those of a folder, looked at again whenever a file has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import structlog

from core.recipes.form import RecipeFile
from core.recipes.reading import LARGEST, Problem, Unusable, read_recipe

SHIPPED = Path(__file__).parent / "shipped"

MOST_FILES = 60
"""Recipes that are offered: Telegram and Discord take 100 commands of a bot (their documentation, 2026-11), and some are ours."""

log = structlog.get_logger()

_Mark = tuple[int, int]


@dataclass(frozen=True)
class Broken:
    """A file that cannot be used, and why. Where an earlier state of it could be, that is still offered."""

    file: Path
    problems: tuple[Problem, ...]


class Shelf:
    """The recipes by name. ``folder``: the operator's own, which need not exist; a file of the same name replaces a shipped one."""

    def __init__(self, folder: Path, taken: frozenset[str]) -> None:
        """``taken``: the names that other commands have."""
        self._folder = folder
        self._taken = taken
        self._marks: dict[Path, _Mark] = {}
        self._read: dict[Path, RecipeFile] = {}
        self._broken: dict[Path, Broken] = {}
        self._recipes: dict[str, RecipeFile] = {}

    @property
    def recipes(self) -> Mapping[str, RecipeFile]:
        """All that can be used."""
        return self._recipes

    @property
    def broken(self) -> tuple[Broken, ...]:
        """Files of which the newest state cannot be used."""
        return tuple(self._broken.values())

    def file_of(self, name: str) -> Path | None:
        """The file that a recipe comes from."""
        return next((file for file, recipe in self._read.items() if self._recipes.get(name) is recipe), None)

    def look(self) -> bool:
        """Take up what has changed on the disk; whether other recipes are offered now. A file that cannot be used disturbs no other."""
        marks = dict(self._files())
        changed = [file for file, mark in marks.items() if self._marks.get(file) != mark]
        gone = self._marks.keys() - marks.keys()
        if not changed and not gone:
            return False
        for file in gone:
            self._read.pop(file, None)
            self._broken.pop(file, None)
        for file in changed:
            self._take(file)
        self._marks = marks
        before, self._recipes = self._recipes, self._joined()
        return self._recipes != before

    def _files(self) -> Iterator[tuple[Path, _Mark]]:
        """The files there are, the shipped ones first, each with what tells whether it has changed."""
        for folder in (SHIPPED, self._folder):
            try:
                found = sorted(file for file in folder.iterdir() if file.suffix == ".toml")
            except OSError:  # the folder does not exist
                continue
            marked = ((file, mark) for file in found if (mark := _mark_of(file)))
            yield from islice(marked, MOST_FILES)

    def _take(self, file: Path) -> None:
        try:
            with file.open("rb") as opened:
                recipe = read_recipe(opened.read(LARGEST + 1), self._taken).model_copy()  # each file has its own
        except OSError:
            self._note(file, (Problem(1, "", "unreadable"),))
        except Unusable as error:
            self._note(file, error.problems)
        else:
            self._read[file] = recipe
            self._broken.pop(file, None)

    def _note(self, file: Path, problems: tuple[Problem, ...]) -> None:
        self._broken[file] = Broken(file, problems)
        first = problems[0]
        log.warning("a recipe cannot be used", file=file.name, line=first.line, key=first.key, code=first.code)

    def _joined(self) -> dict[str, RecipeFile]:
        """The recipes by name: the folder's in place of shipped ones; of two files there that want one name the later is broken."""
        recipes: dict[str, RecipeFile] = {}
        owners: dict[str, Path] = {}
        files = sorted(self._read, key=lambda file: (file.parent == SHIPPED, file.name))  # the operator's own first
        for file in files:
            recipe = self._read[file]
            names = {name.lower() for name in (recipe.name, *recipe.aliases)}
            clashing = next((owners[name] for name in sorted(names) if name in owners), None)
            if clashing is not None:
                if file.parent != SHIPPED and clashing.parent != SHIPPED and file not in self._broken:
                    self._note(file, (Problem(1, "name", "taken", {"name": recipe.name}),))
                continue
            owners |= dict.fromkeys(names, file)
            recipes[recipe.name] = recipe
        order = [self._read[file].name for file in self._read]
        return {name: recipes[name] for name in dict.fromkeys(order) if name in recipes}


def _mark_of(file: Path) -> _Mark | None:
    """What tells whether a file has changed; ``None`` for one that is gone in this moment, or a link to nothing, as editors lay beside a file."""
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size
