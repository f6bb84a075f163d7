"""`./run manage token`: the token is the last word of stdout, and stderr says what its user may or may not do."""

import io
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client

from relations.models import ApiToken
from tests.rights import entitle

pytestmark = pytest.mark.usefixtures("countries")


class Printed(NamedTuple):
    out: str
    err: str

    @property
    def client(self) -> Client:
        return Client(headers={"Authorization": f"Bearer {self.out.split()[-1]}"})


def token(name: str, scopes: str = "read", **options: Any) -> Printed:
    out, err = io.StringIO(), io.StringIO()
    call_command("token", name, scopes=scopes, stdout=out, stderr=err, **options)
    return Printed(out.getvalue(), err.getvalue())


def test_a_user_that_is_made_may_do_what_the_scopes_are_for() -> None:
    made = token("ann", "read,edit,webhooks")
    groups = "Editors, Importers, Subscribers"
    assert made.err == f"Created the user ann: no password, staff status, groups: {groups}.\n"
    programme = {"issuer": "US", "target": "BY", "title": "Belarus"}
    asked = {
        "sanction-programmes": programme, "imports": {"list": "un"}, "webhooks": {"url": "https://example.org/hook"},
    }  # fmt: skip
    answers = [made.client.post(f"/api/{name}/", body, content_type="application/json") for name, body in asked.items()]
    assert [answer.status_code for answer in answers] == [201, 202, 201]
    user = User.objects.get()
    assert (user.has_usable_password(), user.is_superuser) == (False, False)


def test_a_user_that_is_made_for_reading_gets_no_rights() -> None:
    assert token("ann").err == "Created the user ann: no password, no rights.\n"
    user = User.objects.get()
    assert (user.is_staff, user.groups.count(), user.has_usable_password()) == (False, 0, False)


def test_a_user_that_is_there_gets_no_rights_and_a_warning_for_each_that_is_missing() -> None:
    User.objects.create_user("ann")
    printed = token("ann", "edit,webhooks")
    assert printed.err.splitlines() == [
        f"The token will not be able to {what}: give ann staff status, and add ann to the group {group}."
        for what, group in (
            ("record facts", "Editors"), ("import official lists", "Importers"),
            ("make and change webhooks", "Subscribers"),
        )
    ]  # fmt: skip
    user = User.objects.get()
    assert (user.is_staff, user.groups.count()) == (False, 0)
    assert printed.client.post("/api/ambassadors/", {}, content_type="application/json").status_code == 403


def test_an_editor_is_warned_of_nothing_but_what_she_lacks() -> None:
    User.objects.create_user("ann", is_staff=True).groups.add(Group.objects.get(name="Editors"))
    err = "The token will not be able to import official lists: add ann to the group Importers.\n"
    assert (token("ann", "read,edit").err, token("ann", "read").err) == (err, "")
    entitle(User.objects.get(), "edit")
    assert token("ann", "read,edit").err == ""
    User.objects.update(is_active=False)
    assert token("ann", "read,edit").err == "The token will not work: ann is not active.\n"


def test_a_group_that_was_deleted_is_missed_by_name() -> None:
    Group.objects.get(name="Subscribers").delete()
    assert token("ann", "webhooks").err.splitlines()[1:] == [
        "The token will not be able to make and change webhooks: add ann to the group Subscribers."
    ]


@pytest.mark.parametrize("name", ["", "a b", "x" * 151, "ann\0"])
def test_a_name_that_no_user_can_have_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="cannot be the name of a user"):
        token(name)
    assert not User.objects.exists()


@pytest.mark.parametrize("days", [0, -1, 4_000_000, 10**12])
def test_days_that_end_nowhere_are_refused(days: int) -> None:
    with pytest.raises(CommandError, match="--days takes a number of days from 1 up to the year 9999"):
        token("ann", days=days)
    assert (User.objects.count(), ApiToken.objects.count()) == (0, 0)
