//! Statistics of the training images, by which new images are centred and inverted.

use burn_mlp_infer::image::{GreyPlane, median};
use burn_mlp_infer::{ImageShape, ImageStats};

use super::{Features, Samples};

/// Maximum number of training images to measure.
const MAX_IMAGES: usize = 4096;

/// Fraction of training images whose ink must fit into the recorded box.
const FITTING_FRACTION: f64 = 0.99;

/// Measures training images; returns `None` if there are none, or features are not from 0 to 1.
pub fn image_stats(samples: &Samples, shape: ImageShape) -> Option<ImageStats> {
    let pixels = shape.height * shape.width;
    let is_unscaled = |value: &f32| !(0.0..=1.0).contains(value);
    let are_unscaled = matches!(samples.features(), Features::Floats(values) if values.iter().any(is_unscaled));
    if pixels == 0 || samples.is_empty() || are_unscaled {
        return None;
    }
    let (mut backgrounds, mut heights, mut widths, mut masses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in (0..samples.len()).step_by(samples.len().div_ceil(MAX_IMAGES)) {
        let image = samples.sample(row).features;
        let grey: Vec<u8> = image.chunks_exact(shape.channels).map(mean).collect();
        let plane = GreyPlane { pixels: &grey, height: shape.height, width: shape.width };
        let background = median(&plane.border());
        backgrounds.push(f32::from(background) / 255.0);
        if let Some((rows, columns)) = plane.ink(background) {
            heights.push(rows.len());
            widths.push(columns.len());
        }
        masses.extend(plane.centre_of_mass(background));
    }
    let count = backgrounds.len() as f32;
    let background = backgrounds.iter().sum::<f32>() / count;
    let variance = backgrounds.iter().map(|value| (value - background).powi(2)).sum::<f32>() / count;
    Some(ImageStats {
        background,
        background_deviation: variance.sqrt(),
        ink_height: extent(heights, shape.height),
        ink_width: extent(widths, shape.width),
        mass_row: mean_position(masses.iter().map(|mass| mass.0), shape.height),
        mass_column: mean_position(masses.iter().map(|mass| mass.1), shape.width),
    })
}

/// Returns the mean of a pixel's channels, scaled to 0 to 255.
fn mean(pixel: &[f32]) -> u8 {
    (255.0 * pixel.iter().sum::<f32>() / pixel.len() as f32).round() as u8
}

/// Returns the mean position as a fraction of `side`, or the centre if there are no positions.
/// Images are centred at the middle of a pixel or between two, so the mean is rounded to the
/// nearest half: MNIST's is 13.98 and was meant to be 14.
fn mean_position(positions: impl ExactSizeIterator<Item = f64>, side: usize) -> f32 {
    match positions.len() {
        0 => 0.5,
        count => {
            let mean = positions.sum::<f64>() / count as f64;
            ((2.0 * mean).round() / 2.0 / side as f64) as f32
        }
    }
}

/// Returns the length that [`FITTING_FRACTION`] of `lengths` do not exceed, as a fraction of
/// `side`.
fn extent(mut lengths: Vec<usize>, side: usize) -> f32 {
    lengths.sort_unstable();
    let last = (FITTING_FRACTION * lengths.len() as f64) as usize;
    let length = lengths.get(last).or(lengths.last()).copied().unwrap_or(side);
    length as f32 / side as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Creates 20 images of 8x8 pixels from 0 to 16: a centred box of 4x6 in `ink` on `paper`.
    fn boxes(paper: u8, ink: u8) -> Samples {
        let inside = |index: usize| (2..6).contains(&(index / 8)) && (1..7).contains(&(index % 8));
        let image = (0..64).map(|index| if inside(index) { ink } else { paper });
        let values = (0..20).flat_map(|_| image.clone()).collect();
        Samples::new(Features::Bytes { values, maximum: 16 }, vec![0; 20], 64).unwrap()
    }

    #[test]
    fn the_background_and_the_box_of_the_ink_are_measured() {
        let stats = image_stats(&boxes(0, 16), ImageShape::grey(8, 8)).unwrap();
        let expected = ImageStats {
            background: 0.0,
            background_deviation: 0.0,
            ink_height: 0.5,
            ink_width: 0.75,
            mass_row: 3.5 / 8.0,
            mass_column: 3.5 / 8.0,
        };
        assert_eq!(stats, expected);
        assert_eq!(image_stats(&boxes(16, 0), ImageShape::grey(8, 8)).unwrap().background, 1.0);
    }

    #[test]
    fn floats_from_0_to_1_have_the_statistics_of_bytes_and_others_have_none() {
        let bytes = boxes(0, 16);
        let floats = Samples::new(Features::Floats(bytes.to_floats()), vec![0; 20], 64).unwrap();
        assert_eq!(image_stats(&floats, ImageShape::grey(8, 8)), image_stats(&bytes, ImageShape::grey(8, 8)));
        let signed = Samples::new(Features::Floats(vec![-0.5; 64]), vec![0], 64).unwrap();
        assert_eq!(image_stats(&signed, ImageShape::grey(8, 8)), None);
    }

    /// MNIST's digits were centred in this way.
    #[test]
    fn centred_digits_are_unchanged() {
        use burn_mlp_infer::image::{DecodedImage, Invert, Preparation};
        let Some(directory) = crate::data::mnist_directory_for_tests() else { return };
        let mut config = crate::config::RunConfig::default();
        (config.data.source, config.data.dir) = ("mnist".to_string(), directory.to_string_lossy().into_owned());
        let data = crate::data::load(&config, &mut |_| ()).unwrap();
        let model = crate::data::model_metadata(&config, &data, &[]);
        let Features::Bytes { values, .. } = data.test.as_ref().unwrap().features() else { unreachable!() };
        let preparation = Preparation { invert: Invert::Never, center: true };
        let same = values.chunks(784).take(500).filter(|pixels| {
            let digit = DecodedImage::of_pixels(ImageShape::grey(28, 28), pixels.to_vec()).unwrap();
            let seen = model.preprocess(&digit, preparation).unwrap().pixels();
            // The strongest ink, which is about 250 in some images, becomes 255.
            seen.iter().zip(*pixels).all(|(&seen, &pixel)| seen.abs_diff(pixel) <= 16)
        });
        assert_eq!(same.count(), 500);
    }
}
