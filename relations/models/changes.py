"""The append-only log of what changed between two countries."""

from __future__ import annotations

from collections.abc import Collection

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat
from django.db.models.lookups import In

from relations.codes import Reason, TrackKind
from relations.models.pairs import CountryPair
from relations.models.triggers import never_edited
from relations.status import Track


def _part(text: str | Func, separator: str, place: int) -> Func:
    return Func(text, Value(separator), Value(place), function="split_part", output_field=models.TextField())


# The parts of a track's name, `sanctions:US>BY:7`. Indexes use these very expressions: adding a column for each would
# lock the log.
_KIND, _DIRECTION = _part("track", ":", 1), _part("track", ":", 2)
_SENDER, _RECEIVER = _part(_DIRECTION, ">", 1), _part(_DIRECTION, ">", 2)
_WITHOUT_PART = Concat(_KIND, Value(":"), _DIRECTION, output_field=models.TextField())


class StatusChangeQuerySet(models.QuerySet["StatusChange"]):
    def after(self, sequence: int) -> StatusChangeQuerySet:
        """Entries after number `sequence`, in the order of their commits."""
        return self.filter(id__gt=sequence).order_by("id")

    def on_tracks(self, names: Collection[str]) -> StatusChangeQuerySet:
        """Entries of the tracks and of all their parts; a name is a kind, a direction, or a programme or list."""
        return self.filter(_on_tracks(names))

    def off_tracks(self, names: Collection[str]) -> StatusChangeQuerySet:
        return self.filter(~_on_tracks(names))


def sent_by(codes: Collection[str]) -> Q:
    """The condition of entries of tracks that lead from one of the countries."""
    return Q(In(_SENDER, sorted(codes)))


def received_by(codes: Collection[str]) -> Q:
    """The condition of entries of tracks that lead to one of the countries."""
    return Q(In(_RECEIVER, sorted(codes)))


def _on_tracks(names: Collection[str]) -> Q:
    kinds = sorted(name for name in names if ":" not in name)
    directed = sorted(name for name in names if ":" in name)
    wanted = Q(In(_KIND, kinds)) if kinds else Q(pk__in=[])
    if directed:
        tracks = [Track.named(name) for name in directed]
        senders, receivers = {track.sender for track in tracks}, {track.receiver for track in tracks}
        named = Q(track__in=directed) | Q(In(_WITHOUT_PART, directed))
        # The countries by themselves as well: they have an index.
        wanted |= Q(In(_SENDER, sorted(senders))) & Q(In(_RECEIVER, sorted(receivers))) & named
    return wanted


class StatusChange(models.Model):
    """One entry: a track of a pair had one value and has another.

    `old` and `new` are the logged values of the track (value, holder, measures, ...); both are null on the track
    `facts`, for a command that changed none of today's values. `effective` is the day in the world from which `new`
    applies. The order of `id` is the order of commits.
    """

    pair = models.ForeignKey(CountryPair, models.PROTECT, related_name="changes", db_index=False)
    version = models.PositiveBigIntegerField()
    track = models.CharField(max_length=40)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    effective = models.DateField()
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=Reason)
    cause_kind = models.CharField(max_length=20, blank=True)
    cause_key = models.UUIDField(null=True)
    cause_version = models.PositiveIntegerField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.TextField(blank=True, help_text="Why: of a correction or a retraction")
    request_id = models.CharField(max_length=128, blank=True)

    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(name="a_pair_has_each_version_once", fields=["pair", "version"]),
            models.CheckConstraint(name="a_line_gives_a_known_reason", condition=Q(reason__in=Reason.values)),
            models.CheckConstraint(
                name="a_line_has_two_values_or_only_a_fact",
                condition=Q(track=TrackKind.FACTS, old__isnull=True, new__isnull=True)
                | ~Q(track=TrackKind.FACTS) & Q(old__isnull=False, new__isnull=False) & ~Q(old=F("new")),
            ),
            models.CheckConstraint(
                name="a_cause_is_named_whole",
                condition=Q(cause_key__isnull=True, cause_version__isnull=True, cause_kind="")
                | Q(cause_key__isnull=False, cause_version__isnull=False) & ~Q(cause_kind=""),
            ),
        )
        indexes = (
            # Read by the history of a fact, and by the ledger to see if a fact is in the log.
            models.Index(name="changes_by_cause", fields=["cause_key", "cause_version"]),
            # Read by the change feed of one pair.
            models.Index(name="changes_of_a_pair", fields=["pair", "id"]),
            models.Index(name="changes_by_record", fields=["recorded_at", "id"]),
            # Read by ?note=: few entries have one.
            models.Index(name="changes_with_a_note", fields=["id"], condition=~Q(note="")),
            # Read by the change feed of a direction, and of one country as the sender.
            models.Index(_SENDER, _RECEIVER, F("id"), name="changes_by_direction"),
            # Read by the change feed of one country as the receiver.
            models.Index(_RECEIVER, F("id"), name="changes_by_receiver"),
        )
        triggers = (
            pgtrigger.Trigger(
                name="a_line_follows_the_one_before",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="coming"),  # type: ignore[no-untyped-call]  # pgtrigger's
                declare=[("wrong", "text")],
                # Planned each time (`EXECUTE`): for one entry or a thousand, in a short log or a long one.
                func="""
                    EXECUTE '
                        SELECT pair_id FROM (
                            SELECT pair_id, min(version) AS first, max(version) AS last, count(*) AS lines,
                                min(recorded_at) AS began
                            FROM coming GROUP BY pair_id
                        ) AS own
                        WHERE last - first + 1 <> lines OR first > 1 AND NOT EXISTS (
                            SELECT FROM relations_statuschange AS before
                            WHERE before.pair_id = own.pair_id AND before.version = own.first - 1
                                AND before.recorded_at <= own.began
                        )
                        LIMIT 1
                    ' INTO wrong;
                    IF wrong IS NOT NULL THEN
                        RAISE EXCEPTION 'a line of pair % does not follow the one before it', wrong
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_line_follows_the_one_before';
                    END IF;
                    RETURN NULL;
                """,
            ),
            never_edited("the_log_is_only_appended_to", "a line of the change log"),
        )

    def __str__(self) -> str:
        return f"{self.pair_id} v{self.version} {self.track}"
