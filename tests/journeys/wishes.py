"""What people of the story of three years set on pages: how mail comes, their zone, absences, nudges."""

from tests.cast import WORLD, Member
from tests.journeys.years import Years

AHEAD = "Notices ahead: a training that begins soon, an application not yet sent"
NEWS = "News: what others did in your cases; what waits for you stands on your desk, too"


def without_notices_ahead(years: Years, member: Member) -> None:
    """The member does without what is friendly and not needed."""
    browser = years.browser(member)
    browser.send(browser.open("/account/mail").form("Save").fill("Also send by mail", [NEWS]))


def once_a_day(years: Years, member: Member, hour: str) -> None:
    """Everything of a day in one letter."""
    browser = years.browser(member)
    form = browser.open("/account/mail").form("Save").fill("How often", "Once a day, all in one")
    browser.send(form.fill("Hour of the daily mail", hour))


def quiet_until(years: Years, member: Member, hour: str) -> None:
    """Each message for itself again, but none before an hour."""
    browser = years.browser(member)
    form = browser.open("/account/mail").form("Save")
    form.fill("How often", "Each message when it is due; more than three at once come as one")
    browser.send(form.fill("No reminders from", "21:00").fill("Until", hour))


def lives_in(years: Years, member: Member, zone: str) -> None:
    """The member's clock."""
    browser = years.browser(member)
    browser.send(browser.open("/account").form("Save").fill("Time zone", zone))


def away(years: Years, member: Member, deputy: Member, first: str, last: str) -> None:
    """Somebody else is told meanwhile."""
    browser = years.browser(member)
    form = browser.open("/account/absences/new").form("Note it")
    browser.send(
        form.fill("First day away", first).fill("Last day away", last).fill("Who stands in", deputy.name)
    )


def nudged(years: Years, holder: Member) -> None:
    """Olu nudges whoever the case of a candidate waits for."""
    browser = years.browser(WORLD.olu)
    browser.send(browser.open("/stalls").form(f"Nudge: {holder.name}"))
