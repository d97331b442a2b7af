use burn::tensor::Tensor;

/// The storage of a backend's tensor.
pub(super) trait Storage<const D: usize> {
    /// Row-major.
    fn entries(&self) -> &[f32];

    /// Copies the entries first if another tensor shares them.
    fn entries_mut(&mut self) -> &mut [f32];

    fn into_tensor(self: Box<Self>) -> Tensor<D>;
}
