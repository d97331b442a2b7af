"""What a network is trained with, said once and put into the words of either side."""

from dataclasses import dataclass

from sklearn.neural_network import MLPClassifier, MLPRegressor

SMALLEST_IMPROVEMENT = 1e-4


@dataclass(frozen=True)
class EarlyStopping:
    """Part of the training rows that validates, and how many epochs without a better accuracy on it end a run."""

    valid_fraction: float
    patience: int


@dataclass(frozen=True)
class Settings:
    hidden: tuple[int, ...]
    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    l2: float
    early_stopping: EarlyStopping | None


def burn_mlp_options(settings):
    """The settings as options of the command line; initial weights by scikit-learn's law, the rate constant."""
    chosen = {
        "model.hidden": list(settings.hidden),
        "model.activation": "relu",
        "model.init": "xavier-uniform",
        "model.members": 1,
        "model.dropout": 0.0,
        "csv.bins": 0,
        "optimizer.name": settings.optimizer,
        "optimizer.learning_rate": settings.learning_rate,
        "optimizer.momentum": 0.9,
        "optimizer.nesterov": "false",
        "optimizer.l2": settings.l2,
        "training.batch_size": settings.batch_size,
        "training.epochs": settings.epochs,
        "schedule.name": "constant",
        **_burn_mlp_stopping(settings.early_stopping),
    }
    return [word for key, value in chosen.items() for word in ("--set", f"{key}={value}")]


def _burn_mlp_stopping(early_stopping):
    if early_stopping is None:
        return {"split.valid": 0.0, "early_stopping.enabled": "false"}
    return {
        "split.valid": early_stopping.valid_fraction,
        "early_stopping.monitor": "valid-accuracy",
        "early_stopping.patience": early_stopping.patience,
        "early_stopping.min_delta": SMALLEST_IMPROVEMENT,
    }


def scikit_learn_classifier(settings, seed):
    # scikit-learn divides the penalty by the rows of the batch, burn-mlp does not.
    return MLPClassifier(alpha=settings.l2 * settings.batch_size, **_scikit_learn_arguments(settings, seed))


def scikit_learn_regressor(settings, seed):
    # As above; besides, scikit-learn's loss is half of the squared error. Adam makes the same steps by a half of both.
    return MLPRegressor(alpha=settings.l2 * settings.batch_size / 2, **_scikit_learn_arguments(settings, seed))


def _scikit_learn_arguments(settings, seed):
    return {
        "hidden_layer_sizes": settings.hidden,
        "activation": "relu",
        "solver": settings.optimizer,
        "learning_rate": "constant",
        "learning_rate_init": settings.learning_rate,
        "momentum": 0.9,
        "nesterovs_momentum": False,
        "batch_size": settings.batch_size,
        "max_iter": settings.epochs,
        "random_state": seed,
        **_scikit_learn_stopping(settings),
    }


def _scikit_learn_stopping(settings):
    if settings.early_stopping is None:
        # scikit-learn would stop on the training loss; so much patience never does.
        return {"early_stopping": False, "n_iter_no_change": settings.epochs}
    return {
        "early_stopping": True,
        "validation_fraction": settings.early_stopping.valid_fraction,
        # It stops after more epochs than this without improvement, burn-mlp after as many.
        "n_iter_no_change": settings.early_stopping.patience - 1,
        "tol": SMALLEST_IMPROVEMENT,
    }
