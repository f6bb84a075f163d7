"""Cookies of any content, and digests of keys in the database."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ['"\\000abcdefghijklmnopqrstuvwxyz012345"', "é" * 32, "x" * 5000, "' OR 1=1 --" * 4])
def test_a_session_key_that_nobody_made_is_no_session(client, key):
    answer = client.get("/admin/", headers={"cookie": f"sessionid={key}"})
    assert (answer.status_code, answer["location"]) == (302, "/admin/login/?next=/admin/")


def test_the_table_of_sessions_opens_no_session(client, django_user_model):
    """A row is found by its cookie, which cannot be computed from the row."""
    root = django_user_model.objects.create_superuser("root", password="a long enough one")
    answer = client.post("/admin/login/", {"username": root.username, "password": "a long enough one"})
    assert answer.status_code == 302
    cookie = client.cookies["sessionid"].value
    (stored,) = Session.objects.values_list("session_key", flat=True)
    assert stored != cookie
    assert cookie not in stored
    assert client.get("/admin/").status_code == 200
    thief = Client()
    thief.cookies["sessionid"] = stored
    assert thief.get("/admin/").status_code == 302
    client.post("/admin/logout/")
    assert not Session.objects.exists()
    client.cookies["sessionid"] = cookie
    assert client.get("/admin/").status_code == 302
