//! Behaviour that spans the room's files, by what a person does: read, set, validate, write, resume.

mod any_config;
mod kind;
mod layers;
mod presets;
mod read;
mod resume;
mod settings;
mod validate;
mod write;

/// The message of an error, which must be one of configuration and one line.
fn message<T: std::fmt::Debug>(result: crate::Result<T>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let message = error.to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}
