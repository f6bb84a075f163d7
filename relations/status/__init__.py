"""What stands between two countries: pure functions of facts, without a clock and without a database."""

from relations.status.disputes import rivals, track_of
from relations.status.folding import next_turn, periods, status
from relations.status.tracks import NO_PROGRAMME, NOTHING, UNKNOWN, Period, State, Track

__all__ = [
    "NOTHING",
    "NO_PROGRAMME",
    "UNKNOWN",
    "Period",
    "State",
    "Track",
    "next_turn",
    "periods",
    "rivals",
    "status",
    "track_of",
]
