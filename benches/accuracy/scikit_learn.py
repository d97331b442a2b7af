"""burn-mlp beside scikit-learn's MLPClassifier, on the same rows with the same settings.

    python benches/accuracy/scikit_learn.py [--program PATH] [--only iris,wine] [--output FILE]

prints a Markdown table of test accuracies; with --output it is also written to FILE, with the machine and the versions.
README.md in this folder says what is equal and what differs. Needs requirements.txt.
"""

import argparse
import datetime
import os
import pathlib
import platform
import shlex
import sys
import tempfile

import numpy as np
import sklearn
from threadpoolctl import threadpool_limits

from contestants import BurnMlp, scikit_learn_accuracy
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


def report(table, burn_mlp):
    """The table with what is needed to get it again."""
    command = shlex.join(["python", *sys.argv])
    libraries = f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, Python {platform.python_version()}"
    return f"""# burn-mlp and scikit-learn, as measured

Written by `{command}` on {datetime.date.today()}. [README.md](README.md) says what is equal and what differs.

{table}

Accuracies on the test rows: mean ± standard deviation over the runs. The last column is the mean of the paired
differences (same training rows, same test rows) divided by its standard error, that is their standard deviation over the
root of their number; above 0 burn-mlp is better.

- Machine: {cpu_model()}, {os.cpu_count()} cores, {platform.system()}; one thread each.
- {burn_mlp.versions()}.
- {libraries}.
"""


def cpu_model():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def parse_arguments():
    parser = argparse.ArgumentParser(description="burn-mlp beside scikit-learn's MLPClassifier")
    parser.add_argument("--program", default="burn-mlp", help="the program to train with [default: burn-mlp]")
    parser.add_argument("--only", help="names of data sets: " + ", ".join(study.name for study in STUDIES))
    parser.add_argument("--output", type=pathlib.Path, help="file to write the table to, with machine and versions")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else [study.name for study in STUDIES]
    arguments.studies = [study for study in STUDIES if study.name in names]
    unknown = set(names) - {study.name for study in STUDIES}
    if unknown:
        parser.error(f"no such data set: {', '.join(sorted(unknown))}")
    return arguments


def main():
    arguments = parse_arguments()
    # More threads only get into each other's way with networks as small as these.
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(limits=1):
        burn_mlp = BurnMlp(arguments.program, pathlib.Path(folder))
        results = [result for study in arguments.studies for result in results_of(study, burn_mlp)]
    table = markdown_table(results)
    print(table)
    if arguments.output:
        arguments.output.write_text(report(table, burn_mlp))


if __name__ == "__main__":
    main()
