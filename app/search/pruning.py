"""Drop what nobody will ask for again, by one rule: what has not been needed for 30 days."""

from datetime import timedelta

import structlog

from app.core.database import Database
from app.idempotency import forget_requests
from app.models.base import now
from app.search.repository import SearchRepository

log = structlog.get_logger()

# How long are kept: entries of the change log, after which an index that has not caught up is built anew; requests
# that may be sent again; and vectors of the models before, after a change of model, so that it can be taken back.
KEPT = timedelta(days=30)
# Records whose vectors are dropped in one transaction, so that others may write meanwhile.
BATCH = 500


def prune(database: Database) -> None:
    """Drop what is older than `KEPT`."""
    before = now() - KEPT
    with database.write() as session:
        changes = SearchRepository(session).prune_changes(before)
        requests = forget_requests(session, before)
    vectors = 0
    while True:
        with database.write() as session:
            dropped = SearchRepository(session).prune_vectors(before, BATCH)
        if not dropped:
            break
        vectors += dropped
    if changes or requests or vectors:
        log.info("pruned", changes=changes, requests=requests, vectors=vectors)
