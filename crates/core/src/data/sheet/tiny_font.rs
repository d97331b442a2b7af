//! A bitmap font of 3 x 5 squares for labels on images.

use image::{Rgb, RgbImage};

/// Side of a square in pixels.
const SCALE: usize = 2;
/// Height of a line in pixels.
pub(super) const HEIGHT: usize = 5 * SCALE;
/// Distance from one character to the next, in pixels.
const ADVANCE: usize = 4 * SCALE;

/// Rows of each character from the top, one octal digit each, whose bits are the squares from the
/// left.
const GLYPHS: [(char, u16); 54] = [
    (' ', 0),
    ('0', 0o75557),
    ('1', 0o26227),
    ('2', 0o71747),
    ('3', 0o71717),
    ('4', 0o55711),
    ('5', 0o74717),
    ('6', 0o74757),
    ('7', 0o71122),
    ('8', 0o75757),
    ('9', 0o75717),
    ('A', 0o25755),
    ('B', 0o65656),
    ('C', 0o34443),
    ('D', 0o65556),
    ('E', 0o74647),
    ('F', 0o74644),
    ('G', 0o34553),
    ('H', 0o55755),
    ('I', 0o72227),
    ('J', 0o11152),
    ('K', 0o55655),
    ('L', 0o44447),
    ('M', 0o57755),
    ('N', 0o65555),
    ('O', 0o25552),
    ('P', 0o65644),
    ('Q', 0o25563),
    ('R', 0o65655),
    ('S', 0o34216),
    ('T', 0o72222),
    ('U', 0o55557),
    ('V', 0o55552),
    ('W', 0o55775),
    ('X', 0o55255),
    ('Y', 0o55222),
    ('Z', 0o71247),
    ('-', 0o00700),
    ('_', 0o00007),
    ('.', 0o00002),
    (',', 0o00024),
    (':', 0o02020),
    ('/', 0o11244),
    ('+', 0o02720),
    ('=', 0o07070),
    ('(', 0o12221),
    (')', 0o42224),
    ('&', 0o25253),
    ('\'', 0o22000),
    ('"', 0o55000),
    ('#', 0o57575),
    ('!', 0o22202),
    ('?', 0o71202),
    ('%', 0o51245),
];

/// Returns whether the font has `character`; lowercase letters are drawn as capitals.
pub(super) fn has(character: char) -> bool {
    rows(character).is_some()
}

/// Returns the width of `text` in pixels.
pub(super) fn width(text: &str) -> usize {
    text.chars().count() * ADVANCE
}

/// Draws `text` with its upper left corner at `(left, top)`. Skips characters that the font lacks,
/// and pixels outside the image.
pub(super) fn write(image: &mut RgbImage, text: &str, left: usize, top: usize, color: Rgb<u8>) {
    for (position, character) in text.chars().enumerate() {
        let rows = rows(character).unwrap_or(0);
        for (x, y) in (0..HEIGHT).flat_map(|y| (0..3 * SCALE).map(move |x| (x, y))) {
            let square = rows >> (3 * (4 - y / SCALE) + (2 - x / SCALE)) & 1;
            let (x, y) = ((left + position * ADVANCE + x) as u32, (top + y) as u32);
            if let Some(pixel) = image.get_pixel_mut_checked(x, y).filter(|_| square == 1) {
                *pixel = color;
            }
        }
    }
}

fn rows(character: char) -> Option<u16> {
    let capital = character.to_ascii_uppercase();
    GLYPHS.iter().find(|(known, _)| *known == capital).map(|(_, rows)| *rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_drawn_as_in_the_table() {
        let mut image = RgbImage::new(ADVANCE as u32, HEIGHT as u32);
        write(&mut image, "r", 0, 0, Rgb([255; 3]));
        let square = |x: usize, y: usize| image.get_pixel((x * SCALE) as u32, (y * SCALE) as u32).0 == [255; 3];
        let drawn: Vec<String> =
            (0..5).map(|y| (0..3).map(|x| if square(x, y) { '#' } else { '.' }).collect()).collect();
        assert_eq!(drawn, ["##.", "#.#", "##.", "#.#", "#.#"]);
    }

    #[test]
    fn glyphs_differ_and_text_may_exceed_the_image() {
        let mut rows: Vec<u16> = GLYPHS.iter().map(|(_, rows)| *rows).collect();
        rows.sort_unstable();
        assert!(rows.windows(2).all(|pair| pair[0] != pair[1]));
        write(&mut RgbImage::new(3, 3), "too long", 1, 1, Rgb([255; 3]));
    }
}
