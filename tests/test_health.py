import pytest


@pytest.mark.django_db
def test_ready_once_migrated(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
