"""What the tests of the stand-in OpenAI server share: names, pictures to send, and a hand on its controls."""

import base64
import io

import httpx2
import numpy as np
from PIL import Image, ImageDraw

FLARE, SUNBURST = "gpt-image-2.6-flare", "gpt-image-2.6-sunburst"
SOL, LUNA = "gpt-6.2-sol", "gpt-6-luna"
SMALLEST = "1024x640"
"""655,360 pixels, the fewest allowed: quick to draw."""
PICTURE = {"model": FLARE, "prompt": "a cat", "quality": "low", "size": SMALLEST}
"""A good request for a picture."""
HELLO = [{"role": "user", "content": "hello"}]


async def script(control: httpx2.AsyncClient, *rules: dict[str, object]) -> None:
    answer = await control.post("/faults", json=list(rules))
    assert answer.status_code == 200, answer.text


async def logged(control: httpx2.AsyncClient, **counts: int) -> list[dict]:
    return (await control.get("/requests", params=counts)).json()["requests"]


def png(picture: Image.Image, format: str = "PNG") -> bytes:
    file = io.BytesIO()
    picture.save(file, format)
    return file.getvalue()


def upload(data: bytes, name: str = "photo.png", mimetype: str = "image/png") -> tuple[str, bytes, str]:
    return name, data, mimetype


def photo(width: int = 96, height: int = 64) -> Image.Image:
    """Something with slopes in every channel."""
    ramp = np.linspace(40, 210, width)[None, :, None] * np.ones((height, 1, 3))
    ramp[..., 1] = np.linspace(60, 180, height)[:, None]
    return Image.fromarray(ramp.astype(np.uint8), "RGB")


def mask_for(width: int = 96, height: int = 64) -> Image.Image:
    """Keeps everything (opaque) but a box in the middle."""
    mask = Image.new("RGBA", (width, height), (0, 0, 0, 255))
    ImageDraw.Draw(mask).rectangle((width // 4, height // 4, width // 2, height // 2), fill=(0, 0, 0, 0))
    return mask


def opened(encoded: str | None) -> Image.Image:
    picture = Image.open(io.BytesIO(base64.b64decode(encoded or "", validate=True)))
    picture.load()
    return picture


def data_url(file: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(file).decode()}"


PHOTO, MASK = upload(png(photo())), upload(png(mask_for()))
