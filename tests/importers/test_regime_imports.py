"""Imports of the registry of sanction regimes: facts, regimes, and the programmes of lists that are joined to them."""

import datetime as dt
import tarfile
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from relations import ledger
from relations.errors import FileRefused
from relations.importers.engine.publications import SAME_BYTES, SAME_BYTES_LATER
from relations.importers.engine.regimes import find_joins, regime_of
from relations.models import (
    Confirmation,
    ImportRun,
    Regime,
    SanctionEvent,
    SanctionProgramme,
    Source,
    StatusChange,
    StatusPeriod,
)
from tests import factories
from tests.importers.importing import counts, imported
from tests.importers.regime_files import FEBRUARY, JULY, edition, regime
from tests.importers.shared_data import whole
from tests.importers.un_lists import people


@pytest.fixture(autouse=True)
def archive(settings, tmp_path):
    settings.TRACKER_DATA = tmp_path / "data"


def posture(direction: str, day: str) -> tuple[str, str]:
    """(value, basis) of a sender's posture."""
    periods = StatusPeriod.objects.filter(track=f"sanctions:{direction}", days__contains=dt.date.fromisoformat(day))
    return next(((one.value, one.basis) for one in periods), ("unknown", ""))


def events() -> list[tuple[str, str, str, str]]:
    rows = SanctionEvent.objects.current().order_by("latest", "id")
    return [(f"{one.from_country_id}>{one.to_country_id}", one.action, one.on, one.nature) for one in rows]


def listed(code: str, direction: str = "US>BY", **values: Any) -> SanctionProgramme:
    return factories.programme(direction, list="ofac", code=code, **values)


def test_an_edition_makes_a_regime_its_programme_and_an_observation(countries, tmp_path):
    run = imported("regimes", edition(tmp_path, FEBRUARY, regime(aliases="[EO 1, BYX]")))
    assert (str(run.dated), run.read, counts(run), run.refused) == (FEBRUARY, 1, (1, 0, 0), 0)
    row = Regime.objects.get()
    assert (row.code, row.issuer_id, row.target_id, row.title) == ("US-BYX", "US", "BY", "Regime US-BYX")
    assert (row.status, str(row.status_on), row.legal_basis) == ("active", FEBRUARY, "EO 1")
    assert row.aliases == ["US-BYX", "EO 1", "BYX"]
    programme = row.programmes.get()
    assert (programme.title, programme.code, programme.thematic) == ("US-BYX: Regime US-BYX", "", False)
    assert events() == [("US>BY", "observed", f"[..{FEBRUARY}]", "observation")]
    source = Source.objects.get()
    assert (source.kind, source.publisher, str(source.published_on)) == ("registry", "OpenSanctions", FEBRUARY)
    assert source.licence == "MIT (OpenSanctions contributors)"
    assert SanctionEvent.objects.get().citations.get().quote == "Freezes the assets of officials."
    assert posture("US>BY", "2026-03-01") == ("in_force", "registry")
    assert posture("US>BY", "2026-01-01")[0] == "unknown"


def test_the_same_bytes_and_the_same_words_again_change_nothing(countries, tmp_path):
    folder = edition(tmp_path, FEBRUARY, regime())
    imported("regimes", folder)
    log = StatusChange.objects.count()
    assert counts(imported("regimes", folder)) == (0, 0, 0)
    edition(tmp_path, FEBRUARY, regime(id="7"))
    assert counts(imported("regimes", folder)) == (0, 0, 0)
    assert StatusChange.objects.count() == log


def test_a_later_edition_confirms_what_it_still_shows_and_makes_no_new_version(countries, tmp_path):
    imported("regimes", edition(tmp_path, FEBRUARY, regime(), regime("US-GONE", target_territories="[ru]")))
    run = imported("regimes", edition(tmp_path, JULY, regime(title="Another title")))
    assert counts(run) == (0, 0, 0)
    assert SanctionEvent.objects.count() == 2
    (confirmation,) = Confirmation.objects.all()
    assert (str(confirmation.day), confirmation.sanction_event.to_country_id) == (JULY, "BY")
    period = StatusPeriod.objects.get(track="sanctions:US>BY", days__contains=dt.date(2026, 8, 1))
    assert (str(period.confirmed_to), period.stale) == (JULY, False)
    row = Regime.objects.get(code="US-BYX")
    assert (row.title, str(row.status_on)) == ("Another title", JULY)
    assert row.programmes.get().title == "US-BYX: Regime US-BYX"
    gone = Regime.objects.get(code="US-GONE")
    assert (gone.status, str(gone.status_on)) == ("active", FEBRUARY)
    assert posture("US>RU", "2026-08-01") == ("in_force", "registry")


def test_an_edition_that_names_other_measures_corrects_them_and_leaves_the_day_of_the_first(countries, tmp_path):
    for day, measures in ((FEBRUARY, "[Asset freeze]"), (JULY, "[Travel ban]")):
        run = imported("regimes", edition(tmp_path, day, regime(measures=measures)))
    assert counts(run) == (0, 1, 0)
    assert events() == [("US>BY", "observed", f"[..{FEBRUARY}]", "observation")]


def test_an_end_retracts_what_was_seen_after_it_and_counts_from_its_day(countries, tmp_path):
    others = [regime(f"US-{number}", target_territories="[ru]") for number in range(10)]
    imported("regimes", edition(tmp_path, FEBRUARY, regime(), *others))
    ended = regime(status="ended", summary="The program was revoked effective July 1, 2025, by an order.")
    run = imported("regimes", edition(tmp_path, JULY, ended, *others))
    assert counts(run) == (1, 0, 1)
    assert [one for one in events() if one[0] == "US>BY"] == [("US>BY", "lifted", "2025-07-01", "event")]
    assert posture("US>BY", "2025-07-01") == ("none", "registry")
    assert posture("US>BY", "2026-07-11") == ("none", "registry")
    assert Regime.objects.get(code="US-BYX").status == "ended"
    run = imported("regimes", edition(tmp_path, "2026-08-01", regime(measures="[Asset freeze, Curse]"), *others))
    assert (counts(run), run.complaints["unknown"]) == ((1, 0, 1), {"measures: Curse": 1})
    assert [one for one in events() if one[0] == "US>BY"] == [("US>BY", "observed", "[..2026-08-01]", "observation")]
    assert (posture("US>BY", "2026-08-01"), posture("US>BY", "2026-07-11")[0]) == (("in_force", "registry"), "unknown")


def test_an_edition_of_which_no_regime_names_its_target_any_more_is_refused(countries, tmp_path):
    renamed = regime().replace("target_territories", "territories")
    with pytest.raises(FileRefused, match="none of its 1 records says anything that is recorded here"):
        imported("regimes", edition(tmp_path, FEBRUARY, renamed))


def test_a_new_regime_of_the_same_direction_is_no_other_name_of_one_that_is_gone(countries, tmp_path):
    imported("regimes", edition(tmp_path, FEBRUARY, regime("US-A")))
    imported("regimes", edition(tmp_path, JULY, regime("US-B")))
    assert [one[2] for one in events()] == [f"[..{FEBRUARY}]", f"[..{JULY}]"]


def test_swiss_measures_that_ended_long_before_the_first_edition_improve_nothing_in_2026(countries, tmp_path):
    ended = regime("SECO-MALI", issuer="ch_seco", target_territories="[ml]", title="Former Measures Against Mali")
    imported("regimes", edition(tmp_path, FEBRUARY, ended))
    assert events() == [("CH>ML", "lifted", f"[..{FEBRUARY}]", "observation")]
    assert posture("CH>ML", FEBRUARY) == ("none", "registry")
    assert not StatusPeriod.objects.filter(pair="CH-ML", kind="trend", value="improving").exists()


def test_an_end_without_a_day_leaves_what_was_seen_before_it(countries, tmp_path):
    imported("regimes", edition(tmp_path, FEBRUARY, regime()))
    assert counts(imported("regimes", edition(tmp_path, JULY, regime(status="ended")))) == (1, 0, 0)
    assert posture("US>BY", "2026-07-09") == ("in_force", "registry")
    assert posture("US>BY", "2026-07-10") == ("none", "registry")


def test_a_regime_of_several_states_is_one_for_each_and_carries_no_posture(countries, tmp_path):
    imported("regimes", edition(tmp_path, FEBRUARY, regime(target_territories="[by, ru]")))
    assert sorted(Regime.objects.values_list("code", flat=True)) == ["US-BYX-BY", "US-BYX-RU"]
    assert set(SanctionProgramme.objects.values_list("thematic", flat=True)) == {True}
    assert (posture("US>BY", "2026-03-01"), posture("US>RU", "2026-03-01")) == (("unknown", ""), ("unknown", ""))


def test_a_regime_that_comes_to_have_several_states_is_the_same_for_the_first(countries, tmp_path):
    imported("regimes", edition(tmp_path, FEBRUARY, regime()))
    imported("regimes", edition(tmp_path, JULY, regime(target_territories="[by, ru]")))
    assert sorted(Regime.objects.values_list("code", flat=True)) == ["US-BYX", "US-BYX-RU"]
    assert SanctionEvent.objects.current().count() == 2
    assert posture("US>BY", "2026-07-11")[0] == "unknown"


def test_two_regimes_of_one_title_have_their_codes_behind_it(countries, tmp_path):
    same = {"title": "Sanctions"}
    imported("regimes", edition(tmp_path, FEBRUARY, regime("US-A", **same), regime("US-B", **same)))
    assert list(Regime.objects.order_by("code").values_list("title", flat=True)) == ["Sanctions", "Sanctions (US-B)"]
    assert counts(imported("regimes", edition(tmp_path, JULY, regime("US-A", **same), regime("US-B", **same)))) == (
        0, 0, 0,
    )  # fmt: skip


def test_programmes_of_lists_are_joined_by_their_code_and_by_the_acts_that_they_cite(countries, tmp_path):
    by_code, by_act, other = listed("BYX"), listed("X-2", legal_basis="31 CFR part 9; EO 2"), listed("X-3")
    elsewhere = listed("BYX-RU", "US>RU", legal_basis="EO 2")
    (event,) = factories.record(factories.sanction("imposed", "2020-01-01", programme=by_code))
    imported("regimes", edition(tmp_path, FEBRUARY, regime(aliases="[byx, EO 2]")))
    (row,) = Regime.objects.all()
    for programme, joined in ((by_code, row), (by_act, row), (other, None), (elsewhere, None)):
        programme.refresh_from_db()
        assert programme.regime == joined, programme.code
    assert SanctionEvent.objects.current().get(key=event.key).version == 1


def test_joining_projects_the_pair_again(countries, tmp_path):
    """Sanctions that an editor's act has lifted are not in force again because of a list that is named otherwise."""
    programme = listed("BYX")
    factories.record(
        factories.sanction("imposed", "2020-01-01", programme=programme),
        factories.sanction("lifted", "2021-01-01", programme=programme),
    )
    assert posture("US>BY", "2026-03-01")[0] == "none"
    imported("regimes", edition(tmp_path, FEBRUARY, regime(aliases="[BYX]")))
    assert posture("US>BY", "2026-03-01") == ("in_force", "registry")
    ledger.refresh()
    before = list(StatusPeriod.objects.order_by("track", "days").values_list("track", "days", "value"))
    factories.record(factories.event("statement", "2026-03-02"))
    after = StatusPeriod.objects.filter(track__startswith="sanctions").order_by("track", "days")
    assert [one for one in before if one[0].startswith("sanctions")] == list(
        after.values_list("track", "days", "value")
    )


def test_a_programme_that_fits_two_regimes_is_left_alone_and_named(countries, tmp_path, capsys):
    programme = listed("BYX")
    folder = edition(tmp_path, FEBRUARY, regime("US-A", aliases="[BYX]"), regime("US-B", aliases="[BYX]"))
    call_command("import", "regimes", str(folder))
    programme.refresh_from_db()
    assert programme.regime is None
    assert ImportRun.objects.get().complaints["ambiguous_programmes"] == ["BYX: US-A, US-B"]
    assert "BYX: US-A, US-B" in capsys.readouterr().err


def test_a_name_that_moves_to_another_regime_takes_its_programme_along(countries, tmp_path):
    programme = listed("BYX")
    imported("regimes", edition(tmp_path, FEBRUARY, regime("US-A", aliases="[BYX]"), regime("US-B")))
    imported("regimes", edition(tmp_path, JULY, regime("US-A"), regime("US-B", aliases="[BYX]")))
    programme.refresh_from_db()
    assert programme.regime
    assert programme.regime.code == "US-B"


def test_what_an_editor_has_joined_stays(countries, tmp_path):
    programme = listed("BYX")
    countries_of = {"issuer": programme.issuer, "target": programme.target}
    own = ledger.record_regime(countries_of | {"code": "US-OWN", "title": "An editor's"})
    ledger.change_programme(programme, {"regime": own})
    imported("regimes", edition(tmp_path, FEBRUARY, regime(aliases="[BYX]")))
    programme.refresh_from_db()
    assert programme.regime == own
    assert find_joins().joined == []


def test_a_programme_that_a_list_brings_later_is_joined_when_it_is_made(countries, tmp_path):
    imported("regimes", edition(tmp_path, FEBRUARY, regime("UN-X", issuer="zz_unsc", aliases="[Resolution 1533]")))
    found = regime_of("DRC", "S/RES/1493 (2003); S/RES/1533 (2004)", issuer="UN", target="BY")
    assert found == Regime.objects.get()
    assert regime_of("DRC", "S/RES/15 (2003)", issuer="UN", target="BY") is None
    assert regime_of("DRC", "S/RES/1533 (2004)", issuer="UN", target="CD") is None


def test_a_list_s_own_observation_and_the_registry_s_are_of_one_regime(countries, tmp_path, publish):
    registered = regime("UN-SC1718", issuer="zz_unsc", target_territories="[kp]", aliases="[Resolution 1718]")
    imported("regimes", edition(tmp_path, FEBRUARY, registered))
    publish("2026-03-01", people(1, 2))
    programme = SanctionProgramme.objects.get(list="un", code="DPRK")
    assert programme.regime == Regime.objects.get(code="UN-SC1718")
    assert posture("UN>KP", "2026-03-02")[0] == "in_force"


def test_bad_files_are_named_and_too_many_refuse_the_edition(countries, tmp_path):
    good = [regime(f"US-{number}") for number in range(10)]
    run = imported("regimes", edition(tmp_path, FEBRUARY, *good, regime("US-BAD", issuer="moon")))
    assert (run.read, run.added, run.refused) == (11, 10, 1)
    assert run.complaints["unreadable"] == [
        {"reference": "US-BAD.yml", "line": 0, "reason": "the issuer 'moon' is not known", "file": "US-BAD.yml"}
    ]
    worse = edition(tmp_path, JULY, regime("US-BAD", issuer="moon"), regime("US-1", issuer="moon"), *good[2:])
    with pytest.raises(FileRefused, match="2 of 10 records cannot be read, more than 10%"):
        imported("regimes", worse)
    assert str(Regime.objects.get(code="US-2").status_on) == FEBRUARY


def test_an_unknown_country_is_unreadable(countries, tmp_path):
    run = imported(
        "regimes", edition(tmp_path, FEBRUARY, *(regime(f"US-{n}") for n in range(12)),
                           regime("US-Q", target_territories="[qq]")),
    )  # fmt: skip
    assert [one["reason"] for one in run.complaints["unreadable"]] == ["the tracker has no country QQ"]
    assert not Regime.objects.filter(code="US-Q").exists()


def test_an_older_edition_is_refused(countries, tmp_path):
    imported("regimes", edition(tmp_path, JULY, regime()))
    with pytest.raises(FileRefused, match="older files change nothing"):
        imported("regimes", edition(tmp_path, FEBRUARY, regime(title="Older")))


def test_the_same_bytes_of_a_later_edition_confirm_what_the_registry_says(countries, tmp_path):
    reasons = []
    for day in (FEBRUARY, FEBRUARY, JULY):
        reasons.append(imported("regimes", edition(tmp_path, day, regime())).reason)
        lines = StatusChange.objects.count()
    assert reasons == ["", SAME_BYTES, SAME_BYTES_LATER]
    assert [str(one.day) for one in Confirmation.objects.all()] == [JULY]
    assert imported("regimes", tmp_path / JULY).reason == SAME_BYTES
    assert (Confirmation.objects.count(), StatusChange.objects.count()) == (1, lines)


def test_files_without_a_dated_folder_take_their_day_from_the_command(countries, tmp_path):
    folder = edition(tmp_path, "latest", regime())
    with pytest.raises(FileRefused, match="--dated"):
        imported("regimes", folder)
    assert str(imported("regimes", folder, dated=dt.date(2026, 7, 10)).dated) == JULY


def test_an_archive_of_an_edition_has_its_day_in_its_folders(countries, tmp_path):
    packed = tmp_path / "edition.tar.gz"
    with tarfile.open(packed, "w:gz") as tar:
        tar.add(edition(tmp_path, JULY, regime()), arcname=f"registry/{JULY}")
    run = imported("regimes", packed)
    assert (str(run.dated), counts(run)) == (JULY, (1, 0, 0))


def test_the_whole_registry_joins_ofac_s_programmes_and_ends_syria_s_own_regime(countries):
    imported("ofac", whole("ofac", "2021-04"), dated=dt.date(2021, 4, 1))
    first = imported("regimes", whole("regimes", "2026-02-23"))
    assert (first.read, first.refused, first.complaints.get("ambiguous_programmes")) == (256, 0, None)
    second = imported("regimes", whole("regimes", "2026-07-30"))
    assert (second.read, second.refused) == (253, 0)
    joined = {one.code: one.regime and one.regime.code for one in SanctionProgramme.objects.exclude(code="")}
    assert {code: joined[code] for code in ("BELARUS", "SYRIA", "FSE-SY", "IRAN-HR", "DPRK4", "ZIMBABWE")} == {
        "BELARUS": "US-BRUS", "SYRIA": "US-SYR", "FSE-SY": "US-FSE-SY", "IRAN-HR": "US-IRAN", "DPRK4": "US-NK",
        "ZIMBABWE": None,
    }  # fmt: skip
    own = SanctionProgramme.objects.get(regime__code="US-SYR", code="")
    ended = StatusPeriod.objects.get(track=f"sanctions:US>SY:{own.pk}", days__contains=dt.date(2026, 8, 1))
    assert (ended.value, ended.basis) == ("none", "registry")
    assert posture("US>SY", "2026-08-01") == ("in_force", "registry")
    body = Client().get("/api/relations/BY-US/?as_of=2026-08-01").json()
    (sanctions,) = [one for one in body["status"]["sanctions"] if one["from"] == "US"]
    assert (sanctions["value"], sanctions["stale"], sanctions["confirmed_on"]) == ("in_force", False, "2026-07-30")
    assert counts(imported("regimes", whole("regimes", "2026-07-30"))) == (0, 0, 0)
