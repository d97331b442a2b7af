use burn::backend::Flex;
use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType, Shape, Tensor};
use burn_mlp_kernels::Matrix;

use crate::fused::storage::Storage;

/// A flex tensor of 32-bit floats, row-major and without gaps. A clone shares the entries.
#[derive(Debug, Clone)]
pub(super) struct Array(FlexTensor);

impl Array {
    /// `None` for another type than 32-bit floats. A view that isn't row-major is copied.
    pub fn new(tensor: FlexTensor) -> Option<Self> {
        match tensor.as_slice::<f32>() {
            Some(_) => Some(Self(tensor)),
            None if tensor.dtype() == DType::F32 => Some(Self(tensor.to_contiguous())),
            None => None,
        }
    }

    /// `None` for a tensor of another device, flex's autodiff device included.
    pub fn from_tensor<const D: usize>(tensor: Tensor<D>) -> Option<Self> {
        Self::new(tensor.try_into_primitive::<Flex>().ok()?)
    }

    /// Takes as many entries as `shape` has.
    pub fn from_entries<const D: usize>(entries: Vec<f32>, shape: [usize; D]) -> Self {
        debug_assert_eq!(entries.len(), shape.iter().product::<usize>());
        let layout = Layout::contiguous(Shape::from(shape));
        Self(FlexTensor::new(Bytes::from_elems(entries), layout, DType::F32))
    }

    pub fn entries(&self) -> &[f32] {
        self.0.as_slice().unwrap_or_default()
    }

    /// Copies the entries first if they are shared.
    pub fn entries_mut(&mut self) -> &mut [f32] {
        let offsets = self.0.layout().contiguous_offsets();
        let all = self.0.storage_mut();
        debug_assert!(offsets.is_some(), "the entries have no gaps");
        match offsets {
            Some((start, end)) => &mut all[start..end],
            None => &mut [],
        }
    }

    /// A copy that shares nothing.
    pub fn copied(&self) -> Self {
        let bytes = Bytes::from_elems(self.entries().to_vec());
        Self(FlexTensor::new(bytes, Layout::contiguous(self.0.layout().shape().clone()), DType::F32))
    }

    /// Rows and columns of a matrix; a vector is one row.
    pub fn size(&self) -> [usize; 2] {
        match **self.0.layout().shape() {
            [rows, columns] => [rows, columns],
            [columns] => [1, columns],
            _ => [0, 0],
        }
    }

    pub fn matrix(&self) -> Matrix<'_> {
        Matrix::new(self.entries(), self.size())
    }

    pub fn into_primitive(self) -> FlexTensor {
        self.0
    }

    pub fn into_tensor<const D: usize>(self) -> Tensor<D> {
        Tensor::from_primitive::<Flex>(self.0)
    }
}

/// `None` for a tensor of another device or type.
pub(in crate::fused) fn storage<const D: usize>(tensor: &Tensor<D>) -> Option<Box<dyn Storage<D>>> {
    Some(Box::new(Array::from_tensor(tensor.clone())?))
}

impl<const D: usize> Storage<D> for Array {
    fn entries(&self) -> &[f32] {
        self.entries()
    }

    fn entries_mut(&mut self) -> &mut [f32] {
        self.entries_mut()
    }

    fn into_tensor(self: Box<Self>) -> Tensor<D> {
        (*self).into_tensor()
    }
}
