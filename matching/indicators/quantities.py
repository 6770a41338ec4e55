"""Find the noun phrase that a value belongs to."""

import re
from functools import lru_cache

# Beyond this a clause is no name any more.
WINDOW = 40
_LONGEST_AFTER = 12
# Strokes and arrows join the steps of a process: 清洗---漂洗---烘干(90℃).
_STOPS = re.compile(r"[,。;:、!?\n|“”\"'’‘《》·…()→⇒]|-{2,}>?|->")
_TRAILING_BRACKET = re.compile(r"\(([^()]{0,20})\) {0,2}$")
_HEADS = re.compile(
    r"^(?:[\s\-~×%Φ*#>@]|使得|使(?!用)|将|把|让|但|如|例如|比如|主要|其中|其(?!他|余|它)|并且|并(?![发联网行])|且|同时|另外|另有|还|以及|及|和|与|或|而|从而|以(?!太)|能够|能(?![耗量效源力级见])|可以|可(?![靠用见燃溶调塑降再视控逆])|应该|应|须|需要|需(?!求|氧)|要求|要(?!素)|达到|实现|"
    r"底前|末前|[0-9.]{1,5}(?:d|h|min|s)内?|前(?![驱端])|后(?![端续])|[0-9一二两三四五六七八九十半]{1,3}(?:个月|年|天|日|周)(?:之?内|后)|确保|保证(?![率度性])|保持(?![率度性])|满足(?![率度性])|具有|具备|拥有|提供|采用(?!率)|采取|通过(?![率性量])|对(?![比流])|对于|由于|由|从|自(?![动耗重由清适放])|在(?!线)|为|是|了|有(?![效机害色毒])|的|至|到(?!位|货|期|达|场)|等(?![级效温离])|预计|预期|计划|拟|力争|争取|希望|"
    r"目标|预期目标|本公司|我公司|公司|本项目|该项目|项目|该|本|这|此|产品的|目前|现有|现|已经|已|每|年均|总体|整体|实际|"
    r"以上|以下|以内|左右|之间|范围内)+"
)
_TAIL = re.compile(
    r"(?:[\s\-~×%Φ*=≈/]|应该|应|须|需|要求|可以|可|能够|(?<![产耗性功节效储智动电热势蓄机])能|均|都|也|仅|只|已经|已|为|是|在|于|约|大约|近|共计|共|合计|累计|保持|维持|控制|稳定|达到|达|到|"
    r"分别|一般|通常|目前|现|了|不|设定|还|则|就|要|最高|最低|最大|最小|平均|实际|由|从|自|原来的|原来|原有的|原|现有的|现在的|目前的|当前的|当前|的|均可|有|介于|总计|每|[+]|(?<=[^协])和|以及|及|(?<!参)与|但|主要|如|或|占|可产生|会产生)++$"
)
# 效率比传统工艺提高 30 %: the quantity stands before what it is compared with.
_COMPARED = re.compile(
    r"(?:相比于|相较于|相对于|相比|比起|相较|比(?![例表重值率强热能容功转]|$)|较(?![大高低小好多少强长快宽]|$))"
)
# 要求把硫含量, 将能耗: the noun stands behind.
_HANDLED = re.compile(r".*(?:把(?![手关握])|将(?!来))")
# Symbols of a quantity that has its name before the colon: 表面粗糙度：Ra.
_SYMBOL = re.compile(r"[A-Za-z]{1,3}$")
_NAMED = re.compile(r"[\u4e00-\u9fff]{2,12} ?[:(] ?[A-Za-z]{1,3}$")
# Ends of names of what is measured.
_MEASURED = re.compile(
    r"(?:率|度|量|耗|成本|力|寿命|时间|速|性|面积|重|价|产|能|噪声|噪音|值|数|排放|费用?|效益|周期|误差|损失|尺寸|长)$"
)
_SPAN = re.compile(r"(?:范围|区间)$")
# Verbs that have an object but name nothing measured.
_VERBS = re.compile(
    r"^(?:新增|建设|建成|建立|新建|形成|开发|研发|研制|设计|完成|培养|培训|引进|申请|申报|获得|获|取得|授权|发表|制定|编制|购置|购买|配置|配备|"
    r"安装|部署|设置|生产|制造|加工|处理|支持|适用于|适用|适合|用于|包括|包含|含|含有|提交|服务|推广|示范|应用|开展|进行|建|设|改造|招聘|招收|"
    r"解决|提出|利用|使用|选用|存在|发现|成立|组建|共有|现有|占|超|于|给|与|和|等|每套|每台|每条|覆盖|接入|连接|主持|承担|参与|带动|辐射|就业|公司|主要|一套|一条|一批|一个|一种|无法|各|会)++$"
)
_AFTER = re.compile(r"(?:的|以上的)?([\u4e00-\u9fffA-Za-z]{1,12})")
_AFTER_STOP = re.compile(
    r"[的和及与或在为是将以并对从由等不占达超]|有(?![效机害])|[小大低高少多]于|使(?!用)|时(?!间|长)|以上|以下|以内|左右|之间|内(?![部径])|[后前上下至到中]"
)
_LETTER = re.compile(r"[\u4e00-\u9fffA-Za-zα-ωΔ]")
_DEADLINE = re.compile(r"(?:[后内前来里]|历史|期间|(?<![耗工用延历实小课计])时|条件下|[℃度]下)$")


def phrase_before(text: str, low: int, high: int) -> tuple[str, str]:
    """Return the noun phrase before `high`, and what stands in brackets behind it: its unit, often."""
    window = text[max(low, high - WINDOW) : high].rstrip(" :=-")
    bracket = _TRAILING_BRACKET.search(window)
    inside = bracket.group(1).strip() if bracket else ""
    if bracket and window[: bracket.start()].endswith("dB"):  # 噪声dB(A)≤80
        window, inside = window[: bracket.start() - 2], "dB"
        return clean(last_piece(window)), inside
    if bracket:
        window = window[: bracket.start()]
    name = clean(last_piece(window))
    named = _NAMED.search(window) if _SYMBOL.match(name) else None
    return (named.group() if named else name), inside


def last_piece(window: str) -> str:
    """Return what stands behind the last mark of punctuation."""
    start = 0
    for stop in _STOPS.finditer(window):
        start = stop.end()
    return window[start:]


@lru_cache(maxsize=4096)
def clean(phrase: str) -> str:
    """Return a phrase without the function words around it, "" if nothing is left to name."""
    if not _LETTER.search(phrase):
        return ""
    phrase = _TAIL.sub("", phrase)
    compared = _COMPARED.search(phrase)
    if compared is not None:
        phrase = _apart_from_comparison(phrase, compared)
    handled = _HANDLED.search(phrase)
    phrase = _HEADS.sub("", _TAIL.sub("", phrase[handled.end() :] if handled else phrase)).strip()
    if not _LETTER.search(phrase) or _VERBS.match(phrase) or _DEADLINE.search(phrase):
        return ""
    return phrase


def _apart_from_comparison(phrase: str, compared: re.Match[str]) -> str:
    """Return the quantity of 效率比传统工艺, 与传统工艺相比效率 and 比传统工艺效率."""
    before, after = phrase[: compared.start()], phrase[compared.end() :]
    if not before.strip() or before.startswith(("与", "同", "和", "跟")):
        return after if _MEASURED.search(after) else ""
    return before


def is_measured(name: str) -> bool:
    """Return whether a name is that of a quantity (压力, 温度范围) and not of a thing (货车)."""
    return _MEASURED.search(name) is not None or _SPAN.search(name) is not None


def quantity_after(text: str, at: int) -> str:
    """Return the noun phrase that begins at `at`: of 100台设备, 90%以上的节点压力."""
    found = _AFTER.match(text, at)
    if found is None:
        return ""
    phrase = found.group(1)
    stop = _AFTER_STOP.search(phrase)
    return phrase[: stop.start()] if stop else phrase
