"""Evidence: sources, their archived texts, and the exact words cited from them."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Length

from relations.codes import SourceKind, Stance
from relations.models.epochs import CORRECTION_STARTS_AN_EPOCH
from relations.models.keys import Keyed
from relations.models.triggers import never_edited

FACT_FIELDS = ("ambassador_status", "sanction_event", "travel_ban_entry", "diplomatic_event")
"""The four columns of a citation or a confirmation, one of which names the fact that it is about."""


def about_exactly_one_fact(name: str) -> models.CheckConstraint:
    count = Func(*map(F, FACT_FIELDS), function="num_nonnulls", output_field=models.IntegerField())
    return models.CheckConstraint(name=name, condition=Q(models.lookups.Exact(count, 1)))


def quotes_over_its_length(name: str) -> models.CheckConstraint:
    """A quote with offsets is as long as they say."""
    return models.CheckConstraint(
        name=name,
        condition=Q(start__isnull=True, end__isnull=True)
        | Q(start__isnull=False, end__isnull=False, end=F("start") + Length("quote")),
    )


def quotes_its_text(name: str, *, only_if_quoted: bool = False) -> pgtrigger.Trigger:
    """Looks for the words of a new row in the archived text of its source."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=~pgtrigger.Q(new__quote="") if only_if_quoted else None,
        # A text without its digest is empty: asked so, the text is unpacked once and not twice.
        func=f"""
                    IF EXISTS (
                        SELECT FROM relations_source s WHERE s.id = NEW.source_id AND CASE WHEN s.sha256 = ''
                            THEN NEW.start IS NOT NULL
                            ELSE NEW.start IS NULL
                                OR substr(s.text, NEW.start + 1, NEW."end" - NEW.start) <> NEW.quote
                            END
                    ) THEN
                        RAISE EXCEPTION 'the quote does not occur in the archived text of source %', NEW.source_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
                    END IF;
                    RETURN NEW;
                """,  # a name in this folder
    )


class Source(Keyed):
    """A text that says something: an article, a legal act, an official list, a data set.

    `text` is the archived text, unchanged; `sha256` is the digest of its UTF-8 bytes in hexadecimal.
    `syndication_of` names the original of which this is a reprint, or the first edition: neither is a second witness.
    `covers_to` is the last day of which the text speaks, where it speaks of every day up to it (a data set by years, a
    register with terms of office). `good_for` is the number of days for which what it says can be relied on, where
    that is not the horizon of its kind.
    """

    kind = models.CharField(max_length=16, choices=SourceKind, default=SourceKind.ARTICLE)
    publisher = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=500)
    author = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    language = models.CharField(max_length=35, blank=True, help_text="BCP 47: en, de, zh-Hant")
    licence = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    covers_to = models.DateField(
        null=True, blank=True, help_text="The last day of which it speaks, if it speaks of every day up to that"
    )
    good_for = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)],
        help_text="Days for which it can be relied on, if not as long as others of its kind",
    )  # fmt: skip
    syndication_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reprints")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(name="a_url_names_one_source", fields=["url"], condition=~Q(url="")),
            models.UniqueConstraint(
                name="a_source_without_a_url_is_known_by_publisher_title_and_day",
                fields=["publisher", "title", "published_on"],
                condition=Q(url="", syndication_of__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="a_source_is_good_for_a_day_or_more", condition=Q(good_for__isnull=True) | Q(good_for__gte=1)
            ),
            models.CheckConstraint(name="a_source_is_of_a_known_kind", condition=Q(kind__in=SourceKind.values)),
            models.CheckConstraint(name="a_source_is_no_reprint_of_itself", condition=~Q(syndication_of=F("id"))),
            models.CheckConstraint(
                name="a_source_carries_the_digest_of_its_text",
                condition=Q(text="", sha256="")
                | Q(
                    sha256=Func(
                        Func(Func(F("text"), Value("UTF8"), function="convert_to"), function="sha256"),
                        Value("hex"),
                        function="encode",
                        output_field=models.TextField(),
                    )
                ),
            ),
        )
        indexes = (
            # Read by ?q= on /api/sources/ and by the admin's autocompletion.
            GinIndex(name="sources_by_part_of_title", fields=["title"], opclasses=["gin_trgm_ops"]),
            models.Index(name="sources_by_publisher", fields=["publisher"]),
        )
        triggers = (
            pgtrigger.Trigger(
                name="a_cited_text_stays_as_it_was",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__text__df=pgtrigger.F("new__text")) & ~pgtrigger.Q(old__text=""),
                func="""
                    IF EXISTS (SELECT FROM relations_citation WHERE source_id = OLD.id)
                        OR EXISTS (SELECT FROM relations_confirmation WHERE source_id = OLD.id AND quote <> '')
                    THEN
                        RAISE EXCEPTION 'the archived text of source % is cited and cannot be changed', OLD.id
                            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_cited_text_stays_as_it_was';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_text_archived_later_has_what_was_cited",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__text="") & ~pgtrigger.Q(new__text=""),
                # White space is folded when a quote is looked for, and what it is differs between Python and here:
                # without any of it, a quote that the ledger found is found here.
                declare=[("white", "text")],
                func=r"""
                    white := '[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u001c-\u001f]+';
                    IF EXISTS (
                        SELECT FROM (
                            SELECT quote FROM relations_citation WHERE source_id = OLD.id
                            UNION ALL SELECT quote FROM relations_confirmation WHERE source_id = OLD.id
                        ) AS quoted WHERE position(
                            regexp_replace(quote, white, '', 'g') IN regexp_replace(NEW.text, white, '', 'g')
                        ) = 0
                    ) THEN
                        RAISE EXCEPTION 'a quote from source % does not occur in the text archived now', OLD.id
                            USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'a_text_archived_later_has_what_was_cited';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_reprint_names_the_original",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__syndication_of__isnull=False),
                # Read again: by the commit the row may have become something else.
                func="""
                    IF EXISTS (
                        SELECT FROM relations_source reprint JOIN relations_source other
                            ON other.id = reprint.syndication_of_id AND other.syndication_of_id IS NOT NULL
                            OR other.syndication_of_id = reprint.id
                        WHERE reprint.id = NEW.id AND reprint.syndication_of_id IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'source % is a reprint of a reprint, or has reprints of its own', NEW.id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_reprint_names_the_original';
                    END IF;
                    RETURN NULL;
                """,
            ),
            CORRECTION_STARTS_AN_EPOCH,
        )

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}" if self.publisher else self.title

    @property
    def original(self) -> int:
        """The id of the witness: of the original where this is a reprint, otherwise its own."""
        return self.syndication_of_id or self.pk


class Citation(Keyed):
    """Exact words of a source that support or dispute one version of a fact.

    `start` and `end` count code points in the source's archived text, `end` not included; both are null where there
    is no archived text and the words are taken as given.
    """

    ambassador_status = models.ForeignKey(
        "AmbassadorStatus", models.PROTECT, null=True, blank=True, related_name="citations", db_index=False
    )
    sanction_event = models.ForeignKey(
        "SanctionEvent", models.PROTECT, null=True, blank=True, related_name="citations", db_index=False
    )
    travel_ban_entry = models.ForeignKey(
        "TravelBanEntry", models.PROTECT, null=True, blank=True, related_name="citations", db_index=False
    )
    diplomatic_event = models.ForeignKey(
        "DiplomaticEvent", models.PROTECT, null=True, blank=True, related_name="citations", db_index=False
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations")
    quote = models.TextField()
    start = models.PositiveIntegerField(null=True, blank=True, editable=False)
    end = models.PositiveIntegerField(null=True, blank=True, editable=False)
    stance = models.CharField(max_length=8, choices=Stance, default=Stance.SUPPORTS)

    class Meta:
        ordering = ("id",)
        constraints = (
            about_exactly_one_fact("a_citation_is_about_exactly_one_fact"),
            models.CheckConstraint(name="a_quote_has_words", condition=~Q(quote="")),
            quotes_over_its_length("a_quote_is_as_long_as_its_place"),
            models.CheckConstraint(name="a_citation_supports_or_disputes", condition=Q(stance__in=Stance.values)),
        )
        indexes = (
            # Read by ?q= on lists of facts.
            GinIndex(name="citations_by_part_of_quote", fields=["quote"], opclasses=["gin_trgm_ops"]),
            # Each citation is in two of these: read with its fact, and by ?source= on the lists of facts of its kind.
            *(
                models.Index(
                    name=f"citations_of_{column}", fields=[column], condition=Q(**{f"{column}__isnull": False})
                )
                for column in FACT_FIELDS
            ),
            *(
                models.Index(
                    name=f"{column}_by_source", fields=["source", column], condition=Q(**{f"{column}__isnull": False})
                )
                for column in FACT_FIELDS
            ),
        )
        triggers = (
            quotes_its_text("a_quote_occurs_in_its_text"),
            never_edited("a_citation_is_never_edited", "a citation", saved_again=True),
        )

    def __str__(self) -> str:
        return self.quote
