"""Plain talk: one to three short sentences that react to what was said and offer what can be done here."""

from __future__ import annotations

import re
from random import Random

from sandbox.storybook.chinese_ideas import chinese_things, read_chinese
from sandbox.storybook.english import article, is_plural
from sandbox.storybook.english_ideas import read_english
from sandbox.storybook.ideas import Request
from sandbox.storybook.words import ENGLISH_BEINGS, ENGLISH_PLACE_WORDS, ENGLISH_THINGS, vocabulary

READ_LIMIT = 400
"""Characters of a message that talk reads."""


def talk(request: Request, random: Random) -> str:
    """A friendly answer in the user's language."""
    return _chinese(request, random) if request.chinese else _english(request, random)


# --- English ---------------------------------------------------------------------------------------------------------

_ENGLISH_REPLIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"who (?:are|r) (?:you|u)|what (?:are|r) (?:you|u)\b(?! doing)|your name|are you (?:an? )?(?:ai|bot|human|robot|"
        r"real|person|machine|chat ?gpt|gpt|alive)|who made you",
        (
            "I’m the built-in storybook: a drawer full of sentences written by hand, which I put together to fit your "
            "idea. Give me one with `/story {example}`.",
            "I’m the storybook that lives here. I don’t think, I turn pages, but I know a good many of them. Try `/story {example}`.",
        ),
    ),
    (
        r"what can (?:you|i|we) do|\bhelp\b|how does (?:this|it) work|what do you do|how do i",
        (
            "I can tell you a story: `/story {example}`. And the sketch artist next door draws: `/image {picture}`.",
            "Two things, and both with pleasure: stories with `/story {example}`, and pictures with `/image {picture}`.",
        ),
    ),
    (
        r"^\W*(?:thanks|thank you|thx|cheers)|thank you",
        (
            "You’re very welcome. If you’d like another one, there is always `/story {example}`.",
            "It was a pleasure. I’ll keep the lamp on, in case you think of another `/story`.",
        ),
    ),
    (
        r"^\W*(?:bye|goodbye|good night|see you|cya)\b|good night",
        (
            "Good night, and mind the step. `/story {example}` will still be here tomorrow.",
            "See you soon. I’ll put a bookmark in, and next time we begin with `/story`.",
        ),
    ),
    (
        r"how are you|how(?:'|’)?s it going|how do you do|what(?:'|’)?s up",
        (
            "Well dusted, thank you! And you? If it was a long day, I could tell you something: `/story {example}`.",
            "All my pages are in order, which is the best that a storybook can say. Would you like one? `/story {example}`",
        ),
    ),
    (
        r"\bjoke\b|make me laugh|something funny",
        (
            "A snail was asked whether its house was heavy. “Only on Mondays,” it said. I have more of that kind: `/story a snail who moves house`.",
            "Two stones sat on a hill. “Nice view,” said one. “Shh,” said the other, “they think we’re stones.” For longer "
            "ones there is `/story {example}`.",
        ),
    ),
    (
        r"\b(?:sad|lonely|tired|sleepy|bored|angry|afraid|scared|worried|sick|ill|unhappy|cry|crying|stressed)\b",
        (
            "Oh dear. Come and sit down a while. I could tell you something warm: `/story {example}`.",
            "That happens to the best of us, and it passes, mostly with soup. Shall I tell you a story meanwhile? `/story {example}`",
        ),
    ),
    (
        r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon)|greetings|howdy)\b",
        (
            "Hello there! Tell me what you’d like to hear about, for instance `/story {example}`, or have something drawn with `/image {picture}`.",
            "Hello! Nice of you to open me. `/story {example}` would be a good beginning, and `/image {picture}` makes a picture.",
        ),
    ),
    (
        r"\b(?:love|like|great|wonderful|beautiful|nice|lovely|amazing|good|cool|awesome|cute)\b.*\b(?:it|that|this|"
        r"story|picture)\b|^\W*(?:great|wow|lovely|nice|cool|awesome)\b",
        (
            "I’m glad! Shall we go on? Reply to the story with what should happen next, or start afresh with `/story {example}`.",
            "That makes all my pages rustle. There’s more where it came from: `/story {example}`.",
        ),
    ),
    (
        r"\?\s*$|^\W*(?:what|why|when|where|how|can|could|do|does|is|are)\b",
        (
            "{About} I’m only a storybook, so I can’t look things up, but I could make up a good answer: `/story {example}`.",
            "{About} A question like that deserves a whole story, and that I can do: `/story {example}`. A picture, too: `/image {picture}`.",
        ),
    ),
)
_ENGLISH_PLAIN = (
    "{About} I could tell a story about that: `/story {example}`. Or a picture? `/image {picture}`",
    "{About} That sounds like the first line of something. Shall we see how it goes on? `/story {example}`",
    "{About} I’d like to hear more of it, and you may like `/story {example}` or `/image {picture}`.",
)
_ENGLISH_ABOUT = ("Ah, {noun}!", "{Noun}, you say!", "I do like {noun}.")
_ENGLISH_BEFORE = (
    "Last time it was {before}.",
    "And before that it was {before}, I remember.",
    "First {before}, and now this!",
)
_ENGLISH_EXAMPLES = (
    "a fox who lost its song",
    "a lighthouse keeper and a whale",
    "a snail who wants to see the sea",
    "a robot who is afraid of the dark",
)
_ENGLISH_PICTURES = ("a teapot in the rain", "a fox reading under a lamp", "a small boat under a big moon")
_UNTOLD = vocabulary(
    """
    about after again also because been before being could does doing dont down from have having here into just know
    like made make many more most much need only other over really said same should some such tell than that their them
    then there these they thing things think this those today tomorrow very want wants went were what when where which
    while will with would yesterday your yours youre hello story picture image please thanks maybe going gonna something
    anything nothing everything actually write draw show give
    """
)


def _english(request: Request, random: Random) -> str:
    text = request.last[:READ_LIMIT].strip()
    name = _told_name(request, r"\b(?:my name is|i am called|call me) ([A-Za-z][a-z]{1,15})")
    if name and re.search(r"\bmy name\b", text, re.IGNORECASE) and "?" in text:
        return f"You are {name.capitalize()}, you told me so. Shall I put you into a story? `/story {name.capitalize()} and a friendly dragon`"
    noun = _english_noun(text)
    slots = _english_examples(noun, random)
    about = (
        random.choice(_ENGLISH_ABOUT).format(noun=slots["many"], Noun=slots["many"].capitalize()) if noun else "I see."
    )
    before = _english_noun(request.asked[-1][:READ_LIMIT]) if request.asked else ""
    title = _last_title(request)
    reply = _reply(text, _ENGLISH_REPLIES) or _ENGLISH_PLAIN
    answer = random.choice(reply).format(About=about, **slots)
    if title:
        return f"{answer} Or we go on with “{title}”: just reply to it."
    if before and before != noun and reply is _ENGLISH_PLAIN:
        return f"{random.choice(_ENGLISH_BEFORE).format(before=_english_examples(before, random)['many'])} {answer}"
    return answer


def _english_noun(text: str) -> str:
    """The word worth repeating: somebody, a thing or a place that the tables know, or else a long word."""
    words = [word.lower() for word in re.findall(r"[A-Za-z]+", text)]
    for word in words:
        single: str = word if word in ENGLISH_BEINGS else word.removesuffix("s")
        if single in ENGLISH_BEINGS or single in ENGLISH_THINGS or (word in ENGLISH_PLACE_WORDS and len(word) > 3):
            return single
    hero = read_english(text).hero
    if hero is not None and not hero.name and hero.noun in words:
        return hero.noun
    long: list[str] = [word for word in words if 4 <= len(word) <= 14 and word not in _UNTOLD]
    return max(long, key=len, default="")


def _english_examples(noun: str, random: Random) -> dict[str, str]:
    """What to type about a noun; all the slots of a reply."""
    if not noun:
        example = random.choice(_ENGLISH_EXAMPLES)
        return {"example": example, "picture": random.choice(_ENGLISH_PICTURES), "many": ""}
    being = ENGLISH_BEINGS.get(noun)
    single = article(noun) if being is not None or noun in ENGLISH_THINGS else f"the {noun}"
    hero = single if being is not None else f"a fox and {single}"
    ends = ("who wants to see the sea", "who finds a key") if being is not None else ("",)
    many = noun if is_plural(noun) or being is None else _plural(noun)
    return {
        "example": f"{hero} {random.choice(ends)}".strip(),
        "picture": f"{single} in the evening light",
        "many": many,
    }


def _plural(noun: str) -> str:
    special = {
        "mouse": "mice",
        "fish": "fish",
        "child": "children",
        "wolf": "wolves",
        "sheep": "sheep",
        "goose": "geese",
        "fox": "foxes",
        "deer": "deer",
        "man": "men",
        "woman": "women",
    }
    if noun in special:
        return special[noun]
    if re.search(r"(?:s|x|ch|sh)$", noun):
        return f"{noun}es"
    return re.sub(r"([^aeiou])y$", r"\1ie", noun) + "s"


# --- Chinese ---------------------------------------------------------------------------------------------------------

_CHINESE_REPLIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"你是谁|你是什么|你叫什么|你是.{0,4}(?:机器人|人工智能|AI|ai|真人|人吗)|谁做的你",
        (
            "我是这里自带的故事书：一抽屉手写的句子，照着你的点子拼起来。试试 `/story {example}`。",
            "我是住在这儿的故事书，不会思考，只会翻页，好在页数不少。给我一个点子吧：`/story {example}`。",
        ),
    ),
    (
        r"能做什么|会什么|怎么用|怎么玩|帮助|帮我|会做什么|有什么功能",
        (
            "我会讲故事：`/story {example}`。隔壁的小画师会画画：`/image {picture}`。",
            "两样，都很乐意：用 `/story {example}` 听故事，用 `/image {picture}` 看画。",
        ),
    ),
    (
        r"谢谢|多谢|感谢",
        ("不客气！还想听的话，随时 `/story {example}`。", "别客气，能讲给你听我也高兴。下回再来一个 `/story`？"),
    ),
    (
        r"再见|晚安|拜拜|明天见",
        ("晚安，书签我夹好了，明天接着翻 `/story`。", "再见，慢走。`/story {example}` 会一直在这儿等你。"),
    ),
    (
        r"你好吗|怎么样啊|最近好吗|在干嘛|在做什么",
        (
            "书页都晒过了，好得很！你呢？要不要听一个：`/story {example}`。",
            "一页也没少，这就是故事书最好的样子了。给你讲一个？`/story {example}`",
        ),
    ),
    (
        r"笑话|逗我|好笑的",
        (
            "有人问蜗牛：“房子重不重？”蜗牛说：“就星期一重。”这样的我还有：`/story 搬家的蜗牛`。",
            "两块石头在山坡上。一块说：“风景真好。”另一块说：“嘘，他们以为我们是石头。”长一点儿的在这儿：`/story {example}`。",
        ),
    ),
    (
        r"难过|伤心|孤单|孤独|好累|累了|困了|无聊|生气|害怕|担心|生病|不开心|想哭|压力",
        (
            "来，先坐一会儿。我给你讲个暖和的吧：`/story {example}`。",
            "谁都有这样的时候，多半喝碗热汤就过去了。等汤的工夫，听个故事？`/story {example}`",
        ),
    ),
    (
        r"^\W*(?:你好|您好|嗨|哈喽|早上好|早安|晚上好|下午好|在吗)",
        (
            "你好呀！想听什么？比如 `/story {example}`，想看画就用 `/image {picture}`。",
            "你好，谢谢你翻开我。先来一个 `/story {example}` 怎么样？也可以 `/image {picture}`。",
        ),
    ),
    (
        r"好看|好听|喜欢|真棒|太好了|真好|可爱|厉害|不错|有意思",
        (
            "你喜欢就好！要接着讲，回复那个故事就行；想换一个，就 `/story {example}`。",
            "听你这么说，我的书页都哗哗响了。再来一个？`/story {example}`",
        ),
    ),
    (
        r"[?？吗呢]\s*$|为什么|什么|怎么|哪里|谁",
        (
            "{About}我只是一本故事书，查不了资料，不过可以编一个好答案：`/story {example}`。",
            "{About}这样的问题，值得用一个故事来回答：`/story {example}`。想看画也行：`/image {picture}`。",
        ),
    ),
)
_CHINESE_PLAIN = (
    "{About}这个可以讲成故事：`/story {example}`。想看画就用 `/image {picture}`。",
    "{About}听起来像一个故事的第一句，要不要看看后来怎么样了？`/story {example}`",
    "{About}再多说一点儿吧，也可以直接来：`/story {example}` 或者 `/image {picture}`。",
)
_CHINESE_ABOUT = ("{noun}呀！", "说到{noun}，我就来精神了。", "原来是{noun}！")
_CHINESE_EXAMPLES = ("一只丢了歌的小狐狸", "灯塔看守人和鲸鱼", "想看海的小蜗牛", "怕黑的小机器人")


def _chinese(request: Request, random: Random) -> str:
    text = request.last[:READ_LIMIT].strip()
    name = _told_name(request, r"我(?:的名字)?(?:叫|是)([\u4e00-\u9fff]{1,4})(?=[，。！\s]|$)")
    if name and re.search(r"我(?:叫什么|是谁|的名字)", text):
        return f"你叫{name}，你告诉过我的。要不要把你写进故事里？`/story {name}和一条和气的龙`"
    noun = _chinese_noun(text)
    example = f"{noun}的秘密" if noun else random.choice(_CHINESE_EXAMPLES)
    picture = f"晚霞里的{noun}" if noun else example
    about = random.choice(_CHINESE_ABOUT).format(noun=noun) if noun else "我听着呢。"
    before = _chinese_noun(request.asked[-1][:READ_LIMIT]) if request.asked else ""
    reply = _reply(text, _CHINESE_REPLIES) or _CHINESE_PLAIN
    answer = random.choice(reply).format(About=about, example=example, picture=picture)
    title = _last_title(request)
    if title:
        return f"{answer}想接着讲《{title}》，回复它就行。"
    if before and before != noun and reply is _CHINESE_PLAIN:
        return f"刚才还在说{before}呢。{answer}"
    return answer


def _chinese_noun(text: str) -> str:
    """Somebody, a thing or a place that the tables know."""
    idea = read_chinese(text)
    if idea.hero is not None and idea.hero.noun in text:
        return ("小" if f"小{idea.hero.noun}" in text else "") + idea.hero.noun
    things = [thing for thing in chinese_things(text) if len(thing) > 1]
    return things[0] if things else re.sub(r"(?<=.)[里上]$", "", idea.place_words[1])


# --- both ------------------------------------------------------------------------------------------------------------


def _reply(text: str, replies: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    """The replies of the first row whose pattern is in the text; none where no row fits."""
    return next((answers for pattern, answers in replies if re.search(pattern, text, re.IGNORECASE)), ())


def _told_name(request: Request, pattern: str) -> str:
    """The name that the user gave in an earlier turn, the newest first."""
    for text in reversed(request.asked):
        found = re.search(pattern, text[:READ_LIMIT], re.IGNORECASE)
        if found:
            return str(found[1])
    return ""


def _last_title(request: Request) -> str:
    """The title of the story told last, if the turn before was a story."""
    if not request.earlier:
        return ""
    found = re.match(r"#\s*([^\n{}`]{1,60})\n", request.earlier[-1])
    return found[1].strip() if found else ""
