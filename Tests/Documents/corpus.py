"""The documents of the collection, and what they contain, found out without the generator."""

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import yaml

METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]


class CoreLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML 1.2's core schema: `on` and dates are strings; keys are strings."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        self.flatten_mapping(node)
        pairs = [(key.value, self.construct_object(value, deep=True)) for key, value in node.value]
        return dict(pairs)


def _resolver(tag, pattern, first):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


_resolver("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF"))
_resolver("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""])
_resolver("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789"))
_resolver("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789"))
_resolver("merge", r"^<<$", ["<"])


def _mapping(loader, node):
    return loader.construct_mapping(node, deep=True)


def _int(_, node):
    text = node.value
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


CoreLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
CoreLoader.add_constructor("tag:yaml.org,2002:int", _int)
CoreLoader.add_constructor("tag:yaml.org,2002:float", lambda _, node: float(node.value))

_loaded = {}


def load(path):
    """The content of a YAML or JSON file; None if it cannot be read."""
    path = os.path.realpath(path)
    if path not in _loaded:
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
            _loaded[path] = json.loads(text) if path.endswith(".json") else yaml.load(text, Loader=CoreLoader)
        except (OSError, ValueError, yaml.YAMLError, RecursionError):
            _loaded[path] = None
    return _loaded[path]


def at(value, pointer):
    """The value at a JSON pointer; None if there is none."""
    for part in pointer.split("/")[1:]:
        part = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def escaped(key):
    return str(key).replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True)
class Place:
    """A value in a file."""

    file: str
    pointer: str = ""

    def __truediv__(self, key):
        return Place(self.file, f"{self.pointer}/{escaped(key)}")

    @property
    def value(self):
        return at(load(self.file), self.pointer)

    def follow(self):
        """The place that a chain of `$ref`s ends at; None if it ends nowhere."""
        place, seen = self, set()
        while isinstance(place.value, dict) and isinstance(place.value.get("$ref"), str):
            if place in seen:
                return None
            seen.add(place)
            place = place.target(place.value["$ref"])
            if place is None:
                return None
        return place if place.value is not None else None

    def target(self, reference):
        """What a `$ref` at this place points at; None if that is elsewhere on the network."""
        file, _, fragment = reference.partition("#")
        if "://" in file:
            return None
        path = os.path.normpath(os.path.join(os.path.dirname(self.file), unquote(file))) if file else self.file
        return Place(path, fragment)


@dataclass
class Document:
    name: str
    path: str
    tree: str | None = None
    root: dict = field(repr=False, default_factory=dict)

    @property
    def version(self):
        return str(self.root.get("openapi", self.root.get("swagger", "?")))

    @property
    def module(self):
        """A Swift module's name. Small documents are called as Swift's own types are, so theirs get a prefix."""
        words = re.findall(r"[A-Za-z0-9]+", self.name if self.tree else os.path.splitext(self.name)[0])
        return ("Doc" if self.tree else "") + "".join(word[:1].upper() + word[1:] for word in words)

    def operations(self):
        """Method and path of every operation, and its place."""
        found = {}
        paths = Place(self.path) / "paths"
        for path, item in (paths.value or {}).items():
            if path.startswith("/"):
                for place in self._items(paths / path):
                    for method, operation in self._operations(place):
                        found.setdefault((method, plain_template(path)), operation)
        return found

    def _items(self, place):
        """A path item, and the one that it refers to."""
        while place is not None and isinstance(place.value, dict):
            yield place
            reference = place.value.get("$ref")
            place = place.target(reference) if isinstance(reference, str) else None

    def _operations(self, item):
        methods = METHODS + (["query"] if self.version.startswith("3.2") else [])
        for method in methods:
            if isinstance(item.value.get(method), dict):
                yield method.upper(), item / method
        if self.version.startswith("3.2"):
            for method, operation in (item.value.get("additionalOperations") or {}).items():
                if isinstance(operation, dict):
                    yield method, item / "additionalOperations" / method

    def files(self):
        """The files that it consists of."""
        found, pending = [], [self.path]
        while pending:
            file = pending.pop()
            if file in found or load(file) is None:
                continue
            found.append(file)
            pending += [place.file for place in references(Place(file), load(file)) if place is not None]
        return sorted(found)


def plain_template(path):
    """Some write a parameter's style into the path, as RFC 6570 does: `/{;id*}` is `/{id}` with that style."""
    return re.sub(r"\{[.;]?([^{}*]+)\*?\}", r"{\1}", path)


def references(place, value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield place.target(value["$ref"])
        for child in value.values():
            yield from references(place, child)
    elif isinstance(value, list):
        for child in value:
            yield from references(place, child)


def documents(specs, names):
    """The documents of INDEX.tsv, then the root documents of its folders."""
    found = []
    for line in (Path(specs) / "INDEX.tsv").read_text().splitlines()[1:]:
        name = line.split("\t")[0]
        path = os.path.join(specs, name)
        if name.endswith("/"):
            found += _roots(path, name)
        else:
            found.append(Document(name=name, path=path, root=load(path) or {}))
    return [document for document in found if not names or any(name in document.name for name in names)]


def _roots(folder, tree):
    for base, folders, files in sorted(os.walk(folder)):
        folders.sort()
        for file in sorted(files):
            path = os.path.join(base, file)
            if not file.endswith((".yaml", ".yml", ".json")):
                continue
            root = load(path)
            if isinstance(root, dict) and ("openapi" in root or "swagger" in root):
                yield Document(name=os.path.relpath(path, folder), path=path, tree=tree, root=root)
