"""`mamori.yaml` → typed settings, with errors that name the file, the line and the key."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from scanner import registry
from scanner.document import Document, DocumentError, Place, exists, read
from scanner.model import CredentialKind, Mfa
from scanner.policy import is_file, shipped
from scanner.registry import unknown_name

DEFAULT_FILE = Path("mamori.yaml")
"""Where the configuration lies unless another file is named."""
INVENTORY_FILE = "credentials.yaml"
ATTESTATIONS_FILE = "attestations.yaml"
WAIVERS_FILE = "waivers.yaml"


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all parts of the file share: unknown keys are errors."""


class Organisation(Section, frozen=True, kw_only=True):
    """Whose deployments these are."""

    name: str = ""
    names: tuple[str, ...] = ()
    """Other spellings and brands; passwords made of them are weak."""
    domains: tuple[str, ...] = ()
    """Mail domains of its own people."""


class Login(Section, frozen=True, kw_only=True):
    """How mamori signs in to a platform. Secrets are references, never values."""

    username: str | None = None
    password: str | None = None
    token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    refresh_token: str | None = None
    """What an OAuth 2 client was granted by a person."""
    private_key: str | None = None
    """In PEM; signs what an app of the platform sends for a token."""

    @property
    def references(self) -> dict[str, str]:
        """The references of this login by key."""
        return {
            key: value
            for key in ("password", "token", "client_secret", "refresh_token", "private_key")
            if (value := getattr(self, key)) is not None
        }


class HeldCredential(Section, frozen=True, kw_only=True):
    """A secret to judge, and what its keeper declares of it."""

    ref: str
    name: str = ""
    """What people call it; its reference where they call it nothing."""
    kind: CredentialKind = CredentialKind.PASSWORD
    username: str = ""
    owner: str | None = None
    purpose: str | None = None
    issued: date | None = None
    rotated: date | None = None
    expires: date | None = None
    mfa: Mfa | None = None
    """The second factor that stands beside it, if any."""

    @property
    def called(self) -> str:
        """The name by which commands know it."""
        return self.name or self.ref


class Inventoried(HeldCredential, frozen=True, kw_only=True):
    """An entry of the inventory: a secret, and the target that it belongs to."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    target: str


class Inventory(Section, frozen=True, kw_only=True):
    """The file that `mamori credentials` keeps."""

    credentials: tuple[Inventoried, ...] | None = None


class Event(StrEnum):
    """What a log may tell of."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    MFA_ON = "mfa_on"
    MFA_OFF = "mfa_off"
    ADMINISTRATOR = "administrator"
    """Somebody became an administrator."""
    NO_ADMINISTRATOR = "no_administrator"
    USER_ADDED = "user_added"
    USER_ENABLED = "user_enabled"
    USER_DISABLED = "user_disabled"
    """Suspended, or removed."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an event, not a password
    MFA_REQUIRED = "mfa_required"
    """Of everybody."""
    MFA_OPTIONAL = "mfa_optional"
    SSO_REQUIRED = "sso_required"
    SSO_OPTIONAL = "sso_optional"
    NETWORKS_LIMITED = "networks_limited"
    NETWORKS_OPEN = "networks_open"
    OTHER = "other"
    """Something that changes none of what mamori asks for."""


class Export(Section, frozen=True, kw_only=True):
    """A CSV file exported from an admin screen, and which of its columns says what."""

    csv: str
    columns: dict[str, str] = {}
    """By key; where absent, the headers that admin screens use are recognised."""
    encoding: str | None = None
    """`utf-8`, `utf-16` or `shift_jis`; recognised from the bytes where absent."""
    exported: date | None = None
    """The day of the export; where absent, the day the file was written."""


class LogExport(Export, frozen=True, kw_only=True):
    """A log of what happened, as CSV."""

    events: dict[str, Event] = {}
    """What the vendor's own words for an event mean, where mamori does not know them."""
    sign_ins: bool = False
    """Every row is a sign-in: for a file in which no column says what happened."""
    since: date | None = None
    """The first day that the log covers; the day of its oldest row where absent."""


class SignInTest(Section, frozen=True, kw_only=True):
    """An account made for trying the sign-in, and the word that it may be tried."""

    username: str
    password: str
    totp: str | None = None
    """The code generator of the account; absent where it has none, or codes come by mail."""
    allow: bool = False
    """Somebody who may say so allows the attempts."""
    flow: str | None = None
    """How people sign in: a ready flow, or a YAML file; the platform's own where absent."""
    url: str | None = None
    """Where people sign in, if not at the target's `url`."""

    @property
    def references(self) -> dict[str, str]:
        """Where its secrets lie, by key."""
        found = {"password": self.password, "totp": self.totp}
        return {key: value for key, value in found.items() if value is not None}


class Target(Section, frozen=True, kw_only=True):
    """One MA deployment."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    platform: str
    url: str | None = None
    """Its address; where the platform has one for all customers, that is the default."""
    account: str | None = None
    """The account within the platform: a company, tenant, business unit or subdomain."""
    region: str | None = None
    """The vendor's data centre, as the vendor calls it."""
    quota_percent: Annotated[float, msgspec.Meta(gt=0, le=100)] = 20
    """The part of the vendor's rate limits that a scan may take."""
    credential: Login | None = None
    local_config: str | None = None
    endpoints: tuple[str, ...] | None = None
    """`host:port` to probe; the url's own where absent."""
    sending_domains: tuple[str, ...] | None = None
    """Domains that mail is sent from; absent means that nobody said."""
    resolver: str | None = None
    """The DNS resolver to ask, as `IP:PORT`; the system's where absent."""
    pages: tuple[str, ...] | None = None
    """Addresses, files and folders of what is published; absent means that nobody said."""
    messages: tuple[str, ...] | None = None
    """Files and folders of mails; those of the platform are judged besides."""
    leaks: tuple[str, ...] = ()
    """Files, folders and addresses in which keys may lie open; `pages` are searched besides."""
    credentials: tuple[str | HeldCredential, ...] = ()
    people: Export | None = None
    logs: tuple[LogExport, ...] = ()
    """Logs of sign-ins and changes."""
    api_keys: Export | None = None
    """A list of the keys that the platform issued, without the keys themselves."""
    ip_allow_list: Export | None = None
    """The networks that people can sign in from."""
    sign_in: SignInTest | None = None
    ca_file: str | None = None

    @property
    def references(self) -> tuple[str, ...]:
        """Where its secrets lie, each once: those to sign in with, then those to judge."""
        own = self.credential.references.values() if self.credential else ()
        tried = self.sign_in.references.values() if self.sign_in else ()
        return tuple(dict.fromkeys([*own, *(held.ref for held in self.held), *tried]))

    @property
    def files(self) -> tuple[str, ...]:
        """The files that tell of it, beside those with secrets and with what is published."""
        exports = (self.people, *self.logs, self.api_keys, self.ip_allow_list)
        named = (self.local_config, *(each.csv for each in exports if each is not None))
        return tuple(dict.fromkeys(file for file in named if file is not None))

    @property
    def held(self) -> tuple[HeldCredential, ...]:
        """The credentials to judge, a bare reference counting as a password."""
        return tuple(
            HeldCredential(ref=each) if isinstance(each, str) else each for each in self.credentials
        )

    @property
    def searched(self) -> tuple[str, ...]:
        """What is searched for keys that lie open, each once."""
        return tuple(dict.fromkeys([*(self.pages or ()), *self.leaks]))

    @property
    def probed(self) -> tuple[str, ...]:
        """The `host:port` pairs to probe: those named, or else the url's own.

        The address of this very machine over plain http is a way behind the deployment's front
        door, and says nothing of the door: none is probed then.
        """
        if self.endpoints is not None:
            return self.endpoints
        if self.url is None or (self.url.startswith("http:") and is_loopback(self.url)):
            return ()
        parts = urlsplit(self.url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return (f"{host}:{parts.port or (80 if parts.scheme == 'http' else 443)}",)


def is_loopback(url: str) -> bool:
    """Tell whether `url` leads to this very machine, by its form alone."""
    try:
        host = urlsplit(url).hostname or ""
        if host == "localhost" or host.endswith(".localhost"):
            return True
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class SharedHistory(Section, frozen=True, kw_only=True):
    """A history in a database server, and how to sign in there."""

    url: str
    password: str | None = None
    """A reference, never the password itself."""
    ca_file: str | None = None


class Retention(Section, frozen=True, kw_only=True):
    """Which reports of the history are kept: those that either of the two keeps."""

    scans: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """So many of the latest, however old."""
    days: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """Those that are younger, however many."""


class Breaches(Section, frozen=True, kw_only=True):
    """Where to look up whether a password has leaked; keys that machines made never are."""

    file: str | None = None
    """Hashes of Have I Been Pwned in one file, sorted by hash: SHA-1 or NTLM."""
    folder: str | None = None
    """The same as one file for each first five digits."""
    online: bool = False
    """Ask the service for the group of each password's hash, by its first five digits."""
    url: str = "https://api.pwnedpasswords.com"
    """The service, or one that speaks as it does."""


class Advisories(Section, frozen=True, kw_only=True):
    """Where to learn of vulnerabilities that were published after this release of mamori."""

    online: bool = False
    """Ask the service for all records of the self-hosted products, once a day."""
    url: str = "https://api.osv.dev"
    """The service, or one that speaks as it does."""


class Config(Section, frozen=True, kw_only=True):
    """The whole file."""

    policy: str = "baseline"
    organisation: Organisation = Organisation()
    targets: Annotated[tuple[Target, ...], msgspec.Meta(min_length=1)]
    breaches: Breaches = Breaches()
    advisories: Advisories = Advisories()
    attestations: str | None = None
    """The file that `mamori attest` keeps; attestations.yaml beside this one where absent."""
    inventory: str | None = None
    """The file that `mamori credentials` keeps; credentials.yaml beside this one where absent."""
    ledger: str | None = None
    """The file of the rotation ledger; in the user's state folder where absent."""
    waivers: str | None = None
    """The file that `mamori waive` keeps; waivers.yaml beside this one where absent."""
    history: str | SharedHistory | bool = True
    """Where earlier scans are kept; in the user's state folder where absent, nowhere if false."""
    retention: Retention | None = None
    """How long the history keeps reports, and what was collected; for ever where absent."""
    deliver: tuple[dict[str, Any], ...] = ()
    """Where reports go; what each entry may say is its sink's affair."""


class Configured(msgspec.Struct, frozen=True):
    """An entry of `deliver:`, with the sink it is for and its options in that sink's form."""

    kind: Any
    options: Any


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration and the folder its relative paths start from."""

    config: Config
    folder: Path
    sinks: tuple[Configured, ...] = ()
    inventory: tuple[Inventoried, ...] = ()
    """What `mamori credentials` keeps; the targets in `config` have it among their credentials."""

    @property
    def inventory_file(self) -> Path:
        """Where the inventory lies, or will."""
        return self.path(self.config.inventory or INVENTORY_FILE)

    @property
    def attestations_file(self) -> Path:
        """Where the attestations lie, or will."""
        return self.path(self.config.attestations or ATTESTATIONS_FILE)

    @property
    def waivers_file(self) -> Path:
        """Where the waivers lie, or will."""
        return self.path(self.config.waivers or WAIVERS_FILE)

    @property
    def breaches(self) -> Breaches:
        """Where to look leaked passwords up, with paths that hold wherever mamori runs."""
        wanted = self.config.breaches
        return msgspec.structs.replace(
            wanted,
            file=None if wanted.file is None else str(self.path(wanted.file)),
            folder=None if wanted.folder is None else str(self.path(wanted.folder)),
        )

    def asking_online(self) -> Settings:
        """Return these settings with vulnerabilities asked for, whatever the file says."""
        advisories = msgspec.structs.replace(self.config.advisories, online=True)
        config = msgspec.structs.replace(self.config, advisories=advisories)
        return msgspec.structs.replace(self, config=config)

    def path(self, given: str) -> Path:
        """Return the file that the configuration calls `given`."""
        try:
            return self.folder / Path(given).expanduser()
        except RuntimeError:  # the home of a user that does not exist
            return self.folder / given


def load_config(path: Path, *, attesting: bool = False) -> Settings:
    """Return the settings in the file `path`.

    The file of attestations may be missing when somebody is `attesting`, and is about to begin it.
    Raises:
        DocumentError: the file is missing or wrong; file, line and key are named, values of
            secrets are not.
        RegistryError: an installed package is broken.
    """
    if not exists(path):
        raise DocumentError(
            "{file} does not exist; mamori init writes one, --config names another.", file=str(path)
        )
    return settings_from(read(path), path.resolve().parent, attesting=attesting)


def settings_from(document: Document, folder: Path, *, attesting: bool = False) -> Settings:
    """Return the settings in `document`, whose relative paths start from `folder`.

    Raises:
        MamoriError: as `load_config` does.
    """
    config = document.convert(Config)
    settings = Settings(config=config, folder=folder)
    names: set[str] = set()
    for number, target in enumerate(config.targets):
        place: Place = ("targets", number)
        if target.name in names:
            raise document.error(
                (*place, "name"), "another target is called {name} too.", name=repr(target.name)
            )
        names.add(target.name)
        _check_target(document, place, target)
        _check_file(document, settings, (*place, "ca_file"), target.ca_file)
        if target.sign_in is not None:
            _check_sign_in(document, settings, (*place, "sign_in"), target, target.sign_in)
    _check_policy(document, config.policy, folder)
    for key, service in (("breaches", config.breaches.url), ("advisories", config.advisories.url)):
        _check_url(document, (key, "url"), service)
        if service.startswith("http:") and not is_loopback(service):
            raise document.error((key, "url"), "give an address that begins with https://.")
    if not attesting:
        _check_file(document, settings, ("attestations",), config.attestations)
    _check_file(document, settings, ("inventory",), config.inventory)
    _check_history(document, settings)
    settings = msgspec.structs.replace(settings, sinks=_sinks(document, settings))
    return _with_inventory(settings)


def _sinks(document: Document, settings: Settings) -> tuple[Configured, ...]:
    """Return the entries of `deliver:`, each in the form of its sink.

    Raises:
        DocumentError: one is wrong; its line and key are named.
    """
    found: dict[str, Configured] = {}
    for number, entry in enumerate(settings.config.deliver):
        place: Place = ("deliver", number)
        known = registry.parts("sinks")
        to = entry.get("to")
        if to is None:
            raise document.error(place, "the key {name} is missing.", name=repr("to"))
        if not isinstance(to, str) or to not in known:
            wrong = unknown_name("sinks", str(to), known)
            raise document.error((*place, "to"), wrong.text.template, **wrong.text.values)
        configured = _sink(document, settings, place, registry.part("sinks", to))
        if configured.options.id in found:
            raise document.error(
                place,
                "another entry is {sink} too; give one of them a `name`.",
                sink=repr(configured.options.id),
            )
        found[configured.options.id] = configured
    return tuple(found.values())


def _sink(document: Document, settings: Settings, place: Place, kind: Any) -> Configured:
    options = document.convert(kind.options, place)
    for key in kind.secrets:
        if getattr(options, key) is not None:
            _check_reference(document, (*place, key), getattr(options, key))
    for key in kind.files:
        _check_file(document, settings, (*place, key), getattr(options, key))
    if (form := getattr(options, "format", None)) is not None:
        forms = registry.parts("renderers")
        if form not in forms:
            wrong = unknown_name("renderers", form, forms)
            raise document.error((*place, "format"), wrong.text.template, **wrong.text.values)
        if kind.events and not registry.part("renderers", form).events:
            raise document.error(
                (*place, "format"),
                "{sink} takes events; use ndjson, ocsf, ecs or cef.",
                sink=options.to,
            )
    wrong_option = kind.check(options)
    if wrong_option is not None:
        key, text = wrong_option
        raise document.error((*place, key), text.template, **text.values)
    return Configured(kind, options)


def read_inventory(document: Document, targets: Collection[str]) -> tuple[Inventoried, ...]:
    """Return the entries of an inventory, in their order.

    Raises:
        DocumentError: an entry is wrong, twice there, or of a target that is not among `targets`.
    """
    entries = document.convert(Inventory).credentials or ()
    names: set[str] = set()
    for number, entry in enumerate(entries):
        place: Place = ("credentials", number)
        _check_reference(document, (*place, "ref"), entry.ref)
        if entry.target not in targets:
            wrong = unknown_name("targets", entry.target, targets)
            raise document.error((*place, "target"), wrong.text.template, **wrong.text.values)
        if entry.name in names:
            raise document.error(
                (*place, "name"), "another credential is called {name} too.", name=repr(entry.name)
            )
        names.add(entry.name)
    return entries


def _with_inventory(settings: Settings) -> Settings:
    if not exists(settings.inventory_file):
        return settings
    config = settings.config
    entries = read_inventory(
        read(settings.inventory_file), [target.name for target in config.targets]
    )
    targets = tuple(
        msgspec.structs.replace(
            target,
            # First, because it is what people keep up to date: it wins over the configuration.
            credentials=(*(e for e in entries if e.target == target.name), *target.credentials),
        )
        for target in config.targets
    )
    config = msgspec.structs.replace(config, targets=targets)
    return msgspec.structs.replace(settings, config=config, inventory=entries)


def _check_policy(document: Document, policy: str, folder: Path) -> None:
    if is_file(policy):
        _check_path(document, ("policy",), folder / policy, policy)
    elif policy not in shipped():
        wrong = unknown_name("policies", policy, shipped())
        raise document.error(("policy",), wrong.text.template, **wrong.text.values)


def _check_file(document: Document, settings: Settings, place: Place, given: str | None) -> None:
    if given is not None:
        _check_path(document, place, settings.path(given), given)


def _check_path(document: Document, place: Place, path: Path, given: str) -> None:
    try:
        present = path.is_file()
    except OSError as error:
        raise document.error(
            place, "the file cannot be read ({cause}).", cause=error.strerror
        ) from None
    if not present:
        raise document.error(place, "there is no file {path}.", path=given)


def _check_history(document: Document, settings: Settings) -> None:
    given = settings.config.history
    if settings.config.retention == Retention():
        raise document.error(("retention",), "write how many `scans` or `days` are kept, or both.")
    place: Place = ("history",)
    if isinstance(given, bool):
        return
    if isinstance(given, SharedHistory):
        place = ("history", "url")
        if given.password is not None:
            _check_reference(document, ("history", "password"), given.password)
        _check_file(document, settings, ("history", "ca_file"), given.ca_file)
        given = given.url
    if given.startswith("sqlite:///") and len(given) > len("sqlite:///"):
        return
    try:
        parts = urlsplit(given)
        valid = parts.scheme == "postgresql" and len(parts.path) > 1
        _ = parts.port
    except ValueError:
        valid = False
    if not valid:
        raise document.error(place, "write sqlite:///FILE or postgresql://USER@HOST:PORT/DATABASE.")
    if parts.password is not None:
        raise document.error(
            place,
            "a password must not stand in the address; write history as url and password, the "
            "password as a reference.",
        )
    _check_parameters(document, place, parts.query)


def _check_parameters(document: Document, place: Place, query: str) -> None:
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key not in ("host", "sslmode"):
            raise document.error(
                place, "{key} is no parameter of the address; there are host and sslmode.", key=key
            )
        if key == "sslmode" and value != "verify-full":
            raise document.error(
                place,
                "only sslmode=verify-full keeps the password and the reports from being read on "
                "the way; another machine is always reached so.",
            )


_ENDPOINT = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+)(?::(\d{1,5}))?")


def _check_target(document: Document, place: Place, target: Target) -> None:
    platforms = registry.parts("platforms")
    if target.platform not in platforms:
        wrong = unknown_name("platforms", target.platform, platforms)
        raise document.error((*place, "platform"), wrong.text.template, **wrong.text.values)
    if target.url is not None:
        _check_url(document, (*place, "url"), target.url)
    for number, endpoint in enumerate(target.endpoints or ()):
        match = _ENDPOINT.fullmatch(endpoint)
        if match is None or not 0 < int(match[1] or 443) < 65536:
            raise document.error(
                (*place, "endpoints", number),
                "write an endpoint as host:port, such as ma.example.co.jp:443.",
            )
    if target.credential is not None:
        for key, value in target.credential.references.items():
            _check_reference(document, (*place, "credential", key), value)
    for number, each in enumerate(target.credentials):
        inside: Place = (*place, "credentials", number)
        if isinstance(each, str):
            _check_reference(document, inside, each)
        else:
            _check_reference(document, (*inside, "ref"), each.ref)


def _check_sign_in(
    document: Document, settings: Settings, place: Place, target: Target, given: SignInTest
) -> None:
    for key, value in given.references.items():
        _check_reference(document, (*place, key), value)
    if given.url is not None:
        _check_url(document, (*place, "url"), given.url)
    elif target.url is None:
        raise document.error(place, "the key {name} is missing.", name=repr("url"))
    if given.flow is not None and given.flow.endswith((".yaml", ".yml")):
        _check_file(document, settings, (*place, "flow"), given.flow)
    own = target.credential.username if target.credential else None
    if own is not None and own.casefold() == given.username.casefold():
        raise document.error(
            (*place, "username"),
            "name another account than the one that the scanner reads with; refused sign-ins might "
            "lock it.",
        )


def _check_url(document: Document, place: Place, url: str) -> None:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        valid = False
    if not valid:
        raise document.error(place, "write the full address, such as https://ma.example.co.jp.")
    if parts.query or parts.fragment:
        raise document.error(place, "give the address alone, without ? and #.")
    if parts.username is not None or parts.password is not None:
        raise document.error(
            place, "a user name or password must not stand in the address; use `credential`."
        )


def _check_reference(document: Document, place: Place, value: str) -> None:
    scheme, colon, rest = value.partition(":")
    if not colon or scheme not in registry.parts("vaults") or not rest:
        # The value is not repeated: it may be the secret itself.
        raise document.error(
            place,
            "give a reference to where the secret lies ({schemes}), never the secret itself.",
            schemes=", ".join(f"{name}:…" for name in registry.parts("vaults")),
        )
