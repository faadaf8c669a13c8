"""`mamori init`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
import msgspec

from scanner.cli.pages import language_option
from scanner.config import DEFAULT_FILE
from scanner.model import Text

if TYPE_CHECKING:
    from scanner.collect.platform import Platform
    from scanner.language import Language

TEMPLATE = """\
# {secrets}
# keyring:service/user, env:NAME, file:path, systemd:name

# {policies}
policy: {policy}

organisation:
  name: {organisation}
  # {names}
  names: []
  # {mail_domains}
  domains: [{domains}]

targets:
  - name: {name}
    platform: {platform}
{address}
    # {local_config}
    # local_config: /srv/mautic/config/local.php
    # {endpoints}
    {own_endpoints}
    # {sending_domains}
    # sending_domains: [example.co.jp]
    # {ca_file}
    {own_ca}
    # {credentials}
    # credentials:
    #   - ref: keyring:mamori/shop-admin
    #     username: admin
    #     rotated: 2026-04-01
    #     mfa: totp
    # {people}
    # people:
    #   csv: exports/users.csv
    #   columns: {{email: メールアドレス, last_sign_in: 最終ログイン日, mfa: 二要素認証}}

# {attestations}
# attestations: attestations.yaml
"""

COMMENTS = {
    "secrets": Text("Secrets never stand here, only where they lie:"),
    "policies": Text("baseline, strict, pci-dss, japan-guideline, or a file of your own"),
    "names": Text("Other spellings and brands; passwords made of them are weak."),
    "mail_domains": Text("The mail domains of your own people."),
    "local_config": Text("Where mamori runs on the same host, or has a copy:"),
    "endpoints": Text("Hosts and ports at which people reach the deployment:"),
    "sending_domains": Text("Domains that mail is sent from; [] where there are none:"),
    "ca_file": Text("Your own certificate authority:"),
    "credentials": Text("Secrets whose strength and age are judged:"),
    "people": Text("An export of the platform's list of users:"),
    "attestations": Text("What no interface tells, and who says so:"),
}


WAYS = {
    "private-key": "private_key",
    "refresh-token": "refresh_token",
    "token": "token",
    "password": "password",
    "oauth": "client_secret",
}
"""The ways to sign in, the first that applies, by the key of `credential` that tells each."""

PROMPTS = {
    "username": "User name",
    "client_id": "Client id",
    "password": "Password (not shown)",
    "token": "Token or API key (not shown)",
    "client_secret": "Client secret (not shown)",
    "refresh_token": "Refresh token (not shown)",
    "private_key": "Where the private key lies, as file:key.pem",
}


class Interview(msgspec.Struct, frozen=True):
    """Asks what the command line does not say, in one language."""

    words: Language
    folder: Path
    """Where secrets lie that no keyring takes."""

    def inquire(self, question: str, given: str | None, default: str | None, **values: str) -> str:
        """Return what is given, or else the answer of a person."""
        if given is not None:
            return given
        asked = self.words.translate(question)
        for name, value in values.items():
            # Not `format`: an address has places of its own.
            asked = asked.replace(f"{{{name}}}", value)
        answer: str = click.prompt(asked, default=default, show_default=bool(default), err=True)
        return answer

    def choose(self, question: str, given: str | None, offered: list[str], default: str) -> str:
        """Return what is given, or else what a person chooses of `offered`."""
        if given is not None:
            return given
        answer: str = click.prompt(
            self.words.translate(question), type=click.Choice(offered), default=default, err=True
        )
        return answer

    def deposit(self, question: str, name: str) -> str:
        """Ask for a secret, put it where it is safest here, and return the reference to it."""
        from scanner.cli.secrets import ask_for_secret, keep

        return keep(name, ask_for_secret(self.words.translate(question)), self.folder)


def _listed(text: str) -> list[str]:
    return [
        part for part in (piece.strip() for piece in text.replace("、", ",").split(",")) if part
    ]


@click.command("init")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT_FILE,
    show_default=True,
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("--organisation", help="The name of the organisation.")
@click.option("--domains", help="Mail domains of its own people, with commas between.")
@click.option("--policy", help="The policy to judge by.")
@click.option("--platform", help="The product.")
@click.option("--url", help="The address of the deployment, where it has one of its own.")
@click.option("--account", help="The account within the platform, where its address has it.")
@click.option("--region", help="The vendor's data centre, where customers are in several.")
@click.option("--name", help="What to call the deployment.")
@click.option("--sign-in", type=click.Choice(list(WAYS)), help="How mamori signs in.")
@click.option("--username", help="The user name.")
@click.option("--client-id", help="The OAuth client's id.")
@click.option("--ca-file", help="Your own certificate authority, as a PEM file.")
@click.option(
    "--secret",
    "references",
    multiple=True,
    metavar="REFERENCE",
    help="Where the secret already lies; once for each, where the sign-in takes several.",
)
@language_option
def command(
    config_file: Path,
    force: bool,
    organisation: str | None,
    domains: str | None,
    policy: str | None,
    platform: str | None,
    url: str | None,
    account: str | None,
    region: str | None,
    name: str | None,
    sign_in: str | None,
    username: str | None,
    client_id: str | None,
    ca_file: str | None,
    references: tuple[str, ...],
    lang: str,
) -> None:
    """Ask a few questions and write mamori.yaml.

    Only what the platform needs is asked. A secret goes into the operating system's keyring, never
    into the file. At the end the connection is tried.
    """
    from scanner import registry
    from scanner.cli.doctor import examine
    from scanner.cli.exit_code import ExitCode
    from scanner.config import settings_from
    from scanner.deliver.file import write
    from scanner.document import parse
    from scanner.language import language
    from scanner.model.errors import MamoriError
    from scanner.policy import shipped

    words = language(lang)
    if config_file.exists() and not force:
        raise MamoriError(
            "{file} exists; add --force to replace it, or --config to write another.",
            file=str(config_file),
        )
    interview = Interview(words, config_file.absolute().parent)
    organisation = interview.inquire("Name of the organisation", organisation, "")
    domains = interview.inquire("Mail domains of its own people, with commas between", domains, "")
    policy = interview.choose("Policy", policy, sorted(shipped()), "baseline")
    platform = interview.choose("Platform", platform, sorted(registry.parts("platforms")), "mautic")
    product = registry.part("platforms", platform)
    place = _place(interview, product, {"url": url, "account": account, "region": region})
    url = place.get("url", "")
    name = interview.inquire(
        "What to call it", name, _first_label(url) or place.get("account") or platform
    )
    given = {"username": username, "client_id": client_id}
    keys = _credential(interview, product, sign_in, given, references, name)
    text = TEMPLATE.format(
        policy=_quote(policy),
        organisation=_quote(organisation),
        domains=", ".join(_quote(domain) for domain in _listed(domains)),
        name=_quote(name),
        platform=_quote(platform),
        address=_address(place, keys),
        own_endpoints=_own_endpoints(url),
        own_ca=f"ca_file: {_quote(ca_file)}" if ca_file else "# ca_file: ca.pem",
        **{name: words.say(comment) for name, comment in COMMENTS.items()},
    )
    document = parse(text.encode(), str(config_file))
    settings = settings_from(document, config_file.resolve().parent)
    write(config_file, text.encode())
    click.echo(words.fill("{file} is written.", {"file": str(config_file)}))
    gaps = examine(settings, settings.config.targets, words)
    click.echo(
        words.translate(
            "Next: mamori scan"
            if product.calls
            else "Next: mamori attest, for this product has no interface to ask"
        )
    )
    sys.exit(ExitCode.EVIDENCE_MISSING if gaps else ExitCode.COMPLETE)


def _place(
    interview: Interview, product: Platform, given: Mapping[str, str | None]
) -> dict[str, str]:
    """Return where the deployment is, by key; only what the product leaves open is asked."""
    if not product.calls:
        return {key: value for key, value in given.items() if value}
    host = product.hosts[0]
    found = {key: value for key, value in given.items() if value}
    if not host.url:
        found["url"] = interview.inquire("Address of the deployment", given["url"], None)
    elif "url" not in found:
        if "{account}" in host.url and not product.account_in_token:
            found["account"] = interview.inquire(
                "Account within the platform, as in {url}", given["account"], None, url=host.url
            )
        if "{region}" in host.url:
            found["region"] = interview.inquire(
                "The vendor's data centre, as in {url}", given["region"], None, url=host.url
            )
        elif host.regions:
            # Nothing stands for the address that most customers have.
            found["region"] = interview.inquire(
                "The vendor's data centre, if it is one of: {regions}",
                given["region"],
                "",
                regions=", ".join(host.regions),
            )
    return {key: value for key, value in found.items() if value}


def _credential(
    interview: Interview,
    product: Platform,
    sign_in: str | None,
    given: Mapping[str, str | None],
    references: Sequence[str],
    name: str,
) -> dict[str, str]:
    """Return the keys of `credential`, with references in the place of secrets."""
    from scanner.collect.signing import SECRETS
    from scanner.model.errors import MamoriError

    if not product.calls:
        return {}
    offered = {_way(each.needs): each.needs for each in product.signing}
    if sign_in is None and len(offered) == 1:
        (sign_in,) = offered
    way = interview.choose("How mamori signs in", sign_in, list(offered), next(iter(offered)))
    if way not in offered:
        raise MamoriError(
            "{platform} knows no sign-in by {way}; it takes: {offered}.",
            platform=product.title,
            way=way,
            offered=tuple(offered),
        )
    keys: dict[str, str] = {}
    lying = list(references)
    for key in offered[way]:
        if key not in SECRETS:
            # The name of whoever signs in stood for both before there was an option for each.
            known = given[key] or (given["username"] if key == "client_id" else None)
            keys[key] = interview.inquire(PROMPTS[key], known, None)
        elif lying:
            keys[key] = lying.pop(0)
        elif key == "private_key":
            keys[key] = interview.inquire(PROMPTS[key], None, None)
        else:
            first = all(each not in SECRETS for each in keys)
            keys[key] = interview.deposit(PROMPTS[key], name if first else f"{name}-{key}")
    return keys


def _way(needs: Sequence[str]) -> str:
    """Return the word for a way to sign in that needs these keys."""
    return next(way for way, key in WAYS.items() if key in needs)


def _address(place: Mapping[str, str], keys: Mapping[str, str]) -> str:
    """Return the lines that say where the deployment is, and how mamori signs in there."""
    lines = [f"    {key}: {_quote(value)}" for key, value in place.items()]
    if keys:
        lines += ["    credential:", *(f"      {key}: {_quote(keys[key])}" for key in keys)]
    return "\n".join(lines)


def _own_endpoints(url: str) -> str:
    """Return the line that has the address's own TLS probed; a comment where it has none."""
    try:
        address = urlsplit(url)
        host, port = address.hostname, address.port or 443
    except ValueError:
        host = None
    if host is None or address.scheme != "https":
        return "# endpoints: [ma.example.co.jp:443, go.example.co.jp:443]"
    return f"endpoints: [{_quote(f'[{host}]:{port}' if ':' in host else f'{host}:{port}')}]"


def _first_label(url: str) -> str:
    """Return the first part of the host's name, or nothing where it is an address."""
    label = (urlsplit(url).hostname or "").partition(".")[0]
    return "" if label.isdecimal() or ":" in label else label


def _quote(text: str) -> str:
    """Return `text` as a YAML scalar that stays the same text."""
    return json.dumps(text, ensure_ascii=False)
