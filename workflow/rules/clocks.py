"""Starting, holding, resuming, extending and stopping the clocks of a case.

The law: a due time is derived, never edited.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from workflow.rules import format as fmt
from workflow.rules import ladders
from workflow.rules.case import Clock, Task
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import Extension, Hold, Terms, day_zero, due
from workflow.rules.dates.durations import Duration, Unit
from workflow.rules.dates.offsets import days_until, session_due
from workflow.rules.duties import Rule, rule_of
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace
from workflow.rules.turns import ball_task


def start(ledger: Ledger, subject: str, name: str, task: Task | None = None) -> None:
    """Start a clock at the ledger's moment, if the definition gives this state, task or span a duty."""
    rule = rule_of(ledger, subject, name)
    if rule is None or (terms := _terms(ledger, rule, task)) is None:
        return
    office = ledger.office
    clock = Clock(
        no=ledger.next_no(),
        subject=subject,
        name=name,
        calendar=rule.calendar,
        status="running",
        terms=terms,
        due=due(terms, office.calendar(rule.calendar), office.secretariat),
        seen=ledger.moment,
        task=task.no if task else None,
    )
    ledger.put_clock(_waiting(ledger, clock, rule))


def derived(ledger: Ledger, clock: Clock) -> Clock:
    """The clock with its due time and its next timer derived from its terms."""
    if clock.status != "running":
        return replace(clock, due=None, fires_at=None)
    calendar = ledger.office.calendar(clock.calendar)
    end = due(clock.terms, calendar, ledger.office.secretariat)
    clock = clock if end == clock.due else replace(clock, due=end)
    return _waiting(ledger, clock, rule_of(ledger, clock.subject, clock.name))


def rederived(ledger: Ledger, clock: Clock) -> Clock:
    """Derived anew after its terms changed: rungs before this moment are past, a silence that is due still
    comes.
    """
    rule = rule_of(ledger, clock.subject, clock.name)
    clock = derived(ledger, replace(clock, seen=max(clock.seen, ledger.moment)))
    quiet = ladders.silence_at(ledger, clock, rule) if rule and clock.due else None
    if quiet is None or quiet > clock.seen:
        return clock
    return derived(ledger, replace(clock, seen=quiet - timedelta(seconds=1)))


def passed(ledger: Ledger, clock: Clock, at: datetime) -> Clock:
    """The clock after its timer of this instant has come."""
    return derived(ledger, replace(clock, seen=at))


def hold(ledger: Ledger, clock: Clock, why: str) -> None:
    if clock.status != "running":
        return
    held = Hold(ledger.moment, None, ledger.actor.person, why)
    terms = replace(clock.terms, holds=(*clock.terms.holds, held))
    ledger.put_clock(replace(clock, status="held", terms=terms, due=None, fires_at=None))


def resume(ledger: Ledger, clock: Clock) -> None:
    if clock.status != "held":
        return
    *earlier, last = clock.terms.holds
    ended = replace(last, to=max(ledger.moment, last.from_))
    terms = replace(clock.terms, holds=(*earlier, ended))
    ledger.put_clock(rederived(ledger, replace(clock, status="running", terms=terms)))


def stop(ledger: Ledger, clocks: Iterable[Clock]) -> None:
    for clock in list(clocks):
        ledger.put_clock(replace(clock, status="stopped", fires_at=None))


def of_state(ledger: Ledger) -> list[Clock]:
    """The live clocks of the present state itself."""
    return [
        c for c in live(ledger) if c.subject == "state" and c.name == ledger.state and c.status == "running"
    ]


def of_task(ledger: Ledger, no: int) -> list[Clock]:
    return [clock for clock in live(ledger) if clock.task == no]


def live(ledger: Ledger) -> list[Clock]:
    return [clock for clock in ledger.clocks.values() if clock.status != "stopped"]


def is_overdue(ledger: Ledger, clocks: Iterable[Clock]) -> bool:
    """Whether one of the clocks ran out before the moment of the act; the last second is in time."""
    return any(
        clock.due is not None and ledger.moment >= clock.due + timedelta(seconds=1) for clock in clocks
    )


def happened(ledger: Ledger, event: str) -> None:
    """Stop and start the spanning clocks that count from this event."""
    for name in ledger.definition.stops.get(event, ()):
        stop(ledger, [clock for clock in live(ledger) if clock.subject == "span" and clock.name == name])
    for name in ledger.definition.starts.get(event, ()):
        if not any(clock.subject == "span" and clock.name == name for clock in live(ledger)):
            start(ledger, "span", name)


def balance(ledger: Ledger) -> None:
    """Let spanning clocks run or rest as the state, or the task that has the ball, says."""
    runs = _mode(ledger) == "runs"
    for clock in live(ledger):
        if clock.subject == "span":
            resume(ledger, clock) if runs else hold(ledger, clock, ledger.state)


def extend(ledger: Ledger, effect: fmt.Extend) -> None:
    """Give the named state's, task's or spanning clock more time, for the reason told in a form, or else with
    the act.
    """
    told = ledger.facts()[effect.reason] if effect.reason else None
    reason = told or ledger.entries[-1].reason
    for clock in live(ledger):
        if clock.name == effect.extend and (more := _more(ledger, clock, effect)) is not None:
            extension = Extension(more, ledger.now, ledger.actor.person, reason)
            terms = replace(clock.terms, extensions=(*clock.terms.extensions, extension))
            ledger.put_moved(rederived(ledger, replace(clock, terms=terms)))


def switch_budgets(ledger: Ledger) -> None:
    """After an emergency was switched: the new budgets with what was used; a shortened one ends today at
    the earliest.
    """
    for clock in live(ledger):
        rule = rule_of(ledger, clock.subject, clock.name)
        fresh = ledger.facts().pick(rule.budget) if rule and rule.budget else None
        if isinstance(fresh, Duration) and fresh != clock.terms.budget:
            floor = clock.terms.floor if clock.terms.told else None
            terms = replace(clock.terms, budget=fresh, floor=ledger.today if ledger.emergency else floor)
            ledger.put_moved(rederived(ledger, replace(clock, terms=terms)))


def _waiting(ledger: Ledger, clock: Clock, rule: Rule | None) -> Clock:
    """The clock with its next timer."""
    coming = ladders.next_at(ledger, clock, rule) if rule else None
    return clock if coming == clock.fires_at else replace(clock, fires_at=coming)


def _mode(ledger: Ledger) -> str:
    choice = ledger.facts().pick(ledger.place.ball)
    names = choice if isinstance(choice, list) else [choice]
    task = ball_task(ledger) if "task" in names else None
    kind = ledger.definition.format.tasks.get(task.name) if task else None
    return kind.clock if kind and kind.clock else ledger.place.clock


def _terms(ledger: Ledger, rule: Rule, task: Task | None) -> Terms | None:
    calendar, secretariat = ledger.office.calendar(rule.calendar), ledger.office.secretariat
    if rule.at is not None and task is not None and task.anchor is not None:
        return Terms(rule.at.duration, secretariat.date_of(task.anchor), ledger.moment)
    budget = ledger.facts().pick(rule.budget)
    if isinstance(budget, fmt.Session):
        return _session_terms(ledger, budget, secretariat)
    if not isinstance(budget, Duration):
        return None
    told = ledger.facts()[rule.counts_from] if rule.counts_from else None
    if told is not None:
        return Terms(budget, told, ledger.moment, floor=ledger.today, told=True)
    return Terms(budget, _day_zero(ledger, budget.unit, calendar), ledger.moment)


def _session_terms(ledger: Ledger, session: fmt.Session, calendar: Calendar) -> Terms:
    day0, closes = _day_zero(ledger, Unit.DAYS, calendar), session.closes
    over = closes is not None and ledger.moment > closes.on(day0, calendar.tz)
    first = day0 + timedelta(days=1) if over else day0
    fixed = session_due(calendar, session.session, first, session.papers, session.at_most)
    closing = closes.on(fixed, calendar.tz) if closes else None
    return Terms(None, day0, ledger.moment, fixed=fixed, closing=closing)


def _day_zero(ledger: Ledger, unit: Unit, calendar: Calendar) -> date:
    return day_zero(ledger.moment, unit, calendar, ledger.office.secretariat, by_timer=ledger.by_timer)


def _more(ledger: Ledger, clock: Clock, effect: fmt.Extend) -> Duration | None:
    facts = ledger.facts()
    if effect.by is not None:
        return facts.pick(effect.by)
    if effect.days is not None:
        return None if facts[effect.days] is None else Duration(facts[effect.days], Unit.DAYS)
    until = facts[effect.until] if effect.until else None
    if until is None or clock.due is None:
        return None
    return days_until(clock.terms, until, ledger.office.calendar(clock.calendar), ledger.office.secretariat)
