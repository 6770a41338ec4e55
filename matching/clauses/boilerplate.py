"""Tell demands from what surrounds them: self-description, background, requests, headings."""

import re
from enum import StrEnum


class Section(StrEnum):
    """What the heading above a sentence announces."""

    NONE = "none"
    WANTED = "wanted"
    GOAL = "goal"
    INDICATOR = "indicator"
    CONDITION = "condition"
    ASIDE = "aside"


_ASIDE = (
    r"背景|现状|基础|简介|概况|概述|介绍|预算|合作方式|合作模式|联系|电话|邮箱|市场|效益|资金|投入|经费|意义|企业|公司|单位|负责人|地址|"
    r"人才|团队|支撑|保障|期限|时间|周期|归属|荣誉|资质|姓名|手机|传真|网址"
)
_HEADED = (
    (Section.INDICATOR, re.compile(r"指标|参数")),
    (Section.GOAL, re.compile(r"目标|目的|效果|成果|难题|问题|难点|瓶颈|痛点|拟解决")),
    (Section.CONDITION, re.compile(r"条件|工况|环境|应用场景|适用范围")),
    (Section.WANTED, re.compile(r"需求|内容|要求|任务|方向|揭榜|攻关|描述")),
)
_ASIDE_WORD = re.compile(_ASIDE)
_JOINT = re.compile(r"以?及|和|与|、|/|\s")
_LABEL_WORDS = (
    r"项目|技术|主要|具体|拟|希望|预期|现有|目前|已有|研究|开发|研发|本|的|解决|需要?|要?达到|工作|经济|性能|考核|关键|核心|创新|合作|应用|"
    r"使用|国内外|国内|发展|实施|总体|申报|详细|相关|基本|技术性|企业|公司|单位|产品|产业化|行业|联系|所需|拟投入|突破|攻关|该|其|有关|总|研发的|和方案"
)
_HEADING_WORD = (
    rf"{_ASIDE}|指标|参数|目标|目的|效果|成果|难题|问题|难点|瓶颈|痛点|需求|内容|要求|任务|方向|描述|说明|情况|方式|条件|工况|环境|"
    r"应用场景|适用范围|趋势|关键技术|方案|技术路线|创新点"
)
_HEADING = re.compile(
    rf"(?:{_LABEL_WORDS}|以?及|和|与|、)*(?:(?:{_HEADING_WORD})(?:以?及|和|与|、|的)?)+(?:\(\S{{0,8}}\))?\d?"
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
    r"成立于|创[立建办]于|始建于|注册资[金本]|占地|建筑面积|员工\d|职工|从业人员|高新技术企业|专精特新|小巨人|荣获|获得.{0,12}(?:称号|奖|认定)|"
    r"(?:认定|评)为|授权.{0,6}专利|专利\d+[项件]|\d+[余多]?[项件](?:发明|实用新型|国家|授权|专利)|发表.{0,10}论文|ISO\d|体系认证|"
    r"年产值|销售收入|年销售|利税|总资产|固定资产|远销|畅销|主营|主要从事|专业从事|专注于|是一家|集.{2,30}于一体|"
    r"(?:工程)?技术(?:研究)?中心|重点实验室|工作站|研发中心|科技进步|技术人员\d|[具拥]有(?:资质|一级|甲级|先进的|雄厚|较强|完善|多年)|"
    r"(?:高级|中级)职称|本科(?:及)?以上|硕士|博士\d|生产线\d|\d+条.{0,8}生产线|龙头企业|市场占有率|知名|长期合作|"
    r"申请号|专利号|已(?:经)?(?:申报|申请|授权|获得|投入|建成|完成|具备|取得|通过|与)|现已|目前已|产学研|经验丰富|丰富的.{0,10}经验"
)
_REQUEST = re.compile(
    r"联系人|联系电话|电话[:：]?\s*\d|邮箱|面议|预算|拟?(?:投资|出资|投入).{0,8}[万亿]|经费|\d+万元?$|"
    r"(?:寻求|寻找|希望|欢迎|愿|拟|期望|需要?|征集|希|望|盼|得到|需求|引进).{0,16}(?:合作(?:单位|伙伴|方|开发|研发)?|院校|高校|大学|专家|"
    r"团队|科研(?:单位|院所|机构)|研究院所?|机构|人才|技术人员|人员|专业公司|支持|指导|洽谈|对接|交流|供应商)|"
    r"产学研|共同(?:研发|开发|攻关)$|成果归|独家|知识产权|合作方式|一次性|技术转让|技术入股|验收|研发费用|专利\D{0,6}\d|著作权|论文|培养.{0,8}(?:人才|硕士|博士|人员)|合同(?:签订|生效)|\d年\d{1,2}月|优势互补|互利|共赢"
)
_BACKGROUND = re.compile(
    r"^(?:但|而|且|然而|因此)?(?:虽然|虽|目前|现在|现阶段|当前|现今|如今|近年来?|近几年|随着|我国|中国|国内|国外|国际|全球|世界|据|传统|一直以来|长期以来|众所周知|"
    r"由于|因为|自|作为|在我国|按照国家|根据国家|为响应|为贯彻|研究表明|行业|市场|产业|[^，]{2,12}是(?:一种|指|由|我国|世界|当前|目前|重要))"
)
# What asks, so that a self-description or a background that goes on before it ends there.
DEMAND = re.compile(
    r"需要|需求|急需|亟需|亟待|希望|期望|寻求|寻找|征集|求购|要求|目标|如何|怎样|拟(?!投资)|拟?解决|想要?|计划|现需|必须|需(?=[解开研将对能在有提达采])|"
    r"攻克|突破|难题|技术问题|引进|提出"
)
_VAGUE = re.compile(
    r"意义重大|重要意义|前景|经济效益|社会效益|带动|就业|增收|脱贫|扶贫|乡村振兴|国民经济|战略|政策|号召|国际先进|国内先进|国际领先|"
    r"国内领先|填补.{0,6}空白|市场(?:需求|空间|竞争|份额|容量)|可持续发展|受到.{0,6}关注|迫在眉睫|以下几?(?:个)?(?:方面|问题)|如下|综上所述|(?:这|此|该|上述|以上|本|存在的)(?:一|个|项|些|类|种)?(?:技术|关键)?(?:问题|难题)|(?:核心|关键|重点)技术问题$|以下要求|等方面$"
)


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
