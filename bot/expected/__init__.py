"""Expected answers: what must be answered, from where, what must not be, and whether it still is."""

from bot.expected.case import Case, Expect, Gates, Quote, Suite
from bot.expected.files import read_suite
from bot.expected.run import Report, check_case, run
from bot.expected.verdict import Cause, Finding, Reply, Status, Verdict

__all__ = [
    "Case",
    "Cause",
    "Expect",
    "Finding",
    "Gates",
    "Quote",
    "Reply",
    "Report",
    "Status",
    "Suite",
    "Verdict",
    "check_case",
    "read_suite",
    "run",
]
