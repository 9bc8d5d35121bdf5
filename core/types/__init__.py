"""The values that travel through Fabula. All are frozen; those that are kept are pydantic models, stored as their JSON.

Times are seconds since the epoch (UTC), money is USD, sizes of pictures are pixels."""

from core.types.batches import (
    Batch,
    BatchChange,
    BatchInput,
    BatchRow,
    BatchState,
    Cell,
    Counts,
    InBatch,
    RowError,
    RowState,
)
from core.types.boards import Board, Idea, Member
from core.types.characters import Cast, Named
from core.types.checks import Answer, Checked, Question, Verdict
from core.types.events import Event, FileRef, Message, Press, Reaction
from core.types.forms import Choice, Filling, Form, FormField, Submission
from core.types.people import Place, User
from core.types.pieces import RATED, Document, FromIdea, KeptPiece, Picture, Piece, PieceKind, Rater, Score, Spend
from core.types.progress import Preview, Progress, Status, TextSoFar
from core.types.refusals import Refusal
from core.types.replies import AnyButton, BoardLink, Button, DeepLink, KeptReply, Link, PageLink, Poll, Reply
from core.types.requests import JobState, KeptJob, Request
from core.types.sessions import KEPT_QUESTIONS, Offer, Pending, Preferences, Sent, Session, SessionUpdate, Turn
from core.types.slow import SlowCall, Wave
from core.types.taste import Chosen, Count, Liking, Tally, Tasted
from core.types.tickets import Ticket, ticket_id, ticket_secret
from core.types.timers import Timer
from core.types.values import Value, new_id

__all__ = [
    "KEPT_QUESTIONS",
    "RATED",
    "Answer",
    "AnyButton",
    "Batch",
    "BatchChange",
    "BatchInput",
    "BatchRow",
    "BatchState",
    "Board",
    "BoardLink",
    "Button",
    "Cast",
    "Cell",
    "Checked",
    "Choice",
    "Chosen",
    "Count",
    "Counts",
    "DeepLink",
    "Document",
    "Event",
    "FileRef",
    "Filling",
    "Form",
    "FormField",
    "FromIdea",
    "Idea",
    "InBatch",
    "JobState",
    "KeptJob",
    "KeptPiece",
    "KeptReply",
    "Liking",
    "Link",
    "Member",
    "Message",
    "Named",
    "Offer",
    "PageLink",
    "Pending",
    "Picture",
    "Piece",
    "PieceKind",
    "Place",
    "Poll",
    "Preferences",
    "Press",
    "Preview",
    "Progress",
    "Question",
    "Rater",
    "Reaction",
    "Refusal",
    "Reply",
    "Request",
    "RowError",
    "RowState",
    "Score",
    "Sent",
    "Session",
    "SessionUpdate",
    "SlowCall",
    "Spend",
    "Status",
    "Submission",
    "Tally",
    "Tasted",
    "TextSoFar",
    "Ticket",
    "Timer",
    "Turn",
    "User",
    "Value",
    "Verdict",
    "Wave",
    "new_id",
    "ticket_id",
    "ticket_secret",
]
