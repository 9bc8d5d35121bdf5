"""The values that travel through Fabula. All are frozen; those that are kept are pydantic models, stored as their JSON.

Times are seconds since the epoch (UTC), money is USD, sizes of pictures are pixels."""

from core.types.boards import Board, Idea, Member
from core.types.characters import Cast, Named
from core.types.checks import Answer, Checked, Question, Verdict
from core.types.events import Event, FileRef, Message, Press, Reaction
from core.types.forms import Choice, Filling, Form, FormField, Submission
from core.types.people import Place, User
from core.types.pieces import RATED, Document, KeptPiece, Picture, Piece, PieceKind, Rater, Score, Spend
from core.types.progress import Preview, Progress, Status, TextSoFar
from core.types.replies import AnyButton, Button, DeepLink, KeptReply, Link, Reply
from core.types.requests import JobState, KeptJob, Request
from core.types.sessions import KEPT_QUESTIONS, Offer, Pending, Preferences, Sent, Session, SessionUpdate, Turn
from core.types.timers import Timer
from core.types.values import Value, new_id

__all__ = [
    "KEPT_QUESTIONS",
    "RATED",
    "Answer",
    "AnyButton",
    "Board",
    "Button",
    "Cast",
    "Checked",
    "Choice",
    "DeepLink",
    "Document",
    "Event",
    "FileRef",
    "Filling",
    "Form",
    "FormField",
    "Idea",
    "JobState",
    "KeptJob",
    "KeptPiece",
    "KeptReply",
    "Link",
    "Member",
    "Message",
    "Named",
    "Offer",
    "Pending",
    "Picture",
    "Piece",
    "PieceKind",
    "Place",
    "Preferences",
    "Press",
    "Preview",
    "Progress",
    "Question",
    "Rater",
    "Reaction",
    "Reply",
    "Request",
    "Score",
    "Sent",
    "Session",
    "SessionUpdate",
    "Spend",
    "Status",
    "Submission",
    "TextSoFar",
    "Timer",
    "Turn",
    "User",
    "Value",
    "Verdict",
    "new_id",
]
