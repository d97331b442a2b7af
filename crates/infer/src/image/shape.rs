//! The shape of images.

/// What an image's features are: `[height, width, channels]`, row after row, the channels of a pixel together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ImageShape {
    /// Pixels from top to bottom.
    pub height: usize,
    /// Pixels from left to right.
    pub width: usize,
    /// 1 for grey, 3 for red, green, blue.
    #[serde(default = "ImageShape::one_channel", skip_serializing_if = "ImageShape::is_one")]
    pub channels: usize,
}

impl ImageShape {
    /// Grey images.
    pub const fn grey(height: usize, width: usize) -> Self {
        Self { height, width, channels: 1 }
    }

    /// Features of an image; `None` if no memory could hold them.
    pub fn features(self) -> Option<usize> {
        self.height.checked_mul(self.width)?.checked_mul(self.channels)
    }

    fn one_channel() -> usize {
        1
    }

    fn is_one(channels: &usize) -> bool {
        *channels == 1
    }
}
