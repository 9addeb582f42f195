"""Proof: why an answer is what it is, and all that is needed to check it somewhere else."""
