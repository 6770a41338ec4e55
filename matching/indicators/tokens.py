"""Find where numbers stand, and step over what only looks like one."""

import re

from matching.text.word_lists import alternatives

_NORMS = alternatives("matching.indicators")["norms"]
_YEAR = r"(?:19|20)[0-9]{2}"
SKIPPED = "skipped"
NUMBER = "number"
_TOKEN = re.compile(
    rf"(?P<{SKIPPED}>"
    # 1、 1.2 (1) 1) at the head of a line or clause
    r"(?:\A|(?<=[\n。;:,!?])) {0,8}\(?[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}(?:[)、]|\.(?![0-9]))"
    r"|\([0-9一二三四五六七八九十]{1,3}\)"
    # dates, years, ages, decades
    rf"|{_YEAR} ?(?:[-~/、至到] ?(?:{_YEAR}|[0-9]{{2}}) ?)?年"
    r"(?:度|底|初|末|中|前|后|来|起|以来|[0-9]{1,2}月(?:[0-9]{1,2}日)?)?"
    rf"|{_YEAR}(?:[-/.][01]?[0-9][-/.][0-3]?[0-9]|[-/][01]?[0-9])(?![0-9.~%])(?=[^0-9A-Za-z%~‰℃]|\Z)"
    r"|[0-9]{1,2}月(?:份|底|初|末|中旬|上旬|下旬|[0-9]{1,2}日?)?"
    r"|[0-9]{1,4}(?:世纪|年代|后出生)"
    r"|[0-9]{1,2}:[0-9]{2}(?![0-9.])"
    # 第二代, 第4章, 2020年第15号
    r"|第 ?[0-9零一二三四五六七八九十百千]{1,9}"
    r"|[0-9]{1,5} ?号"
    # telephone numbers, versions, addresses, ratios
    r"|(?<![0-9])1[3-9][0-9]{9}(?![0-9])|0[0-9]{2,3}-[0-9]{7,8}|[48]00-[0-9]{3,4}-[0-9]{3,4}"
    r"|[0-9]{1,6}(?:\.[0-9]{1,6}){2,}|[0-9]{1,6}(?:\.[0-9]{1,6})?(?: ?: ?[0-9]{1,6}(?:\.[0-9]{1,6})?)+"
    # GB/T 3077-2015, ZL202010345678.9
    rf"|(?:{_NORMS}|[TQ]/[A-Z]{{1,6}}|DB[0-9]{{2}})(?:/[A-Z]{{1,2}})?[ -]?[A-Z]?[0-9][0-9.]*"
    r"(?:[-:][0-9]{1,5})?(?:\.[0-9X])?(?![A-Za-z0-9])"
    r")"
    # What names a quantity or a scale is no model number: Ra0.8, pH6~9, HRC58.
    r"|(?P<scale>(?:pH|PH|Ph|Ra|Rz|Rq|Sa|COD|BOD|TOC|VOCs|HRC|HRA|HRB|HBW|HBS|HB|HV)(?= ?[0-9]))"
    r"|(?P<word>[A-Za-z]+(?:[-/+.]?[A-Za-z0-9]+)*)"
    rf"|(?P<{NUMBER}>[0-9]|[零一二三四五六七八九十百千两半]|[百千万]分之)"
)


def next_token(text: str, at: int) -> re.Match[str] | None:
    """Return the next thing with a number in it, or a Latin word, at or after `at`."""
    return _TOKEN.search(text, at)
