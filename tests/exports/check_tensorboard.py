"""Reads the event files of runs as TensorBoard does: `python check_tensorboard.py RUN...`.

Each RUN is a run directory with `metrics.csv` and `tensorboard/`. Every scalar that TensorBoard shows must be that of
metrics.csv as a 32-bit float, each epoch once, and none may miss. Prints a line for each run; exits 1 if one is off.
"""

import csv
import pathlib
import sys

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

COLUMNS = {
    "loss/train": "train_loss",
    "loss/valid": "valid_loss",
    "accuracy/train": "train_accuracy",
    "accuracy/valid": "valid_accuracy",
    "auc/valid": "valid_auc",
    "f1/valid": "valid_f1",
    "rmse/train": "train_rmse",
    "rmse/valid": "valid_rmse",
    "mae/valid": "valid_mae",
    "learning_rate": "learning_rate",
    "l2": "l2_term",
    "seconds": "seconds",
    "samples_per_second": "samples_per_second",
}


def expected_points(rows, tag):
    """Step and value of each epoch that has a value; a metric may have no column, and without L2 its column is zero."""
    texts = [(int(row["epoch"]), row.get(COLUMNS[tag])) for row in rows]
    points = [(epoch, float(np.float32(text))) for epoch, text in texts if text]
    return [point for point in points if tag != "l2" or point[1] != 0.0]


def problems(run):
    with open(run / "metrics.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    events = EventAccumulator(str(run / "tensorboard"), size_guidance={"scalars": 0}).Reload()
    expected = {tag: points for tag in COLUMNS if (points := expected_points(rows, tag))}
    found = {tag: [(event.step, event.value) for event in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    # A tag all of whose points were taken back stays in the list.
    found = {tag: points for tag, points in found.items() if points}
    if not rows:
        yield "metrics.csv holds no epochs"
    if set(found) != set(expected):
        yield f"tags {sorted(found)}, expected {sorted(expected)}"
    for tag in set(found) & set(expected):
        if found[tag] != expected[tag]:
            yield f"{tag} is {found[tag]}, expected {expected[tag]}"
        times = [event.wall_time for event in events.Scalars(tag)]
        if times != sorted(times):
            yield f"{tag} goes back in time"
    values = sum(map(len, found.values()))
    files = len(list((run / "tensorboard").iterdir()))
    print(f"{run.name:<24} {len(found)} tags, {values:>5} values of {len(rows):>4} epochs in {files} files")


def main(runs):
    if not runs:
        sys.exit("give run directories")
    found = [f"{run.name}: {problem}" for run in map(pathlib.Path, runs) for problem in problems(run)]
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
