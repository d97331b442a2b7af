"""The walkthrough's job in eager PyTorch: the same network, batch, optimizer, split sizes and validation pass.

    python benches/peers/pytorch.py MNIST_DIRECTORY [THREADS]

prints the seconds of each epoch. MNIST_DIRECTORY holds the four files, gzipped. Needs torch and numpy, as pinned in
tests/fixtures/requirements.txt.
"""

import gzip
import pathlib
import sys
import time

import numpy as np
import torch


def read(directory, name, header):
    with gzip.open(pathlib.Path(directory) / name) as file:
        return np.frombuffer(file.read()[header:], np.uint8)


def main(directory, threads=1, epochs=6):
    torch.manual_seed(0)
    torch.set_num_threads(int(threads))
    images = read(directory, "train-images-idx3-ubyte.gz", 16).reshape(-1, 784).astype(np.float32) / 255
    labels = read(directory, "train-labels-idx1-ubyte.gz", 8).astype(np.int64)
    train_x, valid_x = torch.from_numpy(images).split([48000, 12000])
    train_y, valid_y = torch.from_numpy(labels).split([48000, 12000])
    linear, relu = torch.nn.Linear, torch.nn.ReLU
    network = torch.nn.Sequential(linear(784, 128), relu(), linear(128, 64), relu(), linear(64, 10))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    cross_entropy = torch.nn.CrossEntropyLoss()
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        loss_sum, correct = 0.0, 0
        for rows in torch.randperm(48000).split(32):
            x, y = train_x[rows], train_y[rows]
            logits = network(x)
            loss = cross_entropy(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(rows)
            correct += (logits.argmax(1) == y).sum()
        with torch.no_grad():
            valid = sum((network(x).argmax(1) == y).sum() for x, y in zip(valid_x.split(1000), valid_y.split(1000)))
        seconds = time.perf_counter() - start
        print(f"epoch {epoch}: train loss {loss_sum / 48000:.4f}, valid {valid / 12000:.4f}, {seconds:.2f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
