"""The rows.

SQLModel classes, one per table, with every constraint in the database. Law: they hold, they decide nothing.
"""

from sqlmodel import SQLModel

from workflow.records.tables.accounts import (
    AccountSessionRow,
    FactorRow,
    KnownSourceRow,
    LinkRequestRow,
    LinkRow,
    PasswordRow,
    RecoveryCodeRow,
    ThrottleRow,
)
from workflow.records.tables.calendars import CalendarRow, HolidayRow, SessionRow
from workflow.records.tables.cases import AnswerRow, CaseRow, ClockRow, TaskRow, TimerRow, UndoRow
from workflow.records.tables.designations import HandOverRow
from workflow.records.tables.history import AdministrationRow, AuditRow, AuditValueRow
from workflow.records.tables.identities import FlowRow, IdentityRow
from workflow.records.tables.keeping import (
    DefinitionRow,
    DenialRow,
    FileRow,
    IdempotencyRow,
    ReplayRow,
    SerialRow,
    SettingRow,
)
from workflow.records.tables.outbox import BulletinRow, LetterRow, NoticeRow
from workflow.records.tables.people import (
    ConflictRow,
    DelegationRow,
    EditionRow,
    MandateRow,
    PartyRow,
    PersonRow,
    TokenRow,
)
from workflow.records.tables.personal import ErasureRow, LegalHoldRow, ReadingRow

METADATA = SQLModel.metadata

__all__ = [
    "METADATA",
    "AccountSessionRow",
    "AdministrationRow",
    "AnswerRow",
    "AuditRow",
    "AuditValueRow",
    "BulletinRow",
    "CalendarRow",
    "CaseRow",
    "ClockRow",
    "ConflictRow",
    "DefinitionRow",
    "DelegationRow",
    "DenialRow",
    "EditionRow",
    "ErasureRow",
    "FactorRow",
    "FileRow",
    "FlowRow",
    "HandOverRow",
    "HolidayRow",
    "IdempotencyRow",
    "IdentityRow",
    "KnownSourceRow",
    "LegalHoldRow",
    "LetterRow",
    "LinkRequestRow",
    "LinkRow",
    "MandateRow",
    "NoticeRow",
    "PartyRow",
    "PasswordRow",
    "PersonRow",
    "ReadingRow",
    "RecoveryCodeRow",
    "ReplayRow",
    "SerialRow",
    "SessionRow",
    "SettingRow",
    "TaskRow",
    "ThrottleRow",
    "TimerRow",
    "TokenRow",
    "UndoRow",
]
