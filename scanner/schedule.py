"""The schedule in the words of cron, systemd and Kubernetes."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterable, Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import msgspec
import yaml

from scanner.config import Settings, SharedHistory
from scanner.model import Text
from scanner.model.errors import MamoriError

NAME = "mamori-scan"
CREDENTIALS = "/run/credentials/mamori"
"""Where the secrets lie in a container."""


class ScheduleError(MamoriError):
    """The schedule cannot be installed."""


class Every(StrEnum):
    """How often a scan runs."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """When to scan, and with what."""

    program: Path
    """`mamori` itself."""
    config: Path
    settings: Settings
    every: Every
    hour: int
    minute: int
    jitter: timedelta
    """A scan begins so much later at most, so that not all machines scan at once."""
    limit: timedelta
    """After so long a scan is ended; what it has seen by then is reported."""
    user: str
    """Who runs it, where it has to write to folders of that user."""

    @property
    def name(self) -> str:
        """What the schedule is called, one name for each configuration."""
        return f"{NAME}-{hashlib.sha256(str(self.config).encode()).hexdigest()[:8]}"


def remarks(plan: Plan) -> list[Text]:
    """Return what a person has to do before systemd or Kubernetes can work."""
    found = []
    for reference in _references(plan.settings):
        scheme, _, _name = reference.partition(":")
        if scheme == "keyring":
            found.append(
                Text.of(
                    "{reference}: no keyring is open when nobody is signed in; store the secret as "
                    "a credential and write systemd:NAME.",
                    reference=reference,
                )
            )
        elif scheme == "env":
            found.append(
                Text.of(
                    "{reference}: nothing sets this variable in a schedule; store the secret as a "
                    "credential and write systemd:NAME.",
                    reference=reference,
                )
            )
    return found


def cron_remarks(plan: Plan) -> list[Text]:
    """Return what a person has to do before lines of a crontab can work."""
    return [
        Text.of(
            "{reference}: cron opens no keyring, sets no variable and hands no credential over; "
            "keep the secret in a file that only its user can read, and write file:PATH.",
            reference=reference,
        )
        for reference in _references(plan.settings)
        if reference.partition(":")[0] in ("keyring", "env", "systemd")
    ]


def container_remarks(plan: Plan) -> list[Text]:
    """Return what a person has to do before a container can work."""
    found = [
        Text.of(
            "{reference}: this file is not in the container; store the secret as a credential and "
            "write systemd:NAME.",
            reference=reference,
        )
        for reference in _references(plan.settings)
        if reference.startswith("file:")
    ]
    found += [
        Text.of(
            "{file}: a container has the files beside the configuration, up to 1 MiB together; "
            "put it there, or mount it.",
            file=str(file),
        )
        for file in _read(plan.settings)
        if not _fits(file, plan.config)
    ]
    return found + [
        Text.of(
            "{folder}: a container keeps only what it writes under /var/lib/mamori; leave "
            "`history`, `ledger` and file sinks out, or let them lie there.",
            folder=folder,
        )
        for folder in dict.fromkeys(_written(plan.settings))
        if not Path(folder).is_relative_to("/var/lib/mamori")
    ]


def _read(settings: Settings) -> list[Path]:
    """Return the files that a scan reads beside its configuration, those that are there."""
    named = [settings.path(file) for target in settings.config.targets for file in target.files]
    if settings.breaches.file is not None:
        named.append(Path(settings.breaches.file))
    named += [settings.attestations_file, settings.waivers_file, settings.inventory_file]
    return [file for file in dict.fromkeys(named) if file.is_file()]


def _fits(file: Path, config: Path) -> bool:
    """Tell whether a ConfigMap can hold `file` under the name that the configuration knows."""
    return file.parent == config.parent and file.stat().st_size < _MOST_CONFIGURED


_MOST_CONFIGURED = 900_000
"""Bytes; all of a ConfigMap has to stay under 1 MiB."""


def _references(settings: Settings) -> Iterable[str]:
    found = [each for target in settings.config.targets for each in target.references]
    history = settings.config.history
    if isinstance(history, SharedHistory) and history.password is not None:
        found.append(history.password)
    for sink in settings.sinks:
        held = (getattr(sink.options, key) for key in sink.kind.secrets)
        found += [reference for reference in held if reference is not None]
    return dict.fromkeys(found)


def credentials(settings: Settings) -> list[str]:
    """Return the names of the systemd credentials that the configuration refers to."""
    return [
        reference.removeprefix("systemd:")
        for reference in _references(settings)
        if reference.startswith("systemd:")
    ]


def _span(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _scan(plan: Plan, *, jitter: bool) -> list[str]:
    """Return the command; the report stays in the history, and goes where `deliver` says."""
    words = [str(plan.program), "scan", "--config", str(plan.config), "--quiet"]
    words += ["--output", "/dev/null", "--time-limit", _span(plan.limit)]
    if jitter and plan.jitter:
        words += ["--jitter", _span(plan.jitter)]
    return words


_CATCH_UP = {
    Every.HOURLY: "1h",
    Every.DAILY: "1d",
    Every.WEEKLY: "7d",
    Every.MONTHLY: "31d",
}


def crontab(plan: Plan) -> str:
    """Return lines for a crontab of the user who scans.

    A mail comes only when something is wrong with mamori itself, or got worse. The run at the start
    of the machine makes up for one that was missed.
    """
    hour = "*" if plan.every is Every.HOURLY else str(plan.hour)
    day = "1" if plan.every is Every.MONTHLY else "*"
    weekday = "1" if plan.every is Every.WEEKLY else "*"
    scan = shlex.join(_scan(plan, jitter=True))
    diff = shlex.join([str(plan.program), "diff", "--config", str(plan.config), "--quiet"])
    late = f"{shlex.join(_scan(plan, jitter=False))} --if-older {_CATCH_UP[plan.every]}"
    lines = [
        f"# {plan.name} begin",
        f"{plan.minute} {hour} {day} * {weekday} {_escaped(f'{scan}; {diff}')}",
        f"@reboot sleep 120; {_escaped(late)}",
        f"# {plan.name} end",
    ]
    return "".join(f"{line}\n" for line in lines)


def _escaped(command: str) -> str:
    # In a crontab an unescaped % ends the command. crontab(5)
    return command.replace("%", r"\%")


def with_crontab(table: str, plan: Plan) -> str:
    """Return the crontab `table` with the lines of `plan` in place of those it had."""
    block = re.compile(
        rf"^# {re.escape(plan.name)} begin\n.*?^# {re.escape(plan.name)} end\n",
        re.MULTILINE | re.DOTALL,
    )
    table = block.sub("", table)
    return table + ("\n" if table and not table.endswith("\n") else "") + crontab(plan)


_ON_CALENDAR = {
    Every.HOURLY: "*-*-* *:{minute:02}:00",
    Every.DAILY: "*-*-* {hour:02}:{minute:02}:00",
    Every.WEEKLY: "Mon *-*-* {hour:02}:{minute:02}:00",
    Every.MONTHLY: "*-*-01 {hour:02}:{minute:02}:00",
}

_HARDENING = """\
NoNewPrivileges=yes
ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
CapabilityBoundingSet=
UMask=0077
"""


def units(plan: Plan) -> dict[str, str]:
    """Return the systemd units by file name: a hardened service and its timer."""
    when = _ON_CALENDAR[plan.every].format(hour=plan.hour, minute=plan.minute)
    return {
        f"{plan.name}.service": _service(plan),
        f"{plan.name}.timer": (
            "[Unit]\n"
            f"Description=When mamori scans by {_unit(str(plan.config))}\n\n"
            "[Timer]\n"
            f"OnCalendar={when}\n"
            f"RandomizedDelaySec={int(plan.jitter.total_seconds())}\n"
            "# A scan that was missed while the machine was off is made up for.\n"
            "Persistent=yes\n\n"
            "[Install]\n"
            "WantedBy=timers.target\n"
        ),
    }


def _service(plan: Plan) -> str:
    folders = list(dict.fromkeys(_written(plan.settings)))
    lines = [
        "[Unit]",
        f"Description=mamori scans by {_unit(str(plan.config))}",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={' '.join(_quoted(word) for word in _scan(plan, jitter=False))}",
        "# Findings, and missing evidence, are results and not failures of the unit.",
        "SuccessExitStatus=10 11",
        f"TimeoutStartSec={int(plan.limit.total_seconds()) + 600}",
        "StateDirectory=mamori",
        "StateDirectoryMode=0700",
        "Environment=XDG_STATE_HOME=/var/lib HOME=/var/lib/mamori LANG=C.UTF-8",
    ]
    if folders:
        lines += [f"User={plan.user}", *(f"ReadWritePaths={_quoted(each)}" for each in folders)]
    else:
        lines += ["DynamicUser=yes"]
    lines += [
        f"LoadCredential={_unit(name)}:/etc/mamori/credentials/{_unit(name)}"
        for name in credentials(plan.settings)
    ]
    return "\n".join(lines) + "\nProtectHome=read-only\n" + _HARDENING


def _written(settings: Settings) -> Iterator[str]:
    """Yield the folders outside its own state that a scan writes to."""
    config = settings.config
    if config.ledger is not None:
        yield str(settings.path(config.ledger).parent)
    history = config.history
    url = history.url if isinstance(history, SharedHistory) else history
    if isinstance(url, str) and url.startswith("sqlite:///"):
        yield str(settings.path(url.removeprefix("sqlite:///")).parent)
    for sink in config.deliver:
        if sink.get("to") == "file" and "path" in sink:
            path = settings.path(str(sink["path"]))
            # What is not there yet, or is a file that is replaced, is written in its folder.
            yield str(path if path.is_dir() else path.parent)


def _unit(text: str) -> str:
    """Return `text` so that systemd expands nothing in it. systemd.unit(5)."""
    return text.replace("%", "%%").replace("\n", " ")


def _quoted(word: str) -> str:
    """Return one word of a command line. systemd.service(5)."""
    word = _unit(word).replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./$-]+", word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_KUBERNETES = {
    Every.HOURLY: "{minute} * * * *",
    Every.DAILY: "{minute} {hour} * * *",
    Every.WEEKLY: "{minute} {hour} * * 1",
    Every.MONTHLY: "{minute} {hour} 1 * *",
}


def manifest(plan: Plan, image: str) -> str:
    """Return a Kubernetes CronJob and the volume that keeps its history.

    The configuration is a ConfigMap and the secrets are a Secret, both named as the CronJob; the
    keys of the Secret are the names of the `systemd:` references.
    """
    container = {
        "name": "mamori",
        "image": image,
        "args": [
            "scan", "--config", "/etc/mamori/mamori.yaml", "--quiet", "--output", "/dev/null",
            "--time-limit", _span(plan.limit), "--jitter", _span(plan.jitter),
            # A job that found something has done its work.
            "--exit-zero",
        ],
        "env": [
            {"name": "XDG_STATE_HOME", "value": "/var/lib"},
            {"name": "HOME", "value": "/tmp"},  # noqa: S108 - a volume of the container's own
            {"name": "CREDENTIALS_DIRECTORY", "value": CREDENTIALS},
        ],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"memory": "512Mi"},
        },
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/mamori", "readOnly": True},
            {"name": "credentials", "mountPath": CREDENTIALS, "readOnly": True},
            {"name": "state", "mountPath": "/var/lib/mamori"},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108
        ],
    }  # fmt: skip
    pod = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "runAsGroup": 65532,
            "fsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [
            {"name": "config", "configMap": {"name": plan.name}},
            {
                "name": "credentials",
                "secret": {"secretName": plan.name, "defaultMode": 0o440, "optional": True},
            },
            {"name": "state", "persistentVolumeClaim": {"claimName": plan.name}},
            {"name": "tmp", "emptyDir": {}},
        ],
    }
    whole = plan.limit + plan.jitter + timedelta(minutes=10)
    documents = [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": plan.name},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1Gi"}},
            },
        },
        {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": {"name": plan.name},
            "spec": {
                "schedule": _KUBERNETES[plan.every].format(hour=plan.hour, minute=plan.minute),
                "concurrencyPolicy": "Forbid",
                # A start that was missed is made up for within this time.
                "startingDeadlineSeconds": 3600,
                "successfulJobsHistoryLimit": 3,
                "failedJobsHistoryLimit": 3,
                "jobTemplate": {
                    "spec": {
                        "backoffLimit": 0,
                        "activeDeadlineSeconds": int(whole.total_seconds()),
                        "template": {"spec": pod},
                    }
                },
            },
        },
    ]
    names = credentials(plan.settings)
    literals = "".join(f" --from-file={name}=PATH" for name in names)
    files = [file for file in _read(plan.settings) if _fits(file, plan.config)]
    beside = "".join(f" --from-file={file}" for file in files)
    head = (
        "# Before the first run:\n"
        f"#   kubectl create configmap {plan.name} --from-file=mamori.yaml={plan.config}{beside}\n"
        + (f"#   kubectl create secret generic {plan.name}{literals}\n" if names else "")
    )
    return head + yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True)
