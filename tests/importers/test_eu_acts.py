"""Days of listing on the EU's list, by the acts that its records name: the day, the periods, the events."""

import datetime as dt
from collections.abc import Callable

import pytest
from lxml import etree

from relations.importers import import_list
from relations.importers.engine.parties import Party
from relations.importers.sources import eu
from relations.models import Designation, ImportRun, Listing, SanctionEvent
from tests.importers import rebuilding, tracing

make = rebuilding.EU
type FactValue = tuple[str, str, str]
OWN: FactValue = ("2023/9", "2023-01-10", "2023-01-11")


def entity(
    reference: str = "77",
    *,
    own: FactValue = OWN,
    named: tuple[FactValue, ...] = (),
    programme: str = "BLR",
    **given: str,
) -> etree._Element:
    """`own` is (title, published, in force); `named` are the acts of its names: (kind, title, published)."""
    title, published, in_force = own
    names = [
        make.nameAlias(
            make.regulationSummary(regulationType=kind, numberTitle=act, publicationDate=day),
            wholeName=f"Ann Lee {reference}", regulationLanguage="en", logicalId=str(number),
        )
        for number, (kind, act, day) in enumerate(named or [("amendment", title, published)])
    ]  # fmt: skip
    return make.sanctionEntity(
        make.regulation(
            regulationType="amendment", organisationType="council", numberTitle=title, publicationDate=published,
            entryIntoForceDate=in_force, programme=programme, logicalId="1",
        ),
        make.subjectType(code="person", classificationCode="P"), *names, logicalId=reference, **given,
    )  # fmt: skip


@pytest.fixture
def written(tmp_path):
    def write(day: str, *entities: etree._Element):
        export = make.export(*entities, generationDate=f"{day}T12:00:00Z", globalFileId="1")
        return rebuilding.written(export, tmp_path / f"eu_{day}.xml")

    return write


@pytest.fixture
def publish(written, countries) -> Callable[..., ImportRun]:
    return lambda day, *entities: import_list("eu", [written(day, *entities)])


def parsed(path) -> Party:
    (party,) = tracing.parties(eu.parse([path])).values()
    return party


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ({}, "2023-01-11"),
        ({"own": ("2025/9", "2025-03-28", "2024-04-28")}, "2025-03-28"),
        ({"own": ("2023/9", "2023-01-10", "1900-01-01")}, "2023-01-10"),
        ({"own": ("2023/9", "1900-01-01", "1900-01-01")}, None),
        ({"named": (("amendment", "2006/1", "2006-04-10"), ("amendment", "2020/1", "2020-10-02"))}, "2006-04-11"),
        ({"named": (("repealing", "2012/1", "2012-03-24"),)}, "2012-03-25"),
        ({"named": (("regulation", "2004/1", "2004-01-28"),)}, "2023-01-11"),
        ({"named": (("amendment", "1900/1", "1900-01-01"),)}, "2023-01-11"),
        ({"named": (("amendment", "2006/1", "soon"),)}, "2023-01-11"),
        ({"own": ("2024/9", "2024-07-26", "2024-08-05"), "named": (("amendment", "2024/9", "2024-07-26"),)},
         "2024-08-05"),
        ({"named": (("amendment", "2006/1", "2006-04-10"),), "designationDate": "2022-02-02"}, None),
    ],
    ids=["own", "own-published-after-it-was-in-force", "own-in-force-in-1900", "own-of-1900", "oldest-of-the-names",
         "repealing", "first-act-of-the-programme", "named-of-1900", "no-day", "named-and-own", "day-of-listing-given"],
)  # fmt: skip
def test_the_oldest_act_that_names_the_party_bounds_its_day_of_listing(written, given, day):
    party = parsed(written("2026-02-23", entity(**given)))
    assert party.listed_by == (dt.date.fromisoformat(day) if day else None)


def test_another_act_behind_a_name_alone_is_no_other_content(written):
    before, after = (
        parsed(written("2026-02-23", entity(named=(("amendment", title, day),))))
        for title, day in (("2006/1", "2006-04-10"), ("2020/1", "2020-10-02"))
    )
    assert (before.listed_by, after.listed_by) == (dt.date(2006, 4, 11), dt.date(2020, 10, 3))
    assert before.digest == after.digest


def listed() -> dict[str, str]:
    return dict(Listing.objects.values_list("party__reference", "listed_on"))


def test_parties_of_the_first_publication_are_listed_since_their_acts_and_the_programme_is_seen_on_its_day(publish):
    publish(
        "2026-02-23",
        entity("1"),
        entity("2", named=(("amendment", "2006/1", "2006-04-10"),)),
        entity("3", own=("2026/3", "2026-02-24", "2026-02-25")),
        entity("4", designationDate="2010-06-07"),
    )
    assert listed() == {"1": "[..2023-01-11]", "2": "[..2006-04-11]", "3": "[..2026-02-23]", "4": "2010-06-07"}
    events = SanctionEvent.objects.current().filter(from_country="EU", to_country="BY").in_order()
    assert [(event.action, event.on) for event in events] == [("observed", "[..2026-02-23]")]
    assert Designation.objects.listed_on_day(dt.date(2020, 1, 1)).count() == 2


def test_a_party_that_is_new_on_a_later_publication_was_listed_after_the_one_before(publish):
    publish("2026-02-23", entity("1"))
    publish(
        "2026-03-09",
        entity("1"),
        entity("2", named=(("amendment", "2006/1", "2006-04-10"),)),
        entity("3", own=("2026/3", "2026-02-23", "2026-02-23")),
        entity("4", own=("2026/4", "2026-03-02", "2026-03-03")),
    )
    between = "[2026-02-24..2026-03-09]"
    assert listed() == {"1": "[..2023-01-11]", "2": between, "3": between, "4": "[2026-02-24..2026-03-03]"}


def test_a_newer_act_in_a_record_leaves_the_day_of_listing(publish):
    publish("2026-02-23", entity())
    run = publish("2026-03-09", entity(own=("2026/4", "2026-03-02", "2026-03-03")))
    assert (run.added, run.amended, listed()) == (0, 1, {"77": "[..2023-01-11]"})  # the act itself is content
    same = entity(own=("2026/4", "2026-03-02", "2026-03-03"), named=(("amendment", "2006/1", "2006-04-10"),))
    assert publish("2026-03-10", same).amended == 0
    assert listed() == {"77": "[..2023-01-11]"}
