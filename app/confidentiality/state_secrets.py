"""Find in a text that it is marked, or calls itself, a state secret.

After 保守国家秘密法 (2024): marks are 绝密, 机密 or 秘密 with ★ and a term; such matters may be
neither stored nor sent on a system like this one. Trade secrets (商业秘密) are another thing.
"""

import re
import unicodedata
from dataclasses import dataclass

from app.confidentiality.folding import fold
from matching.text.normalise import simplified_characters

_LEVEL = "(?:绝密|机密|秘密)"
_SUBJECT = "(?:项目|课题|任务|需求|成果|技术|内容|文件|资料|产品|指标|材料|事项|装备)"
_SECRET = re.compile(
    rf"{_LEVEL}级?[★☆⭐]"
    rf"|密级(?:为|是|定为|[:])?{_LEVEL}"
    rf"|{_LEVEL}级(?:国防|军工|军用|科研|国家)?{_SUBJECT}"
    rf"|(?:属于?|是|为|含有?|包含|涉及|列为|列入|定为|定密为|构成)(?:国家|军事)(?:秘密|机密|绝密)"
    rf"|(?:定|列|标)为{_LEVEL}(?!性)"
    rf"|(?:本|该|此|我(?:们|方|司)?的?)(?:{_SUBJECT})?(?:属于?|是|为|系)?涉密(?!信息系统集成资质){_SUBJECT}"
    rf"|(?:本|该|此|部分|全部|有关|相关|上述|以上|详细){_SUBJECT}(?:均|都|已|已经|部分)?(?:属于?|是|为)?涉密"
    rf"|(?:国家秘密|军事秘密|军事机密){_SUBJECT}"
)
# Said of what is not secret: 不涉及国家秘密, 非涉密, 已脱密, 如属于国家秘密请勿上传.
_DENIED = re.compile(r"(?:不|非|未|无|没有|并非|不得|严禁|禁止|防止|避免|请勿|如|若|是否|凡|脱密|解密)[^,。;]{0,6}$")
_LIFTED = re.compile(r"^[^,。;]{0,8}(?:的?(?:不得|不能|不要|请勿|不应|除外)|已(?:经)?(?:脱密|解密))")


@dataclass(frozen=True, slots=True)
class Secret:
    """A part of a text that says it is a state secret, in positions of the original."""

    start: int
    end: int
    text: str


def find_state_secrets(text: str) -> list[Secret]:
    """Return the parts of a text that call it a state secret."""
    if "密" not in unicodedata.normalize("NFKC", text).translate(simplified_characters()):
        return []  # every pattern has it: most texts end here
    folded = fold(text, tight=True)
    found = []
    for match in _SECRET.finditer(folded.text):
        if _DENIED.search(folded.text[: match.start()]) or _LIFTED.search(folded.text[match.end() :]):
            continue
        start, end = folded.span(*match.span())
        found.append(Secret(start, end, text[start:end]))
    return found
