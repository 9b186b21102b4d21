"""Documents that mean harm: nothing is written elsewhere, nothing runs, and what is written compiles."""

import json
import os
import resource
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import corpus
from toolchain import run

# For documents that are nested more deeply than Python likes.
sys.setrecursionlimit(30_000)

# Of the processor: a busy machine is no fault.
SECONDS = 30
BYTES = 2 << 30

STRINGS = {
    "comment end": "x */ } import Nothing; fatalError() /* ",
    "line comment": "x\n// fatalError()\nlet y = 1",
    "carriage return": "x\rlet y = 1\r\n",
    "line separator": "x\u2028let y = 1\u2029\u0085",
    "interpolation": 'x\\(fatalError())\\#(fatalError())',
    "quotes": 'x"; fatalError(); "',
    "raw string": 'x"""#; fatalError(); #"""',
    "multi-line string": 'x"""\nfatalError()\n"""',
    "backslash": "x\\",
    "backticks": "x`; fatalError(); `",
    "directive": "#if true\n#error(\"ran\")\n#endif",
    "attribute": "@main struct Evil {}",
    "controls": "x\u0000\u0007\u001b[31m\u007f",
    "directions": "x\u202e\u2066\u200b\ufeff",
    "traversal": "../../../../canary/evil",
    "absolute": "/canary/evil",
    "windows": "..\\..\\canary\\evil",
    "long": "n" * 5000,
    "emoji": "👩‍👩‍👧 e\u0301 日本",
    "empty": "",
    "space": " \t ",
    "markup": "</code> ``` ~~~ [x](javascript:1) - Parameter x: y\n- Returns: z",
}


@dataclass
class Hostile:
    name: str
    text: str
    files: dict = field(default_factory=dict)
    # Whether the compiler is to have a look. It takes its time with the largest.
    compiles: bool = True
    # What the generator must say, whether it refuses the document or not.
    says: str = ""


def template(evil):
    """A document that says the same everywhere."""
    thing = {
        "type": "object", "title": evil, "description": evil, "required": [evil, "plain"],
        "properties": {
            evil: {"type": "string", "description": evil, "default": evil, "example": evil, "pattern": evil},
            "plain": {"type": "string", "enum": [evil, "b", evil + "2"], "default": evil, "title": evil},
            "map": {"type": "object", "additionalProperties": {"type": "integer", "title": evil + "3"}},
            "constant": {"const": evil},
        },
        "example": {evil: evil},
    }
    kinds = {
        "oneOf": [{"$ref": "#/components/schemas/Plain"}, {"$ref": "#/components/schemas/Other"}],
        "discriminator": {"propertyName": "kind", "mapping": {evil: "#/components/schemas/Plain"}},
        "description": evil,
    }
    plain = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    operation = {
        "operationId": evil, "summary": evil, "description": evil, "tags": [evil],
        "parameters": [
            {"name": evil, "in": "query", "description": evil, "schema": {"type": "string", "default": evil}},
            {"name": "x-" + evil, "in": "header", "schema": {"type": "string"}},
            {"name": evil + "4", "in": "cookie", "schema": {"type": "string"}},
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "enum": [evil, "a"]}},
        ],
        "requestBody": {
            "description": evil,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/" + corpus.escaped(evil)}}},
        },
        "responses": {
            "200": {
                "description": evil, "headers": {evil: {"schema": {"type": "string"}, "description": evil}},
                "content": {"application/json": {"schema": kinds}},
            },
            "default": {"description": evil, "content": {evil: {"schema": {"type": "string"}}}},
        },
        "security": [{evil: [evil]}], "deprecated": True,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": evil, "version": evil, "description": evil, "summary": evil},
        "servers": [{"url": "https://" + evil, "description": evil}, {"url": evil}],
        "tags": [{"name": evil, "description": evil}],
        "paths": {
            "/things/{id}": {"post": operation, "get": {**operation, "operationId": evil + "5", "requestBody": None}},
            "/" + evil + "/{id}": {"get": {**operation, "operationId": evil + "6", "requestBody": None}},
        },
        "webhooks": {evil: {"post": {"requestBody": operation["requestBody"], "responses": {}}}},
        "components": {
            "schemas": {evil: thing, "Plain": plain, "Other": plain, "Named" + evil: thing},
            "securitySchemes": {evil: {"type": "apiKey", "in": "header", "name": evil, "description": evil}},
        },
    }


def document(schemas=None, paths=None, **more):
    uses = {f"use{index}": {"$ref": f"#/components/schemas/{name}"} for index, name in enumerate(schemas or {})}
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": uses}}}}
    operation = {"operationId": "send", "requestBody": body, "responses": {"204": {"description": "Done."}}}
    return {
        "openapi": "3.1.0", "info": {"title": "Hostile", "version": "1"},
        "paths": {"/send": {"post": operation}, **(paths or {})}, "components": {"schemas": schemas or {}, **more},
    }


def nested(depth, wrap, inner):
    value = inner
    for _ in range(depth):
        value = wrap(value)
    return value


def strings():
    for name, evil in STRINGS.items():
        yield Hostile(f"strings: {name}", json.dumps(template(evil)))
    yield Hostile("strings: all as names", json.dumps(document({
        "Thing": {"type": "object", "properties": {evil: {"type": "string"} for evil in STRINGS.values()}},
        "Choice": {"type": "string", "enum": list(STRINGS.values())},
        **{evil: {"type": "object", "properties": {"a": {"type": "string"}}} for evil in STRINGS.values() if evil},
    })))


def places():
    for target in ["../canary/secret.yaml", "/etc/passwd", "file:///etc/passwd", "..%2fcanary%2fsecret.yaml",
                   "./../canary/secret.yaml#/a", "https://example.invalid/x.yaml", "link.yaml"]:
        yield Hostile(f"a reference to {target}", json.dumps(document({"A": {"$ref": target}})))
    yield Hostile("a path item elsewhere", json.dumps(document(paths={"/x": {"$ref": "../canary/secret.yaml"}})))


def nesting():
    yield Hostile("brackets in JSON", "[" * 200_000)
    yield Hostile("brackets in YAML", "openapi: " + "[" * 200_000)
    yield Hostile("indented YAML", "".join(" " * depth + "a:\n" for depth in range(3000)))
    yield Hostile("sequences in YAML", "- " * 100_000)
    for depth in (100, 1500):
        properties = nested(depth, lambda value: {"type": "object", "properties": {"a": value}}, {"type": "string"})
        yield Hostile(f"properties {depth} deep", json.dumps(document({"A": properties})))
        for keyword in ("allOf", "anyOf", "oneOf"):
            value = nested(depth, lambda value: {keyword: [value, {"type": "object"}]}, {"type": "object"})
            yield Hostile(f"{keyword} {depth} deep", json.dumps(document({"A": value})))
        items = nested(depth, lambda value: {"type": "array", "items": value}, {"type": "string"})
        yield Hostile(f"lists {depth} deep", json.dumps(document({"A": items})))
    chain = {f"S{index}": {"$ref": f"#/components/schemas/S{index + 1}"} for index in range(5000)}
    yield Hostile("a chain of 5000 references", json.dumps(document({**chain, "S5000": {"type": "string"}})))
    wide = {f"S{index}": {"allOf": [{"$ref": f"#/components/schemas/S{index + 1}"}] * 2} for index in range(60)}
    yield Hostile("allOf that doubles 60 times", json.dumps(document({**wide, "S60": {"type": "object"}})))
    unions = {f"S{index}": {"oneOf": [{"$ref": f"#/components/schemas/S{index + 1}"}] * 2} for index in range(60)}
    yield Hostile("oneOf that doubles 60 times", json.dumps(document({**unions, "S60": {"type": "object"}})))


def aliases():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for index in range(1, 20):
        bomb += f"a{index}: &a{index} [" + ", ".join([f"*a{index - 1}"] * 10) + "]\n"
    yield Hostile("an alias bomb", "openapi: 3.1.0\n" + bomb)
    yield Hostile("an alias of itself", "openapi: 3.1.0\npaths: &a\n  /x: *a\n")
    merges = "b0: &b0 {k: v}\n"
    for index in range(1, 30):
        merges += f"b{index}: &b{index}\n  <<: [*b{index - 1}, *b{index - 1}]\n  k{index}: v\n"
    yield Hostile("merges that double", "openapi: 3.1.0\n" + merges)


def cycles():
    def reference(name):
        return {"$ref": f"#/components/schemas/{name}"}

    yield Hostile("bare references in a circle", json.dumps(document({"A": reference("B"), "B": reference("A")})))
    for keyword in ("allOf", "anyOf", "oneOf"):
        yield Hostile(f"{keyword} of itself", json.dumps(document({"A": {keyword: [reference("A")]}})))
        both = {"A": {keyword: [reference("B"), {"type": "object"}]}, "B": {keyword: [reference("A"), {"type": "object"}]}}
        yield Hostile(f"{keyword} of each other", json.dumps(document(both)))
    yield Hostile("items of itself", json.dumps(document({"A": {"type": "array", "items": reference("A")}})))
    loop = {"type": "object", "required": ["a"], "properties": {"a": reference("A"), "b": reference("A")}}
    yield Hostile("a required member of itself", json.dumps(document({"A": loop})))
    yield Hostile("a map of itself", json.dumps(document({"A": {"additionalProperties": reference("A")}})))
    circle = {"/x": {"$ref": "#/paths/~1y"}, "/y": {"$ref": "#/paths/~1x"}}
    yield Hostile("path items in a circle", json.dumps(document(paths=circle)))
    parts = {
        kind: {"A": {"$ref": f"#/components/{kind}/B"}, "B": {"$ref": f"#/components/{kind}/A"}}
        for kind in ("parameters", "responses", "requestBodies", "headers", "examples")
    }
    users = {"/x": {"get": {
        "parameters": [{"$ref": "#/components/parameters/A"}], "requestBody": {"$ref": "#/components/requestBodies/A"},
        "responses": {"200": {"$ref": "#/components/responses/A"}}}}}
    yield Hostile("components in circles", json.dumps(document(paths=users, **parts)))
    yield Hostile("files in a circle", json.dumps(document({"A": {"$ref": "other.json#/a"}})),
                  files={"other.json": json.dumps({"a": {"$ref": "main.json#/components/schemas/A"}})})
    yield Hostile("the document as its own schema", json.dumps(document({"A": {"$ref": "#"}, "B": {"$ref": "#/components"}})))


def sizes():
    big = "lorem ipsum " * 900_000
    word = "x" * 10_000_000
    yield Hostile("a description of 10 MB", json.dumps(document({"A": {"type": "object", "description": big}})))
    yield Hostile("a line of 10 MB in YAML", "openapi: 3.1.0\ninfo:\n  title: a\n  version: '1'\n  description: " + word + "\npaths: {}\n")
    for name, schema in {
        "a property name": {"type": "object", "properties": {word: {"type": "string"}}},
        "a value of an enum": {"type": "string", "enum": [word, "b"]},
        "a default": {"type": "object", "properties": {"a": {"type": "string", "default": word}}},
        "a pattern": {"type": "string", "pattern": word},
    }.items():
        yield Hostile(f"{name} of 10 MB", json.dumps(document({"A": schema})))
    yield Hostile("a schema name of 10 MB", json.dumps(document({word: {"type": "object", "properties": {"a": {}}}})))
    yield Hostile("a path of 10 MB", json.dumps(document(paths={"/" + word: {"get": {"responses": {}}}})))
    digits = '{"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {}, "components": {"schemas": {"A": '
    yield Hostile("a number of 10 MB", digits + '{"type": "integer", "maximum": ' + "9" * 10_000_000 + "}}}}")
    entries = [f"value-{index}" for index in range(1_000_000)]
    yield Hostile("an enum of a million", json.dumps(document({"A": {"type": "string", "enum": entries}})), compiles=False)
    members = {entry: {"type": "string"} for entry in entries}
    yield Hostile("a million properties", json.dumps(document({"A": {"type": "object", "properties": members}})), compiles=False)
    operations = {f"/p{index}": {"get": {"responses": {"204": {"description": ""}}}} for index in range(100_000)}
    yield Hostile("a hundred thousand paths", json.dumps(document(paths=operations)), compiles=False)


def limits():
    """Small texts that become much."""
    groups = {
        f"/p{index}": {"get": {"tags": [f"tag{index}"], "responses": {"204": {"description": ""}}}}
        for index in range(5001)
    }
    yield Hostile("5001 groups", json.dumps(document(paths=groups)), says="error: the operations belong to more than 5000 groups")
    base = {"type": "object", "properties": {f"p{index}": {"type": "string"} for index in range(4000)}}
    heirs = {f"T{index}": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object"}]} for index in range(60)}
    yield Hostile("objects with 240,000 properties in all", json.dumps(document({"Base": base, **heirs})), compiles=False,
                  says="warning: the document has more than 200000 properties from here on; any value is accepted")


def limited(seconds):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    return limit


class House:
    """A folder with something beside the output that must stay as it is."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.output = self.folder / "work" / "out"
        (self.folder / "canary").mkdir()
        (self.folder / "canary" / "secret.yaml").write_text("type: object\nproperties: { secretOfTheCanary: { type: string } }\n")
        (self.folder / "work" / "spec").mkdir(parents=True)
        (self.folder / "work" / "spec" / "link.yaml").symlink_to(self.folder / "canary" / "secret.yaml")

    def others(self):
        """Everything but the output."""
        return {
            str(path): path.read_bytes() if path.is_file() else None
            for path in self.folder.rglob("*") if self.output not in (path, *path.parents)
        }


def check(generator, compiler, fail, say, quick):
    """Generates and compiles each. `fail` takes a document, a sentence and details."""
    groups = [strings, places, nesting, aliases, cycles, limits] + ([] if quick else [sizes])
    results = {"refused": 0, "compiled": 0, "generated": 0}
    for hostile in (case for group in groups for case in group()):
        with tempfile.TemporaryDirectory() as folder:
            results[examine(hostile, House(folder), generator, compiler, fail, quick)] += 1
    say(f"  {sum(results.values())} hostile documents: {results['refused']} refused with a diagnostic, "
        f"{results['compiled']} generated and compiled, {results['generated']} generated")
    with tempfile.TemporaryDirectory() as folder:
        check_names(House(folder), generator, fail)


def examine(hostile, house, generator, compiler, fail, quick):
    spec = house.folder / "work" / "spec" / "main.json"
    if not hostile.text.lstrip().startswith("{"):
        spec = spec.with_suffix(".yaml")
    spec.write_text(hostile.text)
    for name, text in hostile.files.items():
        (spec.parent / name).write_text(text)
    subject = corpus.Document(name=hostile.name, path=str(spec))
    before = house.others()
    words = [generator.program, "generate", "--input", str(spec), "--output", str(house.output), "--module", "Hostile"]
    # In a hurry the generator is a debug build, which takes several times as long.
    seconds = 4 * SECONDS if quick else SECONDS
    result = run(words, before=limited(seconds))
    details = result.output.splitlines()[-3:]
    if result.status in (None, -signal.SIGXCPU, -signal.SIGKILL):
        fail(subject, f"takes more than {seconds} s")
    elif result.status not in (0, 1):
        fail(subject, f"crashes ({result.status})", details)
    elif result.status == 1 and "error: " not in result.output:
        fail(subject, "refused without a diagnostic", details)
    if hostile.says not in result.output:
        fail(subject, f"does not say: {hostile.says}", details)
    if house.others() != before:
        fail(subject, "something outside the output folder changed")
    if any(path.is_symlink() for path in house.output.rglob("*")):
        fail(subject, "there are links in the output folder")
    if result.status != 0:
        return "refused"
    files = sorted(str(path) for path in house.output.rglob("*.swift"))
    if any("secretOfTheCanary" in Path(file).read_text() for file in files):
        fail(subject, "a file outside the folder of the document was read")
    if quick or not hostile.compiles:
        return "generated"
    complaints = compiler.complaints(files, "Hostile")
    if complaints:
        fail(subject, "does not compile", [line.replace(str(house.output), "")[:300] for line in complaints])
    return "compiled"


def check_names(house, generator, fail):
    """Names of modules that lead elsewhere, and links in the output folder."""
    spec = house.folder / "work" / "spec" / "main.json"
    spec.write_text(json.dumps(document({"A": {"type": "object", "properties": {"a": {"type": "string"}}}})))
    before = house.others()
    words = [generator.program, "generate", "--input", str(spec), "--output", str(house.output), "--module"]
    for name in ["../Evil", "/Evil", "Evil/../../x", "Ev il", "", "Swift", "Evil\nEvil", "*/", "évil", "TollgateCore"]:
        subject = corpus.Document(name=f"module {name!r}", path=str(spec))
        result = run([*words, name], limit=600)
        if result.status in (0, None) or result.status < 0:
            fail(subject, f"is no name of a module, and the status is {result.status}")
    subject = corpus.Document(name="a link in the output folder", path=str(spec))
    house.output.mkdir(parents=True, exist_ok=True)
    (house.output / "Models").symlink_to(house.folder / "canary")
    result = run([*words, "Fine"], limit=600)
    if result.status == 0 or house.others() != before:
        fail(subject, "is followed", result.output.splitlines()[-3:])
