//! The types of values that are more than a number, a string or a switch.

pub(super) mod backend;
pub(super) mod class_weights;
pub(super) mod enums;
pub(super) mod image_size;
pub(super) mod monitor;
pub(super) mod source;
pub(super) mod threshold_rule;
