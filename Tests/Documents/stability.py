"""The same document gives the same bytes, and a new operation changes only the files that it belongs to."""

import copy
import json
import os
import random
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import corpus

# A new operation of a known tag: its group's file, the client's file, and one for each type of its own.
MOST_CHANGED = 4

ADDED_PATH = "/zz-added/{addedId}"
ADDED = {
    "get": {
        "operationId": "readAddedThing",
        "summary": "Reads what was added.",
        "parameters": [{"name": "addedId", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {
            "200": {
                "description": "The thing.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AddedThing"}}},
            }
        },
    }
}
ADDED_SCHEMA = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


def texts(generated):
    return {os.path.relpath(file, generated.output): Path(file).read_bytes() for file in generated.files()}


def differing(left, right):
    return sorted(name for name in {*left, *right} if left.get(name) != right.get(name))


def same_bytes(generator, document, folder):
    """What differs between two runs, the second with a copy of the document in another folder; None if it is refused."""
    first = generator.generate(document, os.path.join(folder, "first"))
    if not first.succeeded:
        return None
    known = texts(first)
    differences = differing(known, texts(generator.generate(document, os.path.join(folder, "second"))))
    moved = moved_document(document, os.path.join(folder, "some where", "else"))
    return differences + differing(known, texts(generator.generate(moved, os.path.join(folder, "third"))))


def moved_document(document, folder):
    """A copy with all the files that it refers to, made in another order."""
    # Where files are, not how they were reached: the collection may be behind a link, and a copy beside it is none.
    files = [os.path.realpath(file) for file in document.files()]
    base = os.path.commonpath([os.path.dirname(file) for file in files])
    random.Random(1).shuffle(files)
    for file in files:
        target = inside(folder, os.path.relpath(file, base))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(file, target)
    return replace(document, path=inside(folder, os.path.relpath(os.path.realpath(document.path), base)))


def inside(folder, name):
    """The path of a file in a folder; a name that leads out of it ends the run."""
    path = os.path.realpath(os.path.join(folder, name))
    if os.path.commonpath([path, os.path.realpath(folder)]) != os.path.realpath(folder):
        raise SystemExit(f"{name} leads out of {folder}")
    return path


def after_addition(generator, document, folder):
    """Which files a new operation changes, wherever it is put; None if the document is refused.

    The worst of three places is given: the first, the middle and the last one of the document's paths.
    """
    moved = moved_document(document, os.path.join(folder, "document"))
    root = copy.deepcopy(document.root)
    before = written(generator, moved, root, os.path.join(folder, "before"))
    if before is None:
        return None
    worst = []
    for place in (0.0, 0.5, 1.0):
        changed = added(root, place)
        after = written(generator, moved, changed, os.path.join(folder, "after"))
        if after is None:
            return ["nothing is generated any more"]
        worst = max(worst, differing(before, after), key=len)
    return worst


def added(root, place):
    changed = copy.deepcopy(root)
    paths = list((changed.get("paths") or {}).items())
    tags = [
        operation["tags"] for _, item in paths for operation in item.values()
        if isinstance(operation, dict) and operation.get("tags")
    ]
    item = copy.deepcopy(ADDED)
    if tags:
        item["get"]["tags"] = tags[int(place * (len(tags) - 1))]
    paths.insert(int(place * len(paths)), (ADDED_PATH, item))
    changed["paths"] = dict(paths)
    schemas = list((changed.setdefault("components", {}).get("schemas") or {}).items())
    schemas.insert(int(place * len(schemas)), ("AddedThing", ADDED_SCHEMA))
    changed["components"]["schemas"] = dict(schemas)
    return changed


def written(generator, document, root, output):
    """Generates from a copy that ``moved_document`` made, with another root. JSON is YAML, whatever it is called."""
    Path(document.path).write_text(json.dumps(root))
    generated = generator.generate(document, output)
    return texts(generated) if generated.succeeded else None


def check(generator, documents, fail, say):
    """Runs both checks; large documents get the second one, too."""
    counts = []
    for document in documents:
        with tempfile.TemporaryDirectory() as folder:
            differences = same_bytes(generator, document, folder)
            if differences:
                fail(document, "two runs differ", differences)
            if document.tree or differences is None:
                continue
            changed = after_addition(generator, document, folder)
            counts.append((len(changed), document.name))
            if len(changed) > MOST_CHANGED:
                fail(document, f"one more operation changes {len(changed)} files", changed)
    if counts:
        most = max(counts)
        say(f"  one more operation changes at most {most[0]} files ({most[1]})")
