"""The words the storybook knows: who may be a hero, where a tale may happen, what may be lost or found.

Every table is a block of plain lines, read once at import, because a table of words is easier to keep than a table of
constructors. Whatever is not in a table still works; the tables only make the telling better informed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Being:
    """Somebody who can be in a tale."""

    noun: str
    kind: str
    """`animal`, `person`, `wonder` (dragon, robot …) or `object`."""
    realm: str
    """Where it feels at home: `land`, `water`, `air` or a place's key such as `snow`."""
    looks: tuple[str, ...]
    """Colours or other looks to choose from, without article; for a person the clothes' colour."""
    pronoun: str
    """`he`, `she`, `it`, or empty where the tale may choose."""
    measure: str = ""
    """The Chinese measure word."""


def _beings(table: str) -> dict[str, Being]:
    """Read lines `noun: kind realm pronoun measure look,look` (a dash is an empty field)."""
    found: dict[str, Being] = {}
    for line in table.strip().splitlines():
        nouns, _, rest = line.partition(":")
        kind, realm, pronoun, measure, looks = ("" if part == "-" else part for part in rest.split())
        for noun in nouns.split("/"):
            name = noun.strip()
            found[name] = Being(name, kind, realm, tuple(looks.replace("_", " ").split(",")), pronoun, measure)
    return found


ENGLISH_BEINGS = _beings("""
fox: animal land - - red,russet
vixen: animal land she - russet
wolf/wolf cub: animal land - - grey,silver-grey
bear/bear cub: animal land - - brown,honey-brown
polar bear: animal snow - - white
panda: animal land - - black-and-white
rabbit/bunny/hare: animal land - - white,grey,brown
hedgehog: animal land - - brown
mouse/dormouse/vole/jerboa/marmot: animal land - - grey,brown
rat/hamster/guinea pig/gerbil: animal land - - brown,golden
mole: animal land - - velvety_black
badger: animal land - - striped
squirrel/chipmunk: animal land - - red,brown
beaver/otter/platypus: animal river - - brown
cat/kitten/kitty: animal land - - ginger,black,grey
dog/puppy/pup/poodle/dachshund: animal land - - brown,spotted,white
lion/lion cub/lioness: animal land - - golden
tiger/tiger cub: animal land - - orange_striped
leopard/cheetah: animal land - - spotted
elephant: animal land - - grey
giraffe: animal land - - spotted
zebra: animal land - - striped
monkey/ape/chimpanzee/gorilla: animal land - - brown
sloth/koala/kangaroo/wombat: animal land - - grey
hippo/hippopotamus/rhino/rhinoceros: animal land - - grey
horse/pony/foal/mare/donkey/donkey foal/mule: animal land - - brown,dappled
cow/calf/bull/ox/yak: animal land - - brown,spotted
pig/piglet: animal land - - pink
sheep/lamb/goat/llama/alpaca: animal land - - white,woolly_white
deer/fawn/moose/reindeer/elk: animal land - - brown
camel: animal desert - - sandy
raccoon/skunk/red panda: animal land - - striped
bat: animal air - - black
snail/slug: animal land - - brown
worm/earthworm/caterpillar: animal land - - green,pink
ant/beetle/ladybird/ladybug/cricket/grasshopper: animal land - - shiny_black,red_spotted
spider: animal land - - black
bee/bumblebee: animal air - - striped
butterfly/moth/dragonfly/firefly: animal air - - blue,golden
frog/toad/tadpole/newt: animal river - - green
lizard/gecko/chameleon/iguana/snake: animal land - - green
turtle/tortoise: animal land - - green
crocodile/alligator: animal river - - green
owl/owlet: animal air - - brown
bird/sparrow/wren/robin/thrush/sandpiper/nightingale/lark/swallow/canary: animal air - - brown,blue
crow/raven/jackdaw/magpie/blackbird: animal air - - black
pigeon/dove: animal air - - grey,white
parrot/toucan/peacock/flamingo: animal air - - bright_green,pink
duck/duckling/goose/gosling/swan: animal river - - white,yellow
chicken/hen/chick: animal land - - brown,yellow
rooster/cockerel: animal land he - red-combed
heron/stork/crane/pelican: animal river - - grey,white
eagle/hawk/falcon: animal air - - brown
seagull/gull/puffin/albatross: animal sea - - white,grey
penguin: animal snow - - black-and-white
seal/walrus/sea lion: animal sea - - grey
whale/narwhal/orca: animal water - - blue,grey
dolphin/porpoise: animal water - - silver-blue
shark: animal water - - grey
fish/goldfish/clownfish/salmon/minnow: animal water - - orange,silver
octopus/squid/jellyfish: animal water - - orange,purple
crab/lobster/hermit crab/shrimp: animal sea - - red
seahorse/starfish: animal water - - golden,orange
sea turtle/manta ray: animal water - - green
girl/little girl/schoolgirl: person land she - yellow,red
boy/schoolboy: person land he - blue,green
child/kid/toddler/baby/student/pupil/orphan/twin: person land - - yellow,green
daughter/sister/niece/granddaughter: person land she - red
son/brother/nephew/grandson: person land he - blue
mother/mum/mom/aunt/grandmother/grandma/granny/old woman/woman/lady: person village she - blue
father/dad/uncle/grandfather/grandpa/old man/man: person village he - green
lighthouse keeper: person sea - - blue
keeper/ferryman/fisherman/fisherwoman/fisher: person sea - - blue
captain/sailor/pirate/diver: person sea - - blue,red
astronaut/cosmonaut/spaceman/space explorer: person space - - white
baker/cook/chef: person village - - white
gardener/farmer/beekeeper/shepherd: person village - - green
postman/mailman: person village he - blue
postwoman/seamstress/shepherdess: person village she - blue
mail carrier/courier/messenger: person village - - blue
clockmaker/watchmaker/toymaker/shoemaker/tailor/carpenter/blacksmith/glassblower/potter: person village - - brown
painter/artist/musician/fiddler/pianist/singer/dancer/violinist/poet/writer: person city - - red,blue
teacher/doctor/nurse/librarian/scientist/inventor/detective/explorer/photographer/engineer: person city - - green,grey
knight/squire: person castle - - silver
king/prince/emperor: person castle he - red
queen/princess/empress: person castle she - blue
wizard/sorcerer/magician: person castle he - starry_blue
witch: person forest she - purple
ninja/samurai/cowboy/juggler/clown/acrobat/ballerina: person city - - red
firefighter/policeman/driver/train driver/pilot/conductor: person city - - red,blue
traveller/traveler/wanderer/hermit/woodcutter/hunter: person forest - - green
merchant/shopkeeper: person city - - brown
dragon/baby dragon: wonder mountain - - green,red
robot/android/cyborg: wonder city it - silver,copper
ghost/spirit: wonder castle - - pale_white
monster/troll/ogre/yeti: wonder mountain - - shaggy_blue,furry_green
fairy/pixie/elf/gnome/goblin/dwarf: wonder forest - - green
giant/giantess: wonder mountain - - tall
unicorn/pegasus: wonder forest - - white
phoenix/griffin: wonder mountain - - golden
mermaid: wonder water she - silver
merman: wonder water he - silver
snowman/snow girl: wonder snow - - white
dinosaur/t-rex/triceratops/stegosaurus/mammoth: wonder forest - - green
alien/martian: wonder space - - green
vampire/werewolf/mummy/skeleton/zombie/scarecrow: wonder castle - - pale
angel/genie/superhero: wonder city - - golden
teddy bear/teddy/doll/puppet/toy soldier/toy/rocking horse: object house - - brown,red
lighthouse: object sea it - red-and-white
boat/ship/sailboat/paper boat/submarine/raft: object sea it - red,white
train/steam train/locomotive/tram/bus/car/truck/tractor/bicycle/bike/fire engine: object city it - red,blue
plane/airplane/aeroplane/rocket/spaceship/hot-air balloon/balloon/kite: object air it - red,yellow
cloud/raindrop/snowflake/wind/breeze/rainbow: object air it - white
star/moon/sun/comet/planet: object space it - golden,silver
teapot/cup/teacup/spoon/kettle/mug/toaster/pancake/cookie/gingerbread man: object house it - blue,white
lamp/lantern/candle/clock/alarm clock/umbrella/mirror/chair/pillow: object house it - yellow,green
sock/shoe/boot/hat/mitten/button/scarf: object house it - red,striped
pencil/crayon/paintbrush/book/letter/stamp: object house it - red,blue
piano/violin/drum/trumpet/music box/bell: object house it - golden,brown
tree/oak/pine/acorn/seed/flower/sunflower/rose/mushroom/leaf/pumpkin/apple/potato/carrot: object garden it - green,red
house/cottage/windmill/bridge/statue/lamppost/snow globe/stone/pebble/rock/mountain/hill: object village it - grey,red
""")

CHINESE_BEINGS = _beings("""
狐狸: animal land 它 只 火红的,红棕色的
狼: animal land 它 只 灰色的
熊/棕熊/黑熊: animal land 它 只 棕色的
北极熊: animal snow 它 只 雪白的
熊猫/大熊猫: animal land 它 只 黑白相间的
兔子/兔/白兔: animal land 它 只 雪白的,灰色的
刺猬: animal land 它 只 褐色的
老鼠/鼠/田鼠/仓鼠/松鼠/鼹鼠: animal land 它 只 灰色的,棕色的
猫/猫咪/橘猫/黑猫/白猫/花猫/流浪猫: animal land 它 只 橘黄的,黑白的,灰色的
狗/狗狗/黄狗/流浪狗/柴犬: animal land 它 只 黄色的,带斑点的
狮子: animal land 它 头 金黄的
老虎/虎: animal land 它 只 带条纹的
豹子/豹: animal land 它 只 带斑点的
大象/象: animal land 它 头 灰色的
长颈鹿/鹿/梅花鹿/驯鹿: animal land 它 只 带斑点的
斑马/马/白马/小马驹: animal land 它 匹 棕色的,白色的
驴/毛驴: animal land 它 头 灰色的
骆驼: animal desert 它 头 沙黄的
猴子/猴/猩猩: animal land 它 只 棕色的
牛/奶牛/黄牛/水牛: animal land 它 头 棕色的
猪/野猪: animal land 它 头 粉红的
羊/山羊/绵羊/羊羔/羊驼: animal land 它 只 雪白的
考拉/袋鼠/浣熊/树懒/河马/犀牛: animal land 它 只 灰色的
水獭/河狸: animal river 它 只 棕色的
蜗牛/毛毛虫/蚯蚓/虫子/虫: animal land 它 条 绿色的
蚂蚁/甲虫/瓢虫/蟋蟀/蚱蜢/蜘蛛/萤火虫/知了: animal land 它 只 黑亮的,红色的
蜜蜂/蝴蝶/蜻蜓/飞蛾: animal air 它 只 黄色的,蓝色的
青蛙/蛙/蟾蜍/蝌蚪: animal river 它 只 绿色的
乌龟/龟: animal river 它 只 墨绿的
鳄鱼: animal river 它 条 绿色的
蛇/蜥蜴/变色龙: animal land 它 条 绿色的
猫头鹰/乌鸦/喜鹊/麻雀/燕子/鸟/小鸟/鸽子/夜莺/百灵/老鹰/鹰/鹦鹉/孔雀: animal air 它 只 褐色的,蓝色的
鸭子/鸭/鹅/天鹅/大雁/白鹭/鹤: animal river 它 只 雪白的
鸡/公鸡/母鸡/鸡仔: animal land 它 只 嫩黄的
企鹅: animal snow 它 只 黑白相间的
海鸥: animal sea 它 只 雪白的
海豹/海狮: animal sea 它 头 灰色的
鲸鱼/鲸/蓝鲸/海豚: animal water 它 头 蓝色的,灰蓝的
鲨鱼: animal water 它 条 灰色的
鱼/金鱼/鲤鱼/鱼儿: animal water 它 条 橘红的,银色的
章鱼/水母/海马/海星/海龟: animal water 它 只 橘红的,紫色的
螃蟹/虾/寄居蟹: animal sea 它 只 红色的
女孩/姑娘/女孩子/丫头/女生/妹妹/姐姐/女儿: person land 她 个 黄色的,红色的
男孩/男孩子/男生/弟弟/哥哥/儿子/少年: person land 他 个 蓝色的,绿色的
孩子/小朋友/娃娃/学生/宝宝/双胞胎: person land 他 个 黄色的
妈妈/奶奶/外婆/姥姥/老奶奶/阿姨/老婆婆: person village 她 位 蓝色的
爸爸/爷爷/外公/老爷爷/叔叔/老人/老头/老头儿: person village 他 位 灰色的
灯塔看守人/守塔人/看守人/守灯塔的人/灯塔守护人: person sea 他 位 蓝色的
船长/水手/海盗/渔夫/渔民: person sea 他 位 蓝色的
宇航员/航天员: person space 他 位 白色的
面包师/厨师/农夫/园丁/邮递员/邮差/木匠/裁缝/钟表匠/铁匠/灯匠/牧羊人/茶农: person village 他 位 褐色的,绿色的
老师/医生/护士/图书管理员/科学家/发明家/侦探/画家/音乐家/歌手/摄影师/作家/诗人: person city 他 位 灰色的,绿色的
司机/消防员/警察/程序员/快递员: person city 他 位 蓝色的,红色的
骑士/国王/王子/皇帝/将军: person castle 他 位 红色的
公主/女王/王后/皇后: person castle 她 位 蓝色的
魔法师/巫师/魔术师: person castle 他 位 深蓝的
女巫: person forest 她 位 紫色的
猎人/樵夫/旅人/旅行者/书生/道士/和尚/剑客/侠客: person forest 他 位 青色的
恐龙/霸王龙: wonder forest 它 只 绿色的
火龙/龙/飞龙: wonder mountain 它 条 绿色的,红色的
机器人: wonder city 它 个 银色的,铜色的
幽灵/鬼/鬼魂: wonder castle 它 个 淡白的
怪兽/怪物/妖怪/雪怪: wonder mountain 它 只 蓝毛的,绿毛的
精灵/仙女/花仙子/小矮人: wonder forest 她 个 绿色的
巨人: wonder mountain 他 个 高高的
独角兽/麒麟/凤凰: wonder forest 它 只 雪白的,金色的
美人鱼/人鱼: wonder water 她 条 银色的
雪人/雪娃娃: wonder snow 它 个 雪白的
外星人: wonder space 它 个 绿色的
稻草人/木偶/布娃娃/玩具熊/玩偶/泥人: wonder village 它 个 褐色的
灯塔: object sea 它 座 红白相间的
船/纸船/帆船/小船: object sea 它 只 白色的,红色的
火车/汽车/公交车/电车: object city 它 辆 红色的,绿色的
飞机/火箭/飞船: object air 它 架 银色的
气球/风筝: object air 它 只 红色的
云/云朵/白云/乌云: object air 它 朵 雪白的
雨滴/露珠/水滴: object garden 它 滴 透明的
雪花: object snow 它 片 雪白的
星星/流星/月亮/太阳: object space 它 颗 金色的
风/彩虹: object air 它 阵 淡蓝的
茶壶/茶杯/杯子/碗/勺子/锅: object house 它 只 青花的,白色的
灯/台灯/灯笼/油灯/蜡烛/路灯: object house 它 盏 橘黄的
钟/闹钟/座钟: object house 它 座 铜色的
伞/雨伞/油纸伞: object house 它 把 红色的
袜子/鞋子/帽子/手套/纽扣/扣子: object house 它 只 红色的
铅笔/蜡笔/毛笔: object house 它 支 红色的
书/信/邮票: object house 它 本 蓝色的
钢琴/小提琴/鼓/铃铛: object house 它 只 金色的
树/老树/松树/种子/花/蒲公英/向日葵/蘑菇/叶子/南瓜/苹果/土豆/萝卜: object garden 它 棵 绿色的
石头/石狮子/雕像/桥/房子/山: object village 它 座 灰色的
汤圆/饺子/包子/馒头/月饼: object house 它 个 雪白的
""")


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


def _groups(table: str) -> dict[str, str]:
    """Read lines `key: word, word` into word → key."""
    found: dict[str, str] = {}
    for line in table.strip().splitlines():
        key, _, words = line.partition(":")
        for word in words.split(","):
            found[word.strip()] = key.strip()
    return found


ENGLISH_PLACE_WORDS = _groups("""
forest: forest, wood, woods, jungle, pinewood, rainforest, woodland, grove, treehouse
sea: sea, seaside, beach, shore, coast, harbour, harbor, lighthouse, cliff, pier, port, ocean, ship, island, bay
water: reef, sea floor, bottom of the sea, bottom of the ocean, deep sea, underwater, aquarium
village: village, hamlet, farm, farmyard, barn, countryside, meadow, field, valley, mill, windmill
city: city, town, street, market, station, museum, shop, bakery, rooftop, apartment, skyscraper, theatre, circus
mountain: mountain, mountains, hill, hills, peak, cave, cliffs, volcano
snow: snow, north pole, south pole, arctic, antarctica, antarctic, ice, iceberg, tundra, glacier, winter
desert: desert, dunes, oasis, sahara
garden: garden, greenhouse, park, orchard, backyard, pond
space: space, moon, mars, planet, stars, galaxy, space station, outer space, asteroid
river: river, stream, lake, brook, swamp, marsh, waterfall, canal
castle: castle, palace, tower, kingdom, fortress, ruin, ruins
house: house, home, attic, kitchen, bedroom, cellar, hotel, cottage, cupboard, toy box, toybox, nursery
school: school, classroom, kindergarten, library, university
""")

CHINESE_PLACE_WORDS = _groups("""
forest: 森林, 树林, 林子, 竹林, 丛林, 树屋, 雨林, 松林
sea: 海边, 大海, 沙滩, 海滩, 港口, 码头, 灯塔, 海岛, 小岛, 岛上, 海上
water: 海底, 海里, 深海, 珊瑚礁, 水族馆
village: 村庄, 村子, 小村, 乡下, 农场, 田野, 草原, 山谷, 稻田, 草地, 小镇, 古镇
city: 城市, 城里, 大街, 街上, 巷子, 胡同, 市场, 车站, 博物馆, 面包店, 屋顶, 书店, 地铁, 老城
mountain: 山上, 大山, 高山, 雪山, 山洞, 火山, 深山, 山顶
snow: 雪地, 北极, 南极, 冰川, 冰山, 雪原, 冬天
desert: 沙漠, 沙丘, 绿洲, 戈壁
garden: 花园, 院子, 公园, 果园, 池塘, 菜园
space: 太空, 宇宙, 月球, 月亮上, 火星, 星球, 空间站, 星空
river: 河边, 小河, 溪边, 小溪, 湖边, 湖泊, 瀑布, 江边, 荷塘
castle: 城堡, 宫殿, 皇宫, 王国, 高塔
house: 家里, 阁楼, 厨房, 卧室, 老屋, 屋子里, 房间, 抽屉
school: 学校, 教室, 幼儿园, 图书馆
""")

ENGLISH_THINGS = vocabulary(
    """
key map letter lantern lamp book box chest door egg crown ring compass star feather shell stone button bell umbrella
balloon kite boat ship hat scarf boots sword shield coin treasure cake cookie honey soup bread apple pumpkin flower
seed rose leaf tree acorn mushroom clock watch mirror violin drum flute piano song melody voice shadow smile dream
cloud rainbow snow rain storm moon sun bridge gate ladder window candle bicycle train rocket spaceship robot telescope
teapot cup spoon pencil paintbrush painting photograph pebble pearl jewel diamond blanket pillow kettle basket ball
bottle chocolate pancake message note diary postcard gift present trumpet garden nest
"""
)

CHINESE_THINGS = tuple(
    sorted(
        vocabulary(
            "钥匙 地图 信 灯笼 台灯 书 盒子 箱子 门 小门 蛋 王冠 戒指 指南针 星星 羽毛 贝壳 石头 纽扣 铃铛 雨伞 气球 风筝 小船 "
            "帽子 围巾 宝剑 金币 宝藏 宝石 蛋糕 饼干 蜂蜜 面包 苹果 南瓜 种子 叶子 蘑菇 时钟 镜子 小提琴 笛子 歌 影子 笑容 梦 "
            "云 彩虹 雪 雨 月亮 太阳 桥 梯子 窗户 蜡烛 自行车 火车 火箭 望远镜 茶壶 铅笔 画 照片 珍珠 毯子 篮子 瓶子 漂流瓶 "
            "糖 糖果 巧克力 汤圆 月饼 礼物 日记 明信片 花"
        ),
        key=lambda thing: (-len(thing), thing),
    )
)
"""Longest first."""

ENGLISH_TIMES = _groups("""
night: night, moonlight, moon, stars, midnight, dark, starlight
evening: evening, dusk, sunset, twilight, lamplight
morning: morning, dawn, sunrise, breakfast
day: noon, afternoon, sunshine, midday, day
""")

CHINESE_TIMES = _groups("""
night: 夜, 月光, 月亮, 星星, 半夜, 黑暗, 天黑
evening: 傍晚, 黄昏, 夕阳, 晚霞, 天快黑
morning: 早晨, 清晨, 早上, 天亮, 日出, 第二天
day: 中午, 下午, 阳光, 太阳, 白天
""")
