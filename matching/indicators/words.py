"""The words around a number that say how it is meant."""

from matching.indicators.types import Change, Direction

_UP, _DOWN = Direction.AT_LEAST, Direction.AT_MOST
_MORE = ("高于", "大于", "超过", "多于", "长于", "超出", "大于等于", "大于或等于", "高出", "快于", "强于", "重于")
_LESS = ("低于", "小于", "少于", "短于", "小于等于", "小于或等于", "慢于", "弱于", "轻于", "下于")
_NOT = ("不", "不得", "不应", "不能", "不会", "不可", "不宜", "不允许", "未", "不要", "不应该", "严禁", "不许")
# Short for 超过, where the rest of the word says so.
_SHORT = ("不得过", "不超", "不得超", "不过")

BOUNDS: dict[str, Direction] = {
    **dict.fromkeys(_MORE, _UP),
    **dict.fromkeys(_LESS, _DOWN),
    **{no + word: _DOWN for no in _NOT for word in _MORE if "等于" not in word},
    **{no + word: _UP for no in _NOT for word in _LESS if "等于" not in word},
    **dict.fromkeys(("≥", ">", ">=", "=>", "≥=", "至少", "至少达到", "至少为", "最少", "逾", "超", "突破", "≫"), _UP),
    **dict.fromkeys(
        ("≤", "<", "<=", "=<", "≤=", "至多", "最多", "不足", "不到", "小于约", "≪", "控制在小于", *_SHORT), _DOWN
    ),
}
# 优于 0.05 mm and 优于 90 %: what is better depends on the quantity.
BETTER = frozenset({"优于", "不低劣于", "好于", "不差于", "不劣于", "不逊于"})
# Between a quantity and its value, without a meaning of their own.
PLAIN = frozenset(
    [
        "达到",
        "达",
        "可达",
        "可达到",
        "能达到",
        "高达",
        "已达",
        "已达到",
        "为",
        "是",
        "在",
        ":",
        "=",
        "等于",
        "约",
        "约为",
        "大约",
        "大概",
        "近",
        "将近",
        "接近",
        "保持在",
        "保持",
        "控制在",
        "控制",
        "维持在",
        "维持",
        "稳定在",
        "设为",
        "设定为",
        "介于",
        "最高可达",
        "最大可达",
        "最高",
        "最大",
        "最小",
        "可",
        "应",
        "应达到",
        "应为",
        "应在",
        "需",
        "须",
        "要",
        "要求",
        "仅",
        "只有",
        "均",
        "都",
        "也",
        "了",
        "到",
        "至",
        "有",
        "共",
        "Φ",
        "(",
        "左右",
        "已",
        "处于",
        "位于",
        "在于",
        "定为",
        "不变",
        "平均",
        "平均为",
        "每",
        "分别",
        "分别为",
        "分别达到",
        "分别达",
        "区间",
        "=",
        "≈",
        "一般",
        "通常",
        "目前",
        "现",
        "即",
        "原来的",
        "原先的",
        "原有的",
        "现有的",
        "传统的",
        "原来",
        "长期",
        "、为",
        "限制在",
        "限定在",
        "不",
        "也应",
        "且",
        "必须",
        "不仅",
        "能够",
        "可以",
        "实现",
        "满足",
        "±",
    ]
)
# 到 and 至 behind a verb name the level that is reached, not the amount of the change.
LEVEL = frozenset({"到", "至", "达到", "为", "达", "到了"})
CHANGES: dict[str, Change] = {
    **dict.fromkeys(
        [
            "提高",
            "提升",
            "增加",
            "上升",
            "增长",
            "延长",
            "扩大",
            "增大",
            "增强",
            "升高",
            "改善",
            "加快",
            "增产",
            "增收",
            "升",
            "增",
            "增效",
            "提速",
            "扩展",
            "增幅",
            "提产",
            "拓宽",
            "放大",
            "提质",
            "高",
            "多",
        ],
        Change.INCREASE,
    ),
    **dict.fromkeys(
        [
            "降低",
            "下降",
            "减少",
            "减小",
            "缩短",
            "压缩",
            "降",
            "减",
            "节约",
            "节省",
            "节能",
            "节电",
            "节水",
            "节材",
            "减轻",
            "缩小",
            "下调",
            "削减",
            "减排",
            "降幅",
            "减重",
            "降本",
            "减弱",
            "缩减",
            "减薄",
            "省电",
            "降耗",
            "减缓",
            "收窄",
            "减为",
            "少",
            "低",
        ],
        Change.DECREASE,
    ),
}
# These stay in the quantity: they say what changes as well as how.
SPEAKING = frozenset(
    ["节能", "节电", "节水", "节材", "减排", "增产", "增收", "减重", "降耗", "降本", "省电", "提速", "提质", "增效"]
)
_LONGEST_CHANGE = max(map(len, CHANGES))
AFTER: dict[str, Direction | None] = {
    **dict.fromkeys(("以上", "及以上", "或以上", "之上", "或更高", "及其以上", "(含)以上", "以上(含", "甚至更高"), _UP),
    **dict.fromkeys(("以下", "及以下", "或以下", "之下", "以内", "之内", "或更低", "(含)以下", "范围以内"), _DOWN),
    **dict.fromkeys(("左右", "上下", "之间", "范围内", "附近", "范围", "不等", "区间"), None),
}
_LONGEST_BEFORE = max(map(len, (*BOUNDS, *PLAIN, *BETTER)))
_LONGEST_AFTER = max(map(len, AFTER))


# A value behind one of these is a level that is stated, never the amount of a change.
STATED = LEVEL | frozenset(
    [
        "是",
        "在",
        ":",
        "=",
        "等于",
        "可达",
        "可达到",
        "能达到",
        "高达",
        "已达",
        "保持在",
        "控制在",
        "维持在",
        "稳定在",
        "约为",
        "应为",
        "应在",
        "应达到",
        "最高可达",
    ]
)


def last_word(text: str) -> str:
    """Return the longest word of the tables with which `text` ends, "" if with none."""
    for length in range(min(_LONGEST_BEFORE, len(text)), 0, -1):
        word = text[-length:]
        if word in BOUNDS or word in PLAIN or word in CHANGES or word in BETTER:
            return word
    return ""


def first_change(text: str, at: int) -> str:
    """Return the verb of change that begins at `at`, "" if none does."""
    for length in range(_LONGEST_CHANGE, 0, -1):
        if text[at : at + length] in CHANGES:
            return text[at : at + length]
    return ""


def word_after(text: str, at: int) -> str:
    """Return the word behind a value that begins at `at`, "" if none does."""
    for length in range(_LONGEST_AFTER, 1, -1):
        if text[at : at + length] in AFTER:
            return text[at : at + length]
    return ""
