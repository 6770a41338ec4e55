"""Whole documents are encoded in one batch, equal texts once."""

import numpy as np

from matching.embedding.documents import embed
from matching.text.analysis import encodable_texts
from matching.types import Document


def test_every_document_gets_the_vectors_of_its_own_texts(hashing_encoder) -> None:
    documents = [
        Document("1", "水泵节能技术", "变频控制。" * 150),
        Document("2", "风机除冰"),
        Document("3", "水泵节能", "变频控制。", indicators="效率85%"),
    ]
    vectors = embed(hashing_encoder, documents)
    for document, each in zip(documents, vectors, strict=True):
        texts = encodable_texts(document)
        np.testing.assert_array_equal(each.title, hashing_encoder.encode([texts.title])[0])
        np.testing.assert_array_equal(each.passages, hashing_encoder.encode(texts.passages))
    assert [len(each.passages) for each in vectors] == [2, 0, 1]
    assert vectors[1].passages.shape == (0, hashing_encoder.dimension)


def test_equal_texts_are_encoded_once(hashing_encoder) -> None:
    done: list[int] = []
    documents = [Document(str(at), "水泵节能", "变频控制。") for at in range(5)]
    vectors = embed(hashing_encoder, documents, progress=done.append)
    assert sum(done) == 2
    assert all(np.array_equal(each.title, vectors[0].title) for each in vectors)


def test_no_documents_give_no_vectors(hashing_encoder) -> None:
    assert embed(hashing_encoder, []) == []
