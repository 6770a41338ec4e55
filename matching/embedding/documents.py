"""Encode whole documents."""

from collections.abc import Callable, Sequence

from matching.embedding.encoder import Encoder
from matching.text.analysis import EncodableTexts, encodable_texts
from matching.types import Document, DocumentVectors


def embed(
    encoder: Encoder, documents: Sequence[Document], progress: Callable[[int], None] | None = None
) -> list[DocumentVectors]:
    """Encode documents in one batch; equal texts are encoded once."""
    texts = [encodable_texts(document) for document in documents]
    distinct = list(dict.fromkeys(text for each in texts for text in each.all()))
    place = {text: at for at, text in enumerate(distinct)}
    vectors = encoder.encode(distinct, progress=progress)

    def pick(each: EncodableTexts) -> DocumentVectors:
        passages = vectors[[place[text] for text in each.passages]].reshape(-1, vectors.shape[1])
        return DocumentVectors(vectors[place[each.title]], passages)

    return [pick(each) for each in texts]
