"""Finding in what somebody asks for the words that are to be read in the picture: on a sign, as a title, in somebody's mouth."""

from __future__ import annotations

import re

_FIRST = 0xF0000
"""What is to be set stands in a text as signs of the private plane 15, one for each letter: nobody reads words in them."""

_NAME, _READ = chr(_FIRST), chr(_FIRST + 1)
MARKED = "[\U000f0000-\U000fffff]"
_QUOTES = (
    r"“([^“”\n]{1,200})”|\"([^\"\n]{1,200})\"|「([^」\n]{1,200})」|『([^』\n]{1,200})』|«([^»\n]{1,200})»|《([^》\n]{1,200})》"
    r"|(?<![^\s(:：])['‘]([^'’\n]{1,200})['’](?![^\s).,;:!?])"
)
_SAID = (
    r"\b(?:says?|saying|reads?|reading|spells?|spelling|titled|entitled|labell?ed|called|named|lettered|inscribed)"
    r"|\b(?:the )?(?:words?|text|letters|inscription|title|name|caption|message|greeting|lettering)"
    r"|写着|写了|写有|写上|印着|印有|刻着|标着|题为|名为|名叫|叫做|叫|标题是|标题为|书名是|书名叫|说着|说道|说|喊着|喊道|喊"
)
_NAMED = re.compile(r"\b(?:called|named)$|(?:叫做|名叫|名为|叫)$")
_SURFACES = (
    r"sign|signs|signboard|signpost|placard|billboard|banner|poster|flag|book|cake|card|board|blackboard|label|shop|store|bakery|cafe|café|"
    r"restaurant|t-?shirt|shirt|mug|cup|box|door|gate|note|scroll|map|ribbon|plaque|tombstone|storefront|bubble|cover|screen|balloon"
)
_SURFACES_CHINESE = (
    "牌|横幅|条幅|海报|书|蛋糕|卡片|贺卡|店|餐厅|咖啡馆|旗|T恤|t恤|标签|字样|字|盒子|杯子|黑板|门|气球|标语|封面"
)
_QUOTED = re.compile(rf"(?:({_SAID})(?: is| are|着)?[\s:：,，]{{0,3}})?(?:{_QUOTES})")
_SAID_BARE = re.compile(
    rf"\b(?:{_SURFACES})(?: (?:that|which))?( (?:says|saying|reads|reading|titled|entitled|labell?ed|called|named))[ :]{{1,2}}"
    r"([a-zA-Z0-9][^\n,.;:\"“”]{0,60})"
)
_BARE_END = re.compile(
    r" (?:in|on|at|by|near|next|beside|under|over|with|and|behind|above|hanging|standing|stands)\b.*"
)
_BARE_ZH = re.compile(
    r"(写着|写了|写有|写上|印着|印有|刻着)([^，。,.;；的“”「」《》\s\"']{1,12})(?=的|[，。,.;；\s]|$)"
)
_GREETING = re.compile(
    r"(with )(happy (?:birthday|new year|easter|anniversary|valentine['’]s day)|merry christmas|congratulations|good luck|welcome home|i love you)"
    r"(?:,? [A-Z][a-z]+)?(?: (?:written )?on (?:it|top))?",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"\b(welcome|open|closed|stop|for sale|sale|keep out|no entry)(?= (?:sign|banner|poster|board|placard)\b)",
    re.IGNORECASE,
)
_NEAR = 40
_NAMES_SURFACE = re.compile(rf"\b(?:{_SURFACES})\b", re.IGNORECASE)
_SURFACE_BEFORE = re.compile(rf"(?:{_SURFACES_CHINESE})[^，。,.]{{0,6}}$")
_SURFACE_BEHIND = re.compile(rf"[^，。,.]{{0,4}}(?:{_SURFACES_CHINESE})")


def marked(text: str) -> str:
    """The text with the words that are to be set marked; other quotation marks are gone. Marking twice changes nothing."""
    done, at = [], 0
    for found in _QUOTED.finditer(text):
        words = next((one for one in found.groups()[1:] if one), "")
        before, after = text[max(0, found.start() - _NEAR) : found.start()], text[found.end() : found.end() + _NEAR]
        done.append(text[at : found.start()])
        if found[1] is None and not _on_something(before, after):
            done.append(f" {words} " if words.isascii() else words)  # said of the picture, in quotation marks
        else:
            done.append(_mark(words, found[1] or ""))
        at = found.end()
    text = "".join((*done, text[at:]))
    text = _SAID_BARE.sub(
        lambda said: (
            said[0][: said.start(1) - said.start()] + _mark(_BARE_END.sub("", said[2]), said[1]) + _rest(said[2])
        ),
        text,
    )
    text = _BARE_ZH.sub(lambda said: _mark(said[2], said[1]), text)
    text = _KNOWN.sub(lambda said: _mark(said[1].upper(), ""), text)
    return _GREETING.sub(lambda said: "with" + _mark(said[2], ""), text)


def words_of(run: str) -> str:
    """The words behind marks."""
    return "".join(chr(ord(sign) - _FIRST) for sign in run if sign > _READ)


def manner(run: str) -> str:
    """How marked words came: `named` are those of what they stand behind, `read` are in its hands, others are said or written on it."""
    return {_NAME: "named", _READ: "read"}.get(run[-1:], "")


def readable(text: str) -> str:
    """A marked text with quotation marks again."""
    return re.sub(rf"\s*({MARKED}+)\s*", lambda run: f" “{words_of(run[1])}” ", text).strip()


def _mark(words: str, said: str) -> str:
    run = "".join(chr(_FIRST + ord(sign)) for sign in words.strip() if 1 < ord(sign) < 0xFFFE)
    said = said.strip().lower()
    return f" {run}{_NAME if _NAMED.search(said) else _READ if said == 'reading' else ''} " if run else " "


def _rest(words: str) -> str:
    cut = _BARE_END.search(words)
    return cut[0] if cut else ""


def _on_something(before: str, after: str) -> bool:
    """Whether there is something beside quoted words that they can stand on."""
    return bool(
        _NAMES_SURFACE.search(before)
        or _NAMES_SURFACE.match(after.lstrip())
        or _SURFACE_BEFORE.search(before)
        or _SURFACE_BEHIND.match(after)
    )
