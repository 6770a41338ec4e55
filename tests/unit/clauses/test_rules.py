"""Vectors of sentences are stored: what is cut must not change without its name changing."""

import hashlib
import subprocess
import sys

from matching.clauses.document import document_sentences
from matching.clauses.query import split_clauses
from matching.clauses.rules import CLAUSE_RULES
from tests.unit.clauses.labelled_kinds import BOILERPLATE, FOR_RULES, KEPT_ASIDE

# If this fails, the cutting has changed: raise `_VERSION` in rules.py if CLAUSE_RULES has not, then pin anew.
PINNED = ("clauses-2-cfefc64b7ab2", "3bc17cb3b0d9")


def _cut() -> str:
    body = BOILERPLATE + FOR_RULES + KEPT_ASIDE
    parts = [
        *split_clauses("番茄皮渣脱水技术", body, KEPT_ASIDE),
        *document_sentences("番茄", body, FOR_RULES, "番茄；皮渣"),
    ]
    text = "\n".join(f"{each.field} {each.start} {each.end} {each.encoded}" for each in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def test_the_cutting_is_the_one_that_the_name_stands_for() -> None:
    assert (CLAUSE_RULES, _cut()) == PINNED


def test_the_name_is_the_same_in_another_process() -> None:
    code = "from matching.clauses.rules import CLAUSE_RULES; print(CLAUSE_RULES)"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == CLAUSE_RULES
