//! The parts of a slide, ready for the template.

use super::super::content::{Curves, Images, Link, Role, Table};
use super::super::{Block, Slide, Walkthrough};
use super::matrix::MatrixView;
use crate::error::Result;
use crate::format::{loss, percent, rate};
use crate::report::chart::{Chart, EpochCurves, Series, SeriesStyle};
use crate::report::png_image;

pub(super) enum BlockView {
    /// Words and, at odd places, code.
    Text(Vec<String>),
    Code(Vec<&'static str>),
    Quantity(MatrixView),
    Table(TableView),
    Curves(Box<CurvesView>),
    Images(ImagesView),
    Links(Vec<Link>),
}

/// A table with the class of each cell.
pub(super) struct TableView {
    pub caption: String,
    pub columns: Vec<HeaderView>,
    pub rows: Vec<Vec<TableCell>>,
    pub is_confusion_matrix: bool,
}

pub(super) struct HeaderView {
    pub name: String,
    pub is_number: bool,
}

pub(super) struct TableCell {
    pub text: String,
    pub is_number: bool,
    /// "correct" or "wrong" in a confusion matrix.
    pub class: &'static str,
    /// The share of the row, in percent.
    pub heat: usize,
}

pub(super) struct CurvesView {
    pub id: String,
    pub title: String,
    /// `None` without a finite value.
    pub chart: Option<Chart>,
    pub legend: Vec<(SeriesStyle, String)>,
}

pub(super) struct ImagesView {
    pub caption: String,
    /// Labels, each with the data URIs of its images.
    pub groups: Vec<(String, Vec<String>)>,
}

/// Returns the views of a slide's blocks.
pub(super) fn views(walkthrough: &Walkthrough, slide: &Slide) -> Result<Vec<BlockView>> {
    let mut views = Vec::new();
    for (index, block) in slide.blocks.iter().enumerate() {
        views.push(match block {
            Block::Text { text } => BlockView::Text(text.split('`').map(str::to_string).collect()),
            Block::Code { lines } => BlockView::Code(lines.clone()),
            Block::Quantity { iteration, name } => {
                let iteration = walkthrough.iterations.iter().find(|it| it.number == *iteration);
                let Some(quantity) = iteration.and_then(|iteration| iteration.find(name)) else { continue };
                BlockView::Quantity(MatrixView::new(quantity))
            }
            Block::Table(table) => BlockView::Table(TableView::new(table)),
            Block::Curves(curves) => {
                BlockView::Curves(Box::new(CurvesView::new(curves, format!("s{}-{index}", slide.number))))
            }
            Block::Images(images) => BlockView::Images(ImagesView::new(images)?),
            Block::Links { links } => BlockView::Links(links.clone()),
        });
    }
    Ok(views)
}

impl TableView {
    fn new(table: &Table) -> Self {
        let is_number =
            |column: usize| table.rows.iter().any(|row| row.get(column).is_some_and(|cell| cell.is_number()));
        let columns = table.columns.iter().enumerate();
        Self {
            caption: table.caption.clone(),
            columns: columns
                .map(|(column, name)| HeaderView { name: name.clone(), is_number: is_number(column) })
                .collect(),
            rows: (0..table.rows.len()).map(|row| cells(table, row)).collect(),
            is_confusion_matrix: table.is_confusion_matrix,
        }
    }
}

fn cells(table: &Table, row: usize) -> Vec<TableCell> {
    use super::super::content::Cell;
    let value = |cell: &Cell| if let Cell::Number { value, .. } = cell { *value } else { 0.0 };
    let total: f64 = table.rows[row].iter().map(value).sum();
    let cell = |(column, cell): (usize, &Cell)| {
        let share = if total > 0.0 { value(cell) / total } else { 0.0 };
        let is_counted = table.is_confusion_matrix && cell.is_number() && value(cell) > 0.0;
        TableCell {
            text: cell.shown().to_string(),
            is_number: cell.is_number(),
            class: match is_counted {
                // The first column holds the names.
                true if column == row + 1 => "correct",
                true => "wrong",
                false => "",
            },
            heat: (20.0 + 80.0 * share).round() as usize,
        }
    };
    table.rows[row].iter().enumerate().map(cell).collect()
}

impl CurvesView {
    fn new(curves: &Curves, id: String) -> Self {
        let style = |role: Role| match role {
            Role::Training => SeriesStyle::TRAIN,
            Role::Validation => SeriesStyle::VALID,
            Role::Rate => SeriesStyle::LEARNING_RATE,
            Role::Run(index) => SeriesStyle::RUNS[index % SeriesStyle::RUNS.len()],
        };
        let is_rate = curves.series.iter().any(|series| series.role == Role::Rate);
        let series = curves.series.iter().map(|series| Series {
            name: if is_rate { String::new() } else { series.name.clone() },
            style: style(series.role),
            values: series.points.iter().map(|&(epoch, value)| (epoch, Some(value))).collect(),
            best_epoch: None,
        });
        let format: fn(f64) -> String = if is_rate {
            rate
        } else if curves.is_fraction {
            percent
        } else {
            loss
        };
        let lines = EpochCurves {
            title: curves.title.clone(),
            format,
            is_fraction: curves.is_fraction,
            is_stepped: is_rate,
            series: series.collect(),
        };
        Self {
            id,
            title: curves.title.clone(),
            chart: lines.chart(|_| Vec::new()),
            legend: curves.series.iter().map(|series| (style(series.role), series.name.clone())).collect(),
        }
    }
}

impl ImagesView {
    fn new(images: &Images) -> Result<Self> {
        let shape = [images.height, images.width, images.channels];
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for picture in &images.images {
            let uri = png_image::scaled(&picture.pixels, shape, (0.0, 1.0))?;
            match groups.last_mut() {
                Some((label, uris)) if *label == picture.label => uris.push(uri),
                _ => groups.push((picture.label.clone(), vec![uri])),
            }
        }
        Ok(Self { caption: images.caption.clone(), groups })
    }
}
