"""Changing pictures that exist: painting into a masked region, and varying or restyling a whole picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from embedded.artist import compose, scenery, studio, styles
from embedded.artist.colours import rgb
from embedded.artist.pixels import Pixels, tone
from embedded.artist.words import Scene, read

#: A variation without words takes one of these finishes, and one of `_MOODS`, by its seed.
_FINISHES = ("watercolour", "oil", "anime", "film", "crayon", "poster", "clay", "sketch")
#: Colour balances: factors for red, green and blue, then for saturation.
_MOODS = (
    ((1.07, 1.0, 0.9), 1.1),
    ((0.92, 1.0, 1.09), 1.05),
    ((1.04, 0.97, 1.05), 1.2),
    ((1.03, 1.04, 0.93), 0.88),
    ((0.97, 1.05, 1.0), 1.25),
)
_HOUR_LIGHT: dict[str, tuple[float, float, float]] = {
    "night": (0.34, 0.42, 0.68), "dusk": (0.7, 0.62, 0.86), "sunset": (1.12, 0.86, 0.7), "dawn": (1.07, 0.94, 0.93),
    "morning": (1.05, 1.02, 0.93), "day": (1.04, 1.04, 1.0),
}  # fmt: skip
#: "Make the cup red" recolours what is there; "a red cup" draws one.
_RECOLOUR = re.compile(
    r"\b(make|turn|paint|colou?r|dye|change)\b(?!.*\b(into an?|with an?)\b)|[变改染涂漆]成?\S?[红橙黄绿青蓝紫粉棕白黑灰金银]"
)
_CLOSER = re.compile(r"\b(bigger|larger|closer|zoom|close-up|closeup)\b|放大|变大|更大|特写")
_ADDED = re.compile(r"\b(add|put|draw|include|place)\b|加|添|画[一上个]|放")


def repaint(
    sources: Sequence[Image.Image],
    mask: Image.Image | None,
    prompt: str,
    *,
    width: int,
    height: int,
    seed: int,
) -> Image.Image:
    """The first source changed as the prompt says, RGBA of exactly `width`×`height` pixels.

    With a mask only the region where its alpha is 0 is painted, softly inside its border, and every other pixel is that
    of the scaled source. Without one the whole picture is restyled; further sources become framed inserts. Raises
    ValueError if there is no source.
    """
    if not sources:
        raise ValueError("there is no picture to repaint")
    first = sources[0].convert("RGBA").resize((width, height), Image.Resampling.LANCZOS)
    scene = read(prompt)
    if mask is not None:
        return _painted_inside(first, mask, scene, prompt.lower(), seed)
    return _varied(first, sources[1:], scene, prompt.lower(), seed)


def edited(source: Image.Image, words: str, *, width: int, height: int, seed: int) -> Image.Image:
    """A picture of which nothing is known, changed as a whole where that is what the words ask for: its light, weather or manner, or
    something added in front. Else it stays as it is, and `info` tells under `undone` what was not done.
    """
    picture = source.convert("RGBA").resize((width, height), Image.Resampling.LANCZOS)
    scene, random = read(words), Random(f"edited {seed}")
    lit = bool(scene.hour or scene.weather or scene.season or scene.mood)
    if scene.subjects and _ADDED.search(words.lower()) and not scene.removal:
        return _joined(picture, _cut_out(scene, seed), random)
    if scene.subjects or not (lit or scene.styles):
        picture.info |= {"undone": (words.strip(),), "exact": True}
        return picture
    picture = _relit(picture, scene, random) if lit else picture
    picture = styles.finished(picture, scene.style, seed) if scene.styles else picture
    return _weathered(picture, scene, seed) if lit else picture


def _painted_inside(source: Image.Image, mask: Image.Image, scene: Scene, text: str, seed: int) -> Image.Image:
    """The source with the masked region painted anew."""
    alpha = mask.convert("RGBA").getchannel("A").resize(source.size, Image.Resampling.BILINEAR)
    region = alpha.point(lambda value: 255 if value < 128 else 0)
    box = region.getbbox()
    if box is None:
        return source
    side = min(box[2] - box[0], box[3] - box[1])
    inside = _feathered(region, max(1.0, min(side * 0.04, 14.0)))
    if scene.colours and (not scene.subjects or _RECOLOUR.search(text)) and not scene.places:
        patch = _recoloured(source.crop(box), next(iter(scene.colours.values())))
    else:
        patch = _patch(source, region, box, scene, seed)
    painted = source.copy()
    painted.paste(patch, box[:2])
    return Image.composite(painted, source, inside)


def _feathered(region: Image.Image, radius: float) -> Image.Image:
    """The region's weight: 0 outside and on its border, 255 from about `radius` pixels inside."""
    soft = region.filter(ImageFilter.GaussianBlur(radius / 2)).point(
        lambda value: max(0, min(255, round((value - 118) * 2.4)))
    )
    return ImageChops.darker(soft, region)


def _patch(
    source: Image.Image, region: Image.Image, box: tuple[int, int, int, int], scene: Scene, seed: int
) -> Image.Image:
    """What is painted into the box around the region: a scene, or its surroundings carried on, and the subjects."""
    size = box[2] - box[0], box[3] - box[1]
    around = _surroundings(source, region, box)
    if scene.places or scene.hour or scene.weather or scene.mood:
        share = min(1.0, 1024 / max(size))
        drawn = (max(48, round(size[0] * share)), max(48, round(size[1] * share)))
        ground = studio.picture(replace(scene, subjects=()), width=drawn[0], height=drawn[1], seed=seed).resize(
            size, Image.Resampling.BICUBIC
        )
        ground = _harmonised(ground, around, 0.3)
    else:
        ground = _carried_on(source, region, box, seed)
    if scene.subjects or (scene.tokens and not scene.recognised and not scene.removal):
        subject = _harmonised(_cut_out(scene, seed), around, 0.14)
        ground = _standing(ground, subject, region.crop(box), seed, lettered=scene.lettered)
    return styles.finished(ground, scene.style, seed, margin=False)


def _cut_out(scene: Scene, seed: int) -> Image.Image:
    """The subjects alone, cut to their outline's box."""
    svg = compose.document(
        replace(scene, places=(), hour=scene.hour or "day"), width=768, height=768, seed=seed, transparent=True
    )
    drawn = studio.rendered(svg)
    return drawn.crop(drawn.getchannel("A").getbbox() or (0, 0, 768, 768))


def _standing(
    ground: Image.Image, subject: Image.Image, region: Image.Image, seed: int, *, lettered: bool
) -> Image.Image:
    """The subject in the middle of the region, with a soft shadow under it."""
    random = Random(f"standing {seed}")
    share = min(ground.width * 0.8 / subject.width, ground.height * 0.8 / subject.height) * random.uniform(0.93, 1.03)
    size = max(1, round(subject.width * share)), max(1, round(subject.height * share))
    subject = subject.resize(size, Image.Resampling.LANCZOS)
    if random.random() < 0.4 and not lettered:
        subject = ImageOps.mirror(subject)
    weights = np.asarray(region, dtype=np.float64)
    total = weights.sum() or 1.0
    x = round(
        float(weights.sum(axis=0) @ np.arange(weights.shape[1])) / total
        - size[0] / 2
        + ground.width * random.uniform(-0.03, 0.03)
    )
    y = round(
        float(weights.sum(axis=1) @ np.arange(weights.shape[0])) / total
        - size[1] / 2
        + ground.height * random.uniform(-0.01, 0.03)
    )
    return _pasted(ground, subject, x, y)


def _pasted(ground: Image.Image, subject: Image.Image, x: int, y: int) -> Image.Image:
    """The subject on the ground at (x, y) with its shadow."""
    shadow = Image.new("L", ground.size, 0)
    foot, deep = y + subject.height, max(2, round(subject.height * 0.05))
    ImageDraw.Draw(shadow).ellipse(
        (x + subject.width * 0.06, foot - deep * 1.3, x + subject.width * 0.94, foot + deep), fill=120
    )
    shadow = shadow.filter(ImageFilter.GaussianBlur(max(1.0, deep * 0.7)))
    done = ground.convert("RGBA")
    done.paste((30, 22, 34, 255), (0, 0), shadow)
    layer = Image.new("RGBA", ground.size, (0, 0, 0, 0))
    layer.paste(subject, (x, y))
    return Image.alpha_composite(done, layer)


def _surroundings(source: Image.Image, region: Image.Image, box: tuple[int, int, int, int]) -> Pixels:
    """The pixels near the region but outside it, N×3; all of the picture where there are none."""
    reach = max(8, (box[2] - box[0] + box[3] - box[1]) // 10)
    wide = (
        max(0, box[0] - reach),
        max(0, box[1] - reach),
        min(source.width, box[2] + reach),
        min(source.height, box[3] + reach),
    )
    colours = np.asarray(source.crop(wide).convert("RGB"), dtype=np.float32).reshape(-1, 3) / 255
    outside = np.asarray(region.crop(wide)).reshape(-1) == 0
    chosen: Pixels = colours[outside] if outside.sum() > 16 else colours
    return chosen


def _harmonised(picture: Image.Image, around: Pixels, share: float) -> Image.Image:
    """The picture moved toward the colours around it: their mean, and how far they spread."""
    alpha = picture.getchannel("A")
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float32) / 255
    seen = pixels[np.asarray(alpha) > 128]
    if not len(seen):
        return picture
    spread = np.clip(around.std(axis=0) / np.maximum(seen.std(axis=0), 0.04), 0.5, 1.6)
    moved = (
        (pixels - seen.mean(axis=0)) * (1 + (spread - 1) * share)
        + seen.mean(axis=0) * (1 - share)
        + around.mean(axis=0) * share
    )
    done = Image.fromarray((np.clip(moved, 0, 1) * 255).astype(np.uint8)).convert("RGBA")
    done.putalpha(alpha)
    return done


def _carried_on(source: Image.Image, region: Image.Image, box: tuple[int, int, int, int], seed: int) -> Image.Image:
    """The box with the region filled from its surroundings: coarse averages of what is known, ever finer, and grain."""
    pad = max(12, (box[2] - box[0] + box[3] - box[1]) // 8)
    wide = (
        max(0, box[0] - pad),
        max(0, box[1] - pad),
        min(source.width, box[2] + pad),
        min(source.height, box[3] + pad),
    )
    part, hole = source.crop(wide).convert("RGB"), region.crop(wide).filter(ImageFilter.MaxFilter(5))
    share = min(1.0, 256 / max(part.size))
    size = max(4, round(part.width * share)), max(4, round(part.height * share))
    small = np.asarray(part.resize(size, Image.Resampling.BOX), dtype=np.float32) / 255
    known = (np.asarray(hole.resize(size, Image.Resampling.BOX)) < 8).astype(np.float32)[..., None]
    filled = Image.fromarray((np.clip(_pulled(small * known, known), 0, 1) * 255).astype(np.uint8)).resize(
        part.size, Image.Resampling.BICUBIC
    )
    filled = filled.filter(ImageFilter.GaussianBlur(2))
    pixels = np.asarray(part, dtype=np.float32) / 255
    fine = pixels - np.asarray(part.filter(ImageFilter.GaussianBlur(2)), dtype=np.float32) / 255
    grain = float(fine[np.asarray(hole) == 0].std()) if (np.asarray(hole) == 0).any() else 0.02
    random = np.random.default_rng(seed & 0xFFFFFFFF)
    noise = random.normal(0, min(grain, 0.05), (*pixels.shape[:2], 1)).astype(np.float32)
    done = np.asarray(filled, dtype=np.float32) / 255 + noise
    image = Image.fromarray((np.clip(done, 0, 1) * 255).astype(np.uint8)).convert("RGBA")
    return image.crop((box[0] - wide[0], box[1] - wide[1], box[2] - wide[0], box[3] - wide[1]))


def _pulled(weighted: Pixels, known: Pixels) -> Pixels:
    """Colours everywhere from colours where `known` is 1: each unknown pixel takes the mean of the next coarser level."""
    height, width = known.shape[:2]
    if min(height, width) <= 2 or (known > 0).all():
        mean: Pixels = weighted.sum(axis=(0, 1)) / max(1e-6, float(known.sum()))
        filled: Pixels = weighted + (1 - known) * mean
        return filled
    down = (
        np.pad(weighted, ((0, height % 2), (0, width % 2), (0, 0))),
        np.pad(known, ((0, height % 2), (0, width % 2), (0, 0))),
    )
    colour, weight = (part.reshape(part.shape[0] // 2, 2, part.shape[1] // 2, 2, -1).sum(axis=(1, 3)) for part in down)
    coarse_known = np.clip(weight, 0, 1)
    coarse = _pulled(colour / np.maximum(weight, 1e-6) * coarse_known, coarse_known)
    image = Image.fromarray((np.clip(coarse, 0, 1) * 255).astype(np.uint8)).resize(
        (width, height), Image.Resampling.BILINEAR
    )
    return weighted + (1 - known) * (np.asarray(image, dtype=np.float32) / 255)


def _recoloured(picture: Image.Image, colour: str) -> Image.Image:
    """The picture's light and shade in one colour, with a little of its own colours left."""
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float32) / 255
    grey = (pixels @ tone(0.299, 0.587, 0.114))[..., None]
    target = tone(*rgb(colour)) / 255
    level = float(target @ tone(0.299, 0.587, 0.114))
    dark = target * np.clip(grey / max(0.2, level), 0, 1)
    light = 1 - (1 - target) * np.clip((1 - grey) / max(0.2, 1 - level), 0, 1)
    toned = np.where(grey < level, dark, light) * 0.88 + pixels * 0.12
    return Image.fromarray((np.clip(toned, 0, 1) * 255).astype(np.uint8)).convert("RGBA")


def _varied(source: Image.Image, others: Sequence[Image.Image], scene: Scene, text: str, seed: int) -> Image.Image:
    """The whole picture restyled: framing, light, finish, then what the prompt adds."""
    random = Random(f"varied {seed}")
    share = min(1.0, 1280 / max(source.size))
    size = max(1, round(source.width * share)), max(1, round(source.height * share))
    picture = _reframed(source.resize(size, Image.Resampling.LANCZOS), random, closer=bool(_CLOSER.search(text)))
    if scene.colours and _RECOLOUR.search(text):
        tinted = _recoloured(picture, next(iter(scene.colours.values())))
        picture = _with_alpha(Image.blend(picture.convert("RGB"), tinted.convert("RGB"), 0.55), picture)
        scene = replace(scene, subjects=())
    picture = _relit(picture, scene, random)
    if scene.subjects and not _CLOSER.search(text):
        picture = _joined(picture, _cut_out(scene, seed), random)
    for index, other in enumerate(others[:4]):
        picture = _inserted(picture, other, index, random)
    style = scene.style if scene.styles else ("" if scene.recognised or scene.colours else random.choice(_FINISHES))
    if style and style != "flat":
        picture = styles.finished(picture, style, seed)
    if scene.weather or scene.mood or scene.hour == "night":
        picture = _weathered(picture, scene, seed)
    return picture if picture.size == source.size else picture.resize(source.size, Image.Resampling.BICUBIC)


def _with_alpha(picture: Image.Image, like: Image.Image) -> Image.Image:
    done = picture.convert("RGBA")
    done.putalpha(like.getchannel("A"))
    return done


def _reframed(picture: Image.Image, random: Random, *, closer: bool) -> Image.Image:
    """A slightly different view of the same: a crop, sometimes mirrored."""
    keep = random.uniform(0.6, 0.7) if closer else random.uniform(0.86, 0.96)
    wide, high = picture.width * keep, picture.height * keep
    left, top = (picture.width - wide) * random.random(), (picture.height - high) * random.random()
    if closer:
        left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    cropped = picture.resize(picture.size, Image.Resampling.BICUBIC, box=(left, top, left + wide, top + high))
    return ImageOps.mirror(cropped) if random.random() < 0.4 else cropped


def _relit(picture: Image.Image, scene: Scene, random: Random) -> Image.Image:
    """The colours of another hour, or another mood."""
    factors, saturation = random.choice(_MOODS)
    if scene.hour:
        factors = _HOUR_LIGHT[scene.hour]
    elif scene.weather & {"rain", "storm", "fog", "snow"}:
        factors, saturation = (0.9, 0.95, 1.02), 0.75
    elif scene.season == "autumn":
        factors, saturation = (1.12, 0.96, 0.78), 1.1
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float32) * tone(*factors)
    lit = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    lit = ImageEnhance.Color(lit).enhance(saturation)
    return _with_alpha(ImageEnhance.Contrast(lit).enhance(random.uniform(0.97, 1.1)), picture)


def _joined(picture: Image.Image, subject: Image.Image, random: Random) -> Image.Image:
    """The subjects in the foreground of the picture, on one of its lower thirds."""
    share = min(picture.width * 0.46 / subject.width, picture.height * 0.5 / subject.height)
    subject = subject.resize(
        (max(1, round(subject.width * share)), max(1, round(subject.height * share))), Image.Resampling.LANCZOS
    )
    x = round(picture.width * random.choice((0.28, 0.72)) - subject.width / 2)
    x = max(round(picture.width * 0.02), min(x, round(picture.width * 0.98) - subject.width))
    return _pasted(picture, subject, x, round(picture.height * 0.955) - subject.height)


def _inserted(picture: Image.Image, other: Image.Image, index: int, random: Random) -> Image.Image:
    """Another picture as a small photograph with a white frame, a little turned, in a corner."""
    side = round(min(picture.size) * 0.3)
    card = Image.new("RGBA", (side, round(side * 1.14)), (252, 249, 242, 255))
    edge = max(2, side // 18)
    card.paste(ImageOps.fit(other.convert("RGB"), (side - 2 * edge, side - 2 * edge)), (edge, edge))
    turned = card.rotate(random.uniform(-9, 9), expand=True, resample=Image.Resampling.BICUBIC)
    x = round(picture.width * 0.03) if index % 2 == 0 else round(picture.width * 0.97) - turned.width
    y = round(picture.height * 0.03) if index < 2 else round(picture.height * 0.97) - turned.height
    shadow = Image.new("L", picture.size, 0)
    shadow.paste(turned.getchannel("A").point(lambda value: value // 3), (x + edge // 2, y + edge))
    done = picture.copy()
    done.paste((20, 16, 24, 255), (0, 0), shadow.filter(ImageFilter.GaussianBlur(edge)))
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    layer.paste(turned, (x, y))
    return Image.alpha_composite(done, layer)


def _weathered(picture: Image.Image, scene: Scene, seed: int) -> Image.Image:
    """Rain, snow, fog, stars or light over the picture."""
    stage, _ = compose.stage_for(scene, picture.width, picture.height, seed)
    night = scenery.stars(stage, picture.height * 0.45, 46) if scene.hour == "night" else ""
    drawn = night + scenery.weather(stage)
    if not drawn:
        return picture
    wide, high = picture.size
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">{drawn}</svg>'
    return Image.alpha_composite(picture, studio.rendered(svg))
