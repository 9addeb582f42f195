"""The settings of one training run: a frozen dataclass, nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainConfig:
    """Lengths are in tokens, shares in 0 to 1. Each field is an option of `python -m bot.training train`."""

    seed: int = 1
    tokens: int = 6_000_000
    """The run's budget. The learning rate follows the share of it that is used."""
    rate: float = 8e-5
    """Learning rate of AdamW (Loshchilov and Hutter, 2019): warm-up, constant, then linearly to zero."""
    warm_up: float = 0.03
    decay_from: float = 0.4
    weight_decay: float = 0.01
    batch_tokens: int = 3072
    average: float = 0.995
    """Decay a step of the averaged weights, which are what a run gives (Polyak and Juditsky, 1992)."""
    frozen_layers: int = 0
    """The lowest layers kept as they are; the embeddings always are."""
    bf16: bool = False
    """Mixed precision. Twice as fast on processors with AMX or AVX-512 BF16; elsewhere it is refused."""
    threads: int = 0
    """Processors used; 0 takes what torch takes."""
    checkpoint_seconds: int = 300

    soft_share: float = 0.6
    """Weight of the teacher's labels where there are some; people's answers have the rest."""
    weak_confidence: float = 0.1
    """Rows that only the teacher labelled count if its best span is at least so likely."""
    hard_negatives: float = 0.15
    """Further rows, as a share of the answered ones: a passage the retriever finds, which lacks the answer."""
    swapped: float = 0.04
    """... the question with a name or number exchanged for another one."""
    without_answer: float = 0.03
    """... the passage without the sentence that answers."""
    lists: int = 100
    """... questions made of the lists in passages, whose answer is the whole list."""
    headed: float = 0.1
    """Share of passages that begin with their heading."""
    joined: float = 0.1
    """Share of contexts that stand in one document with another, and are cut with it."""
    unmarked: float = 0.2
    """Share of questions without their question mark."""
    mistyped: float = 0.06
    keywords: float = 0.04
    lower: float = 0.1
