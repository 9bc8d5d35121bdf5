# ruff: noqa: E501  (tables read better with one thing a line)
"""The sketch artist's vocabulary: words in English and Chinese, and what to draw for them.

Every line of `NOUNS` (`nouns.txt`) is `<art> <role><size> <English words>; <Chinese words>`. The art is the file name of an OpenMoji
drawing (hexadecimal code points) or the name of a drawing of our own; a size is relative to a person's height of 1.
Roles: C character, F flyer, S swimmer, B boat, V vehicle, H building, P plant, O object, W wearable.
"""

from __future__ import annotations

from importlib import resources


def _listed(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


NOUNS = resources.files("embedded.artist").joinpath("nouns.txt").read_text("utf-8")

PLACES = """
meadow: meadow, grass, lawn, park, prairie, picnic, hill, hills, hillside, hilltop, valley, countryside, path, grassland; 草地, 草原, 公园, 山坡, 山丘, 小山, 田园, 山谷, 乡村, 野餐, 草坪
field: field, fields, farm, farmland, barn, farmyard, harvest, vineyard, crops; 田野, 农场, 麦田, 田, 稻田, 农田, 田地
garden: garden, flower garden, backyard, greenhouse, orchard, yard, hedge, flowers everywhere; 花园, 院子, 果园, 庭院, 花海, 花丛, 花田, 后院
forest: forest, woods, woodland, jungle, rainforest, wood, grove, trees; 森林, 树林, 丛林, 雨林, 林中, 林间
mountain: mountain, mountains, mountainside, cliff, peak, alps, summit, volcano, canyon, himalaya; 山, 高山, 大山, 山峰, 雪山, 山脉, 群山, 悬崖, 火山, 山顶, 山水, 峡谷
sea: sea, ocean, seas, waves, wave, harbour, harbor, port, bay, seaside, seascape; 海, 大海, 海洋, 海上, 海浪, 海边, 港口, 海面, 波浪, 海湾
beach: beach, shore, seashore, coast, island, tropical; 海滩, 沙滩, 岸边, 岛, 小岛, 岛屿, 海岸
lake: lake, pond, river, stream, riverbank, brook, waterfall, lagoon, swamp, riverside; 湖, 湖边, 池塘, 河, 小河, 河边, 溪, 小溪, 江, 瀑布, 湖面, 湖泊, 江南, 池
city: city, town, downtown, skyline, skyscraper, skyscrapers, metropolis, buildings, street, road, alley, market, new york, london, paris, tokyo, shanghai, urban; 城市, 都市, 街道, 大街, 街头, 马路, 高楼, 摩天大楼, 上海, 北京, 城里, 小镇, 街, 市场, 城镇, 夜市
village: village, hamlet; 村庄, 村子, 村, 小村, 山村, 村落, 古镇
desert: desert, dune, dunes, sahara, sand dunes, oasis; 沙漠, 沙丘, 戈壁, 绿洲
snowfield: arctic, antarctic, antarctica, north pole, south pole, iceberg, glacier, ice, tundra, igloo; 北极, 南极, 冰原, 雪地, 冰川, 冰山
space: space, outer space, galaxy, cosmos, universe, orbit, planets, milky way, asteroid, nebula; 太空, 宇宙, 银河, 星系, 外太空, 星云
moonland: on the moon, lunar, moon surface, on mars, mars, another planet, alien planet; 月球, 月亮上, 火星, 月球上, 外星球
underwater: underwater, under the sea, under water, beneath the waves, coral reef, coral, seabed, deep sea, aquarium, bottom of the sea, ocean floor, beneath the sea; 海底, 水下, 深海, 珊瑚礁, 珊瑚, 海里, 水里, 水族馆, 海底世界
room: room, bedroom, living room, kitchen, cafe, café, classroom, indoors, interior, restaurant, office, house interior, fireplace, workshop, bathroom, attic, rug; 房间, 卧室, 客厅, 厨房, 咖啡馆, 教室, 室内, 屋里, 餐厅, 办公室, 家里, 壁炉, 书房, 图书馆, 阁楼
library: library, bookshop, bookstore, bookshelf, bookshelves, bookcase; 书架, 书屋
table: table, desk, still life, tabletop, counter, shelf, breakfast, dinner; 桌子, 桌上, 书桌, 餐桌, 静物, 早餐, 桌面
studio: product photo, product shot, studio, product, white background, plain background, advertisement, minimal, minimalist, minimalism, logo, icon, sticker; 产品, 产品图, 白色背景, 白底, 商品, 广告, 极简, 图标, 贴纸, 摄影棚, 棚拍, 纯色背景
sky: above the clouds, sky island, in the clouds, cloudscape, among the clouds, in the sky; 天空之城, 云端, 云上, 云海, 天上, 云朵上
cave: cave, cavern, dungeon, tunnel, mine; 山洞, 洞穴, 地牢, 洞
"""

HOURS = """
night: night, night sky, starry sky, starry night, midnight, moonlight, moonlit, starry, stars, star, moon, nighttime, full moon, bedtime, constellation, aurora, northern lights, fireflies, firefly, stargazing; 夜晚, 夜, 夜里, 晚上, 星空, 月亮, 星星, 月光, 月夜, 深夜, 夜空, 极光, 萤火虫, 繁星, 月, 夜色, 明月, 睡前, 雪夜, 雨夜, 黑夜
dusk: dusk, twilight, blue hour, evening; 黄昏, 傍晚, 暮色, 黄昏时分
sunset: sunset, golden hour, golden light, afterglow; 日落, 夕阳, 晚霞, 落日, 余晖
dawn: dawn, sunrise, daybreak, first light; 黎明, 日出, 清晨, 晨曦, 朝霞, 拂晓
morning: morning; 早晨, 早上, 上午
day: day, noon, midday, afternoon, sunny, sun, sunshine, blue sky, daylight, sunlight; 白天, 中午, 下午, 阳光, 太阳, 晴天, 蓝天, 晴朗, 阳光明媚
"""

WEATHER = """
rain: rain, rainy, raining, drizzle, puddle, puddles, shower; 雨, 下雨, 雨天, 雨中, 细雨, 大雨, 烟雨
storm: storm, stormy, thunder, lightning, thunderstorm, tempest, hurricane, rainstorm; 暴风雨, 雷雨, 闪电, 雷电, 打雷, 暴雨, 风暴
snow: snow, snowy, snowing, snowfall, winter, blizzard, snowflake, snowflakes, frost, christmas; 雪, 下雪, 雪花, 冬天, 冬季, 大雪, 冬日, 圣诞, 飘雪, 雪夜
fog: fog, foggy, mist, misty, haze, smoke; 雾, 大雾, 薄雾, 迷雾, 雾气, 烟雾
cloudy: cloudy, overcast, clouds, cloud, windy, wind, breeze; 多云, 阴天, 云, 云朵, 白云, 微风, 大风
rainbow: rainbow; 彩虹
"""

SEASONS = """
autumn: autumn, autumnal, fall leaves, in fall, maple, october; 秋天, 秋, 秋季, 枫叶, 秋日
spring: spring, springtime, blossoms, easter; 春天, 春, 春季, 春日, 花开
summer: summer, summertime; 夏天, 夏, 夏日, 夏季
"""

MOODS = """
spooky: spooky, haunted, halloween, scary, creepy, horror, dark, mysterious, gothic, eerie; 恐怖, 可怕, 阴森, 神秘, 黑暗, 诡异, 万圣节
magic: magic, magical, enchanted, dreamy, fantasy, sparkle, sparkles, glowing, fairytale, fairy tale, dream, surreal, surrealism, wonder; 魔法, 梦幻, 奇幻, 童话, 发光, 闪光, 梦, 仙境, 神奇, 超现实
cosy: cosy, cozy, warm, gentle, soft, peaceful, calm, quiet, tender; 温馨, 温暖, 舒适, 宁静, 柔和, 安静
festive: party, birthday, festival, celebration, carnival, new year; 派对, 生日, 节日, 庆祝, 新年, 春节, 狂欢
"""

STYLES = """
watercolour: watercolour, watercolor, water colour, water color, watercolours, aquarelle, gouache, wash painting; 水彩, 水粉, 水彩画
ink: ink wash, ink painting, sumi-e, sumi e, chinese ink, chinese painting, brush painting, ink, shuimo; 水墨, 水墨画, 国画, 中国画, 山水画, 墨, 写意
sketch: sketch, pencil, pencil sketch, line art, lineart, line drawing, drawing, charcoal, crosshatch, doodle, pen drawing; 素描, 线稿, 铅笔, 手绘, 速写, 线描, 草图, 简笔画, 涂鸦, 炭笔
pixel: pixel art, pixel, pixelated, 8-bit, 8 bit, 16-bit, 16 bit, retro game; 像素, 像素画, 像素风, 像素艺术
poster: poster, vintage, retro, travel poster, screen print, screenprint, print, risograph, art deco, ukiyo-e; 海报, 复古, 怀旧, 宣传画, 老式, 浮世绘
oil: oil, oil painting, impressionist, impressionism, van gogh, monet, acrylic, painterly, brush strokes, brushstrokes, expressionist, canvas, impasto, picasso, cezanne; 油画, 印象派, 梵高, 莫奈, 厚涂, 丙烯, 笔触, 毕加索, 印象主义
popart: pop art, comic, comics, comic book, warhol, lichtenstein, cartoon halftone; 波普, 波普艺术, 漫画
crayon: crayon, crayons, pastel, pastels, chalk, kids drawing, childs drawing, children's drawing; 蜡笔, 粉笔, 儿童画, 粉彩
neon: cyberpunk, neon, synthwave, vaporwave, futuristic, sci-fi, science fiction; 赛博朋克, 霓虹, 科幻, 未来感, 蒸汽波
mono: black and white, black-and-white, monochrome, greyscale, grayscale, noir, film noir; 黑白, 黑白相间, 单色, 黑白照片
film: cinematic, photo, photograph, photography, photorealistic, realistic, film, film still, movie, portrait photo, macro, 35mm, polaroid; 电影感, 摄影, 照片, 写实, 胶片, 电影, 真实
anime: anime, ghibli, miyazaki, shinkai, manga, studio ghibli, cel shaded; 动漫, 吉卜力, 宫崎骏, 新海诚, 日系, 二次元, 动画
clay: 3d render, 3d, clay, claymation, plasticine, render, blender; 三维, 3d渲染, 黏土, 粘土, 立体
papercut: paper cut, papercut, paper-cut, paper cutout, layered paper, kirigami; 剪纸, 纸艺, 剪纸风
glass: stained glass, stained-glass; 彩色玻璃, 彩绘玻璃, 玻璃花窗
colouring: coloring page, colouring page, coloring book, colouring book; 涂色, 涂色页, 填色, 填色画
icon: line icon, outline icon, icon; 线性图标, 线条图标, 图标
woodcut: woodcut, linocut, woodblock; 木刻, 版画, 木版画
vista: landscape photograph, landscape photography; 风光摄影, 风景摄影
sticker: sticker, stickers, die-cut sticker; 贴纸
isometric: isometric; 等距, 等轴测
flat: flat, flat design, vector, illustration, picture book, storybook illustration, storybook style, children's book, childrens book, for children, for kids, for a child, digital art, digital painting, concept art; 扁平, 矢量, 插画, 绘本, 插图, 儿童绘本, 适合儿童, 故事书插画, 数字绘画
"""

#: What a place brings along unasked, and may be told not to.
BACKDROP = """
clouds: cloud, clouds, 云, 云朵, 白云, 云彩
window: window, windows, 窗, 窗户, 窗子
birds: bird, birds, 鸟, 小鸟, 飞鸟
light: sun, moon, 太阳, 月亮
stars: star, stars, 星星, 星, 繁星
trees: tree, trees, woods, forest, 树, 树木, 大树
flowers: flower, flowers, wildflower, wildflowers, 花, 花朵, 小花, 鲜花
"""

PATTERNS = """
stripes: striped, stripy, stripey, stripes, pinstriped, 条纹, 斑纹, 横条
spots: spotted, spotty, dotted, polka dot, polka dots, polka dotted, spots, dots, speckled, patchy, 斑点, 波点, 圆点, 花斑
rainbow: rainbow coloured, rainbow colored, rainbow striped, multicoloured, multicolored, 彩虹色, 七彩, 五颜六色, 五彩
"""

COLOURS: dict[str, str] = {
    "red": "#d8453e", "crimson": "#b0223a", "scarlet": "#d62f2f", "orange": "#ee8434", "amber": "#f0a63a",
    "yellow": "#f5cc3f", "golden": "#e8b53a", "gold": "#e3ae35", "green": "#5aa25a", "emerald": "#2f9a6c",
    "lime": "#a4c944", "teal": "#2f9391", "turquoise": "#3bb8ad", "cyan": "#43bcd4", "blue": "#4a83cf",
    "navy": "#2b4678", "indigo": "#4a4aa5", "purple": "#8a5ab5", "violet": "#8459c9", "lilac": "#b697d6",
    "lavender": "#b5a0de", "pink": "#ef8fb0", "magenta": "#cf4a9a", "rose": "#e06a86", "brown": "#8a5f3d",
    "beige": "#dcc7a1", "cream": "#f5ead0", "white": "#f7f5f0", "black": "#33303b", "grey": "#8f929c",
    "gray": "#8f929c", "silver": "#bcc3cc", "ginger": "#dd8a44",
    "红": "#d8453e", "橙": "#ee8434", "橘": "#ee8434", "黄": "#f5cc3f", "金": "#e3ae35", "绿": "#5aa25a",
    "青": "#2f9391", "蓝": "#4a83cf", "紫": "#8a5ab5", "粉": "#ef8fb0", "粉红": "#ef8fb0", "棕": "#8a5f3d",
    "褐": "#8a5f3d", "白": "#f7f5f0", "黑": "#33303b", "灰": "#8f929c", "银": "#bcc3cc",
}  # fmt: skip

LAYERS = """
sky: sky, background, backdrop, night sky; 天空, 背景, 天
ground: ground, grass, hill, hills, meadow, field, sand, floor, earth; 地面, 草地, 山丘, 草原, 沙滩, 田野, 地板
water: sea, ocean, lake, river, water, waves, pond; 海, 大海, 湖, 河, 水, 海水, 湖水
far: mountain, mountains, forest, trees, wall; 山, 高山, 森林, 树林, 树, 墙, 墙壁
"""

NUMBERS: dict[str, int] = {
    "a": 1, "an": 1, "one": 1, "two": 2, "both": 2, "pair": 2, "couple": 2, "twin": 2, "three": 3, "trio": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "dozen": 12, "several": 4, "some": 3, "few": 3,
    "many": 6, "group": 4, "herd": 5, "flock": 6, "pack": 4, "lots": 6, "family": 3, "swarm": 8, "row": 5,
    "一": 1, "二": 2, "两": 2, "双": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
    "几": 3, "许多": 6, "很多": 6, "一群": 5, "一些": 3, "一对": 2, "一排": 5, "一双": 2, "成群": 6, "无数": 8,
}  # fmt: skip

CLASSIFIERS = "只个条头匹位朵棵颗艘辆座本把名群株盏扇架幅间栋块片枚"

#: Chinese words that contain the sign of a noun without meaning it; read over before any noun is looked for.
NOT_NOUNS = _listed("""
没有人 没人 无人 空无一人 没有任何人 马上 马虎 想象 印象 现象 对象 形象 抽象 气象 象征 星期 明星 风格 风景 风光 风味 花费 花样 花纹 书法 家庭 家乡 国家 大家 画家 专家
人工 人类 人间 人们 人生 个人 主人公 火热 水平 雪白 月份 月底 天气 天真 今天 明天 昨天 每天 春天般 日常 日子 生日快乐 树立 山寨 海量 海外
门口 部门 专门 热门 龙头 牛仔裤 狗尾草 虎头虎脑 鱼贯 鸟瞰 鼠标 车间 信息 信任 相信 信心 包括 包含 包围 钟情 钟头 球员 全球 床单 鬼脸 茶色 灯光
剑桥 包子脸 花了 开花 花时间 画面 心情 风铃 月饼节 火锅店 水晶鞋 鱼肚白 马尾 马甲 牛气 羊毛 狗屋 猫步
""")

#: What people say to have something taken away or exchanged; the next noun is not drawn.
NEGATIONS = _listed(
    "no not never neither nor without avoid dont isnt arent hasnt remove delete erase replace swap instead minus except 没有 不要 去掉 移除 删除 去除 擦掉 不含 把 将 替换 除了 不是 没 无 别画 别加 别有 不画 不带 不加 不想要 避免 不戴"
)
#: Between two things after a negation: neither is wanted.
ALTERNATIVES = _listed("or nor 或 或者 和")
#: Words that end the part of a request that tells what is there now.
EXCHANGES = _listed("but with into by for add to 而是 换成 变成 改成 替换为 替换成 改为 变为 加上 添加 画")

#: Endings of dishes, which are no animals, and what is drawn for them.
DISHES = {
    "面": "1F35C", "粉": "1F35C", "粉丝": "1F35C", "汤": "1F372", "煲": "1F372", "羹": "1F372", "粥": "1F372", "锅": "1F372",
    "饭": "1F35A", "饼": "1F95F", "包": "1F95F", "饺": "1F95F", "排": "1F969", "肉": "1F969", "腿": "1F357", "翅": "1F357",
    "蛋": "1F95A", "串": "1F362", "丁": "1F372", "片": "1F372", "丸": "1F9C6", "奶": "1F95B", "酱": "1F372",
    "soup": "1F372", "stew": "1F372", "curry": "1F35B", "noodle": "1F35C", "ramen": "1F35C", "pie": "1F967", "burger": "1F354",
    "sandwich": "1F96A", "wing": "1F357", "nugget": "1F357", "leg": "1F357", "steak": "1F969", "shrimp": "1F364", "prawn": "1F364",
    "dumpling": "1F95F", "taco": "1F32E", "kebab": "1F959", "salad": "1F957", "cake": "1F370", "bread": "1F35E", "rice": "1F35A",
}  # fmt: skip
#: Dishes and plants whose names begin with an animal.
NAMED_DISHES = {
    "1F9C6": "狮子头, lions head meatballs", "1FAD1": "虎皮青椒, 虎皮尖椒", "1F954": "马铃薯", "1F32D": "热狗, hot dog, hotdog, corn dog",
    "1F364": "butterfly shrimp, 凤尾虾", "1F346": "鱼香茄子", "1F372": "红烧肉, 回锅肉, 鱼香肉丝, 蚂蚁上树, 鸭血粉丝汤, 佛跳墙, duck soup, toad in the hole",
    "1F95F": "狗不理包子, 狗不理", "1F951": "牛油果", "1F370": "虎皮蛋糕, 虎皮卷", "1F35E": "monkey bread, 牛角包, 牛角面包",
    "1F34E": "crab apple", "1F969": "牛排", "1F95B": "牛奶", "1F362": "羊肉串", "1F95A": "鸡蛋",
}  # fmt: skip

#: English words before a thing that change nothing in a drawing, or that everybody forgives: none of them is reported.
ORDINARY = frozenset(resources.files("embedded.artist").joinpath("ordinary.txt").read_text("utf-8").split())

DETERMINERS = _listed("a an the one two three four five six some several many my your his her their its this that")
#: English words that name nothing to draw.
PLAIN = _listed("""
of on in at by to for from with and or under over near beside behind before into onto is are was be it that which who where while as very please
picture image drawing painting photo portrait illustration draw paint me us background foreground style scene view side top front back middle color colour light kind
lot piece end way world time little big small old young happy sad cute beautiful says said bowl plate dish slice
""")

INSIDE = _listed("in inside aboard riding driving sailing rowing on atop ride rides drives sails sits")
HOLDING = _listed(
    "holding holds carrying carries with hold carry under reading playing eating drinking plays reads eats"
)
WEARING = _listed("wearing wears wear with in")

IRREGULAR: dict[str, str] = {
    "mice": "mouse", "geese": "goose", "wolves": "wolf", "children": "child", "men": "man", "women": "woman",
    "people": "person", "leaves": "leaf", "fairies": "fairy", "puppies": "puppy", "bunnies": "bunny", "elves": "elf",
    "knives": "knife", "oxen": "ox", "sheep": "sheep", "deer": "deer", "fish": "fish", "kids": "kid",
    "policemen": "policeman", "loaves": "loaf", "dwarves": "dwarf", "cacti": "cactus",
}  # fmt: skip

#: Names of OpenMoji drawings that are too common as plain words to be drawn when somebody writes them.
COMMON_WORDS = _listed(
    """a about and anger back bar bone bomb brick bucket bubbles button card cold collision comet construction cross cyclone dash detective
    down drop droplet end file fire flag foot free game hand hole hot hundred in joker leg link locked lying new nose off office ok on oncoming
    open paperclip pen pencil person pick pill plus prohibited pushpin radio receipt red ring salt sos soon speech square stop sweat
    thread tired top toilet trident up warning watch water wave wavy wind window wood x cool dizzy world ear eye eyes mouth tongue
    footprints family divide minus multiply recycling trap light right left fast play pause record eject vs id abcd wheel
    sparkle sparkles swim swimming bow line lines picture style scene art face letters letter numbers symbols
    光 心 手 脚 眼睛 嘴 鼻子 耳朵 脑 人 回 新 上 下 左 右 红心 累 困 哭 笑 大笑 开心 担心 想一想 安静 害怕 生气 可爱 不满 哈哈 呵呵 嘿嘿 亲亲 抱抱 完全 结束 加 减 乘 除 信息 注册 版权
    """
)
