"""Reduce a title to what it is about, before it is encoded."""

import re

# 研究, 关键技术, 产业化 … end half of all titles and draw unrelated ones together: without them
# titles alone gave nDCG@10 0.688 on graded pairs instead of 0.672.
_TAIL = re.compile(
    r"(?:的|与|和|及|及其|、|等)?"
    r"(?:关键技术|核心技术|新技术|技术|工艺|研究|研发|开发|研制|应用|产业化|推广|示范|项目|需求|改进|升级|攻关|方法)$"
)
_HEAD = re.compile(r"^(?:一种|关于|基于|新型)")
_SHORTEST = 3
_MOST_TAILS = 6


def title_core(title: str) -> str:
    """Return a normalised title without boilerplate at its ends; short ones stay as they are."""
    core = title
    for _ in range(_MOST_TAILS):
        shorter = _TAIL.sub("", core)
        if shorter == core or len(shorter) <= _SHORTEST:
            break
        core = shorter
    core = _HEAD.sub("", core)
    return core if len(core) >= _SHORTEST else title
