//! The meanings of lines, which the style sheet gives their colours.

use plotters::style::RGBColor;

/// What a line means, and so its colour: a name in the style sheet, so that light, dark and paper each have their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
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
}

impl Ink {
    const ALL: [Self; 10] = [
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
