"""What the conformance scripts share: checks, the mock's own controls, and names for exchanges to keep as fixtures."""

import asyncio
import inspect
import json
import os
import traceback
import urllib.error
import urllib.request
from contextlib import contextmanager
from importlib.metadata import version

import coverage


class Suite:
    """The checks of one official client. Each is a function of assertions that runs where it is defined."""

    def __init__(self, package):
        self.client = f"{package} {version(package)}"
        self.failures = 0
        self.loop = asyncio.new_event_loop()
        coverage.watch(package)

    def check(self, title):
        """Runs the decorated function at once, and prints one line about it."""

        def run(function):
            try:
                result = function()
                if inspect.isawaitable(result):
                    self.loop.run_until_complete(result)
                print(f"ok    {self.client}: {title}", flush=True)
            except Exception as error:
                self.failures += 1
                frames = traceback.extract_tb(error.__traceback__)
                line = [frame for frame in frames if frame.filename == function.__code__.co_filename][-1]
                print(f"FAIL  {self.client}: {title}", flush=True)
                print(f"      {type(error).__name__}: {error}", flush=True)
                print(f"      {os.path.basename(line.filename)}:{line.lineno}: {line.line}", flush=True)
            return function

        return run

    @contextmanager
    def recorded(self, case):
        """Names the exchange inside, so that `record` keeps it as a fixture. Does nothing in an ordinary run."""
        recorder = os.environ.get("TOLLGATE_RECORDER")
        if recorder is None:
            yield
            return
        post(recorder, {"case": case, "client": self.client})
        try:
            yield
        finally:
            kept = post(recorder, {"case": None})["kept"]
        assert kept, f"no exchange came by for the fixture {case!r}"

    def finish(self):
        """The exit status of the script."""
        self.loop.close()
        return 1 if self.failures else 0


def equal(actual, expected):
    assert actual == expected, f"expected {expected!r}, got {actual!r}"


class Raises:
    """A block that has to fail with such an error, which is `error` afterwards."""

    def __init__(self, kind):
        self.kind = kind
        self.error = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        assert error is not None, f"expected {self.kind.__name__}, and nothing was raised"
        if not isinstance(error, self.kind):
            return False
        self.error = error
        return True


def control(path, body, method="POST"):
    """Asks the mock itself for something that the service would do of its own accord."""
    origin = "/".join(os.environ["STOA_BASE_URL"].split("/")[:3])
    return post(f"{origin}/_tollgate{path}", body, method)


def signed(service, event, **data):
    """Lets something happen at a service; the request that it sends to a webhook, as body and header fields."""
    sent = control("/webhooks/sign", {"service": service, "event": event, "data": data})
    return sent["body"], sent["headers"]


def post(url, body, method="POST"):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{url}: {error.code} {error.read().decode(errors='replace')}") from None
    return json.loads(text) if text else None
