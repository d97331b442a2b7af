"""What the programs here share: the job's arguments and data, the clock, and the line of JSON that the runner reads."""

import argparse
import dataclasses
import json
import pathlib
import time
from collections.abc import Callable, Iterator

import numpy as np

import idx

VALIDATION_BATCH_SIZE = 1000


@dataclasses.dataclass(frozen=True)
class EpochMetrics:
    """Means over the rows of an epoch; None if a library does not report the metric."""

    train_loss: float
    train_accuracy: float | None
    valid_loss: float
    valid_accuracy: float


@dataclasses.dataclass(frozen=True)
class Data:
    """Features in [0, 1], float32 [rows, features]; classes, int64 [rows]."""

    train_x: np.ndarray
    train_y: np.ndarray
    valid_x: np.ndarray
    valid_y: np.ndarray


def main(epochs: Callable[[argparse.Namespace, Data], Iterator[EpochMetrics]], add_options=lambda parser: None):
    """Times `epochs(job, data)`, which yields the metrics of each epoch."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True, help="directory with IDX files")
    parser.add_argument("--shape", type=shape, default="784-128-64-10")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--rows", type=int, default=48000)
    parser.add_argument("--valid-rows", type=int, default=12000)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
    add_options(parser)
    job = parser.parse_args()
    job.learning_rate = {"sgd": 0.01, "adam": 0.001}[job.optimizer]

    seconds, metrics = [], []
    timed = epochs(job, read(job))
    for _ in range(job.epochs):
        start = time.perf_counter()
        metrics.append(next(timed))
        seconds.append(time.perf_counter() - start)
    last = {name: None if value is None else float(value) for name, value in dataclasses.asdict(metrics[-1]).items()}
    print(json.dumps({"seconds": seconds, **last}), flush=True)


def shape(text: str) -> list[int]:
    return [int(size) for size in text.split("-")]


def read(job: argparse.Namespace) -> Data:
    """The first rows train, those after them validate."""
    end = job.rows + job.valid_rows
    images = idx.read(job.data / "train-images-idx3-ubyte")[:end].reshape(end, job.shape[0])
    features = images.astype(np.float32) / 255
    labels = idx.read(job.data / "train-labels-idx1-ubyte")[:end].astype(np.int64)
    return Data(features[: job.rows], labels[: job.rows], features[job.rows :], labels[job.rows :])
