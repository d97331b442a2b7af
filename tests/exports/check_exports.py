"""Checks exported models on random rows: `python check_exports.py DIRECTORY`.

DIRECTORY holds run directories and, for each NAME, `NAME.pytorch.safetensors`, `NAME.pytorch.py` (the program that
`burn-mlp export` prints), `NAME.onnx`, `NAME.raw.onnx` (`--normalize --softmax`), and the same with `.folded` before the
format. The network is computed by NumPy in f64 from the run's own model.safetensors; onnxruntime and, where it is
installed, PyTorch must give the same to 1e-5. A model of numbers is exported to ONNX without `--softmax`, and computed
up to the numbers in their own units, clipped where the model clips them. Where there are rows of a table,
`NAME.rows.csv`, `NAME.raw.onnx` must also give their probabilities in `NAME.predicted.jsonl`, which `burn-mlp predict`
wrote. Prints a line for each file; exits 1 if one is off.
"""

import csv
import json
import math
import pathlib
import sys
from importlib.util import find_spec
from statistics import NormalDist

import numpy as np
import onnx
import onnxruntime
from safetensors import safe_open

TOLERANCE = 1e-5
ROWS = 257
NORMAL = NormalDist()

erf = np.vectorize(math.erf)
ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0.0),
    "leaky-relu": lambda z: np.where(z > 0.0, z, 0.01 * z),
    "gelu": lambda z: 0.5 * z * (1.0 + erf(z / math.sqrt(2.0))),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0.0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0.0))),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "silu": lambda z: z / (1.0 + np.exp(-z)),
}


def load(path):
    with safe_open(path, framework="np") as file:
        metadata = json.loads(file.metadata()["burn-mlp"])
        tensors = {name: file.get_tensor(name).astype(np.float64) for name in file.keys()}
    return metadata, tensors


def logits(metadata, tensors, x):
    """The outputs of the network of model.safetensors by NumPy, in f64: of members that share its weights, the logarithms
    of their mean probabilities, or their mean numbers."""
    count = metadata["model"].get("members", 1)
    outputs = np.array([member_outputs(metadata, tensors, x, member) for member in range(count)])
    if count == 1 or metadata.get("targets"):
        return outputs.mean(axis=0)
    return np.log(np.mean([softmax(of_member) for of_member in outputs], axis=0))


def linear(tensors, name, factors, x, member):
    """A layer, as a member that shares it computes it."""
    own = {part: tensors[f"{factors}.{part}"][member] for part in ("input", "output", "bias") if f"{factors}.{part}" in tensors}
    shared = (x * own.get("input", 1.0)) @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]
    return shared * own.get("output", 1.0) + own.get("bias", 0.0)


def member_outputs(metadata, tensors, x, member):
    if "embedding.weight" in tensors:
        codes = sum(column["kind"] == "embedded" for column in metadata["table"]["columns"])
        vectors = tensors["embedding.weight"][x[:, -codes:].astype(int)]
        x = np.concatenate([x[:, :-codes], vectors.reshape(len(x), -1)], axis=1)
    for index in range(len(metadata["model"]["hidden"])):
        block = f"blocks.{index}."
        x = linear(tensors, block + "linear", block + "factors", x, member)
        if metadata["model"]["batch_norm"]:
            mean, variance = tensors[block + "norm.running_mean"], tensors[block + "norm.running_var"]
            x = (x - mean) / np.sqrt(variance + 1e-5) * tensors[block + "norm.weight"] + tensors[block + "norm.bias"]
        x = ACTIVATIONS[metadata["model"]["activation"]](x)
    return linear(tensors, "output", "output_factors", x, member)


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def may_be_missing(column):
    """Whether a missing value is filled in or has a feature of its own."""
    return column.get("missing") is not None or column.get("indicator", False)


def units(metadata, outputs):
    """The numbers that standardised outputs mean, in f64; logits as they are."""
    targets = metadata.get("targets")
    if not targets:
        return outputs
    numbers = [np.array([target[key] for target in targets]) for key in ("mean", "deviation", "lowest", "highest")]
    values = numbers[0] + numbers[1] * outputs
    clips = np.array([target.get("clip", False) for target in targets])
    return np.where(clips, values.clip(numbers[2], numbers[3]), values)


def share_below(quantiles, values):
    """The share of the training rows below each value, as scikit-learn's QuantileTransformer computes it."""
    quantiles, shares = np.array(quantiles), np.linspace(0.0, 1.0, len(quantiles))
    below = np.interp(values, quantiles, shares) - np.interp(-values, -quantiles[::-1], -shares[::-1])
    return np.where(values <= quantiles[0], 0.0, np.where(values >= quantiles[-1], 1.0, below / 2.0))


def scaled(scaling, values):
    match scaling["kind"]:
        case "none":
            return values
        case "standard":
            return (values - scaling["mean"]) / scaling["deviation"]
        case "robust":
            distance = (values - scaling["median"]) / scaling["width"]
            return distance / np.sqrt(1.0 + (distance / 3.0) ** 2)
        case "quantile":
            return np.array([NORMAL.inv_cdf(min(max(s, 1e-7), 1 - 1e-7)) for s in share_below(scaling["quantiles"], values)])


def place(cycle, days):
    """The place of times in a cycle, from 0 to 1."""
    whole = np.floor(days)
    return {"year": whole / 365.2425, "week": (whole + 3.0) / 7.0, "day": days}[cycle] % 1.0


def number_features(column, is_boolean, gaps, rng):
    """Random numbers of a column, half of them between the others, and their features."""
    low, high = column["lowest"], column["highest"]
    values = low + (high - low) * rng.uniform(-0.1, 1.1, ROWS)
    exact = column["scaling"].get("quantiles", [low, high])
    values = np.where(rng.random(ROWS) < 0.5, values, rng.choice(exact, ROWS))
    values = np.round(values.clip(0.0, 1.0)) if is_boolean else values
    filled = np.where(gaps, column.get("missing") or 0.0, values)
    angles = [math.tau * place(cycle, filled) for cycle in column.get("cycles", [])]
    features = [scaled(column["scaling"], filled), *(part(angle) for angle in angles for part in (np.sin, np.cos))]
    edges = column.get("edges", [])
    features.extend(((filled - low) / (high - low)).clip(0.0, 1.0) for low, high in zip(edges, edges[1:]))
    if column.get("indicator"):
        features.append(gaps.astype(np.float64))
    return np.where(gaps, np.nan, values), [feature[:, None] for feature in features]


def table_rows(table, rng):
    """Random rows of a table: its inputs by name, and its features by NumPy. Some values are missing where they may be,
    some texts are none of the training's."""
    numbers, texts, features, codes, first_code = [], [], [], [], 0
    for column in table["columns"]:
        gaps = (rng.random(ROWS) < 0.1) & may_be_missing(column)
        if column["kind"] == "numeric":
            meaning = table["notation"].get("meanings", {}).get(column["name"], {})
            values, own = number_features(column, "boolean" in meaning, gaps, rng)
            numbers.append(values)
            features.extend(own)
        else:
            known = np.array(column["values"] + ["none of the training's"], dtype=object)
            values = rng.choice(known, ROWS)
            texts.append(np.where(gaps, rng.choice(np.array(["", "NA", "nan", "?"], dtype=object), ROWS), values))
            values = np.where(gaps, column.get("missing"), values)
            one_hot = (values[:, None] == np.array(column["values"], dtype=object)).astype(np.float64)
            if column["kind"] == "embedded":
                # Of a column's codes the first is that of other texts, the last that of missing ones.
                own = np.where(one_hot.any(axis=1), 1 + one_hot.argmax(axis=1), 0)
                marked = column.get("indicator", False)
                codes.append(first_code + np.where(gaps & marked, 1 + len(column["values"]), own))
                first_code += 1 + len(column["values"]) + marked
                continue
            features.append(one_hot)
            if column.get("other"):
                features.append(((one_hot.sum(axis=1) == 0.0) & ~gaps).astype(np.float64)[:, None])
            if column.get("indicator"):
                features.append(gaps.astype(np.float64)[:, None])
    inputs = {"numbers": np.column_stack(numbers)} if numbers else {}
    return inputs | ({"texts": np.column_stack(texts)} if texts else {}), np.column_stack(features + codes)


def by_onnxruntime(path, inputs):
    """Of inputs by name, each `[rows, columns]`."""
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    assert {given.name for given in session.get_inputs()} == set(inputs)
    # Any number of rows, one among them.
    single = session.run(None, {name: rows[:1] for name, rows in inputs.items()})[0]
    (result,) = session.run(None, inputs)
    assert np.abs(single - result[:1]).max() < TOLERANCE
    return result


def refuses_missing_values(path, table, inputs):
    """Whether a missing value ends the computation in each column that has no value to fill in, as in `predict`."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    places = {"numeric": ("numbers", np.nan), "one-hot": ("texts", ""), "embedded": ("texts", "")}
    counts = {"numbers": 0, "texts": 0}
    for column in table["columns"]:
        name, missing = places[column["kind"]]
        damaged = {name: rows.copy() for name, rows in inputs.items()}
        damaged[name][1, counts[name]] = missing
        counts[name] += 1
        try:
            session.run(None, damaged)
            refused = False
        except Exception as error:
            refused = "refuses_missing_values" in str(error)
        if refused == may_be_missing(column):
            return False
    return True


def rows_of_file(path, table):
    """The inputs of a model from a CSV file: pixels, or a table's values as written; a number's text without number is NaN."""
    if table is None:
        return {"pixels": np.loadtxt(path, delimiter=",", dtype=np.float32)}
    rows = list(csv.DictReader(path.open()))

    def number(text):
        try:
            return float(text)
        except ValueError:
            return math.nan

    columns = {"numbers": [], "texts": []}
    for column in table["columns"]:
        values = [row[column["name"]].strip() for row in rows]
        if column["kind"] == "numeric":
            columns["numbers"].append(np.array([number(value) for value in values]))
        else:
            columns["texts"].append(np.array(values, dtype=object))
    return {name: np.column_stack(values) for name, values in columns.items() if values}


def difference_from_predict(directory, run, metadata):
    """The largest difference of the probabilities of `NAME.rows.csv` from those of `burn-mlp predict`."""
    lines = [json.loads(line) for line in (directory / f"{run.name}.predicted.jsonl").read_text().splitlines()]
    if metadata.get("targets"):
        names = [target["name"] for target in metadata["targets"]]
        expected = np.array([[line["values"][name] for name in names] for line in lines if "values" in line])
    else:
        lines = [line["predictions"] for line in lines if "predictions" in line]
        predicted = [{p["class"]: p["probability"] for p in line} for line in lines]
        expected = np.array([[row[name] for name in metadata["class_names"]] for row in predicted])
    found = by_onnxruntime(
        directory / f"{run.name}.raw.onnx", rows_of_file(directory / f"{run.name}.rows.csv", metadata.get("table"))
    )
    return np.abs(found - expected).max() / max(1.0, np.abs(expected).max())


def members(metadata, tensors, run, rng):
    """The share, features and outputs of each member of an ensemble, by NumPy."""
    by_encoding = {}
    for index, member in enumerate(metadata["members"]):
        own, _ = load(run / member["name"] / "model.safetensors")
        encoding = member["encoding"]
        if encoding not in by_encoding:
            table = own.get("table")
            by_encoding[encoding] = table_rows(table, rng)[1] if table else rng.random((ROWS, own["features"]))
        prefix = f"members.{index}."
        named = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        outputs = logits(own, named, by_encoding[encoding])
        yield member["share"], encoding, by_encoding[encoding], units(own, outputs) if own.get("targets") else softmax(outputs)


def ensemble_checks(directory, run, metadata, tensors):
    """As `checks`, of an ensemble: the mean of its members by NumPy, and `burn-mlp predict` for its raw columns."""
    found = list(members(metadata, tensors, run, np.random.default_rng(7)))
    expected = sum(share * outputs for share, _, _, outputs in found)
    encodings = {encoding: features for _, encoding, features, _ in found}
    features = np.concatenate([encodings[encoding] for encoding in sorted(encodings)], axis=1).astype(np.float32)
    for path in sorted(directory.glob(f"{run.name}.onnx")) + sorted(directory.glob(f"{run.name}.folded.onnx")):
        outputs = by_onnxruntime(path, {"features": features})
        numbers = outputs if metadata.get("targets") else np.exp(outputs)
        yield path.name, np.abs(numbers - expected).max() / max(1.0, np.abs(expected).max())
    if (directory / f"{run.name}.rows.csv").exists():
        yield f"{run.name}.raw.onnx", difference_from_predict(directory, run, metadata)


def by_pytorch(program, features):
    import torch

    names = {}
    exec(compile(program.read_text(), program.name, "exec"), names)
    with torch.no_grad():
        return names["model"](torch.tensor(features, dtype=torch.float32)).numpy()


def checks(directory, run):
    """Pairs of a file and the largest difference of what it gives, relative to the largest logit or number."""
    metadata, tensors = load(run / "model.safetensors")
    if "members" in metadata:
        yield from ensemble_checks(directory, run, metadata, tensors)
        return
    maximum = metadata["normalization"]["divide_by"] if isinstance(metadata["normalization"], dict) else 1.0
    rng = np.random.default_rng(sum(map(ord, run.name)))
    pixels = np.floor(rng.random((ROWS, metadata["features"])) * (maximum + 1.0)).clip(0.0, maximum)
    raw_inputs, features = {"pixels": pixels.astype(np.float32)}, pixels / maximum
    if "table" in metadata:
        raw_inputs, features = table_rows(metadata["table"], rng)
    expected = logits(metadata, tensors, features)
    numbers = units(metadata, expected)
    scale, number_scale = max(1.0, np.abs(expected).max()), max(1.0, np.abs(numbers).max())
    if (metadata.get("targets") or [{}])[0].get("clip"):
        assert (numbers != units(metadata | {"targets": [t | {"clip": False} for t in metadata["targets"]]}, expected)).any()
    for path in sorted(directory.glob(f"{run.name}.*onnx")):
        raw = ".raw." in path.name
        found = by_onnxruntime(path, raw_inputs if raw else {"features": features.astype(np.float32)})
        if metadata.get("targets") or not raw:
            yield path.name, np.abs(found - numbers).max() / number_scale
        else:
            yield path.name, np.abs(found - softmax(expected)).max()
        if raw and "table" in metadata and not refuses_missing_values(path, metadata["table"], raw_inputs):
            yield f"{path.name} with missing values", math.inf
    if (directory / f"{run.name}.rows.csv").exists():
        yield f"{run.name}.raw.onnx as predict", difference_from_predict(directory, run, metadata)
    if not find_spec("torch"):
        return
    for program in sorted(directory.glob(f"{run.name}.*.py")):
        yield program.name, np.abs(by_pytorch(program, features) - expected).max() / scale


def missing(directory, run, checked):
    """The files that every run has exports in and that were not checked."""
    metadata, _ = load(run / "model.safetensors")
    if "members" in metadata:
        return [file for file in (f"{run.name}.onnx", f"{run.name}.raw.onnx") if file not in checked]
    marks = ["", ".folded"] if metadata["model"]["batch_norm"] else [""]
    files = [f"{run.name}{mark}{ending}" for mark in marks for ending in (".onnx", ".raw.onnx")]
    files += [f"{run.name}.pytorch{mark}.py" for mark in marks] if find_spec("torch") else []
    return [file for file in files if file not in checked]


def main(directory):
    runs = sorted(path.parent for path in directory.glob("*/model.safetensors"))
    results = [(name, difference) for run in runs for name, difference in checks(directory, run)]
    for name, difference in results:
        print(f"{name:<32} {difference:.1e} {'' if difference < TOLERANCE else '  NOT below 1e-05'}")
    checked = {name for name, _ in results}
    unchecked = [file for run in runs for file in missing(directory, run, checked)]
    unchecked += sorted({path.name for path in directory.glob("*.onnx")} - checked)
    if unchecked or not runs:
        sys.exit(f"not checked: {', '.join(unchecked) or 'anything, since there are no runs'}")
    print(f"{len(results)} files of {len(runs)} runs checked")
    sys.exit(0 if all(difference < TOLERANCE for _, difference in results) else 1)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
