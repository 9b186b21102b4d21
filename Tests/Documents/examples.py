"""The examples of a document, judged by a validator that the generator knows nothing of."""

import os
import re
from pathlib import Path
from urllib.parse import quote, unquote, urlparse

from jsonschema.exceptions import ValidationError
from openapi_schema_validator import OAS30Validator, OAS31Validator, oas30_format_checker, oas31_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012, DRAFT4

from corpus import Place, load

SCHEMA_LISTS = ["allOf", "anyOf", "oneOf", "prefixItems"]
SCHEMA_MAPS = ["properties", "patternProperties", "$defs"]
SCHEMAS = ["items", "additionalProperties", "unevaluatedProperties"]


def is_json(media_type):
    essence = media_type.split(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


class Examples:
    """The places of all examples of JSON in a document, with the schemas that they are examples of."""

    def __init__(self, document):
        self.document = document
        self.found = {}
        self.seen = set()
        for _, operation in document.operations().items():
            self._operation(operation)
        components = Place(document.path) / "components"
        for name in (components.value or {}).get("schemas") or {}:
            self._schema(components / "schemas" / name)

    def _operation(self, place):
        body = (place / "requestBody").follow()
        if body:
            self._content(body / "content")
        for code in (place / "responses").value or {}:
            response = (place / "responses" / code).follow()
            if response:
                self._content(response / "content")

    def _content(self, place):
        for media_type, content in (place.value or {}).items():
            if not isinstance(content, dict):
                continue
            schema = place / media_type / "schema"
            if is_json(media_type) and schema.value is not None:
                if "example" in content:
                    self.found[place / media_type / "example"] = schema
                for name in content.get("examples") or {}:
                    example = (place / media_type / "examples" / name).follow()
                    if example and "value" in (example.value or {}):
                        self.found[example / "value"] = schema
            if schema.value is not None:
                self._schema(schema)

    def _schema(self, place):
        pending = [place]
        while pending:
            place = pending.pop()
            value = place.value
            if place in self.seen or not isinstance(value, dict):
                continue
            self.seen.add(place)
            if isinstance(value.get("$ref"), str):
                target = place.follow()
                if target:
                    pending.append(target)
                if self.document.version.startswith("3.0"):
                    continue
            if "example" in value:
                self.found[place / "example"] = place
            if isinstance(value.get("examples"), list):
                for index in range(len(value["examples"])):
                    self.found[place / "examples" / index] = place
            pending += [place / key / index for key in SCHEMA_LISTS for index in range(len(value.get(key) or []))]
            pending += [place / key / name for key in SCHEMA_MAPS for name in value.get(key) or {}]
            pending += [place / key for key in SCHEMAS if isinstance(value.get(key), dict)]

    def accepted(self):
        """Those that their own schemas accept, formats included."""
        judge = Judge(self.document)
        return {place for place, schema in self.found.items() if judge.accepts(schema, place.value)}


class Judge:
    def __init__(self, document):
        old = document.version.startswith("3.0")
        self.specification = DRAFT4 if old else DRAFT202012
        self.kind = OAS30Validator if old else OAS31Validator
        self.formats = oas30_format_checker if old else oas31_format_checker
        # Every file is read into the registry beforehand: what is retrieved later is crawled for each example.
        resources = [(Path(file).as_uri(), self._resource(file)) for file in map(os.path.realpath, document.files())]
        self.registry = Registry(retrieve=self._retrieve).with_resources(resources).crawl()

    def _resource(self, file):
        return Resource(contents=load(file), specification=self.specification)

    def _retrieve(self, uri):
        return self._resource(unquote(urlparse(uri).path))

    def accepts(self, schema, value):
        uri = Path(os.path.realpath(schema.file)).as_uri()
        reference = {"$ref": f"{uri}#{quote(schema.pointer, safe='/~')}"}
        try:
            validator = self.kind(reference, registry=self.registry, format_checker=self.formats)
            return validator.is_valid(value)
        except (ValidationError, RecursionError, re.error):
            return False
        except Exception as error:  # What the validator cannot judge is not counted.
            if type(error).__module__.split(".")[0] in ("referencing", "jsonschema", "openapi_schema_validator"):
                return False
            raise


def written_name(place, document):
    """As the generated test names the place: `openapi.yaml#/components/schemas/Pet/example`."""
    folder = os.path.dirname(os.path.realpath(document.path))
    return f"{os.path.relpath(os.path.realpath(place.file), folder)}#{place.pointer}"
