use burn::module::{Module, Param};
use burn::tensor::Device;
use burn::tensor::{Tensor, TensorData};
use burn_mlp_infer::Codes;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};

/// Learned vectors of categories: Guo, Berkhahn 2016 (arXiv 1604.06737). It replaces the codes at the end of each row by
/// their vectors.
#[derive(Module, Debug)]
pub struct Embedding {
    /// `[categories of all columns, size]`
    pub weight: Param<Tensor<2>>,
    /// Number of codes of a row.
    pub columns: usize,
}

impl Embedding {
    /// Vectors drawn from the standard normal distribution, as in PyTorch. The first category of a column, for texts that
    /// the training rows do not have, starts at zero: it says nothing unless training teaches it something.
    pub fn new(codes: &Codes, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let shape = [codes.all_categories(), codes.size];
        let mut entries: Vec<f32> = StandardNormal.sample_iter(rng).take(shape[0] * shape[1]).collect();
        for start in codes.starts() {
            entries[start * codes.size..][..codes.size].fill(0.0);
        }
        Self { weight: Param::from_data(TensorData::new(entries, shape), device), columns: codes.columns() }
    }

    /// `[batch, features]` to `[batch, numbers + columns * size]`: the numbers, then the vector of each code.
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let ([batch, width], [_, size]) = (features.dims(), self.weight.dims());
        let numbers = width - self.columns;
        let codes = features.clone().slice([0..batch, numbers..width]).int().flatten::<1>(0, 1); // [batch * columns]
        let vectors = self.weight.val().select(0, codes).reshape([batch, self.columns * size]);
        Tensor::cat(vec![features.slice([0..batch, 0..numbers]), vectors], 1)
    }
}
