"""togo billing over plain HTTP, as a curl user has it: keys, quotas and usage. It has no Python client."""

import os
import sys

from check import Suite, control, equal
from plain_http import call

BASE, KEY = os.environ["TOGO_BASE_URL"], os.environ["TOGO_API_KEY"]

suite = Suite("pip")
suite.client = "togo billing, plain HTTP"
check, recorded = suite.check, suite.recorded


def togo(method, path, body=None, key=None, user=None):
    headers = {}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    if user is not None:
        headers["X-User-Id"] = user
    return call(method, f"{BASE}/api/billing{path}", body, headers)


@check("a key is issued, and its plaintext is shown this once")
def _():
    with recorded("issued"):
        issued = togo("POST", "/keys", {"name": "ci", "scopes": "chat,embeddings", "quota": 1000}, key=KEY)
    equal(issued.status, 201)
    secret = issued.json["key"]
    assert secret.startswith("togo_") and secret.startswith(issued.json["prefix"]), issued.json
    equal((issued.json["user_id"], issued.json["quota"], issued.json["scopes"]), ("user_test", 1000, "chat,embeddings"))
    equal((issued.json["last_used_at"], issued.json["revoked_at"]), ("", ""))
    with recorded("listed"):
        listed = togo("GET", "/keys", key=KEY)
    equal([key["name"] for key in listed.json], ["ci", "test"])
    assert secret not in listed.text.decode() and "hash" not in listed.text.decode(), listed.text


@check("the key decides who acts, then the header, then the query")
def _():
    mine = [key["name"] for key in togo("GET", "/keys", key=KEY).json]
    equal([key["name"] for key in togo("GET", "/keys", key=KEY, user="u_other").json], mine)
    togo("POST", "/keys", {"name": "header"}, user="u_header")
    equal([key["name"] for key in togo("GET", "/keys", user="u_header").json], ["header"])
    togo("POST", "/keys", {"name": "body", "user_id": "u_body"})
    equal([key["name"] for key in togo("GET", "/keys?user_id=u_body").json], ["body"])
    equal(togo("GET", "/keys?user_id=u_header", user="u_header").status, 200)
    # A key that does not count says nothing.
    equal([key["name"] for key in togo("GET", "/keys", key="togo_wrong", user="u_header").json], ["header"])


@check("nobody and somebody else are refused")
def _():
    for path in ("/keys", "/usage"):
        equal((togo("GET", path).status, togo("GET", path, key="togo_wrong").status), (401, 401))
        refused = togo("GET", f"{path}?user_id=u_other", key=KEY)
        equal((refused.status, refused.json["error"]), (403, "user_id names another user"))
    equal(togo("POST", "/keys", {"name": "x", "user_id": "u_other"}, key=KEY).status, 403)
    with recorded("nobody"):
        equal(togo("POST", "/keys", {"name": "x"}).status, 401)


@check("every violation of a body is told")
def _():
    with recorded("invalid"):
        refused = togo("POST", "/keys", {"name": "", "quota": -1}, key=KEY)
    equal(refused.status, 400)
    assert "name: must have at least 1 character" in refused.json["error"], refused.json
    assert "quota: must be at least 0" in refused.json["error"], refused.json
    equal(call("POST", f"{BASE}/api/billing/keys", b"{", {"Authorization": f"Bearer {KEY}"}).status, 400)


@check("a revoked key says nothing any more, and stays in the list")
def _():
    issued = togo("POST", "/keys", {"name": "short-lived"}, user="u_revoked").json
    equal(togo("GET", "/usage", key=issued["key"]).status, 200)
    assert togo("GET", "/keys", user="u_revoked").json[0]["last_used_at"], "a use was not noted"
    equal(togo("DELETE", f"/keys/{issued['id']}", user="u_other").status, 404)
    with recorded("revoked"):
        revoked = togo("DELETE", f"/keys/{issued['id']}", key=issued["key"])
    equal((revoked.status, revoked.text), (204, b""))
    equal(togo("GET", "/usage", key=issued["key"]).status, 401)
    first = togo("GET", "/keys", user="u_revoked").json[0]["revoked_at"]
    assert first, "the time of the revocation is missing"
    equal(togo("DELETE", f"/keys/{issued['id']}", user="u_revoked").status, 204)
    equal(togo("GET", "/keys", user="u_revoked").json[0]["revoked_at"], first)
    with recorded("unknownKey"):
        equal(togo("DELETE", "/keys/key_unknown", user="u_revoked").status, 404)


@check("usage adds up for its user, and a quota counts what its key used")
def _():
    key = togo("POST", "/keys", {"name": "limited", "quota": 1000}, user="u_usage").json
    nothing = {"events": 0, "input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "cost": 0}
    with recorded("nothingYet"):
        equal(togo("GET", "/usage", key=key["key"]).json, nothing)

    def use(id, tokens, key_id=key["id"]):
        usage = {"id": id, "user_id": "u_usage", "model": "gpt-4o", "input_tokens": tokens, "output_tokens": 100,
                 "cost": 0.003}
        return control("/togo/usage", usage | ({"api_key_id": key_id} if key_id else {}))["within_quota"]

    equal(use("use-1", 800), True)
    equal(use("use-1", 800), True)
    equal(use("use-2", 5000, key_id=None), None)
    equal(use("use-3", 0), False)
    with recorded("summedUp"):
        equal(togo("GET", "/usage", user="u_usage").json,
              {"events": 3, "input_tokens": 5800, "output_tokens": 300, "total_tokens": 6100, "cost": 0.009})


sys.exit(suite.finish())
