"""Secrets in AWS Secrets Manager."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from scanner.collect.vaults.reference import Held, VaultError
from scanner.collect.vaults.secret import Secret
from scanner.model import Reason, Storage, Text

TIMEOUT_SECONDS = 10

_PERMISSIONS = Text.of(
    "Allow secretsmanager:GetSecretValue and secretsmanager:DescribeSecret on this secret; to "
    "rotate, secretsmanager:PutSecretValue as well."
)
_NAMES = {
    "ResourceNotFoundException": Reason.NOT_FOUND,
    "AccessDeniedException": Reason.NOT_PERMITTED,
    "DecryptionFailure": Reason.NOT_PERMITTED,
    "UnrecognizedClientException": Reason.UNAUTHENTICATED,
    "ExpiredTokenException": Reason.UNAUTHENTICATED,
}


def open_reference(
    name: str,
    *,
    environment: Mapping[str, str],  # noqa: ARG001 - part of the contract
    folder: Path,  # noqa: ARG001 - part of the contract
) -> Held:
    """`aws:NAME` reads a secret by name or ARN; `aws:NAME#KEY` one key of a JSON secret.

    Account and region are those of the AWS command line (AWS_PROFILE, AWS_REGION, instance role…).
    The day of the last rotation by the vault itself counts before what is declared; the tags
    `owner` and `purpose` too. Source: AWS Secrets Manager API, GetSecretValue, DescribeSecret.

    Raises:
        VaultError: there are no credentials, they do not suffice, or there is no such secret.
    """
    where, _, key = name.partition("#")
    client = _client()
    secret = _read(client, where, key)
    about = _ask(lambda: client.describe_secret(SecretId=where), where)
    tags = {each.get("Key"): each.get("Value") for each in about.get("Tags", ())}
    stored: datetime | None = about.get("LastChangedDate") or about.get("CreatedDate")
    return Held(
        secret=secret,
        storage=Storage.ENCRYPTED,
        stored=stored,
        rotated=about.get("LastRotatedDate") if about.get("RotationEnabled") else None,
        owner=tags.get("owner") or None,
        purpose=tags.get("purpose") or about.get("Description") or None,
    )


def host(name: str, environment: Mapping[str, str]) -> str:  # noqa: ARG001 - part of the contract
    """Return the address of the region that is asked; asks nobody."""
    try:
        # With keys at hand none are looked for on the network.
        client = _client(aws_access_key_id="-", aws_secret_access_key="-")  # noqa: S106 - is none
        return str(client.meta.endpoint_url)
    except VaultError:
        return "AWS_REGION=?"


def store_reference(
    name: str,
    secret: Secret,
    *,
    environment: Mapping[str, str],  # noqa: ARG001 - part of the contract
    folder: Path,  # noqa: ARG001 - part of the contract
) -> None:
    """Write `secret` as the current version; the one before stays as AWSPREVIOUS.

    Raises:
        VaultError: the vault did not take it.
    """
    where, _, key = name.partition("#")
    client = _client()
    present = _ask(lambda: client.get_secret_value(SecretId=where), where) if key else {}

    def written() -> str:
        if not key:
            return secret.reveal()
        return json.dumps({**_fields(present, where), key: secret.reveal()}, ensure_ascii=False)

    _ask(lambda: client.put_secret_value(SecretId=where, SecretString=written()), where)


def _read(client: Any, where: str, key: str) -> Secret:
    answer = _ask(lambda: client.get_secret_value(SecretId=where), where)
    value = _fields(answer, where).get(key) if key else answer.get("SecretString")
    if not isinstance(value, str) or not value:
        raise VaultError(
            Reason.NOT_FOUND,
            Text.of("The secret {path} has no text under the key {key}.", path=where, key=key),
            Text.of("Write aws:NAME for a text alone, aws:NAME#KEY for one key of a JSON secret."),
        )
    return Secret.of(value)


def _fields(answer: Mapping[str, Any], where: str) -> dict[str, Any]:
    try:
        fields = json.loads(answer.get("SecretString") or "")
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise VaultError(
            Reason.MALFORMED,
            Text.of("The secret {path} is no JSON object.", path=where),
            Text.of("Write aws:NAME for a text alone, aws:NAME#KEY for one key of a JSON secret."),
        )
    return fields


def _client(**keys: str) -> Any:
    try:
        from botocore.config import Config
        from botocore.session import Session
    except ImportError:
        raise VaultError(
            Reason.NOT_CONFIGURED,
            Text.of("The library for AWS is not installed."),
            Text.of("Install mamori[aws]."),
        ) from None
    limits = Config(
        connect_timeout=TIMEOUT_SECONDS,
        read_timeout=TIMEOUT_SECONDS,
        retries={"mode": "standard", "max_attempts": 3},
    )
    return _ask(lambda: Session().create_client("secretsmanager", config=limits, **keys), "")


def _ask(act: Any, where: str) -> Any:
    """Return what AWS answers; its own words stay out, because they may hold a secret."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return act()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "?"))
        failure = VaultError(
            _NAMES.get(code, Reason.REFUSED),
            Text.of("AWS did not give {path} ({kind}).", path=where, kind=code),
            _PERMISSIONS,
        )
    except BotoCoreError as error:
        failure = VaultError(
            Reason.UNREACHABLE,
            Text.of("AWS could not be asked ({kind}).", kind=type(error).__name__),
            Text.of("Set a region and credentials as for the AWS command line, and try again."),
        )
    raise failure
