"""From Telegram's updates to what people do. Updates are kept as they came, but for what was pressed; only what is understood here goes further."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Collection, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import structlog
import telegram
from telegram import Bot, Update
from telegram.constants import ChatAction, ChatType

from bots import owners
from bots.intake import Intake
from bots.telegram import edits
from bots.telegram.downloads import stream
from bots.telegram.files import PLATFORM
from bots.telegram.gathering import Gathering, may_be_a_comment
from bots.telegram.people import author_of, home, in_name_of, place_of, sender, user_of
from bots.telegram.polls import is_open
from bots.telegram.progress import is_progress
from bots.telegram.reading import emoji, lean, read, says_something
from bots.telegram.toasts import Toasts
from core.errors import StorageFault
from core.ports import Change, InboxRow, Store
from core.types import FileRef, Place, Press, Reaction

log = structlog.get_logger()


class TelegramInbound:
    """Keeps updates, has gathered what belongs together, hands events on, and brings the bytes of files."""

    def __init__(self, bot: Bot, store: Store, intake: Intake, toasts: Toasts) -> None:
        self._bot = bot
        self._store = store
        self._intake = intake
        self._toasts = toasts
        self._number = bot.token.partition(":")[0]
        self._is_comment = partial(may_be_a_comment, bot, intake.repertoire.commands)
        self._gathering = Gathering(self._is_comment, self._message)
        self._least = 0.0
        self._fresh: set[str] = set()
        self._tasks: set[asyncio.Future[object]] = set()

    async def receive(self, updates: Iterable[dict[str, Any]], *, first: bool = False) -> None:
        """Commit updates as they came, and hand on those that are new; the ``first`` time everything that waits to be handled.

        Raises ``StorageFault`` where not all could be kept. Those that could are handled all the same: when they come again, they are not new.
        """
        rows = [
            InboxRow(
                id=f"{PLATFORM}:{self._number}:{update['update_id']}",
                platform=PLATFORM,
                user=sender(update),
                payload=json.dumps(lean(update)),
            )
            for update in updates
            if isinstance(update.get("update_id"), int) and not is_open(update)
        ]
        results = await asyncio.gather(*(self._store.take_in(row) for row in rows), return_exceptions=True)
        faults = [result for result in results if isinstance(result, BaseException)]
        fresh = [row for row, new in zip(rows, results, strict=True) if new is True]
        self._fresh |= {row.id for row in fresh} if first else set()
        if first and not faults:
            await self.recover(fresh=self._fresh)
            self._fresh = set()
        elif not first:
            await self._handle(fresh)
        if faults:
            raise faults[0]

    async def recover(self, patience: float = 0.0, fresh: Collection[str] = ()) -> None:
        """Hand on everything that was kept but not handled. ``patience``: seconds to wait at least for what is missing of an album and the like.

        ``fresh``: rows of those that have just come.
        """
        self._least = patience
        try:
            await self._handle(await self._intake.left_over(PLATFORM, fresh))
        finally:
            self._least = 0.0

    async def close(self) -> None:
        """Let go of what is half gathered; its rows are in the inbox."""
        self._gathering.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """The bytes of a file (``core.ports.Fetcher``)."""
        return b"".join([chunk async for chunk in self.stream(file, limit)])

    def stream(self, file: FileRef, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes of a file as they come."""
        return stream(self._bot, file, limit)

    async def _handle(self, rows: Iterable[InboxRow]) -> None:
        """Hand on what was kept."""
        for row in rows:
            try:
                told = json.loads(row.payload)
            except ValueError:
                await self._intake.pass_over(row, home)
                continue
            with self._stepping_over(row.id):
                update = Update.de_json(told, self._bot)
                if (message := update.message) and message.migrate_to_chat_id:
                    await self._migrate(row.id, message.chat, message.migrate_to_chat_id)
                elif update.edited_message:
                    await self._edit(row, update.edited_message)
                else:
                    self._take(row.id, update)

    @contextmanager
    def _stepping_over(self, *rows: str) -> Iterator[None]:
        """An update that cannot be read is left behind and named by its id alone; one that meets a full disk waits for the next start."""
        try:
            yield
        except StorageFault as fault:
            log.error("update has to wait", inbox=rows, code=fault.code)
        except Exception as error:  # noqa: BLE001
            # The broad except around the platform's loop. Its words may quote what somebody wrote, so they are not logged.
            log.warning("update cannot be read", inbox=rows, cause=type(error).__name__)
            self._drop(*rows)

    def _take(self, row: str, update: Update) -> None:
        message = update.message
        if update.callback_query:
            self._press(row, update.callback_query)
        elif update.message_reaction:
            self._reaction(row, update.message_reaction)
        elif message is None or author_of(message) is None or not says_something(message):
            self._drop(row)
        elif self._gathering.take(row, message, self._least) and message.chat.type == ChatType.PRIVATE:
            # It waits, but its person sees at once that it was heard.
            self._spawn(self._bot.send_chat_action(message.chat.id, ChatAction.TYPING))

    async def _edit(self, row: InboxRow, message: telegram.Message) -> None:
        """An edit counts where the words are others now, and soon; whether something came of the earlier ones, the core knows.

        What it was before, and what was sent with it, stand in the inbox, also after a restart; after ``/forget`` they do not, and it is silent.
        """
        if self._gathering.change(row.id, message):
            return None
        if edits.in_time(message):
            rows = await self._store.rows_of(row.user, edits.since(message))
            versions, others = edits.earlier(rows, row.id, message, self._bot, self._is_comment)
            if edits.is_changed(message, versions):
                return self._message((row.id,), (message, *others), earlier=versions)
        return self._drop(row.id)

    def _message(
        self, rows: Sequence[str], messages: Sequence[telegram.Message], earlier: Sequence[telegram.Message] = ()
    ) -> None:
        """Hand on one message of a person, if it is for us."""
        with self._stepping_over(*rows):
            message = read(self._bot, rows, messages, earlier)
            if message is None:
                self._drop(*rows)
            else:
                self._intake.take(message)

    def _press(self, row: str, query: telegram.CallbackQuery) -> None:
        """A button. Telegram shows a spinner on it until it is answered: at once, or with what came of it (a rating, a refusal in a group)."""
        message = query.message
        if message is None or not query.data:
            self._spawn(self._toasts.answer(query.id))
            return self._drop(row)
        place = place_of(message.chat, message if isinstance(message, telegram.Message) else None)
        action, asked = owners.read(query.data)
        press = Press(
            inbox=(row,),
            place=place,
            user=user_of(query.from_user),
            message=str(message.message_id),
            action=action,
            asked=asked,
            home=None if place.private else home(str(query.from_user.id)),
            fleeting=is_progress(action),
        )
        if action.startswith("rate-") or not place.private:
            self._toasts.expect(press, query.id)
        else:
            self._spawn(self._toasts.answer(query.id))
        return self._intake.take(press)

    def _reaction(self, row: str, change: telegram.MessageReactionUpdated) -> None:
        """Old and new reactions of a person, or of who reacts in the name of a chat: what differs was added or taken back."""
        user = user_of(change.user) if change.user else in_name_of(change.actor_chat, change.chat)
        if user is None or (change.user and change.user.is_bot):
            return self._drop(row)
        old, new = (list(filter(None, map(emoji, kinds))) for kinds in (change.old_reaction, change.new_reaction))
        return self._intake.take(
            Reaction(
                inbox=(row,),
                place=place_of(change.chat, None),
                user=user,
                message=str(change.message_id),
                added=tuple(sign for sign in new if sign not in old),
                removed=tuple(sign for sign in old if sign not in new),
            )
        )

    async def _migrate(self, row: str, old: telegram.Chat, new: int) -> None:
        """A group has become a supergroup: its sessions go along, before anything that is said there is handled."""
        await self._store.move_chat(Place(platform=PLATFORM, chat=str(old.id)), Place(platform=PLATFORM, chat=str(new)))
        await self._store.commit(Change(inbox=(row,)))

    def _drop(self, *rows: str) -> None:
        """Nothing for us: handled."""
        self._spawn(self._store.commit(Change(inbox=rows)))

    def _spawn(self, work: Coroutine[object, object, object]) -> None:
        """Do something beside; what becomes of it is not worth more than a note."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Future[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.info("not done", cause=type(error).__name__)
