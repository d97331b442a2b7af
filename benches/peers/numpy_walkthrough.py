"""The walkthrough's own program in NumPy: its network, gradients and momentum (slides 1 to 7), in float64 as there.

Added to it: a new order of the rows in every epoch, the training accuracy, and the validation pass at each
epoch's end. `--dtype float32` computes in single precision, as all other programs do.
"""

import numpy as np

import job
from job import EpochMetrics


class NeuralNetwork:
    def __init__(self, sizes, dtype):
        generator = np.random.default_rng(0)
        shapes = list(zip(sizes, sizes[1:]))
        self.weights = [(generator.standard_normal(shape) * 0.01).astype(dtype) for shape in shapes]
        self.biases = [np.zeros((1, outputs), dtype) for _, outputs in shapes]

    def forward(self, x):
        self.activations, self.pre_activations = [x], []
        for weight, bias in zip(self.weights[:-1], self.biases[:-1]):
            z = np.dot(self.activations[-1], weight) + bias
            self.pre_activations.append(z)
            self.activations.append(np.maximum(0, z))
        z = np.dot(self.activations[-1], self.weights[-1]) + self.biases[-1]
        exponentials = np.exp(z - z.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)

    def backward(self, predictions, one_hot):
        """Gradients of the cross-entropy in the order of the parameters: weights, then biases."""
        gradients_w, gradients_b = [], []
        delta = predictions - one_hot
        for layer in reversed(range(len(self.weights))):
            gradients_w.insert(0, np.dot(self.activations[layer].T, delta) / len(one_hot))
            gradients_b.insert(0, delta.sum(axis=0, keepdims=True) / len(one_hot))
            if layer > 0:
                delta = np.dot(delta, self.weights[layer].T) * (self.pre_activations[layer - 1] > 0)
        return gradients_w + gradients_b


class Momentum:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.parameters, self.learning_rate, self.momentum = parameters, learning_rate, momentum
        self.velocities = [np.zeros_like(parameter) for parameter in parameters]

    def update(self, gradients):
        for index, gradient in enumerate(gradients):
            velocity = self.momentum * self.velocities[index] - self.learning_rate * gradient
            self.velocities[index] = velocity
            self.parameters[index] += velocity


def cross_entropy(one_hot, predictions):
    clipped = np.clip(predictions, 1e-15, 1 - 1e-15)
    return -np.sum(one_hot * np.log(clipped)) / len(one_hot)


def epochs(job, data):
    if job.optimizer != "sgd":
        raise SystemExit("the walkthrough has momentum SGD alone")
    network = NeuralNetwork(job.shape, job.dtype)
    optimizer = Momentum(network.weights + network.biases, job.learning_rate)
    train_one_hot, valid_one_hot = (np.eye(job.shape[-1], dtype=job.dtype)[y] for y in (data.train_y, data.valid_y))
    generator = np.random.default_rng(0)
    while True:
        loss_sum, correct = 0.0, 0
        order = generator.permutation(job.rows)
        for start in range(0, job.rows, job.batch_size):
            rows = order[start : start + job.batch_size]
            x, one_hot = data.train_x[rows], train_one_hot[rows]
            predictions = network.forward(x)
            loss_sum += cross_entropy(one_hot, predictions) * len(rows)
            correct += np.sum(predictions.argmax(axis=1) == data.train_y[rows])
            optimizer.update(network.backward(predictions, one_hot))
        predictions = network.forward(data.valid_x)
        valid_loss = cross_entropy(valid_one_hot, predictions)
        valid_accuracy = np.mean(predictions.argmax(axis=1) == data.valid_y)
        yield EpochMetrics(loss_sum / job.rows, correct / job.rows, valid_loss, valid_accuracy)


if __name__ == "__main__":
    job.main(epochs, lambda parser: parser.add_argument("--dtype", default="float64"))
