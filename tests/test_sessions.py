"""What a cookie may hold, and that nobody is shown a failure for it."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ['"\\000abcdefghijklmnopqrstuvwxyz012345"', "é" * 32, "x" * 5000, "' OR 1=1 --" * 4])
def test_a_session_key_that_nobody_made_is_no_session(client, key):
    answer = client.get("/admin/", headers={"cookie": f"sessionid={key}"})
    assert (answer.status_code, answer["location"]) == (302, "/admin/login/?next=/admin/")
