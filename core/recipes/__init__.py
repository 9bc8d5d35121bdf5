"""One recipe a command: its steps, readable from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping

from core.jobs import Recipe
from core.recipes.edit import edit
from core.recipes.image import image
from core.recipes.photo import photo
from core.recipes.story import continue_story, illustrate, story
from core.recipes.talk import talk
from core.recipes.vary import vary

RECIPES: Mapping[str, Recipe] = {
    "story": story,
    "continue": continue_story,
    "illustrate": illustrate,
    "image": image,
    "edit": edit,
    "vary": vary,
    "photo": photo,
    "talk": talk,
}
