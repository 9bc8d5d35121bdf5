"""Which pictures a recipe makes: each role, multiplied by the values of its axes, all of them with one description of what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from core.recipes import inputs
from core.recipes.form import RecipeFile
from core.recipes.templates import fill
from core.types import Value


class Shot(Value):
    """One picture to make: its ``name`` within the work, what to make a prompt of, what it has to show, its caption and its size."""

    name: str
    idea: str
    caption: str
    size: str | None = None
    shows: tuple[str, ...] = ()


def shots(recipe: RecipeFile, values: Mapping[str, str], language: str) -> list[Shot]:
    """The pictures in the order of the roles, and of the values of their axes."""
    if recipe.pictures is None:
        return []
    known = inputs.variables(recipe, values, language)
    known["look"] = fill(recipe.pictures.look.of(language), known)
    return list(_shots(recipe, values, known, language))


def _shots(recipe: RecipeFile, values: Mapping[str, str], known: Mapping[str, object], language: str) -> Iterator[Shot]:
    assert recipe.pictures
    for name in inputs.roles_drawn(recipe, values):
        role = recipe.pictures.roles[name]
        lists = {axis: values.get(recipe.pictures.axes[axis], "").split("\n") for axis in role.axes}
        for number, chosen in enumerate(product(*lists.values()), 1):
            along = dict(zip(lists, chosen, strict=True))
            seen = {**known, **along}
            wanted = [
                along.get(one) or values.get(one, "") for one in recipe.must.show if one in along or one in values
            ]
            yield Shot(
                name=f"{name}-{number}",
                idea=fill(role.prompt.of(language), seen),
                caption=fill(role.caption.of(language), seen),
                size=role.size,
                shows=tuple(item for one in wanted for item in one.split("\n") if item),
            )
