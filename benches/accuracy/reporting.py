"""The options of the comparisons, and their table with what is needed to get it again."""

import argparse
import datetime
import os
import pathlib
import platform
import shlex
import sys

import numpy as np
import sklearn


def parse_arguments(description, studies):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", default="burn-mlp", help="the program to train with [default: burn-mlp]")
    parser.add_argument("--only", help="names of data sets: " + ", ".join(study.name for study in studies))
    parser.add_argument("--output", type=pathlib.Path, help="file to write the table to, with machine and versions")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else [study.name for study in studies]
    arguments.studies = [study for study in studies if study.name in names]
    unknown = set(names) - {study.name for study in studies}
    if unknown:
        parser.error(f"no such data set: {', '.join(sorted(unknown))}")
    return arguments


def report(title, table, meaning, burn_mlp):
    command = shlex.join(["python", *sys.argv])
    libraries = f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, Python {platform.python_version()}"
    return f"""# {title}

Written by `{command}` on {datetime.date.today()}. [README.md](README.md) says what is equal and what differs.

{table}

{meaning}

- Machine: {cpu_model()}, {os.cpu_count()} cores, {platform.system()}; one thread each.
- {burn_mlp.versions()}.
- {libraries}.
"""


def cpu_model():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
