"""Files that embeds and components show: `attachment://NAME` becomes a link with the picture's size."""

from collections.abc import Iterator
from typing import Any

from standins.discord.cdn import Cdn, safe_name
from standins.discord.state import Attachment, Content, Json

SCHEME = "attachment://"
_EMBED_PICTURES = ("image", "thumbnail", "video")
_COMPONENT_MEDIA = ("media", "file")


def references(value: Any) -> Iterator[str]:
    """The names of all files that embeds or components refer to."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("url", "icon_url") and isinstance(inner, str) and inner.startswith(SCHEME):
                yield safe_name(inner.removeprefix(SCHEME))
            else:
                yield from references(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from references(inner)


def resolve_embed(cdn: Cdn, content: Content, embed: Json) -> Json:
    """An embed as a reader gets it."""
    told = {"type": "rich", **embed}
    for name in _EMBED_PICTURES:
        if isinstance(told.get(name), dict):
            told[name] = _resolved(cdn, content, told[name])
    for name in ("author", "footer"):
        icon = told[name].get("icon_url") if isinstance(told.get(name), dict) else None
        if isinstance(icon, str) and (found := _named(content, icon)) is not None:
            told[name] = told[name] | {"icon_url": cdn.url(found), "proxy_icon_url": cdn.url(found)}
    return told


def resolve_component(cdn: Cdn, content: Content, component: Json) -> Json:
    """A component as a reader gets it, with everything inside."""
    told = dict(component)
    for name in _COMPONENT_MEDIA:
        if isinstance(told.get(name), dict):
            told[name] = _resolved(cdn, content, told[name], component=True)
    if "file" in told and (found := _named(content, component["file"]["url"])) is not None:
        told |= {"name": found.filename, "size": len(found.data)}
    for name in ("components", "items"):
        if name in told:
            told[name] = [resolve_component(cdn, content, inner) for inner in told[name]]
    if isinstance(told.get("accessory"), dict):
        told["accessory"] = resolve_component(cdn, content, told["accessory"])
    return told


def _named(content: Content, url: str) -> Attachment | None:
    name = safe_name(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
    return next((one for one in content.attachments if one.filename == name), None)


def _resolved(cdn: Cdn, content: Content, media: Json, *, component: bool = False) -> Json:
    found = _named(content, str(media.get("url", "")))
    if found is None:
        return media | ({"proxy_url": media.get("url"), "loading_state": 2} if component else {})
    url = cdn.url(found)
    told = media | {"url": url, "proxy_url": url, "width": found.width or None, "height": found.height or None}
    if component:
        told |= {"content_type": found.content_type, "loading_state": 2, "attachment_id": str(found.id), "flags": 0}
        told |= {"placeholder": "", "placeholder_version": 1}
    return told
