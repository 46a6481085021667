"""What goes over the pipe between the judge and a student's process: plain values in length-prefixed frames.

Both ends import this module, so it knows nothing of answers. The judge's end trusts nothing: sizes,
depth and array types are checked before anything is built, and there is no pickle.

A frame is four bytes of length (big endian) and a msgpack body. Arrays, tuples, sets and dicts are
msgpack extension types, so that they come out as what they were. A function of the public package goes by
its name: an exercise may ask for a function of a function. A random generator goes by its seed.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from dataclasses import dataclass
from math import prod
from typing import Any

import msgpack
import numpy as np
from through_time.functions import Known
from through_time.generators import Seeded

MAX_FRAME = 80 * 2**20
MAX_ARRAY = 64 * 2**20
MAX_DEPTH = 16
MAX_AXES = 8
MAX_TEXT = 8 * 2**20
"""Characters of one text; a figure travels as one."""
MAX_LENGTH = 2**18
"""Items of one list, tuple, set or dict."""
MAX_ITEMS = 2**22
"""Items of all of a frame's containers together, and the containers themselves."""
KINDS = "biuf"
_DTYPE = re.compile(r"[<>=|]?[biuf](1|2|4|8|16)")

_ARRAY, _TUPLE, _SET, _DICT, _FUNCTION, _GENERATOR = 1, 2, 3, 4, 5, 6


class NotPlainError(Exception):
    """A value that can't go over the wire; the text says what it is."""


class WireError(Exception):
    """The other end sent something that is no frame, or nothing in time."""


class ClosedError(WireError):
    """The other end is gone."""


class DeadlineError(WireError):
    """The other end said nothing until the deadline."""


def encode(value: Any) -> bytes:
    """`value` as bytes. Raises NotPlainError, naming the type, for anything but plain values."""
    try:
        body: bytes = msgpack.packb(_Packer().plain(value, 0), use_bin_type=True)
    except UnicodeEncodeError as error:
        raise NotPlainError("a text with half a character (a lone surrogate)") from error
    return body


@dataclass(frozen=True)
class Packed:
    """A value in the form in which it goes over the wire, for one that is sent often."""

    plain: Any


def pack(value: Any) -> Packed:
    """`value`, made ready to be a part of what is sent. Raises NotPlainError as `encode` does."""
    return Packed(_Packer().plain(value, 0))


def decode(body: bytes) -> Any:
    """The value that `encode` got; arrays are fresh and writable. Raises WireError for anything else."""
    try:
        return _Builder().build(body, 0)
    except WireError:
        raise
    except (ValueError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        raise WireError(f"not a value: {error}") from error


def send(connection: socket.socket, value: Any, deadline: float | None = None) -> None:
    """Send one value, waiting until `deadline` (as in `receive`) for the other end to take it.

    Raises ClosedError when nobody listens, DeadlineError, and NotPlainError before sending anything.
    """
    body = encode(value)
    if len(body) > MAX_FRAME:
        raise NotPlainError(
            f"{len(body) / 2**20:.0f} MiB of data, where {MAX_FRAME // 2**20} MiB are the limit"
        )
    try:
        connection.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
        connection.sendall(struct.pack(">I", len(body)) + body)
    except TimeoutError as error:
        raise DeadlineError("nobody took it in time") from error
    except OSError as error:
        raise ClosedError(str(error)) from error


def receive(connection: socket.socket, deadline: float | None = None) -> Any:
    """The next value, waiting until `deadline` (time.monotonic seconds; None waits for ever).

    Raises DeadlineError, ClosedError, or WireError for a frame that is too long or no value.
    """
    return decode(receive_frame(connection, deadline))


def receive_frame(connection: socket.socket, deadline: float | None = None, most: int = MAX_FRAME) -> bytes:
    """The next frame's body, at most `most` bytes, for `decode`; raises as `receive` does."""
    (length,) = struct.unpack(">I", _exactly(connection, 4, deadline))
    if length > min(most, MAX_FRAME):
        raise WireError(f"a frame of {length} bytes is announced")
    return _exactly(connection, length, deadline)


def _exactly(connection: socket.socket, count: int, deadline: float | None) -> bytes:
    chunks = bytearray()
    while len(chunks) < count:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise DeadlineError("no answer in time")
        try:
            connection.settimeout(left)
            chunk = connection.recv(min(count - len(chunks), 2**20))
        except TimeoutError as error:
            raise DeadlineError("no answer in time") from error
        except OSError as error:
            raise ClosedError(str(error)) from error
        if not chunk:
            raise ClosedError("the connection was closed")
        chunks += chunk
    return bytes(chunks)


class _Counter:
    """Counts what one frame holds, at both ends: a byte can ask for an object of sixty."""

    def __init__(self, error: type[Exception]) -> None:
        self._error = error
        self._items = 0

    def count(self, items: Any) -> Any:
        """`items`, counted. Raises the end's own error when a container, or all of them, hold too much."""
        self._items += len(items) + 1
        if len(items) > MAX_LENGTH or self._items > MAX_ITEMS:
            raise self._error(
                f"more than {MAX_LENGTH} values in one list, tuple, set or dict, or {MAX_ITEMS} in all of them"
            )
        return items


class _Packer(_Counter):
    def __init__(self) -> None:
        super().__init__(NotPlainError)

    def plain(self, value: Any, depth: int, *, hashable: bool = False) -> Any:
        """`value` for msgpack; as a key or a member of a set, where an array can't stand, if `hashable`."""
        if depth > MAX_DEPTH:
            raise NotPlainError(f"containers nested more than {MAX_DEPTH} deep")
        if hashable and isinstance(value, np.generic):
            value = value.item()
        # The exact types, never subclasses: a subclass can lie about what it holds, and a class about what it is.
        kind = type(value)
        if value is None or kind is bool or kind is float or kind is str:
            if kind is str and len(value) > MAX_TEXT:
                raise NotPlainError(f"a text of {len(value)} characters")
            return value
        if kind is int:
            if not -(2**63) <= value < 2**63:
                raise NotPlainError("an integer beyond 64 bits")
            return value
        if issubclass(kind, np.ndarray | np.generic):
            return _plain_array(value)
        if kind is Packed:
            return value.plain
        return self._container(value, depth, hashable=hashable)

    def _container(self, value: Any, depth: int, *, hashable: bool) -> Any:
        if type(value) is Known:
            coefficients = [self.plain(each, depth + 1) for each in value.coefficients]
            return _extension(_FUNCTION, [value.name, *coefficients])
        if type(value) is Seeded:
            return _extension(_GENERATOR, [value.seed])
        if issubclass(type(value), dict):
            pairs = self.count(list(dict.items(value)))
            return _extension(
                _DICT,
                [
                    [self.plain(key, depth + 1, hashable=True), self.plain(item, depth + 1)]
                    for key, item in pairs
                ],
            )
        for kind, code in ((list, 0), (tuple, _TUPLE), (set, _SET), (frozenset, _SET)):
            if issubclass(type(value), kind):
                inside = hashable or code == _SET
                iterate: Any = kind.__iter__
                items = self.count(list(iterate(value)))
                plain = [self.plain(item, depth + 1, hashable=inside) for item in items]
                return _extension(code, plain) if code else plain
        raise NotPlainError(f"a value of type {type(value).__name__}")


def _extension(code: int, items: list[Any]) -> msgpack.ExtType:
    return msgpack.ExtType(code, msgpack.packb(items, use_bin_type=True))


def _plain_array(value: np.ndarray[Any, Any] | np.generic) -> msgpack.ExtType:
    array = np.asarray(value)
    if array.dtype == np.longdouble and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    if array.dtype.kind not in KINDS:
        raise NotPlainError(f"an array of dtype {array.dtype}")
    if array.ndim > MAX_AXES:
        raise NotPlainError(f"an array of {array.ndim} axes")
    if array.nbytes > MAX_ARRAY:
        raise NotPlainError(f"an array of {array.nbytes / 2**20:.0f} MiB")
    array = np.ascontiguousarray(array).reshape(array.shape)
    header = [array.dtype.str, list(array.shape), array.tobytes()]
    return msgpack.ExtType(_ARRAY, msgpack.packb(header, use_bin_type=True))


class _Builder(_Counter):
    def __init__(self) -> None:
        super().__init__(WireError)

    def build(self, body: bytes, depth: int) -> Any:
        if depth > 2 * MAX_DEPTH:
            raise WireError("containers nested too deep")
        return msgpack.unpackb(
            body,
            raw=False,
            timestamp=1,
            strict_map_key=True,
            max_bin_len=MAX_FRAME,
            max_ext_len=MAX_FRAME,
            max_array_len=MAX_LENGTH,
            max_map_len=MAX_LENGTH,
            list_hook=self.count,
            object_pairs_hook=lambda pairs: dict(self.count(pairs)),
            ext_hook=lambda code, data: self._extension(code, data, depth + 1),
        )

    def _extension(self, code: int, data: bytes, depth: int) -> Any:
        items = self.build(data, depth)
        if code == _ARRAY:
            return _build_array(items)
        if code == _TUPLE and isinstance(items, list):
            return tuple(items)
        if code == _SET and isinstance(items, list):
            return frozenset(items)
        if code == _DICT and isinstance(items, list):
            return {key: item for key, item in items}  # noqa: C416  (dict() would take other pairs, too)
        if code == _FUNCTION and isinstance(items, list) and items and isinstance(items[0], str):
            return Known(*items)
        if code == _GENERATOR and isinstance(items, list) and len(items) == 1:
            return Seeded(*items)
        raise WireError(f"an unknown extension type {code}")


def _build_array(header: Any) -> np.ndarray[Any, Any]:
    if not (isinstance(header, list) and len(header) == 3):
        raise WireError("an array without its header")
    text, shape, data = header
    if not (isinstance(text, str) and isinstance(shape, list) and isinstance(data, bytes)):
        raise WireError("an array with a wrong header")
    # NumPy reads more than types out of such a text, and warns or raises as it likes.
    if (
        not _DTYPE.fullmatch(text)
        or len(shape) > MAX_AXES
        or not all(type(n) is int and n >= 0 for n in shape)
    ):
        raise WireError("an array of a kind that isn't allowed")
    dtype = np.dtype(text)
    if prod(shape) * dtype.itemsize != len(data) or len(data) > MAX_ARRAY:
        raise WireError("an array whose size isn't its shape's")
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
