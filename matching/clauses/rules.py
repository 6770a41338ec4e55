"""Name the rules by which texts are split, so that stored vectors of an older splitting are known."""

import hashlib

from matching.clauses import boilerplate, kinds, pieces, sections, stock_phrases
from matching.text import numbers

# Raise it when code, not a pattern, changes what is cut; the tests pin what some texts are cut into.
_VERSION = 2


def _digest() -> str:
    patterns = (*boilerplate.PATTERNS, *kinds.PATTERNS, *numbers.PATTERNS, *pieces.PATTERNS, *sections.PATTERNS)
    return hashlib.sha256("\0".join((*patterns, *stock_phrases.PATTERNS)).encode()).hexdigest()[:12]


CLAUSE_RULES = f"clauses-{_VERSION}-{_digest()}"
