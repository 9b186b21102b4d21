"""What the scripts for vlunaai 0.1.2 share: clients, contexts, and a look at what an account was charged."""

import itertools
import os
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

from check import Raises, control, equal
from vlunaai import (
    RequestContext, ServiceClientOptions, ServiceKeyCredentials, VlunaAIConfig, VlunaAIError, create_service_client)

FEATURE, FAMILY = "openai.gpt5.2", "llm.premium"
# 12,345 tokens in blocks of 1,000, rounded up, are 13 blocks.
PRICE = {"unit_price_xusd": "2000", "unit_quantity_minor": "1000", "rounding": "ceil", "unit_cost_xusd": "1500",
         "unit": "token"}
QUANTITY, AMOUNT = "12345", "26000"
GRANT = 100_000_000
JANUARY, FEBRUARY = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
UNKNOWN_ID = "ffffffff-ffff-4fff-8fff-ffffffffffff"
UNKNOWN_LEASE = "lease.00000000-0000-4000-8000-000000000000.0000000000000000"

KEY_ID = os.environ["VLUNA_SERVICE_KEY_ID"]
KEY_SECRET = os.environ["VLUNA_SERVICE_KEY_SECRET"]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"

keys = (f"key-{number:04d}" for number in itertools.count(1))


def client(key_id=KEY_ID, secret=KEY_SECRET, realm=os.environ["VLUNA_REALM_ID"], error_mode="raise"):
    return create_service_client(ServiceClientOptions(
        config=VlunaAIConfig(base_url=os.environ["VLUNA_SERVICE_BASE_URL"], realm_id=realm),
        service_key=ServiceKeyCredentials(key_id=key_id, secret=secret),
        error_mode=error_mode))


service = client()


def context(principal="org_acme", key=None):
    """A context with an idempotency key of its own; the client would make a random one."""
    return RequestContext(principal_id=principal, idempotency_key=key or next(keys), request_id=TRACE)


def feature(code, family=FAMILY, **settings):
    """Sets a feature up, as the realm's owner would have done."""
    control("/vluna/features", {"feature_code": code, "feature_family_code": family, **settings})


async def authorize(principal, code=FEATURE, **details):
    """A lease that is granted."""
    answer = await service.gate_authorize(body={"feature_code": code, **details}, context=context(principal))
    return answer.data


def usage(lease, quantity=QUANTITY, **details):
    """The body of a commit."""
    return {"lease_token": lease.lease_token, "feature_code": lease.feature_code, "quantity_minor": quantity, **details}


async def refused(call, status, code, message=None):
    """Makes sure that a call fails in such a way, and returns the body of the answer. No code stands for any."""
    with Raises(VlunaAIError) as caught:
        await call
    body = caught.error.details["body"]
    equal((caught.error.status, body["code"]), (status, code or body["code"]))
    equal((body["ok"], body["traceId"], body["meta"]["status"]), (False, TRACE, status))
    if message is not None:
        equal(body["message"], message)
    return body


def hints(answer):
    """The hints of an answer, by type."""
    return {hint.type.value: hint for hint in answer.hints or []}


async def account_id(principal):
    """Vluna's id of a principal's account."""
    token = await service.issue_platform_token(
        body={"principal_id": principal, "user_id": "u_1"}, context=context(principal))
    return token.data.billing_account_id


def codes(answer, name):
    """One member of each item of a list."""
    return [getattr(item, name) for item in answer.data.items]


async def pages(new_context, method, *path, **query):
    """The first page of a list and all that follows it."""
    first = await method(*path, query={**query, "limit": 1}, context=new_context())
    # Some lists have the cursor in their data, others beside it.
    cursor = getattr(first.data, "next_cursor", None) or (first.meta or {}).get("next_cursor")
    assert cursor, f"no cursor in {first!r}"
    return first, await method(*path, query={**query, "cursor": cursor}, context=new_context())


# What was counted and charged


def days(before=1, after=2):
    """Today in UTC, with some days around it."""
    today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = today - timedelta(days=before), today + timedelta(days=after)
    return {"from": f"{start:%Y-%m-%dT%H:%M:%SZ}", "to": f"{end:%Y-%m-%dT%H:%M:%SZ}", "granularity": "day"}


async def balance(principal, code=FEATURE):
    answer = await service.gate_list_meter_limits(
        query={"meter_code": [code], "expand": ["coverage"], "coverage.basis": "xusd"}, context=context(principal))
    return int(answer.data[0].coverage.balance_xusd)


async def account(principal, code=FEATURE):
    """What report, quota and balance say of a principal's use of a feature."""
    report = await service.gate_query_usage_reports_by_account(
        body={
            "time": days(), "group_by": ["bucket_start", "feature_code"],
            "metrics": ["quantity_minor", "amount_xusd", "commit_count"],
            "dim_filters": [{"field": "feature_code", "op": "eq", "value": code}],
        },
        context=context(principal))
    limits = await service.gate_list_feature_limits(
        query={"feature_code": [code], "expand": ["quotas"]}, context=context(principal))
    rows = report.data.rows
    return SimpleNamespace(
        commits=sum(row.commit_count for row in rows),
        quantity=sum(int(row.quantity_minor) for row in rows),
        amount=sum(int(row.amount_xusd) for row in rows),
        used=int(limits.data[0].quotas[0].used_minor),
        balance=await balance(principal, code))


ONE_COMMIT = SimpleNamespace(
    commits=1, quantity=int(QUANTITY), amount=int(AMOUNT), used=int(QUANTITY), balance=GRANT - int(AMOUNT))
