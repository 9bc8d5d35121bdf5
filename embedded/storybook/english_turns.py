"""What an English idea turns on: the shapes that ideas usually have, and what is made of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from embedded.storybook.words import pairs, vocabulary

LEAD = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok|okay|so|now|then|please|could you|can you|would you|i want|i would like|i'd like|let's have|how about)\W+)*"
    r"(?:(?:write|tell|make|create|give|invent|compose|read|have)\s+(?:(?:me|us|my \w+)\s+)?)?"
    r"(?:(?:a|an|the|another|one|some)\s+)?(?:[\w-]+\s+){0,3}?"
    r"(?:story|tale|fable|adventure|bedtime|picture book|book|noir|thriller|horror|whodunit)\b(?:\s+for\s+(?:my\s+)?[^,.]{1,40}?)?(?:\s+(?:about|"
    r"of|on|where|in which|with)|\s*[:,])\s+",
    re.IGNORECASE,
)
ABOUT = re.compile(r"^\W*(?:about|it is about|it's about)\s+", re.IGNORECASE)
DETERMINERS = vocabulary("a an the my our his her its their one another some two three four five seven twin")
STOPPERS = vocabulary(
    """
    who that which whom whose with without in on at and or but is was are were be been has had have wants wanted want
    wishes wished loses lost finds found meets met goes went gets got from to into onto under over near by for of as so
    because when while where after before until who's that's he she it they his her its their cannot can can't couldn't
    could doesn't does never always discovers discovered befriends befriended learns learned learnt lives lived loves
    loved tries tried dreams dreamed dreamt looks looked searches searched seeks sought becomes became makes made takes
    took brings brought delivers delivered carries carried promises promised decides decided fears feared hates hated
    likes liked helps helped saves saved travels travelled named called opens opened sees saw hears heard comes came
    flies flew sails sailed runs ran walks walked sings sang plays played thinks thought builds built must should would
    will needs needed using through during if then about between behind beside inside outside across along around keeps
    kept grows grew eats ate gives gave steals stole collects collected paints painted bakes baked explores explored
    visits visited appears appeared arrives arrived again too there here this not also just suddenly finally everybody
    everyone somebody
    """
)
PREPOSITIONS = vocabulary(
    """
    in on at under near of with from to for by into onto inside beside behind through over across without about than
    like
    """
)
CLAUSE_END = re.compile(
    r"[,.;:!?()\n\"“”]|\s(?:but|because|so|when|while|and then|until|who|which|although|before|after|with|and (?:a|"
    r"the|his|her|its|their|he|she|it|they|is|was|meets|finds|goes|gets|wants))\b"
)
_FAMILY = (
    "grandma|grandpa|granny|grandmother|grandfather|mother|father|mum|mom|dad|mama|papa|brother|sister|friend|family"
)
SHAPES: tuple[tuple[str, str], ...] = (
    ("wish", rf"(?:misses|missed|missing|miss) (?P<about>(?:his|her|its|their) (?:{_FAMILY})\b.*)"),
    ("fear", r"(?:afraid|scared|frightened|terrified|fearful) (?:of|to|by) (?P<about>.+)"),
    ("fear", r"fear(?:s|ed) (?P<about>.+)"),
    ("fear", r"fear of (?P<about>.+)"),
    (
        "lost",
        r"(?:lost|loses|losing|lose|misplaced|misplaces|missing|misses) (?P<about>(?:his|her|its|their|the|a|an|my) .+)",
    ),
    (
        "lost",
        r"whose (?P<about>[\w'-]+(?: [\w'-]+)?) (?:ran away|runs away|disappear|vanish|went missing|goes missing|"
        r"is gone|was gone|was stolen|is stolen|got lost|is missing|was missing)",
    ),
    ("lost", r"(?P<about>way home)\b"),
    ("lost", r"the (?:lost|missing|stolen) (?P<about>.+)"),
    (
        "promise",
        r"(?:(?:promised|promises|has|have|had|needs|wants|tries|asked|sets out) to|must) (?:deliver|bring|carry|take) (?P<about>.+)",
    ),
    (
        "promise",
        r"(?:delivers|delivering|brings|bringing|carries|carrying) (?P<about>(?:a|an|the|some|his|her|its) .+)",
    ),
    (
        "wish",
        r"(?:wants|wanted|want|wishes|wished|longs|longed|hopes|hoped|dreams|dreamed|learns|learned|learnt|learning|"
        r"tries|tried|trying|decides|decided|wanting|hoping) to (?P<about>.+)",
    ),
    ("wish", r"(?:cannot|can't|can not|could not|couldn't|doesn't know how to|never could|unable to) (?P<about>.+)"),
    ("wish", r"(?:dreams|dreamed|dreamt|dreaming) (?:of|about) (?P<about>\w+ing\b.*)"),
    (
        "wish",
        r"(?:looks|looked|looking|searches|searched|searching|seeks|seeking|hunting|in search) (?:for |of )?(?P<about>(?:a|an|the|some) .+)",
    ),
    (
        "mystery",
        r"(?:finds|found|find|discovers|discovered|discover|uncovers|stumbles (?:up)?on|receives|received|opens|opened|"
        r"gets|hears|heard|hear|digs up) (?P<about>(?:a|an|the|some|his|her|its) .+)",
    ),
    ("mystery", r"(?P<about>\w+ (?:mystery|secret))\b"),
    (
        "friend",
        r"(?:meets|met|meet|befriends|befriended|makes? friends with|made friends with|becomes? friends with|"
        r"friendship (?:with|between)|falls in love with) (?P<about>.+)",
    ),
    ("friend", r"(?P<about>)(?:lonely|no friends|a friend|best friend|friendship|all alone)\b"),
)
JOURNEY = (
    (
        "wish",
        r"(?:goes|went|flies|flew|travels|travelled|traveled|sails|sailed|going|journey|trip|voyage) (?P<about>to (?:the|a|an) .+)",
    ),
)
"""Tried last: where somebody goes is often only where the rest happens."""
NO_VERB = vocabulary("a an the and or of in on at to it him her them not")
GERUNDS = pairs(
    """
    making:make dancing:dance writing:write riding:ride having:have baking:bake coming:come giving:give living:live
    taking:take becoming:become exploring:explore skating:skate leaving:leave saving:save diving:dive driving:drive
    swimming:swim running:run winning:win sitting:sit getting:get skiing:ski being:be seeing:see
    going:go flying:fly speaking:speak singing:sing sleeping:sleep climbing:climb jumping:jump falling:fall
    """
)
"""Gerunds that are more than a verb with an ending."""
_GERUND_OF = {base: gerund for gerund, base in GERUNDS.items()}


NO_DEED = vocabulary("is was has does goes its his this always as less unless perhaps besides towards")
"""Words that end like a verb of somebody's, and are none, or say too little."""
_DONE = pairs(
    """
    ate:eat built:build flew:fly swam:swim won:win caught:catch met:meet sang:sing wrote:write drew:draw stole:steal
    rode:ride told:tell bought:buy brought:bring taught:teach grew:grow drove:drive fought:fight wore:wear hid:hide
    """
)


def read_deed(tokens: Sequence[str]) -> str:
    """What somebody does where no shape fits, as a wish has it: "bakes bread" → "bake bread"; empty where that is not sure."""
    relative = bool(tokens) and tokens[0].lower() in ("who", "that")
    told = tokens[1:] if relative else tokens
    if not told:
        return ""
    first = told[0]
    base = base_of(first)
    if not base and relative and first.isalpha() and first not in STOPPERS | NO_DEED and not first.endswith("ed"):
        base = first  # "two snails who race"
    phrase = (
        CLAUSE_END.split(f" {' '.join([base, *told[1:]])} ".replace(" ,", ","), maxsplit=1)[0].split() if base else []
    )
    return " ".join(phrase) if 0 < len(phrase) <= 9 and all(word.replace("'", "").isalpha() for word in phrase) else ""


def base_of(verb: str) -> str:
    """The verb of what somebody does or did: "bakes", "flew"; empty for a word that does not look like one."""
    return _DONE.get(verb) or _base(verb)


def _base(verb: str) -> str:
    """The verb of "bakes", "flies", "catches"; empty for a word that does not look like one."""
    if not re.fullmatch(r"[a-z]{2,}s", verb) or verb in NO_DEED or verb.endswith(("ss", "us")):
        return ""
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return verb[:-2] if re.search(r"(?:ch|sh|ss|x|zz|o)es$", verb) else verb[:-1]


def read_turn(clause: str, whole: str) -> tuple[str, str, str]:
    """What an idea turns on: the plot, its phrase, and the receiver of something to be brought."""
    for text, shapes in ((clause, SHAPES), (whole, SHAPES), (clause, JOURNEY)):
        found = [(plot, re.search(rf"(?:^|(?<=[\s,])){shape}", text, re.IGNORECASE)) for plot, shape in shapes]
        matches = [(match.start(), plot, match["about"]) for plot, match in found if match is not None]
        if matches:
            _, plot, about = min(matches, key=lambda match: match[0])
            return _cleaned(plot, CLAUSE_END.split(f" {about} ".replace(" ,", ","), maxsplit=1)[0].split())
    return "", "", ""


def _cleaned(plot: str, words: list[str]) -> tuple[str, str, str]:
    """The turn with its phrase made fit for a sentence, or without one where it does not look safe."""
    if plot == "wish":
        return _wish(words)
    if plot == "fear":
        return plot, _safe([_GERUND_OF.get(words[0], words[0]), *words[1:]]) if words else "", ""
    receiver = ""
    found = re.match(
        r"(.+?) to ((?:the|a|an|his|her|its|their|old|grandma|grandpa|santa|mr|mrs|miss)\b.*)", " ".join(words)
    )
    if plot == "promise" and found:
        words, receiver = found[1].split(), " ".join(found[2].split()[:4])
    if plot != "friend" and words and words[0] in DETERMINERS:
        words = words[1:]
    return plot, _safe(until_stopper(words)), receiver


def _wish(words: list[str]) -> tuple[str, str, str]:
    """A wish begins with a verb: "flying" → "fly", "a star" → "find a star"."""
    first = words[0] if words else ""
    if first.endswith("ing"):
        base = GERUNDS.get(first, first[:-3])
        words = [base, *words[1:]] if len(base) > 1 else []
    elif first in ("his", "her", "its", "their"):
        words = ["see", *words, "again"]
    elif first in ("a", "an", "the", "some", "to"):
        words = ["go" if first == "to" else "find", *words]
    if not (0 < len(words) <= 8 and words[0].isalpha() and words[0] not in NO_VERB):
        return "wish", "", ""
    return ("friend", "", "") if words[-1] in ("friend", "friends") else ("wish", " ".join(words), "")


def _safe(words: list[str]) -> str:
    """The phrase, if it is short and made of words, and does not break off."""
    plain = all(re.fullmatch(r"[A-Za-z][a-z'-]*", word) for word in words)
    return " ".join(words) if 0 < len(words) <= 5 and plain and words[-1] not in STOPPERS | DETERMINERS else ""


def until_stopper(words: Sequence[str]) -> list[str]:
    """A noun phrase's words: up to the first that cannot belong to it, "of" excepted."""
    kept: list[str] = []
    for word in words:
        if word in STOPPERS - {"of"} and kept:
            break
        kept.append(word)
    return kept[:-1] if kept and kept[-1] == "of" else kept
