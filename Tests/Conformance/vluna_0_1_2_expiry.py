"""Commits on leases that have expired. The mock gives leases no time, and a grace after it or none."""

import asyncio
import os
import sys

from check import Suite, equal
from vluna_shared import FEATURE, GRANT, ONE_COMMIT, PRICE, account, authorize, context, feature, hints, service, usage

GRACE = int(os.environ.get("VLUNA_GATE_LATE_COMMIT_GRACE_MS", "60000"))

suite = Suite("vlunaai")
check, recorded = suite.check, suite.recorded


async def commit_late(principal, case):
    """Commits on a lease that ended some milliseconds ago, and returns the answer's hint."""
    feature(FEATURE, price=PRICE)
    lease = await authorize(principal)
    await asyncio.sleep(0.02)
    with recorded(case):
        answer = await service.gate_commit(body=usage(lease), context=context(principal))
    hint = hints(answer)["lease.expired"]
    equal(hint.grace_ms, GRACE)
    assert hint.delta_ms > 0, hint
    return hint


if GRACE > 0:

    @check("a commit within the grace of an expired lease is 200 with a hint, and charged")
    async def _():
        hint = await commit_late("org_grace", "leaseExpiredInGrace")
        equal(hint.exceeded_grace, False)
        equal(await account("org_grace"), ONE_COMMIT)

else:

    @check("a commit on an expired lease is 200 with a hint, and not charged")
    async def _():
        hint = await commit_late("org_expired", "leaseExpired")
        equal(hint.exceeded_grace, True)
        after = await account("org_expired")
        equal((after.quantity, after.amount, after.used, after.balance), (0, 0, 0, GRANT))


suite.loop.run_until_complete(service.close())
sys.exit(suite.finish())
