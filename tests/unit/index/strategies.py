"""Random facets, filters, vectors and bags of words for Hypothesis."""

import numpy as np
from hypothesis import strategies as st

from matching.index.filters import ID_FACET, And, Eq, FacetKind, Filter, In, Not, Range
from matching.index.protocols import DenseEntry, LexicalClause, LexicalEntry

DIMENSION = 8
FIELDS = ("title", "body")
SCHEMA = {
    "kind": FacetKind.WORD,
    "tags": FacetKind.WORD,
    "open": FacetKind.WORD,
    "budget": FacetKind.NUMBER,
}

IDS = st.sampled_from([f"doc-{number}" for number in range(10)])
_KINDS = st.sampled_from(["材料", "装备", "软件"])
_TAGS = st.sampled_from(["甲", "乙", "丙", "丁"])
_BUDGETS = st.sampled_from([0, 10, 20.5, 300])
FACETS = st.fixed_dictionaries(
    {},
    optional={
        "kind": _KINDS | st.none(),
        "tags": st.lists(_TAGS, unique=True, max_size=3).map(tuple),
        "open": st.booleans(),
        "budget": _BUDGETS | st.none(),
    },
)


def _both(facet: str, values: st.SearchStrategy) -> st.SearchStrategy[Filter]:
    one = values.map(lambda value: Eq(facet, value))
    return one | st.frozensets(values, max_size=3).map(lambda several: In(facet, several))


_LEAVES = (
    _both("kind", _KINDS | st.just("没有这种"))
    | _both("tags", _TAGS)
    | _both("open", st.booleans())
    | _both("budget", _BUDGETS)
    | _both(ID_FACET, IDS)
    | st.builds(Range, st.just("budget"), st.none() | _BUDGETS, st.none() | _BUDGETS)
)
FILTERS = st.none() | st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))) | inner.map(Not),
    max_leaves=5,
)


@st.composite
def unit_vectors(draw: st.DrawFn) -> np.ndarray:
    """Unit vectors whose products are exact in float32: one ±1, or four ±½. So ties are real ties."""
    vector = np.zeros(DIMENSION, np.float32)
    signs = draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=4, max_size=4))
    places = draw(st.permutations(range(DIMENSION)))[:4]
    if draw(st.booleans()):
        vector[places] = np.asarray(signs) / 2
    else:
        vector[places[0]] = signs[0]
    return vector


DENSE_ENTRIES = st.builds(DenseEntry, IDS, st.lists(unit_vectors(), min_size=1, max_size=4).map(np.stack), FACETS)

_WORDS = st.sampled_from(["氢", "能", "储", "罐", "阀", "泵", "膜", "焊"])
_BAGS = st.fixed_dictionaries({}, optional={field: st.lists(_WORDS, max_size=6) for field in FIELDS})
LEXICAL_ENTRIES = st.builds(LexicalEntry, IDS, _BAGS, FACETS, st.booleans())
CLAUSES = st.lists(
    st.builds(
        LexicalClause,
        st.sampled_from(FIELDS),
        st.lists(_WORDS | st.just("没有"), max_size=6).map(tuple),
        st.sampled_from([0.5, 1.0, 2.0]),
    ),
    min_size=1,
    max_size=3,
)


def histories(entries: st.SearchStrategy) -> st.SearchStrategy[list]:
    """Return batches: lists of entries to upsert, and sets of ids to delete."""
    return st.lists(st.lists(entries, max_size=6) | st.sets(IDS, max_size=4), max_size=8)
