"""What the ToT takes: attendance, knowledge test and micro-teaching (DOMAIN.md §2, step 4)."""

from fractions import Fraction

from certify.scheme.evidence import Training
from certify.scheme.rules.case import Case, Finding
from certify.scheme.rules.scores import mean, shown
from certify.scheme.sentences import Sentence, say


def tot_attendance(case: Case, training: Training) -> Finding:
    """Present for enough of the event's hours."""
    held = sum((Fraction(day.hours) for day in training.days), Fraction(0))
    needed = case.limit("tot_attendance_percent")
    if training.hours_present is None:
        return of(training, say("The hours present at the ToT are not recorded."))
    present = Fraction(training.hours_present)
    if held and present * 100 >= Fraction(needed) * held:
        return of(training)
    return of(
        training,
        say(
            "Present for {present} of {held} hours of the ToT; {needed} % are needed.",
            present=plain(present),
            held=plain(held),
            needed=needed,
        ),
    )


def tot_test(case: Case, training: Training) -> Finding:
    """Passed the knowledge test."""
    needed = case.limit("tot_test_percent")
    if training.test_percent is None:
        return of(training, say("The result of the knowledge test is not recorded."))
    if training.test_percent >= needed:
        return of(training)
    return of(
        training,
        say(
            "{percent} % in the knowledge test; {needed} % are needed.",
            percent=plain(Fraction(training.test_percent)),
            needed=needed,
        ),
    )


def tot_micro_teaching(case: Case, training: Training) -> Finding:
    """Taught well enough in the micro-teaching, on the mean of its scores."""
    needed = case.limit("micro_teaching_mean")
    reached = mean([Fraction(score) for score in training.micro_teaching])
    if reached is None:
        return of(training, say("No micro-teaching score is recorded."))
    if reached >= Fraction(needed):
        return of(training)
    return of(
        training,
        say(
            "A mean of {mean} in the micro-teaching; {needed} is needed.",
            mean=shown(reached, 2),
            needed=needed,
        ),
    )


def of(training: Training, *reasons: Sentence) -> Finding:
    """The finding about one training."""
    return Finding((training.activity,), reasons)


def plain(value: Fraction) -> str:
    """A number without needless zeros: 36, 35.5."""
    return f"{shown(value, 2).normalize():f}"
