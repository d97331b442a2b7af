"""Checks exported models on random rows: `python check_exports.py DIRECTORY`.

DIRECTORY holds run directories and, for each NAME, `NAME.pytorch.safetensors`, `NAME.pytorch.py` (the program that
`burn-mlp export` prints), `NAME.onnx`, `NAME.raw.onnx` (`--normalize --softmax`), and the same with `.folded` before the
format. The network is computed by NumPy in f64 from the run's own model.safetensors; onnxruntime and, where it is
installed, PyTorch must give the same to 1e-5. Prints a line for each file; exits 1 if one is off.
"""

import json
import math
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors import safe_open

TOLERANCE = 1e-5
ROWS = 257

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
    """The network of model.safetensors by NumPy, in f64."""
    for index in range(len(metadata["model"]["hidden"])):
        block = f"blocks.{index}."
        x = x @ tensors[block + "linear.weight"].T + tensors[block + "linear.bias"]
        if metadata["model"]["batch_norm"]:
            mean, variance = tensors[block + "norm.running_mean"], tensors[block + "norm.running_var"]
            x = (x - mean) / np.sqrt(variance + 1e-5) * tensors[block + "norm.weight"] + tensors[block + "norm.bias"]
        x = ACTIVATIONS[metadata["model"]["activation"]](x)
    return x @ tensors["output.weight"].T + tensors["output.bias"]


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def by_onnxruntime(path, rows):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    # Any number of rows, one among them.
    single = session.run(None, {given.name: rows[:1].astype(np.float32)})[0]
    (result,) = session.run(None, {given.name: rows.astype(np.float32)})
    assert np.abs(single - result[:1]).max() < TOLERANCE
    return result


def by_pytorch(program, features):
    import torch

    names = {}
    exec(compile(program.read_text(), program.name, "exec"), names)
    with torch.no_grad():
        return names["model"](torch.tensor(features, dtype=torch.float32)).numpy()


def checks(directory, run):
    """Pairs of a file and the largest difference of what it gives, relative to the largest logit."""
    metadata, tensors = load(run / "model.safetensors")
    maximum = metadata["normalization"]["divide_by"] if isinstance(metadata["normalization"], dict) else 1.0
    rng = np.random.default_rng(sum(map(ord, run.name)))
    pixels = np.floor(rng.random((ROWS, metadata["features"])) * (maximum + 1.0)).clip(0.0, maximum)
    features = pixels / maximum if maximum > 1.0 else rng.normal(size=pixels.shape)
    expected = logits(metadata, tensors, features)
    scale = max(1.0, np.abs(expected).max())
    for path in sorted(directory.glob(f"{run.name}.*onnx")):
        raw = ".raw." in path.name
        found = by_onnxruntime(path, pixels if raw else features)
        yield path.name, np.abs(found - softmax(expected)).max() if raw else np.abs(found - expected).max() / scale
    try:
        import torch  # noqa: F401
    except ImportError:
        return
    for program in sorted(directory.glob(f"{run.name}.*.py")):
        yield program.name, np.abs(by_pytorch(program, features) - expected).max() / scale


def main(directory):
    runs = sorted(path.parent for path in directory.glob("*/model.safetensors"))
    results = [(name, difference) for run in runs for name, difference in checks(directory, run)]
    for name, difference in results:
        print(f"{name:<32} {difference:.1e} {'' if difference < TOLERANCE else '  NOT below 1e-05'}")
    if len(results) < 2 * len(runs) or not runs:
        sys.exit("there is too little to check")
    sys.exit(0 if all(difference < TOLERANCE for _, difference in results) else 1)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
