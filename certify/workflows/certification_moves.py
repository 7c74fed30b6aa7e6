"""The move table of a certification, as DESIGN states it: one line of the table is one Move."""

from certify.workflows.application_moves import APPLICATION
from certify.workflows.assignment_moves import ASSIGNMENT
from certify.workflows.decision_moves import DECISION
from certify.workflows.engine import define
from certify.workflows.practice_moves import ASSESSMENT, DELIVERY, TRAINING
from certify.workflows.reported_changes import REPORTED
from certify.workflows.standing_moves import STANDING

MOVES = define(*APPLICATION, *TRAINING, *DELIVERY, *ASSESSMENT, *DECISION, *STANDING, *ASSIGNMENT, *REPORTED)
