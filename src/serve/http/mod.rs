//! HTTP itself: connections, limits, bodies and answers.

pub(super) mod accept;
pub(super) mod body;
pub(super) mod http_error;
pub(super) mod json_response;
pub(super) mod limits;
pub(super) mod listen;
pub(super) mod raw_response;
pub(super) mod timeout_stream;
