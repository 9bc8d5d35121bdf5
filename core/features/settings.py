"""``/settings``: a menu of buttons, and words for those who type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core import prompts, texts, times
from core.conversation import commands
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput
from core.features import moderation
from core.types import Button, Preferences, Reply, SessionUpdate

NAMES = ("style", "size", "quality", "number", "check", "taste", "language", "timezone")
_OPTIONS = {
    "style": commands.STYLE,
    "size": commands.SIZE,
    "quality": commands.QUALITY,
    "number": commands.NUMBER,
    "check": commands.Option("check", "choice", ("off", "stories", "all")),
    "taste": commands.Option("taste", "choice", ("off",)),
    "language": commands.LANG,
    "timezone": commands.Option("timezone", "text", times.ZONES, highest=40),
}
_NONE = "default"


def main(hands: Hands, here: Moment) -> Reply:
    """The menu with what is chosen now, and a button for each setting."""
    chosen = here.session.preferences
    lines = [texts.say("settings-title", here.private_language)]
    lines += [
        texts.say(
            "setting-line",
            here.private_language,
            name=texts.say(f"setting-{name}", here.private_language),
            value=_label(name, getattr(chosen, name), here.private_language),
        )
        for name in NAMES
    ]
    buttons = [
        Button(action=f"settings:{name}", label=texts.say(f"setting-{name}", here.private_language)) for name in NAMES
    ]
    if moderation.offered(hands, here):
        lines.append(moderation.line(here))
        buttons.append(moderation.button(here))
    if not here.event.place.private and not here.event.place.thread:
        other = "own" if here.shared else "shared"
        buttons.append(
            Button(action=f"set:session={other}", label=texts.say(f"button-session-{other}", here.private_language))
        )
    buttons.append(Button(action="set:reset=", label=texts.say("button-reset", here.private_language)))
    return Reply(text="\n".join(lines), buttons=tuple(buttons))


def choices(hands: Hands, here: Moment, name: str) -> Reply:
    """The values of one setting, the present one marked."""
    if name not in NAMES:
        return main(hands, here)
    now = getattr(here.session.preferences, name)
    own = [one.name for one in here.session.styles] if name == "style" else []
    values = [_NONE, *own, *_values(name)]
    buttons = [
        Button(
            action=f"set:{name}={value}",
            label=("✓ " if value == (str(now) if now else _NONE) else "") + _label(name, value, here.private_language),
        )
        for value in values
    ]
    buttons.append(Button(action="settings:", label=texts.say("button-back", here.private_language)))
    return Reply(text=texts.say(f"setting-{name}-ask", here.private_language), buttons=tuple(buttons))


def choice(name: str, value: str, styles: Sequence[str] = ()) -> Preferences:
    """A choice, with nothing set but what was chosen; raises ``BadInput`` for a setting or value that does not exist.

    ``styles``: those of the person's own.
    """
    if name not in NAMES:
        raise BadInput("unknown-option", option=name[:40])
    if value in ("", _NONE):
        return Preferences.model_validate({name: None})
    if name == "timezone":
        return Preferences(timezone=times.name_of(times.zone(value)))
    option = _OPTIONS[name]
    command = commands.with_styles(commands.Command("settings", options=(option,)), styles)
    known = commands.check_options(command, {option.name: value})[option.name]
    return Preferences.model_validate({name: int(known) if name == "number" else known})


def after(here: Moment, update: SessionUpdate, default: str) -> Moment:
    """The moment as it is once the update is carried out. ``default``: the language where nobody's is known."""
    session = here.session.updated(update)
    language = session.preferences.language or texts.language_of(here.user.language, default)
    return replace(here, session=session, language=language)


def _values(name: str) -> tuple[str, ...]:
    if name == "style":
        return tuple(prompts.STYLES)
    return tuple(map(str, range(1, 5))) if name == "number" else _OPTIONS[name].choices


def _label(name: str, value: object, language: str) -> str:
    if value in (None, _NONE):
        return texts.say("setting-default", language)
    if name == "style":
        known = prompts.STYLES.get(str(value))
        return known.label(language) if known else str(value)
    if name in ("number", "timezone"):
        return str(value)
    return texts.say("value-taste-off" if name == "taste" else f"value-{value}", language)


async def settings(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """Without words the menu; ``/settings language zh``, ``/settings session shared`` and ``/settings reset`` for those who type."""
    if not parsed.words:
        return await hands.desk.answer(here, main(hands, here).model_copy(update={"private": True}))
    name, _, value = parsed.words.replace("=", " ").partition(" ")
    return await _choose(hands, here, name.strip().lower(), value.strip())


async def show_setting(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The values of one setting, or the whole menu again."""
    reply = choices(hands, here, pressed.argument) if pressed.argument else main(hands, here)
    await hands.desk.answer(here, reply.model_copy(update={"replaces": pressed.press.message}))


async def set_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Set what was chosen in the menu."""
    name, _, value = pressed.argument.partition("=")
    await _choose(hands, here, name, value, replaces=pressed.press.message)


async def _choose(hands: Hands, here: Moment, name: str, value: str, *, replaces: str | None = None) -> None:
    """Set one preference. Raises ``BadInput`` for one that does not exist."""
    if name == moderation.NAME:
        return await moderation.choose(hands, here, value, replaces=replaces)
    if name == "session" or here.shared:
        await hands.desk.rights.check_runs(here)
    if name == "session":
        return await _share(hands, here, value, replaces)
    if name == "reset":
        update = SessionUpdate(key=here.session.key, reset=True)
    else:
        update = SessionUpdate(
            key=here.session.key, preferences=choice(name, value, [one.name for one in here.session.styles])
        )
    now = after(here, update, hands.settings.language)
    reply = main(hands, now).model_copy(update={"replaces": replaces, "language": now.language, "private": True})
    return await hands.desk.answer(here, reply, update=update)


async def _share(hands: Hands, here: Moment, value: str, replaces: str | None) -> None:
    if value not in ("shared", "own"):
        raise BadInput("unknown-value", option="session", value=value[:40], choices="shared, own")
    await hands.store.share_chat(here.event.place, value == "shared")
    text = texts.say(f"session-{value}", here.language)
    await hands.desk.answer(here, Reply(text=text, replaces=replaces))


FEATURE = Feature(
    Command("settings", "choice", private=True, aliases=("设置",)),
    about="your style, size, quality, number, checks, taste, language and time zone, by buttons; "
    "`/settings session shared` for a whole room, `/settings moderation low` for its administrators",
    answer=settings,
    verbs={
        "settings": Verb(show_setting, asked=True, labelled=False),
        "set": Verb(set_it, asked=True, labelled=False),
    },
    says=(
        *("settings-title", "setting-line", "setting-default", "button-reset", "button-back"),
        *(f"setting-{name}{asked}" for name in NAMES for asked in ("", "-ask")),
        *(f"value-{value}" for name in ("size", "quality", "check", "language") for value in _OPTIONS[name].choices),
        "value-taste-off",
        *(f"{key}-{value}" for key in ("session", "button-session") for value in ("own", "shared")),
    ),
)
