//! The meanings of lines, which the style sheet gives their colours.

use plotters::style::RGBColor;

/// What a line means, and so its colour: a name in the style sheet, so that light, dark and paper each have their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Text,
    Grid,
    Train,
    Valid,
    Rate,
    Best,
    Reduced,
    Stopped,
    Bar,
    Ideal,
    RunA,
    RunB,
    RunC,
    RunD,
    RunE,
    RunF,
    RunG,
    RunH,
}

impl Ink {
    /// One for each run of a comparison, told apart by their dashes too.
    pub const RUNS: [Self; 8] =
        [Self::RunA, Self::RunB, Self::RunC, Self::RunD, Self::RunE, Self::RunF, Self::RunG, Self::RunH];

    const ALL: [Self; 18] = [
        Self::Text,
        Self::Grid,
        Self::Train,
        Self::Valid,
        Self::Rate,
        Self::Best,
        Self::Reduced,
        Self::Stopped,
        Self::Bar,
        Self::Ideal,
        Self::RunA,
        Self::RunB,
        Self::RunC,
        Self::RunD,
        Self::RunE,
        Self::RunF,
        Self::RunG,
        Self::RunH,
    ];

    /// The style sheet's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Grid => "grid",
            Self::Train => "train",
            Self::Valid => "valid",
            Self::Rate => "rate",
            Self::Best => "best",
            Self::Reduced => "reduced",
            Self::Stopped => "stopped",
            Self::Bar => "bar",
            Self::Ideal => "ideal",
            Self::RunA => "run-a",
            Self::RunB => "run-b",
            Self::RunC => "run-c",
            Self::RunD => "run-d",
            Self::RunE => "run-e",
            Self::RunF => "run-f",
            Self::RunG => "run-g",
            Self::RunH => "run-h",
        }
    }

    /// Stands for it while plotters draws.
    pub fn color(self) -> RGBColor {
        RGBColor(1, 1, self as u8)
    }

    /// `svg` with the style sheet's colours in place of those that stood for them.
    pub fn into_style(svg: String) -> String {
        Self::ALL.iter().fold(svg, |svg, ink| {
            let RGBColor(red, green, blue) = ink.color();
            svg.replace(&format!("#{red:02X}{green:02X}{blue:02X}"), &format!("var(--{})", ink.name()))
        })
    }
}
