//! A layer's parameters, or their gradients, in `f64`.

use std::fmt::Display;

use burn::module::Param;
use burn::tensor::{Gradients, Tensor};
use ndarray::{Array1, Array2, ArrayViewD, ArrayViewMutD};

use super::factors::Factors;
use crate::backend::reasons;
use crate::error::{Error, Result};
use crate::model::Mlp;
use crate::model::layers::{self, BatchNorm, Linear, MemberFactors};

/// The parameters of a layer. Their gradients have the same form.
#[derive(Debug, Clone)]
pub(super) struct Parameters {
    /// Vectors of categories, which the first layer may take.
    pub embedding: Option<Embedding>,
    /// `[inputs, outputs]`.
    pub weight: Array2<f64>,
    /// `[outputs]`.
    pub bias: Array1<f64>,
    /// Those of members that share the layer.
    pub factors: Option<Factors>,
    pub norm: Option<Norm>,
}

/// The learned vectors of categories, whose codes come last in a row.
#[derive(Debug, Clone)]
pub(super) struct Embedding {
    /// `[categories, size]`.
    pub vectors: Array2<f64>,
    /// Number of codes of a row.
    pub columns: usize,
}

/// The parameters of batch normalisation.
#[derive(Debug, Clone)]
pub(super) struct Norm {
    /// `[outputs]`.
    pub scale: Array1<f64>,
    /// `[outputs]`.
    pub shift: Array1<f64>,
}

/// The name of the tensor of vectors, which stands before the first layer.
pub(super) const EMBEDDING: &str = "embedding.weight";

/// The names of the tensors that each member has of its own.
const FACTORS: [&str; 3] = ["factors.input", "factors.output", "factors.bias"];

impl Parameters {
    /// Reads the parameters of every layer of `mlp`, the output layer last.
    pub fn of(mlp: &Mlp) -> Result<Vec<Self>> {
        Reading::Values.layers(mlp)
    }

    /// Reads Burn's gradients of every layer of `mlp`.
    pub fn gradients_of(mlp: &Mlp, gradients: &Gradients) -> Result<Vec<Self>> {
        Reading::Gradients(gradients).layers(mlp)
    }

    /// Returns the tensors with the last part of their names in `model.safetensors`.
    pub fn tensors(&self) -> impl Iterator<Item = (&'static str, ArrayViewD<'_, f64>)> {
        let norm = self.norm.iter().flat_map(|norm| [("norm.weight", &norm.scale), ("norm.bias", &norm.shift)]);
        let vectors = [("bias", &self.bias)].into_iter().chain(norm);
        let embedding = self.embedding.iter().map(|embedding| (EMBEDDING, embedding.vectors.view().into_dyn()));
        let factors = self.factors.iter().flat_map(|Factors { input, output, bias }| {
            [(FACTORS[0], input), (FACTORS[1], output), (FACTORS[2], bias)]
        });
        embedding
            .chain([("weight", self.weight.view().into_dyn())])
            .chain(vectors.map(|(name, vector)| (name, vector.view().into_dyn())))
            .chain(factors.map(|(name, matrix)| (name, matrix.view().into_dyn())))
    }

    /// As [`tensors`](Self::tensors), to change.
    pub fn tensors_mut(&mut self) -> impl Iterator<Item = (&'static str, ArrayViewMutD<'_, f64>)> {
        let norm =
            self.norm.iter_mut().flat_map(|norm| [("norm.weight", &mut norm.scale), ("norm.bias", &mut norm.shift)]);
        let vectors = [("bias", &mut self.bias)].into_iter().chain(norm);
        let embedding = self.embedding.iter_mut().map(|it| (EMBEDDING, it.vectors.view_mut().into_dyn()));
        let factors = self.factors.iter_mut().flat_map(|Factors { input, output, bias }| {
            [(FACTORS[0], input), (FACTORS[1], output), (FACTORS[2], bias)]
        });
        embedding
            .chain([("weight", self.weight.view_mut().into_dyn())])
            .chain(vectors.map(|(name, vector)| (name, vector.view_mut().into_dyn())))
            .chain(factors.map(|(name, matrix)| (name, matrix.view_mut().into_dyn())))
    }

    /// Returns the tensor with this name.
    pub fn tensor(&self, name: &str) -> Option<ArrayViewD<'_, f64>> {
        self.tensors().find(|(found, _)| *found == name).map(|(_, entries)| entries)
    }

    /// Returns the tensor with this name as a matrix, a vector as one row, or an empty matrix if the layer has no such tensor.
    pub fn matrix(&self, name: &str) -> Array2<f64> {
        let Some(tensor) = self.tensor(name) else { return Array2::zeros((0, 0)) };
        let columns = tensor.shape().last().copied().unwrap_or(1);
        let entries: Vec<f64> = tensor.iter().copied().collect();
        let rows = entries.len() / columns.max(1);
        Array2::from_shape_fn((rows, columns), |(row, column)| entries[row * columns + column])
    }

    /// Returns parameters of the same shapes that are all 0.
    pub fn zeros(&self) -> Self {
        let mut zeros = self.clone();
        zeros.tensors_mut().for_each(|(_, mut entries)| entries.fill(0.0));
        zeros
    }

    /// Returns an entry, counted row by row, of the tensor with this name.
    pub fn entry_mut(&mut self, tensor: &str, index: usize) -> Option<&mut f64> {
        let (_, entries) = self.tensors_mut().find(|(name, _)| *name == tensor)?;
        entries.into_iter().nth(index)
    }
}

/// What to read from a Burn module.
enum Reading<'a> {
    Values,
    Gradients(&'a Gradients),
}

impl Reading<'_> {
    fn layers(&self, mlp: &Mlp) -> Result<Vec<Parameters>> {
        let hidden = mlp.blocks.iter().map(|block| self.layer(&block.linear, &block.factors, block.norm.as_ref()));
        let mut layers: Vec<_> =
            hidden.chain([self.layer(&mlp.output, &mlp.output_factors, None)]).collect::<Result<_>>()?;
        layers[0].embedding = mlp.embedding.as_ref().map(|embedding| self.embedding(embedding)).transpose()?;
        Ok(layers)
    }

    fn embedding(&self, embedding: &layers::Embedding) -> Result<Embedding> {
        let entries = self.entries(embedding.weight.val())?;
        let [categories, size] = embedding.weight.dims();
        let vectors = Array2::from_shape_vec((categories, size), entries).map_err(failed)?;
        Ok(Embedding { vectors, columns: embedding.columns })
    }

    fn layer(&self, linear: &Linear, factors: &Option<MemberFactors>, norm: Option<&BatchNorm>) -> Result<Parameters> {
        let [inputs, outputs] = linear.weight.dims();
        let weight = self.entries(linear.weight.val())?;
        let bias = Array1::from(self.entries(linear.bias.val())?);
        let norm = norm.map(|norm| -> Result<Norm> {
            let (scale, shift) = (self.entries(norm.gamma.val())?, self.entries(norm.beta.val())?);
            Ok(Norm { scale: scale.into(), shift: shift.into() })
        });
        Ok(Parameters {
            embedding: None,
            weight: Array2::from_shape_vec((inputs, outputs), weight).map_err(|error| failed(&error))?,
            bias,
            factors: factors.as_ref().map(|factors| self.factors(factors)).transpose()?,
            norm: norm.transpose()?,
        })
    }

    fn factors(&self, factors: &MemberFactors) -> Result<Factors> {
        let matrix = |param: &Param<Tensor<2>>| {
            let [members, columns] = param.dims();
            Array2::from_shape_vec((members, columns), self.entries(param.val())?).map_err(failed)
        };
        Ok(Factors { input: matrix(&factors.input)?, output: matrix(&factors.output)?, bias: matrix(&factors.bias)? })
    }

    fn entries<const D: usize>(&self, tensor: Tensor<D>) -> Result<Vec<f64>> {
        let tensor = match self {
            Self::Values => tensor.inner(),
            Self::Gradients(gradients) => {
                tensor.grad(gradients).ok_or_else(|| failed("a parameter has no gradient"))?
            }
        };
        let data = tensor.try_into_data().map_err(|error| failed(reasons(error)))?;
        Ok(data.iter::<f64>().collect())
    }
}

pub(super) fn failed(problem: impl Display) -> Error {
    Error::Training(format!("its gradients cannot be checked: {problem}"))
}
