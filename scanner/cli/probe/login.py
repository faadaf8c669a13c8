"""`mamori probe login`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.options import ReportOptions, ca_file_option, report_options
from scanner.cli.probe import deliver_probe

if TYPE_CHECKING:
    from scanner.collect.probes.login import Flow
    from scanner.collect.vaults.secret import Secret

CHECKS = (
    *("mfa.enforced-at-sign-in", "mfa.wrong-code-refused", "mfa.replay-refused"),
    *("mfa.skew-refused", "access.session-renewed", "access.session-ended"),
    "evidence.sign-in-record",
)


@click.command("login")
@click.argument("sites", metavar="URL...", nargs=-1, required=True)
@click.option("--username", required=True, metavar="NAME", help="The test account.")
@click.option(
    "--password",
    metavar="REFERENCE",
    help="Where its password lies, as keyring:mamori/test; asked for where absent.",
)
@click.option("--totp", metavar="REFERENCE", help="Where its code generator lies, if it has one.")
@click.option(
    "--stdin",
    is_flag=True,
    help="Read the password, and on a second line the code generator, from standard input.",
)
@click.option(
    "--flow",
    metavar="NAME|FILE",
    help="How people sign in: mautic, listmonk, ghost, or a YAML file.",
)
@click.option(
    "--signed-in",
    metavar="PATH",
    help="Where the form of URL is all there is: what only those can open who are signed in.",
)
@ca_file_option
@report_options
def command(
    sites: tuple[str, ...],
    username: str,
    password: str | None,
    totp: str | None,
    stdin: bool,
    flow: str | None,
    signed_in: str | None,
    ca_file: Path | None,
    wanted: ReportOptions,
) -> None:
    """Try whether a sign-in demands a second factor and checks it, with a test account.

    The password alone, a wrong code, a used one and an old one must open nothing. With codes of 30
    seconds it takes two minutes. At most three sign-ins are refused in a day, and the first sign of
    a lock, a limit or a captcha ends it; still, use an account made for this, and never an
    administrator's.
    """
    import asyncio

    from scanner.cli.progress import progress
    from scanner.collect.probes.login import TestAccount, attempts_folder, probe_login
    from scanner.collect.probes.tls.certificate import load_trust_store
    from scanner.collect.probes.web import check_address
    from scanner.model import SignIn, Text
    from scanner.scan import ENVIRONMENT, utc_now

    started = utc_now()
    for each in sites:
        check_address(each)  # before anything is asked
    load_trust_store(ca_file)
    way = _flow(flow, signed_in)
    secret, generator = _secrets(password, totp, stdin=stdin)
    account = TestAccount(username=username, password=secret, totp=generator)

    with progress(wanted) as show:

        async def probe_all() -> list[SignIn]:
            # One after the other: two sites may share their accounts.
            return [
                await probe_login(
                    each,
                    flow=way,
                    account=account,
                    folder=attempts_folder(ENVIRONMENT),
                    ca_file=ca_file,
                    progress=show,
                )
                for each in dict.fromkeys(sites)
            ]

        show(Text("Signing in at {count} sites.", {"count": len(sites)}))
        subjects = asyncio.run(probe_all())
    deliver_probe("login", CHECKS, subjects, wanted, started)


def _flow(given: str | None, signed_in: str | None) -> Flow:
    from scanner.collect.probes.login import Flow, load_flow
    from scanner.model.errors import MamoriError

    if given is not None and signed_in is None:
        return load_flow(given, Path())
    if given is None and signed_in is not None:
        if not signed_in.startswith("/") or signed_in.startswith("//"):
            raise MamoriError("--signed-in is a path of the site, such as /account.")
        return Flow(signed_in=signed_in)
    raise MamoriError(
        "Say how people sign in: --flow mautic, listmonk, ghost or a file; or, where the form of "
        "the page is all there is, --signed-in with a path that only they can open."
    )


def _secrets(
    password: str | None, totp: str | None, *, stdin: bool
) -> tuple[Secret, Secret | None]:
    from scanner.cli.locale import translate
    from scanner.cli.secrets import ask_for_secret, secrets_on_stdin

    if stdin:
        first, *others = secrets_on_stdin()
        return first, next(filter(None, others), None)
    if password is None:
        secret = ask_for_secret(translate("Password"))
        return secret, None if totp is None else _read(totp)
    return _read(password), None if totp is None else _read(totp)


def _read(reference: str) -> Secret:
    from scanner.collect.vaults.reference import VaultError, read_reference
    from scanner.model.errors import MamoriError
    from scanner.registry import parts
    from scanner.scan import ENVIRONMENT

    if reference.partition(":")[0] not in parts("vaults"):
        # It is not repeated: it may be the secret itself.
        raise MamoriError(
            "Give a reference to where the secret lies ({schemes}), never the secret itself.",
            schemes=", ".join(f"{name}:…" for name in parts("vaults")),
        )
    try:
        return read_reference(reference, environment=ENVIRONMENT, folder=Path.cwd()).secret
    except VaultError as error:
        gap = error.unknown
        raise MamoriError(
            "{detail} {remedy}", detail=gap.detail or gap.reason, remedy=gap.remedy or ""
        ) from None
