"""The English storybook's pages: scenes, people, plots and every sentence, written by hand.

The marks of a line are explained in `weaving`. Laws the sentences keep, so that any hero fits: no paws, hands or feet;
travelling is `set out`, `went`, `came`; past tense, since `they` then differs only in `{was}`; the low point is always
at night; the episodes name no hour; `it` never stands for the hero where a thing is near.
"""

# ruff: noqa: E501 - a sentence stands in one line, so that it can be read as one

from __future__ import annotations

import re

from sandbox.storybook.telling import Book, Humour, Plot, Scene, Thread
from sandbox.storybook.weaving import Passage

SCENES = (
    Scene(
        "forest",
        "at the edge of a pinewood",
        "the wood",
        "the mossy path",
        "the hollow oak",
        (
            "It was the kind of wood where the light comes down in coins.",
            "In autumn it smelled of mushrooms and of somebody’s distant bonfire.",
            "The trees there were so old that they had stopped counting and started humming.",
        ),
        ("small brown hedgehog", "speckled thrush", "young red squirrel", "grey dormouse"),
        ("old owl", "old badger", "grey-bearded goat"),
    ),
    Scene(
        "sea",
        "beside the sea",
        "the shore",
        "the path through the dunes",
        "the last rock before the open sea",
        (
            "The wind there had salt in it and never wiped its feet.",
            "At low tide the sand was ribbed like a washing board, and full of small news.",
            "On clear days you could see all the way to the edge and wave at it.",
        ),
        ("small red crab", "young white gull", "round grey seal", "brown sandpiper"),
        ("old heron", "old tortoise", "wrinkled walrus"),
    ),
    Scene(
        "water",
        "on the sunny side of a coral reef",
        "the reef",
        "the sandy lane between the corals",
        "the sunken ship",
        (
            "The light came down there in long green ribbons.",
            "It was never quite quiet: the corals clicked and the sand whispered.",
            "The sea-grass bowed whenever a current went by, out of good manners.",
        ),
        ("small red crab", "striped little fish", "shy seahorse", "young starfish"),
        ("old sea turtle", "old lobster", "grey-bearded catfish"),
    ),
    Scene(
        "village",
        "in a village with eleven chimneys",
        "the village",
        "the lane",
        "the old windmill",
        (
            "On baking days the whole lane smelled of crust.",
            "The church clock was always ten minutes late, and everybody had got used to being early.",
            "Nothing much ever happened there, and it happened very pleasantly.",
        ),
        ("brown sparrow", "grey donkey foal", "little white goat", "small tabby cat"),
        ("old shepherd dog", "old grey goose", "wise old mare"),
    ),
    Scene(
        "city",
        "in a city that never quite finished talking",
        "the city",
        "the narrow street",
        "the old clock tower",
        (
            "In the evening the windows lit up one by one, like somebody counting.",
            "The trams there sang when they went round corners.",
            "There was always a smell of rain, coffee and warm paper.",
        ),
        ("grey pigeon", "small tabby cat", "brown sparrow", "little street dog"),
        ("old night watchman", "old tram conductor", "grey one-eyed cat"),
    ),
    Scene(
        "mountain",
        "high up where the mountains keep their snow",
        "the mountains",
        "the goat track",
        "the top of the pass",
        (
            "The air was so clear up there that you could hear a bell from the next valley.",
            "Clouds came in at the window there, and left by the door.",
            "In the evening the peaks went pink, one after the other, as though somebody had said something nice to them.",
        ),
        ("small brown marmot", "young white goat", "black mountain jackdaw", "white snow hare"),
        ("old eagle", "old ibex", "grey shepherd dog"),
    ),
    Scene(
        "snow",
        "in a country made mostly of snow",
        "the snowfields",
        "the trail between the drifts",
        "the blue ice cave",
        (
            "The snow there squeaked, as new snow should.",
            "On the coldest nights green lights walked about in the sky and did not say where they were going.",
            "Everything was white there, apart from the shadows, which were blue.",
        ),
        ("small white hare", "young grey seal", "round little penguin", "white arctic fox"),
        ("old walrus", "old reindeer", "white owl"),
    ),
    Scene(
        "desert",
        "where the desert begins",
        "the desert",
        "the track between the dunes",
        "the old well",
        (
            "By day the sand was the colour of toast.",
            "At night it was so quiet there that you could hear the stars being lit.",
            "The wind moved the dunes about, like somebody who is never quite happy with the furniture.",
        ),
        ("little sand-coloured lizard", "long-eared jerboa", "small brown lark", "young tortoise"),
        ("old camel", "old tortoise", "grey desert owl"),
    ),
    Scene(
        "garden",
        "in a garden behind a tall hedge",
        "the garden",
        "the gravel path",
        "the old glasshouse",
        (
            "In June it was so full of bees that the whole hedge hummed.",
            "The watering can stood where somebody had forgotten it, and was now a lake to somebody else.",
            "Every rose there had a name, and most of them knew it.",
        ),
        ("small brown hedgehog", "spotted ladybird", "grey snail", "little robin"),
        ("old toad", "old tortoise", "grey heron"),
    ),
    Scene(
        "space",
        "on a moon no bigger than a village green",
        "the little moon",
        "the track around the craters",
        "the silver crater",
        (
            "You could walk all the way round it before breakfast, and see four sunrises.",
            "The stars were so near there that they had to be dusted.",
            "There was no weather, so people talked about the view instead.",
        ),
        ("small green moon mouse", "little tin robot", "lost young comet", "round blue star beetle"),
        ("old star gardener", "old moon tortoise", "retired comet"),
    ),
    Scene(
        "river",
        "by a slow green river",
        "the river",
        "the bank",
        "the old mill",
        (
            "The willows there washed their hair in the water all day long.",
            "The river was in no hurry, since it knew where it was going.",
            "Dragonflies stood in the air like blue pins.",
        ),
        ("young brown otter", "green frog", "small water vole", "yellow duckling"),
        ("old heron", "old toad", "grey swan"),
    ),
    Scene(
        "castle",
        "in a castle with more stairs than rooms",
        "the castle",
        "the winding stair",
        "the north tower",
        (
            "The portraits there were so used to being looked at that they looked back.",
            "Somewhere a tap dripped, in a royal manner.",
            "In winter everybody wore two blankets, and the king wore three.",
        ),
        ("small grey mouse", "black jackdaw", "young kitchen cat", "brown bat"),
        ("old knight", "old castle cat", "grey raven"),
    ),
    Scene(
        "house",
        "in a tall house with a creaking stair",
        "the house",
        "the long corridor",
        "the attic",
        (
            "Every stair had its own creak, so that the house could tell who was coming.",
            "There was a clock in the hall that coughed before it struck.",
            "On rainy days the roof told long stories.",
        ),
        ("small grey mouse", "brown house sparrow", "little wind-up duck", "round tabby kitten"),
        ("old grandfather clock", "old house cat", "grey attic owl"),
    ),
    Scene(
        "school",
        "next to a school with a big brass bell",
        "the school",
        "the long corridor",
        "the room at the very top",
        (
            "It smelled of chalk, apples and wet coats.",
            "The books there whispered after four o’clock, when they thought that everybody had gone.",
            "The map on the wall had one corner that nobody had ever unrolled.",
        ),
        ("small grey mouse", "brown sparrow", "young school cat", "green frog"),
        ("old caretaker", "old library cat", "grey owl"),
    ),
)

NAMES = {
    "she": ("Mina", "Tilly", "Juniper", "Olive", "Poppy", "Nell", "Hazel", "Ada", "Luma", "Saffron", "Greta", "Wilma"),
    "he": ("Pip", "Otto", "Basil", "Rufus", "Hugo", "Barnaby", "Moss", "Theo", "Jasper", "Emil", "Fergus", "Linus"),
    "it": ("Pebble", "Biscuit", "Button", "Clover", "Tumble", "Bramble", "Dot", "Thimble", "Echo", "Marble"),
}
"""`it` serves for `they` as well: names that suit anybody."""

WEARS = (
    "green scarf",
    "red scarf",
    "striped scarf",
    "yellow hat",
    "blue hat",
    "red hat",
    "blue waistcoat",
    "little green satchel",
)
CLOTHES = (
    "yellow raincoat",
    "red coat",
    "blue coat",
    "green jacket",
    "striped jumper",
    "red scarf",
    "yellow hat",
    "green scarf",
)
MARKS = (
    "pale patch shaped like a star",
    "small blue spot",
    "golden speckle on one side",
    "white patch shaped like a heart",
)

OPENINGS: tuple[Passage, ...] = (
    ("There was once {a_kind_with} called {name}, who lived {home}.",),
    ("Not so very long ago, {home}, there lived {a_kind_with} whose name was {name}.",),
    ("This is the story of {name}, {a_kind_with} who lived {home}.",),
    ("{Home}, where you might have walked past without noticing, lived {a_kind_with} called {name}.",),
    ("{Name} was {a_kind_with}, and {he} lived {home}.",),
)

WEARING: tuple[Passage, ...] = (
    ("{He} wore {a_wear} in all weathers, even the warm ones.",),
    ("You could tell {him} from far away by {his} {wear}.",),
    ("{He} owned {a_wear}, a good appetite, and nothing else worth mentioning.",),
)
MARKED: tuple[Passage, ...] = (
    ("You could tell {him} from all the others by {his} {wear}.",),
    ("Everybody knew {him} by {his} {wear}.",),
)

HABITS: tuple[Passage, ...] = (
    ("+Every morning {name} said hello to the day, and on most days the day said something back.",),
    (
        "+{Name} was neither very big nor very clever, but {he} {was} good at noticing things, <which is rarer|and that is rare>.",
    ),
    ("+{Name} had three good ideas a week, and kept the third one for Sundays.",),
    ("+{Name} collected small sounds: the plop of a pebble, the sigh of a door, the first word after a long silence.",),
    ("+{Name} liked beginnings best. {He} had begun eleven things that spring, and finished breakfast.",),
)

MEETINGS: tuple[Passage, ...] = (
    (
        "At the first bend sat {a_comp_kind}.",
        "“Where are you going?” asked the {comp_noun}, whose name was {comp}, and {name} explained.",
        "/“Then you are going my way,” said {comp}, who had not had a way until that minute.",
    ),
    (
        "“You look like somebody with a reason,” said a voice. It belonged to {a_comp_kind} named {comp}.",
        "/“May I come along?” asked {comp}. “I have been looking for a reason all week.”",
        "+And {che} fell in beside {name} before anybody could say no.",
    ),
    (
        "{Name} nearly fell over {a_comp_kind}.",
        "“Never mind,” said the {comp_noun}. “I am {comp}. People are always falling over me, and it is a nice way to meet.”",
        "+/“I am in a bit of a hurry,” said {name}.¶“Good,” said {comp}. “I have never been in one. Show me.”",
    ),
    (
        "Somebody was sitting by the way and drawing a line in the dust. It was {a_comp_kind}. “I am {comp},” said the {comp_noun}, “and this is where I live up to.”",
        "/“Would you like to see what is beyond it?” asked {name}. {Comp} looked at the line for a while, and stepped over it.",
    ),
    (
        "“Psst,” said somebody in a corner. It turned out to be {a_comp_kind} named {comp}, with a leaf on top.",
        "“I was hiding from nobody, just to keep in practice,” said {comp}. “What are you doing?”",
        "/{Name} said it. “That is much better than hiding,” said {comp}, and came along.",
    ),
    (
        "On the way {he} met {a_comp_kind} called {comp}, and after that there were two of them.",
        "+/“Is it dangerous?” asked {comp}, when {che} had heard everything. “A little,” said {name}.¶“Oh, good,” said {comp}, and turned rather pale.",
    ),
)

TOGETHER: tuple[Passage, ...] = (
    ("{Name} told {comp} all about it, of course. That is what a {comp_noun} like {comp} is for.",),
    ("“I am coming too,” said {comp}, before {name} had even asked.",),
    ("{Comp} listened to the end, which not everybody does. “Well then,” said {comp}. “What are we waiting for?”",),
)
"""Instead of a meeting, where the two have known each other since the story before."""

HUMOURS: tuple[Humour, ...] = (
    Humour(
        ("+{Comp} counted things. {Che} had counted the stars twice, and lost only one argument about it.",),
        (
            "+/“Four hundred and six,” said {comp} after a while. “Four hundred and six what?” asked {name}.¶“I don’t know yet,” said {comp}. “First I count.”",
        ),
        (
            "+/“How many of us are there?” asked {name} in a small voice. “Two,” said {comp}. “I have checked. It is the best number I know.”",
        ),
        (
            "+/“One,” said {comp} that evening. “One what?” asked {name}. “One good day. I am starting again from there.”",
        ),
    ),
    Humour(
        ("+{Comp} had once read half of a book about everything, and knew a great deal about all things from A to M.",),
        ("+/“Is it far?” asked {name}. “Far comes under F,” said {comp}, pleased. “So I know that one. Yes.”",),
        (
            "+/“What does your book say about nights like this?” asked {name}. “Nights are under N,” said {comp} sadly. “We shall have to find out for ourselves.”",
        ),
        ("+/“Do you know,” said {comp}, “I think we have to make up the second half ourselves.”",),
    ),
    Humour(
        ("+{Comp} always carried a cheese sandwich, just in case, and would not say in case of what.",),
        ("+/“Is it now, in case?” asked {name} hopefully. “Not yet,” said {comp}, and patted the sandwich.",),
        (
            "+/“This,” said {comp} gravely, “is the case.” And {che} broke the sandwich in two and gave {name} the bigger half.",
        ),
        ("+/The next morning {comp} made a new sandwich. Just in case.",),
    ),
    Humour(
        ("+{Comp} foretold the weather every morning, and had been right once, in April, by accident.",),
        (
            "+/“Nothing but sunshine until supper,” said {comp}. They waited under a broad leaf until it had stopped raining.",
        ),
        (
            "+/“It will never get light again,” said {comp}, and {name} felt much better, because {comp} was always wrong.",
        ),
        (
            "+/“Terrible weather tomorrow,” said {comp} happily. And so they both knew that it would be a beautiful day.",
        ),
    ),
    Humour(
        ("+{Comp} was the bravest {comp_noun} for miles around, and said so, mostly from behind somebody.",),
        ("+/“I am not hiding,” said {comp} from behind {name}. “I am guarding the back.”",),
        (
            "+/“You go first,” whispered {comp}. “I shall be brave right behind you.” Then {che} thought about it, and came and stood beside {name} instead.",
        ),
        (
            "+/From that day on {comp} told everybody how brave {name} was, and only after that how brave {che} was {comp_self}.",
        ),
    ),
    Humour(
        (
            "+{Comp} was never in a hurry. {Che} had set out for a birthday party two years ago, and still hoped to be in time for the cake.",
        ),
        (
            "+/“Shouldn’t we go a little faster?” asked {name}. “We could,” said {comp}, “but then we should miss the bits in between.”",
        ),
        (
            "+/“We are too late,” said {name}. “I am always too late,” said {comp}, “and you would be surprised how much is still there.”",
        ),
        (
            "+/“And your birthday party?” asked {name}. “I think,” said {comp}, looking all round, “that I have just arrived at it.”",
        ),
    ),
    Humour(
        ("+{Comp} made up songs. Each of them had one verse, and went wrong in the middle.",),
        (
            "+/{Comp} sang a song about soup. It went wrong in the middle, as usual, and they laughed about it for half a mile.",
        ),
        ("+/Very quietly {comp} began to hum. It was the song about soup. It was no help at all, and it helped.",),
        ("+/{Comp} made up a song about all this. It had two verses, and nothing went wrong in the middle.",),
    ),
    Humour(
        ("+{Comp} was very polite. {Che} said good morning to stones, in case they were shy.",),
        ("+/“Good afternoon,” said {comp} to a stone. The stone said nothing. “Shy,” whispered {comp}.",),
        (
            "+/“Good evening, night,” said {comp}, as firmly as {che} could. Nobody answered. “It’s shy too,” {che} whispered, and they both felt a little better.",
        ),
        (
            "+/On the way home {comp} said good night to every stone they passed. One of them, {name} was almost sure, said good night back.",
        ),
    ),
)

EPISODES: tuple[Passage, ...] = (
    (
        "Presently the way split into three. There was a signpost, but nobody had ever written anything on it.",
        "+“Helpful,” said {comp}.",
        "/{Name} shut {his} eyes and turned round twice. “That one,” {he} said.",
        "“Why that one?” asked {comp}. “Because now I am pointing at it.”",
        "+It was the wrong way, but there were blackberries.",
    ),
    (
        "“Stop!” cried a very small beetle in the middle of the way. “Everybody pays here.”",
        "“How much?” asked {name}. “One compliment,” said the beetle.",
        "/{Name} thought about it. “You have the shiniest back that I have seen all day,” {he} said.",
        "The beetle blushed right round the edges. “You may pass,” it said. “Both of you. And do come back soon.”",
    ),
    (
        "A little further on they found an echo.",
        "“Hello!” called {name}. “Hello!” said the echo. “What is for dinner?” called {comp}. “Dinner,” said the echo.",
        "+“It doesn’t know either,” said {comp}.",
        "+They wished it a pleasant day, and it wished them one back, several times.",
    ),
    (
        "They came upon an ant with a crumb as big as a house, as houses go among ants.",
        "{Name} carried the crumb the last bit of the way.",
        "/“Forty thousand thanks,” said the ant. “One from each of us.” It took them some time to hear them all.",
        "+“That was the longest thank-you of my life,” said {comp}, “and I liked every one of it.”",
    ),
    (
        "On a post hung a lost mitten, all alone, with its thumb in the air.",
        "“Somebody is missing you,” said {name}, and turned it so that it could be seen from both sides.",
        "+“It is waving,” said {comp}.",
        "+They waved back. It seemed the least that they could do.",
    ),
    (
        "When they were hungry they shared an apple. {Comp} divided it into two halves, a large one and a small one.",
        "“That isn’t fair,” said {name}, and gave back the large one.",
        "“It isn’t,” agreed {comp}, and gave it back again.",
        "+It went to and fro between them so often that in the end they gave it to a passing mouse, who had never believed in miracles before.",
    ),
    (
        "After that they passed a hill that snored.",
        "“Hills don’t snore,” whispered {comp}. “This one does,” whispered {name}, and they went past it as softly as they could.",
        "+When they were almost by, the hill turned over, and said, quite clearly, “Five more minutes.”",
    ),
    (
        "Further along they saw tracks. “Somebody has been here before us,” whispered {comp}. “Two of them!”",
        "They followed the tracks round a big rock, and round it again, and the second time there were four of them.",
        "/“Oh,” said {name}. “They are ours.”",
        "+“I thought that they looked friendly,” said {comp}.",
    ),
    (
        "Then a gust of wind came by and took the thing that they had been about to say.",
        "They stood and tried to think what it had been.",
        "+“Was it about lunch?” asked {name}.",
        "“It is always about lunch,” said {comp}, and so it was settled.",
    ),
    (
        "In a still puddle they met two travellers who looked very much like them, only upside down.",
        "“Do you know the way?” asked {name}. The other one asked exactly the same thing, at exactly the same time.",
        "+“They’re lost as well,” said {comp}. “Let’s not worry them.”",
    ),
    (
        "Round the next corner somebody had left a chair. It stood there with a view all to itself.",
        "They sat down on it in turns, since it would have been rude not to.",
        "+“A chair in the middle of nowhere,” said {comp}, “makes it the middle of somewhere.”",
    ),
    (
        "The next piece of the way was dull, so they played at guessing. “I am thinking of something,” said {comp}, “that is small and round and a long way off.”",
        "“A pea,” said {name}. “A button. A very short king.”",
        "/“It’s supper,” said {comp}, “but I liked the king.”",
    ),
    (
        "Beyond that a snail was moving house. “Heavy?” asked {name}. “Only on Mondays,” said the snail.",
        "“And what do you do when you want to be somewhere else?” “I look out of the other side,” said the snail.",
        "+They thought about that for quite a long way.",
    ),
    (
        "Behind a hedge somebody was practising the trumpet, and had got as far as the second note.",
        "They stopped and clapped. It was quiet behind the hedge. “Was that for me?” asked a voice.",
        "/“It was a very good second note,” said {name}.",
        "+When they were nearly out of hearing there came, very carefully, a third.",
    ),
    (
        "They met a small hedgehog with a large suitcase. “I am going round the world,” it said. “I have been as far as this gate already.”",
        "“And how is it?” asked {name}. “Big,” said the hedgehog happily, “and all of it is new.”",
        "+They helped the suitcase through the gate. There was nothing in it. “That’s for the way back,” said the hedgehog.",
    ),
    (
        "By and by there stood a notice: *Please do not read this notice.* They had both read it before they could stop.",
        "“Now what?” whispered {comp}. They looked round. Nothing happened.",
        "/“I shall forget it,” said {name} firmly, and that is why nobody knows to this day what the rest of it said.",
        "+“I remember it,” said {comp}, “but I shan’t tell.”",
    ),
    (
        "Two ducks were having an argument about whose turn it was to be right. “You can be right today,” said {name} to the one, “and you tomorrow.”",
        "The ducks thought it over. “And who is right on Sundays?” they asked.",
        "“On Sundays,” said {comp}, “it is the pond.”",
        "+They could hear for quite some time how quiet it was.",
    ),
    (
        "Now they came to a narrow plank over a ditch. “After you,” said {comp}. “No, no, after you,” said {name}.",
        "They said it eleven times. Then they both went at once, and it held.",
        "+“It might have held the first time, too,” said {name}. “But we should have been less polite,” said {comp}.",
    ),
)

CLOSERS: tuple[Passage, ...] = (
    ("+Good night, {name}.",),
    ("+And if they have not fallen asleep over it, they are talking about it still.",),
    ("+The moon, who had seen it all, told nobody. She only shone a little more than was strictly necessary.",),
    ("+And then there was soup.",),
    ("+It is a true story. {Comp} told it to a thrush, and the thrush told me.",),
)

HELPER_ARRIVES: tuple[Passage, ...] = (
    (
        "Before it got dark they asked {a_helper} for advice.",
        "+“Advice is cheap today,” said the {helper_noun}. “There was hardly any demand all week.”",
    ),
    (
        "By and by they came upon {a_helper}, deep in thought. They waited politely until there was a gap.",
        "+“I think about one thing every day,” said the {helper_noun}. “I have just finished. What is yours?”",
    ),
    (
        "At the end of the afternoon they met {a_helper}, who was sitting quite still and seemed to have been expecting them.",
        "+“Sit down,” said the {helper_noun}. “You look as though you had been walking round a question.”",
    ),
    (
        "Just where they had hoped that somebody would be, there was {a_helper}.",
        "+The {helper_noun} heard the whole story without interrupting, and that alone was a help.",
    ),
    (
        "It was nearly evening when {a_helper} looked up from a game of draughts against nobody. “Ah,” said the {helper_noun}. “You will be wanting some advice.”",
        "+“Are you winning?” asked {comp}. “Not yet,” said the {helper_noun}.",
    ),
)

NEWCOMER: tuple[Passage, ...] = (
    (
        "They had not gone far when somebody stood in the way, and it was {a_helper}.",
        "/“Don’t mind me,” said the {helper_noun}. “I have only just come into this story, and I hope that it is a nice one.”",
    ),
    (
        "There was a rustle and a cough, and out came {a_helper}.",
        "/“Is this where it goes on?” asked the {helper_noun}. “Then I am right.”",
    ),
)

FEAR = Plot(
    "fear",
    ("{Name} and {Fear}", "How {Name} Grew Brave", "{Name} Takes a Small Step"),
    (
        (
            "There was only one thing wrong with {name}’s days, and that was {fear}.",
            "+When anybody spoke of it, {name} remembered something important to do at home.",
            "+/“Are you afraid of {fear}?” asked the neighbours. “Not at all,” said {name}. “I just don’t care for the look of it.”",
        ),
        (
            "But {name} had a secret: {he} {was} afraid of {fear}.",
            "+{He} had told nobody, and the longer {he} kept it, the heavier it grew, as secrets do.",
            "+Even thinking of it made {his} heart flutter like a moth in a lampshade.",
        ),
        (
            "“Everybody is brave except me,” thought {name}, because {he} {was} afraid of {fear}.",
            "+{He} had tried shutting {his} eyes. {He} had tried whistling. {He} had tried a bigger hat. Nothing helped.",
        ),
    ),
    (
        (
            "Then, one day, a jar of honey had to be taken to {far}, and there was nobody else to take it.",
            "+{Name} looked at the jar. The jar looked sweet, but it was no help.",
            "=The honey, by the way, arrived. It is still talked about as the best-travelled honey in the world.",
        ),
        (
            "One morning word came that the lamp at {far} had gone out, and somebody had to go and light it.",
            "+“I’ll go,” said a voice. {Name} looked round to see whose it was. It was {his} own.",
            "=And the lamp at {far} was burning again. {Name} had lit it in passing, and hardly noticed.",
        ),
        (
            "One day it was enough. “I shall go as far as {far},” {he} said, “and we shall see who is afraid of whom.”",
            "+{He} said it quite loudly, so as not to hear {his} own heart.",
        ),
    ),
    (
        Thread(
            ("dark", "darkness", "night", "shadow", "shadows"),
            (
                "“Brave is not a feeling,” said the {helper_noun}. “Brave is a thing you do, in small steps, and the feeling comes along later.”",
            ),
            (
                "Then the sun went down, and all at once the dark was there, all round {name}, and very close.",
                "+The bushes had turned into bears, and the bears were holding their breath.",
                "/Somewhere in the middle of it a voice called, “{Name}? I think I am stuck.” It was {comp}.",
            ),
            (
                "{Name} took one small step into the dark. Nothing happened. So {he} took another.",
                "+After the seventh step {he} noticed that {he} had forgotten to count the eighth.",
                "/And the dark was not a hole, as {he} had always believed. It was a great soft coat, and the whole world was asleep in its pocket.",
            ),
            (
                "{Name} found {comp} by the sound of {chis} breathing, and together they sat and looked up.",
                "“You can only see stars from in here,” said {name}, surprised. “Nobody ever told me that.”",
            ),
            apart=True,
        ),
        Thread(
            (
                "thunder",
                "thunderstorm",
                "thunderstorms",
                "storm",
                "storms",
                "lightning",
                "loud",
                "noise",
                "noises",
                "fireworks",
            ),
            ("“When it grumbles, grumble back,” said the {helper_noun}. “And count. Fear is very bad at counting.”",),
            (
                "That night it came: first a wind, then a flash, then a rumble that rolled right across {place}.",
                "+Every leaf turned over to see who was shouting.",
                "/“I don’t like it,” said {comp}, very small, and crept close to {name}.",
            ),
            (
                "Somebody had to be the big one, and there was only {name}. “One,” {he} counted, “two, three, four …” BOOM, went the sky. “Boom yourself!” called {name}.",
                "+/The sky was so surprised that it forgot the next one.",
                "/“It’s only moving the furniture about up there,” said {name}, “to make room for the rain.” And when {he} had said it, {he} found that {he} believed it.",
            ),
            (
                "They counted further and further between the rumbles, until there was nothing left to count but drops.",
                "+“Again?” asked {comp}. “Tomorrow,” said {name}, and yawned.",
            ),
        ),
        Thread(
            ("height", "heights", "high", "falling", "flying", "climbing", "jumping", "ladders", "stairs"),
            ("“Don’t look at all of it,” said the {helper_noun}. “Look at the next bit. The next bit is never high.”",),
            (
                "When the moon rose they stood below {far}, and it was very, very high.",
                "+Its top was somewhere among the clouds, where it was no business of anybody’s.",
                "/{Comp} had gone on ahead, and now a voice came down from above. “{Name}? Going up was easy. Coming down isn’t.”",
            ),
            (
                "{Name} looked at the next bit. It was as high as a footstool. {He} climbed it. Then {he} looked at the next bit, and that was a footstool, too.",
                "/“How did you get up here?” asked {comp}, when {name} arrived. “On footstools,” said {name}.",
                "+And only then did {he} look round, and the world was not far away at all. It was just all there at once.",
            ),
            (
                "They stayed until the first light came over the edge, and then went down the same way, one footstool after another.",
            ),
            apart=True,
        ),
        Thread(
            (
                "water",
                "sea",
                "swimming",
                "deep",
                "waves",
                "ocean",
                "river",
                "rain",
                "bath",
                "baths",
                "diving",
                "drowning",
            ),
            (
                "“Water is like a big dog,” said the {helper_noun}. “It only wants to know that you are friendly. Go in slowly, and let it sniff.”",
            ),
            (
                "That night the path ended at a wide, black, shining water, with a flat stone in the middle of it.",
                "+It lapped, as if it were licking its lips.",
                "/On the stone sat {comp}, who had been looking at the moon and not at the tide. “It has come up all round me,” said {comp}.",
            ),
            (
                "“Good evening,” said {name} to the water, and let it come a little way, and no further. It was cold. Then it was less cold. Then it was holding {him} up.",
                "+/“So that’s all you want,” said {name}. “You want to carry somebody.”",
                "/And out {he} went, in the middle of the moon’s own path, to the flat stone, and brought {comp} home.",
            ),
            (
                "Afterwards they sat on the bank and dripped. “Again?” asked {comp}. “In a minute,” said {name}, and was astonished to find that {he} meant it.",
            ),
            apart=True,
        ),
        Thread(
            ("alone", "lonely", "left behind", "getting lost"),
            (
                "“Nobody is quite alone who has something to take care of,” said the {helper_noun}. “Even if it is only a snail.”",
            ),
            (
                "Night came with a fog, and when it had thickened, {comp} was gone.",
                "+{Name} called, and only {his} own voice came back, and it did not sound sure.",
            ),
            (
                "{Name} sat down, and there at the side of the way sat a snail, which was lost as well. “Don’t worry,” {he} told it. “I’m here.”",
                "/And it was true, and it was true for {name}, too: somebody was there, and it was {himself}. {He} told the snail a story, and the fog leaned in to listen.",
                "+By the end of it {name} had quite forgotten to be afraid.",
            ),
            ("“I followed the story,” said {comp}, coming out of the mist. “Don’t stop. What did the snail do then?”",),
            apart=True,
        ),
        Thread(
            (
                "strangers",
                "people",
                "crowd",
                "crowds",
                "school",
                "audience",
                "stage",
                "speaking",
                "singing",
                "talking",
                "others",
                "new",
                "mistakes",
                "failing",
                "losing",
                "making",
            ),
            (
                "“Most of them are afraid, too,” said the {helper_noun}. “Pick the one who looks most frightened, and be kind to that one.”",
            ),
            (
                "At {far} there were lanterns that night, and a great many strangers, and every one of them turned to look.",
                "+{Name} wished that {he} {was} a coat on a hook.",
                "/“I’ll wait here,” said {comp}, and went behind a barrel.",
            ),
            (
                "Quite at the edge stood somebody smaller than all the rest, holding on to a railing. “Is this your first time, too?” asked {name}. The small one nodded.",
                "/“Then there are two of us,” said {name}. “Three,” said the barrel.",
                "+And somehow, with three, it was no longer a crowd with them outside it. It was just a party which they were at.",
            ),
            (
                "When {name} had to say a few words, {he} said them to the small one at the railing, and everybody else was allowed to listen.",
            ),
            apart=True,
        ),
        Thread(
            (
                "monster",
                "monsters",
                "ghost",
                "ghosts",
                "dog",
                "dogs",
                "wolf",
                "wolves",
                "spider",
                "spiders",
                "cat",
                "cats",
                "dragon",
                "dragons",
                "snake",
                "snakes",
                "bear",
                "bears",
                "mouse",
                "mice",
                "lion",
                "lions",
                "bat",
                "bats",
                "owl",
                "owls",
                "shark",
                "sharks",
                "giant",
                "giants",
                "witch",
                "witches",
                "fox",
                "foxes",
            ),
            ("“Ask its name,” said the {helper_noun}. “Nothing is as big any more when it has a name.”",),
            (
                "And that night, in front of {far}, two yellow eyes lit up, and did not blink.",
                "+There were teeth as well, but {name} did not count them.",
                "/“There,” breathed {comp}, “is what you are afraid of.”",
            ),
            (
                "{Name} wanted to run. Instead {he} heard {himself} ask: “What … what is your name?”",
                "/It was quiet for a long time. “Gerald,” said a voice, and it was a much smaller voice than anyone would have thought. “Nobody ever stays to ask.”",
                "+“Why do you sit here in the dark?” asked {name}. “I heard that somebody was coming,” said Gerald, “and I was frightened.”",
            ),
            (
                "They had supper together after that, all three of them, and Gerald, who had very fine manners, washed up.",
            ),
        ),
        Thread(
            (),
            (
                "“Don’t push it away,” said the {helper_noun}. “Put your fear in your pocket and take it along. It only gets heavy when you run.”",
            ),
            (
                "That night, just before {far}, it was there, exactly what {name} was most afraid of, and there was no way round.",
                "/“We could go back,” said {comp}. They both looked at the way back. It was not the way they wanted.",
            ),
            (
                "{Name} took a deep breath, and put the fear into {his} pocket. There it was no bigger than a hazelnut. It wriggled a little, and lay still.",
                "/“Are you not afraid any more?” asked {comp}. “Oh yes,” said {name}. “But now I have it, and it doesn’t have me.” And on {he} went, one step, and another, and through.",
                "+It took about as long as it takes to boil an egg. {Name} had been afraid of it for years.",
            ),
            ("On the other side {he} felt in {his} pocket. There was nothing there but a bit of warm fluff.",),
        ),
        Thread(
            (),
            (
                "“I was afraid once,” said the {helper_noun}. “So I wished it good evening, and asked what it wanted. Nobody had ever asked it that before.”",
            ),
            (
                "Then it was night, and they were nearly there, and what {name} feared most stood right across the way.",
                "+{His} heart knocked as if it wanted to be let out.",
            ),
            (
                "“Good evening,” said {name}. {His} voice shook, but it was all there. “What do you want?”",
                "/Nothing answered. There was only the night, breathing in and out, just as {name} did. And the longer {he} listened, the more it sounded like somebody who would like some company.",
                "/“Come along, then,” said {name}, “but walk behind me.”",
                "+And the fear, which had always gone in front, walked behind.",
            ),
            (
                "After a mile or so {comp} looked back. “It’s gone,” said {comp}. “I know,” said {name}. “It gets tired quickly.”",
            ),
        ),
    ),
    (
        ("Is {name} never afraid of {fear} any more? Oh, now and then. But now {he} {knows} what to do about it.",),
        ("That evening {name} slept very well. {Fear} slept outside, like a well-behaved dog.",),
        (
            "“Were you brave?” they asked, when {name} came home. {Name} thought about it. “No,” {he} said, “but I did it anyway.” And that, of course, is the same thing.",
        ),
    ),
    (
        (
            "Only one thing frightened {name}, and that was {fear}.",
            "+{He} had told nobody but the pillow.",
            "One evening {a_comp_kind} called {comp} got stuck just where {name} dared not go.",
            "+“Help!” called {comp}.",
            "/{Name} took one small step. Nothing happened, so {he} took another.",
            "+“I’m coming,” {he} said, and {his} voice shook only at the edges.",
            "+The tenth step was almost easy.",
            "“You came!” said {comp}. “I did,” said {name}, astonished.",
            "+Then they went home together, and it did not seem far at all.",
            "/And the fear? It walked behind them now, and had trouble keeping up.",
            "+{Name} left it outside for the night, with a blanket.",
        ),
    ),
)

WISH = Plot(
    "wish",
    ("The {Noun} Who Wanted to {Want}", "{Name}’s Great Wish", "{Name} Finds a Way"),
    (
        (
            "More than anything in the world, {name} wanted to {want}.",
            "+{He} wanted it before breakfast, and {he} still wanted it after the last yawn of the evening.",
            "+It was a big wish for one {noun}, and it stuck out on all sides.",
        ),
        (
            "“I want to {want_my},” said {name}.",
            "/“Nobody here does that,” said the neighbours. “Then somebody should,” said {name}.",
            "+The neighbours shook their heads. It was what they did best.",
        ),
        (
            "It had begun with a dream. In the dream {name} was allowed to {want}, and it was so lovely that {he} woke up laughing.",
            "+Awake, it was not so simple.",
        ),
    ),
    (
        (
            "So one morning {he} packed a crust of bread and a good deal of hope, and set out for {far}, where, it was said, wishes are easier.",
        ),
        (
            "“Nobody gets there by sitting still,” said {name}, and set out that very day, along {path}.",
            "+{He} was back at once, because {he} had forgotten to shut the door. Then {he} really went.",
        ),
        (
            "People said that such things were only possible at {far}, and so {name} left a note on the door: “Back when it’s done.”",
            "=The note was still on the door. {Name} crossed out “when it’s done” and wrote: “It’s done.”",
        ),
    ),
    (
        Thread(
            ("moon",),
            (
                "“The moon?” said the {helper_noun}. “She comes down every night to wash. You need only know where the water is quiet.”",
            ),
            (
                "When night fell they went up as high as it would go. {Name} stretched as far as {he} could, and then a bit further. The moon stayed where she was.",
                "+“Nearly,” said {comp} kindly. It was not nearly.",
            ),
            (
                "Tired and cross, {name} sat down by a quiet pool, and there she was: the whole moon, round and white, floating so near that you could have kissed her.",
                "/{Name} leaned forward and touched her. The moon shivered, broke into a hundred silver pieces, laughed, and put herself together again.",
                "+“She’s ticklish,” whispered {comp}.",
            ),
            ("“And I wanted to go all that way up,” said {name}, “when all the time she was coming down to meet me.”",),
        ),
        Thread(
            ("star", "stars", "constellation", "galaxy", "planets", "space"),
            (
                "“Stars are shy,” said the {helper_noun}. “Put out your lamp and wait. They come to those who don’t run after them.”",
            ),
            (
                "That night a star fell, and they ran after it, over one hill and the next, until they were out of breath and their lamp had gone out.",
                "+“Now it is dark and we are lost,” said {comp}. “That is two things at once.”",
            ),
            (
                "There was nothing left to do but wait. So they waited. And out of the grass rose a spark, then ten, then more than anyone could count, until it twinkled below them exactly as it did above.",
                "/One small light came down on {name}, as softly as if it had been looking for {him} all evening.",
                "+“Don’t breathe,” whispered {comp}. “I’m not,” whispered {name}.",
            ),
            (
                "“You can’t keep it,” said {comp}. “I know,” said {name}, and let it go again. “But now it knows where I live.”",
            ),
        ),
        Thread(
            ("fly", "flying", "wings", "soar"),
            ("“Wings are one way of doing it,” said the {helper_noun}. “The other way is friends and a good wind.”",),
            (
                "That night {name} jumped from a rock, with all {his} might. {He} flew for exactly as long as it takes to say “oh”.",
                "+“That was a beginning,” said {comp}, picking thistles out of {him}.",
            ),
            (
                "Before sunrise a flock of wild geese came down to rest. They heard about it, and they talked it over, as geese do, all at once. Then four of them took the corners of a blanket in their beaks.",
                "/“Hold tight,” said the first goose. And the ground let go of {name}.",
                "+{He} forgot to shout. {He} forgot to be frightened. {He} only looked, and the wind turned the pages.",
            ),
            ("From up there {place} was so small that you could have put it into a pocket and taken it home.",),
        ),
        Thread(
            ("sea", "ocean", "seaside", "beach"),
            (
                "“Follow the water,” said the {helper_noun}. “Every drop of it is on its way there, even the silly ones.”",
            ),
            (
                "They followed a trickle, and the trickle became a brook, and then it grew dark and the brook went underground.",
                "+“Perhaps the sea is only a story,” said {comp}.",
            ),
            (
                "{Name} lay down and listened. Far away something was breathing, in and out, in and out, much too large to be asleep in a house.",
                "/They went towards the sound, up the last dune, and there it lay, all of it, with the morning just beginning at the far end.",
                "+“It’s so much,” whispered {comp}. “And nobody has to carry it.”",
            ),
            (
                "{Name} said nothing for a long time. Then {he} went down and let it wet {his} toes, or what would have been toes, and the sea said *hush*, as it does to everybody.",
            ),
        ),
        Thread(
            ("sing", "song", "music", "play", "violin", "piano", "drum", "flute", "voice"),
            (
                "“There are no wrong voices,” said the {helper_noun}. “There are only songs that belong to somebody else. Wait for yours.”",
            ),
            (
                "At nightfall {name} tried it. Two crows moved to another tree. A frog asked whether anybody was hurt.",
                "+“I liked the middle,” said {comp}, who was a good friend.",
            ),
            (
                "Later, when it was quite dark, {comp} could not sleep. “Make a noise,” begged {comp}. “A small one.” So {name} took the sound of the wind, and the two notes of the gate, and put them together, very softly, just for one.",
                "/It was not anybody else’s song, and it fitted.",
                "+Then the crickets came in, in the right place.",
            ),
            (
                "When {name} looked up, the crows had come back, and the frog, and they sat in a ring and breathed as quietly as they could.",
            ),
        ),
        Thread(
            ("dance", "ballet", "skate", "waltz"),
            ("“First you count the steps,” said the {helper_noun}. “The dancing begins when you lose count.”",),
            (
                "At nightfall {name} tried it. “One, two, three,” {he} counted, “one, two, ouch.”",
                "+“The ouch was very graceful,” said {comp}.",
            ),
            (
                "Then it began to rain. Plip, went the leaves, plop, went the pond, plip-plip-plop. {Name} wanted to count the drops and lost count, and at that moment something in {him} began to sway.",
                "/And {he} danced, in the rain, round the puddles and through them, and the puddles danced, too.",
                "+{Comp} danced as well, but quite differently.",
            ),
            ("“You didn’t count!” called {comp}, when it was over. “No,” said {name}. “There was no time.”",),
        ),
        Thread(
            ("swim", "dive"),
            (
                "“Water carries everyone who trusts it,” said the {helper_noun}. “Begin by doing nothing. That is the hard part.”",
            ),
            (
                "By moonlight {name} tried it. {He} splashed, {he} swallowed, {he} came out again and looked like a mop.",
                "+“You were in the water,” said {comp}, “and the water was in you. That is a start.”",
            ),
            (
                "“Now do nothing,” said {comp}. So {name} lay down on the water as if it were a bed, and did nothing at all. And the pond held {him} up, as if it had only been waiting to be asked.",
                "/A little push, and {he} slid along. Another one, and the bank was behind {him}.",
                "+The moon lay in the water beside {him}, and was not hurrying either.",
            ),
            ("“Come back!” called {comp}. “In a minute,” called {name}, from very nearly the middle.",),
        ),
        Thread(
            ("home", "house", "back"),
            ("“You needn’t know the whole way,” said the {helper_noun}. “You need only know which way feels warmer.”",),
            (
                "When night fell all the directions looked the same.",
                "+“This way is dark,” said {comp}, “and that way is dark as well, but with a bush.”",
            ),
            (
                "{Name} shut {his} eyes. There was the smell of bread, very faint; there was a gate that squeaked on two notes, and only one gate in the world did that. {He} turned round once, and stopped. “There,” {he} said. “There it is warmer.”",
                "/And when they had come over the hill, a light stood in a window. Somebody had left it burning.",
                "+It had burned every night. There was a whole row of candle ends to prove it.",
            ),
            (
                "“Is there room for one more?” asked {name}, and pulled {comp} in out of the dark. There was. There always is.",
            ),
        ),
        Thread(
            ("sleep", "rest", "dream", "nap"),
            (
                "“Sleep is like a cat,” said the {helper_noun}. “Call it, and it looks the other way. Sit quite still, and it comes.”",
            ),
            (
                "That night {name} tried everything: the left side, the right side, upside down, and sheep. The sheep kept asking for {his} name.",
                "+“Are you asleep yet?” asked {comp}, every two minutes.",
            ),
            (
                "“Then let us not sleep,” said {comp} at last. “Let us just listen to who else is awake.” They listened. There was an owl. There was a leaf. There was, far away, somebody putting a lid on a pot.",
                "/{Name} wanted to ask what was in it, but the question was so far off, and so soft, and it had such a round back …",
                "+“Are you asleep yet?” whispered {comp}. And nobody answered.",
            ),
            (
                "The next morning {name} woke up with the print of a leaf on {his} cheek, and the sun had been up for hours and had not wanted to disturb.",
            ),
        ),
        Thread(
            ("snow", "winter", "christmas", "snowflake"),
            (
                "“Snow doesn’t come when it’s called,” said the {helper_noun}. “It comes when it’s quiet enough. Be quiet together, and be warm.”",
            ),
            (
                "They waited until night. It was cold, and it was dark, and it was nothing else.",
                "+“Perhaps it has got the wrong address,” said {comp}.",
            ),
            (
                "They moved closer together and said no more. It grew so quiet that you could hear the silence come down. It came in pieces. They were white, and they turned as they came.",
                "/One of them sat down on {name}, showed all its six corners, and was gone.",
                "+“It said good evening,” said {name}. “I heard it,” said {comp}.",
            ),
            (
                "In the morning the whole world had a clean page, and the first thing written on it was two lines of tracks, side by side.",
            ),
        ),
        Thread(
            (
                "paint",
                "draw",
                "colour",
                "color",
                "picture",
                "read",
                "write",
                "book",
                "bake",
                "cook",
                "cake",
                "build",
                "invent",
                "make",
            ),
            (
                "“Make a bad one first,” said the {helper_noun}. “Quite a bad one, on purpose. The good one is always hiding behind it.”",
            ),
            (
                "That evening {name} began, and it went wrong. {He} began again. It went wrong in a new place.",
                "+“It has something,” said {comp}, holding it upside down.",
            ),
            (
                "“Now let’s do a terrible one,” said {comp}, “as terrible as we can.” They did it by the light of the moon, and it was so terrible that they had to hold on to each other for laughing.",
                "/And when {name} had laughed {himself} empty, {he} took one more, without thinking, and this one came out as if it had been there all along.",
                "+They looked at it for quite some time.",
            ),
            ("“It’s not perfect,” said {name}. “No,” said {comp}. “It’s yours.”",),
        ),
        Thread(
            ("big", "tall", "bigger", "taller", "grow", "strong", "stronger", "older", "grown"),
            (
                "“Measure yourself only by the things you do,” said the {helper_noun}. “Walls are no good for measuring. They never do anything.”",
            ),
            (
                "That night a cry came from a crack between two rocks: a nestling had fallen in, deep down, and all the big ones stood round it and were too big.",
                "+“If only one were smaller,” said a bear, and it was a thing no bear had ever said.",
            ),
            (
                "“I’ll go,” said {name}. {He} drew in {his} breath, and slipped in, where nobody else in all {place} could have slipped in, and came out again with the nestling, warm and cross.",
                "/Nobody said anything. Then the bear took off its hat, and bears have very big hats.",
                "+“How tall you are!” said the nestling, who had never seen anybody from so near.",
            ),
            (
                "“Do you still want to {want_your}?” asked {comp}. {Name} felt along {himself}, up and down. “I think it has happened,” {he} said.",
            ),
        ),
        Thread(
            ("fire", "roar", "bark", "howl", "shout", "magic", "spell", "spells"),
            (
                "“It is in there,” said the {helper_noun}, “but it won’t come out for showing off. It comes out when it’s needed.”",
            ),
            (
                "That night {name} tried until {he} {was} hoarse. What came out was a hiccup.",
                "+“A very strong hiccup,” said {comp}.",
            ),
            (
                "Then the mist came down, and somewhere in it children were calling who had lost the way. {Name} forgot how to do it, and that it could not be done, and simply did it, with all {his} heart, so that it was seen and heard from one end of {place} to the other.",
                "/“There!” cried the children. “That way!” And they came running out of the mist, one after another, seven of them.",
                "+{Comp} had fallen over backwards. “That,” said {comp}, “was not a hiccup.”",
            ),
            ("Afterwards {name} tried it once more, quite quietly, just for {himself}, and it was still there.",),
        ),
        Thread(
            (),
            ("“Nobody begins with the whole of a thing,” said the {helper_noun}. “Begin with the first inch.”",),
            (
                "At {far} {name} tried, and it did not work. {He} tried again, and it did not work in a different way. Then it was night.",
                "+“Perhaps wishes are only for looking at,” said {name}, and sat down with {his} back to the world.",
            ),
            (
                "“What would be the very smallest piece of it?” asked {comp}. {Name} thought. There was one. It was so small that it could be done sitting down. So {he} did it.",
                "/Then {he} did the next piece, since it lay right beside the first. And piece by piece, while the moon went from one side of the sky to the other, {name} found out how to {want}.",
                "+{He} only noticed when {comp} began to cheer.",
            ),
            ("“It was quite easy,” said {name} in the morning, and yawned. “Apart from the first inch.”",),
        ),
        Thread(
            (),
            ("“Some wishes are too big for one,” said the {helper_noun}. “That isn’t the wish’s fault. Ask.”",),
            (
                "At {far} {name} tried it alone, because {he} wanted to have done it alone. It grew dark, and it was still not done.",
                "+“I am very good at holding things,” said {comp}, to nobody in particular.",
            ),
            (
                "It is a short word, and it took {name} half the night to say it. “Help,” {he} said at last. “Please.”",
                "/And out of the dark they came, all those whom they had met on the way, for they had only been waiting for the word. One pushed, one pulled, one held the lamp, and one sang, and just before sunrise {name} managed to {want}.",
                "+Nobody could say afterwards who had done the most. It was probably the one who sang.",
            ),
            ("“I did it alone, with everybody,” said {name}, and that is the best way there is.",),
        ),
        Thread(
            (),
            (
                "“If you lose your way,” said the {helper_noun}, “look for somebody who has lost more. It is curious, but it helps.”",
            ),
            (
                "They were almost there, and could already see {far} against the sky, when something whimpered in the dark behind them.",
                "+“If we go back now we shall be too late,” said {comp}. It whimpered again.",
            ),
            (
                "{Name} looked ahead once more. Then {he} turned round. It was a very young bird, fallen out of a very high nest, and it took them half the night to put it back.",
                "/“So you are the ones,” said the mother bird, when she had counted her children twice. “Up here one sees everything. Come. I’ll show you a way to {want_your} that nobody knows who has never turned back.”",
                "+It was behind a small gate. They had walked past it twice.",
            ),
            ("And so it came true, by the side door, the way the best things do.",),
        ),
    ),
    (
        (
            "“And what are you going to wish for now?” asked {comp} on the way home. {Name} thought about it. “Breakfast,” {he} said.",
        ),
        (
            "At home they all wanted to know what it had been like. {Name} told them, and with every telling it was true again.",
        ),
        (
            "The wish did not stick out any more after that. It had become a part of {name}, somewhere on the left, where it was warm.",
        ),
    ),
    (
        (
            "More than anything, {name} wanted to {want}.",
            "+“Nobody here does that,” said the neighbours. “Then somebody should,” said {name}, and set out.",
            "On the way {he} met {a_comp_kind} called {comp}.",
            "+“I know nothing about it,” said {comp}, “but I am good company.”",
            "/{Name} tried once, and it went wrong. {He} tried again, and it went wrong differently.",
            "+Then it was night, and {he} felt very small.",
            "“Start with the smallest piece,” said {comp}.",
            "So {name} did the smallest piece, and then the next, and by midnight the wish had come true.",
            "+{Comp} cheered so loudly that an owl complained.",
            "/“What now?” asked {comp}. “Breakfast,” said {name}.",
        ),
    ),
)

LOST = Plot(
    "lost",
    ("The {Noun} Who Lost {His} {Thing}", "{Name} and the Lost {Thing}", "Where Is {Name}’s {Thing}?"),
    (
        (
            "One morning {name} woke up, and {his} {thing} {twas} gone.",
            "+{He} looked under the bed. {He} looked behind the door. {He} looked in all the places where {he} had looked already, in case they had changed their minds.",
            "/“It can’t have gone far,” thought {name}, but that is what everybody thinks.",
        ),
        (
            "All went well until the Tuesday on which {name} lost {his} {thing}.",
            "+One moment {tthey} {twas} there, and the next there was only the place where {tthey} had been, and that place felt very large.",
            "+/“Are you sure that you had {tit}?” asked the neighbours, as neighbours do.",
        ),
        (
            "“Have you seen my {thing}?” asked {name}. Nobody had seen {tit}.",
            "+“You’ll get another,” they said. But {name} did not want another.",
        ),
    ),
    (
        (
            "So {he} shut the door behind {him} and set out to look, along {path}.",
            "+“If I were {a_thing},” {he} asked {himself}, “where would I be?” It was a hard question for {a_noun}.",
        ),
        (
            "“Lost things go to {far},” said an old neighbour. “Everybody knows that.” Nobody had known it, but {name} set out.",
            "=“I told you so,” said the old neighbour, when they came home.",
        ),
        (
            "There was nothing for it but to go and look. {Name} took a lamp, a biscuit, and the second-best of {his} hopes.",
            "=They ate the biscuit on the way back. It had been waiting for a good moment.",
        ),
    ),
    (
        Thread(
            (
                "song",
                "voice",
                "laugh",
                "laughter",
                "music",
                "tune",
                "whistle",
                "roar",
                "purr",
                "melody",
                "echo",
                "giggle",
                "words",
                "moo",
                "bark",
                "chirp",
            ),
            (
                "“Such things are not stolen,” said the {helper_noun}. “They wander off when nobody listens. Make it quiet, and listen first.”",
            ),
            (
                "At {far} they called and shouted until night fell. Nothing answered but the wind in the keyhole.",
                "+“Louder?” asked {comp}. “No,” said {name} slowly. “Softer.”",
            ),
            (
                "So they sat down and made it quiet. It was quiet for a very long time. And then, from inside an old cracked bell that nobody rang any more, there came a little sound, hardly more than a breath.",
                "/“There you are,” whispered {name}. {The_thing} had curled up in there, to be with somebody who was silent as well.",
                "+“The bell was so sad,” it seemed to say. “I only meant to stay one night.”",
            ),
            (
                "{Name} did not pull. {He} just began, very softly, and left a gap at the end; and {his} {thing} could not bear a gap, and came and filled it. The bell rang by itself for joy.",
            ),
        ),
        Thread(
            (
                "shadow",
                "smile",
                "colour",
                "color",
                "colours",
                "colors",
                "dream",
                "dreams",
                "courage",
                "joy",
                "magic",
                "memory",
                "memories",
                "glow",
                "light",
                "sparkle",
                "shine",
                "name",
                "sleep",
                "luck",
                "spots",
                "stripes",
                "happiness",
                "heart",
                "imagination",
                "hope",
                "temper",
                "appetite",
            ),
            (
                "“That isn’t the kind of thing you find by looking,” said the {helper_noun}. “Do something for somebody, and don’t look. Then it comes from behind.”",
            ),
            (
                "They looked until night fell and the lamp burned low, and {far} was empty, from the top to the bottom.",
                "+“That’s that,” said {name}, and {his} voice sounded as if somebody had folded it.",
            ),
            (
                "Then they heard somebody sniffing. It was a very small bat, who was afraid to fly home by herself. “Come,” said {name}, “we’ll take you,” and all the way {he} told her about the time when {he} had fallen into the jam.",
                "/The bat giggled. And at that moment {comp} stood still. “{Name},” said {comp}, “don’t turn round too quickly, but I think it has come back.”",
                "+And it had. It had crept up from behind, to hear how the story ended.",
            ),
            ("{Name} did turn round, of course. There {twas} {his} {thing}, a little dusty, and quite {his} own.",),
        ),
        Thread(
            (
                "mother",
                "father",
                "mom",
                "mum",
                "dad",
                "mama",
                "papa",
                "mommy",
                "mummy",
                "daddy",
                "sister",
                "brother",
                "friend",
                "friends",
                "cat",
                "dog",
                "puppy",
                "kitten",
                "parents",
                "family",
                "baby",
                "grandmother",
                "grandfather",
                "grandma",
                "grandpa",
                "owner",
                "child",
                "son",
                "daughter",
                "bear",
                "bird",
                "rabbit",
                "pet",
                "flock",
                "herd",
                "twin",
            ),
            (
                "“When two look for each other, both keep moving, and they always just miss,” said the {helper_noun}. “One of them must stay where there is a light, and be easy to find.”",
            ),
            (
                "They ran here, they ran there, and then it was night, and {far} lay before them without a window lit.",
                "+“If I were lost,” said {comp}, “I should want there to be a lamp.”",
            ),
            (
                "So {name} stopped running. {He} lit the lamp, and hung it up as high as it would go, and called, not loudly, but every time the owl had finished.",
                "/An hour went by, and another. Then a twig cracked. “I saw the light,” said a voice that {name} would have known among a thousand.",
                "+Nobody said anything sensible for quite some time.",
            ),
            (
                "“I looked for you everywhere,” said {name}. “And I for you,” said the voice. “What a good thing that one of us stood still.”",
            ),
        ),
        Thread(
            ("way", "way home", "home", "path"),
            (
                "“Nobody is lost who can say what he is looking for,” said the {helper_noun}. “Tell it to everything you meet. One of them will know it.”",
            ),
            (
                "Then night came, and it took away the last of the landmarks, one by one, like somebody clearing the table.",
                "+“I know exactly where we are,” said {comp}. “We are here.”",
            ),
            (
                "So {name} told it aloud, to the stones and the bushes and the first few stars: “There is a door with a blue handle, and a bench that wobbles, and a place on the wall where the sun sits in the morning.”",
                "/“A bench that wobbles?” said a moth. “I sat on it this evening.” And it flew ahead, a pale speck, from one bush to the next, and they went after it.",
                "+It was not the shortest way. It was a moth’s way. But it had the bench at the end of it.",
            ),
            ("The bench wobbled. {Name} had never in {his} life been so pleased about anything.",),
        ),
        Thread(
            (),
            (
                "“Perhaps it isn’t lost,” said the {helper_noun}. “Perhaps somebody found it. Look for somebody who is very happy and cannot say why.”",
            ),
            (
                "They looked behind every stone of {far}, until it was too dark to tell the stones from the looking.",
                "+“I have found a button,” said {comp}. “It isn’t mine either.”",
            ),
            (
                "Then they heard humming. Below them, in a crack in the wall, sat a mouse with seven children, and in the middle of the nest, with moss tucked all round, lay {his} {thing}.",
                "/“It fell from the sky, on the very day they were born,” said the mouse. “Is it not beautiful?” Then she saw {name}’s face, and stopped humming.",
                "/{Name} swallowed. “Keep {tit} for tonight,” {he} said. “They are all asleep.”",
                "+It was the hardest sentence of {his} life, and {he} had said it right.",
            ),
            (
                "In the morning {tthey} lay before {name}, polished, and beside {tthem} sat seven very small mice, to say thank you for the loan. And from then on {tthey} belonged to {name} on weekdays and to the mice on Sundays.",
            ),
        ),
        Thread(
            (),
            (
                "“Go back to where you were last happy with it,” said the {helper_noun}. “Nobody looks there, because they were too happy to notice.”",
            ),
            (
                "{Far} was full of lost things: umbrellas, left socks, the ends of sentences. Only {name}’s {thing} {twas} not among them. And it was night.",
                "+“Somebody has lost a whole grandfather clock,” said {comp}. “How does anybody do that?”",
            ),
            (
                "“Where I was last happy,” thought {name}. And suddenly {he} knew. It was not here, not at {far}. It was the flat stone by {his} own door, in the evening sun, when the swallows came.",
                "/They ran all the way back. The moon ran along. And there, in the crack beside the flat stone, {tthey} lay, and had been lying there the whole time.",
                "+“We could have saved ourselves the way,” said {name}. “But then you would not have met me,” said {comp}.",
            ),
            (
                "{Name} held {his} {thing} very tight, and then held {comp} very tight, and it was hard to say which {he} was more glad to have found.",
            ),
        ),
        Thread(
            (),
            ("“Ask the one whom nobody asks,” said the {helper_noun}. “That one sees the most.”",),
            (
                "They asked everybody at {far}, down to the last spider. Everybody had an opinion. Nobody had {name}’s {thing}.",
                "+Then they all went to bed, and it was dark.",
            ),
            (
                "Only one was left whom they had not asked: the little night watchbeetle, who went round with a lamp and was never spoken to. “Excuse me,” said {name}, “have you seen my {thing}?”",
                "/The beetle was so astonished to be asked that the lamp shook. “But of course,” it said. “I have kept {tit} dry. I only did not know whom to tell.”",
                "+It took them to a cupboard behind the moon-dial, where everything had a label in very tiny writing.",
            ),
            ("On {name}’s label it said: *Much loved. Will be called for.*",),
        ),
    ),
    (
        (
            "That night {name} put {his} {thing} where {he} could see {tit} from bed. {He} looked at {tit} once more, and then once more after that.",
        ),
        (
            "“Next time,” said {comp}, “we’ll look at home first.” “Next time,” said {name}, “we’ll go the long way again.”",
        ),
        (
            "Since then {name} has lost a good many things: a mitten, a bet, and nine games of draughts. But never again {his} {thing}.",
        ),
    ),
    (
        (
            "One morning {name}’s {thing} {twas} gone.",
            "+{He} looked under the bed, and it was very dusty there.",
            "“I’ll help you look,” said {comp}, {a_comp_kind} who was passing.",
            "+They looked behind every stone along {path}.",
            "/They asked the wind, they asked the well, and it grew dark.",
            "+“I have found a button,” said {comp}, to say something nice.",
            "“Let us sit quite still,” said {name}, “and listen.”",
            "And so they heard it: a very small sound, close by. There {tthey} {twas}!",
            "+{Name} said nothing. {He} only held on.",
            "/“Found,” said {comp}. “Twice,” said {name}, and took {comp} home to supper.",
            "+And there {comp} stayed.",
        ),
    ),
)

MYSTERY = Plot(
    "mystery",
    ("{Name} and {the_thing}", "The Secret of {Far}", "{Name} Wants to Know"),
    (
        (
            "One morning there was something in front of {name}’s door that had not been there the night before: {a_thing}.",
            "+{Name} went round it once to the left and once to the right. It did not help.",
            "/“Whose are you?” asked {name}. But {the_thing} kept quiet, as such things do.",
        ),
        (
            "It began with {a_thing}. {Name} found it where nobody ever finds anything, in the middle of {path}.",
            "+It had no label and no explanation.",
            "/“Somebody must be missing you,” said {name}.",
        ),
        (
            "On an ordinary Thursday, between two ordinary puddles, {name} found {a_thing}.",
            "+{He} looked to the left, {he} looked to the right. Nobody was looking for anything.",
        ),
    ),
    (
        (
            "There was just one clue: a trail of silver dust, as fine as flour, that led in the direction of {far}.",
            "+“A clue,” said {name} to {himself}. “I have always wanted one.”",
            "=The silver dust, it turned out, was only flour. Somebody had been carrying home a bag with a hole in it.",
        ),
        ("“A thing like that has a story,” said {name}, “and I want to know how it goes.” So {he} set out to ask.",),
        ("{Name} could have left it alone. But curiosity is like a cold: you have it, or you haven’t. {He} set out.",),
    ),
    (
        Thread(
            ("egg", "eggs", "nest"),
            ("“Keep it warm and don’t ask it questions,” said the {helper_noun}. “It will answer when it is ready.”",),
            (
                "By the time they reached {far} it was night, and so cold that the stars crackled. Nobody there was missing an egg.",
                "/“It’s getting cool,” said {comp}, worried.",
            ),
            (
                "They took it between them and told it everything they knew, so that it would not be bored. A little after midnight something knocked. “Come in,” said {comp}. “I think,” said {name}, “that it wants to come out.”",
                "/Crack, went the shell. Crack. And out came a beak, and after it a small damp person, who looked first at one and then at the other, and said: “Peep?”",
                "+“Peep,” said {name}, and had no idea what {he} had promised.",
            ),
            (
                "At sunrise a great silver bird came down, who had been looking for seven days. “You kept it warm,” she said. “Then you are family.”",
            ),
        ),
        Thread(
            (
                "door",
                "gate",
                "box",
                "chest",
                "trunk",
                "cupboard",
                "suitcase",
                "drawer",
                "window",
                "book",
                "jar",
                "bottle",
                "parcel",
                "package",
                "staircase",
                "tunnel",
                "cave",
                "hole",
                "wardrobe",
            ),
            (
                "“There are things that you can’t open by pulling,” said the {helper_noun}. “Try knocking. Hardly anyone thinks of it.”",
            ),
            (
                "That night they pulled, they pushed, they said every magic word that they knew, including ‘marmalade’. It stayed shut.",
                "+{Comp} gave it a stern look. It had no effect at all.",
            ),
            (
                "Then {name} did what people do with people. {He} knocked, three times, quite gently, and said: “Good evening. It’s {name}. May we?”",
                "/“At last!” said a voice. “A hundred years of rattling, and nobody says good evening.” It opened of its own accord. Inside it was bright, and much larger than outside, and there was a table laid for three.",
                "+“I set it every evening,” said the voice, “just in case somebody had manners.”",
            ),
            (
                "It was the best supper of their lives, and they were not allowed to tell anyone what there was for pudding.",
            ),
        ),
        Thread(
            (
                "letter",
                "letters",
                "map",
                "message",
                "note",
                "postcard",
                "diary",
                "envelope",
                "notebook",
                "photograph",
                "painting",
                "picture",
                "telegram",
                "stamp",
                "page",
            ),
            (
                "“Hold it up to the moon,” said the {helper_noun}. “Some things are only written for those who stay up.”",
            ),
            (
                "It was late when they reached {far}. They turned {the_thing} over, this way and that way, and it said nothing that made sense.",
                "+“Perhaps it’s for somebody cleverer,” said {comp}.",
            ),
            (
                "Then the moon came round the corner, and shone right through. And between the lines there stood other lines, in a thin silver hand: *I am at the window, and I should so like to be asked to play.*",
                "/They looked up. High up at {far} there was a window, and in the window somebody small, who had been waiting for a very long time.",
                "+{Comp} waved. The somebody dropped out of sight at once, and came up again, and waved back.",
            ),
            (
                "They played until sunrise: hide and seek, and shadows, and a game with rules that were only invented in the middle.",
            ),
        ),
        Thread(
            (
                "light",
                "lights",
                "glow",
                "sound",
                "noise",
                "footprints",
                "footprint",
                "music",
                "tracks",
                "knocking",
                "voice",
                "whisper",
                "smell",
            ),
            (
                "“Don’t creep up on it,” said the {helper_noun}. “Secrets are easily frightened. Whistle a bit, so that it hears you coming.”",
            ),
            (
                "When it was quite dark they came to {far}, and there it was again, clearer than before, and right behind the wall.",
                "+“We could also find out tomorrow,” whispered {comp}. “Or by letter.”",
            ),
            (
                "{Name} whistled, a bit out of tune. Something bumped, and a lantern swung, and out came an old, old mole with a cake on his head, for he needed both his hands for the lanterns.",
                "/“Oh dear,” said the mole, “now you’ve seen it. It was meant to be a surprise. I am practising.” “What for?” asked {name}. “For inviting people,” said the mole. “I have never done it before.”",
                "+“And how is it done?” asked {comp}. “You say: would you like some cake?” said the mole, and blushed under the cake.",
            ),
            ("They said yes. It was, the mole wrote later in his diary, a complete success.",),
        ),
        Thread(
            (),
            ("“Don’t ask whose it is,” said the {helper_noun}. “Ask who goes to bed sad. It comes to the same.”",),
            (
                "They asked at every door of {far}. No, said the doors, no, no, sorry. And so it became night, and they still had {the_thing}.",
                "+“If nobody wants it,” said {comp}, “we could always give it a name.”",
            ),
            (
                "Then {name} saw that one door had been left out, because it was so low: it was down by the ground, behind a flowerpot. {He} knocked. A very small old lady in a nightcap opened, saw {the_thing}, and put both hands to her mouth.",
                "/“I lost it on the day when I was seven,” she said, “and I was just thinking: if only I knew that it was all right.”",
                "+“It’s all right,” said {name}. “It has been to places.”",
            ),
            (
                "She was ninety-one, and that night she was seven again, until well past bedtime. She taught them a skipping rhyme with a mistake in it.",
            ),
        ),
        Thread(
            (),
            (
                "“Put it down and hide,” said the {helper_noun}. “What belongs together finds its way together. You have only to let it.”",
            ),
            (
                "At {far} they put {the_thing} in the middle of an empty square, and hid. It grew dark. Nobody came. Then still nobody came.",
                "+“I have to sneeze,” whispered {comp}. “Don’t,” whispered {name}.",
            ),
            (
                "“Hatchoo!” went {comp}. And somebody said, “Bless you.” It came from the other hiding place, on the other side of the square, and there sat an otter, who had been watching all the time.",
                "/“I put it by your door,” said the otter. “On purpose. I have no friends in this place, and I thought: whoever brings it back is the sort of person I should like to know.”",
                "+“You might have just knocked,” said {comp}. “I know,” said the otter. “But what if you had said no?”",
            ),
            (
                "They did not say no. And {the_thing} stood on the table between them that night, and had done its work.",
            ),
        ),
    ),
    (
        (
            "And so {name} knew it at last. But if you think that {he} stopped wondering after that, you don’t know {name}.",
        ),
        ("“Now there is no mystery left,” said {comp} sadly. “Why?” asked {name}. “There’s tomorrow.”",),
        ("{Name} wrote it all down in a small book, and on the last page {he} put: *Solved. (More soon.)*",),
    ),
    (
        (
            "One morning {name} found {a_thing} in front of the door.",
            "+It had no label.",
            "“Somebody must be missing it,” said {name} to {comp}, {a_comp_kind} from next door, and they set out to ask.",
            "+/They asked at every door along {path}. Nobody knew it.",
            "+“We could always give it a name,” said {comp}.",
            "When it was dark, they saw one more window, very small and very low down, with a candle in it.",
            "/“I have been looking for it for years!” said the little old mole who opened.",
            "+He laughed, and then he cried a bit, and then he found his spectacles.",
            "“How can I thank you?” “Tell us its story,” said {name}.",
            "+And he did, with soup.",
            "+/It was such a good story that they came back the next evening to hear it again.",
        ),
    ),
)

PROMISE = Plot(
    "promise",
    ("{Name} Keeps a Promise", "{the_thing} for {receiver}", "The Promise"),
    (
        (
            "{Name} had promised something, and that is how it all began: {he} would bring {a_thing} to {receiver}, to {far}, before the sun came up.",
            "+“Word of honour?” {receiver} had asked. “Word of honour,” {name} had said.",
            "+It had been easy to say. It weighed nothing at all, then.",
        ),
        (
            "“I promise,” {name} had said to {receiver}. “I’ll bring you {a_thing}, all the way to {far}.” And now the day had come.",
            "+A promise is a small thing to give, but you have to carry it for quite a way.",
        ),
        (
            "Somebody had to take {a_thing} to {receiver}, who lived at {far}, and {name} had given {his} word.",
            "+“There’s no hurry,” said the neighbours. “There’s a promise,” said {name}.",
        ),
    ),
    (
        ("{He} wrapped {the_thing} up as warmly as a child in winter, and set out along {path}.",),
        (
            "So {name} set out, with {the_thing} held close and {his} chin held high.",
            "+Behind the first corner the chin came down a bit.",
        ),
        (
            "{Name} tied a knot in {his} memory, so as not to forget, and set out.",
            "=Then {name} untied the knot in {his} memory. It left a small dent, and that is there still.",
        ),
    ),
    (
        Thread(
            ("letter", "message", "note", "postcard", "parcel", "package", "invitation", "book", "newspaper"),
            (
                "“Paper can get wet,” said the {helper_noun}. “Words can’t. Learn them by heart, to be on the safe side.”",
            ),
            (
                "That night there was a storm, and at the ford the water tore {the_thing} out of their hold. They saw it once more, white, and then no more.",
                "+“Now we have nothing,” said {comp}. “Now we have only the promise,” said {name}.",
            ),
            (
                "{Name} shut {his} eyes. “Dear friend,” {he} began, and stopped, and began again, and {comp} knew the bit in the middle; and so they went on through the rain, and said it to each other, line by line, so as not to lose it as well.",
                "/“I have nothing in my hands,” said {name} to {receiver}, wet through. “But I have it all in here.” And {he} said it from beginning to end.",
                "+At the place with the joke {he} waited, as is only right.",
            ),
            (
                "It was quiet for a while. “Nobody has ever *spoken* a letter to me,” came the answer. “Please, would you read it once more?”",
            ),
        ),
        Thread(
            (
                "flower",
                "flowers",
                "rose",
                "seed",
                "seeds",
                "plant",
                "sapling",
                "tree",
                "acorn",
                "sunflower",
                "egg",
                "bird",
                "butterfly",
                "chick",
            ),
            (
                "“Whatever lives needs three things,” said the {helper_noun}: “a little water, a little warmth, and somebody who looks in every hour.”",
            ),
            (
                "That night there was frost. It came over {place} on tiptoe and touched everything. {The_thing} began to droop.",
                "+“Perhaps we could bring something else,” said {comp}. {Name} shook {his} head.",
            ),
            (
                "{Name} took off what {he} had on that was warm, and wrapped it round {the_thing}, and breathed on it, and told it about July. {Comp} kept off the wind on the other side.",
                "/They did not sleep. Every hour one of them looked in. And in the first grey of the morning it lifted its head a little, as if somebody had said its name.",
                "+“It’s July,” whispered {comp} to it. “Just you go on believing it.”",
            ),
            (
                "“It looks tired,” said {name}, when they had arrived. “It looks,” said {receiver}, “like something that has been loved the whole way.”",
            ),
        ),
        Thread(
            ("lantern", "lamp", "light", "candle", "fire", "flame", "star", "torch"),
            (
                "“A light gets no smaller when another is lit from it,” said the {helper_noun}. “It is the only thing in the world like that, apart from jokes.”",
            ),
            (
                "It was a black night, and there was somebody at every bend who had no light: a mouse at her washing, a ferryman, a child with a bad dream. “We must save it,” said {comp}. “We have far to go.”",
                "+The flame ducked, as though it were listening.",
            ),
            (
                "{Name} thought of the promise. Then {he} lit the mouse’s candle from it, and the ferryman’s lamp, and the night-light of the child. And on they went. Just before {far} a gust came, and blew theirs out.",
                "/They stood in the dark. Then they turned round. Behind them, all the way back, stood the lights, one beside the other: the ferryman, the mouse, the child. And already somebody came running to bring them theirs again.",
                "+“Quick,” panted the mouse. “You gave it to me, so it’s the same one.”",
            ),
            ("“You are late,” said {receiver}. “But I watched you come. I saw the whole way lighting up.”",),
        ),
        Thread(
            (
                "cake",
                "soup",
                "bread",
                "honey",
                "apple",
                "cookie",
                "cookies",
                "pie",
                "medicine",
                "lunch",
                "sandwich",
                "pancake",
                "milk",
                "jam",
                "food",
                "chocolate",
                "sweets",
                "candy",
                "pizza",
            ),
            (
                "“What you carry for somebody else grows heavier when you are hungry,” said the {helper_noun}. “Share whatever else you have, and it will be light again.”",
            ),
            (
                "Night fell, and they had long since eaten their own provisions. {The_thing} smelled so good. “Only a corner,” said {comp}. “{Receiver} would never notice.”",
                "+“I should notice,” said {name}.",
            ),
            (
                "They shared what was left, and it was one cold potato. They shared it with a hedgehog, too, who had even less. And it was odd: after that {the_thing} weighed almost nothing.",
                "/The hedgehog knew a short cut, because of the potato. And so they arrived while it was still steaming a little.",
                "+“Potatoes,” said {comp}, “are the key to everything.”",
            ),
            (
                "“For me?” said {receiver}, and divided it at once, fairly, into as many pieces as there were guests. Nothing has ever tasted so good, not even at night.",
            ),
        ),
        Thread(
            (),
            (
                "“A promise is like a string,” said the {helper_noun}. “Somebody is holding the other end. If you can’t see the way, feel for the string.”",
            ),
            (
                "That night the mist came, so thick that you could have cut it into slices. “Nobody would blame us,” said {comp}, “if we turned round.”",
                "+It was true. Nobody would. That was the worst of it.",
            ),
            (
                "{Name} stood still and thought of {receiver}, who was sitting at {far} at this moment and was quite sure that somebody would come. And there it was, the string: it pulled, very gently, a bit to the left.",
                "/They went after it, one behind the other, through all that white. “I can feel it, too,” said {comp} after a while. “It goes right through the middle.”",
                "+And when the mist tore, they stood exactly in front of the door.",
            ),
            ("“I knew you would come,” said {receiver}. “How?” asked {name}. “I was holding the other end.”",),
        ),
        Thread(
            (),
            (
                "“You will meet a good reason to stop,” said the {helper_noun}, “and it will have a friendly face. Thank it, and ask whether it would like to come along.”",
            ),
            (
                "It was already night when they came to an inn with golden windows. Inside there was music, and a fire, and two empty chairs. “Come in!” they called. “Tomorrow is another day!”",
                "+{Comp} had already sat down in spirit.",
            ),
            (
                "It was warm, and {name} was so tired. {He} looked at the chairs. {He} looked at {the_thing}. “Thank you,” {he} said, “but somebody is waiting for us. Would you like to come with us?”",
                "/It grew quiet. Then the fiddler took his hat. “Why not,” he said, and then the cook came, too, and then the rest; and so they went through the night with fiddle and lanterns, all the way to {far}.",
                "+It is much easier to keep a promise to music.",
            ),
            ("{Receiver} had expected one visitor. There were twenty-three. They had to take turns with the cups.",),
        ),
    ),
    (
        (
            "On the way home {name} felt light, and went a little faster, to see what it was. It was the place where the promise had been.",
        ),
        ("“Would you do it again?” asked {comp}. “Not today,” said {name}. But {he} was already looking at the map.",),
        ("Since then people say in {place}, when a thing is quite certain: “as sure as {name}.”",),
    ),
    (
        (
            "{Name} had promised to bring {a_thing} to {receiver} before the sun came up.",
            "+It was a long way, and a promise has no wheels.",
            "“I’ll keep you company,” said {comp}, {a_comp_kind}.",
            "/At nightfall it began to rain. “Nobody would mind if we turned back,” said {comp}.",
            "+The rain thought so, too.",
            "“{Receiver} would mind,” said {name}, and went on, with {the_thing} held close.",
            "+One puddle, and another, and a hundred more.",
            "/Just as the sky turned pink they knocked. “I knew you would come,” said {receiver}.",
            "+There was dry straw, and there was cocoa.",
            "“How did you know?” asked {name}. “You promised,” said {receiver}.",
        ),
    ),
)

FRIEND = Plot(
    "friend",
    ("{Name} and {Comp}", "The {Noun} and the {Comp_noun}", "Room for Two"),
    (
        (
            "{Name} had everything you need, except for somebody to tell it to.",
            "+In the evening {he} said good night to the wall. The wall was a good listener, but it never asked anything.",
        ),
        (
            "Everybody knew that {a_noun} and {a_comp_noun} could never be friends. Nobody knew who had said so first.",
            "+It was written nowhere. That is why nobody could cross it out.",
        ),
        (
            "{Name} liked to be alone. At least {he} said so, rather often, and rather loudly.",
            "+There was one chair at {his} table, and it was not even quite full.",
        ),
    ),
    (
        (
            "Then one day there was {a_comp_kind} at the door, soaking wet. “I am {comp},” said the {comp_noun}. “Is this where people are let in?”",
            "“It depends,” said {name}, and by then {comp} was inside.",
        ),
        (
            "One afternoon {name} heard somebody singing, much too loudly and not at all well. It was {a_comp_kind}. “I’m {comp}!” {che} called. “I live here now!”",
            "+“Oh dear,” said {name}.",
        ),
        (
            "They met in the worst possible way: {name} was looking at the sky, and so was {a_comp_kind} called {comp}, and they both went on walking.",
            "“You might look where you’re going,” said {name}. “I was,” said {comp}, rubbing {chis} head. “I was going up there.”",
        ),
    ),
    (
        Thread(
            ("different", "big", "small", "enemy", "enemies", "elephant", "whale", "giant", "bear", "dragon", "mouse"),
            (
                "“You are not too different,” said the {helper_noun}. “You are just standing too close to see how well it fits.”",
            ),
            (
                "But they were too different. {Name} got up when {comp} went to bed. One liked it quiet and the other hummed. And one night they said so, and each went off in another direction.",
                "+It was a very dark night. {Name} walked fast, so that it should look as if {he} knew where to.",
            ),
            (
                "Then the storm came, and it came from both sides at once. “{Comp}!” called {name} into it. “{Name}!” called somebody back. And because one of them could see in front and the other could hear behind, and one was quick and one was strong, they found a way through, which neither of them would have found alone.",
                "/“You were too loud,” said {name}, out of breath. “And a good thing, too.” “You were too careful,” said {comp}. “I should have fallen in without you.”",
                "+They sat there and were different, as close together as possible.",
            ),
            ("When it grew light, they could see that their tracks, laid side by side, made a pattern.",),
            apart=True,
        ),
        Thread(
            (),
            (
                "“Don’t tell each other what you can do,” said the {helper_noun}. “Tell each other what you can’t. That is where the doors are.”",
            ),
            (
                "It went well for three days. Then they quarrelled, about a spoon, and it was not about the spoon. “I never asked you to come,” said {name}. And then it was very quiet, and then it was night, and {comp} was gone.",
                "+The spoon lay on the table. It was quite an ordinary spoon.",
            ),
            (
                "{Name} found {comp} at {far}, sitting on the ground. “I can’t be alone in the dark,” said {comp}, without looking up. “That’s why I hum.” {Name} sat down as well. It took {him} some time.",
                "/“I can’t ask,” {he} said. “That’s why I grumble.” And after a while: “Will you come back? I’m asking.”",
                "+An owl, who had not meant to listen, blew her nose.",
            ),
            ("They went home, and {comp} hummed, and {name} hummed along, badly, in the dark, all the way.",),
            apart=True,
        ),
        Thread(
            (),
            (
                "“Friendship is like bread,” said the {helper_noun}. “You have to make it again every few days, and it’s better if both get floury.”",
            ),
            (
                "They agreed to be friends on Wednesdays. That was sensible. But on a Friday night {comp} fell ill, and it was dark, and it was far, and it was not Wednesday.",
                "+{Name} looked at the calendar. The calendar was quite clear about it.",
            ),
            (
                "{Name} turned the calendar to the wall and ran. {He} brought soup, and spilled half of it, and told stories all night long and got the endings wrong.",
                "/“It isn’t Wednesday,” whispered {comp}, as the morning came. “It is now,” said {name}. “I have made it one.”",
                "+And {comp} laughed, and that did more than the soup.",
            ),
            ("After that it was Wednesday very often, sometimes for weeks.",),
            apart=True,
        ),
        Thread(
            (),
            ("“If you want to know who somebody is,” said the {helper_noun}, “go and look at what they look at.”",),
            (
                "“What do you do up there every night?” asked {name}. “You wouldn’t understand,” said {comp}. “Then don’t tell me,” said {name}, and slammed the door, and stood behind it in the dark.",
                "+It is very boring behind a door.",
            ),
            (
                "In the end {he} went after {comp}, to {far}, quite softly. There {comp} sat and looked out, and did not turn round, but moved over a bit. {Name} sat down on the place, and it was still warm.",
                "/And then {he} saw it: far off, on the other side, a tiny light went on, and off, and on. “Somebody over there says good night,” said {comp}. “I don’t know who. I always answer. I thought you’d laugh.”",
                "+{Name} did not laugh. {He} held up the lamp.",
            ),
            (
                "On, and off, and on. And over there, after a moment, came *two* lights. “You see,” said {comp}, “they’ve brought somebody, too.”",
            ),
            apart=True,
        ),
    ),
    (
        ("There are two chairs at {name}’s table now. There is even a third one. You never know.",),
        (
            "If you ever come to {place}, you will see them: {a_noun} and {a_comp_noun}, quarrelling about which star was first. Don’t worry. They are only enjoying themselves.",
        ),
        (
            "“Are we friends?” asked {comp} one evening. “No idea,” said {name}, and moved the bigger piece of cake over to {comp}. “Eat.”",
        ),
    ),
    (
        (
            "{Name} lived all alone, and said that {he} liked it that way.",
            "+There was one chair.",
            "Then {comp} moved in next door, {a_comp_kind} who hummed.",
            "+“Must you?” asked {name}. “I’m afraid so,” said {comp}.",
            "/One stormy night the humming stopped.",
            "+It was so quiet that you could hear the clock worrying.",
            "{Name} took the lamp and went to look.",
            "/“I was afraid of the storm,” said {comp}. “I can’t hum when I’m afraid.”",
            "“Move over,” said {name}, and began to hum {himself}, badly.",
            "+{Comp} came in at the second verse.",
            "/In the morning {name} carried over a chair.",
        ),
    ),
)

PLOTS = {plot.name: plot for plot in (WISH, LOST, FEAR, FRIEND, MYSTERY, PROMISE)}

DEFAULTS = {
    "wish": ("touch the moon", "see the sea", "fly", "sing", "catch a star", "build a boat", "dance"),
    "lost": ("song", "smile", "shadow", "button", "kite", "umbrella", "whistle"),
    "fear": ("the dark", "thunder", "heights", "deep water", "strangers"),
    "friend": ("",),
    "mystery": ("small blue egg", "rusty key", "letter with no name", "tiny door", "silver bell", "box that hummed"),
    "promise": ("lantern", "letter", "honey cake", "rose", "parcel tied with string"),
}
"""What a plot is about, where the idea does not say."""

RECEIVERS = ("Grandmother Elm", "old Mr Thistle", "Aunt Plum", "Cousin Bertram", "Miss Marrow")

NEXT_DAYS: tuple[Passage, ...] = (
    (
        "The next morning {name} and {comp} were awake before the birds.",
        "+“Did all that really happen?” asked {comp}. “I think so,” said {name}. “I am still tired from it.”",
    ),
    (
        "But that was not the end of it, as {name} and {comp} found out the very next day.",
        "+“I thought that we had finished,” said {comp}. “Nobody ever has,” said {name}.",
    ),
    (
        "For three days {name} and {comp} did nothing at all, and did it very well. On the fourth day it went on.",
        "+It was {comp} who noticed it first.",
    ),
)

NEXT_PLACES: tuple[Passage, ...] = (
    (
        "This time the way led them to {place}.",
        "+“It looks different from how I had imagined it,” said {comp}. “It looks like itself,” said {name}.",
    ),
    (
        "Before noon they had come to {place}, where neither of them had ever been.",
        "+{Comp} said good morning to it, in case it was listening.",
    ),
)

WEATHERS = {
    "snow": "It had snowed in the night, and everything wore a white hat.",
    "rain": "It was raining, the fine patient kind of rain that has nothing else to do.",
    "storm": "The wind had got up, and all the shutters were talking at once.",
    "wind": "There was a wind that day, which turned everything over to see what was underneath.",
    "summer": "It was the first really warm day of the summer, and even the shadows were lying down.",
    "winter": "Winter had come, and breathed on all the windows.",
    "spring": "Spring had come overnight, without wiping its feet.",
    "autumn": "It was autumn, and the leaves were coming down to see what the ground was like.",
}


def words(text: str) -> int:
    """The length of an English text: its words."""
    return len(re.findall(r"[^\s—–]*\w[^\s—–]*", text))


BOOK = Book(
    openings=OPENINGS, wearing=WEARING, marked=MARKED, habits=HABITS, meetings=MEETINGS, together=TOGETHER, humours=HUMOURS, episodes=EPISODES,
    closers=CLOSERS, helper_arrives=HELPER_ARRIVES, newcomer=NEWCOMER, next_days=NEXT_DAYS, next_places=NEXT_PLACES, weathers=WEATHERS,
    plots=PLOTS, measure=words, joint=' ', brief=300, short=240, miniature=205,
)  # fmt: skip
