"""What of a person's words the artist cannot draw: things it has no drawing for, and letters that it cannot set."""

from __future__ import annotations

import re

from embedded.artist import inscriptions, lettering, lexicon
from embedded.artist.dictionary import Meaning, phrases
from embedded.artist.words import READ_AT_MOST, read, recognised

_MOST = 5
_SET = re.compile(rf"{inscriptions.MARKED}+")
_WORDS = re.compile(r"[a-z]+(?:['’-][a-z]+)*|[,.;:!?\n]")
_COUNTED = re.compile(
    rf"[一两二三四五六七八九十几][{lexicon.CLASSIFIERS}块台部件副张支枝根颗份碗盘杯瓶](?=([\u4e00-\u9fff]{{1,12}}))"
)
_MADE = re.compile(r"([\u4e00-\u9fff]{1,5})(?:做|制|雕|打造|制作|雕刻)成?的")
_COUNTS = re.compile(
    rf"^.*[一两二三四五六七八九十几][{lexicon.CLASSIFIERS}块台部件副张支枝根颗份碗盘杯瓶](?:用|由)?|^(?:用|由)"
)
_ENDS = re.compile(r"[在的和与跟用戴穿围拿抱骑坐站躺看吃喝飞跑走是有里上下中前后旁着正被]")


def unknown(words: str) -> tuple[str, ...]:
    """The things that they (English or Chinese) name and for which there is no drawing, at most five."""
    text = inscriptions.marked(words[:READ_AT_MOST])
    runs = [run for run in _SET.findall(text) if inscriptions.manner(run) != "named"]
    letters = [f"“{missing}”" for run in runs if (missing := lettering.unset(inscriptions.words_of(run)))]
    text = _SET.sub(" , ", text).lower()
    return tuple(dict.fromkeys([*letters, *_english(text, lettered=bool(runs)), *_chinese(text, lettered=bool(runs))]))[
        :_MOST
    ]


def _english(text: str, *, lettered: bool) -> list[str]:
    """Runs of unknown words that stand for a thing: behind an article or a number, with nothing known right behind; or all there is."""
    nothing = not lettered and not read(text).recognised
    found: list[str] = []
    run: list[str] = []
    counted = False
    for word in _phrased([*_WORDS.findall(text), "."]):
        if word in lexicon.ORDINARY and (run or word in lexicon.PLAIN):
            continue
        known = recognised(word) and word not in lexicon.PLAIN and word not in lexicon.ALTERNATIVES
        if word[0].isalpha() and not known and word not in lexicon.PLAIN | lexicon.DETERMINERS:
            run.append(word)
            continue
        meaning = phrases().get(word.removesuffix("s")) or phrases().get(word) or Meaning()
        adjective = known and word not in lexicon.INSIDE | lexicon.HOLDING | lexicon.WEARING | lexicon.EXCHANGES
        if run and not adjective and (counted or nothing) and not run[-1].endswith(("ing", "ly")):
            found.append(" ".join(run[-3:]))
        elif run and counted and meaning.noun and (strange := [one for one in run if _is_strange(one)]):
            found.append(" ".join(strange[-2:]))  # "an obsidian cat"
        counted = word in lexicon.DETERMINERS or (counted and bool(meaning.colour))
        run = []
    return found


def _phrased(words: list[str]) -> list[str]:
    """The words, with those of one known phrase ("hot air balloon") together."""
    done, at = [], 0
    while at < len(words):
        length = next((size for size in (4, 3, 2) if " ".join(words[at : at + size]) in phrases()), 1)
        done.append(" ".join(words[at : at + length]))
        at += length
    return done


def _is_strange(word: str) -> bool:
    """Whether an adjective would be missed in the drawing."""
    return word not in lexicon.ORDINARY and not word.endswith(("ing", "ly", "est", "'s", "’s")) and "-" not in word


def _chinese(text: str, *, lettered: bool) -> list[str]:
    """What is counted ("一块智能手表") and holds nothing known; or what is left where nothing is known at all."""
    cut = [(_ENDS.search(found), found) for found in _COUNTED.findall(text)]
    things = [found[: end.start()] if end else found for end, found in cut if end is None or end[0] != "的"]
    things += [_COUNTS.sub("", made) for made in _MADE.findall(text)]
    if not things and not lettered and not read(text).recognised:
        things = re.findall(r"[\u4e00-\u9fff]{2,8}", re.sub(r"请|帮我|给我|画|一张|一幅|的|图片|图", " ", text))
    return [
        thing
        for thing in things
        if thing and thing not in phrases() and not (read(thing).recognised or read(thing).colours)
    ]
