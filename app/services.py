"""The parts of a running application, put together once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial

from app.accounts.keys import KeyService
from app.accounts.service import AccountService
from app.accounts.sign_in import SignInService
from app.audit.service import AuditService
from app.board.service import BoardService
from app.captures.service import CaptureService
from app.cases.service import CaseService
from app.challenges.service import ChallengeService
from app.channels.service import ChannelService
from app.codes.service import CodeService
from app.contracts.service import ContractService
from app.contracts.workbooks.service import WorkbookService
from app.core.caller import WORKER
from app.core.database import Database
from app.core.parts import Parts
from app.core.settings import Settings
from app.dockings.service import DockingService
from app.duplicates.service import DuplicateService
from app.exports.service import ExportService
from app.imports.job import ImportJob
from app.imports.nouns import NOUNS
from app.imports.service import JOB, ImportService
from app.interests.service import InterestService
from app.jobs.worker import Worker
from app.judgements.service import JudgementService
from app.kinds.table import KINDS
from app.learning.service import LearningService
from app.liaisons.service import LiaisonService
from app.matches.listing import SearchListing
from app.matches.service import MatchService
from app.matches.standing_matches import StandingMatcher
from app.models import RecordKind
from app.notices.background import NoticeWork
from app.notices.match_notices import StandingMatches
from app.notices.postman import Postman
from app.notices.preference_service import NoticePreferenceService
from app.notices.service import NoticeService
from app.organisations.service import OrganisationService
from app.portfolio.service import PortfolioService
from app.records.schemas import RecordOut
from app.records.service import RecordService, RecordServices
from app.reminders.service import Reminders
from app.roadshows.agenda import AgendaService
from app.roadshows.service import RoadshowService
from app.rounds.service import RoundService
from app.saved_searches.service import SavedSearchService
from app.search.encoders import EncoderLoader, load_encoder
from app.search.gateway import Gateway
from app.search.upkeep import Upkeep
from app.targets.service import TargetService
from app.workbench.service import WorkbenchService

OUTPUTS: Mapping[RecordKind, type[RecordOut]] = {name: noun.output for name, noun in NOUNS.items()}


@dataclass(frozen=True, slots=True)
class Services:
    """What routes and commands call."""

    settings: Settings
    database: Database
    gateway: Gateway
    upkeep: Upkeep
    accounts: AccountService
    sign_in: SignInService
    keys: KeyService
    organisations: OrganisationService
    liaisons: LiaisonService
    audit: AuditService
    interests: InterestService
    records: RecordServices
    imports: ImportService
    import_job: ImportJob
    worker: Worker
    duplicates: DuplicateService
    exports: ExportService
    captures: CaptureService
    codes: CodeService
    rounds: RoundService
    matches: MatchService
    searches: SearchListing
    saved_searches: SavedSearchService
    judgements: JudgementService
    learning: LearningService
    workbench: WorkbenchService
    portfolio: PortfolioService
    dockings: DockingService
    notices: NoticeService
    notice_preferences: NoticePreferenceService
    standing: StandingMatches
    reminders: Reminders
    postman: Postman
    notice_work: NoticeWork
    challenges: ChallengeService
    roadshows: RoadshowService
    roadshow_agendas: AgendaService
    contracts: ContractService
    workbooks: WorkbookService
    targets: TargetService
    board: BoardService
    channels: ChannelService
    cases: CaseService

    @property
    def parts(self) -> Parts:
        """The same, each found by its type."""
        return Parts(getattr(self, each.name) for each in fields(self))


def build_services(settings: Settings, load: EncoderLoader = load_encoder) -> Services:
    """Put the parts together; nothing is opened yet."""
    database = Database(settings.url)
    gateway = Gateway(settings, database, load)
    views = {name: noun.output.of for name, noun in NOUNS.items()}
    records = RecordServices({name: RecordService(gateway, kind, views[name]) for name, kind in KINDS.items()})
    import_job = ImportJob(database, gateway, settings.uploads_dir)
    liaisons = LiaisonService()
    matches = MatchService(gateway, views)
    searches = SearchListing(gateway, matches)
    duplicates = DuplicateService()
    roadshows = RoadshowService()
    standing = StandingMatches(database, StandingMatcher(database, gateway))
    reminders, postman = Reminders(database), Postman(settings, database, views)
    return Services(
        settings=settings,
        database=database,
        gateway=gateway,
        upkeep=Upkeep(gateway, database),
        accounts=AccountService(),
        sign_in=SignInService(),
        keys=KeyService(),
        organisations=OrganisationService(),
        liaisons=liaisons,
        audit=AuditService(),
        interests=InterestService(),
        records=records,
        imports=ImportService(settings.uploads_dir),
        import_job=import_job,
        worker=Worker(database, {JOB: partial(import_job.do, caller=WORKER)}),
        duplicates=duplicates,
        exports=ExportService(),
        captures=CaptureService(records[RecordKind.ACHIEVEMENTS], duplicates),
        codes=CodeService(),
        rounds=RoundService(),
        matches=matches,
        searches=searches,
        saved_searches=SavedSearchService(gateway, matches, searches),
        judgements=JudgementService(records),
        learning=LearningService(gateway),
        workbench=WorkbenchService(records, liaisons),
        portfolio=PortfolioService(),
        dockings=DockingService(settings.docking_files_dir),
        notices=NoticeService(views),
        notice_preferences=NoticePreferenceService(settings),
        standing=standing,
        reminders=reminders,
        postman=postman,
        notice_work=NoticeWork(
            [
                ("standing", partial(standing.step, WORKER)),
                ("post", postman.step),
                ("reminders", partial(reminders.step, WORKER)),
            ]
        ),
        challenges=ChallengeService(),
        roadshows=roadshows,
        roadshow_agendas=AgendaService(gateway, roadshows),
        contracts=ContractService(),
        workbooks=WorkbookService(),
        targets=TargetService(),
        board=BoardService(),
        channels=ChannelService(settings.data_dir / "channels"),
        cases=CaseService(),
    )
