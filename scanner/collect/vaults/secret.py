"""A secret in memory, which shows itself to nobody who does not ask by name."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from typing import NoReturn, final

MASK = "•••"


@final
class Secret:
    """Text that must not be seen: it prints, formats and reprs as `•••`.

    It can be neither pickled nor copied nor serialised, has no attributes to list, and compares in
    a time that does not depend on where two secrets differ. `reveal` is the only way out: use what
    it returns at once, and never keep it in a variable of a function that may fail, because a
    traceback can show variables.
    """

    # The value lies in a closure: whoever walks over slots finds a function.
    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: Callable[[], str] = lambda: value

    @classmethod
    def of(cls, value: str) -> Secret:
        """Return the secret `value`."""
        return cls(value)

    def reveal(self) -> str:
        """Return the secret in clear."""
        return self._value()

    def pieces(self) -> Iterator[bytes]:
        """Yield the secret as UTF-8 at the moment of writing, so that no variable ever holds it."""
        yield self._value().encode()

    def fingerprint(self, key: bytes, context: str = "") -> bytes:
        """Return HMAC-SHA256 (RFC 2104) of the secret under `key`, bound to `context`.

        Whoever has the key can try out guesses; a weak secret is only as safe as the key.
        """
        prefix = context.encode("utf-8", "surrogatepass") + b"\0"
        return hmac.digest(key, prefix + self._bytes(), "sha256")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._bytes(), other._bytes())

    __hash__ = None  # type: ignore[assignment] # a hash is a fingerprint without a key

    def __bool__(self) -> bool:
        return bool(self._value())

    def __len__(self) -> int:
        return len(self._value())

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def __getstate__(self) -> NoReturn:
        self.__reduce_ex__(0)

    def __copy__(self) -> NoReturn:
        self.__reduce_ex__(0)

    def __deepcopy__(self, memo: object) -> NoReturn:
        self.__reduce_ex__(0)

    def _bytes(self) -> bytes:
        return self._value().encode("utf-8", "surrogatepass")
