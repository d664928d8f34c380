"""Whether a group of texts is still one matter: how alike its texts are to one another, from the length of their sum."""

from __future__ import annotations

BROAD = (
    0.08  # mean likeness of two texts; labelled events lie from 0.19 on, see docs/decisions/0017-grouping.md
)
ENOUGH = 8  # texts from which the mean says something


def mean_likeness(length: float, texts: int) -> float:
    """Mean cosine of two different ones of `texts` unit vectors whose sum has this length; 1 for a single one."""
    return (length * length - texts) / (texts * (texts - 1)) if texts > 1 else 1.0


def is_broad(length: float, texts: int) -> bool:
    """Whether the texts share no more than their kind: what is alike to all of them is alike to none."""
    return texts >= ENOUGH and mean_likeness(length, texts) < BROAD
