"""What stands between two countries: pure functions of facts, without a clock and without a database."""

from relations.codes import DIRECTED, UNKNOWN, VALUES
from relations.status.disputes import rivals, track_of
from relations.status.folding import next_turn, periods, status
from relations.status.names import same_person
from relations.status.reach import REACHING, Route, reaches, routes
from relations.status.tracks import NO_PROGRAMME, NOTHING, Period, State, Track

__all__ = [
    "DIRECTED",
    "NOTHING",
    "NO_PROGRAMME",
    "REACHING",
    "UNKNOWN",
    "VALUES",
    "Period",
    "Route",
    "State",
    "Track",
    "next_turn",
    "periods",
    "reaches",
    "rivals",
    "routes",
    "same_person",
    "status",
    "track_of",
]
