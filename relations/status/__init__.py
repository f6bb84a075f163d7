"""What stands between two countries: pure functions of facts, without a clock and without a database."""

from relations.codes import DIRECTED, UNKNOWN, VALUES
from relations.status.contradictions import contradictions, track_of
from relations.status.folds import next_change_after, periods, status
from relations.status.inheritance import INHERITED_KINDS, InheritanceRoute, inheritance_routes, inheriting_pairs
from relations.status.tracks import NO_PROGRAMME, NOTHING, Period, State, Track
from relations.text.persons import same_person

__all__ = [
    "DIRECTED",
    "INHERITED_KINDS",
    "NOTHING",
    "NO_PROGRAMME",
    "UNKNOWN",
    "VALUES",
    "InheritanceRoute",
    "Period",
    "State",
    "Track",
    "contradictions",
    "inheritance_routes",
    "inheriting_pairs",
    "next_change_after",
    "periods",
    "same_person",
    "status",
    "track_of",
]
