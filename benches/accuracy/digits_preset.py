"""How the settings of the preset `digits` were chosen: on validation rows within the training folds.

    python benches/accuracy/digits_preset.py [--program PATH]

The training rows of each run of the study `digits` are divided once more: a stratified fifth of them stands in for the
test part, and each candidate trains on the rest. Test folds are never read. Needs requirements.txt.
"""

import argparse
import pathlib
import tempfile

import numpy as np
from sklearn.model_selection import train_test_split

from contestants import BurnMlp
from studies import DIGITS, Division

OF_INPUTS = [0.1, 0, 0]

# Learning rate, epochs, and what else is set.
CANDIDATES = (
    (0.001, 50, {}),
    (0.001, 100, {}),
    (0.003, 50, {}),
    (0.003, 50, {"l2": 0.1}),
    (0.003, 50, {"dropout": 0.2}),
    (0.003, 100, {"dropout": 0.2}),
    (0.003, 100, {"dropout": 0.3}),
    (0.001, 50, {"label_smoothing": 0.1}),
    (0.003, 30, {"label_smoothing": 0.1}),
    (0.003, 50, {"label_smoothing": 0.05}),
    (0.003, 50, {"label_smoothing": 0.1}),
    (0.003, 50, {"label_smoothing": 0.2}),
    (0.003, 100, {"label_smoothing": 0.1}),
    (0.003, 50, {"label_smoothing": 0.1, "dropout": 0.1}),
    (0.003, 50, {"label_smoothing": 0.1, "dropout": 0.2}),
    (0.003, 50, {"label_smoothing": 0.1, "dropout": OF_INPUTS}),
    (0.003, 50, {"batch_norm": "true"}),
    (0.003, 100, {"batch_norm": "true"}),
    (0.003, 50, {"batch_norm": "true", "dropout": 0.2}),
    (0.003, 30, {"batch_norm": "true", "label_smoothing": 0.1}),
    (0.003, 50, {"batch_norm": "true", "label_smoothing": 0.1}),
    (0.003, 50, {"batch_norm": "true", "label_smoothing": 0.1, "dropout": OF_INPUTS}),
    (0.003, 50, {"batch_norm": "true", "dropout": OF_INPUTS}),
    (0.003, 100, {"batch_norm": "true", "dropout": OF_INPUTS}),
    (0.01, 50, {"batch_norm": "true", "dropout": OF_INPUTS}),
    (0.003, 50, {"batch_norm": "true", "dropout": OF_INPUTS, "l2": 0.1}),
    (0.003, 50, {"batch_norm": "true", "dropout": [0.2, 0, 0]}),
    (0.003, 50, {"batch_norm": "true", "dropout": [0.1, 0.1, 0.1]}),
)

KEYS = {
    "batch_norm": "model.batch_norm",
    "dropout": "model.dropout",
    "label_smoothing": "training.label_smoothing",
    "l2": "optimizer.l2",
}


def options(rate, epochs, others):
    """AdamW on all rows to the last epoch, the rate falling as a cosine."""
    settings = {
        "split.valid": 0.0,
        "early_stopping.enabled": "false",
        "schedule.name": "cosine",
        "optimizer.name": "adamw",
        "optimizer.learning_rate": rate,
        "training.epochs": epochs,
        **{KEYS[name]: value for name, value in others.items()},
    }
    return [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]


def divisions_within_training_folds(labels):
    for division in DIGITS.divide(labels):
        train, valid = train_test_split(
            division.train, test_size=0.2, stratify=labels[division.train], random_state=division.seed
        )
        yield Division(division.name, division.seed, train, valid)


def show(name, chosen, program):
    """Trains on every division with the options `chosen`, and prints a row of the table."""
    rows = _, labels = DIGITS.load()
    with tempfile.TemporaryDirectory() as folder:
        burn_mlp = BurnMlp(program, pathlib.Path(folder))
        found = [
            burn_mlp.accuracy(f"run-{number}", rows, division, DIGITS.standardize, chosen)
            for number, division in enumerate(divisions_within_training_folds(labels))
        ]
    print(f"| {name} | {100 * np.mean(found):.2f} ± {100 * np.std(found, ddof=1):.2f} % |", flush=True)


def main():
    parser = argparse.ArgumentParser(description="the candidates for the preset `digits`, on validation rows")
    parser.add_argument("--program", default="burn-mlp", help="the program to train with [default: burn-mlp]")
    program = parser.parse_args().program
    print("| settings | validation accuracy |\n|---|---|")
    show("the defaults", [], program)
    for rate, epochs, others in CANDIDATES:
        words = [f"AdamW at {rate}", f"{epochs} epochs", *(f"{name} {value}" for name, value in others.items())]
        show(", ".join(words), options(rate, epochs, others), program)


if __name__ == "__main__":
    main()
