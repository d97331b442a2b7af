//! The walkthrough as pages for the terminal, one for each slide.

use burn_mlp::walkthrough::{Comparison, Slide, Walkthrough};

use super::blocks;
use super::wrap::wrapped;
use crate::cli::terminal::colour::{bold, dim, green, yellow};

/// A page of the terminal.
pub struct Page {
    /// The slide's number.
    pub slide: usize,
    pub lines: Vec<String>,
}

/// Returns a page for each slide. The first begins with what is shown, the last ends with how well both computations
/// agree.
pub fn pages(walkthrough: &Walkthrough) -> Vec<Page> {
    let mut pages: Vec<Page> = walkthrough
        .slides
        .iter()
        .map(|slide| Page { slide: slide.number, lines: slide_lines(walkthrough, slide) })
        .collect();
    if let Some(first) = pages.first_mut() {
        first.lines.splice(0..0, heading(walkthrough));
    }
    if let (Some(last), Some(comparison)) = (pages.last_mut(), &walkthrough.comparison) {
        last.lines.push(String::new());
        last.lines.extend(verdict(comparison));
    }
    pages
}

fn heading(walkthrough: &Walkthrough) -> Vec<String> {
    let name = |sizes: &[usize]| sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("-");
    let (small, trained) = (name(&walkthrough.network), name(&walkthrough.trained_network));
    let networks = match small == trained {
        true => small,
        false => format!("{small} in slides 1 to 6, {trained} in slides 7 to 14"),
    };
    let mut lines = vec![
        format!("data     {}", walkthrough.source),
        format!("network  {networks}"),
        format!("backend  {}, seed {}", walkthrough.backend, walkthrough.seed),
    ];
    for note in &walkthrough.notes {
        lines.extend(wrapped(&format!("note     {note}")).iter().map(yellow));
    }
    lines.push(String::new());
    lines
}

fn slide_lines(walkthrough: &Walkthrough, slide: &Slide) -> Vec<String> {
    let mut lines = vec![bold(format!("Slide {}: {}", slide.number, slide.title))];
    for block in &slide.blocks {
        lines.push(String::new());
        lines.extend(blocks::lines(walkthrough, block));
    }
    lines
}

fn verdict(comparison: &Comparison) -> Vec<String> {
    let Comparison { worst, largest_relative_difference, tolerance, entries, .. } = comparison;
    let numbers = burn_mlp::format::count(*entries);
    let text = format!(
        "{numbers} numbers were computed twice, by the slides' formulas in 64 bits and by Burn in 32 bits. The largest \
         difference is {largest_relative_difference:.1e} of its matrix's largest entry, in {worst}; at most {tolerance:e} is \
         allowed."
    );
    let lines = wrapped(&text);
    match comparison.passes {
        true => lines.iter().map(green).collect(),
        false => lines.iter().map(yellow).chain([dim("The command fails.")]).collect(),
    }
}
