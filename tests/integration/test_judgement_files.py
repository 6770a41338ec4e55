"""A file of judgements is taken in for whoever hands it in."""

from dataclasses import replace

from app.audit.repository import AuditFilter, AuditRepository
from app.core.caller import OPERATOR
from app.core.settings import SEED_DIR
from app.judgements.local import import_judgements
from app.learning.examples import FROZEN_JUDGES


def test_the_audit_log_names_who_handed_a_file_in(seeded_services, tmp_path):
    lines = (SEED_DIR / FROZEN_JUDGES[0]).read_text("utf-8").splitlines()[:3]
    file = tmp_path / "研判.tsv"
    file.write_text("\n".join(lines), "utf-8")
    caller = replace(OPERATOR, name="guan@example.cn")
    assert import_judgements(seeded_services.parts, file, caller).taken == 2
    with seeded_services.database.read() as session:
        entries = AuditRepository(session).page(AuditFilter(object_id=file.name), None, 10)
    assert [(each.actor, each.action) for each in entries] == [("guan@example.cn", "judgement.import")]
