"""JAX with Optax: one compiled step for each batch, or with `--scan` the whole epoch compiled as one scan."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

import job
from job import VALIDATION_BATCH_SIZE, EpochMetrics


def forward(parameters, x):
    for weight, bias in parameters[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = parameters[-1]
    return x @ weight + bias


def measure(parameters, x, y):
    logits = forward(parameters, x)
    loss = optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()
    return loss, (logits.argmax(1) == y).sum()


def initial(sizes):
    generator = np.random.default_rng(0)
    weights = [generator.normal(0, (2 / inputs) ** 0.5, (inputs, outputs)) for inputs, outputs in zip(sizes, sizes[1:])]
    return [(jnp.asarray(weight, jnp.float32), jnp.zeros(weight.shape[1])) for weight in weights]


def programs(optimizer, scan):
    """`train(state, x, y, order)` over batches [batches, rows], and `validate(parameters, x, y)`."""

    def step(state, x, y, rows):
        parameters, memory, loss_sum, correct = state
        (loss, hits), gradients = jax.value_and_grad(measure, has_aux=True)(parameters, x[rows], y[rows])
        updates, memory = optimizer.update(gradients, memory, parameters)
        return optax.apply_updates(parameters, updates), memory, loss_sum + loss * len(rows), correct + hits

    def epoch(state, x, y, order):
        return jax.lax.scan(lambda state, rows: (step(state, x, y, rows), None), state, order)[0]

    def numbered_step(state, x, y, order, number):
        return step(state, x, y, order[number])

    compiled_step, compiled_epoch = jax.jit(numbered_step, donate_argnums=0), jax.jit(epoch, donate_argnums=0)

    def step_by_step(state, x, y, order):
        for number in range(len(order)):
            state = compiled_step(state, x, y, order, number)
        return state

    return (compiled_epoch if scan else step_by_step), jax.jit(measure)


def epochs(job, data):
    train_x, train_y, valid_x, valid_y = map(jnp.asarray, (data.train_x, data.train_y, data.valid_x, data.valid_y))
    rate = job.learning_rate
    optimizer = optax.adam(rate) if job.optimizer == "adam" else optax.sgd(rate, momentum=0.9)
    train, validate = programs(optimizer, job.scan)
    parameters = initial(job.shape)
    memory = optimizer.init(parameters)
    generator = np.random.default_rng(0)
    full = job.rows - job.rows % job.batch_size
    while True:
        order = generator.permutation(job.rows).astype(np.int32)
        state = parameters, memory, jnp.zeros(()), jnp.zeros((), jnp.int32)
        state = train(state, train_x, train_y, jnp.asarray(order[:full].reshape(-1, job.batch_size)))
        if full < job.rows:
            state = train(state, train_x, train_y, jnp.asarray(order[None, full:]))
        parameters, memory, loss_sum, correct = state
        valid_loss_sum, valid_correct = 0.0, 0
        for start in range(0, job.valid_rows, VALIDATION_BATCH_SIZE):
            part = slice(start, start + VALIDATION_BATCH_SIZE)
            loss, hits = validate(parameters, valid_x[part], valid_y[part])
            valid_loss_sum += loss * len(valid_x[part])
            valid_correct += hits
        trained = float(loss_sum) / job.rows, int(correct) / job.rows
        yield EpochMetrics(*trained, float(valid_loss_sum) / job.valid_rows, int(valid_correct) / job.valid_rows)


if __name__ == "__main__":
    job.main(epochs, lambda parser: parser.add_argument("--scan", action="store_true"))
