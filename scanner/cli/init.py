"""`mamori init`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from scanner.cli.locale import translate
from scanner.cli.pages import language_option
from scanner.config import DEFAULT_FILE
from scanner.model import Text

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
    url: {url}
    credential:
{credential}
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
@click.option("--url", help="The address of the deployment.")
@click.option("--name", help="What to call the deployment.")
@click.option("--sign-in", type=click.Choice(["password", "oauth"]), help="How mamori signs in.")
@click.option("--username", help="The user name, or the OAuth client's id.")
@click.option("--ca-file", help="Your own certificate authority, as a PEM file.")
@click.option("--secret", "reference", metavar="REFERENCE", help="Where the secret already lies.")
@language_option
def command(
    config_file: Path,
    force: bool,
    organisation: str | None,
    domains: str | None,
    policy: str | None,
    platform: str | None,
    url: str | None,
    name: str | None,
    sign_in: str | None,
    username: str | None,
    ca_file: str | None,
    reference: str | None,
    lang: str,
) -> None:
    """Ask a few questions and write mamori.yaml.

    The secret goes into the operating system's keyring, never into the file. At the end the
    connection is tried.
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
    organisation = _ask("Name of the organisation", organisation, "")
    domains = _ask("Mail domains of its own people, with commas between", domains, "")
    policy = _choose("Policy", policy, sorted(shipped()), "baseline")
    platform = _choose("Platform", platform, sorted(registry.parts("platforms")), "mautic")
    url = _ask("Address of the deployment", url, None)
    name = _ask("What to call it", name, _first_label(url) or platform)
    sign_in = _choose("How mamori signs in", sign_in, ["password", "oauth"], "password")
    username = _ask("User name" if sign_in == "password" else "Client id", username, None)
    if reference is None:
        reference = _store(name, config_file.absolute().parent)
    keys = ("username", "password") if sign_in == "password" else ("client_id", "client_secret")
    text = TEMPLATE.format(
        policy=_quote(policy),
        organisation=_quote(organisation),
        domains=", ".join(_quote(domain) for domain in _listed(domains)),
        name=_quote(name),
        platform=_quote(platform),
        url=_quote(url),
        own_endpoints=_own_endpoints(url),
        own_ca=f"ca_file: {_quote(ca_file)}" if ca_file else "# ca_file: ca.pem",
        **{name: words.say(comment) for name, comment in COMMENTS.items()},
        credential=f"      {keys[0]}: {_quote(username)}\n      {keys[1]}: {_quote(reference)}",
    )
    document = parse(text.encode(), str(config_file))
    settings = settings_from(document, config_file.resolve().parent)
    write(config_file, text.encode())
    click.echo(words.fill("{file} is written.", {"file": str(config_file)}))
    gaps = examine(settings, settings.config.targets, words)
    click.echo(words.translate("Next: mamori scan"))
    sys.exit(ExitCode.EVIDENCE_MISSING if gaps else ExitCode.COMPLETE)


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


def _ask(question: str, given: str | None, default: str | None) -> str:
    if given is not None:
        return given
    answer: str = click.prompt(
        translate(question), default=default, show_default=bool(default), err=True
    )
    return answer


def _choose(question: str, given: str | None, offered: list[str], default: str) -> str:
    if given is not None:
        return given
    answer: str = click.prompt(
        translate(question), type=click.Choice(offered), default=default, err=True
    )
    return answer


def _store(name: str, folder: Path) -> str:
    """Ask for the secret, put it where it is safest here, and return the reference to it."""
    from scanner.cli.secrets import ask_for_secret, keep

    return keep(name, ask_for_secret(translate("Secret (not shown)")), folder)


def _quote(text: str) -> str:
    """Return `text` as a YAML scalar that stays the same text."""
    return json.dumps(text, ensure_ascii=False)
