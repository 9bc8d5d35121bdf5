"""What the core needs from outside, as protocols. Whoever implements one maps foreign errors to ``core.errors`` where the foreign call is made."""

from core.ports.changes import Bound, Bounds, Change, ComingTimer, InboxRow, NewReply, Rating, Spent
from core.ports.chats import EventLog, EventRow, Outlet, Standing
from core.ports.files import Fetcher, KeptBytes, Media, MediaFile
from core.ports.services import (
    FITS,
    TEXT_FITS,
    Drawing,
    Fit,
    Moderator,
    Painter,
    Painting,
    Shape,
    Show,
    Writer,
    Written,
)
from core.ports.store import Boards, Inbox, Jobs, Money, Pieces, Replies, Sessions, Store, Timers

__all__ = [
    "FITS",
    "TEXT_FITS",
    "Boards",
    "Bound",
    "Bounds",
    "Change",
    "ComingTimer",
    "Drawing",
    "EventLog",
    "EventRow",
    "Fetcher",
    "Fit",
    "Inbox",
    "InboxRow",
    "Jobs",
    "KeptBytes",
    "Media",
    "MediaFile",
    "Moderator",
    "Money",
    "NewReply",
    "Outlet",
    "Painter",
    "Painting",
    "Pieces",
    "Rating",
    "Replies",
    "Sessions",
    "Shape",
    "Show",
    "Spent",
    "Standing",
    "Store",
    "Timers",
    "Writer",
    "Written",
]
