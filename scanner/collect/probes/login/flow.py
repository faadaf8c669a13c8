"""How people sign in at a site, step by step, described as data."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from scanner.document import Document, parse, read
from scanner.model.errors import MamoriError
from scanner.registry import unknown_name

_Path = Annotated[str, msgspec.Meta(pattern=r"^/(?!/)[!-~]*$", max_length=500)]
"""A path of the site, from its address on: never another site."""
_Field = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all parts of a flow share: unknown keys are errors."""


class CodeStep(_Part, frozen=True, kw_only=True):
    """Where the code of the second factor goes."""

    submit: _Path | None = None
    """Where it is sent; in a form, where the form itself says so."""
    method: Literal["POST", "PUT"] = "POST"
    field: _Field | None = None
    """The name of its field; in a form, found by what the field is for where absent."""
    together: bool = False
    """It is sent with the password, in one request."""
    asked: str | None = None
    """Words of the answer to the right password that asks for it; a form is seen without them."""
    carry: dict[str, str] = {}
    """Fields sent with it, and where the JSON of the answer to the password has their values."""


class AdministratorSign(_Part, frozen=True, kw_only=True):
    """What tells an administrator's session from others."""

    page: _Path
    """It answers 200 to administrators; with `at`, to everybody, and says there what they are."""
    at: str | None = None
    """Where in its JSON, as `user.roles.name`; of lists, every item counts."""
    values: tuple[str | int | bool, ...] = ()
    """What stands there for an administrator."""


class SignOut(_Part, frozen=True, kw_only=True):
    """How the session is ended that a probe began."""

    page: _Path
    method: Literal["GET", "POST", "DELETE"] = "GET"


class Flow(_Part, frozen=True, kw_only=True):
    """How people sign in.

    Paths start at the address of the site; at its host where that is the page with the form.
    """

    kind: Literal["form", "json"] = "form"
    page: _Path | None = None
    """The page with the form; the address itself where absent. JSON needs none."""
    submit: _Path | None = None
    """Where the password is sent; in a form, where the form itself says so."""
    username: _Field | None = None
    password: _Field | None = None
    """The names of the fields; in a form, found by what the fields are for where absent."""
    fields: dict[str, str] = {}
    """What is sent besides. Hidden fields of a form need not be named."""
    code: CodeStep | None = None
    """Absent where no code is ever asked for; a form that asks for one is seen all the same."""
    token: str | None = None
    """Where the JSON of an answer has a token that requests then bear; else cookies tell."""
    signed_in: _Path
    """What answers 200 to those who are signed in, and to nobody else."""
    administrator: AdministratorSign | None = None
    sign_out: SignOut | None = None


def ready_flows() -> dict[str, Any]:
    """Return the files of the flows that mamori brings along, by platform."""
    folder = resources.files("scanner.collect.probes.login") / "flows"
    return {
        each.name.removesuffix(".yaml"): each
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
        if each.name.endswith(".yaml")
    }


def is_ready(flow: Flow) -> bool:
    """Tell whether `flow` is one that mamori brings along, so that its addresses are known."""
    return any(
        flow == _checked(parse(each.read_bytes(), name)) for name, each in ready_flows().items()
    )


def load_flow(given: str, folder: Path) -> Flow:
    """Return the flow called `given`, or in the file `given`, whose path starts from `folder`.

    Raises:
        MamoriError: there is no such flow, or the file is wrong; file, line and key are named.
    """
    ready = ready_flows()
    if given in ready:
        return _checked(parse(ready[given].read_bytes(), f"{given}.yaml"))
    if not given.endswith((".yaml", ".yml")):
        raise unknown_name("flows", given, ready)
    path = folder / given
    if not path.is_file():
        raise MamoriError("There is no file {path}.", path=given)
    return _checked(read(path))


def _checked(document: Document) -> Flow:
    flow = document.convert(Flow)
    if flow.code is not None and flow.code.together and flow.code.field is None:
        raise document.error(("code",), "the key {name} is missing.", name=repr("field"))
    if flow.kind == "form":
        return flow
    for key, value in (
        ("submit", flow.submit),
        ("username", flow.username),
        ("password", flow.password),
    ):
        if value is None:
            raise document.error((), "the key {name} is missing.", name=repr(key))
    if flow.code is not None:
        for key, value in (("field", flow.code.field), ("submit", flow.code.submit)):
            if value is None and not (flow.code.together and key == "submit"):
                raise document.error(("code",), "the key {name} is missing.", name=repr(key))
    return flow
