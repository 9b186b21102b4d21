"""The operations that the generated code knows: where the mock serves them, and which Swift calls make them."""

import functools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUTE = re.compile(
    r'routes\.add\(\s*\.(\w+)\.(\w+),\s*"([A-Z]+)",\s*"([^"]+)"|route\.alias\(\s*"([^"]+)"')


class Operation:
    """An operation: its key, the places where the mock serves it, and the Swift calls that make it."""

    def __init__(self, key):
        self.key = key
        self.routes = []
        self.calls = []

    def serves(self, method, path):
        return any(verb == method and pattern(template).fullmatch(path) for verb, template in self.routes)

    def fixtures(self):
        """The cases that were recorded: name and status."""
        return sorted(ROOT.glob(f"Tests/Fixtures/{self.key.replace('.', '/')}/*.json"))


def operations():
    """All operations by key."""
    known = {}
    for file in sorted(ROOT.glob("Sources/TollgateMock/Generated/*Routes*.swift")):
        operation = method = None
        for found in ROUTE.finditer(file.read_text()):
            service, name, verb, path, alias = found.groups()
            if alias is None:
                method = verb
                operation = known.setdefault(f"{service}.{name}", Operation(f"{service}.{name}"))
            operation.routes.append((method, path or alias))
    for file in sorted(ROOT.glob("Sources/Tollgate*/Generated/**/Operations/*.swift")):
        calls = swift_calls(file.read_text())
        for key, call in calls:
            if key in known and call not in known[key].calls:
                known[key].calls.append(call)
    return known


def find(known, method, path):
    """The operation that the mock serves there, or None. A path without placeholders wins over one with them."""
    fitting = [one for one in known.values() if one.serves(method, path)]
    literal = [one for one in fitting if (method, path) in one.routes]
    return next(iter(literal or fitting), None)


@functools.cache
def pattern(template):
    """A path template as a regular expression; a placeholder may stand for a part of a segment."""
    return re.compile("".join(
        r"[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]+\})", template)))


def swift_calls(text):
    """Pairs of an operation's key and the call in Swift, `Vluna.ServiceClient.Gate.commit`."""
    keys = dict(re.findall(r'static let (\w+)Endpoint = Endpoint<[^(]*>\(\s*"([\w.]+)"', text))
    owner = None
    calls = []
    method = None
    for line in text.splitlines():
        if extension := re.match(r"extension ([\w.]+) \{", line):
            owner = extension[1]
        elif declared := re.match(r"    public func `?(\w+)`?\(", line):
            method = declared[1]
        elif (used := re.search(r"APIRequest\(Self\.(\w+)Endpoint\)", line)) and used[1] in keys:
            calls.append((keys[used[1]], f"{owner}.{method}"))
    return calls
