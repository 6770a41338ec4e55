"""Propose the fields of an achievement from a text that a liaison pasted; nothing is invented.

Every proposal is a passage of the text, or a code for one; a person looks at all of them before
anything is stored.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.codes.industries import IndustryNames
from app.tables.amounts import parse_wan_range
from app.tables.values import BLANKS_TOO, parse_maturity, split_list
from matching.text.normalise import normalise
from matching.text.numbers import carries_number
from matching.text.segment import default_segmenter

TITLE_LIMIT = 60
KEYWORDS = 6
_FIELDS = {
    "title": ("成果名称", "项目名称", "技术名称", "名称", "标题", "题目"),
    "holder": ("完成单位", "所属单位", "单位", "研究团队", "团队"),
    "contact": ("联系人", "联系方式", "电话"),
    "keywords": ("关键词", "关键字"),
    "indicators": ("技术指标", "主要指标", "性能指标"),
    "ip": ("知识产权", "专利"),
    "maturity": ("成熟度", "技术成熟度", "所处阶段"),
    "cooperation_modes": ("合作方式", "转化方式"),
    "price": ("转让价格", "价格", "意向价格"),
    "industries": ("应用领域", "应用行业", "行业"),
    "summary": ("成果简介", "项目简介", "简介", "摘要", "技术简介", "内容简介"),
}
_FIELD_OF = {label: name for name, labels in _FIELDS.items() for label in labels}
_LABELLED = re.compile(rf"^[\s【\[（(]*(?P<label>{'|'.join(_FIELD_OF)})[】\])）]*\s*[:：]\s*(?P<value>.+)$")
_LABEL = re.compile(rf"^[\s【\[（(]*(?:{'|'.join(_FIELD_OF)})[】\])）]*\s*[:：]\s*")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_PATENT = re.compile(r"(?:ZL|CN)\s?\d{9,13}(?:\.\d|[A-Z])?|(?:发明|实用新型)专利\s*\d*\s*[项件]?", re.IGNORECASE)
_STAGE = re.compile(r"实验室阶段|小试|中试|试生产|产业化|量产|批量生产|样机|TRL\s*[1-9]")
_PRICE = re.compile(
    r"(?:转让(?:价格|费)|意向价格|报价)[为约：:\s]*([^，。；\n]{1,20}(?:万元|亿元|元|面议)(?:以上|以下|以内|起)?)"
)
_MODE = re.compile(r"技术转让|专利许可|技术许可|作价入股|合作开发|委托开发|技术服务|技术咨询|联合攻关|许可|转让|入股")
_HOLDER = re.compile(r"[\u4e00-\u9fff（）()]{2,30}?(?:大学|学院|研究院|研究所|实验室|中心|公司)")


@dataclass(slots=True)
class Proposal:
    """What a text says of an achievement; None and empty where it says nothing."""

    title: str = ""
    summary: str = ""
    indicators: str = ""
    keywords: list[str] = field(default_factory=list)
    ip: list[str] = field(default_factory=list)
    cooperation_modes: list[str] = field(default_factory=list)
    industries: list[str] = field(default_factory=list)
    maturity: int | None = None
    stage: str | None = None
    price: str | None = None
    holder: str | None = None
    contact: str | None = None


def propose(text: str, industries: IndustryNames) -> Proposal:
    """Read a pasted text: labelled lines first, then what the wording shows."""
    labelled, rest = _labelled(text)
    body = "\n".join(rest).strip()
    found = Proposal(
        title=labelled.get("title") or _title(rest),
        summary=labelled.get("summary", ""),
        indicators=labelled.get("indicators") or _indicators(text),
        keywords=split_list(labelled.get("keywords", ""), BLANKS_TOO) or _keywords(text),
        ip=split_list(labelled.get("ip", ""), BLANKS_TOO) or _all(_PATENT, text),
        cooperation_modes=split_list(labelled.get("cooperation_modes", ""), BLANKS_TOO) or _modes(text),
        industries=industries.codes(labelled["industries"]) or [] if "industries" in labelled else [],
        price=labelled.get("price"),
        holder=labelled.get("holder") or _first(_HOLDER, body or text),
        contact=labelled.get("contact"),
    )
    if not found.summary:
        found.summary = body.removeprefix(found.title).strip(" \n。：:，,") or text.strip()
    stage = labelled.get("maturity") or _first(_STAGE, text)
    level = parse_maturity(stage) if stage else None
    if level is not None:
        found.stage, found.maturity = level
    if found.price is None:
        priced = _PRICE.search(text)
        found.price = priced.group(1) if priced else None
    if found.price is not None and parse_wan_range(found.price) is None:
        found.price = None
    return found


def _labelled(text: str) -> tuple[dict[str, str], list[str]]:
    """Return values by field of lines such as 成果名称：…, and the other lines.

    Lines after 简介： belong to it until the next label.
    """
    values: dict[str, str] = {}
    rest: list[str] = []
    running = False
    for line in text.splitlines():
        found = _LABELLED.match(line)
        if found is not None:
            name = _FIELD_OF[found.group("label")]
            values.setdefault(name, found.group("value").strip())
            running = name == "summary"
        elif running and line.strip():
            values["summary"] += f"\n{line.strip()}"
        elif line.strip():
            rest.append(line.strip())
    return values, rest


def _title(lines: Sequence[str]) -> str:
    """Return the first line if it reads like a title, else the first sentence up to a comma."""
    if not lines:
        return ""
    first = lines[0].strip("【】#* 　")
    if len(first) <= TITLE_LIMIT and not first.endswith(("。", "；")):
        return first
    sentence = _SENTENCE.match(first)
    start = (sentence.group(0) if sentence else first).rstrip("。；！？")
    return start if len(start) <= TITLE_LIMIT else re.split(r"[，,：:]", start)[0][:TITLE_LIMIT]


def _indicators(text: str) -> str:
    """Return the sentences that state measured values; how many patents there are is none."""
    measured = (part.strip() for part in _SENTENCE.findall(text) if carries_number(normalise(_PATENT.sub("", part))))
    return "".join(_LABEL.sub("", part) for part in measured)[:2000]


def _keywords(text: str) -> list[str]:
    """Return the most telling words: long, repeated and rare in the language."""
    segmenter = default_segmenter()
    counts: dict[str, int] = {}
    for word in segmenter.words(normalise(text)):
        if len(word) >= 2 and "\u4e00" <= word[0] <= "\u9fff":
            counts[word] = counts.get(word, 0) + 1
    weights = {word: count * len(word) / (1 + segmenter.frequency(word)) ** 0.25 for word, count in counts.items()}
    return sorted(weights, key=lambda word: (-weights[word], word))[:KEYWORDS]


def _modes(text: str) -> list[str]:
    found = _all(_MODE, text)
    return [mode for mode in found if not any(mode != other and mode in other for other in found)]


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found.group(0) if found else None


def _all(pattern: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(match.group(0) for match in pattern.finditer(text)))
