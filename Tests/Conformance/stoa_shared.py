"""What the scripts for onstoa share."""

from decimal import Decimal

from check import equal


def event_id(number):
    return f"01900000-0000-7000-8000-{number:012d}"


def usd(number):
    """An amount as it was written, not as binary fractions have it."""
    return Decimal(str(number))


def refusal(error, status, code):
    """Makes sure that a call failed in such a way, and returns the places of the violations that it lists."""
    equal(error.response.status_code, status)
    equal(error.body["error"]["code"], code)
    return {violation["pointer"] for violation in error.body["error"].get("violations", [])}
