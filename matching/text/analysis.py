"""Turn documents and queries into what the indexes hold: texts to encode and terms to post."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from matching.text.normalise import normalise
from matching.text.segment import bigrams, characters, default_segmenter
from matching.text.sentences import split_passages
from matching.text.title import title_core
from matching.types import Document

# Names what of a document is encoded: vectors of other rules are made again.
TEXT_RULES = "whole-1"
# Queries whose terms are kept: segmenting a page takes some milliseconds. Some 20 kB each.
QUERIES_KEPT = 512
_ENDS = "。！？!?；; \n"


class LexicalField(StrEnum):
    """Fields of the lexical index, each with its own statistics."""

    TITLE = "title"
    TITLE_BIGRAMS = "title_bigrams"
    TITLE_CHARACTERS = "title_characters"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class EncodableTexts:
    """The normalised texts of a document that an encoder reads.

    The first passage is title and body together, as far as an encoder reads; what is longer goes on in
    further passages. A document without a body has none.
    """

    title: str
    passages: tuple[str, ...]

    def all(self) -> tuple[str, ...]:
        """Return the title and the passages, in the order in which vectors are stored."""
        return (self.title, *self.passages)


def encodable_texts(document: Document) -> EncodableTexts:
    """Return what to encode of a document; a title that normalises to nothing stays as it is."""
    body = "\n".join(part for part in (document.body, document.indicators) if part.strip())
    whole = f"{document.title.rstrip(_ENDS)}。{body.lstrip(_ENDS)}" if normalise(body) else ""
    passages = tuple(filter(None, map(normalise, split_passages(whole))))
    # Half a surrogate pair is no text, and must not reach a tokenizer.
    title = title_core(normalise(document.title)) or document.title.encode("utf-8", "replace").decode()
    return EncodableTexts(title, passages)


def lexical_terms(document: Document) -> Mapping[str, Sequence[str]]:
    """Return the terms of a document for each field of the lexical index."""
    segmenter = default_segmenter()
    title = normalise(document.title)
    body = normalise("。".join((document.body, document.indicators, document.keywords)))
    return {
        LexicalField.TITLE: segmenter.terms(title),
        LexicalField.TITLE_BIGRAMS: bigrams(title),
        LexicalField.TITLE_CHARACTERS: characters(title),
        LexicalField.BODY: segmenter.terms(body),
    }


@lru_cache(QUERIES_KEPT)
def query_terms(title: str, body: str) -> Mapping[str, Sequence[str]]:
    """Return the terms of what is searched with, as `lexical_terms` those of a document; do not change them.

    Kept: one answer needs them up to three times, and what is stored is searched with again and again.
    """
    return lexical_terms(Document("", title, body))


def content_hash(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal: the key under which its vector is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
