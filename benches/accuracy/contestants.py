"""Trains either side on the same rows and gives its accuracy on the same test rows."""

import csv
import json
import os
import subprocess
import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TARGET = "class"


class BurnMlp:
    """The program, in a folder of its own for tables and runs."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.record = None

    def accuracy(self, run, rows, division, standardize, options):
        train_file = self._write_table("train.csv", rows, division.train)
        test_file = self._write_table("test.csv", rows, division.test)
        self._train(
            *options,
            *("--data", f"csv:{train_file}", "--target", TARGET, "--set", f"csv.test={test_file}"),
            *("--set", f"csv.standardize={str(standardize).lower()}"),
            *("--seed", str(division.seed), "--out", str(self.folder / "runs"), "--name", run, "--quiet"),
        )
        directory = self.folder / "runs" / run
        self.record = json.loads((directory / "run.json").read_text())
        test = json.loads((directory / "evaluation.json").read_text())["test"]
        if test["samples"] != len(division.test):
            raise RuntimeError(f"{run}: {test['samples']} test rows instead of {len(division.test)}")
        return test["accuracy"]

    def versions(self):
        """What trained the last network, by its own account."""
        program = self.record["sessions"][-1]["program"]
        versions = f"burn-mlp {program['crate_version']}, {program['profile']} profile"
        return f"{versions}, Burn {program['burn_version']}, {program['compiler']}, backend {self.record['backend']}"

    def _write_table(self, name, rows, chosen):
        features, labels = rows
        path = self.folder / name
        with path.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow([*(f"feature {column + 1}" for column in range(features.shape[1])), TARGET])
            table.writerows([*features[row].tolist(), labels[row]] for row in chosen)
        return path

    def _train(self, *options):
        one_thread = {"RAYON_NUM_THREADS": "1", "MATMUL_NUM_THREADS": "1"}
        subprocess.run([self.program, *options], env={**os.environ, **one_thread}, check=True)


def scikit_learn_accuracy(rows, division, standardize, classifier):
    features, labels = rows
    model = make_pipeline(StandardScaler(), classifier) if standardize else classifier
    with warnings.catch_warnings():
        # The number of epochs is a setting here, so reaching it is expected.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features[division.train], labels[division.train])
    return model.score(features[division.test], labels[division.test])
