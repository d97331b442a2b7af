//! Shows pages one by one on a terminal, and all in one go otherwise.

use std::io::{self, BufRead, IsTerminal};

use burn_mlp::Result;

use super::pages::Page;
use crate::cli::terminal::colour::dim;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::output::has_reader;

const PROMPT: &str = "Enter: next   b: back   a slide's number: there   q: quit";

/// Where to go from a page.
#[derive(Debug, PartialEq)]
enum Step {
    To(usize),
    Quit,
    /// What was typed means nothing.
    Stay,
}

pub fn show(pages: Vec<Page>, console: &mut Console) -> Result<()> {
    let is_interactive = io::stdin().is_terminal() && io::stdout().is_terminal() && pages.len() > 1;
    if is_interactive {
        return turn(&pages, &mut io::stdin().lock(), console);
    }
    for (index, page) in pages.iter().enumerate() {
        if index > 0 {
            console.result("\n");
        }
        console.result(page.lines.join("\n"));
    }
    Ok(())
}

/// Turns pages as `input` says, a line each.
fn turn(pages: &[Page], input: &mut impl BufRead, console: &mut Console) -> Result<()> {
    let mut current = 0;
    loop {
        console.result(format!("\n{}\n", pages[current].lines.join("\n")));
        console.result(dim(format!("slide {} of {}   {PROMPT}", pages[current].slide, pages[pages.len() - 1].slide)));
        current = loop {
            let mut line = String::new();
            let ended = input.read_line(&mut line).map_err(burn_mlp::Error::io("read", "standard input"))? == 0;
            match step(line.trim(), current, pages) {
                _ if ended || !has_reader() => return Ok(()),
                Step::Quit => return Ok(()),
                Step::To(page) => break page,
                Step::Stay => console.result(dim(PROMPT)),
            }
        };
    }
}

fn step(typed: &str, current: usize, pages: &[Page]) -> Step {
    match typed {
        "" | "n" if current + 1 == pages.len() => Step::Quit,
        "" | "n" => Step::To(current + 1),
        "b" => Step::To(current.saturating_sub(1)),
        "q" => Step::Quit,
        number => {
            let found =
                number.parse::<usize>().ok().and_then(|slide| pages.iter().position(|page| page.slide == slide));
            found.map_or(Step::Stay, Step::To)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_turns_the_page() {
        let pages: Vec<Page> = (1..=3).map(|slide| Page { slide, lines: Vec::new() }).collect();
        let to = |typed: &str, current: usize| step(typed, current, &pages);
        assert_eq!((to("", 0), to("", 2)), (Step::To(1), Step::Quit));
        assert_eq!((to("b", 2), to("b", 0), to("3", 0)), (Step::To(1), Step::To(0), Step::To(2)));
        assert_eq!((to("q", 0), to("4", 0), to("x", 1)), (Step::Quit, Step::Stay, Step::Stay));
    }
}
