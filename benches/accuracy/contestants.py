"""Trains either side on the same rows and gives its accuracy or RMSE on the same test rows."""

import csv
import json
import os
import subprocess
import warnings

from sklearn.compose import TransformedTargetRegressor, make_column_selector, make_column_transformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import root_mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

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
        files = ("--data", f"csv:{train_file}", "--target", TARGET, "--set", f"csv.test={test_file}")
        standardize = ("--set", f"csv.scaling={'standard' if standardize else 'none'}")
        return self._evaluation(run, division, *options, *files, *standardize)["accuracy"]

    def rmse(self, run, frame, division, options):
        """Of the numbers in the last column of a table as it is, texts included."""
        train_file, test_file = self.folder / "train.csv", self.folder / "test.csv"
        frame.iloc[division.train].to_csv(train_file, index=False)
        frame.iloc[division.test].to_csv(test_file, index=False)
        files = ("--data", f"csv:{train_file}", "--target", frame.columns[-1], "--set", f"csv.test={test_file}")
        return self._evaluation(run, division, *options, *files, "--task", "regression")["targets"][0]["rmse"]

    def _evaluation(self, run, division, *options):
        runs = self.folder / "runs"
        self._train(*options, *("--seed", str(division.seed), "--out", str(runs), "--name", run, "--quiet"))
        directory = runs / run
        self.record = json.loads((directory / "run.json").read_text())
        test = json.loads((directory / "evaluation.json").read_text())["test"]
        if test["samples"] != len(division.test):
            raise RuntimeError(f"{run}: {test['samples']} test rows instead of {len(division.test)}")
        return test

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
    _fit(model, features[division.train], labels[division.train])
    return model.score(features[division.test], labels[division.test])


def scikit_learn_rmse(frame, division, regressor):
    """Texts are one-hot, numbers and the target standardised by the training rows, as burn-mlp does by itself."""
    features, target = frame.iloc[:, :-1], frame.iloc[:, -1]
    texts = make_column_selector(dtype_exclude="number")
    numbers = make_column_selector(dtype_include="number")
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    encoding = make_column_transformer((encoder, texts), (StandardScaler(), numbers))
    model = TransformedTargetRegressor(make_pipeline(encoding, regressor), transformer=StandardScaler())
    _fit(model, features.iloc[division.train], target.iloc[division.train])
    return root_mean_squared_error(target.iloc[division.test], model.predict(features.iloc[division.test]))


def _fit(model, features, target):
    with warnings.catch_warnings():
        # The number of epochs is a setting here, so reaching it is expected.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, target)
