"""Read the texts that a relevance file speaks of."""

import json
from pathlib import Path
from typing import Any

from app.core.errors import InvalidInput
from matching.errors import QrelsError
from matching.evaluation.qrels import Qrels, read_qrels
from matching.types import Document


def judged_pairs(qrels: Path) -> Qrels:
    """Return the grades of a relevance file. Raises InvalidInput."""
    try:
        return read_qrels(qrels)
    except QrelsError as error:
        raise InvalidInput(f"判定文件无法读取：{error}") from error


def judged_corpus(grades: Qrels, needs: Path, achievements: Path | None) -> tuple[list[Document], list[Document]]:
    """Return the judged needs and the achievements to rank.

    Without a file of achievements the second column of the relevance file is their titles.

    Raises:
        InvalidInput: a file cannot be read, or lacks something that was judged.
    """
    queries = [_document(row) for row in _rows(needs)]
    missing = grades.keys() - {query.id for query in queries}
    if missing:
        raise InvalidInput(f"需求文件 {needs} 缺少 {len(missing)} 项已判定的需求，例如 {min(missing)}。")
    judged = {id for documents in grades.values() for id in documents}
    if achievements is None:
        return queries, [Document(title, title) for title in sorted(judged)]
    documents = [_document(row) for row in _rows(achievements)]
    missing = judged - {document.id for document in documents}
    if missing:
        raise InvalidInput(f"成果文件 {achievements} 缺少 {len(missing)} 项已判定的成果，例如 {min(missing)}。")
    return queries, documents


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        lines = file.read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise InvalidInput(f"文件 {file} 无法读取：{error}。每行应为一个 JSON 对象，编码 UTF-8。") from error


def _document(row: dict[str, Any]) -> Document:
    body = row.get("description") or row.get("summary") or row.get("abstract") or ""
    id = str(row.get("external_id") or row.get("id") or "")
    if not id or not row.get("title"):
        raise InvalidInput("每行都要有 id（或 external_id）和 title。")
    return Document(id, row["title"], body, "、".join(row.get("keywords", [])), row.get("indicators", ""))
