"""The relations table: who may act on whom, read from the whole dated history of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from certify.scheme.dates import add_months
from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import Act, Impartiality, Relation

_EVER = (Relation.SELF, Relation.FAMILY)

_SENTENCES: Mapping[Relation, str] = {
    Relation.SELF: "{who} is the candidate.",
    Relation.FAMILY: "{who} is family of the candidate.",
    Relation.COMMERCIAL_INTEREST: "{who} has a commercial interest with the candidate.",
    Relation.EMPLOYMENT: "{who} and the candidate share an employer or provider.",
    Relation.FACILITATED: "{who} facilitated the candidate's ToT.",
    Relation.SCREENED: "{who} screened the candidate.",
    Relation.SUPERVISED: "{who} supervised the candidate.",
    Relation.OBSERVED: "{who} observed the candidate.",
    Relation.RECOMMENDED: "{who} recommended the candidate.",
    Relation.WAIVED: "{who} waived a requirement for the candidate.",
    Relation.DECIDED: "{who} decided on the candidate before.",
}
# The same of who is certified.
_OF_A_TRAINER: Mapping[Relation, str] = {
    Relation.SELF: "{who} is the trainer.",
    Relation.FAMILY: "{who} is family of the trainer.",
    Relation.COMMERCIAL_INTEREST: "{who} has a commercial interest with the trainer.",
    Relation.EMPLOYMENT: "{who} and the trainer share an employer or provider.",
    Relation.FACILITATED: "{who} facilitated the trainer's ToT.",
    Relation.SCREENED: "{who} screened the trainer.",
    Relation.SUPERVISED: "{who} supervised the trainer.",
    Relation.OBSERVED: "{who} observed the trainer.",
    Relation.RECOMMENDED: "{who} recommended the trainer.",
    Relation.WAIVED: "{who} waived a requirement for the trainer.",
    Relation.DECIDED: "{who} decided on the trainer before.",
}


@dataclass(frozen=True)
class Tie:
    """A tie between two people; open ends are None."""

    relation: Relation
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True)
class PastAct:
    """Something that one person did in a certification of the other."""

    relation: Relation
    certification: str
    on: date
    quality: bool = False  # a quality observation: no hindrance to observing for quality again


@dataclass(frozen=True)
class History:
    """Everything that ties one person to one candidate."""

    person: str
    ties: tuple[Tie, ...] = ()
    acts: tuple[PastAct, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One relation that bears on an act, with what the table says of it and until when it does.

    `ends_on` is the first day on which it no longer bears; None when it never ends, or not yet.
    """

    relation: Relation
    impartiality: Impartiality
    sentence: str
    ends_on: date | None


@dataclass(frozen=True)
class Findings:
    """The answer for one act: the strictest finding decides."""

    verdict: Impartiality
    findings: tuple[Finding, ...]

    @property
    def blocks(self) -> tuple[Finding, ...]:
        """The findings that forbid the act."""
        return tuple(f for f in self.findings if f.impartiality is Impartiality.BLOCK)

    @property
    def mitigations(self) -> tuple[Finding, ...]:
        """The findings that need a recorded mitigation."""
        return tuple(f for f in self.findings if f.impartiality is Impartiality.MITIGATE)


def examine(
    edition: Edition,
    history: History,
    act: Act,
    *,
    certification: str | None,
    on: date,
    of_trainer: bool = False,
) -> Findings:
    """What the relations table says of an act on a day (DESIGN.md, Relations).

    Acts in this certification bear for ever; others, and ties, within the edition's window before the
    act; self and family for ever. `certification` is None when none is open yet; `of_trainer` says that it
    was granted, so that nobody speaks of a candidate any more.
    """
    window = int(edition.relation_window_months.value)  # type: ignore[arg-type]
    since = add_months(on, -window)
    bearing: dict[Relation, date | None] = {}
    for tie in history.ties:
        if tie.relation in _EVER:
            bearing[tie.relation] = None
        elif (tie.until_on is None or tie.until_on >= since) and (tie.from_on is None or tie.from_on <= on):
            _keep(bearing, tie.relation, _free_again(tie.until_on, window))
    for past in history.acts:
        if past.quality and act is Act.QA:
            continue
        if past.certification == certification:
            bearing[past.relation] = None
        elif since <= past.on <= on:
            _keep(bearing, past.relation, _free_again(past.on, window))
    sentences = _OF_A_TRAINER if of_trainer else _SENTENCES
    findings = tuple(
        Finding(relation, said, say(sentences[relation], who=history.person), bearing[relation])
        for relation in Relation
        if relation in bearing and (said := edition.relations[relation, act]) is not Impartiality.FREE
    )
    return Findings(_strictest(findings), findings)


def _free_again(last_on: date | None, window: int) -> date | None:
    """The first day whose window no longer reaches back to the last one; month ends make it uneven."""
    if last_on is None:
        return None
    day = add_months(last_on, window) + timedelta(days=1)
    while add_months(day, -window) <= last_on:
        day += timedelta(days=1)
    return day


def _keep(bearing: dict[Relation, date | None], relation: Relation, ends_on: date | None) -> None:
    """Of two reasons for one relation, the one that bears longer."""
    if relation not in bearing:
        bearing[relation] = ends_on
        return
    before = bearing[relation]
    bearing[relation] = None if before is None or ends_on is None else max(before, ends_on)


def _strictest(findings: tuple[Finding, ...]) -> Impartiality:
    said = {finding.impartiality for finding in findings}
    for impartiality in (Impartiality.BLOCK, Impartiality.MITIGATE):
        if impartiality in said:
            return impartiality
    return Impartiality.FREE
