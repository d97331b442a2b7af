//! Links and paths in the documentation.

use std::collections::BTreeSet;
use std::path::Path;

use super::pages::{pages, read, repository};

/// Further Markdown files whose links are checked.
const OTHER_FILES: [&str; 5] =
    ["CHANGELOG.md", "CONTRIBUTING.md", "artifacts/README.md", "benches/peers/README.md", "fuzz/README.md"];

/// What a path in backticks starts with if it means a file of the repository.
const FOLDERS: [&str; 10] =
    ["src/", "crates/", "tests/", "benches/", "examples/", "fuzz/", "configs/", "templates/", "docs/", ".ci/"];

fn all_files() -> Vec<String> {
    pages().into_iter().chain(OTHER_FILES.map(str::to_string)).collect()
}

/// The lines outside code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_block = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_block ^= fence;
        !in_block && !fence
    })
}

/// The targets of `[text](target)` in a line.
fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
}

/// A heading's anchor, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    let kept = |c: char| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => c.is_alphanumeric().then(|| c.to_ascii_lowercase()),
    };
    heading.trim_start_matches('#').trim().chars().filter_map(kept).collect()
}

fn has_anchor(page: &Path, wanted: &str) -> bool {
    let text = std::fs::read_to_string(page).unwrap();
    prose(&text).any(|line| line.starts_with('#') && anchor(line) == wanted)
}

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading() {
    let mut broken = Vec::new();
    for file in all_files() {
        let text = read(&file);
        let path = repository().join(&file);
        for target in prose(&text).flat_map(link_targets).filter(|target| !target.contains("://")) {
            let (linked, fragment) = target.split_once('#').unwrap_or((target, ""));
            let linked = if linked.is_empty() { path.clone() } else { path.parent().unwrap().join(linked) };
            if !linked.exists() || !fragment.is_empty() && !has_anchor(&linked, fragment) {
                broken.push(format!("{file}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_path_that_a_page_names_exists() {
    let mut missing = BTreeSet::new();
    for file in all_files() {
        let text = read(&file);
        let spans = prose(&text).flat_map(|line| line.split('`').skip(1).step_by(2));
        for span in spans.filter(|span| FOLDERS.iter().any(|folder| span.starts_with(folder))) {
            let path = span.split([' ', '#']).next().unwrap();
            if !repository().join(path).exists() {
                missing.insert(format!("{file}: {span}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_table_of_contents_lists_every_page() {
    let summary = read("docs/SUMMARY.md");
    let listed: BTreeSet<String> = prose(&summary).flat_map(link_targets).map(|page| format!("docs/{page}")).collect();
    let present: BTreeSet<String> =
        pages().into_iter().filter(|page| page.starts_with("docs/") && page != "docs/SUMMARY.md").collect();
    assert_eq!(listed, present);
}
