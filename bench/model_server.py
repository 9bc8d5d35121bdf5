"""A model service that only waits: it answers every request with prepared bytes after a set time, so that what is measured is the bot.

Pictures are 1.5 MB PNGs. Prints its address; ``GET /seen`` tells when each picture call came and was answered (``time.monotonic`` of this machine).
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import time

import numpy as np
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

SIZE = 1_500_000
SEEN: list[dict[str, float | str]] = []


def picture() -> bytes:
    """A PNG of about 1.5 MB: noise over half of it, since noise does not compress."""
    pixels = np.zeros((1024, 1024, 3), np.uint8)
    rows = SIZE // (1024 * 3)
    pixels[:rows] = np.random.default_rng(1).integers(0, 256, (rows, 1024, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def application(seconds: float) -> Starlette:
    usage = {
        "input_tokens": 20,
        "output_tokens": 1756,
        "total_tokens": 1776,
        "input_tokens_details": {"text_tokens": 20, "image_tokens": 0},
    }
    encoded = base64.b64encode(picture()).decode()
    event = {
        "type": "image_generation.completed",
        "b64_json": encoded,
        "usage": usage,
        "created_at": 0,
        "size": "1024x1024",
    }
    streamed = f"event: image_generation.completed\ndata: {json.dumps(event)}\n\n".encode()
    whole = json.dumps({"created": 0, "data": [{"b64_json": encoded}], "usage": usage}).encode()

    async def images(request: Request) -> Response:
        came = time.monotonic()
        asked = await request.json()
        await asyncio.sleep(seconds)
        SEEN.append({"prompt": asked["prompt"], "came": came, "answered": time.monotonic()})
        if not asked.get("stream"):
            return Response(whole, media_type="application/json")
        return StreamingResponse(iter([streamed]), media_type="text/event-stream")

    async def moderations(request: Request) -> Response:
        await request.body()
        return JSONResponse(
            {
                "id": "m",
                "model": "omni-moderation-latest",
                "results": [{"flagged": False, "categories": {}, "category_scores": {}}],
            }
        )

    async def seen(request: Request) -> Response:
        return JSONResponse(SEEN)

    return Starlette(
        routes=[
            Route("/v1/images/generations", images, methods=["POST"]),
            Route("/v1/moderations", moderations, methods=["POST"]),
            Route("/seen", seen),
        ]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=0.0)
    options = parser.parse_args()
    uvicorn.run(application(options.seconds), host="127.0.0.1", port=options.port, log_level="error", access_log=False)
