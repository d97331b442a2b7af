//! The Markdown files under test.

use std::fs;
use std::path::{Path, PathBuf};

/// Pages that [`generated`](super::generated) writes; their commands are the program's own help.
pub const GENERATED: [&str; 2] = ["docs/cli.md", "docs/settings.md"];

pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README and all pages of the book, as paths from the repository's root, in alphabetical order.
pub fn pages() -> Vec<String> {
    let mut pages = vec!["README.md".to_string()];
    for entry in fs::read_dir(repository().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            pages.push(format!("docs/{name}"));
        }
    }
    pages.sort();
    pages
}

pub fn read(page: &str) -> String {
    let path: PathBuf = repository().join(page);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// What is to be done about pages that do not match the program.
#[derive(Clone, Copy, PartialEq)]
pub enum Update {
    /// Report them as failures.
    Nothing,
    /// Rewrite what is stale: `UPDATE_DOCS=1`.
    Stale,
    /// Rewrite all output that pages show, so that its values are new too: `UPDATE_DOCS=all`.
    All,
}

pub fn update() -> Update {
    match std::env::var("UPDATE_DOCS").as_deref() {
        Ok("1") => Update::Stale,
        Ok("all") => Update::All,
        _ => Update::Nothing,
    }
}

/// Compares `text` with what `page` holds, or writes it there when updating.
#[track_caller]
pub fn check_or_write(page: &str, text: &str) {
    check_or_write_if(page, text, |current, text| current == text);
}

/// As [`check_or_write`], for a page that matches the program if `matches` says so of both texts.
#[track_caller]
pub fn check_or_write_if(page: &str, text: &str, matches: impl Fn(&str, &str) -> bool) {
    let path = repository().join(page);
    let current = fs::read_to_string(&path).unwrap_or_default();
    if current == text || update() != Update::All && matches(&current, text) {
        return;
    }
    assert!(
        update() != Update::Nothing,
        "{page} is stale; run: UPDATE_DOCS=1 cargo test --test docs\n{}",
        first_difference(&current, text)
    );
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn first_difference(current: &str, wanted: &str) -> String {
    let different = |(_, (current, wanted)): &(usize, (&str, &str))| current != wanted;
    match current.lines().zip(wanted.lines()).enumerate().find(different) {
        Some((line, (current, wanted))) => format!("line {}: {current:?} should be {wanted:?}", line + 1),
        None => "the lengths differ".to_string(),
    }
}
