"""The one path: load the case for update -> decide -> record -> commit -> answer.

Law: whatever changes a case goes here.

Nothing leaves the process before the commit that owns it; what a dry run did is rolled back by the exception
that ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo

from msgspec import Struct

from workflow.errors import GuardRefused, KeyReused, NotFound, RevisionRequired, Stale
from workflow.records import answers, cases, files, idempotency, persons
from workflow.records.cases import Loaded
from workflow.records.databases.protocol import Connection, Database
from workflow.records.persons import Reader
from workflow.rules.acting import actor_in
from workflow.rules.case import Case, Office
from workflow.rules.checks import named_files
from workflow.rules.commands import ENGINE, Actor, Advance, Command, Complete, Open, Revise
from workflow.rules.decide import decide
from workflow.rules.decision import Decision, OpenCase
from workflow.rules.eyes import eyes
from workflow.rules.redaction import all_shown
from workflow.rules.rehearsing import check_rehearsal
from workflow.rules.replacing import replace
from workflow.rules.sight import may_see
from workflow.rules.texts import refuse_nul
from workflow.runtime import reading
from workflow.runtime.letters import Surroundings, letter_texts
from workflow.runtime.library import Library
from workflow.runtime.manner import REVISION_MISSING
from workflow.runtime.receipts import Receipt, Text, receipt, told_to
from workflow.runtime.requests import Opening, Request, View, new_id

_ANSWERING = Advance | Complete | Revise
MakeCommand = Callable[[Connection, View], Command]


class _Rehearsed(Exception):
    """Ends a dry run: what was done is rolled back, the receipt survives"""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__()
        self.receipt = receipt


class Answer(Struct, frozen=True):
    """What a command did, whole, and the case after it as whoever asked looks at it. None: they own all."""

    receipt: Receipt
    view: View | None = None


class Path:
    """Holds what the path needs; safe to use from any number of threads."""

    def __init__(
        self,
        database: Database,
        library: Library,
        now: Callable[[], datetime],
        zone: tzinfo,
        *,
        virtual: bool = False,
        rested_since: datetime | None = None,
    ) -> None:
        self.database = database
        self.library = library
        self.now = now
        self.zone = zone
        self.virtual = virtual
        self.rested_since = rested_since

    def change(
        self, case_id: str, request: Request, command: MakeCommand, concerns: tuple[str, ...] = ()
    ) -> Receipt:
        """Carry out a person's command, made from the case as it is when locked.

        `concerns` are further persons whose mandates it needs.
        """

        def work(connection: Connection) -> Answer:
            loaded, view = self.look(connection, case_id, request.by, concerns)
            if stored := self.stored(connection, request):
                return Answer(stored, view)
            asked = command(connection, view)
            try:
                receipt, case = self._carry_out(connection, loaded, asked)
            except GuardRefused as refused:
                # Facts that a guard looked at may be of what the actor does not see.
                reasons = all_shown(view.eyes(self.now()), refused.reasons)
                raise GuardRefused(refused.trigger, reasons) from None
            if request.manner.dry_run:
                for act in receipt.entries[:1]:
                    check_rehearsal(view.eyes(self.now()), view.case, act["act"], act["task"])
            return Answer(receipt, replace(view, case=case))

        return self.answer(request, work)

    def answer(self, request: Request, work: Callable[[Connection], Answer]) -> Receipt:
        """Commit the work and its answer together, or rehearse it. RevisionRequired where none was named.

        The answer is kept whole and told as far as whoever asks may see it. Raises Malformed where a text of
        the request cannot be stored.
        """
        if request.may_hold_nul():
            refuse_nul(request.told)
        try:
            return self.database.writing(lambda connection: self._once(connection, request, work))
        except _Rehearsed as rehearsed:
            return replace(rehearsed.receipt, dry_run=True)
        except Stale as stale:
            if request.manner.expected == REVISION_MISSING:
                actual = stale.params["actual"]
                raise RevisionRequired("Name the revision you read; it is {actual}.", actual=actual) from None
            raise

    def look(
        self, connection: Connection, case_id: str, person: str, concerns: tuple[str, ...] = ()
    ) -> tuple[Loaded, View]:
        """The case with who looks at it; locked if it came through the writing door. Raises NotFound."""
        concerned = (person, *concerns)
        loaded = cases.load(connection, case_id, self.library.get, today=self.today(), persons=concerned)
        assert loaded.case is not None, "a case that is there was loaded"
        actor = actor_in(loaded.office, person, loaded.case)
        if not may_see(loaded.definition, loaded.case, actor):
            raise NotFound("There is no case '{case}' that you may see", case=case_id)
        return loaded, View(loaded.case, loaded.office, loaded.definition, actor)

    def open(
        self, connection: Connection, opening: Opening, actor: Callable[[Office], Actor], *concerns: str
    ) -> Answer:
        """Open a case; who opens it is made of the office as it stands. Raises Malformed (unknown Party)."""
        fresh = new_id(self.now())
        loaded = cases.opening(
            connection,
            opening.definition,
            case_id=fresh,
            party=opening.party,
            region=opening.region,
            today=self.today(),
            parent=opening.parent,
            persons=concerns,
            demonstration=opening.demonstration,
        )
        command = Open(
            actor=actor(loaded.office),
            case=fresh,
            party=opening.party,
            region=opening.region,
            answers=opening.answers,
            parent=opening.parent,
            historic=opening.historic,
            received_at=opening.manner.received_at,
            reason=opening.manner.reason,
        )
        receipt, case = self._carry_out(connection, loaded, command)
        return Answer(receipt, View(case, loaded.office, loaded.definition, command.actor))

    def act(self, connection: Connection, loaded: Loaded, command: Command) -> Receipt:
        """Decide and record; the receipt is whole."""
        return self._carry_out(connection, loaded, command)[0]

    def _carry_out(self, connection: Connection, loaded: Loaded, command: Command) -> tuple[Receipt, Case]:
        """Decide and record, and how the case is then. The only place where either is called."""
        office = loaded.office
        if self.virtual:
            office = replace(office, virtual=True, rested_since=self.rested_since)
        elif isinstance(command, _ANSWERING) and named_files(loaded.definition, command.data):
            assert loaded.case is not None, "only Open comes without a case"
            sight = eyes(loaded.definition, loaded.case, command.actor, office, self.now())
            office = replace(office, files=reading.references(connection, sight, loaded.case.id))
        decision = decide(loaded.definition, loaded.case, command, self.now(), office)
        if not decision.entries:
            return receipt(decision), decision.case
        texts = self._texts(connection, loaded, decision)
        corrections = cases.record(connection, loaded, decision, texts=_by_reference(texts))
        opened = tuple(
            self._open_linked(connection, loaded, decision, command.actor, wanted)
            for wanted in decision.opened
        )
        if corrections:
            decision = replace(decision, notices=(*decision.notices, *corrections))
        return receipt(decision, texts=texts, opened=opened), decision.case

    def stored(self, connection: Connection, request: Request) -> Receipt | None:
        """The answer given before to the same request with the same key. Raises KeyReused for another one."""
        key = request.manner.key
        if not key or request.manner.dry_run or request.manner.expected == REVISION_MISSING:
            return None
        found = idempotency.find(connection, request.by, key)
        if found is None:
            return None
        if found.fingerprint != request.fingerprint():
            raise KeyReused("The key {key} was used for another request; take a new one for this.", key=key)
        return Receipt.from_json(found.answer)

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()

    def _once(
        self, connection: Connection, request: Request, work: Callable[[Connection], Answer]
    ) -> Receipt:
        answer = work(connection)
        answered = answer.receipt
        told = answered if answer.view is None else told_to(answered, answer.view, self.now())
        if request.manner.dry_run:
            raise _Rehearsed(told)
        if (key := request.manner.key) and not answered.repeated:
            kept = answered.as_json()
            idempotency.keep(connection, request.by, key, request.fingerprint(), kept, self.now())
        return told

    def _texts(self, connection: Connection, loaded: Loaded, decision: Decision) -> tuple[Text, ...]:
        if not decision.letters:
            return ()
        named = {
            one
            for letter in decision.letters
            for one in (*letter.to, *letter.copies, letter.signer, letter.signed_for)
        }
        around = Surroundings(
            zone=loaded.office.secretariat.tz,
            party_zone=loaded.office.party.tz,
            case=decision.case.id,
            party_names=loaded.party_names,
            people=_people(connection, loaded, {person for person in named if person is not None}),
        )
        written = (letter_texts(loaded.definition, letter, around) for letter in decision.letters)
        return tuple(text for texts in written for text in texts)

    def _open_linked(
        self, connection: Connection, cause: Loaded, decision: Decision, actor: Actor, wanted: OpenCase
    ) -> str:
        """Open a case that a decision asks for: on the engine's word, in the name of who caused it, and by
        the mandate by which they did.
        """
        parent, act = decision.case, decision.entries[0]
        opener = replace(
            actor,
            roles=actor.roles | ENGINE.roles,
            mandates=(("engine", act.mandate),) if act.mandate is not None else (),
            for_=act.on_behalf_of,
            capacities=(),
        )
        copied = answers.accepted(connection, parent.id, wanted.copies)
        opening = Opening(
            self.library.newest(wanted.definition),
            wanted.party,
            wanted.region,
            answers=copied,
            parent=parent.id,
            historic=parent.historic,
            demonstration=cause.demonstration,
        )
        linked = self.open(connection, opening, lambda _: opener).receipt.case
        for _, data in copied:
            if named := named_files(opening.definition, data):
                files.copy(connection, parent.id, linked, named)
        return linked


def _people(connection: Connection, loaded: Loaded, named: set[str]) -> Mapping[str, Reader]:
    """Readers and signers by id: most are concerned with the case and loaded with it."""
    missing = named - loaded.readers.keys()
    return {**loaded.readers, **persons.readers(connection, missing)} if missing else loaded.readers


def _by_reference(texts: tuple[Text, ...]) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for text in texts:
        found.setdefault(text.reference, {})[text.language] = {"subject": text.subject, "body": text.body}
    return found
