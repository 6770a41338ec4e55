"""Tell demands from what surrounds them: self-description, background, requests, headings."""

import re
from enum import StrEnum

from matching.text.word_lists import alternatives


class Section(StrEnum):
    """What the heading above a sentence announces."""

    NONE = "none"
    WANTED = "wanted"
    GOAL = "goal"
    INDICATOR = "indicator"
    CONDITION = "condition"
    ASIDE = "aside"


_WORDS = alternatives("matching.clauses")
_HEADED = (
    (Section.INDICATOR, re.compile(r"指标|参数")),
    (Section.GOAL, re.compile(r"目标|目的|效果|成果|难题|问题|难点|瓶颈|痛点|拟解决")),
    (Section.CONDITION, re.compile(r"条件|工况|环境|应用场景|适用范围")),
    (Section.WANTED, re.compile(r"需求|内容|要求|任务|方向|揭榜|攻关|描述")),
)
_ASIDE_WORD = re.compile(_WORDS["aside"])
_JOINT = re.compile(r"以?及|和|与|、|/|\s")
_HEADING = re.compile(
    rf"(?:{_WORDS['label_words']}|以?及|和|与|、)*(?:(?:{_WORDS['aside']}|{_WORDS['heading_words']})(?:以?及|和|与|、|的)?)+(?:\(\S{{0,8}}\))?\d?"
    r"(?:主要)?(?:包括|为|有|如下)?(?:以下)?(?:几个|几)?(?:方面|几点)?(?:如下)?"
)
LONGEST_LABEL = 24  # letters


def heading(normalised: str) -> Section | None:
    """Return what a heading announces; None for a text that is no heading.

    A heading that announces both a demand and something else announces the demand.
    """
    if len(normalised) > LONGEST_LABEL or not _HEADING.fullmatch(normalised):
        return None
    wanted = "、".join(part for part in _JOINT.split(normalised) if part and not _ASIDE_WORD.search(part))
    if not wanted and _ASIDE_WORD.search(normalised):
        return Section.ASIDE
    return next((section for section, pattern in _HEADED if pattern.search(wanted)), Section.WANTED)


_SELF = r"(?:我公司|本公司|我司|公司|企业|集团|我厂|实验室|我单位|本单位|团队|中心|研究院|研究所)"
_SELF_DESCRIPTION = re.compile(
    rf"{_SELF}[^，]{{0,12}}(?:[具拥建设]有|具备|现有|配备|从事|始终|坚持|致力|秉承|依托|位于|坐落|主要产品|先后|长期|开展了)|"
    rf"{_WORDS['self_description']}"
)
_REQUEST = re.compile(
    rf"{_WORDS['request_contacts']}|(?:{_WORDS['seeking']}).{{0,16}}(?:{_WORDS['partners']})|{_WORDS['request_terms']}"
)
_BACKGROUND = re.compile(
    rf"^(?:但|而|且|然而|因此)?(?:{_WORDS['background']}|[^，]{{2,12}}是(?:一种|指|由|我国|世界|当前|目前|重要))"
)
DEMAND = re.compile(_WORDS["demand"])
_VAGUE = re.compile(_WORDS["vague"])


class Role(StrEnum):
    """What a piece does in a query."""

    SELF_DESCRIPTION = "self_description"
    REQUEST = "request"
    BACKGROUND = "background"
    VAGUE = "vague"
    CONTENT = "content"


def role_of(normalised: str) -> Role:
    """Return what a normalised piece does, seen alone."""
    demands = DEMAND.search(normalised) is not None
    if _SELF_DESCRIPTION.search(normalised) and not demands:
        return Role.SELF_DESCRIPTION
    if _REQUEST.search(normalised):
        return Role.REQUEST
    if _VAGUE.search(normalised):
        return Role.VAGUE
    if not demands and _BACKGROUND.search(normalised):
        return Role.BACKGROUND
    return Role.CONTENT


_SEEN = (
    _HEADING,
    _ASIDE_WORD,
    _SELF_DESCRIPTION,
    _REQUEST,
    _BACKGROUND,
    DEMAND,
    _VAGUE,
    *(each for _, each in _HEADED),
)
PATTERNS = tuple(pattern.pattern for pattern in _SEEN)
