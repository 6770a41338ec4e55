"""Take off the stock phrases around a clause, before it is encoded and compared.

Records open with 本发明公开了一种 and end with 方法、装置、设备及存储介质 whatever they are about: with
these, unrelated ones are more alike than related ones in different words.
"""

import re

from matching.text.title import title_core
from matching.text.word_lists import alternatives

_OPENING = re.compile(
    r"^(?:本|该|此)(?:申请|发明|公开|成果|项目|技术|文|文献|说明书|研究|实用新型|系统|方法)的?(?:一个或多个)?(?:实施例|实施方式|目的)?"
    r"(?:中|还)?,?(?:公开了?|提供了?|提出了?|涉及|是关于|属于|介绍了?|研究了?|总体涉及|公开并提供了?|在于提供|设计了?)?(?:一种|一类|一套|一款)?"
)
_ASKING = re.compile(
    r"^(?:具体|主要|因此,?|所以|同时,?|另外,?|此外,?|其中,?|并且?|且)*(?:我公司|我司|公司|企业)?(?:现|目前)?"
    r"(?:需求|需要|急需|亟需|寻求|寻找|希望能?够?|期望|征集|求购|引进|要求|能够|可以|拟|涉及|提供了?|公开了?)?(?:一种|一款|一套|一台)?"
)
_CARRIERS = alternatives("matching.clauses")["carriers"]
_CLOSING = re.compile(rf"(?:[的及其和与、,以]*(?:{_CARRIERS}))+(?:,?(?:涉及|属于).{{2,20}}领域)?$")
_SHORTEST = 4


def core_of(normalised: str) -> str:
    """Return a normalised clause without its stock phrases; what would become too short stays as it is."""
    core = normalised
    for pattern in (_OPENING, _ASKING, _CLOSING):
        shorter = pattern.sub("", core, count=1)
        if len(shorter) >= _SHORTEST:
            core = shorter
    return title_core(core)


PATTERNS = (_OPENING.pattern, _ASKING.pattern, _CLOSING.pattern)
