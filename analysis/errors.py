"""Errors of the analysis.

AnalysisError
├── TooShort         not enough data to answer; the message says how much is there and how much is needed
├── BadInput         an input line or file cannot be read; the message names the line
├── MissingWeights   the shipped weights are not there or cannot be read
├── BadTrainingData  a labelled file is missing or holds something unexpected
└── UnknownEngine    no scoring engine of that name
"""


class AnalysisError(Exception):
    """One sentence: what, what was expected, what came, the remedy."""


class TooShort(AnalysisError):
    pass


class BadInput(AnalysisError):
    pass


class MissingWeights(AnalysisError):
    pass


class BadTrainingData(AnalysisError):
    pass


class UnknownEngine(AnalysisError):
    pass
