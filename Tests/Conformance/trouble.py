"""What the scripts share that lead clients into trouble: faults, time that passes, and what the mock has seen."""

from check import control, equal

DAY = 86400


def fresh():
    """The mock as new: no faults, an empty journal, and the services as at the start."""
    control("/state/reset", {})


def fault(kind, operation, details=None, **schedule):
    """Lets requests of an operation fail: the next one, unless it is said otherwise. The fault's id."""
    return control("/faults", {"fault": {"kind": kind, **(details or {})}, "operation": operation, **schedule})["id"]


def mend(number):
    """Takes a fault back."""
    control(f"/faults/{number}", None, "DELETE")


def later(seconds):
    """Lets time pass at the mock."""
    control("/clock/advance", {"seconds": seconds})


def tried(operation, times):
    """Makes sure that an operation was tried so often."""
    seen = control("/journal/verify", {"operation": operation, "times": times})
    assert seen["satisfied"], seen["message"]


def stoa_balance(user, amount):
    return control(f"/stoa/users/{user}/balance", {"balance": amount}, "PUT")


def stoa_events(user):
    return control(f"/stoa/events?external_id={user}", None, "GET")["events"]


def vluna_account(principal):
    return control(f"/vluna/accounts/{principal}", None, "GET")


def vluna_balance(principal, amount):
    """Sets what an account may use, in millionths of a US dollar."""
    equal(control(f"/vluna/accounts/{principal}/balance", {"balance_xusd": str(amount)}, "PUT")["balance_xusd"],
          str(amount))
