"""IDX files, the format of MNIST's: read, written, and made up."""

import argparse
import gzip
import pathlib
import struct

import numpy as np


def read(path: pathlib.Path) -> np.ndarray:
    """An array of bytes from `path`, or from `path`.gz."""
    packed = path.with_name(path.name + ".gz")
    content = path.read_bytes() if path.exists() else gzip.decompress(packed.read_bytes())
    rank = content[3]
    axes = struct.unpack_from(f">{rank}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(axes)


def write(path: pathlib.Path, array: np.ndarray):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(header + array.astype(np.uint8).tobytes())


def synthetic(rows: int, features: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixels around a random image of each class, so noisy that classes overlap; half are black, none always."""
    generator = np.random.default_rng(0)
    # Before pixels are cut off at black, two classes lie about six standard deviations apart in any dimension.
    centres = generator.standard_normal((classes, features), np.float32) * (18 / features) ** 0.5
    labels = np.arange(rows) % classes
    generator.shuffle(labels)
    images = np.empty((rows, features), np.uint8)
    for part in np.array_split(np.arange(rows), rows // 1000 + 1):
        values = centres[labels[part]] + generator.standard_normal((len(part), features), np.float32)
        images[part] = np.clip(80 * values, 0, 255)
    return images, labels


def from_mnist(directory: pathlib.Path, rows: int, features: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    images = read(directory / "train-images-idx3-ubyte")
    labels = read(directory / "train-labels-idx1-ubyte")
    images = images.reshape(len(images), -1)
    if images.shape[1] != features or labels.max() + 1 != classes or len(images) < rows:
        found = f"{images.shape[1]} features, {labels.max() + 1} classes and {len(images)} rows"
        raise SystemExit(f"{directory} has {found}; the job asks for {features}, {classes} and {rows}")
    return images[:rows], labels[:rows]


def main():
    parser = argparse.ArgumentParser(description="Writes the data of a job.")
    parser.add_argument("rows", type=int)
    parser.add_argument("features", type=int)
    parser.add_argument("classes", type=int)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--mnist", type=pathlib.Path, help="take the rows from here")
    arguments = parser.parse_args()
    size = arguments.rows, arguments.features, arguments.classes
    images, labels = from_mnist(arguments.mnist, *size) if arguments.mnist else synthetic(*size)
    arguments.directory.mkdir(parents=True, exist_ok=True)
    write(arguments.directory / "train-images-idx3-ubyte", images)
    write(arguments.directory / "train-labels-idx1-ubyte", labels)


if __name__ == "__main__":
    main()
