import pytest
from through_time import CheckFailed, ThroughTimeError, check


def test_failure_is_one_of_ours():
    assert issubclass(CheckFailed, ThroughTimeError)


@pytest.mark.parametrize("mode", ["autograde", "validate"])
class TestUnderNbgrader:
    @pytest.fixture(autouse=True)
    def _running(self, mode, monkeypatch):
        monkeypatch.setenv("NBGRADER_EXECUTION", mode)

    def test_right_function_passes(self, right):
        assert check("5.1", right["5.1"]).right

    def test_wrong_function_raises_its_sentences(self, spoil):
        with pytest.raises(CheckFailed, match="dU is 2 times the central difference"):
            check("5.2", spoil(lambda g: g.update(dU=2 * g["dU"])))

    def test_bad_manners_raise(self, right):
        def bptt_simo(p, x, Tau):
            g = right["5.2"](p, x, Tau)
            x += 1
            return g

        with pytest.raises(CheckFailed, match="changed what it was given: x"):
            check("5.2", bptt_simo)

    @pytest.mark.parametrize(
        "arguments", [("5.12", 1), (5.1, 1), ("5.8", None), ("5.6", None), ("5.6", "SISO")]
    )
    def test_wrong_use_and_wrong_form_raise(self, arguments):
        with pytest.raises(CheckFailed):
            check(*arguments)


def test_no_points_for_an_answer_whose_form_alone_is_known(monkeypatch, right):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(CheckFailed, match="can't be told from inside the notebook"):
        check("5.6", frozenset({"SISO"}))
    with pytest.raises(CheckFailed, match="whether bug_5_8 is right"):
        check("5.8", right["5.3"], "A")


def test_validating_accepts_the_form_of_an_answer(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert check("5.6", frozenset({"SISO"})).right
