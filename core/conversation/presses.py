"""What the buttons do. An action is ``<verb>:<argument>``; nothing in it is trusted: the piece must have been shown in this very place."""

from __future__ import annotations

from dataclasses import replace

from core import texts
from core.conversation import commands, menu, ratings
from core.conversation.desk import Desk
from core.conversation.moment import Moment
from core.conversation.questions import Questions
from core.conversation.quick import Quick
from core.conversation.verbs import VERBS
from core.errors import NotAllowed
from core.ports import Rating, Store
from core.rows import row, shown
from core.types import KeptPiece, PieceKind, Press, Reply


class Presses:
    """Handles presses, also those of buttons from before a restart."""

    def __init__(self, desk: Desk, questions: Questions, quick: Quick, store: Store) -> None:
        self._desk = desk
        self._questions = questions
        self._quick = quick
        self._store = store
        self._free = {
            "cancel": self._cancel,
            "settings": self._settings,
            "set": self._set,
            "example": self._example,
            "forget-yes": self._forget,
            "forget-no": self._kept,
        }
        self._on_piece = {
            "rate-up": self._rate,
            "rate-down": self._rate,
            "vary": self._vary,
            "edit": self._edit,
            "redraw": self._redraw,
            "prompt": self._prompt,
            "original": self._original,
            "delete": self._delete,
            "delete-yes": self._delete_yes,
            "delete-no": self._delete_no,
            "draw": self._draw,
            "continue": self._continue,
            "pick": self._pick,
            "choose": self._choose,
            "region-use": self._region,
            "region-invert": self._region,
            "region-cancel": self._region_cancel,
        }

    async def press(self, here: Moment, press: Press) -> None:
        """Do what a button says. Raises ``NotAllowed`` for a forged, foreign or outdated one."""
        verb, _, argument = press.action.partition(":")
        here, kept = await self.check(here, press)
        if kept is None:
            return await self._free[verb](here, press, argument)
        return await self._on_piece[verb](here, press, kept)

    async def check(self, here: Moment, press: Press) -> tuple[Moment, KeptPiece | None]:
        """Whether this person may press that here: the moment as who speaks, and the piece where it is about one. Raises ``NotAllowed``."""
        name, _, argument = press.action.partition(":")
        verb = VERBS.get(name)
        if verb is None:
            raise NotAllowed("button-unknown")
        kept = await self._store.piece(argument.partition(":")[0]) if verb.kinds else None
        if verb.kinds and (kept is None or kept.piece.kind not in verb.kinds):
            raise NotAllowed("button-unknown")
        if kept and not await self._store.messages_showing(press.place, kept.piece.id, here.user.key):
            raise NotAllowed("button-unknown")
        if kept:
            await self._desk.rights.check_piece(here, verb, kept)
        if verb.asked:
            of_region = kept is not None and kept.piece.kind is PieceKind.REGION
            here = await self._as_asked(here, kept.author.partition(":")[2] if kept and of_region else press.asked)
        return here, kept

    async def _as_asked(self, here: Moment, asked: str | None) -> Moment:
        """The moment as that of the person who was asked; raises ``NotAllowed`` where somebody else presses."""
        speaker = await self._desk.rights.speaker(here, asked)
        if speaker.key == here.user.key:
            return here
        assert isinstance(here.event, Press)
        return replace(await self._desk.enter(here.event.model_copy(update={"user": speaker})), language=here.language)

    # --- without a piece

    async def _cancel(self, here: Moment, press: Press, job: str) -> None:
        """The button under progress stops that job; the one under a question takes the question back."""
        if job:
            return await self._quick.cancel(here, job)
        return await self._questions.take_back(await self._as_asked(here, press.asked))

    async def _settings(self, here: Moment, press: Press, name: str) -> None:
        reply = menu.choices(here, name) if name else menu.main(here)
        await self._desk.answer(here, reply.model_copy(update={"replaces": press.message}))

    async def _set(self, here: Moment, press: Press, choice: str) -> None:
        name, _, value = choice.partition("=")
        await self._quick.choose(here, name, value, replaces=press.message)

    async def _example(self, here: Moment, press: Press, place: str) -> None:
        if place not in ("1", "2", "3"):
            raise NotAllowed("button-unknown")
        parsed = commands.parse(texts.say(f"example-{place}", here.language))
        assert parsed
        await self._questions.start(here, parsed.command, parsed.words, options=dict(parsed.options))

    async def _forget(self, here: Moment, press: Press, what: str) -> None:
        await self._desk.forget(here, with_derived=what == "all")

    async def _kept(self, here: Moment, press: Press, _: str) -> None:
        await self._desk.answer(here, Reply(text=texts.say("forget-not", here.language), replaces=press.message))

    # --- on a piece

    async def _rate(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        """👍 or 👎: pressing it again takes it back. On a message with several pictures it rates them all."""
        up = press.action.startswith("rate-up")
        emoji, other = ("👍", "👎") if up else ("👎", "👍")
        shown = await self._store.shown_in(press.place, press.message)
        others = [piece for piece in shown if piece != kept.piece.id] if kept.piece.id in shown else []
        rating = Rating(
            pieces=(kept.piece.id, *others),
            user=here.user.key,
            emoji=emoji,
            value=ratings.value(emoji),
            added=None,
            instead_of=other,
        )
        await self._desk.answer(here, Reply(rated={}), ratings=(rating,), end=False)

    async def _vary(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        await self._questions.start(here, commands.BY_NAME["vary"], "", sources=(kept.piece.id,))

    async def _edit(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        """Ask what shall change; a photo that came with words already says so."""
        words = kept.piece.request if kept.piece.kind is PieceKind.PHOTO else ""
        await self._questions.start(here, commands.BY_NAME["edit"], words, sources=(kept.piece.id,))

    async def _redraw(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        """The same request once more: a picture from words gets the same prompt, a changed one the same source and region."""
        piece = kept.piece
        made_by = str(piece.parameters.get("command", "image"))
        options = {**dict(piece.parameters.get("options", {})), "n": "1"}
        if made_by in ("edit", "vary") and piece.parent:
            options |= {"region": piece.region} if piece.region else {}
            sources = piece.sources or (piece.parent,)
            request = self._desk.request(here, made_by, piece.request, options=options, sources=sources)
        else:
            options = {name: value for name, value in options.items() if commands.BY_NAME["image"].option(name)}
            request = self._desk.request(here, "image", piece.prompt, options={**options, "raw": "true"})
        await self._desk.accept(here, request)

    async def _prompt(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        """Exactly how the piece was made."""
        piece, language = kept.piece, here.language
        cost = texts.say("price-unknown", language) if piece.cost_usd is None else texts.money(piece.cost_usd, language)
        sent = {
            name: value
            for name, value in piece.parameters.items()
            if name in ("size", "quality", "output_format", "background")
        }
        lines = [
            texts.say("prompt-words", language, prompt=piece.shown_prompt or piece.request),
            texts.say("prompt-model", language, model=piece.model or "–", cost=cost),
        ]
        if sent:
            lines.append(
                texts.say("prompt-sent", language, sent=", ".join(f"{name} {value}" for name, value in sent.items()))
            )
        if piece.parent and (parent := await self._store.piece(piece.parent)):
            source = menu.shortened(parent.piece.caption or texts.say("your-photo", language))
            lines.append(texts.say("prompt-parent", language, parent=source))
        quotes = (piece.id, piece.parent) if piece.parent else (piece.id,)
        await self._desk.answer(here, Reply(text="\n".join(lines), quotes=quotes, private=True))

    async def _original(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        """The untouched file; after a masked edit the composed one and, beside it, the model's own."""
        files = tuple(picture for picture in (kept.piece.picture, kept.piece.own) if picture)
        key = "original-both" if len(files) > 1 else "original"
        reply = Reply(text=texts.say(key, here.language), documents=files, mentions=(kept.piece,))
        await self._desk.answer(here, reply)

    async def _delete(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        buttons = row(("delete-yes", "delete-no"), kept.piece.id, here.language)
        reply = Reply(
            text=texts.say("delete-sure", here.language), mentions=(kept.piece,), buttons=buttons, private=True
        )
        await self._desk.answer(here, reply)

    async def _delete_yes(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        """Remove the piece, and every message that showed nothing else."""
        piece = kept.piece.id
        messages = await self._store.messages_showing(press.place, piece)
        await self._store.delete_piece(piece)
        gone = [
            message
            for message in messages
            if message != press.message and not await self._store.shown_in(press.place, message)
        ]
        replies = [Reply(removes=message) for message in gone]
        await self._desk.answer(here, *replies, Reply(text=texts.say("deleted", here.language), replaces=press.message))

    async def _delete_no(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        await self._desk.answer(here, Reply(text=texts.say("delete-not", here.language), replaces=press.message))

    async def _draw(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        style = here.session.preferences.style or dict(kept.piece.parameters.get("options", {})).get("style")
        options = {"style": style} if style else {}
        request = self._desk.request(here, "illustrate", kept.piece.request, options=options, sources=(kept.piece.id,))
        await self._desk.accept(here, request)

    async def _continue(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        await self._desk.accept(here, self._desk.request(here, "continue", "", sources=(kept.piece.id,)))

    async def _pick(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        """Show one piece with its own row."""
        await self._desk.answer(here, shown(kept.piece, here.language))

    async def _choose(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        """The answer to "which one?"."""
        await self._questions.chosen(here, kept.piece.id, press.action.rpartition(":")[2])

    async def _region(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        """Use the region that was shown, or see its inverse first."""
        piece = kept.piece
        options = {**dict(piece.parameters.get("options", {})), "region": str(piece.region)}
        if press.action.startswith("region-invert"):
            options["invert"] = "true"
        request = self._desk.request(here, "edit", piece.request, options=options, sources=(str(piece.parent),))
        await self._desk.accept(here, request)

    async def _region_cancel(self, here: Moment, press: Press, kept: KeptPiece) -> None:
        await self._desk.answer(here, Reply(text=texts.say("cancelled-question", here.language)))
