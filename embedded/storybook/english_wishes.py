"""The common ways to want something in English. Each rule reads a message of at most a few hundred characters from its beginning."""

from __future__ import annotations

import re
from collections.abc import Callable

from embedded.storybook.vocabulary import vocabulary
from embedded.storybook.wish import Talked, Wished, this, wish


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("\n", ""), re.IGNORECASE)


LEAD = (
    r"^(?:(?:hi|hey|hello|ok|okay|so|now|please|pls|well|right|alright|oh|fabula|yes)[,.! ]+){0,3}"
    r"(?P<asks>(?:can|could|would|will) you (?:please |pls |maybe |now |also )?|i(?:'d|’d| would) (?:like|love) you to |"
    r"i want you to |let(?:'|’)?s (?:have you )?|please |now )?"
)
_PICTURE = r"(?:picture|pic|image|drawing|painting|sketch|illustration|portrait|poster|photo)"
_STORY = r"(?:story|tale|fairy ?tale|fable)"
WANTS = r"(?:(?:i|we)(?:'d|’d| would)? (?:like|love|want|need|wish for)|(?:can|could|may) (?:i|we) (?:please )?(?:get|have|see)) "
_NO = _rule(
    r"\bno,? (?:thanks?|thank you|need)\b|\b(?:do not|don(?:'|’)?t|dont|never|please stop|not) (?:\w+ ){0,2}?"
    r"(?:draw|paint|sketch|tell|write|make|change|edit|generate|do)\b|\bnot (?:now|today|yet)\b|^stop\b|"
    r"^nothing\b|\bwithout drawing\b|^(?:please )?no more\b|^(?:that(?:'|’)?s )?enough\b|"
    r"\bstop (?:drawing|painting|making|sending|telling|writing)\b"
)
_IDIOM = _rule(
    r"^(?:an? |the |your own |some )?(?:town red|conclusions?|blanks?|line|lots?|attention|breath|blood|curtains?|parallels?|comparisons?|"
    r"distinctions?|near|straw|bath|salary|inspiration|dries|dried|smells|peels|is|was|can|by numbers)\b"
)
_DRAW = _rule(LEAD + r"(?:draw|paint|sketch|doodle|illustrate)(?: (?:me|us)\b)?(?: please)?(?P<what> .*|[.!?]*)$")
_SEE = _rule(
    r"^(?:please,? |hey,? |now )?(?:(?:i|we)(?:'d|’d| would)? (?:like|love|want) to see|(?:please )?show (?:me|us)|let (?:me|us) see|"
    r"(?:please )?(?:generate|render|visuali[sz]e|depict|imagine))(?P<what> (?:an?|two|three|four|some|my|our) .+)$"
)
_NO_SIGHT = _rule(
    r"^(?:(?:an?|some|my|our|the) )?(?:[\w-]+ ){0,2}?(?:lists?|help|history|settings?|commands?|menu|examples?|ways?|report|summary|table|password|"
    r"code|name|names|ideas?|plan|text|world|day|life|doctor|movie|film|change|difference|world where|account|bill|proof)\b"
)
_MAKE = _rule(
    LEAD
    + r"(?:draw|paint|make|create|generate|show|give|do|design|"
    + WANTS
    + r")(?: ?(?:me|us))? ?(?P<n>an?|another|one|two|three|four|some)(?: \w+){0,2}? "
    + _PICTURE
    + r"s?(?: (?:of|with|showing|where|that shows)(?P<what> .+)|[.!?]*)$"
)
_PICTURE_OF = _rule(r"^(?:please,? )?(?:(?:an?|another) )?" + _PICTURE + r" of(?P<what> .+)$")
_TONES = vocabulary(
    "bedtime funny silly sad spooky scary creepy horror ghost noir mystery detective adventure love romantic sci-fi"
)
_TELL = _rule(
    LEAD
    + r"(?:tell|write|read|make up|make|invent|give|compose|"
    + WANTS
    + r")(?: ?(?:me|us|my \w+|the kids|the children))? ?(?:an?|another|one|some)? ?(?P<how>(?:[\w-]+ ){0,3}?)"
    + _STORY
    + r"\b(?P<what>.*)$"
)
_STORY_TIME = _rule(r"^(?:bedtime )?story(?: ?time| idea)? ?[:—–-]+ ?(?P<what>.{2,})$")
_STORY_ABOUT = _rule(
    r"^(?:please,? )?(?:(?:an?|another|one more) )?(?!the |my |this |that|your |our |his |her )(?P<how>(?:[\w-]+ ){0,2}?)"
    + _STORY
    + r"(?P<what> (?:about|of|for|where|in which) .+|,? please[.!]*)$"
)
AGE = _rule(
    r",? ?\bfor (?:an?|my|our|the) (?:\w+ )?(?P<age>\d{1,2})[- ]?(?:years?|yrs?|yo)[- ]?(?:olds?)?(?: (?:\w+))??(?=$|[,.!?]|"
    r" about| who| where)"
)
_GOES_WITH = _rule(r"^(?:$|[,.:!?]| (?:about|of|on|where|in which|with|for|please|now|in)\b)")
_ABOUT = _rule(r"^[,:. ]*(?:about|of|on|where|in which|with)? ?")
_STYLES = _rule(
    r",? (?:in|as) (?:an? |the )?(?P<style>watercolou?r|oil|ink|pencil|pixel art|cartoon|pop art|cyberpunk|van gogh|black and white)"
    r"(?: (?:style|painting|drawing|sketch))?[.!]*$"
)
_FORMATS = _rule(
    r",? (?:as|in) (?:an? )?(?:animated |moving )?(?P<format>gif|svg|png|jpe?g|webp)(?: file| format)?[.!]*$"
)
POLITE = _rule(
    r"[ ,.!?]*(?:(?:,? (?:please|pls|thanks|thank you|for me|for us|now|will you|would you|could you))[ ,.!?]*){0,3}$"
)
_THINGS = _rule(r"^(?:it|that|this|them|these|(?:this|that|the|my) (?:story|tale|one))$")
_AGAIN = _rule(
    r"^(?:please )?(?:(?:once )?again|once more|one more(?: time| try)?|another (?:one|try|go)|try (?:it )?again|do (?:it|"
    r"that) again|redo(?: it| that)?|redraw(?: it)?|"
    r"same again)(?: please|,? pls)?[.! ]*$"
)
_OTHERWISE = _rule(
    r"^(?:please )?(?:(?:draw |make )?(?:me )?(?:another|one more|the same|same)(?: one| picture| image| again)?|(?:once )?again|once more),? but "
    r"(?P<what>[^?]{2,90})$"
)
_UNDO = _rule(
    r"^(?:please )?(?:undo(?: (?:it|that|this|the last (?:one|change)))?|revert(?: (?:it|that))?|go back(?: to .{1,40})?|"
    r"take (?:it|that) back|back to (?:the )?.{1,40}|"
    r"i (?:liked|preferred) the (?:old|previous|first|last|other|earlier|original) one(?: better| more)?.{0,20})(?: please)?[.! ]*$"
)
_MORE_LIKE = _rule(
    r"^(?:please )?(?:(?:give|show|make) me )?(?:some |a few |two |three |four )?more (?:like|of) the (?P<place>first|second|third|fourth|last)"
    r"(?: (?:one|picture|image))?(?: please)?[.! ]*$"
)
_VARY = _rule(
    r"^(?:please )?(?:(?:give|show|make) me )?(?:an? few |some |two |three |four )?(?:more |other )?(?:like (?:this|that|it)|"
    r"variations?(?: of (?:it|this|that))?|"
    r"(?:something|ones?) similar|similar ones|versions)(?: please)?[.! ]*$"
)
_GOES_ON = _rule(
    r"^(?:(?:and )?then\??|(?:and )?what happen(?:s|ed)(?: next| then)?|and\?|then what|go on|continue|keep going|carry on|"
    r"next(?: part| chapter)?|tell me more|more)"
    r"(?: (?:with )?(?:it|(?:the|this|my|that) (?:story|tale)))?(?: please)?[.!?… ]*$"
)
_THEN = _rule(
    r"^(?:(?:and|but|so) (?:then )?|then,? |suddenly,? |next,? |now |the next (?:day|morning|night),? |continue with |"
    r"go on with |what if )(?P<what>.+)$"
)
_ILLUSTRATE = _rule(
    LEAD
    + r"(?:(?:make|draw|paint|add|create|do)(?: me| us)? (?:(?:some|a|the|a few|two|three|four) )?(?:pictures?|illustrations?|drawings?|images?) "
    r"(?:for|of|to) (?:it|(?:the|this|that|my|our) (?:story|tale|one))|illustrate (?:it|this|that|(?:the|this|that|my|our) (?:story|tale)))"
    r"(?: please)?[.!? ]*$"
)
_OF_STORY = r"(?:ending|end|story|tale|beginning|start|title|name|plot|hero|chapter|last (?:line|sentence|part))"
_REVISE = _rule(
    r"^(?:please )?(?:(?:make|change|rewrite|rename|shorten|lengthen|call|name|give|let|tell|redo|replace|turn)"
    r" (?:it|the|him|her|them|this|his|its|their|everything)\b.{0,200}|"
    r"(?:an? |the )?(?:(?:bit|little|much|even) )?(?:short|long|funni|happi|sadd?|scari|simpl|calm|kind)(?:er)(?: ending|"
    r" story)?(?: please)?[.!]*|"
    r"(?:an?|with an?) (?:happi|sadd?|funni)er (?:end|ending).{0,30})$"
)
_ABOUT_STORY = _rule(
    r"\b" + _OF_STORY + r"\b|\b(?:shorter|longer|happier|sadder|funnier|scarier|rename|call (?:the|him|her|it))\b"
)
_EDIT = _rule(
    r"^(?:please |now |and |but |ok(?:ay)?,? )*(?:(?:could|can|would) you (?:please )?)?(?:"
    r"(?:make|turn|paint|colou?r|draw) (?:it|the|this|that|him|her|them|everything|its|his|their|my|all|only)\b.{1,200}|"
    r"(?:add|remove|replace|erase|brighten|darken|lighten|crop|swap|enlarge|shrink|delete|zoom (?:in|out)|blur|"
    r"sharpen|(?:rotate|flip|mirror|straighten)(?= (?:it|this|that|him|her|them|the (?:picture|image|photo|drawing))\b|$)|tint|recolou?r|"
    r"i(?:'d| would) (?:like|prefer) (?:it|this|him|her|them|the \w+)(?: to be)? (?!if\b|when\b|that\b|so\b|very\b|here\b)(?:more |less |a bit |"
    r"much )?\w+(?:er|red|blue|green|black|white|yellow|gold)?\b|give (?:it|him|her|them|the \w+)|put|"
    r"take (?:away|out|off)|change (?:the|it|its|his|her)|"
    r"move (?:the|it)|get rid of)\b.{0,200}|"
    r"(?:but |and )?(?:in|with|without|no) (?!my\b|me\b|it\b|fact\b|general\b|other\b|that\b|you\b|love\b).{2,60}|(?:an? (?:bit|"
    r"little) |much |even |slightly )?"
    r"(?:more|less|bigger|smaller|brighter|darker|lighter|warmer|colder|larger|rounder|bluer|redder|greener)\b(?! (?:or|"
    r"than) less)(?: .{0,40})?|"
    r"(?P<hat>an? .{2,40} (?:on|in|beside|behind|under|next to|around) (?:the|his|her|its) .{2,40}))$"
)
_TOO = _rule(r"^(?:and|also|plus|now|but) (?!then\b|so\b)[\w' -]{2,60}[.!]*$")
_PRAISED = _rule(
    r"^(?:(?:perfect|great|nice|good|lovely|cool|wonderful|thanks|thank you|love it|i love it|looks good|beautiful)[,.!]+ ){1,2}"
    r"(?:(?:and|but|now) )?(?P<rest>.+)$"
)
_WHICH = _rule(
    r"(?:the|number|no\.?) ?(?P<place>first|second|third|fourth|last|1|2|3|4)(?:st|nd|rd|th)?(?: (?:one|picture|image))?\b,?(?P<what>.*)$"
)
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "1": 1, "2": 2, "3": 3, "4": 4}
_NO_CHANGE = _rule(
    r"^(?:please )?make (?:sense|sure|my day|a wish|up your)|\?$|^(?:more or less|no (?:way|problem|idea|worries))|^in (?:time|"
    r"a way|short|fact)\b|^with (?:pleasure|love)\b|^(?:add|put|remove|move|give) (?:me|us|simply|up|another way)\b"
)
_HELP = _rule(
    r"^help\b|what (?:can|do) you do|what (?:are you|is this|styles|commands|can i)\b|"
    r"^how (?:do|can|does|to|long|much|many|should)\b.{0,60}\b(?:you|draw|picture|photo|mask|edit|stor(?:y|ies)|costs?|delete|"
    r"cancel|settings?|styles?|work|use|change|pay|undo)\b|"
    r"\b(?:is|are) (?:this|it|you|that|pictures|stories) free\b|what does (?:it|this|a picture|a story) cost|who (?:can|will) see|"
    r"^(?:do|does|will|are|is|can) (?:you|it|fabula|anyone|anybody|my|our|the) .{0,30}(?:keep|kept|store|save|share|sell|see|read|delete)d? .{0,20}"
    r"(?:photos?|pictures?|data|chats?|messages?|stories|words|name)\b|"
    r"^why (?:can(?:'|’)?t|could(?:n(?:'|’)?t)?|does(?:n(?:'|’)?t)?|did(?:n(?:'|’)?t)?|won(?:'|’)?t|is(?:n(?:'|’)?t)?|"
    r"not)\b.{0,60}\b(?:draw|picture|work|image|story|make)|"
    r"^(?:can|do|could) you (?:also )?(?:draw|paint|write|tell|make|edit|change|do|speak|understand|read|see|sing)\b"
)
_GOOD = _rule(
    r"\b(?:lovely|beautiful|great|wonderful|perfect|nice|amazing|awesome|cool|gorgeous|cute|brilliant|fantastic|love (?:it|this|"
    r"that)|like (?:it|this|that)|well done|"
    r"so good|good job|adorable|superb|my taste|don(?:'|’)?t like|ugly|horrible|terrible|awful|boring|hate (?:it|this|that)|"
    r"disappointing)\b"
)
_SAYS = _rule(
    r"\b(?:i|i'm|i’m|we|me|you|your|is|are|was|were|am|be|has|had|have|will|would|did|do|does|my|mine|died|our|today|yesterday|tomorrow)\b|[?]"
)
_IDEA = _rule(r"^(?:an?|two|three|four|some) [\w' ,’-]{2,90}[.!]?$")


def is_no(text: str) -> bool:
    """Whether a message says that nothing is to be made."""
    return _NO.search(text.replace("’", "'")) is not None


def english_wish(talked: Talked) -> Wished:
    """What an English message wants, or ``None``: the first rule that fits."""
    text = talked.text.replace("’", "'")
    rules: tuple[Callable[[Talked, str], Wished], ...] = (
        *(
            _again,
            _more_like,
            _illustrate,
            _otherwise,
            _undo,
            _goes_on,
            _vary,
            _tell,
            _picture,
            _help,
            _which,
            _revise,
            _edit,
            _rate,
            _then,
            _idea,
        ),
    )
    return next((wished for rule in rules if (wished := rule(talked, text))), None)


def _more_like(talked: Talked, text: str) -> Wished:
    """ "More like the second one"."""
    found = _MORE_LIKE.match(text)
    piece = talked.counted(_PLACES[found["place"].lower()]) if found and talked.newest in ("picture", "photo") else 0
    return wish("vary", piece=piece) if piece else None


def _illustrate(talked: Talked, text: str) -> Wished:
    return wish("illustrate") if talked.has_story and _ILLUSTRATE.match(text) else None


def _again(talked: Talked, text: str) -> Wished:
    return wish("again") if talked.newest and _AGAIN.match(text) else None


def _otherwise(talked: Talked, text: str) -> Wished:
    """ "Another one, but blue" after a picture is that picture, changed; of a text nobody knows what it means."""
    found = _OTHERWISE.match(text)
    return wish("edit", POLITE.sub("", found["what"])) if found and talked.newest in ("picture", "photo") else None


def _undo(talked: Talked, text: str) -> Wished:
    return wish("undo") if talked.newest and _UNDO.match(text) else None


def _goes_on(talked: Talked, text: str) -> Wished:
    return wish("continue") if talked.has_story and _GOES_ON.match(text) else None


def _vary(talked: Talked, text: str) -> Wished:
    return wish("vary") if talked.newest in ("picture", "photo") and _VARY.match(text) else None


def _tell(talked: Talked, text: str) -> Wished:
    if told := _STORY_TIME.match(text):
        return wish("story", POLITE.sub("", told["what"]))
    found = _TELL.match(text) or _STORY_ABOUT.match(text)
    if found is None or not _GOES_WITH.match(found["what"]):
        return None
    what, options = POLITE.sub("", found["what"]), {}
    if asked := AGE.search(what):
        options["age"] = asked["age"]
        what = what[: asked.start()] + what[asked.end() :]
    how = found["how"].lower().split()
    options["length"] = next((word for word in how if word in ("short", "long")), "")
    options["tone"] = next((word for word in how if word in _TONES), "")
    return wish("story", _ABOUT.sub("", what), options)


def _picture(talked: Talked, text: str) -> Wished:
    made = _MAKE.match(text) or _PICTURE_OF.match(text)
    found = made or _DRAW.match(text)
    if found is None:
        seen = _SEE.match(text)
        what = POLITE.sub("", seen["what"]).strip() if seen else ""
        return wish("image", what, sure=len(what.split()) > 3) if what and not _NO_SIGHT.match(what) else None
    what = POLITE.sub("", found["what"] or "").strip()
    if not made and (
        _IDIOM.match(what) or re.match(r"(?:from|on|up|near|out|back|over|off|into|to)\b", what, re.IGNORECASE)
    ):
        return None
    if _THINGS.match(what):
        return this(talked)
    if re.match(r"(?:it|him|her|them|this|that|everything)\b", what, re.IGNORECASE):
        return wish("edit", text) if talked.newest in ("picture", "photo") else None
    if not made and "can you" in (found["asks"] or "").lower() and not re.match(_DETERMINED, what, re.IGNORECASE):
        return wish("help")
    if not what:
        return None
    options = (
        {"n": {"two": "2", "three": "3", "four": "4"}.get((made.groupdict().get("n") or "").lower(), "")}
        if made
        else {}
    )
    if filed := _FORMATS.search(what):
        options["format"], what = filed["format"].lower(), what[: filed.start()]
    if styled := _STYLES.search(what):
        options["style"], what = styled["style"], what[: styled.start()]
    return wish("image", what, options)


_DETERMINED = r"(?:an?|the|my|our|some|two|three|four|one|this|that|me|us|his|her|its|\d)\b"


def _help(talked: Talked, text: str) -> Wished:
    return wish("help") if _HELP.search(text) and not talked.replied else None


def _which(talked: Talked, text: str) -> Wished:
    """ "The second one in blue"."""
    found = _WHICH.match(re.sub(r"^(?:please |now |make |but )+", "", text, flags=re.IGNORECASE))
    if found is None or talked.newest not in ("picture", "photo") or text.endswith("?"):
        return None
    piece, what = talked.counted(_PLACES[found["place"].lower()]), POLITE.sub("", found["what"]).strip()
    if re.match(r"(?:again|once more)\b", what, re.IGNORECASE):
        return wish("again", piece=piece)
    if _GOOD.search(what) or _SAYS.search(what):
        return wish("rate", piece=piece) if _GOOD.search(what) and piece else None
    return wish("edit", what, piece=piece) if piece and what else None


def _revise(talked: Talked, text: str) -> Wished:
    if asks := re.match(r"(?:can|could|would) you (?:please )?", text, re.IGNORECASE):
        text = text[asks.end() :].rstrip("? ")
    if not talked.has_story or _NO_CHANGE.search(text) or not _REVISE.match(text):
        return None
    if talked.newest != "story" and not _ABOUT_STORY.search(text):
        return None
    return wish("revise", POLITE.sub("", re.sub(r"^please ", "", text, flags=re.IGNORECASE)))


def _edit(talked: Talked, text: str) -> Wished:
    text = praised["rest"] if (praised := _PRAISED.match(text)) else text
    if asks := re.match(r"(?:can|could|would) you (?:please )?", text, re.IGNORECASE):
        text = text[asks.end() :].rstrip("? ")
    if talked.newest not in ("picture", "photo") or _NO_CHANGE.search(text):
        return None
    if talked.replied and _TOO.match(text) and not _SAYS.search(text):
        return wish("edit", POLITE.sub("", text))
    found = _EDIT.match(text)
    if found is None:
        return None
    return wish("edit", POLITE.sub("", text), sure=not found["hat"] or bool(talked.replied or talked.photo))


def _rate(talked: Talked, text: str) -> Wished:
    return wish("rate") if talked.newest and len(text) < 60 and not text.endswith("?") and _GOOD.search(text) else None


def _then(talked: Talked, text: str) -> Wished:
    """What comes next, told in reply to a story; or right after it, where a friend would ask."""
    found = _THEN.match(text)
    if found is None or talked.newest != "story" or text.endswith("?"):
        return None
    return wish("continue", text, sure=bool(talked.replied))


def _idea(talked: Talked, text: str) -> Wished:
    """An idea without an order: a friend would ask what to make of it."""
    return (
        wish("image", text, sure=False) if not talked.replied and _IDEA.match(text) and not _SAYS.search(text) else None
    )
