"""The button under "did you mean …?": what was typed is done as it was meant."""

from __future__ import annotations

import time
from dataclasses import replace

from core.conversation.corrections import VERB
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Closing, Moment
from core.errors import NotAllowed
from core.types import SessionUpdate


async def do_as_meant(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Take the corrected message in place of the one that was misspelt, once. Raises ``NotAllowed`` where it is another person's, or over."""
    offer = here.session.offer(pressed.argument, here.user.key, time.time())
    if offer is None:
        raise NotAllowed("button-unknown")
    meant = offer.message.model_copy(update={"place": here.event.place, "inbox": here.event.inbox, "earlier": ()})
    # Were the misspelt message put right by hand as well, it would be done twice.
    taken = SessionUpdate(key=here.session.key, taken=offer.id, heard=meant.id)
    await hands.hear(replace(here, closing=Closing(taken)), meant)


FEATURE = Feature(verbs={VERB: Verb(do_as_meant, asked=True, slow=True, labelled=False)})
