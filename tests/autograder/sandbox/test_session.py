"""The judge's end of a session believes nothing: any answer becomes a reply or a failure."""

import socket
import struct
import threading
import time

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import wire
from autograder.inside.limits import Limits
from autograder.sandbox import session as judges_end
from autograder.sandbox.outputs import OUTPUTS_CUT
from autograder.sandbox.session import SandboxSession
from autograder.student import Failure

WRONG = {
    "output_type": "stream",
    "name": "stdout",
    "text": "[An output of a wrong form was left out.]\n",
}
LIMITS = Limits(cell_seconds=0.05, notebook_seconds=5)


@pytest.fixture(autouse=True)
def little_grace(monkeypatch):
    monkeypatch.setattr(judges_end, "GRACE_SECONDS", 0.05)


@pytest.fixture
def talk():
    """talk(answer bytes, ..., limits) is a session whose child gives these answers, unasked."""
    opened = []

    def make(*answers, limits=LIMITS):
        near, far = socket.socketpair()
        opened.extend((near, far))
        for answer in answers:
            far.sendall(answer)
        return SandboxSession(near, limits)

    yield make
    for each in opened:
        each.close()


def frame(value):
    body = wire.encode(value)
    return struct.pack(">I", len(body)) + body


def test_a_good_answer(talk):
    session = talk(
        frame({"failure": None, "outputs": [{"output_type": "stream"}]}),
        frame({"failure": None, "value": 3, "changed": [1]}),
        frame({"failure": "raised", "detail": "E"}),
    )
    assert session.run("1") == ([{"output_type": "stream"}], None)
    reply = session.call("f", (1,))
    assert (reply.value, reply.changed, reply.failure) == (3, (1,), None)
    assert session.value("x").detail == "E"


@pytest.mark.parametrize(
    "answer",
    [b"\0\0\0\1\xc1", b"\xff\xff\xff\xff", frame("text"), frame([1]), frame(None), frame({"failure": "odd"})],
    ids=["no value", "too long", "text", "list", "none", "an unknown failure"],
)
def test_nonsense_is_a_dead_process(talk, answer):
    assert talk(answer).call("f", ()).failure is Failure.DIED
    assert talk(answer).run("1") == ([], Failure.DIED)
    assert talk(answer).value("x").failure is Failure.DIED


@pytest.mark.parametrize(
    ("answer", "outputs"),
    [
        ({"outputs": "text"}, []),
        ({}, []),
        ({"outputs": {"a": 1}}, []),
        ({"outputs": [1, {"output_type": "x"}]}, [WRONG, {"output_type": "x"}]),
        ({"outputs": [{"data": np.ones(2)}, {"a": float("nan")}, {1: 2, "a": 3}]}, [WRONG] * 3),
    ],
)
def test_outputs_of_a_wrong_form_are_left_out(talk, answer, outputs):
    assert talk(frame(answer)).run("1") == (outputs, None)


@pytest.mark.parametrize(
    ("changed", "read"), [("12", ()), (None, ()), ([0, "1", True, 2.0, 3], (0, 3)), ({"a": 1}, ())]
)
def test_changed_arguments_of_a_wrong_form(talk, changed, read):
    assert talk(frame({"value": 1, "changed": changed})).call("f", ()).changed == read


def test_a_detail_is_a_text(talk):
    assert talk(frame({"failure": "raised", "detail": 5})).call("f", ()).detail == ""


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=60)
    | st.builds(lambda body: struct.pack(">I", len(body)) + body, st.binary(max_size=40))
)
def test_any_bytes(data):
    near, far = socket.socketpair()
    with near, far:
        far.sendall(data)
        far.shutdown(socket.SHUT_WR)
        reply = SandboxSession(near, LIMITS).call("f", ())
        assert reply.failure in (None, *Failure)


def test_an_answer_to_something_else_is_only_a_wrong_answer(talk):
    reply = talk(frame({"outputs": []})).call("f", ())
    assert (reply.value, reply.failure) == (None, None)


def test_silence_is_a_hung_process(talk):
    session = talk()
    assert session.run("1") == ([], Failure.TIMEOUT)
    assert session.hung
    assert "couldn't be interrupted" in session.lost
    assert session.value("x").failure is Failure.DIED


def test_a_closed_pipe_is_a_dead_process():
    near, far = socket.socketpair()
    far.close()
    with near:
        session = SandboxSession(near, LIMITS)
        assert session.run("1") == ([], Failure.DIED)
        assert not session.hung


def test_the_time_of_a_notebook_has_an_end(talk):
    session = talk(*[frame({"value": 1})] * 3, limits=Limits(cell_seconds=1, notebook_seconds=0.05))
    assert session.call("f", ()).value == 1
    time.sleep(0.06)
    reply = session.call("f", ())
    assert (reply.failure, session.hung) == (Failure.DIED, False)
    assert reply.detail == "the notebook had used up its 0.05 seconds"


def test_a_cell_that_the_end_of_the_notebook_cuts_short_did_not_hang(talk):
    session = talk(limits=Limits(cell_seconds=10, notebook_seconds=0.05))
    started = time.monotonic()
    assert session.run("1") == ([], Failure.TIMEOUT)
    assert time.monotonic() - started < 2
    assert not session.hung
    assert "used up" in session.lost


def test_drop_by_drop_is_no_way_round_the_deadline():
    near, far = socket.socketpair()
    stop = threading.Event()

    def drip():
        far.sendall(struct.pack(">I", 10**6))
        while not stop.wait(0.01):
            far.sendall(b"x")

    with near, far:
        thread = threading.Thread(target=drip)
        thread.start()
        started = time.monotonic()
        assert SandboxSession(near, LIMITS).run("1") == ([], Failure.TIMEOUT)
        assert time.monotonic() - started < 1
        stop.set()
        thread.join()


def test_a_bomb_in_an_answer_is_refused(talk):
    bomb = b"\xdd" + struct.pack(">I", 2**31) + b"\x90" * 100
    assert talk(struct.pack(">I", len(bomb)) + bomb).call("f", ()).failure is Failure.DIED
    hidden = msgpack.packb({"value": msgpack.ExtType(1, msgpack.packb([",", [1], b"x" * 8]))})
    assert talk(struct.pack(">I", len(hidden)) + hidden).call("f", ()).failure is Failure.DIED


def test_the_outputs_of_a_notebook_have_a_bound_together(talk):
    shown = {"output_type": "stream", "name": "stdout", "text": "x" * 400}
    answer = frame({"outputs": [shown, shown]})
    session = talk(answer, answer, answer, limits=Limits(notebook_output_bytes=1500))
    assert session.run("1") == ([shown, shown], None)
    outputs, _ = session.run("2")
    assert outputs[:-1] == [shown]
    assert outputs[-1]["text"] == OUTPUTS_CUT
    outputs, failure = session.run("3")
    assert ([output["text"] for output in outputs], failure) == ([OUTPUTS_CUT], None)


def test_what_the_judge_reads_of_a_notebook_has_a_bound(talk):
    session = talk(*[frame({"value": "x" * 1000})] * 3, limits=Limits(answer_bytes=2500))
    assert [session.call("f", ()).failure for _ in range(3)] == [None, None, Failure.DIED]
    assert session.lost is not None
