use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Luma};

use super::*;

const SHAPE: ImageShape = ImageShape::grey(28, 28);

fn centred_pixels(image: &DecodedImage, inverted: bool, shape: ImageShape, stats: &ImageStats) -> Vec<u8> {
    let placed = centred(image, inverted, shape, stats, &MaxValues::default());
    placed.into_iter().map(|value| (255.0 * value).round() as u8).collect()
}

fn decoded(image: GrayImage) -> DecodedImage {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(image).write_to(&mut file, ImageFormat::Png).unwrap();
    DecodedImage::decode(file.get_ref()).unwrap()
}

/// A filled box on a page, with its first corner and its size.
fn page(size: (u32, u32), corner: (u32, u32), drawn: (u32, u32), paper: u8, ink: u8) -> GrayImage {
    GrayImage::from_fn(size.0, size.1, |x, y| {
        let inside = |position: u32, first: u32, length: u32| (first..first + length).contains(&position);
        Luma([if inside(x, corner.0, drawn.0) && inside(y, corner.1, drawn.1) { ink } else { paper }])
    })
}

/// First and last row and column with ink.
fn extent(pixels: &[u8]) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    GreyPlane { pixels, height: 28, width: 28 }.ink(0).unwrap()
}

#[test]
fn ink_anywhere_fills_the_box_of_20_pixels_in_the_middle() {
    for corner in [(3, 7), (150, 90)] {
        let placed =
            centred_pixels(&decoded(page((300, 200), corner, (40, 80), 0, 255)), false, SHAPE, &ImageStats::MNIST);
        assert_eq!(extent(&placed), (5..25, 10..20), "twice as high as wide, {corner:?}");
        assert_eq!(placed[14 * 28 + 14], 255);
    }
}

#[test]
fn dark_ink_on_white_paper_inverted_gives_the_same_as_light_on_black() {
    let light = centred_pixels(&decoded(page((90, 90), (10, 10), (30, 45), 0, 255)), false, SHAPE, &ImageStats::MNIST);
    let dark = centred_pixels(&decoded(page((90, 90), (10, 10), (30, 45), 255, 0)), true, SHAPE, &ImageStats::MNIST);
    assert_eq!(light, dark);
    let on_white = ImageStats { background: 1.0, ..ImageStats::MNIST };
    let negative = centred_pixels(&decoded(page((90, 90), (10, 10), (30, 45), 255, 0)), false, SHAPE, &on_white);
    assert_eq!(negative, light.iter().map(|pixel| 255 - pixel).collect::<Vec<_>>());
}

#[test]
fn grey_and_uneven_paper_becomes_black_and_the_ink_white() {
    let mut photograph = page((200, 200), (80, 60), (40, 80), 180, 60);
    for (x, y, pixel) in photograph.enumerate_pixels_mut() {
        pixel.0[0] -= ((x * 7 + y * 13) % 9) as u8;
    }
    let placed = centred_pixels(&decoded(photograph), true, SHAPE, &ImageStats::MNIST);
    // The middle of an even number of rows is between two; the paper's grain decides for one of them.
    let (rows, columns) = extent(&placed);
    assert!([4..24, 5..25].contains(&rows) && [9..19, 10..20].contains(&columns), "{rows:?} {columns:?}");
    assert!(placed[14 * 28 + 14] > 225, "{}", placed[14 * 28 + 14]);
    assert_eq!(placed[0], 0);
}

#[test]
fn an_empty_page_stays_empty() {
    for paper in [0, 128, 255] {
        let placed =
            centred_pixels(&decoded(page((50, 50), (0, 0), (0, 0), paper, 0)), paper > 0, SHAPE, &ImageStats::MNIST);
        assert_eq!(placed, [0; 784]);
    }
}

#[test]
fn the_centre_of_mass_is_in_the_middle_and_no_ink_leaves_the_frame() {
    // A block with a thin line to its right: the mass is at the left.
    let mut heavy_left = page((60, 60), (10, 10), (26, 40), 0, 255);
    for x in 10..50 {
        heavy_left.put_pixel(x, 10, Luma([255]));
    }
    let placed = centred_pixels(&decoded(heavy_left.clone()), false, SHAPE, &ImageStats::MNIST);
    let (y, x) = GreyPlane { pixels: &placed, height: 28, width: 28 }.centre_of_mass(0).unwrap();
    assert!((x - 14.0).abs() <= 0.6 && (y - 14.0).abs() <= 0.6, "{x} {y}");
    let whole = ImageStats { ink_height: 1.0, ink_width: 1.0, ..ImageStats::MNIST };
    let placed = centred_pixels(&decoded(heavy_left), false, SHAPE, &whole);
    assert_eq!(extent(&placed), (0..28, 0..28));
}
