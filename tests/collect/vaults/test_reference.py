"""References find their vault; what a vault does wrong stays inside."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from scanner import registry
from scanner.collect.vaults.reference import Held, VaultError, read_reference
from scanner.model import Reason, Storage

CANARY = "canary-51be20"


def read(reference: str, folder: Path, environment: dict[str, str] | None = None) -> Held:
    return read_reference(reference, environment=environment or {}, folder=folder)


def test_every_built_in_vault_is_found_and_explains_itself() -> None:
    vaults = {name: registry.part("vaults", name) for name in registry.parts("vaults")}
    assert set(vaults) >= {"keyring", "env", "file", "systemd"}
    assert all(f"`{name}:" in vault.__doc__ for name, vault in vaults.items())


def test_an_environment_variable_is_read_as_it_is(tmp_path: Path) -> None:
    held = read("env:TOKEN", tmp_path, {"TOKEN": f" {CANARY}\n"})
    assert held.secret.reveal() == f" {CANARY}\n"
    assert held.storage is Storage.ENVIRONMENT
    assert held.stored is None
    assert CANARY not in repr(held)


@pytest.mark.parametrize("environment", [{}, {"TOKEN": ""}, {"token": "x"}])
def test_a_variable_that_is_missing_or_empty_is_not_configured(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(VaultError, match="TOKEN is not set") as error:
        read("env:TOKEN", tmp_path, environment)
    assert error.value.unknown.reason is Reason.NOT_CONFIGURED
    assert error.value.unknown.remedy is not None


def test_an_unknown_vault_is_named_with_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="'keyrng' among the vaults; did you mean 'keyring'"):
        read("keyrng:mamori/x", tmp_path)


def test_a_vault_that_breaks_shows_neither_its_message_nor_its_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, **where: object) -> Held:
        value = CANARY + name
        raise LookupError(value, where)

    monkeypatch.setattr(registry, "part", lambda kind, name: broken)
    with pytest.raises(VaultError, match=r"The vault cloud failed \(LookupError\)") as error:
        read("cloud:x", tmp_path)
    shown = "".join(
        traceback.TracebackException.from_exception(error.value, capture_locals=True).format()
    )
    assert error.value.unknown.reason is Reason.BUG
    assert error.value.__context__ is None
    assert CANARY not in shown
