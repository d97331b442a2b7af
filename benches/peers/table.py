"""The results as Markdown: the machine, then a table for each job."""

import datetime
import os
import pathlib
import platform
import re
import statistics
import subprocess

from prepare import REPOSITORY
from programs import REFERENCE, Failed

PACKAGES = ["numpy", "scikit-learn", "torch", "jax", "optax"]
# Options whose values are places on this machine.
PLACES = {"--mnist": "DIR", "--cache": "DIR", "--output": "FILE"}


def heading(python: pathlib.Path, arguments: list, load: float) -> str:
    lines = [
        "# Training speed compared with other programs",
        "",
        "Written by this command; [peers/README.md](peers/README.md) says what it does.",
        "",
        "```sh",
        " ".join(["benches/peers/run", *shown(arguments)]),
        "```",
        "",
        *(f"- {fact}" for fact in [machine(), system(), versions(python), when(load)]),
    ]
    return "\n".join(lines) + "\n"


def of(job, results: dict, rounds: int, mnist: bool) -> str:
    rows = "MNIST's rows" if mnist else "synthetic rows"
    lines = [
        "",
        f"## {job.shape}, batches of {job.batch_size}, {job.optimizer}",
        "",
        f"{job.rows:,} {rows} trained and {job.valid_rows:,} validated an epoch; "
        f"{counted(rounds, 'round')} of {job.epochs} epochs, the first of which is not counted.",
        "",
        "| program | epoch, s | fastest-slowest | burn-mlp = 1 | first epoch, s | validation accuracy | |",
        "|---|---:|---:|---:|---:|---:|---|",
        *(row(program, result, results[REFERENCE]) for program, result in results.items()),
    ]
    return "\n".join(lines) + "\n"


def row(program, result, reference) -> str:
    if isinstance(result, Failed):
        return f"| {program.name} | | | | | | failed: {str(result).replace('|', ' ')} |"
    seconds = [second for measurement in result for second in measurement.warm()]
    cells = [
        program.name,
        significant(statistics.median(seconds)),
        f"{significant(min(seconds))}-{significant(max(seconds))}",
        ratio(result, reference),
        significant(result[0].seconds[0]),
        f"{100 * statistics.median(measurement.valid_accuracy for measurement in result):.2f} %",
        program.note,
    ]
    return f"| {' | '.join(cells)} |"


def ratio(result, reference) -> str:
    """Median of the rounds' ratios: what slows the machine down for a while slows both sides of one."""
    if isinstance(reference, Failed):
        return ""
    rounds = zip(result, reference)
    return f"{statistics.median(one.median() / other.median() for one, other in rounds):.2f}"


def significant(number: float) -> str:
    """Three significant digits, zeros at the end included; a whole number from 100 on."""
    return f"{number:.0f}" if number >= 100 else f"{number:#.3g}".rstrip(".")


def counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def shown(arguments: list) -> list:
    shown = []
    for before, argument in zip(["", *arguments], arguments):
        name, equals, _ = argument.partition("=")
        if name in PLACES and equals:
            argument = f"{name}={PLACES[name]}"
        shown.append(PLACES.get(before, argument))
    return shown


def machine() -> str:
    model = re.search(r"model name\s*: (.*)", read("/proc/cpuinfo"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = model[1] if model else platform.processor() or platform.machine()
    widest = next((width for width in ("avx512f", "avx2") if width in read("/proc/cpuinfo")), "no AVX2")
    return f"{name}, {os.cpu_count()} cores, {widest}, {memory:.0f} GiB"


def system() -> str:
    name = re.search(r'PRETTY_NAME="(.*)"', read("/etc/os-release"))
    return f"{name[1] if name else platform.system()}, {platform.system()} {platform.release().split('-')[0]}"


def versions(python: pathlib.Path) -> str:
    burn = re.search(r'name = "burn"\nversion = "(.*)"', read(REPOSITORY / "Cargo.lock"))[1]
    asked = "import importlib.metadata as metadata, platform, sys\n"
    asked += "print(platform.python_version(), *map(metadata.version, sys.argv[1:]))"
    of_python, *of_packages = output([python, "-c", asked, *PACKAGES]).split()
    packages = ", ".join(f"{name} {version}" for name, version in zip(PACKAGES, of_packages))
    commit = output(["git", "describe", "--always", "--dirty"])
    rust = output(["rustc", "--version"]).split()[1]
    return f"burn-mlp at {commit}, Burn {burn}, Rust {rust}; Python {of_python}, {packages}"


def when(load: float) -> str:
    return f"{datetime.date.today()}, load average before: {load:.1f}"


def output(command: list) -> str:
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.strip()


def read(path) -> str:
    path = pathlib.Path(path)
    return path.read_text() if path.exists() else ""
