"""Plain values go over the wire as they are, everything else is refused by name, and noise raises WireError only."""

import contextlib
import math
import socket
import struct
import threading
import time

import msgpack
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from through_time.functions import FUNCTIONS, Known

from autograder import wire

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS
SCALARS = WHOLE | st.floats()
DTYPES = hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes() | hnp.floating_dtypes()
ARRAYS = hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
KEYS = st.recursive(
    WHOLE | st.floats(allow_nan=False),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=3)
        | st.frozensets(KEYS, max_size=3)
    ),
    max_leaves=12,
)


def same(one, other):
    """Equal in type, form and value, NaN included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        equal_nan = one.dtype.kind == "f"
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=equal_nan)
    if isinstance(one, dict):
        pairs = zip(one.items(), other.items(), strict=True)
        return len(one) == len(other) and all(
            same(*both) for pair in pairs for both in zip(*pair, strict=True)
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (math.isnan(one) and math.isnan(other))


@settings(deadline=None)
@given(VALUES)
def test_what_is_packed_goes_as_the_value_itself(value):
    packed = wire.pack(value)
    assert same(wire.decode(wire.encode(["before", packed, packed])), ["before", value, value])


def test_what_is_not_plain_cannot_be_packed():
    with pytest.raises(wire.NotPlainError, match="object"):
        wire.pack([object()])


@settings(deadline=None)
@given(VALUES)
def test_round_trip(value):
    assert same(wire.decode(wire.encode(value)), value)


@settings(deadline=None)
@given(st.binary(max_size=200))
@example(msgpack.packb(msgpack.Timestamp(1, 2)))
@example(b"\xdd\xff\xff\xff\xff")
def test_random_bytes_raise_only_wire_error(body):
    with contextlib.suppress(wire.WireError):
        wire.decode(body)


@settings(deadline=None)
@given(VALUES, st.data())
def test_mutated_frames_raise_only_wire_error(value, data):
    body = bytearray(wire.encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(wire.WireError):
        wire.decode(bytes(body))


@settings(deadline=None)
@given(
    st.text("<>|=biufVSOUMm0123456789(),[]{}: \x00", max_size=10), st.lists(st.integers(-1, 3), max_size=3)
)
@example(",", [1])
@example("(1,", [1])
@example("89a", [1])
@example("O", [])
@example("f8,f8", [])
def test_an_array_header_can_say_anything(dtype, shape):
    header = msgpack.packb([dtype, shape, b"\0" * 8])
    try:
        found = wire.decode(msgpack.packb(msgpack.ExtType(1, header)))
    except wire.WireError:
        return
    assert found.dtype.kind in "biuf"


def test_arrays_come_out_fresh_and_writable():
    found = wire.decode(wire.encode(np.arange(3.0)))
    found[0] = 7
    assert found.flags.owndata


@pytest.mark.parametrize("order", ["C", "F"])
def test_order_in_memory_does_not_matter(order):
    array = np.asarray(np.arange(6.0).reshape(2, 3), order=order)[:, ::2]
    assert np.array_equal(wire.decode(wire.encode(array)), array)


def test_longdouble_comes_out_as_float64():
    assert wire.decode(wire.encode(np.longdouble(0.5))).dtype == np.float64


def test_numpy_scalars_as_keys_and_members():
    value = {np.int64(1): 1.0, (np.float32(0.5), np.uint8(2)): 2.0}
    assert wire.decode(wire.encode(value)) == {1: 1.0, (0.5, 2): 2.0}
    assert wire.decode(wire.encode({np.int64(3), np.int64(4)})) == {3, 4}


@settings(deadline=None, max_examples=20)
@given(st.lists(hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=3)), max_size=2))
def test_known_functions_travel_by_name(coefficients):
    for name in FUNCTIONS:
        sent = Known(name, *coefficients)
        found = wire.decode(wire.encode([sent]))[0]
        assert type(found) is Known
        assert found.name == name
        pairs = zip(found.coefficients, sent.coefficients, strict=True)
        assert all(np.array_equal(*pair, equal_nan=True) for pair in pairs)


@pytest.mark.parametrize(
    "items", [["exec"], ["tanh", "x"], ["tanh", [[1], 2]], ["tanh", {}], [["tanh"]], [], 3]
)
def test_no_other_function_can_be_named(items):
    with pytest.raises(wire.WireError):
        wire.decode(msgpack.packb(msgpack.ExtType(5, msgpack.packb(items))))


class Liar(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "type object"),
        (Liar("x"), "type Liar"),
        (len, "type builtin_function_or_method"),
        (b"bytes", "type bytes"),
        (1j, "type complex"),
        (2**63, "beyond 64 bits"),
        (np.array([1j]), "dtype complex128"),
        (np.array([object()]), "dtype object"),
        (np.array(["a"]), "dtype <U1"),
        (np.array("2026-01-01", dtype="M8[D]"), "dtype datetime64"),
        (np.zeros(1, dtype="f8,f8"), "dtype"),
        ("\ud800", "half a character"),
        ({"a": "\ud800"}, "half a character"),
        ("x" * (wire.MAX_TEXT + 1), "a text of"),
        (np.broadcast_to(0.0, (wire.MAX_ARRAY,)), "an array of 512 MiB"),
        ([None] * (wire.MAX_LENGTH + 1), "more than 262144 values"),
        ([[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]], "16 deep"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_is_named(value, said):
    with pytest.raises(wire.NotPlainError, match=said):
        wire.encode(value)


def test_a_list_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(wire.NotPlainError, match="deep"):
        wire.encode(loop)


def test_dicts_may_nest_as_deep_as_lists():
    value = 1
    for _ in range(wire.MAX_DEPTH):
        value = {"a": value}
    assert wire.decode(wire.encode(value)) == value


@pytest.mark.parametrize(
    "body",
    [
        b"\xdd" + struct.pack(">I", 10**6) + b"\x90" * 10**6,
        b"\xdc\xff\xff" + (b"\xdc\xff\xff" + b"\xc0" * 0xFFFF) * 0xFF,
        b"\x91" * 5000 + b"\xc0",
        b"\xc0\xc0",
        b"",
    ],
    ids=["one long list", "many long lists", "nested", "two values", "nothing"],
)
def test_a_small_frame_cannot_ask_for_much(body):
    with pytest.raises(wire.WireError):
        wire.decode(body)


@pytest.mark.parametrize(
    ("code", "inside"),
    [(1, 5), (1, []), (1, ["<f8", 1, b""]), (1, [5, [], b""]), (1, ["<f8", [], "text"]), (1, ["<f8", [2], b"x" * 8]),
     (1, ["<f8", [1.0], b"x" * 8]), (1, ["<f8", [1] * 9, b"x" * 8]), (2, 5), (3, {"a": 1}), (4, 7), (4, [[1, 2, 3]]),
     (4, [[[], 1]]), (3, [[]]), (9, [])],
)  # fmt: skip
def test_an_extension_of_a_wrong_form_is_refused(code, inside):
    with pytest.raises(wire.WireError):
        wire.decode(msgpack.packb(msgpack.ExtType(code, msgpack.packb(inside))))


def test_extensions_nested_too_deep_are_refused():
    body = msgpack.packb(1)
    for _ in range(100):
        body = msgpack.packb(msgpack.ExtType(2, msgpack.packb([msgpack.ExtType(2, body)])))
    with pytest.raises(wire.WireError):
        wire.decode(body)


def test_a_broken_connection_is_closed():
    class Broken:
        def settimeout(self, _):
            pass

        def recv(self, _):
            raise ConnectionResetError("reset by peer")

    with pytest.raises(wire.ClosedError, match="reset"):
        wire.receive(Broken(), soon())


def test_many_long_lists_are_counted_together(monkeypatch):
    monkeypatch.setattr(wire, "MAX_ITEMS", 100)
    assert len(wire.decode(msgpack.packb([[None] * 30] * 3))) == 3
    with pytest.raises(wire.WireError, match="values"):
        wire.decode(msgpack.packb([[None] * 30] * 4))
    with pytest.raises(wire.NotPlainError, match="values"):
        wire.encode([[None] * 30] * 4)


@pytest.fixture
def pair():
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def soon(seconds=0.2):
    return time.monotonic() + seconds


def test_values_travel_in_order(pair):
    near, far = pair
    for value in ("one", np.eye(2), {"three": [3]}):
        wire.send(near, value)
    assert wire.receive(far) == "one"
    assert np.array_equal(wire.receive(far), np.eye(2))
    assert wire.receive(far, soon()) == {"three": [3]}


def test_a_large_value_travels_in_pieces(pair):
    near, far = pair
    value = np.arange(2**20, dtype=np.float64)
    thread = threading.Thread(target=wire.send, args=(near, value))
    thread.start()
    assert np.array_equal(wire.receive(far, soon(20)), value)
    thread.join()


def test_silence_and_half_a_frame_end_at_the_deadline(pair):
    near, far = pair
    with pytest.raises(wire.DeadlineError):
        wire.receive(far, soon(0.05))
    near.sendall(struct.pack(">I", 100) + b"half")
    with pytest.raises(wire.DeadlineError):
        wire.receive(far, soon(0.05))
    with pytest.raises(wire.DeadlineError):
        wire.receive(far, time.monotonic() - 1)


def test_a_listener_who_takes_nothing_ends_sending_at_the_deadline(pair):
    near, _far = pair
    with pytest.raises(wire.DeadlineError):
        wire.send(near, np.zeros(2**20), soon(0.05))


def test_a_closed_end_is_said(pair):
    near, far = pair
    near.sendall(b"\0\0")
    near.close()
    with pytest.raises(wire.ClosedError):
        wire.receive(far, soon())
    with pytest.raises(wire.ClosedError):
        wire.send(far, np.zeros(2**16))


def test_a_frame_that_is_too_long_is_refused_before_it_is_read(pair):
    near, far = pair
    near.sendall(struct.pack(">I", 2**32 - 1))
    with pytest.raises(wire.WireError, match="announced"):
        wire.receive(far, soon())


def test_nothing_is_sent_of_what_is_not_plain(pair):
    near, far = pair
    with pytest.raises(wire.NotPlainError):
        wire.send(near, [1, object()])
    with pytest.raises(wire.DeadlineError):
        wire.receive(far, soon(0.02))


def test_a_frame_has_a_limit(pair, monkeypatch):
    monkeypatch.setattr(wire, "MAX_FRAME", 1000)
    with pytest.raises(wire.NotPlainError, match="MiB are the limit"):
        wire.send(pair[0], np.zeros(1000))
