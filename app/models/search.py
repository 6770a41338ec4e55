"""What the search index is derived from: vectors, terms, tags and the change log."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, UtcDateTime, now


class Vector(Base):
    """A vector of one part of a record: part 0 is the title, 1 and on are passages.

    `content_hash` is the SHA-256 of the text that was encoded, `data` float32, little-endian. The
    hash lets equal texts share the costly work, and tells a stale vector from a fresh one.
    """

    __tablename__ = "vectors"
    __table_args__ = (Index(None, "model_id", "content_hash"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    model_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class PieceVectors(Base):
    """Vectors of what is compared piece by piece: clauses of a need, sentences of an achievement.

    One row a record, as they are read together: `data` is (pieces, dimension) float16,
    little-endian, L2-normalised, in the order in which the texts are cut whose SHA-256 is
    `content_hash`. `rules` names the rules that cut these and the texts of the record's `Vector`s.
    """

    __tablename__ = "piece_vectors"
    __table_args__ = (Index(None, "model_id", "content_hash"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    model_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    rules: Mapped[str] = mapped_column(String(40))
    content_hash: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class LexicalTerms(Base):
    """The terms of a record, so that an index is rebuilt without segmenting again.

    `data` is JSON, deflated: field → list of terms.
    """

    __tablename__ = "lexical_terms"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    segmenter_id: Mapped[str] = mapped_column(String(100))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Tag(Base):
    """A value of a facet that may have several; what lists are filtered by in SQL."""

    __tablename__ = "tags"
    __table_args__ = (Index(None, "kind", "facet", "value"),)

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    facet: Mapped[str] = mapped_column(String(30), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)


class Change(Base):
    """One committed change of a searchable record, in the order of `sequence`.

    `public` says that anybody can see it: the record is or was public.
    """

    __tablename__ = "changes"
    __table_args__ = {"sqlite_autoincrement": True}

    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str] = mapped_column(String(32))
    public: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class PrunedChanges(Base):
    """How much of the beginning of the change log was dropped: one row, from the first time on.

    `sequence` is the last number dropped, `public` how many of those up to it anybody could see.
    """

    __tablename__ = "pruned_changes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, default=1)
    sequence: Mapped[int] = mapped_column(BigInteger)
    public: Mapped[int] = mapped_column(BigInteger)


class EmbeddingModel(Base):
    """A model whose vectors are stored. One is active: the one that searches use.

    `source` is what loads it again, empty for the offline model; `scale` its cosine scale; `activated_at` when it
    last became the active one.
    """

    __tablename__ = "embedding_models"

    model_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    source: Mapped[str] = mapped_column(String(500))
    dimension: Mapped[int] = mapped_column(Integer)
    scale: Mapped[dict[str, Any]]
    active: Mapped[bool] = mapped_column(Boolean, default=False)
    activated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
