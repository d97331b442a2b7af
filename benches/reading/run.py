"""Reads a CSV file of a million rows and 30 columns in burn-mlp and in polars, in turn: processor seconds and peak memory.

    pip install -r benches/reading/requirements.txt
    python benches/reading/run.py [--rows N] [--rounds N] [--output FILE]

burn-mlp also divides the rows, fits the encoding and encodes them, as training starts; polars only reads.
"""

import argparse
import dataclasses
import datetime
import importlib.metadata
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

import numpy as np
import polars

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
POLARS = "import sys, polars; polars.read_csv(sys.argv[1])"
# What a process costs that reads nothing.
POLARS_IDLE = "import polars"


@dataclasses.dataclass(frozen=True)
class Usage:
    """What a process used: seconds of all its threads, seconds until it ended, mebibytes at most."""

    processor: float
    elapsed: float
    memory: float


def make_table(file: pathlib.Path, rows: int):
    """Writes 24 columns of numbers, 3 of whole numbers, 2 of texts and one of classes."""
    random = np.random.default_rng(1)
    numbers = random.normal(size=(rows, 24)) * ([1, 10, 100, 0.01] * 6) + [0, 5, 1000, 0.1] * 6
    columns = {f"x{column}": [f"{number:.6g}" for number in numbers[:, column]] for column in range(24)}
    for column, (lowest, end) in enumerate([(0, 100), (1900, 2025), (0, 1_000_000)]):
        columns[f"n{column}"] = random.integers(lowest, end, rows)
    columns["colour"] = random.choice(["red", "green", "blue", "yellow", "black"], rows)
    columns["town"] = random.choice([f"town {number}" for number in range(12)], rows)
    score = numbers[:, 0] + numbers[:, 4] + random.normal(size=rows)
    columns["class"] = np.where(score > 1, "high", np.where(score > -1, "middle", "low"))
    polars.DataFrame(columns).write_csv(file, quote_style="never")


def used(command: list, threads: int) -> tuple[Usage, str]:
    """Runs `command` with so many threads; also returns what it prints."""
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads), "POLARS_MAX_THREADS": str(threads)}
    start = datetime.datetime.now()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed")
    elapsed = (datetime.datetime.now() - start).total_seconds()
    return Usage(usage.ru_utime + usage.ru_stime, elapsed, usage.ru_maxrss / 1024), printed


def build() -> pathlib.Path:
    command = ["cargo", "build", "--locked", "--release", "-p", "burn-mlp-core", "--example", "read_table"]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "release/examples/read_table"


def measured(file: pathlib.Path, program: pathlib.Path, rounds: int) -> tuple[dict[str, list[Usage]], str]:
    """The usages of each contestant, and what burn-mlp prints."""
    contestants = {
        "burn-mlp": ([program, file], 1),
        f"burn-mlp, {os.cpu_count()} threads": ([program, file], os.cpu_count()),
        "polars": ([sys.executable, "-c", POLARS, file], 1),
        f"polars, {os.cpu_count()} threads": ([sys.executable, "-c", POLARS, file], os.cpu_count()),
        "polars, imported only": ([sys.executable, "-c", POLARS_IDLE], 1),
    }
    usages, printed = {name: [] for name in contestants}, ""
    for _ in range(rounds):
        for name, (command, threads) in contestants.items():
            usage, text = used(command, threads)
            usages[name].append(usage)
            printed = text or printed
    return usages, printed.strip()


def table(usages: dict[str, list[Usage]]) -> str:
    lines = ["| program | processor, s | fastest-slowest | elapsed, s | peak memory, MiB |", "|---|---:|---:|---:|---:|"]
    for name, rounds in usages.items():
        seconds = [usage.processor for usage in rounds]
        median = lambda field: statistics.median(getattr(usage, field) for usage in rounds)  # noqa: E731
        spread = f"{min(seconds):.2f}-{max(seconds):.2f}"
        cells = [name, f"{median('processor'):.2f}", spread, f"{median('elapsed'):.2f}", f"{median('memory'):.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def summary(usages: dict[str, list[Usage]], features: int, rows: int) -> str:
    own, others, idle = usages["burn-mlp"], usages["polars"], usages["polars, imported only"]
    start = statistics.median(usage.processor for usage in idle)
    ratio = statistics.median(one.processor / (other.processor - start) for one, other in zip(own, others))
    encoded = 4 * features * rows / 2**20
    memory = max(usage.memory for name, rounds in usages.items() if "burn-mlp" in name for usage in rounds)
    return (
        f"On one thread burn-mlp takes {ratio:.2f} times as long as polars does after its import. The encoded rows fill "
        f"{encoded:.0f} MiB; burn-mlp's peak is {memory / encoded:.2f} times as much."
    )


def machine() -> str:
    found = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ["polars", "numpy"])
    return (
        f"{found[1] if found else platform.machine()}, {os.cpu_count()} cores, {platform.system()}; Rust {rust}, "
        f"Python {platform.python_version()}, {versions}; {datetime.date.today()}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5, help="number of turns of each program")
    parser.add_argument("--output", type=pathlib.Path, metavar="FILE", help="write the table here too")
    parser.add_argument("--make", type=pathlib.Path, metavar="FILE", help="only write the file that is read")
    arguments = parser.parse_args()
    if arguments.make:
        make_table(arguments.make, arguments.rows)
        return
    program = build()
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "table.csv"
        # In a process of its own, whose memory would count as that of the processes started later.
        subprocess.run([sys.executable, __file__, "--make", file, "--rows", str(arguments.rows)], check=True)
        size = file.stat().st_size / 1e6
        usages, printed = measured(file, program, arguments.rounds)
    features = int(re.search(r"of (\d+) features", printed)[1])
    text = "\n\n".join(
        [
            "# Reading a table beside polars",
            "Written by `python benches/reading/run.py --output benches/reading/RESULTS.md`.",
            f"{arguments.rows:,} rows of 30 columns, {size:.0f} MB of CSV; medians of {arguments.rounds} rounds.",
            table(usages),
            summary(usages, features, arguments.rows),
            f"{machine()}.",
        ]
    )
    print(text)
    if arguments.output:
        arguments.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
