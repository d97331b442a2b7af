//! The part of TensorBoard's `event.proto` and `summary.proto` that scalars need.

use std::time::{SystemTime, UNIX_EPOCH};

use prost::Message;

use super::framing::push_record;

/// The version in the first event of a file. TensorBoard handles restarts only with a version.
const FILE_VERSION: &str = "brain.Event:2";

/// The status of a session that starts or restarts.
pub(super) const START: i32 = 1;

#[derive(Clone, PartialEq, Message)]
pub(super) struct Event {
    /// Seconds since 1970.
    #[prost(double, tag = "1")]
    pub wall_time: f64,
    #[prost(int64, tag = "2")]
    pub step: i64,
    #[prost(oneof = "Content", tags = "3, 5, 7")]
    pub content: Option<Content>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Content {
    #[prost(string, tag = "3")]
    FileVersion(String),
    #[prost(message, tag = "5")]
    Summary(Summary),
    #[prost(message, tag = "7")]
    SessionLog(SessionLog),
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Summary {
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<Value>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Value {
    #[prost(string, tag = "1")]
    pub tag: String,
    /// One of several kinds of value, so that a zero is written too.
    #[prost(float, optional, tag = "2")]
    pub simple_value: Option<f32>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct SessionLog {
    #[prost(int32, tag = "1")]
    pub status: i32,
}

impl Event {
    /// Creates the first event of a file.
    pub fn file_version(time: SystemTime) -> Self {
        Self { wall_time: seconds(time), step: 0, content: Some(Content::FileVersion(FILE_VERSION.to_string())) }
    }

    /// Creates an event that invalidates earlier events of `step` and later steps.
    pub fn restart(time: SystemTime, step: i64) -> Self {
        Self { wall_time: seconds(time), step, content: Some(Content::SessionLog(SessionLog { status: START })) }
    }

    /// Creates an event with the scalars of a step.
    pub fn scalars<'a>(time: SystemTime, step: i64, scalars: impl IntoIterator<Item = (&'a str, f32)>) -> Self {
        let value = |(tag, value): (&str, f32)| Value { tag: tag.to_string(), simple_value: Some(value) };
        let summary = Summary { values: scalars.into_iter().map(value).collect() };
        Self { wall_time: seconds(time), step, content: Some(Content::Summary(summary)) }
    }

    /// Appends the event to `file` as one record.
    pub fn push_to(&self, file: &mut Vec<u8>) {
        push_record(file, &self.encode_to_vec());
    }
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
