//! The layers of the network. Each is Burn's module of the same name, with the same parameters under the same
//! names; `forward` asks for a fused operation first and falls back to Burn's own.

mod activation;
mod batch_norm;
mod dropout;
mod embedding;
mod linear;
mod member_factors;

pub use activation::Activation;
pub use batch_norm::BatchNorm;
pub use dropout::{Dropout, DropoutStep};
pub use embedding::Embedding;
pub use linear::Linear;
pub use member_factors::MemberFactors;
