"""Holds requests and answers against what a vendor publishes of its interface.

Reads OpenAPI 3 and Swagger 2, as JSON or YAML. `MAMORI_VENDOR_DESCRIPTIONS` names a folder with one
folder for each platform; nothing is fetched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import jsonschema_rs
import msgspec

METHODS = ("get", "head", "post")
_NO_RULES = {"example", "examples", "default", "format", "discriminator", "pattern"}
_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}


def folder_of(name: str) -> Path | None:
    """Return where the descriptions of the platform `name` lie, if they do."""
    root = os.environ.get("MAMORI_VENDOR_DESCRIPTIONS")
    found = Path(root) / name if root else None
    return found if found is not None and found.is_dir() else None


class Operation(NamedTuple):
    """One request that a description allows."""

    document: dict[str, Any]
    pattern: re.Pattern[str]
    template: str
    parameters: tuple[dict[str, Any], ...]
    spec: dict[str, Any]


class Description:
    """All that one vendor publishes of its interface."""

    def __init__(self, documents: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
        self._operations: dict[str, list[Operation]] = {method: [] for method in METHODS}
        for document in documents:
            self._take_in(document)
        for found in self._operations.values():
            found.sort(key=lambda each: each.template.count("{"))

    @classmethod
    def load(cls, folder: Path) -> Description:
        """Read every description in `folder`."""
        return cls(_documents(folder))

    def _take_in(self, document: dict[str, Any]) -> None:
        for path, item in document.get("paths", {}).items():
            for method in METHODS:
                spec = item.get(method)
                if spec is None:
                    continue
                shared = (*item.get("parameters", ()), *spec.get("parameters", ()))
                parameters = tuple(_resolve(each, document) for each in shared)
                for prefix in _prefixes(document):
                    template = prefix + path
                    self._operations[method].append(
                        Operation(document, _pattern(template), template, parameters, spec)
                    )

    def operations(self, method: str, path: str) -> list[Operation]:
        """Return those of the most exact path that take the request."""
        found = [each for each in self._operations[method.lower()] if each.pattern.fullmatch(path)]
        fewest = min((each.template.count("{") for each in found), default=0)
        return [each for each in found if each.template.count("{") == fewest]

    def faults(self, request: httpx.Request) -> list[str]:
        """Return what of `request` the description does not allow."""
        path = request.url.raw_path.decode().partition("?")[0]
        found = self.operations(request.method, path)
        if not found:
            return [f"{request.method} {path} is not described"]
        # Several documents may describe one request; it must fit one of them.
        return min((list(_request_faults(each, request)) for each in found), key=len)

    def answer_faults(self, method: str, path: str, answer: Any) -> list[str]:
        """Return what of `answer` the description does not know."""
        found = self.operations(method, path)
        told = [
            list(_answer_faults(schema, answer, each.document))
            for each in found
            if (schema := _answer_schema(each)) is not None
        ]
        return min(told, key=len, default=[])


def _documents(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".json", ".yaml", ".yml"}:
            continue
        decode: Any = msgspec.json.decode if path.suffix == ".json" else msgspec.yaml.decode
        # A vendor's examples may hold characters that YAML allows nowhere.
        document = decode(re.sub(rb"[\x00-\x08\x0b-\x1f]", b" ", path.read_bytes()))
        if isinstance(document, dict) and "paths" in document:
            yield document


def _prefixes(document: dict[str, Any]) -> set[str]:
    if "swagger" in document:
        return {document.get("basePath", "").rstrip("/")}
    servers = document.get("servers") or [{"url": ""}]
    return {re.sub(r"\{\w+\}", "x", urlsplit(each["url"]).path).rstrip("/") for each in servers}


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template)))


def _resolve(value: Any, document: dict[str, Any]) -> Any:
    for _ in range(20):
        if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
            break
        target: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        value = target
    return value


def _request_faults(operation: Operation, request: httpx.Request) -> Iterator[str]:
    known = {each["name"]: each for each in operation.parameters if each.get("in") == "query"}
    known.update({f"{name}[]": each for name, each in known.items()})
    given = request.url.params
    for name in given:
        if name not in known:
            yield f"{operation.template} has no parameter {name}"
            continue
        for value in given.get_list(name):
            yield from _value_faults(operation, name, value, known[name])
    for name, each in known.items():
        missing = not name.endswith("[]") and name not in given and f"{name}[]" not in given
        if each.get("required") and missing:
            yield f"{operation.template} wants the parameter {name}"
    yield from _body_faults(operation, request)


def _value_faults(
    operation: Operation, name: str, value: str, parameter: dict[str, Any]
) -> Iterator[str]:
    schema = _resolve(parameter.get("schema", parameter), operation.document)
    schema = _plain(schema)
    if "array" in _types(schema):
        schema = _plain(_resolve(schema.get("items", {}), operation.document))
        values = value.split(",")
    else:
        values = [value]
    for each in values:
        if not _fits(_as_typed(each, _types(schema)), schema, operation.document):
            yield f"{operation.template} takes no {name}={each}"


def _as_typed(value: str, types: set[str]) -> Any:
    """Return what a parameter, which is always text, stands for."""
    if "boolean" in types and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if types & {"integer", "number"} and re.fullmatch(r"-?\d+", value):
        return int(value)
    return value


def _types(schema: Mapping[str, Any]) -> set[str]:
    told = schema.get("type", ())
    found = {told} if isinstance(told, str) else set(told)
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        found |= _types(each)
    return found


def _fits(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> bool:
    whole = {"components": document.get("components", {}), **schema}
    whole["definitions"] = document.get("definitions", {})
    return jsonschema_rs.Draft4Validator(_plain(whole)).is_valid(value)


def _plain(schema: Any) -> Any:
    """Return a schema with the words that vendors invent, and examples, left out."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {word: _plain(value) for word, value in schema.items() if word not in _NO_RULES}
    told = kept.get("type")
    if isinstance(told, str) and told not in _TYPES:
        del kept["type"]
    elif schema.get("nullable") is True and isinstance(told, str):
        kept["type"] = [told, "null"]
    if isinstance(kept.get("required"), bool):  # of a parameter, or a slip of the vendor's
        del kept["required"]
    for part in kept.get("allOf", ()):  # that forbids the fields of the parts beside it
        part.pop("additionalProperties", None)
    return kept


def _body_faults(operation: Operation, request: httpx.Request) -> Iterator[str]:
    if request.method != "POST":
        return
    content = _resolve(operation.spec.get("requestBody", {}), operation.document)
    kind = request.headers.get("content-type", "").partition(";")[0]
    schema = content.get("content", {}).get(kind, {}).get("schema")
    if "swagger" in operation.document:
        [schema] = [
            each.get("schema") for each in operation.parameters if each.get("in") == "body"
        ] or [None]
    if schema is None:
        yield f"{operation.template} takes no {kind or 'empty body'}"
    elif kind == "application/json":
        body = msgspec.json.decode(request.content)
        if not _fits(body, _resolve(schema, operation.document), operation.document):
            yield f"{operation.template} takes no such body"


def _answer_schema(operation: Operation) -> Any:
    responses = operation.spec.get("responses", {})
    answer = _resolve(responses.get("200", responses.get("default", {})), operation.document)
    if "swagger" in operation.document:
        return answer.get("schema")
    for kind, content in answer.get("content", {}).items():
        if "json" in kind or kind == "*/*":
            return content.get("schema")
    return None


def _answer_faults(
    schema: Any, value: Any, document: dict[str, Any], place: str = "answer"
) -> Iterator[str]:
    """Yield the fields of `value` that `schema` does not name, and values of another type."""
    options = list(_alternatives(schema, document))
    if isinstance(value, dict):
        fields = _fields(options)
        for name, inner in value.items() if fields is not None else ():
            if name not in fields:
                yield f"{place} has no field {name}"
            else:
                known = {"anyOf": fields[name]}
                yield from _answer_faults(known, inner, document, f"{place}.{name}")
    elif isinstance(value, list):
        items = [option["items"] for option in options if "items" in option]
        if not items and not any({"array"} & (_types(each) or {"array"}) for each in options):
            yield f"{place} is no list"
        for inner in value if items else ():
            yield from _answer_faults({"anyOf": items}, inner, document, f"{place}[]")
    elif value is not None:
        yield from _plain_value_faults(options, value, place)


def _fields(options: list[dict[str, Any]]) -> Any:
    """Return what an object may hold, by name; None where it may hold anything."""
    fields: dict[str, list[Any]] = {}
    for option in options:
        free = option.get("additionalProperties") or not option.get("properties")
        if free and "object" in (_types(option) or {"object"}):
            return None
        for name, inner in option.get("properties", {}).items():
            fields.setdefault(name, []).append(inner)
    return fields


def _plain_value_faults(options: list[dict[str, Any]], value: Any, place: str) -> Iterator[str]:
    types = {kind for option in options for kind in (_types(option) or {_name(value)})}
    if types and _name(value) not in types and types != {"number"}:
        yield f"{place} is not {_name(value)} but {sorted(types)}"
    allowed = [option["enum"] for option in options if "enum" in option]
    if len(allowed) == len(options) and allowed and not any(value in each for each in allowed):
        yield f"{place} is never {value!r}"


def _name(value: Any) -> str:
    return {bool: "boolean", int: "integer", float: "number", str: "string"}.get(
        type(value), "object" if isinstance(value, dict) else "array"
    )


def _alternatives(
    schema: Any, document: dict[str, Any], depth: int = 0
) -> Iterator[dict[str, Any]]:
    """Yield the plain schemas of which one holds; parts that hold together are made one."""
    schema = _resolve(schema, document)
    if not isinstance(schema, dict) or depth > 12:
        yield {}
        return
    parts = schema.get("allOf", [])
    if parts:
        merged: dict[str, Any] = {key: each for key, each in schema.items() if key != "allOf"}
        merged["properties"] = dict(schema.get("properties", {}))
        for part in parts:
            for each in _alternatives(part, document, depth + 1):
                merged["properties"].update(each.get("properties", {}))
                merged.setdefault("type", each.get("type", "object"))
                if "enum" in each:
                    merged["enum"] = each["enum"]
        schema = merged
    options = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    if not options:
        yield schema
    for each in options:
        yield from _alternatives(each, document, depth + 1)
    if options and schema.get("properties"):
        yield {"type": "object", "properties": schema["properties"]}
