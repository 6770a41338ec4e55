"""A case on one page, as a document to edit and print."""

from app.cases.schemas import TEXTS, CaseOut
from app.core.word import Heading, Paragraph, word_document


def case_document(case: CaseOut) -> bytes:
    """Return a case as a .docx."""
    parts: list[Heading | Paragraph] = [Paragraph(sides_line(case))]
    for name in ("problem", "solution", "effect"):
        parts.append(Heading(TEXTS[name], 1))
        parts += [Paragraph(line) for line in getattr(case, name).splitlines() if line.strip()]
    return word_document(case.title, parts)


def sides_line(case: CaseOut) -> str:
    """Return who worked with whom, and for how much where that may be told."""
    told = f"{case.enterprise} 与 {case.university}"
    amount = case.amount_wan
    return told if amount is None else f"{told}，合同额 {format(amount.normalize(), 'f')} 万元"
