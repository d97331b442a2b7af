//! Charts as inline SVG, for every page.
//!
//! A [`Chart`] holds what `templates/shared/chart.html` draws, in units of the drawing, which is
//! scaled to the width of its column. Lines, dots and bars are given as values and placed on the
//! chart's axes. [`EpochCurves`] makes the most common chart, of values over epochs.

mod axis;
mod epoch_curves;
mod palette;
mod svg_chart;
mod thinning;

pub(crate) use axis::Axis;
pub(crate) use epoch_curves::{EpochCurves, Series};
pub(crate) use palette::SeriesStyle;
pub(crate) use svg_chart::Chart;
pub(crate) use thinning::thin;
