//! A chart: axes and lines by plotters, with places that tell their values to a pointer, a finger or the keyboard.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, ValueFormatter};
use plotters::prelude::*;

use super::axis::Axis;
use super::ink::Ink;
use crate::{Error, Result};

/// Units of a chart's drawing; it is shown at the width that there is.
const SIZE: (u32, u32) = (480, 300);
/// 14 units: the SVG backend divides by this number.
const LETTERS: f64 = 14.0 * 1.24;
const LEFT: u32 = 62;
const BELOW: u32 = 50;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// What can be drawn on.
pub(crate) type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let share = (value - self.low) / (self.high - self.low);
        from + (share * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format(tick: &f64) -> String {
        tick.to_string()
    }

    fn format_ext(&self, tick: &f64) -> String {
        self.text(*tick)
    }
}

/// How a drawing ended.
pub(crate) type Drawn = std::result::Result<(), String>;

/// A drawing and where in it the values are.
#[derive(Debug)]
pub(crate) struct Chart {
    /// For assistive technology: what is drawn, in a sentence.
    pub description: String,
    /// What is within the `svg` element.
    pub drawing: String,
    pub width: u32,
    pub height: u32,
    /// Of the values' area in the whole, in percent.
    pub left: f64,
    pub top: f64,
    pub inner_width: f64,
    pub inner_height: f64,
    pub places: Vec<Place>,
}

/// A column of a chart that tells its values.
#[derive(Debug, PartialEq)]
pub(crate) struct Place {
    /// Of the values' area, in percent.
    pub left: f64,
    pub width: f64,
    pub lines: Vec<String>,
}

impl Place {
    /// From `low` to `high` on `axis`.
    pub fn new(axis: &Axis, low: f64, high: f64, lines: Vec<String>) -> Self {
        let share = |value: f64| 100.0 * (value - axis.low) / (axis.high - axis.low);
        Self { left: share(low), width: share(high) - share(low), lines }
    }

    /// Whether what it tells has more room to its left.
    pub fn is_right(&self) -> bool {
        self.left + self.width / 2.0 > 50.0
    }
}

/// Draws `content` on axes. `x_name` stands below the horizontal axis.
pub(crate) fn draw(
    x: &Axis,
    y: &Axis,
    x_name: &str,
    description: String,
    places: Vec<Place>,
    content: impl FnOnce(&mut Plot) -> Drawn,
) -> Result<Chart> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
    let drawn = draw_on(&area, x, y, x_name, content);
    drop(area);
    let (columns, rows) = drawn.map_err(|reason| Error::data("the report", format!("a chart failed: {reason}")))?;
    let percent = |part: i32, whole: u32| 100.0 * f64::from(part) / f64::from(whole);
    Ok(Chart {
        description,
        drawing: Ink::into_style(inner(&svg).to_string()),
        width: SIZE.0,
        height: SIZE.1,
        left: percent(columns.start, SIZE.0),
        top: percent(rows.start, SIZE.1),
        inner_width: percent(columns.end - columns.start, SIZE.0),
        inner_height: percent(rows.end - rows.start, SIZE.1),
        places,
    })
}

type Pixels = (Range<i32>, Range<i32>);

fn draw_on(
    area: &Area,
    x: &Axis,
    y: &Axis,
    x_name: &str,
    content: impl FnOnce(&mut Plot) -> Drawn,
) -> std::result::Result<Pixels, String> {
    let mut plot = ChartBuilder::on(area)
        .margin_top(10)
        .margin_right(26)
        .x_label_area_size(BELOW)
        .y_label_area_size(LEFT)
        .build_cartesian_2d(x.clone(), y.clone())
        .map_err(|error| error.to_string())?;
    let letters = ("system-ui, sans-serif", LETTERS).into_font().color(&Ink::Text.color());
    plot.configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(Ink::Grid.color())
        .axis_style(Ink::Grid.color())
        .label_style(letters.clone())
        .axis_desc_style(letters)
        .x_desc(x_name)
        .draw()
        .map_err(|error| error.to_string())?;
    content(&mut plot)?;
    let pixels = plot.plotting_area().get_pixel_range();
    area.present().map_err(|error| error.to_string())?;
    Ok(pixels)
}

/// A line through `points`, broken where there is none; a point with no neighbour is a dot.
pub(crate) fn line(plot: &mut Plot, points: impl IntoIterator<Item = Option<(f64, f64)>>, ink: Ink) -> Drawn {
    let points: Vec<Option<(f64, f64)>> = points.into_iter().collect();
    for run in points.split(Option::is_none).filter(|run| !run.is_empty()) {
        let run: Vec<(f64, f64)> = run.iter().flatten().copied().collect();
        let drawn = match run.as_slice() {
            &[point] => plot.draw_series([Circle::new(point, 3, ink.color().filled())]).map(drop),
            _ => plot.draw_series([PathElement::new(run, ink.color().stroke_width(2))]).map(drop),
        };
        drawn.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// A vertical line over the whole height at `position`.
pub(crate) fn upright(plot: &mut Plot, y: &Axis, position: f64, ink: Ink) -> Drawn {
    line(plot, [Some((position, y.low)), Some((position, y.high))], ink)
}

/// A filled rectangle between two corners.
pub(crate) fn bar(plot: &mut Plot, corners: [(f64, f64); 2], ink: Ink) -> Drawn {
    let drawn = plot.draw_series([Rectangle::new(corners, ink.color().filled())]);
    drawn.map(drop).map_err(|error| error.to_string())
}

/// What is between the outermost tags.
fn inner(svg: &str) -> &str {
    let start = svg.find('>').map_or(0, |end| end + 1);
    let end = svg.rfind("</svg>").unwrap_or(svg.len());
    svg.get(start..end).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let axis = Axis::unit();
        let points = [Some((0.0, 0.0)), Some((0.5, 1.0)), None, Some((1.0, 0.5))];
        draw(&axis, &axis, "x", "a test".into(), Vec::new(), |plot| line(plot, points, Ink::Train)).unwrap()
    }

    #[test]
    fn colours_are_those_of_the_style_sheet() {
        let drawing = chart().drawing;
        assert!(drawing.contains("stroke=\"var(--train)\"") && drawing.contains("fill=\"var(--text)\""), "{drawing}");
        assert!(!drawing.contains('#'), "{drawing}");
    }

    #[test]
    fn a_value_is_drawn_where_the_area_of_values_says() {
        let chart = chart();
        let (left, top) = (chart.left * 4.8, chart.top * 3.0);
        let (right, bottom) = (left + chart.inner_width * 4.8, top + chart.inner_height * 3.0);
        // From the lower left to the middle of the upper edge; the last pixel of each range is the highest value's.
        let points = format!("{left:.0},{:.0} {:.0},{top:.0} ", bottom - 1.0, left + (right - left - 1.0) / 2.0);
        assert!(chart.drawing.contains(&format!("points=\"{points}\"")), "{points} in {}", chart.drawing);
        assert!(chart.drawing.contains(&format!("cx=\"{:.0}\"", right - 1.0)), "{}", chart.drawing);
    }

    #[test]
    fn a_place_covers_its_part_of_the_axis() {
        let place = Place::new(&Axis::of_epochs(1, 4), 1.5, 2.5, Vec::new());
        assert_eq!((place.left, place.width, place.is_right()), (25.0, 25.0, false));
    }
}
