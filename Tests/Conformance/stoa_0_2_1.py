"""The quickstart of onstoa 0.2.1, up to the first event: members, top-up links, installs and connects."""

import os
import sys
import time

from check import Raises, Suite, control, equal
from stoa import Stoa, StoaAPIError, UsageEvent, verify_connect_token
from stoa.embedded import create_embedded_membership_request
from stoa.exceptions import (
    StoaAuthenticationError, StoaBadRequestError, StoaNotFoundError, StoaPermissionDeniedError)
from stoa_shared import refusal

SECRET = os.environ["STOA_REGISTRATION_SECRET"]

suite = Suite("onstoa")
check, recorded = suite.check, suite.recorded
stoa = Stoa()
stranger = Stoa(api_key="stoa_app_wrong")


def register(user, **details):
    return stoa.register_member(
        registration_secret=SECRET, user_id=user, **{"email": f"{user}@example.com", **details})


# Members


@check("a member is registered")
def _():
    with recorded("registered"):
        member = register("user_123", email="ada@example.com", name="Ada Lovelace")
    assert member.membership_id
    equal(member.user_id, "user_123")


@check("a member who is registered twice keeps the membership")
def _():
    first = register("user_123", email="ada@example.com")
    with recorded("foundAgain"):
        again = register("user_123", email="ada@example.com", avatar_url="https://cdn.example.com/a.png?x=1&y=2")
    equal(again, first)


@check("a signature holds for names beyond ASCII")
def _():
    with recorded("nonASCII"):
        member = register("user_zoë", email="zoe@example.com", name='Zoë "Z" Ünal 🚀')
    equal(member.user_id, "user_zoë")


@check("a signed registration may be sent again")
def _():
    request = create_embedded_membership_request(
        registration_secret=SECRET, app_id=stoa.app_id, user_id="user_again", email="again@example.com")
    request["user_id"] = request.pop("external_user_id")
    equal(stoa._http.register_member(**request), stoa._http.register_member(**request))


@check("a wrong registration secret is refused")
def _():
    with recorded("wrongSecret"), Raises(StoaPermissionDeniedError) as caught:
        stoa.register_member(registration_secret="stoa_reg_wrong", user_id="user_forged", email="forged@example.com")
    refusal(caught.error, 403, "invalid_signature")
    with Raises(StoaNotFoundError):
        stoa.get_topup_url(user_id="user_forged")


@check("an old signature is refused")
def _():
    with recorded("signatureExpired"), Raises(StoaPermissionDeniedError) as caught:
        register("user_late", timestamp=int(time.time()) - 600)
    refusal(caught.error, 403, "signature_expired")


@check("a registration for another application is refused")
def _():
    with recorded("otherApp"), Raises(StoaPermissionDeniedError) as caught:
        register("user_123", app_id="app_other")
    refusal(caught.error, 403, "app_mismatch")


@check("a nonce signs one message")
def _():
    register("user_nonce", nonce="nonce-0123456789abcdef")
    with recorded("nonceReused"), Raises(StoaAPIError) as caught:
        register("user_nonce_other", nonce="nonce-0123456789abcdef")
    refusal(caught.error, 409, "nonce_reused")


@check("every violation of a registration is reported")
def _():
    with recorded("invalid"), Raises(StoaBadRequestError) as caught:
        register("user_invalid", email="no address", avatar_url="ftp://example.com/a.png")
    equal(refusal(caught.error, 400, "invalid_request"), {"/email", "/avatar_url"})


@check("an unknown API key is refused")
def _():
    with recorded("unknownKey"), Raises(StoaAuthenticationError) as caught:
        stranger.register_member(registration_secret=SECRET, user_id="user_123", email="ada@example.com")
    refusal(caught.error, 401, "invalid_api_key")


# Top-up links


@check("a member gets a top-up URL")
def _():
    with recorded("link"):
        url = stoa.get_topup_url(user_id="user_123")
    assert url.startswith("http"), url


@check("a top-up URL is refused for an unknown user, an empty one, and an unknown key")
def _():
    with recorded("unknownUser"), Raises(StoaNotFoundError) as caught:
        stoa.get_topup_url(user_id="user_404")
    refusal(caught.error, 404, "user_not_found")
    with recorded("invalid"), Raises(StoaBadRequestError) as caught:
        stoa.get_topup_url(user_id="")
    refusal(caught.error, 400, "invalid_request")
    with recorded("unknownKey"), Raises(StoaAuthenticationError):
        stranger.get_topup_url(user_id="user_123")


# Installs and connects


def install_token(**details):
    return control("/stoa/install-token", {"external_id": None, "email": "grace@example.com", **details})["token"]


def connect_token(user, state):
    return control("/stoa/connect-token", {"external_id": user, "state": state})["token"]


def forged(token):
    """The token with another signature of the same length."""
    head, claims, signature = token.split(".")
    return f"{head}.{claims}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


@check("the public key is fetched once")
def _():
    with recorded("key"):
        key = stoa.get_stoa_public_key()
    equal(key["algorithm"], "EdDSA")
    assert key["public_key"].startswith("-----BEGIN PUBLIC KEY-----"), key
    assert stoa.get_stoa_public_key() is key
    with recorded("unknownKey"), Raises(StoaAuthenticationError):
        stranger.get_stoa_public_key()


@check("an install token is verified and exchanged, and the user can be billed")
def _():
    token = install_token(name="Grace Hopper", avatar_url="https://cdn.example.com/grace.png")
    claims = stoa.verify_install_callback(token=token)
    equal(claims["app_id"], os.environ["STOA_APP_ID"])
    equal(claims["email"], "grace@example.com")
    equal(claims["name"], "Grace Hopper")
    equal(claims["user_id"], None)
    assert claims["issued_at"] <= time.time() < claims["expires_at"]

    with recorded("exchanged"):
        install = stoa.exchange_install_token(token=token, user_id="user_installed")
    equal(install.membership_id, claims["membership_id"])
    equal(install.user_id, "user_installed")
    equal((install.email, install.name), ("grace@example.com", "Grace Hopper"))
    equal(install.avatar_url, "https://cdn.example.com/grace.png")

    receipt = stoa._http.ingest_event(UsageEvent(
        user_id="user_installed", event_type="custom", payload={"metric_name": "pages", "value": 1}))
    equal(receipt["status"], "accepted")


@check("an install token works for one user, who may present it again")
def _():
    token = install_token()
    first = stoa.exchange_install_token(token=token, user_id="user_installed_once")
    with recorded("exchangedAgain"):
        equal(stoa.exchange_install_token(token=token, user_id="user_installed_once"), first)
    equal(first.name, None)
    with recorded("tokenUsed"), Raises(StoaAPIError) as caught:
        stoa.exchange_install_token(token=token, user_id="user_installed_twice")
    refusal(caught.error, 409, "install_token_used")


@check("a forged install token is refused by client and service")
def _():
    token = forged(install_token())
    with Raises(ValueError):
        stoa.verify_install_callback(token=token)
    with recorded("forgedToken"), Raises(StoaAPIError) as caught:
        stoa.exchange_install_token(token=token, user_id="user_123")
    refusal(caught.error, 422, "install_token_invalid")


@check("an install token that has expired is refused by client and service")
def _():
    token = install_token(expires_in=-60)
    with Raises(ValueError) as caught:
        stoa.verify_install_callback(token=token)
    assert "expired" in str(caught.error), caught.error
    with recorded("expiredToken"), Raises(StoaAPIError) as caught:
        stoa.exchange_install_token(token=token, user_id="user_123")
    refusal(caught.error, 422, "install_token_expired")


@check("an install token for another application is refused by client and service")
def _():
    token = install_token(app_id="app_other")
    with Raises(ValueError) as caught:
        stoa.verify_install_callback(token=token)
    assert "audience" in str(caught.error), caught.error
    with recorded("otherApp"), Raises(StoaPermissionDeniedError) as caught:
        stoa.exchange_install_token(token=token, user_id="user_123")
    refusal(caught.error, 403, "app_mismatch")


@check("an exchange is refused for an empty token and an unknown key")
def _():
    with recorded("invalid"), Raises(StoaBadRequestError) as caught:
        stoa.exchange_install_token(token="", user_id="user_123")
    refusal(caught.error, 400, "invalid_request")
    with recorded("unknownKey"), Raises(StoaAuthenticationError):
        stranger.exchange_install_token(token=install_token(), user_id="user_123")


@check("a connect token is verified")
def _():
    member = register("user_connected")
    token = connect_token("user_connected", "st_abc")
    claims = stoa.verify_connect_callback(token=token)
    equal(claims["membership_id"], member.membership_id)
    equal(claims["app_id"], os.environ["STOA_APP_ID"])
    equal((claims["user_id"], claims["state"]), ("user_connected", "st_abc"))
    key = stoa.get_stoa_public_key()["public_key"]
    equal(verify_connect_token(token, key, stoa.app_id), claims)


@check("a connect token is refused when forged, for another application, or of the other kind")
def _():
    token = connect_token("user_connected", "st_abc")
    with Raises(ValueError):
        stoa.verify_connect_callback(token=forged(token))
    with Raises(ValueError) as caught:
        stoa.verify_connect_callback(token=token, app_id="app_other")
    assert "audience" in str(caught.error), caught.error
    with Raises(ValueError):
        stoa.verify_connect_callback(token=install_token())


sys.exit(suite.finish())
