"""The words to whoever was decided about, and to those who are told of it."""

from certify.reminders.wording_parts import of_case

DECISION = {
    "granted": of_case(
        "Certified: module {module}",
        "{holder} is certified in module {module} from {effective_on}. Anyone can check the certificate.",
        action="See the certificate",
    ),
    "refused": of_case(
        "The decision on module {module}: refused",
        "The certification of {holder} in module {module} was refused. The case shows each reason.",
        "You can appeal within {appeal_days} days of this notice, "
        "and apply again after {reapplication_months} months.",
    ),
    "recognised": of_case(
        "Your certification was recognised",
        "Your earlier certification in module {module} is recognised and has a number of ours.",
        action="See the certificate",
    ),
    "suspended": of_case(
        "Your certification is suspended",
        "Your certification in module {module} is suspended. Do not deliver under it until it is reinstated.",
        "Whoever checks your certificate reads that it is suspended. Do not show or send it, and do not call "
        "yourself certified in this module meanwhile; what you deliver now does not count.",
        "It is looked at again after {suspension_months} months at the latest; it is never withdrawn by "
        "itself. You can appeal within {appeal_days} days of this notice.",
        quotes="grounds",
    ),
    "reinstated": of_case(
        "Your certification is reinstated",
        "The suspension of your certification in module {module} is lifted. It is valid again, until "
        "{until_on}.",
        quotes="findings",
    ),
    "reinstated_early": of_case(
        "Your certification is reinstated",
        "The suspension of your certification in module {module} is lifted. It becomes valid on {from_on}, "
        "and ends with {until_on}.",
        quotes="findings",
    ),
    "reinstated_in_grace": of_case(
        "Your certification is reinstated, and in grace",
        "The suspension of your certification in module {module} is lifted. It is not valid all the same: "
        "its last day was {until_on}.",
        "It can be renewed as usual until {grace_until_on}. Until it is renewed, do not call yourself "
        "certified in this module; what you deliver meanwhile does not count.",
        quotes="findings",
    ),
    "reinstated_expired": of_case(
        "Your certification is reinstated, and expired",
        "The suspension of your certification in module {module} is lifted. It is not valid all the same: "
        "its last day was {until_on}, and its time of grace ended with {grace_until_on}.",
        "The case shows whether it can still be renewed, and what that takes. Until then, do not call "
        "yourself certified in this module.",
        quotes="findings",
    ),
    "withdrawn": of_case(
        "Your certification is withdrawn",
        "Your certification in module {module} is withdrawn. Whoever checks your certificate reads that; do "
        "not use it any more.",
        "You can appeal within {appeal_days} days of this notice.",
        quotes="grounds",
    ),
    "retirement_confirmed": of_case(
        "You gave up your certification in module {module}",
        "As you asked, your certification in module {module} has ended. Whoever checks your certificate "
        "reads that you gave it up; do not use it any more. If you had a licence as Expert Trainer in this "
        "module, it ended with it.",
        "To be certified again, you apply anew and take the whole path.",
        "If it was not you, choose a new password at once and tell the coordinator of your country.",
    ),
    "retired": of_case(
        "A trainer retired a certification", "{holder} gave up the certification in module {module}."
    ),
    "on_hold": of_case(
        "On hold: module {module}",
        "Your path to module {module} is on hold. Deadlines stand still meanwhile.",
        quotes="reason",
    ),
    "case_on_hold": of_case(
        "On hold: {holder}, module {module}",
        "The path of {holder} to module {module} is on hold. Deadlines stand still meanwhile.",
        quotes="reason",
    ),
    "resumed": of_case(
        "Going on: module {module}",
        "Your path to module {module} goes on where it stopped.",
        quotes="reason",
    ),
    "case_resumed": of_case(
        "Going on: {holder}, module {module}",
        "The path of {holder} to module {module} goes on where it stopped.",
        quotes="reason",
    ),
    "left": of_case("A candidate left", "{holder} left the path to module {module}.", quotes="reason"),
    "rejoined": of_case(
        "Welcome back",
        "You are on the path to module {module} again. A training of trainers that still counts is kept.",
    ),
}
