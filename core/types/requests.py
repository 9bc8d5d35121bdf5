"""What is asked for, and the jobs that come of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from core.types.batches import InBatch
from core.types.characters import Cast, told
from core.types.events import FileRef
from core.types.people import Place, User
from core.types.pieces import FromIdea
from core.types.taste import Liking, Tasted
from core.types.values import Value


class Request(Value):
    """What a job is asked to do, frozen when it was accepted: options and preferences no longer change under it.

    ``quote`` are the words of the message that it answers. ``denied`` is why what it answers may not be used by this person (the code of the error).
    ``unusable`` is what that is, where no picture can be made from it (of ``core.pictures.kinds``).
    ``plain``: it was said in plain words and understood, so what begins is told along with how far it is. ``characters``: those that it names.
    ``beyond``: the rules whose limits it may exceed, since it goes on cheaper or an administrator allowed it; ``models``: what is used in place of
    the usual ones (``core.thrift``). ``taste``: what was chosen for its person of what it leaves open, while it is carried out; ``liking``: what they
    had set of that, unless nobody noted it.
    ``batch``: the row of a table that it is for, where nobody waits for it. ``moderation``: how strictly the service looks at its pictures, where
    its room's administrators have chosen (``low``). ``idea``: the idea of a board that it is to make something of. ``style_pictures``: the pieces
    that show the style of somebody's own that it names, and nothing else of what is in them. ``hidden``: nobody but its author hears of it.
    """

    command: str
    words: str = ""
    options: Mapping[str, str] = Field(default_factory=dict)
    files: tuple[FileRef, ...] = ()
    mask: FileRef | None = None
    replied_files: tuple[FileRef, ...] = ()
    documents: tuple[FileRef, ...] = ()
    sources: tuple[str, ...] = ()
    language: str = "en"
    message: str
    place: Place
    author: User
    session: str
    shared: bool = False
    quote: str = ""
    denied: str = ""
    unusable: str = ""
    plain: bool = False
    characters: tuple[Cast, ...] = ()
    beyond: tuple[str, ...] = ()
    models: Mapping[str, str] = Field(default_factory=dict)
    taste: Tasted | None = None
    liking: Liking | None = None
    batch: InBatch | None = None
    moderation: str = ""
    idea: FromIdea | None = None
    style_pictures: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def called(self) -> str:
        """What is done, as rules and figures call it: its command, or the recipe."""
        return self.options.get("recipe", self.command) if self.command == "recipe" else self.command

    @property
    def told(self) -> str:
        """The words as a model is told them: whoever is named is described."""
        return told(self.words, self.characters)


class JobState(StrEnum):
    """``open`` covers waiting and running: which of the two is known only to the process that runs it."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class KeptJob(Value):
    """A job as the store knows it. ``starts`` counts the starts since the last newly finished step.

    ``recipe`` is the version of the recipe that it was accepted for: what its journal and the names of its replies mean. ``batch``: nobody sits and
    waits for it. ``fence`` grows with each process that takes it; 0 where one process has them all.
    """

    id: str
    request: Request
    state: JobState = JobState.OPEN
    created: float
    starts: int = 0
    recipe: int = 1
    batch: bool = False
    fence: int = 0
