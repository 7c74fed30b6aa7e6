"""The story of three trainers, part by part: Ana in time, Lan slow and late, Kim letting it lapse."""

from dataclasses import dataclass
from functools import cached_property

from tests.cast import WORLD
from tests.journeys import wishes
from tests.journeys.cycles import Cycle, delivered
from tests.journeys.trainers import Trainer, complete_tot, tot
from tests.journeys.years import Years

VALID = ("valid", None, None, False)


@dataclass
class Story:
    """Who takes part, and what they do from one part of the story to the next."""

    years: Years

    @cached_property
    def ana(self) -> Trainer:
        return Trainer(self.years, WORLD.ana)

    @cached_property
    def lan(self) -> Trainer:
        return Trainer(self.years, WORLD.lan)

    @cached_property
    def kim(self) -> Trainer:
        return Trainer(self.years, WORLD.kim)

    @cached_property
    def safety(self) -> Trainer:
        """Lan's second module."""
        return Trainer(self.years, WORLD.lan, "OSH")

    def apply(self) -> None:
        """Ana and Kim apply at once; Lan's draft lies for three weeks, Quý's sheet on Kim for ten days."""
        years, ana, lan, kim = self.years, self.ana, self.lan, self.kim
        wishes.without_notices_ahead(years, WORLD.kim)
        for each in (ana, kim):
            each.apply().panel(WORLD.bea, WORLD.quy)
            each.score(WORLD.bea, "screening")
        lan.open()
        years.until("2026-01-13")
        ana.score(WORLD.quy, "screening")
        ana.move(WORLD.olu, "admit")
        years.until("2026-01-22")
        kim.score(WORLD.quy, "screening")
        years.until("2026-01-23")
        kim.move(WORLD.olu, "admit")
        years.until("2026-02-03")
        lan.apply().panel(WORLD.bea, WORLD.tuan)
        for member in (WORLD.bea, WORLD.tuan):
            lan.score(member, "screening")
        lan.move(WORLD.olu, "admit")

    def train(self) -> None:
        """One ToT for the three, of whom Kim does without notices ahead."""
        event, all = tot(self.years, "2026-02-23"), (self.ana, self.lan, self.kim)
        for each in all:
            each.enrol(event)
        self.years.until("2026-02-27")
        complete_tot(self.years, event, *all)

    def certify_ana_and_kim(self) -> None:
        """They deliver together; one enterprise's contact keeps silent about one visit."""
        years, both = self.years, (self.ana, self.kim)
        years.until("2026-03-09")
        cycle = Cycle(years, [WORLD.ana, WORLD.kim]).begin().baselines()
        years.until("2026-03-17")
        cycle.teach("2026-03-16")
        for each in both:
            each.move(each.holder, "begin_visits")
        for day, silent in (("2026-03-30", ""), ("2026-04-09", WORLD.enterprises[3]), ("2026-04-20", "")):
            years.until(day)
            cycle.visit(silent)
        cycle.report()
        years.until("2026-04-24")
        years.post(WORLD.bo, f"activities/{cycle.visits[7]}/moves/confirm", {"reason": "No answer came."})
        for each in both:
            each.assess_self()
            each.observe(WORLD.tuan, cycle.workshop, cycle.visits[0])
            each.score(WORLD.tuan)
        years.until("2026-04-27")
        for each in both:
            each.recommend()
        years.until("2026-05-04")
        for each in both:
            each.grant(WORLD.maya)
            assert years.verdict(each.number) == VALID

    def certify_lan(self) -> None:
        """Lan begins when nudged, reports late, is assessed late; Maya is away, and Mika decides for her."""
        years, lan = self.years, self.lan
        years.until("2026-07-30")
        wishes.nudged(years, WORLD.lan)
        years.until("2026-08-03")
        cycle = Cycle(years, [WORLD.lan]).begin().baselines()
        years.until("2026-08-11")
        cycle.teach("2026-08-10")
        lan.move(WORLD.lan, "begin_visits")
        for day in ("2026-08-24", "2026-09-03", "2026-09-14"):
            years.until(day)
            cycle.visit()
        years.until("2026-09-25")
        cycle.report()
        years.until("2026-09-28")
        lan.assess_self()
        lan.observe(WORLD.tuan, cycle.workshop, cycle.visits[0])
        years.until("2026-10-08")
        lan.score(WORLD.tuan)
        years.until("2026-10-13")
        lan.recommend()
        wishes.away(years, WORLD.maya, WORLD.mika, "2026-10-20", "2026-11-10")
        years.until("2026-10-26")
        lan.grant_in_place_of(WORLD.mika, WORLD.maya)
        assert years.verdict(lan.number) == VALID

    def first_winter(self) -> None:
        """Ana delivers again; Lan is admitted to another module, which stands and falls with the first."""
        years, lan, safety = self.years, self.lan, self.safety
        years.until("2026-11-10")
        safety.apply().panel(WORLD.bea, WORLD.quy)
        for member in (WORLD.bea, WORLD.quy):
            safety.score(member, "screening")
        safety.move(WORLD.olu, "admit")
        delivered(years, WORLD.ana, "2026-11-23", "2026-12-01")
        years.until("2027-01-05")
        wishes.once_a_day(years, WORLD.kim, "18:00")
        years.until("2027-02-01")
        lan.move(WORLD.maya, "suspend", grounds="An enterprise complained.")
        assert years.verdict(lan.number) == ("not_currently_valid", "suspended", "2027-02-01", False)
        years.until("2027-02-03")
        assert safety.state == "on_hold"

    def five_weeks_asleep(self) -> None:
        """No clockwork from 15 March to 20 April 2027: what it owes comes afterwards, and in order."""
        years = self.years
        years.until("2027-03-15")
        years.asleep_until("2027-04-01")
        self.ana.sign()
        years.asleep_until("2027-04-20")
        delivered(years, WORLD.kim, "2027-04-23", "2027-04-30")
        years.until("2027-05-06")
        self.kim.sign()

    def second_summer(self) -> None:
        """Lan is reinstated before the suspension has lasted too long, leaves the second module, delivers."""
        years, lan = self.years, self.lan
        years.until("2027-06-10")
        for each in (self.ana, self.kim):
            each.refresh()
        years.until("2027-07-05")
        lan.move(WORLD.maya, "reinstate", findings="The complaint was unfounded.")
        assert years.verdict(lan.number) == VALID
        assert years.verdict(lan.number, "2027-07-04") == (
            "not_currently_valid", "suspended", "2027-02-01", False,
        )  # fmt: skip
        years.until("2027-09-01")
        assert self.safety.state == "admitted"
        self.safety.move(WORLD.lan, "leave", reason="One module is enough.")
        delivered(years, WORLD.lan, "2027-10-04", "2027-10-12")
        years.until("2027-10-20")
        lan.sign()

    def third_year(self) -> None:
        """Quality is observed; Kim lives in Paris by now and wants no mail before nine."""
        years = self.years
        cycle = delivered(years, WORLD.ana, "2027-11-08", "2027-11-16")
        self.ana.watch(cycle.workshop)
        years.until("2028-01-10")
        wishes.lives_in(years, WORLD.kim, "Europe/Paris")
        wishes.quiet_until(years, WORLD.kim, "09:00")
        years.until("2028-03-01")
        self.ana.sign()
        cycle = delivered(years, WORLD.kim, "2028-03-20", "2028-03-28")
        self.kim.watch(cycle.workshop)
        years.until("2028-04-10")
        self.kim.sign()
        years.until("2028-06-12")
        self.lan.refresh()
        cycle = delivered(years, WORLD.lan, "2028-09-04", "2028-09-12")
        self.lan.watch(cycle.workshop)
        years.until("2028-09-18")
        self.lan.sign()

    def renew_ana(self) -> None:
        """In the window: the next period begins the day after the old one ends."""
        years, ana = self.years, self.ana
        delivered(years, WORLD.ana, "2028-11-06", "2028-11-14")
        years.until("2029-01-26")
        ana.sign()
        years.until("2029-02-05")
        renewal = ana.file()
        assert years.verdict(ana.number) == ("valid", None, None, True)
        years.until("2029-02-12")
        ana.review(renewal)
        years.until("2029-02-19")
        new = ana.grant_renewal(WORLD.mika, renewal)
        assert years.verdict(ana.number) == VALID
        assert years.verdict(new) == ("not_currently_valid", "not_yet_valid", None, False)

    def kim_lets_it_lapse(self) -> None:
        """Kim keeps everything up but the day: four reminders before the end and four after it."""
        years, kim = self.years, self.kim
        years.until("2029-03-12")
        kim.sign()
        delivered(years, WORLD.kim, "2029-03-19", "2029-03-28")
        years.until("2029-05-04")
        assert years.verdict(kim.number) == VALID
        years.until("2029-05-05")
        assert years.verdict(kim.number) == ("not_currently_valid", "in_grace", "2029-05-05", False)
        assert years.verdict(self.ana.number)[:2] == ("not_currently_valid", "superseded")
        years.until("2029-08-03")
        assert years.verdict(kim.number) == ("not_currently_valid", "expired", "2029-05-05", False)

    def renew_lan(self) -> None:
        """Filed a week before the end, decided a fortnight after it: the gap stays visible."""
        years, lan = self.years, self.lan
        delivered(years, WORLD.lan, "2029-08-13", "2029-08-21")
        lan.sign()
        years.until("2029-10-20")
        renewal = lan.file()
        years.until("2029-10-27")
        assert years.verdict(lan.number) == ("not_currently_valid", "in_grace", "2029-10-27", True)
        years.until("2029-11-05")
        lan.review(renewal)
        years.until("2029-11-12")
        new = lan.grant_renewal(WORLD.maya, renewal)
        assert years.verdict(new) == VALID
        assert years.verdict(new, "2029-11-11") == ("not_currently_valid", "not_yet_valid", None, False)
        assert years.verdict(lan.number, "2029-11-11")[:2] == ("not_currently_valid", "in_grace")
        assert years.verdict(lan.number)[:2] == ("not_currently_valid", "superseded")

    def renew_kim(self) -> None:
        """After grace: a cycle after the end, observed; the new period begins with the decision."""
        years, kim = self.years, self.kim
        cycle = delivered(years, WORLD.kim, "2029-11-19", "2029-11-27")
        renewal = kim.file()
        for activity in (cycle.workshop, cycle.visits[0]):
            kim.renew(WORLD.olu, renewal, "assign_observer", person=WORLD.tuan.id, activity=activity)
        kim.score(WORLD.tuan)
        years.until("2029-12-03")
        kim.review(renewal)
        years.until("2029-12-10")
        new = kim.grant_renewal(WORLD.mika, renewal)
        assert years.verdict(new) == VALID
        years.until("2030-01-15")
