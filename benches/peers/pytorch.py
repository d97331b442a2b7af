"""PyTorch, eager or with `--compile`, on tensors in memory; sums stay tensors until an epoch's end."""

import torch
from torch.nn.functional import cross_entropy

import job
from job import VALIDATION_BATCH_SIZE, EpochMetrics


def build(sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        linear = torch.nn.Linear(inputs, outputs)
        # PyTorch's own start, uniform and narrower, learns far more slowly at this rate.
        torch.nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        torch.nn.init.zeros_(linear.bias)
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def optimizer_for(job, network):
    # The fused update is one pass over the parameters; on a CPU it is not the default.
    if job.optimizer == "adam":
        return torch.optim.Adam(network.parameters(), lr=job.learning_rate, fused=True)
    return torch.optim.SGD(network.parameters(), lr=job.learning_rate, momentum=0.9, fused=True)


def epochs(job, data):
    # Threads take this over from the one that starts them, so it comes before there are any.
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    torch.set_num_threads(job.threads)
    train_x, train_y, valid_x, valid_y = map(
        torch.from_numpy, (data.train_x, data.train_y, data.valid_x, data.valid_y)
    )
    network = build(job.shape)
    optimizer = optimizer_for(job, network)

    def measure(x, y):
        logits = network(x)
        return cross_entropy(logits, y), (logits.argmax(1) == y).sum()

    if job.compile:
        # Shapes are fixed but for an epoch's last batch; code for any shape would be slower for all.
        measure = torch.compile(measure, dynamic=False)
    while True:
        loss_sum, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for rows in torch.randperm(job.rows).split(job.batch_size):
            loss, hits = measure(train_x.index_select(0, rows), train_y.index_select(0, rows))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(rows)
            correct += hits
        valid_loss_sum, valid_correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        with torch.no_grad():
            for x, y in zip(valid_x.split(VALIDATION_BATCH_SIZE), valid_y.split(VALIDATION_BATCH_SIZE)):
                loss, hits = measure(x, y)
                valid_loss_sum += loss * len(x)
                valid_correct += hits
        trained = loss_sum.item() / job.rows, correct.item() / job.rows
        yield EpochMetrics(*trained, valid_loss_sum.item() / job.valid_rows, valid_correct.item() / job.valid_rows)


def add_options(parser):
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--threads", type=int, default=1)


if __name__ == "__main__":
    job.main(epochs, add_options)
