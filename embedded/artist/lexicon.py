# ruff: noqa: E501  (tables read better with one thing a line)
"""The sketch artist's vocabulary: words in English and Chinese, and what to draw for them.

Every line of `NOUNS` is `<art> <role><size> <English words>; <Chinese words>`. The art is the file name of an OpenMoji
drawing (hexadecimal code points) or the name of a drawing of our own; a size is relative to a person's height of 1.
Roles: C character, F flyer, S swimmer, B boat, V vehicle, H building, P plant, O object, W wearable.
"""

from __future__ import annotations


def _listed(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


NOUNS = """
1F431 C.8 cat, kitten, kitty, tomcat; 猫, 小猫, 猫咪, 猫猫, 喵星人
1F436 C.85 dog, puppy, puppies, doggy, hound, golden retriever, corgi, labrador; 狗, 小狗, 狗狗, 犬, 柴犬, 柯基
1F430 C.75 rabbit, bunny, hare, bunnies; 兔子, 小兔, 兔, 小白兔, 兔兔
1F98A C.8 fox, vixen, fox cub; 狐狸, 小狐狸, 狐
1F43B C1.1 bear, bear cub, grizzly; 熊, 小熊, 棕熊, 黑熊
1F43B-200D-2744-FE0F C.8 polar bear; 北极熊, 白熊
1F43C C1 panda; 熊猫, 大熊猫, 小熊猫
1F981 C1.05 lion, lion cub, lioness; 狮子, 小狮子, 雄狮
1F42F C1 tiger, tiger cub; 老虎, 小老虎, 虎
1F43A C.95 wolf, wolves, coyote, werewolf; 狼, 灰狼, 大灰狼, 野狼
1F42D C.5 mouse, mice; 老鼠, 小老鼠, 小鼠
1F439 C.5 hamster, guinea pig; 仓鼠, 豚鼠
1F42E C1 cow, calf, bull, cattle; 奶牛, 牛, 小牛, 母牛
1F437 C.8 pig, piglet, piggy; 猪, 小猪, 猪猪
1F438 C.5 frog, toad, tadpole; 青蛙, 小青蛙, 蛤蟆, 蛙
1F435 C.8 monkey, ape, chimpanzee; 猴子, 小猴子, 猴, 猿
1F428 C.6 koala; 考拉, 树袋熊
1F99D C.6 raccoon; 浣熊
1F994 C.45 hedgehog, porcupine; 刺猬
1F43F C.5 squirrel, chipmunk; 松鼠, 花栗鼠
1F9A6 C.6 otter; 水獭
1F9AB C.55 beaver; 河狸
1F9AD S.7 seal, sea lion, walrus; 海豹, 海狮
1F9A5 C.7 sloth; 树懒
1F9A1 C.55 badger; 獾
1F9A8 C.5 skunk; 臭鼬
1F418 C1.4 elephant; 大象, 小象, 象
1F992 C1.6 giraffe; 长颈鹿
1F993 C1.05 zebra; 斑马
1F40E C1.15 horse, pony, foal, stallion, mare; 马, 小马, 骏马, 白马, 马儿
1FACF C1 donkey, mule; 驴, 毛驴, 驴子
unicorn C1.05 unicorn; 独角兽
1F98C C1.1 deer, stag, reindeer, moose, elk; 鹿, 小鹿, 驯鹿, 梅花鹿
E003 C.9 fawn, doe; 幼鹿
1F411 C.8 sheep, lamb; 绵羊, 小羊, 羊, 羔羊, 羊群
1F410 C.85 goat; 山羊
1F999 C1 llama, alpaca; 羊驼
1F42A C1.2 camel; 骆驼
1F998 C1 kangaroo, wallaby; 袋鼠
1F98F C1.1 rhino, rhinoceros; 犀牛
1F99B C1 hippo, hippopotamus; 河马
1F98D C1.1 gorilla; 大猩猩, 猩猩
1F9A3 C1.4 mammoth; 猛犸
1F406 C.8 leopard, cheetah, jaguar; 豹子, 豹, 猎豹
1F413 C.6 rooster, cockerel; 公鸡
1F414 C.55 chicken, hen; 母鸡, 鸡
1F425 C.4 chick, chickling, baby bird; 小鸡, 雏鸟
1F986 C.5 duck, duckling, mallard; 鸭子, 小鸭, 鸭, 小鸭子
1FABF C.65 goose, geese; 鹅, 大鹅
1F9A2 S.6 swan; 天鹅
1F427 C.75 penguin; 企鹅
1F989 F.45 owl; 猫头鹰
1F426 F.32 bird, sparrow, robin, swallow, nightingale, songbird; 鸟, 小鸟, 麻雀, 燕子, 鸟儿, 夜莺
E009 F.4 seagull, gull; 海鸥
1F54A F.4 dove, pigeon; 鸽子, 白鸽
1F985 F.55 eagle, hawk, falcon; 老鹰, 鹰
1F426-200D-2B1B F.38 crow, raven, blackbird; 乌鸦
1F99C F.45 parrot; 鹦鹉
1F9A9 C.85 flamingo; 火烈鸟
1F99A C.8 peacock; 孔雀
1F9A4 C.65 dodo; 渡渡鸟
1F987 F.35 bat; 蝙蝠
1F41D F.22 bee, honeybee, bumblebee, wasp; 蜜蜂
1F98B F.26 butterfly, moth, butterflies; 蝴蝶, 飞蛾
1F41E O.2 ladybird, ladybug, beetle; 瓢虫, 甲虫
1F41B O.3 caterpillar, worm; 毛毛虫, 虫子
1F40C O.35 snail; 蜗牛
1F41C O.2 ant; 蚂蚁
1F577 O.3 spider; 蜘蛛
1F422 C.5 turtle, tortoise; 乌龟, 海龟, 龟
1F40D C.55 snake, serpent; 蛇
1F98E C.4 lizard, gecko, chameleon; 蜥蜴, 壁虎
1F40A C.6 crocodile, alligator; 鳄鱼
1F996 C1.25 dinosaur, tyrannosaurus, t-rex; 恐龙, 霸王龙
1F995 C1.35 brontosaurus, diplodocus; 雷龙
1F409 F1.2 dragon, wyvern, dragons; 龙, 飞龙, 巨龙, 火龙, 小龙, 神龙
1F433 S1.3 whale; 鲸, 鲸鱼, 蓝鲸
E004 S1.1 orca, killer whale; 虎鲸
1F42C S.8 dolphin, porpoise; 海豚
1F988 S.9 shark; 鲨鱼
1F420 S.4 tropical fish, clownfish, angelfish; 热带鱼, 小丑鱼
1F41F S.4 fish, salmon, trout, herring; 鱼, 小鱼, 鱼儿
E000 S.36 goldfish, koi, carp; 金鱼, 锦鲤, 鲤鱼
1F421 S.4 pufferfish, blowfish; 河豚
1F419 S.7 octopus, kraken; 章鱼
1F991 S.6 squid; 鱿鱼, 乌贼
1FABC S.5 jellyfish; 水母
1F980 C.4 crab; 螃蟹
1F99E S.4 lobster; 龙虾
1F990 S.3 shrimp, prawn; 虾
1F41A O.22 shell, seashell, conch; 贝壳, 海螺
1F9F8 C.6 teddy, teddy bear; 泰迪熊, 玩具熊, 小熊玩偶
1F467 C.95 girl, daughter, sister, schoolgirl; 女孩, 小女孩, 姑娘, 女儿, 小姑娘, 妹妹, 姐姐, 少女
1F466 C.95 boy, son, brother, schoolboy; 男孩, 小男孩, 儿子, 弟弟, 哥哥, 少年
1F9D2 C.9 child, kid, children, toddler, pupil, youngster; 孩子, 小孩, 儿童, 小朋友, 孩童
1F476 C.7 baby, infant; 婴儿, 宝宝
1F469 C1.05 woman, women, lady, mother, mum, mom, mama, wife, aunt, customer; 女人, 女士, 妈妈, 母亲, 阿姨, 妻子, 女子
1F468 C1.05 man, men, father, dad, papa, husband, gentleman, uncle, shopkeeper; 男人, 先生, 爸爸, 父亲, 叔叔, 丈夫, 男子
1F9D1 C1 person, people, human, villager, traveller, traveler; 人物, 旅人, 村民, 行人, 路人
1F475 C1 grandmother, grandma, granny, old woman, old lady; 奶奶, 外婆, 老奶奶, 姥姥, 老太太
1F474 C1 grandfather, grandpa, old man, grandad, granddad; 爷爷, 外公, 老爷爷, 老人, 老头
1F9D4 C1.05 bearded man, hermit, woodcutter, lumberjack; 隐士, 樵夫, 大叔
1F478 C1 princess, queen; 公主, 女王, 皇后, 王后, 小公主
1F934 C1 prince, king, emperor; 王子, 国王, 皇帝, 小王子
knight C1 knight, paladin, soldier in armour; 骑士
pirate C1 pirate, buccaneer; 海盗
1F482 C1.05 guard, guardsman, soldier; 卫兵, 士兵, 战士
1F9D9-200D-2642-FE0F C1.05 wizard, sorcerer, mage, magician, warlock, merlin; 巫师, 魔法师, 法师, 魔术师
1F9D9-200D-2640-FE0F C1.05 witch, sorceress, enchantress; 女巫, 巫婆, 魔女
1F9DA F.55 fairy, fairies, pixie, sprite; 仙女, 精灵, 小仙女
1F9DD C.85 elf, elves, gnome; 小精灵
1F9CC C1 troll, ogre, goblin; 巨怪, 食人魔, 哥布林
1F9DC-200D-2640-FE0F S1 mermaid, siren; 美人鱼, 人鱼
1F9DB C1 vampire, dracula; 吸血鬼
1F9DE F.9 genie, djinn; 灯神
1F9DF C1 zombie, mummy; 僵尸
1F47B F.7 ghost, phantom, spook; 幽灵, 鬼, 鬼魂
1F47D C.9 alien, martian, extraterrestrial; 外星人
1F916 C.95 robot, android, droid; 机器人
1F47C F.6 angel, cherub; 天使
1F9B8 C1 superhero, superman; 超人, 超级英雄
1F977 C1 ninja, samurai; 忍者, 武士
1F385 C1.05 santa, santa claus, father christmas; 圣诞老人
1F921 C.9 clown, jester; 小丑
1F920 C1 cowboy, cowgirl; 牛仔
1F9D1-200D-1F680 C1 astronaut, spaceman, cosmonaut; 宇航员, 航天员, 太空人
1F9D1-200D-1F373 C1.05 chef, baker; 厨师, 面包师
1F9D1-200D-1F33E C1.05 farmer, gardener; 农民, 农夫, 园丁
1F9D1-200D-1F3EB C1.05 teacher, professor; 老师, 教师, 教授
1F9D1-200D-2695-FE0F C1.05 doctor, nurse, vet; 医生, 护士
1F9D1-200D-1F692 C1.05 firefighter, fireman, firewoman; 消防员
1F46E C1.05 policeman, policewoman, police officer, officer; 警察, 警官
1F575 C1.05 detective, spy, sherlock; 侦探
1F9D1-200D-1F3A8 C1 artist, painter; 画家, 艺术家
1F9D1-200D-1F52C C1.05 scientist, inventor, engineer; 科学家, 发明家, 工程师
1F9D1-200D-1F3A4 C1 singer, rock star; 歌手
1F9D1-200D-2708-FE0F C1.05 pilot, captain, sailor; 飞行员, 船长, 水手
1F9D1-200D-1F393 C1 student, graduate; 学生, 毕业生
1F477 C1.05 builder, construction worker, worker; 工人
1F574 C1 businessman, boss; 商人, 老板
1F9D8 C.75 yogi, monk, meditating; 和尚, 僧人
1F483 C1 dancer, ballerina; 舞者, 舞蹈家
1F9D1-200D-1F9BD C.9 wheelchair; 轮椅
26C4 C.9 snowman; 雪人
scarecrow C1 scarecrow; 稻草人
1F9CD C1 statue; 雕像
sailboat B1.3 sailboat, sailing boat, yacht, ship, sailing ship, vessel; 帆船, 船, 大船, 轮船, 小船
rowboat B.8 boat, rowboat, rowing boat, paper boat, little boat; 木船, 划艇, 纸船, 舟, 小舟
1F6F6 B.7 canoe, kayak; 独木舟, 皮划艇
1F697 V.8 car, automobile; 汽车, 轿车, 小汽车, 车
1F695 V.8 taxi, cab; 出租车
1F68C V1 bus; 公共汽车, 公交车, 巴士
1F682 V1 train, locomotive, steam train, steam engine; 火车, 蒸汽火车
1F684 V.9 bullet train, high speed train; 高铁, 动车
1F68B V.9 tram, streetcar; 电车
1F6B2 V.75 bicycle, bike; 自行车, 单车
1F6B5 V.9 cyclist; 骑手
1F6F5 V.75 scooter, moped, vespa; 摩托车, 电动车
1F69C V.95 tractor; 拖拉机
1F69A V.9 truck, lorry, van; 卡车, 货车
1F692 V.95 fire engine, fire truck; 消防车
1F691 V.9 ambulance; 救护车
1F6F7 V.5 sled, sledge, sleigh; 雪橇
2708 F.8 airplane, aeroplane, plane, aircraft, jet; 飞机
1F681 F.8 helicopter; 直升机
1F680 F1.1 rocket, spaceship, spacecraft, space ship, shuttle; 火箭, 飞船, 宇宙飞船, 太空船
1F6F8 F.7 ufo, flying saucer; 飞碟, 不明飞行物
balloonride F1.2 hot air balloon, hot-air balloon, airship, zeppelin; 热气球, 飞艇
1F6F0 F.6 satellite; 卫星
1FA82 F.7 parachute; 降落伞
1F388 F.45 balloon; 气球
1FA81 F.45 kite; 风筝
1F3E0 H1.5 house, home, bungalow; 房子, 屋子, 房屋
cottage H1.5 cottage, cabin, farmhouse, lodge; 小屋, 木屋, 小房子, 农舍, 草屋
1F6D6 H1.3 hut, shack; 茅屋, 棚屋
1F3F0 H2.1 castle, palace, fortress, citadel; 城堡, 宫殿, 皇宫, 堡垒
1F3EF H2 japanese castle, pagoda, temple; 寺庙, 塔, 宝塔, 古塔, 庙
lighthouse H2.2 lighthouse; 灯塔
windmill H2 windmill, mill; 风车, 磨坊
26EA H1.8 church, chapel, cathedral; 教堂
1F54C H1.9 mosque; 清真寺
26E9 H1.5 torii, shrine; 鸟居, 神社, 牌坊
1F3EB H1.8 school; 学校
1F3E5 H1.8 hospital; 医院
1F3E8 H1.8 hotel; 酒店, 旅馆
1F3ED H1.7 factory; 工厂
1F3DB H1.7 museum, parthenon; 博物馆
E20C H1.4 shop, cafe shop, store, coffee shop, bakery; 商店, 咖啡店, 面包店, 店铺, 书店
1F5FC H2.2 tower, tokyo tower; 高塔, 铁塔
E205 H2.2 eiffel tower, eiffel; 埃菲尔铁塔
E20F H1.5 pyramid, pyramids; 金字塔
1F5FD H2 statue of liberty; 自由女神
26FA H1 tent; 帐篷
1F3AA H1.6 circus; 马戏团
1F3A1 H2 ferris wheel; 摩天轮
1F3A0 H1.4 carousel, merry-go-round; 旋转木马
26F2 H1.2 fountain; 喷泉
treehouse H1.9 treehouse, tree house; 树屋
bridge H1 bridge; 桥, 石桥, 大桥
pine P1.3 pine, fir, pine tree, fir tree, conifer, spruce; 松树, 杉树
1F384 P1.2 christmas tree; 圣诞树
tree P1.5 tree, oak, apple tree, maple tree, big tree; 树, 大树, 树木, 苹果树, 柳树, 榕树
blossom P1.5 cherry blossom, cherry tree, sakura, peach tree, plum blossom; 樱花, 桃花, 梅花, 樱花树, 桃树
1F334 P1.4 palm, palm tree, coconut tree; 棕榈树, 椰子树, 椰树
1F335 P.9 cactus, cacti, cactuses; 仙人掌
1F38B P1 bamboo; 竹子, 竹林, 竹
1F344 P.4 mushroom, toadstool; 蘑菇
1F33B P.6 sunflower; 向日葵
1F339 P.5 rose; 玫瑰, 玫瑰花
1F337 P.45 tulip; 郁金香
1F33C P.4 flower, daisy, blossom, wildflower; 花, 花朵, 小花, 鲜花, 雏菊
1FAB7 P.4 lotus, water lily; 荷花, 莲花
1FABB P.45 lavender, hyacinth; 薰衣草
1F490 O.4 bouquet, bunch of flowers; 花束
1FAB4 P.45 potted plant, houseplant, plant; 盆栽, 植物, 绿植
1F331 P.25 sprout, seedling, sapling, seed; 小苗, 种子, 嫩芽
1F340 P.3 clover; 四叶草, 三叶草
1F342 O.25 autumn leaf, fallen leaf, leaf, leaves; 叶子, 落叶, 树叶
1F33E P.6 wheat, rice plant; 麦子, 小麦, 水稻
1F33D O.35 corn, maize; 玉米
1FAB5 O.3 log, wood, stump; 木头, 树桩
1FAA8 O.3 rock, stone, boulder; 石头, 岩石
1F525 O.4 fire, campfire, bonfire, flame; 火, 篝火, 火焰, 营火
1F48E O.25 diamond, gem, jewel, crystal, gemstone; 钻石, 宝石, 水晶
chest O.4 treasure, treasure chest, chest; 宝藏, 宝箱, 宝物
1F4B0 O.35 bag of gold, money, gold; 金子, 钱
1FA99 O.2 coin; 硬币, 金币
1F381 O.35 gift, present; 礼物, 礼盒
1F382 O.4 cake, birthday cake; 蛋糕, 生日蛋糕
1F9C1 O.28 cupcake, muffin; 纸杯蛋糕
1F370 O.28 slice of cake, shortcake, cheesecake; 芝士蛋糕
1F967 O.3 pie, tart; 馅饼
1F369 O.28 donut, doughnut; 甜甜圈
1F36A O.22 cookie, biscuit; 饼干, 曲奇
1F36B O.28 chocolate; 巧克力
1F36C O.2 candy, candies; 糖果
1F36D O.3 lollipop; 棒棒糖
1F366 O.32 ice cream, ice-cream, gelato; 冰淇淋, 冰激凌
1F36F O.3 honey, honey pot; 蜂蜜
1F35E O.3 bread, loaf, toast; 面包
1F950 O.25 croissant; 牛角面包
1F9C0 O.26 cheese; 奶酪, 芝士
1F95E O.3 pancake; 煎饼, 松饼
1F35C O.35 noodles, ramen, noodle, soup, porridge; 面条, 拉面, 汤, 粥
1F35A O.3 rice; 米饭, 饭
1F95F O.26 dumpling; 饺子, 包子
1F363 O.26 sushi; 寿司
1F355 O.35 pizza; 披萨
1F354 O.35 burger, hamburger; 汉堡
1F32D O.3 hot dog, hotdog; 热狗
1F96E O.25 mooncake; 月饼
1F34E O.24 apple; 苹果
1F350 O.24 pear; 梨
1F34A O.24 orange, tangerine, mandarin; 橙子, 橘子
1F34B O.22 lemon; 柠檬
1F34C O.28 banana; 香蕉
1F347 O.3 grape, grapes; 葡萄
1F349 O.32 watermelon, melon; 西瓜
1F353 O.22 strawberry, strawberries, berry; 草莓
1FAD0 O.22 blueberry, blueberries; 蓝莓
1F352 O.22 cherry, cherries; 樱桃
1F351 O.24 peach; 桃子
1F34D O.34 pineapple; 菠萝
1F955 O.28 carrot; 胡萝卜
1F345 O.24 tomato, tomatoes; 西红柿, 番茄
1F383 O.4 pumpkin, jack-o'-lantern, jack o lantern; 南瓜
1F95A O.22 egg; 鸡蛋, 蛋
mug O.3 mug, cup; 杯子, 马克杯, 杯
2615 O.3 coffee, teacup, tea cup, coffee cup, cup of tea, cup of coffee, cappuccino, latte; 咖啡, 茶杯, 咖啡杯
1F375 O.26 tea, green tea; 茶, 绿茶
1FAD6 O.34 teapot, kettle; 茶壶, 水壶
1F37A O.3 beer; 啤酒
1F377 O.3 wine; 红酒, 葡萄酒
1F95B O.26 milk; 牛奶
1FAD9 O.3 jar, potion; 罐子
bottle O.34 bottle, perfume, potion bottle; 瓶子, 香水, 药水
1F3FA O.4 vase, urn, amphora; 花瓶, 陶罐
1F4DA O.4 books; 书本, 书籍
1F4D6 O.35 book, storybook, spellbook, diary, notebook; 书, 故事书, 日记, 魔法书
1F4DC O.32 scroll, parchment; 卷轴
2709 O.28 letter, envelope; 信件, 书信, 信封
1F5FA O.34 map, treasure map; 地图, 藏宝图
1F9ED O.26 compass; 指南针
1F511 O.25 key; 钥匙
1F5DD O.28 old key, golden key; 金钥匙
1F514 O.26 bell; 铃铛, 钟声
23F0 O.34 clock, alarm clock; 闹钟, 时钟
231B O.34 hourglass; 沙漏
231A O.3 wristwatch; 手表
1F56F O.3 candle; 蜡烛
lantern O.34 lantern, lamp, oil lamp; 提灯, 油灯, 灯笼, 灯
streetlamp P1.4 street lamp, streetlamp, lamppost, lamp post, street light, streetlight; 路灯, 街灯
1F3EE O.34 paper lantern, red lantern; 红灯笼
1F526 O.28 torch, flashlight; 手电筒
1F4A1 O.28 light bulb, lightbulb; 灯泡
1F52E O.34 crystal ball; 水晶球
1FA84 O.3 wand, magic wand; 魔杖, 魔法棒
1F9F9 O.5 broom, broomstick; 扫帚
1F5E1 O.4 sword, dagger; 剑, 宝剑, 刀
1F6E1 O.4 shield; 盾牌, 盾
1F3F9 O.4 bow and arrow, archer; 弓箭
1FA93 O.34 axe; 斧头
2693 O.4 anchor; 锚
1F302 O.45 closed umbrella; 雨具
2602 O.6 umbrella, parasol; 雨伞, 伞, 油纸伞
1F392 O.4 backpack, rucksack, schoolbag; 书包, 背包
1F9F3 O.42 suitcase, luggage; 行李箱, 手提箱
1F45C O.38 handbag, purse; 手提包, 包包
1F9FA O.42 basket, picnic basket; 篮子, 野餐篮
1FAA3 O.36 bucket, pail; 水桶, 桶
1F4E6 O.36 box, parcel, package; 盒子, 箱子, 包裹
1F3BB O.45 violin, cello, fiddle; 小提琴
1F3B8 O.5 guitar; 吉他
1F3B9 O.5 piano, keyboard; 钢琴
1F941 O.4 drum; 鼓
1F3BA O.42 trumpet; 小号
1F3B5 O.25 music, song, melody, note; 音乐, 歌, 音符
1F3A8 O.35 palette, paint; 调色板, 颜料
1F4F7 O.3 camera; 相机
1F4BB O.4 laptop, computer; 电脑, 笔记本电脑
1F4F1 O.3 phone, smartphone, mobile; 手机
1F4FA O.4 television, tv; 电视
1F3A7 O.34 headphones, earphones, headset; 耳机
1F52D O.5 telescope; 望远镜
1F52C O.42 microscope; 显微镜
26BD O.3 football, soccer ball, ball, soccer; 足球, 球
1F3C0 O.3 basketball; 篮球
1F6F9 O.3 skateboard; 滑板
1F3C6 O.38 trophy; 奖杯
1F9E9 O.3 puzzle; 拼图
1F9F6 O.28 yarn, wool, ball of yarn; 毛线, 毛线球
1F9CA O.28 ice cube; 冰块
1FA9E O.45 mirror; 镜子
1F6AA O.9 door; 木门, 大门
1FA91 O.6 chair; 椅子
1F6CB O.8 sofa, couch, armchair; 沙发
1F6CF O.8 bed; 床
1F6C1 O.7 bathtub, bath; 浴缸
1F5BC O.5 painting frame, picture frame; 画框
1F45F O.32 sneaker, sneakers, running shoe, trainers; 运动鞋, 球鞋
1F45E O.3 shoe, shoes; 鞋, 鞋子, 皮鞋
1F462 O.34 boot, boots; 靴子
1F457 W.5 dress; 裙子, 连衣裙, 长裙
1F455 W.4 shirt, tshirt, t-shirt; 衬衫, 上衣
1F9E5 W.5 coat, jacket, robe, cloak, cape, raincoat, sweater; 外套, 大衣, 斗篷, 雨衣, 毛衣
1F9E4 O.28 glove, gloves, mitten, mittens; 手套
1F484 O.3 lipstick; 口红
1F48D O.25 ring; 戒指
1F4BC O.4 briefcase; 公文包
1F9F4 O.34 lotion, shampoo; 乳液, 洗发水
1F578 O.4 web, spiderweb, cobweb; 蜘蛛网
1FABA O.3 nest; 鸟巢, 巢
1FAB6 O.25 feather; 羽毛
1F380 W.2 bow, ribbon; 蝴蝶结, 丝带
1F451 W.22 crown, tiara; 皇冠, 王冠
1F3A9 W.3 hat, top hat; 帽子, 礼帽, 高帽
1F452 W.26 straw hat, sun hat, sunhat; 草帽
1F9E2 W.25 cap, baseball cap; 鸭舌帽
1F393 W.28 graduation cap, mortarboard; 学士帽
witchhat W.34 witch hat, witch's hat, wizard hat, wizard's hat, pointy hat, pointed hat, party hat; 巫师帽, 魔法帽, 女巫帽
1F453 W.2 glasses, spectacles; 眼镜
1F576 W.2 sunglasses, shades; 墨镜, 太阳镜
1F9E3 W.3 scarf, shawl; 围巾
2764 O.3 heart; 爱心, 心形, 红心
2B50 F.3 golden star, giant star; 大星星
1F48C O.28 love letter; 情书
1FA90 F.7 planet, saturn; 行星, 土星, 星球
1F30D F.7 earth, globe; 地球
1F386 F.9 fireworks, firework; 烟花, 烟火
"""

PLACES = """
meadow: meadow, grass, lawn, park, prairie, picnic, hill, hills, hillside, hilltop, valley, countryside, path, grassland; 草地, 草原, 公园, 山坡, 山丘, 小山, 田园, 山谷, 乡村, 野餐, 草坪
field: field, fields, farm, farmland, barn, farmyard, harvest, vineyard, crops; 田野, 农场, 麦田, 田, 稻田, 农田, 田地
garden: garden, flower garden, backyard, greenhouse, orchard, yard, hedge, flowers everywhere; 花园, 院子, 果园, 庭院, 花海, 花丛, 花田, 后院
forest: forest, woods, woodland, jungle, rainforest, wood, grove, trees; 森林, 树林, 丛林, 雨林, 林中, 林间
mountain: mountain, mountains, mountainside, cliff, peak, alps, summit, volcano, canyon, himalaya; 山, 高山, 大山, 山峰, 雪山, 山脉, 群山, 悬崖, 火山, 山顶, 山水, 峡谷
sea: sea, ocean, seas, waves, wave, harbour, harbor, port, bay, seaside, seascape; 海, 大海, 海洋, 海上, 海浪, 海边, 港口, 海面, 波浪, 海湾
beach: beach, shore, seashore, coast, island, tropical; 海滩, 沙滩, 岸边, 岛, 小岛, 岛屿, 海岸
lake: lake, pond, river, stream, riverbank, brook, waterfall, lagoon, swamp, riverside; 湖, 湖边, 池塘, 河, 小河, 河边, 溪, 小溪, 江, 瀑布, 湖面, 湖泊, 江南, 池
city: city, town, downtown, skyline, skyscraper, skyscrapers, metropolis, rooftop, rooftops, buildings, street, road, alley, market, new york, london, paris, tokyo, shanghai, urban; 城市, 都市, 街道, 大街, 街头, 马路, 高楼, 摩天大楼, 上海, 北京, 城里, 小镇, 街, 市场, 屋顶, 城镇, 夜市
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
sketch: sketch, pencil, pencil sketch, line art, lineart, line drawing, drawing, charcoal, crosshatch, doodle, pen drawing, coloring page, colouring page; 素描, 线稿, 铅笔, 手绘, 速写, 线描, 草图, 简笔画, 涂鸦, 炭笔
pixel: pixel art, pixel, pixelated, 8-bit, 8 bit, 16-bit, 16 bit, retro game; 像素, 像素画, 像素风, 像素艺术
poster: poster, vintage, retro, travel poster, screen print, screenprint, print, linocut, woodcut, risograph, art deco, ukiyo-e, woodblock; 海报, 复古, 版画, 怀旧, 宣传画, 老式, 浮世绘, 木刻
oil: oil, oil painting, impressionist, impressionism, van gogh, monet, acrylic, painterly, brush strokes, brushstrokes, expressionist, canvas, impasto, picasso, cezanne; 油画, 印象派, 梵高, 莫奈, 厚涂, 丙烯, 笔触, 毕加索, 印象主义
popart: pop art, comic, comics, comic book, warhol, lichtenstein, cartoon halftone; 波普, 波普艺术, 漫画
crayon: crayon, crayons, pastel, pastels, chalk, kids drawing, childs drawing, children's drawing; 蜡笔, 粉笔, 儿童画, 粉彩
neon: cyberpunk, neon, synthwave, vaporwave, futuristic, sci-fi, science fiction; 赛博朋克, 霓虹, 科幻, 未来感, 蒸汽波
mono: black and white, black-and-white, monochrome, greyscale, grayscale, noir, film noir; 黑白, 单色, 黑白照片
film: cinematic, photo, photograph, photography, photorealistic, realistic, film, film still, movie, portrait photo, macro, 35mm, polaroid; 电影感, 摄影, 照片, 写实, 胶片, 电影, 真实
anime: anime, ghibli, miyazaki, shinkai, manga, studio ghibli, cel shaded; 动漫, 吉卜力, 宫崎骏, 新海诚, 日系, 二次元, 动画
clay: 3d render, 3d, clay, claymation, plasticine, render, blender, isometric; 三维, 3d渲染, 黏土, 粘土, 立体
flat: flat, flat design, vector, illustration, picture book, storybook illustration, storybook style, children's book, childrens book, for children, for kids, for a child, digital art, digital painting, concept art; 扁平, 矢量, 插画, 绘本, 插图, 儿童绘本, 适合儿童, 故事书插画, 数字绘画
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
马上 马虎 想象 印象 现象 对象 形象 抽象 气象 象征 星期 明星 风格 风景 风光 风味 花费 花样 花纹 书法 家庭 家乡 国家 大家 画家 专家
人工 人类 人间 人们 人生 个人 主人公 火热 水平 雪白 月份 月底 天气 天真 今天 明天 昨天 每天 春天般 日常 日子 生日快乐 树立 山寨 海量 海外
门口 部门 专门 热门 龙头 牛仔裤 狗尾草 虎头虎脑 鱼贯 鸟瞰 鼠标 车间 信息 信任 相信 信心 包括 包含 包围 钟情 钟头 球员 全球 床单 鬼脸 茶色 灯光
剑桥 包子脸 花了 开花 花时间 画面 心情 风铃 月饼节 火锅店 水晶鞋 鱼肚白 马尾 马甲 牛气 羊毛 狗屋 猫步
""")

#: What people say to have something taken away or exchanged; the next noun is not drawn.
NEGATIONS = _listed(
    "no without remove delete erase replace swap instead minus except 没有 不要 去掉 移除 删除 去除 擦掉 不含 把 将 替换 除了"
)
#: Words that end the part of a request that tells what is there now.
EXCHANGES = _listed("with into by for add to 换成 变成 改成 替换为 替换成 改为 变为 加上 添加 画")

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
