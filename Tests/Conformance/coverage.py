"""Which public methods of the official clients are covered: by an operation, a Swift call, a route and a fixture.

While the scripts run, every successful request is noted with the public method that made it (`watch`, for the file
TOLLGATE_CALLS). Afterwards

    python coverage.py PACKAGE CALLS ROWS

in the environment of a client lists its public methods, as they are in the installed package, and fails for each that
no script has called with success or that lacks one of the four; what is covered is added to the file ROWS. At last

    python coverage.py ROWS

prints the table of all clients, and fails if the README shows another one.
"""

import contextvars
import functools
import importlib
import inspect
import json
import os
import re
import sys
from importlib.metadata import version
from pathlib import Path

from operations import ROOT, find, operations

# Where each client keeps the classes whose methods are calls, and what is no call of the service's HTTP API, with the
# Swift that does the same.
CLIENTS = {
    "onstoa": {"module": "stoa", "classes": ["Stoa"]},
    "vlunaai": {"module": "vlunaai", "classes": ["ServiceClient", "BearerClient"]},
}
LOCAL = {
    "close": "not needed: clients share a pool of connections",
    "context": "Stoa.withContext(_:operation:)",
    "verify_install_callback": "Stoa.verifyInstallCallback(token:)",
    "verify_connect_callback": "Stoa.verifyConnectCallback(token:)",
}
# Wrappers of other clients, which post the usage that those answer, and the Swift that does the same.
WRAPPERS = {
    "openai": "Stoa.openAI(userID:)",
    "anthropic": "Stoa.anthropic(userID:)",
    "openrouter": "Stoa.openRouter(userID:)",
    "elevenlabs": "Stoa.elevenLabs(userID:)",
    "wrap_claude_agent_client": "Meter.record(userID:_:)",
    "wrap_claude_agent_query": "Meter.record(userID:_:)",
}

calling = contextvars.ContextVar("calling", default=None)


def methods(package):
    """The public methods of a client, as `Class.method`."""
    client = CLIENTS[package]
    module = importlib.import_module(client["module"])
    for name in client["classes"]:
        cls = getattr(module, name, None)
        if cls is None:
            continue
        for method, function in inspect.getmembers(cls, inspect.isfunction):
            if not method.startswith("_"):
                yield cls, method, function


def watch(package):
    """Notes which public method makes which request, if TOLLGATE_CALLS names a file for it."""
    if "TOLLGATE_CALLS" not in os.environ or package not in CLIENTS:
        return
    import httpx

    for cls, method, function in list(methods(package)):
        setattr(cls, method, named(f"{cls.__name__}.{method}", function))

    def note(request, response):
        if calling.get() and response.status_code < 400:
            called(package, calling.get(), request.method, request.url.path)

    send, send_async = httpx.Client.send, httpx.AsyncClient.send

    def noted(self, request, **options):
        response = send(self, request, **options)
        note(request, response)
        return response

    async def noted_async(self, request, **options):
        response = await send_async(self, request, **options)
        note(request, response)
        return response

    httpx.Client.send, httpx.AsyncClient.send = noted, noted_async


def called(package, method, verb, path):
    """Notes a successful request that a public method made after it had returned."""
    if "TOLLGATE_CALLS" in os.environ:
        with open(os.environ["TOLLGATE_CALLS"], "a") as file:
            file.write(json.dumps([f"{package}=={version(package)}", method, verb, path]) + "\n")


def named(name, function):
    """The function, known by its name while it runs. A method that another one calls counts for itself."""
    if inspect.iscoroutinefunction(function):
        @functools.wraps(function)
        async def wrapper(*arguments, **options):
            token = calling.set(name)
            try:
                return await function(*arguments, **options)
            finally:
                calling.reset(token)
    else:
        @functools.wraps(function)
        def wrapper(*arguments, **options):
            token = calling.set(name)
            try:
                return function(*arguments, **options)
            finally:
                calling.reset(token)
    return wrapper


def succeeded(fixture):
    return json.loads(fixture.read_text())["response"]["status"] < 400


def report(package, calls):
    """One row for each method, and what it lacks."""
    known = operations()
    client = f"{package}=={version(package)}"
    made = {}
    for line in Path(calls).read_text().splitlines():
        caller, method, verb, path = json.loads(line)
        if caller == client:
            made.setdefault(method, set()).add((verb, path))
    for cls, method, _ in methods(package):
        name = f"{cls.__name__}.{method}"
        if method in WRAPPERS:
            lacks = [] if ("POST", "/v1/events") in made.get(name, ()) else ["no event of it in any script"]
            yield name, [], WRAPPERS[method], lacks
            continue
        if method in LOCAL:
            yield name, [], LOCAL[method], []
            continue
        found = {one.key for one in (find(known, verb, path) for verb, path in made.get(name, ())) if one}
        lacks = [] if name in made else ["no successful call in any script"]
        if name in made and not found:
            lacks.append("no operation in spec/ and no route in the mock")
        swift = []
        for key in sorted(found):
            swift += known[key].calls
            if not known[key].calls:
                lacks.append(f"no Swift call of {key}")
            if not any(succeeded(fixture) for fixture in known[key].fixtures()):
                lacks.append(f"no fixture of {key} with success")
        yield name, sorted(found), swift, lacks


def main(package, calls, target):
    rows = list(report(package, calls))
    client = f"{package} {version(package)}"
    missing = [(name, lack) for name, _, _, lacks in rows for lack in lacks]
    for name, lack in missing:
        print(f"FAIL  {client}: {name}: {lack}")
    with open(target, "a") as file:
        for name, _, swift, lacks in rows:
            if not lacks:
                cls, method = name.split(".")
                file.write(json.dumps([client, cls, method, swift]) + "\n")
    covered = sum(1 for _, _, _, lacks in rows if not lacks)
    print(f"{'ok  ' if not missing else 'FAIL'}  {client}: {covered} of {len(rows)} public methods are covered")
    return 1 if missing else 0


def table(rows):
    """A row for each group of Swift calls, with the public methods that it stands for."""
    groups = {}
    for line in Path(rows).read_text().splitlines():
        client, cls, method, swift = json.loads(line)
        if isinstance(swift, list):
            own = next((call for call in swift if f".{cls}." in f".{call}"), swift[0])
            groups.setdefault((f"{client}, `{cls}`", f"`{own.rpartition('.')[0]}`"), []).append(method)
        else:
            groups.setdefault((f"{client}, `{cls}`", swift), []).append(method)
    lines = ["| client | Swift | public methods |", "|---|---|---|"]
    for (client, swift), found in sorted(groups.items()):
        lines.append(f"| {client} | {swift} | {', '.join(f'`{method}`' for method in found)} |")
    return "\n".join(lines)


def show(rows):
    printed = table(rows)
    print(printed)
    if printed in (ROOT / "README.md").read_text():
        print("ok    README.md shows this table")
        return 0
    print("FAIL  README.md shows another table: put this one there")
    return 1


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(show(*arguments) if len(arguments) == 1 else main(*arguments))
