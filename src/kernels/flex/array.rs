use burn::backend::Flex;
use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType, Shape, Tensor};

/// A tensor of 32-bit floats in the host's memory, its entries one after another. A clone shares them.
#[derive(Debug, Clone)]
pub(in crate::kernels) struct Array(FlexTensor);

impl Array {
    /// None if it holds anything but 32-bit floats. Entries that do not lie one after another are copied.
    pub fn new(tensor: FlexTensor) -> Option<Self> {
        match tensor.as_slice::<f32>() {
            Some(_) => Some(Self(tensor)),
            None if tensor.dtype() == DType::F32 => Some(Self(tensor.to_contiguous())),
            None => None,
        }
    }

    /// None if `tensor` is not on flex, or on its autodiff device.
    pub fn of<const D: usize>(tensor: Tensor<D>) -> Option<Self> {
        Self::new(tensor.try_into_primitive::<Flex>().ok()?)
    }

    /// `entries` are as many as `shape` has.
    pub fn from_entries<const D: usize>(entries: Vec<f32>, shape: [usize; D]) -> Self {
        debug_assert_eq!(entries.len(), shape.iter().product::<usize>());
        let layout = Layout::contiguous(Shape::from(shape));
        Self(FlexTensor::new(Bytes::from_elems(entries), layout, DType::F32))
    }

    pub fn entries(&self) -> &[f32] {
        self.0.as_slice().unwrap_or_default()
    }

    /// Copies them first if they are shared.
    pub fn entries_mut(&mut self) -> &mut [f32] {
        let offsets = self.0.layout().contiguous_offsets();
        let all = self.0.storage_mut();
        debug_assert!(offsets.is_some(), "entries that lie one after another");
        match offsets {
            Some((start, end)) => &mut all[start..end],
            None => &mut [],
        }
    }

    /// With entries of its own.
    pub fn copied(&self) -> Self {
        let bytes = Bytes::from_elems(self.entries().to_vec());
        Self(FlexTensor::new(bytes, Layout::contiguous(self.0.layout().shape().clone()), DType::F32))
    }

    /// Rows and columns.
    pub fn size(&self) -> [usize; 2] {
        match **self.0.layout().shape() {
            [rows, columns] => [rows, columns],
            [columns] => [1, columns],
            _ => [0, 0],
        }
    }

    pub fn primitive(self) -> FlexTensor {
        self.0
    }

    pub fn tensor<const D: usize>(self) -> Tensor<D> {
        Tensor::from_primitive::<Flex>(self.0)
    }
}
