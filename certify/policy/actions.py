"""Which predicates open which action of pages and interface: any one of them suffices."""

_CASE_READERS = (
    "holder", "own_provider", "coordinates", "assigned_supervisor", "observer", "screener",
    "named_facilitator", "master_trainer", "qa_reviewer", "auditor",
)  # fmt: skip
_COHORT_READERS = (
    "cohort_trainer", "cohort_supervisor", "cohorts_provider", "coordinates", "master_trainer",
    "qa_reviewer", "auditor", "made_it",
)  # fmt: skip
_STAFF = ("coordinates", "expert_trainer", "master_trainer", "qa_reviewer", "auditor")
_REGISTRARS = ("administrator", "coordinates", "scheme_owner", "auditor", "master_trainer")

ACTIONS: dict[str, tuple[str, ...]] = {
    "certification.see": _CASE_READERS,
    "certification.list": ("signed_in",),
    "certification.create": ("signed_in",),
    "path.see": ("case_holder",),
    "certification.edit": ("holder",),
    "certification.nominate": ("provider",),
    "trainer.list": ("provider",),
    "certification.recognise": ("master_trainer",),
    "case.history": _CASE_READERS,
    "event.list": ("auditor",),
    "decision.list": ("master_trainer",),
    "board.see": ("coordinates", "auditor"),
    "supervision.list": ("expert_trainer",),
    "certification.assign": ("coordinates",),
    "activity.see": (
        *_COHORT_READERS, "named_facilitator", "on_roster", "holder", "observes_it", "enterprise_contact",
    ),
    "activity.create": ("cohort_trainer", "cohort_supervisor", "holder"),
    "activity.edit": ("cohort_trainer", "cohort_supervisor", "tot_facilitator", "holder"),
    "tot_event.list": _STAFF,
    "tot_event.create": ("coordinates", "expert_trainer"),
    "tot_event.edit": ("coordinates", "tot_facilitator"),
    "cohort.see": _COHORT_READERS,
    "cohort.list": ("signed_in",),
    "cohort.create": ("delivers",),
    "cohort.edit": ("cohort_trainer", "cohort_supervisor", "cohorts_provider", "coordinates"),
    "enterprise.see": (
        "coordinates", "master_trainer", "qa_reviewer", "auditor", "enterprise_contact", "made_it",
        "enterprise_trainer", "enterprise_supervisor", "enterprise_provider",
    ),
    "enterprise.list": ("signed_in",),
    "enterprise.create": ("delivers",),
    "enterprise.edit": ("coordinates", "made_it"),
    "assessment.see": (
        "named_assessor", "fellow_observer", "assigned_supervisor", "holder", "coordinates",
        "master_trainer", "qa_reviewer", "auditor",
    ),
    "assessment.list": ("signed_in",),
    "assessment.edit": ("assessor",),
    "file.see": (*_CASE_READERS, "cohort_trainer", "cohort_supervisor", "cohorts_provider"),
    "file.upload": ("holder", "cohort_trainer", "cohort_supervisor", "tot_facilitator"),
    "person.list": _REGISTRARS,
    "person.see": (*_REGISTRARS, "themself"),
    "person.invite": ("administrator", "coordinates", "provider"),
    "person.edit": ("administrator",),
    "role.list": ("administrator", "scheme_owner", "master_trainer", "auditor"),
    "role.propose": ("administrator", "scheme_owner", "master_trainer"),
    "role.confirm": ("administrator", "scheme_owner", "master_trainer"),
    "role.end": ("administrator", "scheme_owner"),
    "organisation.list": (*_REGISTRARS, "provider"),
    "organisation.see": (*_REGISTRARS, "provider"),
    "organisation.create": ("administrator", "coordinates"),
    "organisation.edit": ("administrator", "coordinates"),
    "issuer.list": ("signed_in",),
    "issuer.see": ("signed_in",),
    "issuer.manage": ("scheme_owner",),
    "tie.declare": ("signed_in",),
}  # fmt: skip
