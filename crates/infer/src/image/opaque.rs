//! Lays transparent images over white.

use image::{DynamicImage, GrayImage, ImageBuffer, Luma, Rgb, Rgb32FImage, RgbImage};

/// Lays a transparent image over white, in place because it may be large, and keeps its depth.
pub(super) fn on_white(image: DynamicImage) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let opaque = match image {
        DynamicImage::ImageLumaA8(image) => {
            GrayImage::from_raw(width, height, over_white::<2, u8>(image.into_raw(), 255.0)).map(Into::into)
        }
        DynamicImage::ImageLumaA16(image) => {
            let pixels = over_white::<2, u16>(image.into_raw(), 65535.0);
            ImageBuffer::<Luma<u16>, _>::from_raw(width, height, pixels).map(Into::into)
        }
        DynamicImage::ImageRgba16(image) => {
            let pixels = over_white::<4, u16>(image.into_raw(), 65535.0);
            ImageBuffer::<Rgb<u16>, _>::from_raw(width, height, pixels).map(Into::into)
        }
        DynamicImage::ImageRgba32F(image) => {
            Rgb32FImage::from_raw(width, height, over_white::<4, f32>(image.into_raw(), 1.0)).map(Into::into)
        }
        image => {
            RgbImage::from_raw(width, height, over_white::<4, u8>(image.into_rgba8().into_raw(), 255.0)).map(Into::into)
        }
    };
    opaque.unwrap_or_default()
}

/// A channel's value.
trait Value: Copy {
    fn to_f64(self) -> f64;
    /// Rounds to the nearest value, if values are whole numbers.
    fn of(value: f64) -> Self;
}

impl Value for u8 {
    fn to_f64(self) -> f64 {
        self.into()
    }
    fn of(value: f64) -> Self {
        value.round() as u8
    }
}

impl Value for u16 {
    fn to_f64(self) -> f64 {
        self.into()
    }
    fn of(value: f64) -> Self {
        value.round() as u16
    }
}

impl Value for f32 {
    fn to_f64(self) -> f64 {
        self.into()
    }
    fn of(value: f64) -> Self {
        value as f32
    }
}

/// Drops the opacity, the last of each pixel's `N` values from 0 to `white`, laying the pixel over white.
fn over_white<const N: usize, T: Value>(mut pixels: Vec<T>, white: f64) -> Vec<T> {
    let blend = |value: T, opacity: f64| T::of((value.to_f64() * opacity + white * (white - opacity)) / white);
    let count = pixels.len() / N;
    for pixel in 0..count {
        let opacity = pixels[N * pixel + N - 1].to_f64();
        for channel in 0..N - 1 {
            pixels[(N - 1) * pixel + channel] = blend(pixels[N * pixel + channel], opacity);
        }
    }
    pixels.truncate((N - 1) * count);
    pixels
}
