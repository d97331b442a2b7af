//! What a request holds: its parts, and the rows in them.

pub(super) mod content_kind;
pub(super) mod multipart;
pub(super) mod parsed_rows;
pub(super) mod query;
pub(super) mod records;
pub(super) mod rows;
