"""Check that a case speaks the language of an enterprise, 企业视角和市场话语体系: rules, and what to do instead.

What is found is advice: an editor may have good reasons.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matching.text.sentences import split_sentences

# Characters of a sentence that is read aloud in one breath.
LONGEST = 40


class Sort(StrEnum):
    """What is the matter."""

    LONG = "long"
    JARGON = "jargon"
    NO_FIGURE = "no_figure"
    OFFICIALESE = "officialese"


JARGON: Mapping[str, str] = {
    "赋能": "说清帮上了什么忙",
    "抓手": "说清做了哪件事",
    "闭环": "说清从哪一步到哪一步",
    "生态": "说清有哪些单位",
    "打造": "改为“做”“建”",
    "助力": "改为“帮”，并说清帮了什么",
    "高质量发展": "说清产量、成本或质量变了多少",
    "全链条": "说清是哪几个环节",
    "深度融合": "说清怎样合作的",
    "协同创新": "说清谁做了什么",
    "显著提升": "写明提高了多少",
    "显著提高": "写明提高了多少",
    "大幅降低": "写明降低了多少",
    "大幅提升": "写明提高了多少",
    "有效解决": "写明现在是什么样",
    "国际领先": "写明与哪种产品比，差多少",
    "国内领先": "写明与哪种产品比，差多少",
    "填补空白": "写明以前靠什么、从哪里买",
    "痛点": "说清难在哪里",
    "卡脖子": "说清以前从哪里买、多少钱",
    "顶层设计": "说清定了什么",
    "新质生产力": "说清产量、成本或质量变了多少",
}
_OFFICIALESE = re.compile(
    r"被[^，。；！？]{1,12}所|予以[\u4e00-\u9fff]{2}|加以[\u4e00-\u9fff]{2}|得到了?[^，。；！？]{0,6}(?:提升|改善|解决|应用|认可)"
    r"|进行了?[^，。；！？]{0,6}(?:研究|开发|改造|攻关|升级|分析|优化)|在[^，。；！？]{1,12}的?(?:指导|支持|关心)下"
    r"|(?:相关|有关)(?:部门|单位|人员)|的?重要意义|具有[^，。；！？]{1,8}意义"
)
# Any figure, with a unit or without: readers of a case want one at all.
_FIGURE = re.compile(r"[0-9０-９]|[一二三四五六七八九十百千万两]+(?:成|倍|万|亿|吨|元|天|小时|个月|年|家|条|台|根|次)")
_ADVICE = {
    Sort.LONG: "这一句有 {} 个字，超过 40 字，请断成两三句",
    Sort.JARGON: "“{}”是套话，请{}",
    Sort.NO_FIGURE: "全文没有一个数字，请写明成本、产量、寿命等变了多少",
    Sort.OFFICIALESE: "“{}”是公文腔，请改成谁做了什么",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """What is found in a field, and what to do; without a text it is about the whole."""

    field: str
    sort: Sort
    text: str
    advice: str


def check_language(texts: Mapping[str, str]) -> list[Remark]:
    """Return what could be plainer in the fields of a case, in their order."""
    found = [remark for field, text in texts.items() for remark in _of(field, text)]
    whole = "".join(texts.values())
    if whole.strip() and not _FIGURE.search(whole):
        found.append(Remark(list(texts)[-1], Sort.NO_FIGURE, "", _ADVICE[Sort.NO_FIGURE]))
    return found


def _of(field: str, text: str) -> Iterator[Remark]:
    for sentence in split_sentences(text):
        length = len(re.sub(r"\s", "", sentence))
        if length > LONGEST:
            yield Remark(field, Sort.LONG, sentence, _ADVICE[Sort.LONG].format(length))
    for word, instead in JARGON.items():
        if word in text:
            yield Remark(field, Sort.JARGON, word, _ADVICE[Sort.JARGON].format(word, instead))
    for match in _OFFICIALESE.finditer(text):
        yield Remark(field, Sort.OFFICIALESE, match[0], _ADVICE[Sort.OFFICIALESE].format(match[0]))
