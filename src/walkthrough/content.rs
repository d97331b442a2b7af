//! What slides are made of: the same for the terminal, JSON and the page.

use serde::{Serialize, Serializer};

/// One slide.
#[derive(Debug, Clone, Serialize)]
pub struct Slide {
    /// The slide's number, from 1.
    pub number: usize,
    /// The slide's own title.
    pub title: &'static str,
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a slide.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// A paragraph.
    Text {
        text: String,
    },
    /// Lines of the slide's program.
    Code {
        lines: Vec<&'static str>,
    },
    /// A quantity of one of the iterations, counted from 1.
    Quantity {
        iteration: usize,
        name: String,
    },
    Table(Table),
    Curves(Curves),
    Images(Images),
    /// Addresses to read on at.
    Links {
        links: Vec<Link>,
    },
}

/// A table.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// Rows that a short version shows; all if empty.
    #[serde(skip)]
    pub selected: Vec<usize>,
    /// Whether it counts rows by true and predicted class.
    #[serde(skip)]
    pub is_confusion_matrix: bool,
}

/// A cell of a table: a text, or a number with the digits to show. JSON has the number with all digits.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number { value: f64, shown: String },
}

/// Curves over epochs.
#[derive(Debug, Clone, Serialize)]
pub struct Curves {
    pub title: String,
    /// Whether the values are fractions, shown in percent.
    pub is_fraction: bool,
    pub series: Vec<Series>,
}

/// A curve.
#[derive(Debug, Clone, Serialize)]
pub struct Series {
    pub name: String,
    pub role: Role,
    /// Epoch and value.
    pub points: Vec<(usize, f64)>,
}

/// What a curve stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Training,
    Validation,
    Rate,
    /// One of several trainings, counted from 0.
    Run(usize),
}

/// Images of one shape.
#[derive(Debug, Clone, Serialize)]
pub struct Images {
    pub caption: String,
    pub height: usize,
    pub width: usize,
    /// 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    pub images: Vec<Picture>,
}

/// One image.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    pub label: String,
    /// `[height * width * channels]`, from 0 to 1.
    pub pixels: Vec<f32>,
    /// Whether a short version shows it.
    #[serde(skip)]
    pub is_selected: bool,
}

/// An address.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub address: &'static str,
    pub title: &'static str,
}

impl Slide {
    pub(super) fn new(number: usize, title: &'static str) -> Self {
        Self { number, title, blocks: Vec::new() }
    }

    pub(super) fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    pub(super) fn text(self, text: impl Into<String>) -> Self {
        self.with(Block::Text { text: text.into() })
    }

    pub(super) fn code(self, lines: &[&'static str]) -> Self {
        self.with(Block::Code { lines: lines.to_vec() })
    }
}

impl Table {
    pub(super) fn new(caption: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(ToString::to_string).collect();
        Self { caption: caption.into(), columns, rows: Vec::new(), selected: Vec::new(), is_confusion_matrix: false }
    }

    /// The rows of the short version, with their numbers.
    pub fn short(&self) -> impl Iterator<Item = (usize, &Vec<Cell>)> {
        let is_shown = |index: &usize| self.selected.is_empty() || self.selected.contains(index);
        self.rows.iter().enumerate().filter(move |(index, _)| is_shown(index))
    }
}

impl Cell {
    pub(super) fn number(value: f64, format: impl Fn(f64) -> String) -> Self {
        Self::Number { value, shown: format(value) }
    }

    pub(super) fn count(value: usize) -> Self {
        Self::Number { value: value as f64, shown: crate::format::count(value) }
    }

    /// A number that may be missing.
    pub(super) fn optional(value: Option<f64>, format: impl Fn(f64) -> String) -> Self {
        value.map_or_else(|| Self::Text("–".to_string()), |value| Self::number(value, format))
    }

    /// What people read.
    pub fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number { shown: text, .. } => text,
        }
    }

    /// Whether it is a number, to be aligned at the right.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number { .. })
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_string())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number { value, .. } if value.fract() == 0.0 && value.abs() < 1e15 => {
                serializer.serialize_i64(*value as i64)
            }
            Self::Number { value, .. } => serializer.serialize_f64(*value),
        }
    }
}
