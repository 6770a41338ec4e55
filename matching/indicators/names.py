"""Whether two noun phrases name one quantity.

By hand-written rules, and on the careful side: a verdict on the wrong quantity harms more than one
that is missing. 抗拉强度 and 抗压强度 share a head and are two things; 光电转换效率 is a 转换效率.
"""

import re
from functools import lru_cache

from matching.indicators.folding import fold

_DROPPED = re.compile(
    r"的|产品|平均|最高|最大|最低|最小|额定|实际|综合|单位|整体|总体|标称|名义|典型|可达|所得|制备|处理后|改造后|改进后|"
    r"优化后|系统|设备|装置|整机|样机|全年|[ ()/·]"
)
# The first of each line stands for all; longer spellings come first where one holds another.
_SYNONYMS = [
    ("处理量", "处理能力", "处理规模", "处理负荷", "处理速度", "加工能力"),
    ("产能", "年生产能力", "生产能力", "设计能力", "生产规模", "年产能力", "年产能", "年产量", "年产", "产量"),
    ("噪声", "噪音", "声压级"),
    ("寿命", "使用寿命", "服役寿命", "工作寿命"),
    ("厚", "厚度"),
    ("重量", "自重", "质量", "重"),
    ("准确率", "正确率", "精准率", "精确率"),
    ("次品率", "不良品率", "不良率", "废品率", "不合格率", "次品比例"),
    ("合格率", "良品率", "成品率", "良率"),
    ("电耗", "耗电量", "用电量", "电能消耗", "吨煤电耗", "能耗", "能源消耗", "耗能"),
    ("成本", "费用"),
    ("粒径", "颗粒尺寸", "粒子尺寸", "颗粒粒径", "粒度尺寸"),
    ("响应时间", "反应时间", "响应速度", "时延", "延迟", "延时"),
    ("伸长率", "延伸率"),
    ("续航时间", "续航时长", "续航"),
    ("保质期", "货架期", "保鲜期"),
    ("测量精度", "检测精度", "计量精度"),
    ("直径", "外径"),
    ("功率", "输出功率"),
    ("去除率", "脱除率"),
    ("识别率", "识别准确率"),
    ("工作温度", "运行温度", "环境温度", "使用温度", "适用温度", "耐受温度"),
    ("范围", "区间"),
]
_CANONICAL = {word: names[0] for names in _SYNONYMS for word in names}
_SYNONYM = re.compile("|".join(sorted(_CANONICAL, key=len, reverse=True)))
# Heads that say nothing alone: a 时间 is not any 充电时间.
_GENERIC = frozenset(
    [
        "时间",
        "温度",
        "压力",
        "率",
        "比",
        "值",
        "系数",
        "数量",
        "数",
        "量",
        "度",
        "指数",
        "常数",
        "水平",
        "性能",
        "能力",
        "比例",
        "范围",
        "期",
        "损失",
        "费",
        "本",
        "力",
        "性",
    ]
)
# Of a substance: 铜回收率 and 金回收率 are two things, however long what they share.
_OF_SUBSTANCES = re.compile(r"(?:率|含量|浓度|纯度|排放量|去除|残留量?|产值|成本|产量|用量|消耗量|温度)$")
_LEAST_SHARED = 4  # characters of a common end, where both have something else before it
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]+\d*")
_LEAST_TOUCHING = 0.25  # of the characters of the shorter name: 吨焦产汽 and 饱和蒸汽 have 汽
SAME, NARROWER, WIDER, ALIKE = 1.0, 0.9, 0.8, 0.7


@lru_cache(maxsize=4096)
def _core(name: str) -> str:
    kept = _DROPPED.sub("", fold(name).lower())
    return _SYNONYM.sub(lambda found: _CANONICAL[found.group()], kept)


def agreement(asked: str, offered: str) -> float:
    """Return how well two names agree, 0.0 (not at all) to 1.0 (the same)."""
    one, other = _core(asked), _core(offered)
    if not one or not other:
        return SAME if one == other and asked == offered == "" else 0.0
    if one == other:
        return SAME
    if other.endswith(one):
        return 0.0 if one in _GENERIC else NARROWER
    if one.endswith(other):
        return 0.0 if other in _GENERIC else WIDER
    shared = _common_end(one, other)
    if len(shared) < _LEAST_SHARED or shared in _GENERIC or _OF_SUBSTANCES.search(shared):
        return 0.0
    return ALIKE


def may_be_one(asked: str, offered: str) -> bool:
    """Return whether two names that do not agree may still name one quantity, where the texts around them do.

    预抽时间 and 预抽期 may; 产水TDS and 产水COD may not: names of substances are rarely synonyms.
    """
    one, other = fold(asked).lower(), fold(offered).lower()
    first, second = set(_HAN.findall(one)), set(_HAN.findall(other))
    if set(_LATIN.findall(one)) != set(_LATIN.findall(other)) or not first or not second:
        return False
    return len(first & second) >= _LEAST_TOUCHING * min(len(first), len(second))


def _common_end(one: str, other: str) -> str:
    length = 0
    while length < min(len(one), len(other)) and one[-1 - length] == other[-1 - length]:
        length += 1
    return one[len(one) - length :]
