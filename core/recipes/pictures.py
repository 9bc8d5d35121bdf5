"""Which pictures a recipe makes: each role, multiplied by the values of its axes, all of them with one description of what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from core.documents.posters import Setting
from core.graphemes import cut
from core.recipes import checking, inputs
from core.recipes.checking import Written
from core.recipes.form import Lettering, RecipeFile
from core.recipes.templates import fill
from core.types import Value


class Shot(Value):
    """One picture to make: its ``name`` in the work, what to make a prompt of, what it has to show, its caption and size, words to set over it.

    ``like`` is the name of the one that it is drawn from.
    """

    name: str
    idea: str
    caption: str
    size: str | None = None
    shows: tuple[str, ...] = ()
    setting: Setting | None = None
    role: str = ""
    like: str = ""


def shots(recipe: RecipeFile, values: Mapping[str, str], written: Written, language: str) -> list[Shot]:
    """The pictures in the order of the roles, and of the values of their axes. ``written``: the text, of which parts may be set over them."""
    if recipe.pictures is None:
        return []
    known = inputs.variables(recipe, values, language)
    known["look"] = fill(recipe.pictures.look.of(language), known)
    return list(_shots(recipe, values, written, known, language))


def _shots(
    recipe: RecipeFile, values: Mapping[str, str], written: Written, known: Mapping[str, object], language: str
) -> Iterator[Shot]:
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
                role=name,
                like=f"{role.like}-1" if role.like else "",
                setting=_setting(role.setting, values, written, language) if role.setting else None,
                shows=tuple(item for one in wanted for item in one.split("\n") if item),
            )


def _setting(lettering: Lettering, values: Mapping[str, str], written: Written, language: str) -> Setting | None:
    """The words that are set over a picture; nothing where there is no headline."""
    said = {name: cut(checking.words(written.get(name, "")).strip(), most) for name, most in lettering.limits.items()}
    headline, subline, call = (
        said.get(name or "", "") for name in (lettering.headline, lettering.subline, lettering.call)
    )
    layout = values.get(lettering.layout, lettering.layout)
    told = {"layout": layout, "headline": headline, "subline": subline, "call": call, "language": language}
    return Setting.model_validate(told) if headline else None
