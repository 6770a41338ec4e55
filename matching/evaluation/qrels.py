"""Read relevance files: tab-separated query, document and grade under a header line."""

from collections import defaultdict
from pathlib import Path

from matching.errors import QrelsError

Qrels = dict[str, dict[str, float]]
LOWEST, HIGHEST = 1.0, 4.0


def read_qrels(path: Path) -> Qrels:
    """Return grades by query and document; repeated judgements of a pair are averaged.

    Raises:
        QrelsError: the file cannot be read, or a line is not three columns with a grade in 1..4.
    """
    seen: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    try:
        lines = path.read_text("utf-8-sig").splitlines()
        for number, line in enumerate(lines[1:], start=2):
            if line:
                query, document, grade = _parse(line.split("\t"), number)
                seen[query][document].append(grade)
    except (OSError, UnicodeDecodeError) as error:
        raise QrelsError(f"{path}: {error}") from error
    return {
        query: {document: sum(grades) / len(grades) for document, grades in documents.items()}
        for query, documents in seen.items()
    }


def _parse(row: list[str], line: int) -> tuple[str, str, float]:
    if len(row) != 3:
        raise QrelsError(f"{len(row)} columns, expected 3", line)
    try:
        grade = float(row[2])
    except ValueError:
        raise QrelsError(f"grade {row[2]!r} is not a number", line) from None
    if not LOWEST <= grade <= HIGHEST:
        raise QrelsError(f"grade {grade} is outside {LOWEST}..{HIGHEST}", line)
    return row[0], row[1], grade
