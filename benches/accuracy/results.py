"""Results of the runs, as a Markdown table."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Result:
    """One row: the accuracies or errors of both sides, run by run on the same rows."""

    data: str
    network: str
    our_settings: str
    their_settings: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    are_errors: bool = False

    def standard_errors(self):
        """The mean of the paired differences over its standard error."""
        differences = np.subtract(self.ours, self.theirs)
        mean = differences.mean()
        error = differences.std(ddof=1) / math.sqrt(len(differences))
        if error == 0:
            return 0.0 if mean == 0 else math.copysign(math.inf, mean)
        return mean / error

    def markdown(self):
        show = _number if self.are_errors else _percent
        # Adding 0 makes 0 of -0, which rounding leaves.
        errors = round(self.standard_errors(), 1) + 0.0
        cells = (
            self.data,
            self.network,
            str(len(self.ours)),
            self.our_settings,
            show(self.ours),
            self.their_settings,
            show(self.theirs),
            self._difference(),
            f"{errors:+.1f}",
        )
        return f"| {' | '.join(cells)} |"

    def _difference(self):
        difference = np.mean(self.ours) - np.mean(self.theirs)
        if self.are_errors:
            return f"{100 * difference / np.mean(self.theirs):+.1f} %"
        return f"{round(100 * difference, 2) + 0.0:+.2f} points"


def _number(errors):
    return f"{np.mean(errors):.5g} ± {np.std(errors, ddof=1):.3g}"


def _percent(accuracies):
    return f"{100 * np.mean(accuracies):.2f} ± {100 * np.std(accuracies, ddof=1):.2f} %"


def markdown_table(results, metric="accuracy"):
    titles = (
        *("data set", "network", "runs", "burn-mlp with", metric, "scikit-learn with", metric),
        *("difference", "in standard errors"),
    )
    head = (f"| {' | '.join(titles)} |", "|---" * len(titles) + "|")
    return "\n".join([*head, *(result.markdown() for result in results)])
