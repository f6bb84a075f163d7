"""Signatures that the public package takes, and secrets that nobody sees."""

import pytest
import time_machine
from cryptography.fernet import Fernet
from standardwebhooks import Webhook, WebhookVerificationError

from relations.delivery import signing
from relations.delivery.signing import Secret
from relations.errors import SecretsLocked

NOW = 1_800_000_000
BODY = '{"type":"webhook.ping","data":{"ü":1}}'.encode()


def headers(*secrets, body=BODY):
    return signing.headers(
        message="msg_1", timestamp=NOW, body=body, sealed=[secret.sealed for secret in secrets], subscription=1
    )


@pytest.fixture(autouse=True)
def at_the_time():
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_public_package_takes_a_signature():
    secret = Secret.new()
    assert Webhook(secret.reveal()).verify(BODY, headers(secret)) == {"type": "webhook.ping", "data": {"ü": 1}}


def test_the_signature_is_the_one_of_the_standard_s_own_example():
    secret = Secret.from_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    content = b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'
    assert secret.signature(content) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_during_a_rotation_both_secrets_verify_and_the_new_one_signs_first():
    new, old = Secret.new(), Secret.new()
    signed = headers(new, old)
    for secret in (new, old):
        Webhook(secret.reveal()).verify(BODY, signed)
    assert signed["webhook-signature"].split(" ")[0] == headers(new)["webhook-signature"]


def test_another_secret_another_body_and_another_id_do_not_verify():
    secret = Secret.new()
    signed = headers(secret)
    for body, given in ((BODY + b" ", signed), (BODY, signed | {"webhook-id": "msg_2"})):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret.reveal()).verify(body, given)
    with pytest.raises(WebhookVerificationError):
        Webhook(Secret.new().reveal()).verify(BODY, signed)


def test_a_secret_has_32_random_bytes_and_shows_itself_only_when_asked():
    secret = Secret.new()
    assert len(secret._key) == 32
    assert secret.reveal() not in f"{secret!r} {secret} {vars} {[secret]}"
    assert Secret.from_text(secret.reveal()).fingerprint == secret.fingerprint != Secret.new().fingerprint


@pytest.mark.parametrize("text", ["", "whsec", "secret", "whsec_not base64!"])
def test_what_is_no_secret_is_refused(text):
    with pytest.raises(ValueError, match=r"whsec_|base64|Non-base64|Incorrect padding"):
        Secret.from_text(text)


def test_a_sealed_secret_says_nothing_and_opens_again():
    secret = Secret.new()
    sealed = secret.sealed
    assert secret._key not in sealed
    assert secret.sealed != sealed  # sealed twice, it looks different
    assert Secret.decrypt(sealed, subscription=1).reveal() == secret.reveal()


def test_keys_rotate_without_losing_a_secret(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.WEBHOOK_SECRET_KEYS = [old]
    secret = Secret.new()
    sealed = secret.sealed
    settings.WEBHOOK_SECRET_KEYS = [new, old]
    again = Secret.decrypt(sealed, subscription=1).sealed
    settings.WEBHOOK_SECRET_KEYS = [new]
    assert Secret.decrypt(again, subscription=1).reveal() == secret.reveal()
    with pytest.raises(SecretsLocked, match="secret of subscription 7"):
        Secret.decrypt(sealed, subscription=7)


def test_without_keys_of_their_own_secrets_are_sealed_by_the_site_s_and_follow_its_rotation(settings):
    secret = Secret.new()
    sealed = secret.sealed
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 8
    assert Secret.decrypt(sealed, subscription=1).reveal() == secret.reveal()


def test_an_installation_that_gets_keys_of_its_own_loses_no_secret(settings):
    secret = Secret.new()
    sealed = secret.sealed
    settings.WEBHOOK_SECRET_KEYS = [Fernet.generate_key().decode()]
    again = Secret.decrypt(sealed, subscription=1).sealed
    settings.SECRET_KEY = "another " * 8
    assert Secret.decrypt(again, subscription=1).reveal() == secret.reveal()
    with pytest.raises(SecretsLocked):
        Secret.decrypt(sealed, subscription=1)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [({}, True), ({"now": NOW + 299}, True), ({"now": NOW + 301}, False), ({"now": NOW - 301}, False),
     ({"timestamp": "soon"}, False), ({"signatures": ""}, False), ({"signatures": "v1,"}, False),
     ({"body": b""}, False)],
)  # fmt: skip
def test_our_own_receiver_verifies_as_the_public_package_does(given, verdict):
    secret = Secret.new()
    signed = headers(Secret.new(), secret)
    sent = {"message": "msg_1", "timestamp": str(NOW), "signatures": signed["webhook-signature"], "body": BODY}
    assert signing.is_signed(**{"secret": secret, "now": NOW} | sent | given) is verdict
