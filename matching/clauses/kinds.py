"""Tell what a clause speaks of, by the words that Chinese technical writing opens and ends with."""

import re

from matching.clauses.types import ClauseKind
from matching.text.numbers import carries_number, states_bound

# What may stand before the word that decides.
_LEAD = (
    r"(?:并且?|且|还|也|又|再|能够?|可以?|可|需要?|须|要|应|拟|主要|希望|期望|想|急需|亟需|亟待|寻求|如何|怎样|以|来|从而|"
    r"进一步|有效地?|大幅度?|显著|明显|进而|目的是|目标是|最终|用以|旨在|具体|同时|目前|现有?|使|让|对|尽量|尽可能|切实|全面)*"
)
_GOAL_VERB = (
    r"提高|提升|实现|解决|降低|减少|减轻|减小|避免|防止|预防|改善|改进|增强|增加|延长|缩短|消除|克服|替代|取代|代替|攻克|突破|"
    r"节约|节省|优化|保证|确保|保障|保持|满足|达到|完善|扩大|加快|压缩|压低|抑制|杜绝|根治|化解|破解|攻关|稳定|促进|推动|"
    r"控制住|去除|脱除|清除|加强|掌握|摆脱|填补|做到|打通"
)
_GOAL_START = re.compile(rf"^{_LEAD}(?:{_GOAL_VERB})")
_GOAL = re.compile(_GOAL_VERB)
_CAUSE = re.compile(r"^(?:使得?|让|令|把|将).{2,}")
_PROBLEM = re.compile(
    r"无法|不能|难以|难题|困难|不足|问题|容易|极易|易于|易[产造发出受损变断裂]|不稳定|不均|不佳|不理想|不够|不易|不齐|"
    r"偏[高低大小差]|[过较太](?:高|低|大|小|长|短|多|少|慢|快|差)$|"
    r"(?:效率|精度|质量|性能|效果|寿命|产量|强度|成本|能耗|稳定性|可靠性|性|率|量)(?:较|很|太|偏|过|十分|非常|普遍)?"
    r"(?:低|差|低下|短|大|高|较差)$|"
    r"缺陷|缺乏|缺少|瓶颈|开裂|失效|泄漏|堵塞|卡死|痛点|难点|浪费|隐患|滞后|落后|频繁"
)
_PROCESS_START = re.compile(
    rf"^{_LEAD}(?:采用|采取|利用|通过|基于|运用|借助|结合|引入|依托|联合|联用|经过?|使用|选用|按照|以.{{1,12}}(?:代替|取代|为手段|法)|"
    r"用.{1,14}(?:替换|替代|代替|取代|做|进行|来|法)|先.{1,14}(?:后|再))"
)
_PROCESS_END = re.compile(
    r"(?:工艺|方法|算法|流程|办法|做法|路线|配方|方式|步骤|工序|制备|技法|手段|策略|模型|建模|法|(?:工艺)?参数(?:的?(?:选取|优化|匹配|确定))?)$"
)
_PROCESS = re.compile(
    r"工艺|方法|算法|流程|制备|配方|路线|萃取|发酵|焊接|淬火|热处理|烧结|酶解|提取|合成|建模|处理$|加工$|成[型形]$|检测$|改造$|设计$"
)
_PLACE = (
    r"条件|环境|情况|工况|状态|场合|场所|场景|地区|区域|地带|前提|现场|户外|室外|室内|井下|水下|野外|露天|车间|厂房|高温|低温|"
    r"高压|高湿|高寒|海拔|温度|湿度|粉尘|盐碱|温差|腐蚀性|信号|气候|丘陵|山地"
)
_CONDITION_START = re.compile(
    rf"^{_LEAD}(?:适用于|适用|适合于?|适应|适于|应用于|应用在|用于|用在|面向|处于|处在|供.{{1,12}}使用)"
)
_CONDITION_FRAME = re.compile(
    rf"^{_LEAD}(?:在|于|当).*?(?:(?:{_PLACE})(?:条件|环境)?(?:下|中|上|内|时|里|使用|运行|工作)?|"
    r"(?:下|时|中|上|内)(?:.{0,6}(?:使用|运行|工作|作业|启动|加装|更换|安装))?$)"
)
_LACKING = re.compile(r"(?:现场|场地|空间|厂房|层高).{0,6}(?:没有|无|有限|狭小)")
_CONDITION = re.compile(
    r"(?:工况|环境|条件|场合|场所|场景|地区|区域|地带|现场|前提|户外|室外|井下|水下|野外|车间|厂房|气候|情况下|海域|矿区)$|"
    r"高温|低温|高湿|高寒|海拔|(?:温度|湿度|粉尘|风沙|盐度)(?:高|大|低|重)|盐碱|温差|强酸|强碱|露天|"
    r"^(?:冬季|夏季|雨季|户外|室外|井下|水下|野外|露天|现场|现有|原有).{0,12}$"
)
_THING = (
    r"设备|装置|材料|系统|仪器?|机组?|器|剂|平台|软件|传感器|机器人|涂料|膜|板材?|产品|原料|粉体?|胶|装备|部件|元件|芯片|模块|"
    r"品种|饲料|肥料?|机械臂?|车|泵|阀|炉|砖|钢|合金|纤维|树脂|催化剂|添加剂|试剂盒?|药物?|线|管|网|箱|手环|项圈|终端"
)
# 的 before the thing, or a word that asks for one: 寻找可降解的地膜材料.
_ASKED_THING = re.compile(
    rf"^{_LEAD}(?:需求?|求购|寻找|寻求|征集|引进|研发|开发|研制|设计|购买|一种|一款|一台|一套|一个|提供|找).*(?:{_THING})$|"
    rf"^{_LEAD}(?:{_GOAL_VERB}|适用于|适合|适应|用于|面向|耐|能).*的.{{0,10}}(?:{_THING})$"
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
