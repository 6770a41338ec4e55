"""Tell what a clause speaks of, by the words that Chinese technical writing opens and ends with."""

import re

from matching.clauses.types import ClauseKind
from matching.text.numbers import carries_number, states_bound
from matching.text.word_lists import alternatives

_WORDS = alternatives("matching.clauses")
_LEAD = rf"(?:{_WORDS['lead']})*"
_GOAL_START = re.compile(rf"^{_LEAD}(?:{_WORDS['goal_verbs']})")
_GOAL = re.compile(_WORDS["goal_verbs"])
_CAUSE = re.compile(r"^(?:使得?|让|令|把|将).{2,}")
_PROBLEM = re.compile(
    rf"{_WORDS['troubles']}|[过较太](?:高|低|大|小|长|短|多|少|慢|快|差)$|"
    r"(?:效率|精度|质量|性能|效果|寿命|产量|强度|成本|能耗|稳定性|可靠性|性|率|量)(?:较|很|太|偏|过|十分|非常|普遍)?"
    r"(?:低|差|低下|短|大|高|较差)$|" + _WORDS["defects"]
)
_PROCESS_START = re.compile(
    rf"^{_LEAD}(?:采用|采取|利用|通过|基于|运用|借助|结合|引入|依托|联合|联用|经过?|使用|选用|按照|以.{{1,12}}(?:代替|取代|为手段|法)|"
    r"用.{1,14}(?:替换|替代|代替|取代|做|进行|来|法)|先.{1,14}(?:后|再))"
)
_PROCESS_END = re.compile(rf"(?:{_WORDS['process_ends']}|(?:工艺)?参数(?:的?(?:选取|优化|匹配|确定))?)$")
_PROCESS = re.compile(_WORDS["process_words"])
_CONDITION_START = re.compile(
    rf"^{_LEAD}(?:适用于|适用|适合于?|适应|适于|应用于|应用在|用于|用在|面向|处于|处在|供.{{1,12}}使用)"
)
_CONDITION_FRAME = re.compile(
    rf"^{_LEAD}(?:在|于|当).*?(?:(?:{_WORDS['places']})(?:条件|环境)?(?:下|中|上|内|时|里|使用|运行|工作)?|"
    r"(?:下|时|中|上|内)(?:.{0,6}(?:使用|运行|工作|作业|启动|加装|更换|安装))?$)"
)
_LACKING = re.compile(r"(?:现场|场地|空间|厂房|层高).{0,6}(?:没有|无|有限|狭小)")
_CONDITION = re.compile(
    rf"(?:{_WORDS['condition_ends']})$|"
    r"高温|低温|高湿|高寒|海拔|(?:温度|湿度|粉尘|风沙|盐度)(?:高|大|低|重)|盐碱|温差|强酸|强碱|露天|"
    r"^(?:冬季|夏季|雨季|户外|室外|井下|水下|野外|露天|现场|现有|原有).{0,12}$"
)
# 的 before the thing, or a word that asks for one: 寻找可降解的地膜材料.
_ASKED_THING = re.compile(
    rf"^{_LEAD}(?:需求?|求购|寻找|寻求|征集|引进|研发|开发|研制|设计|购买|一种|一款|一台|一套|一个|提供|找).*(?:{_WORDS['things']})$|"
    rf"^{_LEAD}(?:{_WORDS['goal_verbs']}|适用于|适合|适应|用于|面向|耐|能).*的.{{0,10}}(?:{_WORDS['things']})$"
)


def names_a_problem(normalised: str) -> bool:
    """Return whether a clause complains of something: what must be solved is said this way too."""
    return _PROBLEM.search(normalised) is not None


def clause_kind(normalised: str, *, named: bool = False) -> ClauseKind:
    """Return the kind of a normalised clause.

    Args:
        normalised: as `normalise` returns it.
        named: the clause is a title. Numbers in one are part of a name (252kV开关) unless they bound.
    """
    if _CONDITION_FRAME.search(normalised) and not states_bound(normalised):
        return ClauseKind.CONDITION
    if states_bound(normalised) if named else carries_number(normalised):
        return ClauseKind.INDICATOR
    return next((kind for pattern, kind in _IN_ORDER if pattern.search(normalised)), ClauseKind.OBJECT)


# The first that is found decides: what a clause opens with says more than what it holds.
_IN_ORDER = (
    (_PROCESS_START, ClauseKind.PROCESS),
    (_ASKED_THING, ClauseKind.OBJECT),
    (_CONDITION_START, ClauseKind.CONDITION),
    (_GOAL_START, ClauseKind.GOAL),
    (_PROCESS_END, ClauseKind.PROCESS),
    (_LACKING, ClauseKind.CONDITION),
    (_PROBLEM, ClauseKind.GOAL),
    (_CAUSE, ClauseKind.GOAL),
    (_GOAL, ClauseKind.GOAL),
    (_CONDITION, ClauseKind.CONDITION),
    (_PROCESS, ClauseKind.PROCESS),
)
PATTERNS = (_CONDITION_FRAME.pattern, *(pattern.pattern for pattern, _ in _IN_ORDER))
