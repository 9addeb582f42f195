"""Conversations: follow-ups read as questions that stand alone.

No language model: a follow-up is known by what it lacks (a name behind its pronoun, a verb, a noun), which is
put in from the turns before. Each question that results is asked, and the reader's confidence chooses.
"""

from bot.conversation.antecedents import Turn
from bot.conversation.meanings import Meaning, choose, meanings

__all__ = ["Meaning", "Turn", "choose", "meanings"]
