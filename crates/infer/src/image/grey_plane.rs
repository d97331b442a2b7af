//! Finds the border and the ink of a grey image.

use std::ops::Range;

/// Minimum difference from the background at which a pixel counts as ink and not as noise.
const MIN_INK: u8 = 13; // 5 %

/// Grey pixels `[height, width]`, row-major.
#[derive(Debug, Clone, Copy)]
pub struct GreyPlane<'a> {
    pub pixels: &'a [u8],
    pub height: usize,
    pub width: usize,
}

impl GreyPlane<'_> {
    /// The outermost pixels, sorted by brightness.
    pub fn border(&self) -> Vec<u8> {
        let mut border = Vec::with_capacity(2 * (self.height + self.width));
        for (y, row) in self.pixels.chunks_exact(self.width.max(1)).enumerate() {
            match (y == 0 || y + 1 == self.height, row) {
                (false, [first, .., last]) => border.extend([first, last]),
                _ => border.extend(row),
            }
        }
        border.sort_unstable();
        border
    }

    /// The rows and columns that hold all ink on `background`; `None` if there is no ink.
    pub fn ink(&self, background: u8) -> Option<(Range<usize>, Range<usize>)> {
        let inked = |index: &usize| self.pixels[*index].abs_diff(background) >= MIN_INK;
        let indices = || (0..self.height * self.width).filter(inked);
        let rows = indices().next()? / self.width..indices().next_back()? / self.width + 1;
        let columns = indices().map(|index| index % self.width);
        let columns = columns.fold(self.width..0, |range, x| range.start.min(x)..range.end.max(x + 1));
        Some((rows, columns))
    }

    /// Row and column of the ink's centre of mass, counted from the first pixel's centre as in MNIST's description. A pixel
    /// weighs as much as it differs from `background`. `None` if nothing differs.
    pub fn centre_of_mass(&self, background: u8) -> Option<(f64, f64)> {
        let (mut mass, mut rows, mut columns) = (0.0, 0.0, 0.0);
        for (index, pixel) in self.pixels.iter().enumerate() {
            let weight = f64::from(pixel.abs_diff(background));
            mass += weight;
            rows += weight * (index / self.width) as f64;
            columns += weight * (index % self.width) as f64;
        }
        (mass > 0.0).then(|| (rows / mass, columns / mass))
    }
}

/// The median of sorted values, the upper of the middle two for an even number; 0 without values.
pub fn median(sorted: &[u8]) -> u8 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stroke of two pixels in the second row of a frame of 3x4.
    const STROKE: GreyPlane<'_> = GreyPlane { pixels: &[1, 1, 1, 1, 2, 200, 90, 3, 1, 1, 1, 1], height: 3, width: 4 };

    #[test]
    fn the_border_is_the_outermost_pixels() {
        assert_eq!(STROKE.border(), [1, 1, 1, 1, 1, 1, 1, 1, 2, 3]);
        assert_eq!(GreyPlane { pixels: &[5, 4], height: 1, width: 2 }.border(), [4, 5]);
    }

    #[test]
    fn ink_is_what_differs_from_the_background() {
        assert_eq!(STROKE.ink(1), Some((1..2, 1..3)));
        assert_eq!(STROKE.ink(200), Some((0..3, 0..4)));
        let blank = GreyPlane { pixels: &[9; 12], height: 3, width: 4 };
        assert_eq!((blank.ink(9), blank.centre_of_mass(9)), (None, None));
    }

    #[test]
    fn the_centre_of_mass_lies_nearer_to_the_heavier_pixel() {
        let pair = GreyPlane { pixels: &[0, 30, 10, 0, 0, 0], height: 2, width: 3 };
        assert_eq!(pair.centre_of_mass(0), Some((0.0, 1.25)));
    }
}
