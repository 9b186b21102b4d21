"""Makes one file of a root document and all that it refers to, in words that schemathesis knows.

Our own keywords say what OpenAPI 3.1 has no words for; here they become plain JSON Schema where that can say it.
"""

import copy
import os
import pathlib
import re

import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2: times are texts, and only `true` and `false` are booleans."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers
            if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:float")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^-?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?$"), list("-0123456789."))


class Bundle:
    """The root document with the components of its other files."""

    def __init__(self, root):
        self.files = {}
        # The name in the bundle by file and pointer.
        self.names = {}
        self.components = {}
        root = pathlib.Path(root).resolve()
        self.document = self.copy({k: v for k, v in self.file(root).items() if k != "components"}, root)
        for kind, members in self.file(root).get("components", {}).items():
            for name in members:
                self.place(root, ["components", kind, name])
        self.document["components"] = self.components

    def file(self, path):
        if path not in self.files:
            self.files[path] = yaml.load(path.read_text(encoding="utf-8"), Loader)
        return self.files[path]

    def copy(self, node, path):
        if isinstance(node, list):
            return [self.copy(element, path) for element in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            rest = {key: self.copy(value, path) for key, value in node.items() if key != "$ref"}
            target, pointer = self.target(node["$ref"], path)
            if pointer[0] == "components":
                return {"$ref": self.place(target, pointer)} | rest
            return self.copy(self.at(target, pointer), target) | rest
        return {key: self.mapping(value, path) if key == "mapping" else self.copy(value, path)
                for key, value in node.items()}

    def mapping(self, node, path):
        """What a discriminator's values stand for."""
        if not all(isinstance(value, str) and "#/" in value for value in node.values()):
            return self.copy(node, path)
        return {name: self.place(*self.target(reference, path)) for name, reference in node.items()}

    def target(self, reference, path):
        file, _, pointer = reference.partition("#/")
        parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]
        return ((path.parent / file).resolve() if file else path), parts

    def at(self, path, pointer):
        node = self.file(path)
        for part in pointer:
            node = node[int(part)] if isinstance(node, list) else node[part]
        return node

    def place(self, path, pointer):
        """The reference to a component, which is taken in when it is first referred to."""
        key = (path, *pointer)
        if key not in self.names:
            _, kind, name, *deeper = pointer
            assert not deeper, f"{path}: a reference into a component: {pointer}"
            members = self.components.setdefault(kind, {})
            if name in members:
                name = f"{path.stem}-{name}"
            assert name not in members, f"{path}: two components are called {name}"
            self.names[key] = f"#/components/{kind}/{name}"
            members[name] = None
            members[name] = self.copy(self.at(path, pointer), path)
        return self.names[key]


def bundle(root, fixed, examples):
    """The document as schemathesis gets it.

    `fixed` has the header fields that have one valid value, `examples` other examples of header fields.
    """
    document = Bundle(root).document
    add_aliases(document["paths"])
    walk(document, fixed, examples)
    return document


def add_aliases(paths):
    """`x-tollgate-aliases`: other paths of the same requests."""
    for item in list(paths.values()):
        for number, alias in enumerate(item.get("x-tollgate-aliases", [])):
            paths[alias] = copy.deepcopy(item)
            for operation in paths[alias].values():
                if isinstance(operation, dict) and "operationId" in operation:
                    operation["operationId"] += f"Alias{number}"


def walk(node, fixed, examples):
    if isinstance(node, list):
        for element in node:
            walk(element, fixed, examples)
        return
    if not isinstance(node, dict):
        return
    if isinstance(node.get("properties"), dict):
        choose_by_sibling(node)
    if isinstance(node.get("responses"), dict):
        describe_streams(node)
    if node.get("in") == "header" and node.get("name") in fixed:
        node["schema"] = {"type": "string", "enum": [fixed[node["name"]]]}
    if node.get("in") in ("header", "query", "path") and node.get("name") in fixed | examples:
        node.pop("examples", None)
        node["example"] = (fixed | examples)[node["name"]]
    for key, value in node.items():
        if key not in ("example", "examples", "default", "enum", "const"):
            walk(value, fixed, examples)


def choose_by_sibling(schema):
    """`x-tollgate-discriminator`: the value of one member says which schema another one has."""
    for name, member in schema["properties"].items():
        choice = isinstance(member, dict) and member.pop("x-tollgate-discriminator", None)
        if not choice:
            continue
        member.pop("anyOf", None), member.pop("oneOf", None)
        assert "anyOf" not in schema
        schema["anyOf"] = [
            {"properties": {choice["property"]: {"const": value}, name: {"$ref": reference}}}
            for value, reference in choice["mapping"].items()]


def describe_streams(operation):
    """The schema of a stream of events is that of an event's data; schemathesis takes that of the whole event."""
    end = operation.get("x-tollgate-streaming", {}).get("end")
    for response in operation["responses"].values():
        stream = response.get("content", {}).get("text/event-stream")
        if stream is None:
            continue
        data = {"type": "string", "contentMediaType": "application/json", "contentSchema": stream["schema"]}
        stream["schema"] = {
            "type": "object", "required": ["data"],
            "properties": {"data": data if end is None else {
                "if": {"const": end}, "then": True, "else": data}}}
        stream.pop("examples", None)
