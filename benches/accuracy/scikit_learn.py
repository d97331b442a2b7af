"""burn-mlp beside scikit-learn's MLPClassifier, on the same rows with the same settings.

    python benches/accuracy/scikit_learn.py [--program PATH] [--only iris,wine] [--output FILE]

prints a Markdown table of test accuracies; with --output it is also written to FILE, with the machine and the versions.
README.md in this folder says what is equal and what differs. Needs requirements.txt.
"""

import pathlib
import sys
import tempfile

import numpy as np
from threadpoolctl import threadpool_limits

from contestants import BurnMlp, scikit_learn_accuracy
from reporting import parse_arguments, report
from results import Result, markdown_table
from studies import HIDDEN, STUDIES


def results_of(study, burn_mlp):
    rows = features, labels = study.load()
    divisions = list(study.divide(labels))
    network = "-".join(map(str, (features.shape[1], *HIDDEN, len(np.unique(labels)))))
    for number, comparison in enumerate(study.comparisons):
        ours, theirs = [], []
        for division in divisions:
            run = f"{study.name}-{number}-{len(ours)}"
            ours.append(burn_mlp.accuracy(run, rows, division, study.standardize, comparison.options))
            classifier = comparison.classifier(division.seed)
            theirs.append(scikit_learn_accuracy(rows, division, study.standardize, classifier))
            show(study, comparison, division, ours[-1], theirs[-1])
        yield Result(study.name, network, comparison.ours, comparison.theirs, tuple(ours), tuple(theirs))


def show(study, comparison, division, ours, theirs):
    """Says how it goes, apart from the table."""
    what = f"{study.name}, {division.name}: {comparison.ours} {100 * ours:.2f} %"
    print(f"{what}, scikit-learn with {comparison.theirs} {100 * theirs:.2f} %", file=sys.stderr, flush=True)


TITLE = "burn-mlp and scikit-learn, as measured"

MEANING = """Accuracies on the test rows: mean ± standard deviation over the runs. The last column is the mean of the paired
differences (same training rows, same test rows) divided by its standard error, that is their standard deviation over the
root of their number; above 0 burn-mlp is better."""


def main():
    arguments = parse_arguments("burn-mlp beside scikit-learn's MLPClassifier", STUDIES)
    # More threads only get into each other's way with networks as small as these.
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(limits=1):
        burn_mlp = BurnMlp(arguments.program, pathlib.Path(folder))
        results = [result for study in arguments.studies for result in results_of(study, burn_mlp)]
    table = markdown_table(results)
    print(table)
    if arguments.output:
        arguments.output.write_text(report(TITLE, table, MEANING, burn_mlp))


if __name__ == "__main__":
    main()
