"""What goes over the pipe between the judge and a student's process: plain values in length-prefixed frames.

Both ends import this module, so it knows nothing of answers. The judge's end trusts nothing: sizes,
depth and array types are checked before anything is built, and there is no pickle.

A frame is four bytes of length (big endian) and a msgpack body. Arrays, tuples, sets and dicts are
msgpack extension types, so that they come out as what they were.
"""

from __future__ import annotations

import selectors
import socket
import struct
import time
from math import prod
from typing import Any

import msgpack
import numpy as np

MAX_FRAME = 80 * 2**20
MAX_ARRAY = 64 * 2**20
MAX_DEPTH = 16
MAX_TEXT = 2**20
KINDS = "biuf"

_ARRAY, _TUPLE, _SET, _DICT = 1, 2, 3, 4


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
    body: bytes = msgpack.packb(_plain(value, 0), use_bin_type=True)
    return body


def decode(body: bytes) -> Any:
    """The value that `encode` got; arrays are fresh and writable. Raises WireError for anything else."""
    try:
        return _build(body, 0)
    except WireError:
        raise
    except (ValueError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        raise WireError(f"not a value: {error}") from error


def send(connection: socket.socket, value: Any) -> None:
    """Send one value. Raises ClosedError when nobody listens, NotPlainError before sending anything."""
    body = encode(value)
    if len(body) > MAX_FRAME:
        raise NotPlainError(
            f"{len(body) / 2**20:.0f} MiB of data, where {MAX_FRAME // 2**20} MiB are the limit"
        )
    try:
        connection.sendall(struct.pack(">I", len(body)) + body)
    except OSError as error:
        raise ClosedError(str(error)) from error


def receive(connection: socket.socket, deadline: float | None = None) -> Any:
    """The next value, waiting until `deadline` (time.monotonic seconds; None waits for ever).

    Raises DeadlineError, ClosedError, or WireError for a frame that is too long or no value.
    """
    (length,) = struct.unpack(">I", _exactly(connection, 4, deadline))
    if length > MAX_FRAME:
        raise WireError(f"a frame of {length} bytes is announced")
    return decode(_exactly(connection, length, deadline))


def _exactly(connection: socket.socket, count: int, deadline: float | None) -> bytes:
    chunks = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        while len(chunks) < count:
            left = None if deadline is None else deadline - time.monotonic()
            if (left is not None and left <= 0) or not selector.select(left):
                raise DeadlineError("no answer in time")
            try:
                chunk = connection.recv(min(count - len(chunks), 2**20))
            except OSError as error:
                raise ClosedError(str(error)) from error
            if not chunk:
                raise ClosedError("the connection was closed")
            chunks += chunk
    return bytes(chunks)


def _plain(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise NotPlainError(f"containers nested more than {MAX_DEPTH} deep")
    # The exact types, never subclasses: a subclass can lie about what it holds.
    kind = type(value)
    if value is None or kind in (bool, float, str):
        if kind is str and len(value) > MAX_TEXT:
            raise NotPlainError(f"a text of {len(value)} characters")
        return value
    if kind is int:
        if not -(2**63) <= value < 2**63:
            raise NotPlainError("an integer beyond 64 bits")
        return value
    if isinstance(value, np.ndarray | np.generic):
        return _plain_array(value)
    return _plain_container(value, depth)


def _plain_array(value: np.ndarray[Any, Any] | np.generic) -> msgpack.ExtType:
    array = np.asarray(value)
    if array.dtype == np.longdouble and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    if array.dtype.kind not in KINDS:
        raise NotPlainError(f"an array of dtype {array.dtype}")
    if array.nbytes > MAX_ARRAY:
        raise NotPlainError(f"an array of {array.nbytes / 2**20:.0f} MiB")
    array = np.ascontiguousarray(array).reshape(array.shape)
    header = [array.dtype.str, list(array.shape), array.tobytes()]
    return msgpack.ExtType(_ARRAY, msgpack.packb(header, use_bin_type=True))


def _plain_container(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return _extension(_DICT, [[key, item] for key, item in dict.items(value)], depth)
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in list.__iter__(value)]
    if isinstance(value, tuple):
        return _extension(_TUPLE, list(tuple.__iter__(value)), depth)
    if isinstance(value, set | frozenset):
        return _extension(_SET, sorted(value, key=repr), depth)
    raise NotPlainError(f"a value of type {type(value).__name__}")


def _extension(code: int, items: list[Any], depth: int) -> msgpack.ExtType:
    return msgpack.ExtType(code, msgpack.packb(_plain(items, depth + 1), use_bin_type=True))


def _build(body: bytes, depth: int) -> Any:
    if depth > 2 * MAX_DEPTH:
        raise WireError("containers nested too deep")
    return msgpack.unpackb(
        body,
        raw=False,
        strict_map_key=True,
        max_bin_len=MAX_FRAME,
        max_ext_len=MAX_FRAME,
        ext_hook=lambda code, data: _build_extension(code, data, depth + 1),
    )


def _build_extension(code: int, data: bytes, depth: int) -> Any:
    items = _build(data, depth)
    if code == _ARRAY:
        return _build_array(items)
    if code == _TUPLE and isinstance(items, list):
        return tuple(items)
    if code == _SET and isinstance(items, list):
        return frozenset(items)
    if code == _DICT and isinstance(items, list):
        return {key: item for key, item in items}  # noqa: C416  (dict() would take other pairs, too)
    raise WireError(f"an unknown extension type {code}")


def _build_array(header: Any) -> np.ndarray[Any, Any]:
    if not (isinstance(header, list) and len(header) == 3):
        raise WireError("an array without its header")
    text, shape, data = header
    if not (isinstance(text, str) and len(text) <= 8 and isinstance(shape, list) and isinstance(data, bytes)):
        raise WireError("an array with a wrong header")
    dtype = np.dtype(text)
    if dtype.kind not in KINDS or len(shape) > 8 or not all(type(n) is int and n >= 0 for n in shape):
        raise WireError("an array of a kind that isn't allowed")
    if prod(shape) * dtype.itemsize != len(data) or len(data) > MAX_ARRAY:
        raise WireError("an array whose size isn't its shape's")
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
