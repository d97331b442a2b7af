"""The programs that are compared, and one measurement of one of them."""

import csv
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


class Failed(Exception):
    """The reason why a program failed."""


@dataclasses.dataclass(frozen=True)
class Job:
    shape: str
    batch_size: int
    rows: int
    valid_rows: int
    epochs: int
    optimizer: str

    def sizes(self):
        return [int(size) for size in self.shape.split("-")]

    def arguments(self):
        return [text for name, value in dataclasses.asdict(self).items() for text in (option(name), str(value))]


def option(name):
    return "--" + name.replace("_", "-")


@dataclasses.dataclass(frozen=True)
class Places:
    scratch: pathlib.Path
    python: pathlib.Path

    @property
    def data(self):
        return self.scratch / "data"

    @property
    def programs(self):
        return self.scratch / "programs"


@dataclasses.dataclass(frozen=True)
class Program:
    key: str
    name: str
    # A Python file here or an example of the crate, with its own options; empty for burn-mlp, which has a backend.
    command: tuple = ()
    backend: str = ""
    note: str = ""
    # Confined to one core, where a library's own threads cannot be limited.
    one_core: bool = False


@dataclasses.dataclass(frozen=True)
class Measurement:
    # Of each epoch.
    seconds: list
    valid_accuracy: float

    def warm(self):
        """The first epoch compiles, allocates and fills caches."""
        return self.seconds[1:]

    def median(self):
        return statistics.median(self.warm())


REFERENCE = Program("burn-mlp-flex", "burn-mlp, flex", backend="flex", note="the default; through Burn's Learner")
PROGRAMS = [
    REFERENCE,
    Program("burn-mlp-ndarray", "burn-mlp, ndarray", backend="ndarray"),
    Program("hand-loop", "Burn flex, loop by hand", ("hand_loop",), note="burn-mlp's network, loader and optimizer, no Learner"),
    Program("guide-loop", "Burn flex, the guide's loop", ("guide_loop",), note="metrics read after every batch"),
    Program("numpy-walkthrough", "NumPy, the walkthrough's program", ("numpy_walkthrough.py",), note="float64"),
    Program("numpy-float32", "NumPy, in float32", ("numpy_walkthrough.py", "--dtype", "float32")),
    Program(
        "numpy-float32-1", "NumPy, in float32, 1 core", ("numpy_walkthrough.py", "--dtype", "float32"), one_core=True
    ),
    Program("sklearn", "scikit-learn MLPClassifier", ("sklearn_mlp.py",), note="no training accuracy"),
    Program("sklearn-1", "scikit-learn, 1 core", ("sklearn_mlp.py",), note="no training accuracy", one_core=True),
    Program("pytorch-eager-1", "PyTorch eager, 1 thread", ("pytorch.py", "--threads", "1")),
    Program("pytorch-eager-2", "PyTorch eager, 2 threads", ("pytorch.py", "--threads", "2")),
    Program("pytorch-compiled-1", "PyTorch compiled, 1 thread", ("pytorch.py", "--compile", "--threads", "1")),
    Program("pytorch-compiled-2", "PyTorch compiled, 2 threads", ("pytorch.py", "--compile", "--threads", "2")),
    Program("jax-step", "JAX, a compiled step", ("jax_mlp.py",)),
    Program("jax-scan", "JAX, a scanned epoch", ("jax_mlp.py", "--scan")),
    Program("jax-scan-1", "JAX, a scanned epoch, 1 core", ("jax_mlp.py", "--scan"), one_core=True),
]


def measure(program: Program, job: Job, places: Places) -> Measurement:
    if program.backend:
        return measure_burn_mlp(program, job, places)
    file, *options = program.command
    start = [places.python, HERE / file] if file.endswith(".py") else [places.programs / file]
    output = started([*start, *options, "--data", places.data, *job.arguments()], program, job, places)
    line = json.loads(output.splitlines()[-1])
    return Measurement(line["seconds"], line["valid_accuracy"])


def measure_burn_mlp(program: Program, job: Job, places: Places) -> Measurement:
    """The measurement from a run's metrics.csv, whose seconds cover an epoch's training and validation."""
    run = places.scratch / "runs" / str(len(list((places.scratch / "runs").glob("*"))))
    settings = {
        "split.valid": job.valid_rows / (job.rows + job.valid_rows),
        "model.hidden": "[" + ",".join(map(str, job.sizes()[1:-1])) + "]",
        "training.batch_size": job.batch_size,
        "training.epochs": job.epochs,
        "optimizer.name": job.optimizer,
        "optimizer.learning_rate": {"sgd": 0.01, "adam": 0.001}[job.optimizer],
        "schedule.name": "constant",
        "early_stopping.enabled": "false",
        "evaluation.top_k": 1,
    }
    command = [places.programs / "burn-mlp", "--quiet", "--data", f"idx:{places.data}", "--backend", program.backend]
    command += [text for name, value in settings.items() for text in ("--set", f"{name}={value}")]
    started([*command, "--out", run.parent, "--name", run.name], program, job, places)
    with open(run / "metrics.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return Measurement([float(row["seconds"]) for row in rows], float(rows[-1]["valid_accuracy"]))


def started(command: list, program: Program, job: Job, places: Places) -> str:
    """What `command` printed."""
    # A cache for each program and job makes its first round compile, whatever ran before.
    cache = places.scratch / "inductor" / program.key / f"{job.shape}-{job.batch_size}-{job.optimizer}"
    environment = os.environ | {"TORCHINDUCTOR_CACHE_DIR": str(cache)}
    confine = (lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})) if program.one_core else None
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, preexec_fn=confine)
    if ended.returncode != 0:
        reasons = ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"]
        raise Failed(reasons[-1])
    return ended.stdout
