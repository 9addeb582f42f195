"""Questions in, answers out: reading passages, choosing spans, and knowing when to abstain."""

from bot.answer import Alternative, Answer, Citation, Reason
from bot.confidence import Confidence
from bot.pipeline import Bot
from bot.reader import Reader

__all__ = ["Alternative", "Answer", "Bot", "Citation", "Confidence", "Reader", "Reason"]
