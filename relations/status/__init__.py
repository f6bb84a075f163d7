"""Statuses between two countries: pure functions of facts, without a clock and without a database."""

from relations.codes import DIRECTED, INHERITED_KINDS, UNKNOWN, VALUES
from relations.status.contradictions import contradictions
from relations.status.folds import next_change_after, periods, status
from relations.status.inheritance import InheritanceRoute, inheritance_routes, inheriting_pairs
from relations.status.kinds import FACT_KINDS, FactKind, track_of
from relations.status.spans import Span, clipped, spans, spans_since
from relations.status.touched import first_day_touched
from relations.status.tracks import NO_PROGRAMME, NOTHING, Period, State, Track
from relations.text.persons import same_person
