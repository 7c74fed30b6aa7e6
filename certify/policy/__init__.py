"""Who may do what: one table of named predicates, asked per case and never per account."""

from certify.policy.actions import ACTIONS
from certify.policy.actor import CLOCK, Actor, Grant
from certify.policy.table import PREDICATES, Predicate, fits, may

__all__ = ["ACTIONS", "CLOCK", "PREDICATES", "Actor", "Grant", "Predicate", "fits", "may"]
