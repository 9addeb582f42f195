"""Language: whether a reader can be asked in the words of a question.

A span model trained on English points somewhere in any text for a question in any language, and is
then wrong with confidence. Better to say so.
"""

import re
import unicodedata

from index.errors import QuestionError

ASKING = frozenset(
    """
    qué cuándo cuando cuánto cuánta cuántos cuántas cuantos cuantas dónde donde quién quien quiénes cuál cuáles cómo
    por qué quand qui quoi où combien pourquoi quel quelle quels quelles wann wer wen wem wessen wo wohin woher wie
    wieso warum weshalb wieviel welche welcher welches welchen quando chi dove perché perche quanto quanti quante
    quale quali quem onde quantos quantas quais porque wanneer wie waar waarom hoeveel welke hur när vem varför
    vilken hvornår hvem hvor hvorfor kuka milloin missä kiedy kto gdzie dlaczego ile kdy kdo kde proč kolik kim
    nerede neden nasıl kaç
    """.split()
) - frozenset({"por"})
FUNCTION = frozenset(
    """
    el la los las del una unos unas es está son fue por para con que le les des du une est sont dans sur avec pour
    der das den dem des ein eine einer und ist sind wurde wird hat haben von zu mit für nicht il lo gli della dello
    delle dei degli uno è di che per non os as da dos das um uma foi são em het een van zijn niet op voor och är det
    som af til
    """.split()
) - frozenset({"as", "les", "den", "van"})
ENGLISH = frozenset(
    """
    the and are were to for with by from does did do has what when where which who whose whom why how many much it its
    that this been their there not can could would should you your
    """.split()
)
"""English words that no other language here shares ("is", "was", "in" and "of" are Dutch or German too)."""


def is_english(question: str) -> bool:
    """Tell whether `question` may be English; keywords and names without any telling word may be."""
    letters = [character for character in question if character.isalpha()]
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    if letters and latin < len(letters) / 2:
        return False
    words = re.findall(r"[^\W\d_]+", question.lower())
    if any(word in ENGLISH for word in words):
        return True
    return not any(word in ASKING for word in words) and sum(word in FUNCTION for word in words) < 2


def check(question: str, language: str | None) -> None:
    """Raise QuestionError where a reader of `language` cannot be asked `question`.

    Only "en" is checked; a reader that does not say what it reads (None) is asked anything.
    """
    if language == "en" and not is_english(question):
        raise QuestionError(
            "The reader reads English, and this question seems to be in another language. Ask it in English."
        )
