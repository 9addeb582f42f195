from bot.expected import Gates, Reply, Status, Verdict
from bot.expected.gates import judge, measure


def verdict(answerable: bool, *replies: tuple[bool, bool, float]) -> Verdict:
    """A verdict of replies that were (answered, right, milliseconds)."""
    said = tuple(Reply("q", answered, None, 0.5, None, None, 1, right, ms) for answered, right, ms in replies)
    return Verdict("q", 1, answerable, (), Status.PASSED, None, said)


VERDICTS = [
    verdict(True, (True, True, 10), (True, False, 20)),
    verdict(True, (False, True, 30)),
    verdict(False, (True, False, 40)),
    verdict(False, (False, False, 100)),
    verdict(True),
]


def test_every_wording_of_every_case_counts() -> None:
    measured = measure(VERDICTS)
    assert (measured.asked, measured.answerable, measured.covered) == (5, 3, 2)
    assert (measured.answered, measured.wrong) == (3, 2)
    assert (measured.median_ms, measured.most_ms) == (30, 100)


def test_gates_hold_or_are_missed_and_latency_only_reports() -> None:
    measured = measure(VERDICTS)
    held = {gate.name: gate.held for gate in judge(Gates(2 / 3, 0.7, 200), measured)}
    assert held == {"least_coverage": True, "most_wrong": True, "latency_ms": None}
    missed = judge(Gates(0.7, 0.6, 50), measured)
    assert [gate.held for gate in missed] == [False, False, None]
    assert [gate.measured for gate in missed] == ["66.7% (2 of 3)", "66.7% (2 of 3)", "100 ms, over the budget"]


def test_gates_that_are_not_set_say_nothing_and_nothing_to_measure_holds() -> None:
    assert judge(Gates(), measure(VERDICTS)) == ()
    assert all(gate.held for gate in judge(Gates(1.0, 0.0, 10), measure([])))
