"""Prepares a measurement: Python with its packages, the Rust programs, and the rows."""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys

from programs import HERE, Job, Places

REPOSITORY = HERE.parent.parent


def python(cache: pathlib.Path) -> pathlib.Path:
    """An interpreter with the pinned packages, installed once for each version of their list."""
    requirements = HERE / "requirements.txt"
    version = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    directory = cache.resolve() / f"python-{version}"
    interpreter, complete = directory / "bin/python", directory / "complete"
    if not complete.exists():
        print(f"installing {requirements.name} into {directory}, a large download", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", directory], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        subprocess.run([interpreter, *install], check=True)
        complete.touch()
    return interpreter


def build(directory: pathlib.Path):
    """The release builds, copied to `directory` so that no other build replaces them while they are measured."""
    directory.mkdir()
    programs = ["--bin", "burn-mlp", "--example", "hand_loop", "--example", "guide_loop"]
    command = ["cargo", "build", "--release", "--locked", "--message-format=json-render-diagnostics", *programs]
    built = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    for message in map(json.loads, built.stdout.splitlines()):
        if message.get("executable"):
            shutil.copy(message["executable"], directory)


def data(job: Job, places: Places, mnist: pathlib.Path | None):
    features, *_, classes = job.sizes()
    size = [str(number) for number in (job.rows + job.valid_rows, features, classes)]
    source = ["--mnist", mnist.resolve()] if mnist else []
    subprocess.run([places.python, HERE / "idx.py", *size, places.data, *source], check=True)
