"""What the scripts share that call a service without any client: requests, and what came back."""

import json
import urllib.error
import urllib.request
from types import SimpleNamespace


def call(method, url, body=None, headers=None):
    """Sends a request. A body is sent as JSON, unless it is bytes already. Every status is an answer."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    if data is not None and not request.has_header("Content-type"):
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return answer(response)
    except urllib.error.HTTPError as error:
        return answer(error)


def answer(response):
    text = response.read()
    return SimpleNamespace(
        status=response.status, headers=response.headers, text=text, json=json.loads(text) if text else None)
