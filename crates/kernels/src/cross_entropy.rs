//! Softmax cross-entropy.

use crate::rows::rows_mut;

/// The mean loss of a batch, and its gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossEntropy {
    /// Mean over the batch.
    pub loss: f32,
    /// Gradient with respect to the logits, `[batch, classes]`: slide 5's `(softmax - one-hot) / batch`.
    pub gradient: Vec<f32>,
}

/// The loss of logits, `[batch, classes]`, against class indices, `[batch]`. An index that isn't below
/// `classes` makes the loss NaN, which ends the training.
///
/// The largest logit of a row is subtracted first, so that huge logits don't overflow.
///
/// # Panics
/// If the logits don't consist of a row for each label.
pub fn cross_entropy(logits: &[f32], classes: usize, labels: &[usize]) -> CrossEntropy {
    assert_eq!(logits.len(), classes * labels.len(), "a row of logits for each label");
    let batch = labels.len() as f32;
    let mut sum = 0.0;
    let mut gradient = logits.to_vec();
    for (row, &label) in rows_mut(&mut gradient, classes).zip(labels) {
        let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let logit = row.get(label).copied().unwrap_or(f32::NAN);
        let mut total = 0.0;
        for entry in row.iter_mut() {
            *entry = (*entry - largest).exp();
            total += *entry;
        }
        sum += f64::from(total.ln() - (logit - largest));
        let scale = 1.0 / (total * batch);
        row.iter_mut().for_each(|entry| *entry *= scale);
        if let Some(entry) = row.get_mut(label) {
            *entry -= 1.0 / batch;
        }
    }
    CrossEntropy { loss: (sum / labels.len() as f64) as f32, gradient }
}
