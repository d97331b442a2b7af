//! Weights to and from safetensors, in PyTorch's layout and names: a `Linear` weight is `[outputs, inputs]`, and
//! batch-norm has `weight`, `bias`, `running_mean` and `running_var`. The keys are `blocks.0.linear.weight`,
//! `blocks.0.norm.weight`, ..., `output.bias`.

use burn::module::Module;
use burn::store::{BurnToPyTorchAdapter, ModuleSnapshot, PyTorchToBurnAdapter, SafetensorsStore};

use super::{FILE_METADATA_KEY, Mlp};

impl Mlp {
    /// Serialises weights and running statistics to a safetensors file with `metadata` under [`FILE_METADATA_KEY`].
    ///
    /// # Errors
    /// Returns a sentence if a tensor cannot be read from its device.
    pub fn to_safetensors(&self, metadata: &str) -> Result<Vec<u8>, String> {
        let mut store = SafetensorsStore::from_bytes(None)
            .with_to_adapter(BurnToPyTorchAdapter)
            .clear_metadata()
            .metadata(FILE_METADATA_KEY, metadata);
        // `valid` applies the pending update of the running statistics.
        self.valid().save_into(&mut store).map_err(|error| error.to_string())?;
        store.get_bytes().map_err(|error| error.to_string())
    }

    /// Loads the weights of a safetensors file of the same architecture.
    ///
    /// # Errors
    /// Returns a sentence if the file is damaged or its tensors have other names or shapes.
    pub fn load_safetensors(mut self, file: Vec<u8>) -> Result<Self, String> {
        let mut store = SafetensorsStore::from_bytes(Some(file)).with_from_adapter(PyTorchToBurnAdapter);
        let result = self.load_from(&mut store).map_err(|error| error.to_string())?;
        match result.unused.first() {
            Some(name) => Err(format!("tensor {name} does not belong to this network")),
            None => Ok(self),
        }
    }
}
