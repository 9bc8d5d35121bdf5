"""The ``/settings`` menu: buttons, no typing."""

from __future__ import annotations

from dataclasses import replace

from core import prompts, texts
from core.conversation import commands
from core.conversation.moment import Moment
from core.errors import BadInput
from core.settings import Settings
from core.types import Button, Preferences, Reply, SessionUpdate

NAMES = ("style", "size", "quality", "number", "language")
_OPTIONS = {
    "style": commands.STYLE,
    "size": commands.SIZE,
    "quality": commands.QUALITY,
    "number": commands.NUMBER,
    "language": commands.LANG,
}
_NONE = "default"


def main(here: Moment) -> Reply:
    """The menu with what is chosen now, and a button for each setting."""
    chosen = here.session.preferences
    lines = [texts.say("settings-title", here.language)]
    lines += [
        texts.say(
            "setting-line",
            here.language,
            name=texts.say(f"setting-{name}", here.language),
            value=_label(name, getattr(chosen, name), here.language),
        )
        for name in NAMES
    ]
    buttons = [Button(action=f"settings:{name}", label=texts.say(f"setting-{name}", here.language)) for name in NAMES]
    if not here.event.place.private and not here.event.place.thread:
        other = "own" if here.shared else "shared"
        buttons.append(Button(action=f"set:session={other}", label=texts.say(f"button-session-{other}", here.language)))
    buttons.append(Button(action="set:reset=", label=texts.say("button-reset", here.language)))
    return Reply(text="\n".join(lines), buttons=tuple(buttons))


def choices(here: Moment, name: str) -> Reply:
    """The values of one setting, the present one marked."""
    if name not in NAMES:
        return main(here)
    now = getattr(here.session.preferences, name)
    values = [_NONE, *_values(name)]
    buttons = [
        Button(
            action=f"set:{name}={value}",
            label=("✓ " if value == (str(now) if now else _NONE) else "") + _label(name, value, here.language),
        )
        for value in values
    ]
    buttons.append(Button(action="settings:", label=texts.say("button-back", here.language)))
    return Reply(text=texts.say(f"setting-{name}-ask", here.language), buttons=tuple(buttons))


def choice(name: str, value: str) -> Preferences:
    """A choice, with nothing set but what was chosen; raises ``BadInput`` for a setting or value that does not exist."""
    if name not in NAMES:
        raise BadInput("unknown-option", option=name[:40])
    if value in ("", _NONE):
        return Preferences.model_validate({name: None})
    option = _OPTIONS[name]
    known = commands.check_options(commands.Command("settings", options=(option,)), {option.name: value})[option.name]
    return Preferences.model_validate({name: int(known) if name == "number" else known})


def after(here: Moment, update: SessionUpdate, settings: Settings) -> Moment:
    """The moment as it is once the update is carried out."""
    session = here.session.updated(update)
    language = session.preferences.language or texts.language_of(here.user.language, settings.language)
    return replace(here, session=session, language=language)


def shortened(text: str, length: int = 70) -> str:
    """One line of at most ``length`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _values(name: str) -> tuple[str, ...]:
    if name == "style":
        return tuple(prompts.STYLES)
    return tuple(map(str, range(1, 5))) if name == "number" else _OPTIONS[name].choices


def _label(name: str, value: object, language: str) -> str:
    if value in (None, _NONE):
        return texts.say("setting-default", language)
    if name == "style":
        return prompts.STYLES[str(value)].label(language)
    if name == "number":
        return str(value)
    return texts.say(f"value-{value}", language)
