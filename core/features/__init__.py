"""One recipe a command: its steps, readable from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping

from core.features.edit import edit
from core.features.image import image
from core.features.photo import photo
from core.features.story import continue_story, illustrate, story
from core.features.talk import talk
from core.features.vary import vary
from core.jobs import Recipe

RECIPES: Mapping[str, Recipe] = {
    "story": Recipe(story, version=2),
    "continue": Recipe(continue_story, version=2),
    "illustrate": Recipe(illustrate, version=2, looks=False),
    "image": Recipe(image, version=2),
    "edit": Recipe(edit, version=2),
    "vary": Recipe(vary, version=2),
    "photo": Recipe(photo, version=2, looks=False),
    "talk": Recipe(talk, version=2),
}
"""By command. Version 2 of them all names its replies where version 1 numbered them; their steps are the same."""
