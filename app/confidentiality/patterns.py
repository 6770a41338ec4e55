"""Parts of a text that give somebody away whoever it is: telephones, addresses, brands, persons."""

import re
from dataclasses import dataclass

from app.confidentiality.names import Sort
from matching.text.word_lists import alternatives, word_lists


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a part of a text looks like; group `at`, or the whole match, is what gives away.

    Attributes:
        digits: Chinese numerals are read as digits first.
        certain: False where it is only likely to give somebody away.
    """

    sort: Sort
    regex: re.Pattern[str]
    certain: bool = True
    digits: bool = False


_HAN = r"[\u4e00-\u9fff]"
_WORDS, _ONE_OF = word_lists("app.confidentiality"), alternatives("app.confidentiality")
_SURNAMES, _NOT_A_BRAND = "".join(_WORDS["surnames"]), "".join(_WORDS["not_a_brand"])
_TITLE, _OFFICE = f"(?:{_ONE_OF['titles']})", f"(?:{_ONE_OF['offices']})"
_OWN = r"(?:我们?|本|贵)(?:公司|司|厂|企业|集团|单位)|我们|我方"
_GENERIC_PLACE = _ONE_OF["generic_places"]

_PATTERNS = (
    (Sort.PHONE, r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d([- ]?)\d{4}\1\d{4}(?!\d)", True, True),
    (Sort.PHONE, r"(?<![\d.])1 ?[3-9](?: \d){9}(?!\d)", True, True),
    (Sort.PHONE, r"(?<![\d.])\(?0(?:10|2\d|[3-9]\d{2})\)?[- —]?[2-8]\d{6,7}(?!\d)", True, False),
    (Sort.PHONE, r"(?<![\d.])[48]00(?:-\d{3}-\d{4}|-\d{4}-\d{3}|-?\d{7})(?!\d)", True, False),
    (Sort.PHONE, r"(?:电话|座机|热线|致电|拨打|传真|手机|tel|phone)[^\d,。;]{0,6}(?P<at>\d[\d -]{5,14}\d)", True, True),
    (Sort.MESSENGER, r"(?:微信|wechat|weixin|vx|v信|qq|扣扣)(?:号|群)?[:：为是加 ]{0,3}(?P<at>[a-z0-9][\w-]{4,20})", True, False),
    (Sort.MESSENGER, r"(?:公众号|视频号|抖音号?|快手号?)(?:名称|为|是|[:：]|[“\"「]){1,3}(?P<at>[\w]{2,20})", True, False),
    (Sort.EMAIL, r"(?<![\w.+-])[a-z0-9][\w.+-]{0,63}\s?(?:@|\(at\)|\[at\]|#)\s?[a-z0-9-]{1,62}(?:\.[a-z0-9-]{1,62}){0,3}?\.(?:com|cn|net|org|edu)(?:\.cn)?\b", True, False),
    (Sort.WEBSITE, r"(?:https?://|www\.)[a-z0-9./?=&%_-]+", True, False),
    (Sort.WEBSITE, r"(?<![a-z0-9.-])[a-z0-9][a-z0-9-]{1,62}(?:\.[a-z0-9-]{1,62}){0,3}?\.(?:com\.cn|com|cn|net|org)(?![a-z0-9])", True, False),
    (Sort.CREDIT_CODE, r"(?<![0-9a-z])[159n][1-59]\d{6}[0-9a-hj-npqrtuwxy]{10}(?![0-9a-z])", True, False),
    (Sort.PATENT, r"zl ?\d{4} ?\d ?\d{7}(?:\.?[\dx])?", True, False),
    (Sort.PATENT, r"(?<![a-z0-9])cn ?\d{9} ?[abcsuy]\d?(?![a-z0-9])|(?<![a-z0-9])cn ?20\d{10}(?:\.?[\dx])?", True, False),
    (Sort.PATENT, r"(?:专利|申请)号(?:为|是|[:：])?\s*(?P<at>\d{9,12}(?:\.?[\dx])?)", True, False),
    (Sort.NAME, r"(?:股票|证券)(?:代码|简称)(?:为|是|[:：])?\s*(?P<at>[\w*]{4,8})", True, False),
    (Sort.BRAND, r"[“\"「『](?P<at>[^”\"」』]{2,10})[”\"」』](?:牌|商标|品牌|系列)", True, False),
    (Sort.BRAND, r"(?:注册商标|品牌名?)(?:为|是|叫|[:：])?[“\"「『](?P<at>[^”\"」』]{2,10})[”\"」』]", True, False),
    (Sort.BRAND, rf"(?P<at>{_HAN}{{2,5}}|(?<![a-z0-9-])[a-z][a-z0-9-]{{2,30}}) ?[®™]", True, False),
    (Sort.BRAND, rf"(?P<at>(?!{_HAN}?[{_NOT_A_BRAND}]牌){_HAN}{{2}})牌(?!子|照|匾|坊|面|楼|价|证|号)", False, False),
    (Sort.PERSON, rf"{_OFFICE}(?:是|为|姓名|[:： ]){{0,2}}(?P<at>[{_SURNAMES}]{_HAN}{{1,2}}?)(?=[,。;、)\s\d]|先生|女士|同志|电话|手机|微信|$)", True, False),
    (Sort.PERSON, rf"(?:联系|找|咨询|问|与|请)(?:我们|我司|本厂|公司)?的?(?P<at>[{_SURNAMES}]{_TITLE})(?![\u4e00-\u9fff]{{0,1}}[体程艺业件])", True, False),
    (Sort.ADDRESS, rf"(?:位于|地处|坐落[于在]|地址|厂址|在|于|[:：,。;]|^)(?:{_HAN}{{1,8}}?[省市县区]){{0,3}}(?P<at>{_HAN}{{2,6}}?(?:大道|大街|路|街|巷)(?:[东西南北中]段|[与和]{_HAN}{{2,6}}?(?:路|街|大道)(?:交叉口|交汇处|交口|口)|\d+号|[一二三四五六七八九十百]+号))", True, False),
    (Sort.ADDRESS, rf"(?:位于|地处|坐落[于在]|地址|厂址|厂区在|厂在)[:：]?(?:{_HAN}{{1,8}}?[省市县区]){{0,3}}(?P<at>(?!{_GENERIC_PLACE}){_HAN}{{2,10}}?(?:工业园区?|产业园区?|产业集聚区|开发区|科技园|园区|镇|乡|村|街道))", True, False),
    (Sort.DISTRICT, rf"(?:位于|地处|坐落[于在]|地址|厂址|厂区在|厂在|我们?县|本县)[:：]?(?:{_HAN}{{2,8}}?[省市])?(?P<at>(?!{_GENERIC_PLACE}){_HAN}{{1,4}}?[县旗])", True, False),
    (Sort.OTHER_COMPANY, r"(?P<at>(?:(?![我由与和从向为是的在及将被])[\u4e00-\u9fffa-z0-9()]){2,24}?(?:有限责任公司|有限公司|集团公司|合作社))", False, False),
    (Sort.OTHER_COMPANY, rf"(?:隶属于?|下属于|属于|旗下|子公司|母公司(?:是|为)?)(?P<at>(?!大型|国有|某|一家){_HAN}{{2,8}}?集团)", True, False),
    (Sort.RANK, r"(?:全国|国内|全省|省内|全市|市内|本市|本县|全县|行业|世界|全球|亚洲)内?(?:唯一|首家|第一家|最大|独家|规模最大|排名第[一二三]|第一)[^,。;]{0,6}", False, False),
    (Sort.RANK, rf"(?:{_OWN}|作为)[^,。;]{{0,12}}?(?P<at>上市公司|单项冠军|老字号|独角兽|瞪羚|龙头|隐形冠军)", False, False),
)  # fmt: skip

PATTERNS = tuple(Pattern(sort, re.compile(regex), certain, digits) for sort, regex, certain, digits in _PATTERNS)
