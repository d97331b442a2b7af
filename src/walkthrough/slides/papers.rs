//! Slide 15: papers to read on. The titles are those that the addresses carry.

use super::super::content::{Block, Link, Slide};

const PAPERS: [(&str, &str); 5] = [
    ("https://arxiv.org/abs/1412.6980", "Adam: A Method for Stochastic Optimization"),
    (
        "https://arxiv.org/abs/1502.03167",
        "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift",
    ),
    (
        "https://arxiv.org/abs/1207.0580",
        "Improving neural networks by preventing co-adaptation of feature detectors (dropout)",
    ),
    ("https://arxiv.org/abs/1706.02515", "Self-Normalizing Neural Networks (SELU)"),
    ("https://arxiv.org/abs/1711.05101", "Decoupled Weight Decay Regularization (AdamW)"),
];

pub(super) fn slide() -> Slide {
    let links = PAPERS.map(|(address, title)| Link { address, title }).to_vec();
    Slide::new(15, "Additional Resources").with(Block::Links { links })
}
