"""scikit-learn's MLPClassifier, an epoch at a time by `partial_fit`, which shuffles the rows and sums the loss itself.

It reports no training accuracy; validation is `predict_proba` on all rows at once.
"""

import numpy as np
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

import job
from job import EpochMetrics


def epochs(job, data):
    classifier = MLPClassifier(
        hidden_layer_sizes=job.shape[1:-1],
        solver=job.optimizer,
        learning_rate_init=job.learning_rate,
        momentum=0.9,
        nesterovs_momentum=False,
        alpha=0.0,
        batch_size=job.batch_size,
        random_state=0,
    )
    classes = np.arange(job.shape[-1])
    while True:
        classifier.partial_fit(data.train_x, data.train_y, classes=classes)
        probabilities = classifier.predict_proba(data.valid_x)
        valid_loss = log_loss(data.valid_y, probabilities, labels=classes)
        valid_accuracy = np.mean(probabilities.argmax(axis=1) == data.valid_y)
        yield EpochMetrics(classifier.loss_, None, valid_loss, valid_accuracy)


if __name__ == "__main__":
    job.main(epochs)
