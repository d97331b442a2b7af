//! The page: one HTML file with pictures, where one steps through an iteration. Without scripts it shows every step, one
//! below the other.

mod blocks;
mod diagram;
mod explanations;
mod matrix;
mod steps;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use burn_mlp_infer::sha256_hex;

use super::Walkthrough;
use crate::format::count;
use crate::{Error, Result};
use blocks::BlockView;
use diagram::Diagram;
use explanations::explanations;
use steps::{StepGroup, step_groups};

const SCRIPT: &str = include_str!("../../../templates/walkthrough/page.js");

/// The whole page.
#[derive(Template)]
#[template(path = "walkthrough/page.html", whitespace = "minimize")]
struct Page {
    source: String,
    networks: String,
    backend: String,
    seed: u64,
    /// "3,412 numbers computed twice: the largest difference is ...".
    verdict: Option<String>,
    passes: bool,
    notes: Vec<String>,
    slides: Vec<SlideView>,
    /// The steps of slides 2 to 6; empty without iterations.
    groups: Vec<StepGroup>,
    /// The network of slides 2 to 6 with the numbers of the batch's first row.
    diagram: Option<Diagram>,
    iterations: usize,
    script: &'static str,
    script_hash: String,
    /// Where each entry comes from, as JSON.
    explanations: String,
}

/// A slide.
struct SlideView {
    number: usize,
    title: &'static str,
    blocks: Vec<BlockView>,
    /// Whether its steps are shown among those of an iteration.
    has_steps: bool,
    /// Whether the steps of an iteration begin here.
    begins_steps: bool,
}

/// Renders the page.
///
/// # Errors
/// If an image cannot be encoded.
pub fn html(walkthrough: &Walkthrough) -> Result<String> {
    let failed = |problem: &dyn std::fmt::Display| Error::data("the page", format!("cannot be rendered: {problem}"));
    let page = Page {
        source: walkthrough.source.clone(),
        networks: networks(walkthrough),
        backend: walkthrough.backend.clone(),
        seed: walkthrough.seed,
        verdict: walkthrough.comparison.as_ref().map(|comparison| {
            format!(
                "{} numbers, each computed twice: the largest difference is {:.1e} of its matrix's largest entry, in {}.",
                count(comparison.entries),
                comparison.largest_relative_difference,
                comparison.worst
            )
        }),
        passes: walkthrough.comparison.as_ref().is_none_or(|comparison| comparison.passes),
        notes: walkthrough.notes.clone(),
        slides: slides(walkthrough)?,
        groups: step_groups(walkthrough)?,
        diagram: Diagram::new(walkthrough)?,
        iterations: walkthrough.iterations.len(),
        script: SCRIPT,
        script_hash: hash(SCRIPT).map_err(|problem| failed(&problem))?,
        explanations: explanations(walkthrough).map_err(|problem| failed(&problem))?,
    };
    page.render().map_err(|problem| failed(&problem))
}

fn networks(walkthrough: &Walkthrough) -> String {
    let name = |sizes: &[usize]| sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("-");
    let (small, trained) = (name(&walkthrough.network), name(&walkthrough.trained_network));
    match small == trained {
        true => small,
        false => format!("{small} in slides 1 to 6, {trained} in slides 7 to 14"),
    }
}

fn slides(walkthrough: &Walkthrough) -> Result<Vec<SlideView>> {
    let mut begun = false;
    let mut slides = Vec::new();
    for slide in &walkthrough.slides {
        let has_steps = (2..=6).contains(&slide.number) && !walkthrough.iterations.is_empty();
        let begins_steps = has_steps && !begun;
        begun |= has_steps;
        let blocks = match has_steps {
            true => Vec::new(),
            false => blocks::views(walkthrough, slide)?,
        };
        slides.push(SlideView { number: slide.number, title: slide.title, blocks, has_steps, begins_steps });
    }
    Ok(slides)
}

/// The hash by which the page's policy allows its own script and no other.
fn hash(script: &str) -> std::result::Result<String, std::num::ParseIntError> {
    let hex = sha256_hex(script.as_bytes());
    let byte = |index: usize| u8::from_str_radix(&hex[index..index + 2], 16);
    let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect::<std::result::Result<_, _>>()?;
    Ok(STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests;
