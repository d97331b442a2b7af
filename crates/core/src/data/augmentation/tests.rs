//! Expected values are from scipy.ndimage 1.17: `map_coordinates(order=1, mode="grid-constant")`,
//! `rotate`, and `gaussian_filter(mode="constant", truncate=10)`.

use proptest::prelude::*;

use super::elastic::Displacement;
use super::*;
use crate::config::AugmentationMode;
use crate::data::{Features, Samples};

const SHAPE: ImageShape = ImageShape::grey(5, 6);

/// 30 pixels in 1/32 steps.
fn image() -> Vec<f32> {
    (0..30).map(|i| ((7 * i * i + 3 * i) % 32) as f32 / 32.0).collect()
}

fn data(rows: usize) -> Dataset {
    let pixels = image().iter().map(|pixel| (pixel * 32.0) as u8).collect::<Vec<u8>>().repeat(rows);
    let samples = |labels| Samples::new(Features::Bytes { values: pixels.clone(), maximum: 32 }, labels, 30).unwrap();
    let train = samples((0..rows as u32).map(|row| row % 2).collect());
    Dataset::new("pictures", train, None, vec!["0".into(), "1".into()], Some(SHAPE)).unwrap()
}

fn augmentation(config: AugmentationConfig) -> Augmentation {
    Augmentation::new(&config, &data(2), 3).unwrap().unwrap()
}

fn resampled(map: &Affine) -> Vec<f32> {
    let mut output = vec![9.0; 30];
    resample(&image(), SHAPE, map, None, &mut PaddedImage::default(), &mut output);
    output
}

fn assert_near(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 2e-6, "entry {index}: {found}, expected {expected}");
    }
}

#[test]
fn a_rotation_is_clockwise_and_equals_scipys() {
    #[rustfmt::skip]
    let expected = [
        0.177585, 0.275076, 0.26166, 0.140575, 0.35324, 0.378916, 0.467071, 0.341693, 0.582195, 0.574569, 0.715991,
        0.796603, 0.58174, 0.398438, 0.218391, 0.610836, 0.620269, 0.618127, 0.356372, 0.458897, 0.37642, 0.56434,
        0.772654, 0.687892, 0.057678, 0.139171, 0.136506, 0.186093, 0.625158, 0.466296,
    ];
    assert_near(&resampled(&Affine::rotation(15.0)), &expected);
}

#[test]
fn a_flip_mirrors_left_and_right_exactly() {
    let flipped: Vec<f32> = image().chunks(6).flat_map(|row| row.iter().rev().copied().collect::<Vec<_>>()).collect();
    assert_eq!(resampled(&Affine { a: -1.0, ..Affine::IDENTITY }), flipped);
}

#[test]
fn pixels_from_outside_the_image_are_black() {
    let shifted = resampled(&Affine { shift_x: 2.0, shift_y: 1.0, ..Affine::IDENTITY });
    let expected = |index: usize| match (index / 6 + 1, index % 6 + 2) {
        (row, column) if row < 5 && column < 6 => image()[row * 6 + column],
        _ => 0.0,
    };
    assert_eq!(shifted, (0..30).map(expected).collect::<Vec<_>>());
    assert_eq!(resampled(&Affine { shift_x: 1e9, ..Affine::IDENTITY }), vec![0.0; 30]);
}

#[test]
fn the_channels_of_a_pixel_move_together() {
    let colours: Vec<f32> = image().iter().flat_map(|&grey| [grey, 0.5 * grey, 0.0]).collect();
    let mut output = vec![9.0; 90];
    let (shape, mut padded) = (ImageShape { channels: 3, ..SHAPE }, PaddedImage::default());
    resample(&colours, shape, &Affine::rotation(15.0), None, &mut padded, &mut output);
    let grey = resampled(&Affine::rotation(15.0));
    let expected: Vec<f32> = grey.iter().flat_map(|&grey| [grey, 0.5 * grey, 0.0]).collect();
    assert_near(&output, &expected);
}

#[test]
fn an_elastic_field_is_alpha_times_noise_smoothed_by_scipys_gaussian() {
    #[rustfmt::skip]
    let expected = [
        0.791579, 1.541063, 1.921131, 1.527922, 0.764206, 0.226276, 0.988099, 1.921131, 2.382983, 1.858875, 0.858415,
        0.162741, 0.789801, 1.527922, 1.858875, 1.338805, 0.395856, -0.233738, 0.402756, 0.764206, 0.858415, 0.395856,
        -0.364544, -0.82908, 0.129161, 0.226276, 0.162741, -0.233738, -0.82908, -1.158455,
    ];
    let mut noise = vec![0.0; 30];
    (noise[8], noise[29]) = (1.0, -0.5);
    let (mut half_smooth, mut field) = (Vec::new(), Vec::new());
    Elastic::new(SHAPE, 34.0, 1.5).smooth(&noise, &mut half_smooth, &mut field);
    assert_near(&field, &expected);
}

#[test]
fn elastic_vectors_have_the_theoretical_length_and_no_preferred_direction() {
    let elastic = Elastic::new(ImageShape::grey(64, 64), 34.0, 4.0);
    let (mut displacement, mut sum, mut squares, mut count) = (Displacement::default(), 0.0, 0.0, 0.0);
    for sample in 0..100 {
        elastic.draw(&mut sample_stream(0, Purpose::Augmentation, 1, sample), &mut displacement);
        for index in (0..64 * 64).filter(|index| (16..48).contains(&(index / 64)) && (16..48).contains(&(index % 64))) {
            for value in [displacement.x[index], displacement.y[index]].map(f64::from) {
                (sum, squares, count) = (sum + value, squares + value * value, count + 1.0);
            }
        }
    }
    // The variance of a uniform number in [-1, 1) is 1/3; a Gaussian divides it by 4 pi sigma^2.
    let expected = 34.0 * (1.0 / 3.0 / (4.0 * std::f64::consts::PI * 16.0)).sqrt();
    assert!(
        (f64::sqrt(squares / count) / expected - 1.0).abs() < 0.05,
        "{} for {expected}",
        f64::sqrt(squares / count)
    );
    assert!((sum / count).abs() < 0.1 * expected, "{}", sum / count);
}

#[test]
fn noise_has_the_configured_deviation_and_stays_between_black_and_white() {
    let mut grey = vec![0.5; 100_000];
    add_noise(&mut grey, 0.1, &mut sample_stream(0, Purpose::Augmentation, 0, 0));
    let mean = grey.iter().sum::<f32>() / 1e5;
    let deviation = (grey.iter().map(|pixel| (pixel - mean).powi(2)).sum::<f32>() / 1e5).sqrt();
    assert!((mean - 0.5).abs() < 2e-3 && (deviation - 0.1).abs() < 2e-3, "{mean} {deviation}");
    let mut black = vec![0.0; 1000];
    add_noise(&mut black, 3.0, &mut sample_stream(0, Purpose::Augmentation, 0, 1));
    assert!(black.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
    assert!(black.contains(&0.0) && black.contains(&1.0));
}

#[test]
fn a_cutout_is_a_black_square_that_may_lie_partly_outside() {
    let shape = ImageShape::grey(10, 10);
    let (mut whole, mut cut) = (0, 0);
    for sample in 0..200 {
        let mut white = vec![1.0; 100];
        cut_out(&mut white, shape, 0.4, &mut sample_stream(0, Purpose::Augmentation, 0, sample));
        let black: Vec<usize> = (0..100).filter(|&index| white[index] == 0.0).collect();
        let (rows, columns): (Vec<usize>, Vec<usize>) = black.iter().map(|index| (index / 10, index % 10)).unzip();
        let side = |places: &[usize]| places.iter().max().unwrap() - places.iter().min().unwrap() + 1;
        assert_eq!(side(&rows) * side(&columns), black.len());
        assert!(side(&rows) <= 4 && side(&columns) <= 4);
        if black.len() == 16 { whole += 1 } else { cut += 1 }
    }
    assert!(whole > 50 && cut > 50, "{whole} whole, {cut} cut");
}

#[test]
fn probabilities_and_ranges_are_as_configured() {
    let augmentation = augmentation(AugmentationConfig { flip_probability: 0.25, ..AugmentationConfig::default() });
    let flipped = resampled(&Affine { a: -1.0, ..Affine::IDENTITY });
    let (mut workspace, mut output) = (Workspace::default(), vec![0.0; 30]);
    let mut flips = 0;
    for sample in 0..4000 {
        augmentation.online(&image(), 1, sample, &mut workspace, &mut output);
        assert!(output == image() || output == flipped);
        flips += usize::from(output == flipped);
    }
    // Five standard deviations of a binomial.
    assert!((flips as i64 - 1000).abs() < 137, "{flips}");
    for _ in 0..100 {
        let config = AugmentationConfig { rotation: 15.0, ..AugmentationConfig::default() };
        let mut rng = sample_stream(0, Purpose::Augmentation, 0, flips);
        let map = Affine::draw(&[Transformation::Rotation], &config, SHAPE, &mut rng);
        assert!(map.a >= 15f32.to_radians().cos() - 1e-6 && map.b.abs() > 0.0);
    }
}

fn all_active() -> AugmentationConfig {
    AugmentationConfig {
        flip_probability: 0.5,
        rotation_probability: 1.0,
        translation_probability: 1.0,
        scaling_probability: 0.9,
        shear_probability: 0.9,
        elastic_probability: 1.0,
        elastic_sigma: 1.0,
        noise_probability: 0.5,
        cutout_probability: 0.5,
        ..AugmentationConfig::default()
    }
}

#[test]
fn an_image_depends_only_on_seed_epoch_and_sample() {
    let augmentation = augmentation(all_active());
    let draw = |epoch, sample, workspace: &mut Workspace| {
        let mut output = vec![0.0; 30];
        augmentation.online(&image(), epoch, sample, workspace, &mut output);
        output
    };
    let mut used = Workspace::default();
    draw(7, 7, &mut used);
    let first = draw(1, 0, &mut Workspace::default());
    assert_eq!(draw(1, 0, &mut used), first);
    assert_ne!(draw(2, 0, &mut used), first);
    assert_ne!(draw(1, 1, &mut used), first);
}

#[test]
fn expansion_makes_the_walkthroughs_four_images_of_one() {
    let config = AugmentationConfig {
        mode: AugmentationMode::Expand,
        flip_probability: 0.5,
        rotation_probability: 1.0,
        noise_probability: 1.0,
        ..AugmentationConfig::default()
    };
    let data = data(3);
    let expanded = augmentation(config).expand(&data.train).unwrap();
    assert_eq!((expanded.len(), expanded.labels()), (12, &[0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0][..]));
    let flipped = resampled(&Affine { a: -1.0, ..Affine::IDENTITY });
    for row in 0..3 {
        let images: Vec<Vec<f32>> = (4 * row..4 * row + 4).map(|index| expanded.sample(index).features).collect();
        assert_eq!(images[0], image(), "the original comes first and keeps its values");
        assert_near(&images[1], &flipped);
        // A rotation brings black corners in, noise does not move anything.
        assert!(images[2] != image() && images[3] != image());
        let distance = images[3].iter().zip(image()).map(|(noisy, clean)| (noisy - clean).abs()).fold(0.0, f32::max);
        assert!(distance < 0.5, "{distance}");
    }
}

#[test]
fn rows_other_than_images_are_refused_by_the_name_of_the_setting() {
    let table = Dataset { image_shape: None, ..data(2) };
    let config = AugmentationConfig { rotation_probability: 1.0, ..AugmentationConfig::default() };
    let error = Augmentation::new(&config, &table, 0).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert_eq!(
        error.to_string(),
        "augmentation.rotation_probability needs images, but the rows of pictures are not images; set it to 0"
    );
    assert!(Augmentation::new(&AugmentationConfig::default(), &table, 0).unwrap().is_none());
}

proptest! {
    #[test]
    fn pixels_stay_between_black_and_white(seed: u64, epoch in 1..1000usize, pixels in prop::collection::vec(0f32..=1.0, 30)) {
        let augmentation = Augmentation::new(&all_active(), &data(2), seed).unwrap().unwrap();
        let mut output = vec![0.0; 30];
        augmentation.online(&pixels, epoch, 0, &mut Workspace::default(), &mut output);
        prop_assert!(output.iter().all(|pixel| (-1e-6..=1.0 + 1e-6).contains(pixel)), "{output:?}");
    }
}
