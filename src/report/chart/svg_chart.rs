//! A chart as the template draws it.

use super::axis::Axis;
use super::palette::SeriesStyle;

/// The drawing and, inside of it, the plot area between the axes. Labels need the space around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

const LAYOUT: Layout = Layout { width: 480.0, height: 300.0, left: 62.0, right: 454.0, top: 10.0, bottom: 250.0 };

impl Layout {
    /// The left edge of the plot area, in percent of the drawing's width.
    pub fn left_percent(&self) -> f64 {
        100.0 * self.left / self.width
    }

    /// The top edge of the plot area, in percent of the drawing's height.
    pub fn top_percent(&self) -> f64 {
        100.0 * self.top / self.height
    }

    /// The width of the plot area, in percent of the drawing's width.
    pub fn width_percent(&self) -> f64 {
        100.0 * (self.right - self.left) / self.width
    }

    /// The height of the plot area, in percent of the drawing's height.
    pub fn height_percent(&self) -> f64 {
        100.0 * (self.bottom - self.top) / self.height
    }

    /// The horizontal position at a fraction of the plot area's width.
    fn x_at(&self, fraction: f64) -> f64 {
        self.left + fraction * (self.right - self.left)
    }

    /// The vertical position at a fraction of the plot area's height; SVG counts downwards.
    fn y_at(&self, fraction: f64) -> f64 {
        self.bottom - fraction * (self.bottom - self.top)
    }
}

/// A chart, ready to be drawn.
#[derive(Debug)]
pub(crate) struct Chart {
    pub layout: Layout,
    /// One sentence that describes the chart to assistive technology.
    pub description: String,
    pub x_name: &'static str,
    /// Whether the vertical axis is logarithmic.
    pub is_logarithmic: bool,
    pub x_ticks: Vec<Tick>,
    pub y_ticks: Vec<Tick>,
    pub bars: Vec<Bar>,
    /// Vertical lines over the whole height.
    pub rules: Vec<Rule>,
    pub lines: Vec<Polyline>,
    pub dots: Vec<Dot>,
    pub tooltips: Vec<Tooltip>,
    x: Axis,
    y: Axis,
}

/// A labelled position on an axis.
#[derive(Debug)]
pub(crate) struct Tick {
    pub position: f64,
    pub label: String,
}

#[derive(Debug)]
pub(crate) struct Bar {
    pub style: SeriesStyle,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub style: SeriesStyle,
    pub x: f64,
}

#[derive(Debug)]
pub(crate) struct Polyline {
    pub style: SeriesStyle,
    /// As in SVG: `x,y x,y ...`.
    pub points: String,
}

#[derive(Debug)]
pub(crate) struct Dot {
    pub style: SeriesStyle,
    pub x: f64,
    pub y: f64,
}

/// The values behind a column of the plot area, shown while the column is hovered or focused.
#[derive(Debug, PartialEq)]
pub(crate) struct Tooltip {
    /// Left edge and width of the column, in percent of the plot area.
    pub left: f64,
    pub width: f64,
    pub lines: Vec<String>,
}

impl Tooltip {
    /// Whether there is more space on the left of the column.
    pub fn opens_left(&self) -> bool {
        self.left + self.width / 2.0 > 50.0
    }
}

impl Chart {
    /// Creates an empty chart with `x_name` below its horizontal axis.
    pub fn new(x: Axis, y: Axis, x_name: &'static str, description: String) -> Self {
        let ticks = |axis: &Axis, place: fn(&Layout, f64) -> f64| -> Vec<Tick> {
            axis.ticks().map(|(fraction, label)| Tick { position: place(&LAYOUT, fraction), label }).collect()
        };
        Self {
            layout: LAYOUT,
            description,
            x_name,
            is_logarithmic: y.is_logarithmic(),
            x_ticks: ticks(&x, Layout::x_at),
            y_ticks: ticks(&y, Layout::y_at),
            bars: Vec::new(),
            rules: Vec::new(),
            lines: Vec::new(),
            dots: Vec::new(),
            tooltips: Vec::new(),
            x,
            y,
        }
    }

    /// Adds a line through `points`, in values of the axes. A value that has no place on its axis,
    /// such as NaN, leaves a gap; a point without neighbours becomes a dot.
    pub fn add_line(&mut self, style: SeriesStyle, points: &[(f64, f64)]) {
        let placed: Vec<Option<(f64, f64)>> = points.iter().map(|&point| self.place(point)).collect();
        for segment in placed.split(Option::is_none) {
            match segment {
                [] => (),
                [point] => self.dots.extend(point.map(|(x, y)| Dot { style, x, y })),
                segment => {
                    let points = segment.iter().flatten().map(|(x, y)| format!("{x:.1},{y:.1}"));
                    self.lines.push(Polyline { style, points: points.collect::<Vec<_>>().join(" ") });
                }
            }
        }
    }

    /// Adds a dot at `point`, unless a value of it has no place on its axis.
    pub fn add_dot(&mut self, style: SeriesStyle, point: (f64, f64)) {
        self.dots.extend(self.place(point).map(|(x, y)| Dot { style, x, y }));
    }

    /// Adds a vertical line over the whole height at the value `x`.
    pub fn add_rule(&mut self, style: SeriesStyle, x: f64) {
        self.rules.extend(self.x.fraction(x).map(|fraction| Rule { style, x: self.layout.x_at(fraction) }));
    }

    /// Adds a bar from the bottom up to the value `y`, between the values `from` and `to`.
    pub fn add_bar(&mut self, style: SeriesStyle, from: f64, to: f64, y: f64) {
        if let (Some((x, top)), Some((end, _))) = (self.place((from, y)), self.place((to, y))) {
            self.bars.push(Bar { style, x, y: top, width: end - x, height: self.layout.bottom - top });
        }
    }

    /// Adds a tooltip for the column between the values `from` and `to`.
    pub fn add_tooltip(&mut self, from: f64, to: f64, lines: Vec<String>) {
        if let (Some(start), Some(end)) = (self.x.fraction(from), self.x.fraction(to)) {
            self.tooltips.push(Tooltip { left: 100.0 * start, width: 100.0 * (end - start), lines });
        }
    }

    fn place(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        Some((self.layout.x_at(self.x.fraction(x)?), self.layout.y_at(self.y.fraction(y)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        Chart::new(Axis::zero_to_one(), Axis::zero_to_one(), "x", "a test".into())
    }

    #[test]
    fn values_are_placed_between_the_edges_of_the_plot_area() {
        let mut chart = chart();
        chart.add_line(SeriesStyle::TRAIN, &[(0.0, 0.0), (0.5, 1.0), (1.0, 0.25)]);
        assert_eq!(chart.lines[0].points, "62.0,250.0 258.0,10.0 454.0,190.0");
    }

    #[test]
    fn a_value_without_a_place_leaves_a_gap_and_a_lonely_point_is_a_dot() {
        let mut chart = chart();
        chart.add_line(SeriesStyle::TRAIN, &[(0.0, 0.0), (0.5, 1.0), (0.7, f64::NAN), (1.0, 0.5)]);
        assert_eq!((chart.lines.len(), chart.dots.len()), (1, 1));
        assert_eq!((chart.dots[0].x, chart.dots[0].y), (454.0, 130.0));
    }

    #[test]
    fn a_bar_stands_on_the_horizontal_axis() {
        let mut chart = chart();
        chart.add_bar(SeriesStyle::ACCURACY, 0.25, 0.5, 0.5);
        let bar = &chart.bars[0];
        assert_eq!((bar.x, bar.y, bar.width, bar.height), (160.0, 130.0, 98.0, 120.0));
    }

    #[test]
    fn a_tooltip_covers_its_part_of_the_axis() {
        let mut chart = Chart::new(Axis::epochs(1, 4), Axis::zero_to_one(), "epoch", "a test".into());
        chart.add_tooltip(1.5, 2.5, Vec::new());
        let tooltip = &chart.tooltips[0];
        assert_eq!((tooltip.left, tooltip.width, tooltip.opens_left()), (25.0, 25.0, false));
    }
}
