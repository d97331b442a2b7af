"""The data sets, how they are divided, and what is trained on them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.neural_network import MLPClassifier

from settings import EarlyStopping, Settings, burn_mlp_options, scikit_learn_classifier

HIDDEN = (128, 64)

DIGITS_SETTINGS = Settings(
    hidden=HIDDEN,
    optimizer="sgd",
    learning_rate=0.01,
    batch_size=32,
    epochs=50,
    l2=0.0,
    early_stopping=None,
)

DIGITS_SETTINGS_WITH_VALIDATION = replace(
    DIGITS_SETTINGS, early_stopping=EarlyStopping(valid_fraction=0.2, patience=10)
)

# scikit-learn's defaults, except for a fixed number of epochs instead of its stopping rule, which takes about as many here.
DIGITS_SETTINGS_AS_DEFAULTS = Settings(
    hidden=HIDDEN,
    optimizer="adam",
    learning_rate=0.001,
    batch_size=200,
    epochs=160,
    l2=1e-4 / 200,
    early_stopping=None,
)

TABLE_SETTINGS = Settings(
    hidden=HIDDEN,
    optimizer="adam",
    learning_rate=0.001,
    batch_size=32,
    epochs=100,
    l2=1e-4,
    early_stopping=None,
)


@dataclass(frozen=True)
class Division:
    """One pair of runs: the rows for training and test, and the seed of both programs."""

    name: str
    seed: int
    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Comparison:
    """One row of the table: what either side is trained with."""

    ours: str
    theirs: str
    options: list[str]
    classifier: Callable[[int], MLPClassifier]


@dataclass(frozen=True)
class Study:
    """A data set with its comparisons."""

    name: str
    load: Callable[[], tuple[np.ndarray, np.ndarray]]
    divide: Callable[[np.ndarray], Iterator[Division]]
    standardize: bool
    comparisons: tuple[Comparison, ...]


def load_scaled_digits():
    """Pixels from 0 to 1, as burn-mlp has them in its own source `digits`."""
    pixels, labels = load_digits(return_X_y=True)
    return pixels / 16, labels


def five_folds_by_three_seeds(labels):
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
    for fold, (train, test) in enumerate(folds.split(labels, labels)):
        for seed in range(3):
            yield Division(f"fold {fold}, seed {seed}", seed, train, test)


def ten_seeds(labels):
    for seed in range(10):
        train, test = train_test_split(np.arange(len(labels)), test_size=0.2, stratify=labels, random_state=seed)
        yield Division(f"seed {seed}", seed, train, test)


def with_equal_settings(settings, name):
    return Comparison(name, name, burn_mlp_options(settings), partial(scikit_learn_classifier, settings))


def scikit_learn_defaults(seed):
    """MLPClassifier as it comes but for its layers: Adam, no validation part."""
    return MLPClassifier(hidden_layer_sizes=HIDDEN, random_state=seed)


def table(name, loader):
    comparisons = (with_equal_settings(TABLE_SETTINGS, "Adam, all rows train"),)
    return Study(name, partial(loader, return_X_y=True), ten_seeds, standardize=True, comparisons=comparisons)


DIGITS = Study(
    name="digits",
    load=load_scaled_digits,
    divide=five_folds_by_three_seeds,
    standardize=False,
    comparisons=(
        with_equal_settings(DIGITS_SETTINGS, "SGD, all rows train"),
        with_equal_settings(DIGITS_SETTINGS_WITH_VALIDATION, "SGD, a fifth validates"),
        with_equal_settings(DIGITS_SETTINGS_AS_DEFAULTS, "Adam, all rows train"),
        Comparison(
            "the defaults",
            "SGD, a fifth validates",
            [],
            partial(scikit_learn_classifier, DIGITS_SETTINGS_WITH_VALIDATION),
        ),
        Comparison("the defaults", "its defaults", [], scikit_learn_defaults),
        Comparison("preset `digits`", "its defaults", ["--config", "digits"], scikit_learn_defaults),
    ),
)

STUDIES = (DIGITS, table("iris", load_iris), table("wine", load_wine), table("breast-cancer", load_breast_cancer))
