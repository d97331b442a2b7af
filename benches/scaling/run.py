"""How the time and the memory of a training step grow: `burn-mlp bench` over batch sizes, widths, depths, rows and threads.

    pip install -r benches/scaling/requirements.txt
    python benches/scaling/run.py [--program PATH] [--output docs/scaling]

writes a plot and a table for each question, and every value as JSON. On a quiet machine it takes about ten minutes.
"""

import argparse
import json
import pathlib
import shlex
import subprocess
import sys

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

PHASES = ["data", "forward", "backward", "optimizer", "metrics"]
WALKTHROUGH = "128,64"

# Each question: what grows, its values, and the options that give a value.
QUESTIONS = {
    "batch-size": ([2**power for power in range(14)], lambda n: ["--batch-sizes", str(n)]),
    "width": ([64, 128, 256, 512, 1024, 2048, 4096], lambda n: ["--hidden", f"{n},{n}", "--batch-sizes", "128"]),
    "depth": ([1, 2, 4, 8, 16], lambda n: ["--hidden", ",".join(["256"] * n), "--batch-sizes", "128"]),
    "rows": ([1_000, 10_000, 100_000, 1_000_000], lambda n: ["--rows", str(n), "--batch-sizes", "128"]),
}
THREADS = [1, 2]


def measured(program: str, threads: int, options: list[str]) -> dict:
    hidden = [] if "--hidden" in options else ["--hidden", WALKTHROUGH]
    command = [program, "bench", "--json", "--repeats", "3", "--seconds", "0.3", "--threads", str(threads), *hidden, *options]
    try:
        ended = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"{program} cannot be started: {error.strerror}; --program names one, as target/release/burn-mlp")
    # A bench whose rows all failed exits with 1 too, and its JSON has the reasons.
    try:
        answer = json.loads(ended.stdout)
    except json.JSONDecodeError:
        sys.exit(f"{shlex.join(command)} gave no JSON and exit code {ended.returncode}:\n{ended.stderr.strip()}")
    return answer["results"][0] | {"threads": threads}


def grown(program: str, question: str) -> dict[int, list[dict]]:
    """The measurements of each value by the number of threads."""
    values, options = QUESTIONS[question]
    results = {}
    for threads in THREADS:
        for value in values:
            print(f"{question} {value}, {threads} thread(s)", flush=True)
            results.setdefault(threads, []).append(measured(program, threads, options(value)))
    return results


def mebibytes(measurement: dict) -> float:
    """Of the process's peak; nothing where the system does not say it."""
    return (measurement["peak_memory_bytes"] or float("nan")) / 2**20


def draw(question: str, results: dict[int, list[dict]], file: pathlib.Path):
    values = QUESTIONS[question][0]
    figure, (speed, memory, phases) = pyplot.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
    for threads, measurements in results.items():
        pairs = [(value, m) for value, m in zip(values, measurements) if m["outcome"] == "ran"]
        where = [value for value, _ in pairs]
        line = {"marker": "o", "label": f"{threads} thread{'s' if threads > 1 else ''}"}
        speed.loglog(where, [m["samples_per_second"]["median"] for _, m in pairs], **line)
        memory.loglog(where, [mebibytes(m) for _, m in pairs], **line)
    for axes, what in [(speed, "samples per second"), (memory, "peak memory, MiB")]:
        axes.set(xlabel=question.replace("-", " "), ylabel=what)
        axes.legend()
    last = results[THREADS[-1]]
    kept = [(value, m) for value, m in zip(values, last) if m["outcome"] == "ran"]
    bottom = [0.0] * len(kept)
    for phase in PHASES:
        sums = [sum(m["phase_seconds"][name]["median"] for name in PHASES) for _, m in kept]
        shares = [100 * m["phase_seconds"][phase]["median"] / whole for (_, m), whole in zip(kept, sums)]
        phases.bar([str(value) for value, _ in kept], shares, bottom=bottom, label=phase)
        bottom = [low + share for low, share in zip(bottom, shares)]
    phases.set(xlabel=question.replace("-", " "), ylabel=f"share of a step, %, {THREADS[-1]} threads")
    phases.tick_params(axis="x", rotation=45)
    phases.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)


def table(question: str, results: dict[int, list[dict]]) -> str:
    values = QUESTIONS[question][0]
    heads = [question.replace("-", " "), "samples/s, 1 thread", "2 threads", "step, ms", "GFLOP/s", "products alone", "peak MiB"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---:|" * len(heads)]
    for value, one, two in zip(values, results[1], results[2]):
        if one["outcome"] != "ran" or two["outcome"] != "ran":
            reason = one.get("reason") or two.get("reason")
            lines.append(f"| {value:,} | {reason} | | | | | |")
            continue
        cells = [
            # A star: the bench says that something disturbed it.
            f"{value:,}" + ("*" if one["disturbed"] or two["disturbed"] else ""),
            f"{one['samples_per_second']['median']:,.0f}",
            f"{two['samples_per_second']['median']:,.0f}",
            f"{1e3 * two['step_seconds']['median']:.3g}",
            f"{two['gigaflops_per_second']:.3g}",
            f"{two['products_alone']['gigaflops_per_second']:.3g}",
            f"{mebibytes(two):.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="burn-mlp", help="burn-mlp, built in release")
    parser.add_argument("--output", default="docs/scaling", type=pathlib.Path)
    parser.add_argument("--only", choices=list(QUESTIONS))
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    for question in [arguments.only] if arguments.only else QUESTIONS:
        results = grown(arguments.program, question)
        (arguments.output / f"{question}.json").write_text(json.dumps(results, indent=1) + "\n")
        (arguments.output / f"{question}.md").write_text(table(question, results) + "\n")
        draw(question, results, arguments.output / f"{question}.svg")


if __name__ == "__main__":
    main()
