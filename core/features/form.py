"""What belongs to every form that is asked in a chat, whatever it is for: its buttons and its sentences."""

from __future__ import annotations

from core.conversation.feature import Feature, Verb
from core.conversation.forms import FILL, fill

FEATURE = Feature(
    verbs={FILL: Verb(fill, asked=True, labelled=False)},
    says=(
        "form-ask",
        "form-ask-number",
        "form-cancel",
        "form-in-private",
        "form-now",
        "form-sent",
        "form-skip-empty",
        "form-skip-keeps",
        "form-words",
        "button-fill-in",
    ),
)
