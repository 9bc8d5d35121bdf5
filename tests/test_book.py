"""Picture books: from an idea or a story to files, with every page drawn from one sheet, and changed by itself."""

from __future__ import annotations

from studio import Studio, paid


async def test_smoke(studio: Studio) -> None:
    ann = await studio.person()
    answer = await ann.says("/book a fox who finds a lantern --pages 4 --age 5")
    for event in answer.events:
        print(event["kind"], event.get("message"), repr(event["text"])[:600], [(p["kind"], p.get("caption","")[:60]) for p in event["pieces"]], [a["label"] for a in event["actions"]])
    for one in paid(await studio.requests()):
        print(one["endpoint"], one.get("files"), (one.get("prompt") or "")[:300])
    for verb in ("book-pdf","book-print","book-epub","book-zip"):
        made = await ann.presses(*answer.action(verb))
        print(made.text, [(p["caption"], p["size"]) for p in made.pieces])
    print((await ann.says("/book x --pages 40")).text)
    assert 0
