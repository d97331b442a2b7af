//! The directory of a TIFF image: what its tags say.

use image::metadata::Orientation;

/// Maximum number of pixels along a side.
const MAX_SIDE: u32 = 16_384;

/// Maximum bytes of the decoded values.
const MAX_DECODED: u64 = 512 << 20;

/// What values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Photometric {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Cmyk,
}

impl Photometric {
    fn of_tag(value: u32) -> Result<Self, String> {
        match value {
            0 => Ok(Self::WhiteIsZero),
            1 => Ok(Self::BlackIsZero),
            2 => Ok(Self::Rgb),
            3 => Ok(Self::Palette),
            5 => Ok(Self::Cmyk),
            other => Err(format!("colour space {other}")),
        }
    }

    /// Number of values that a pixel needs.
    fn samples(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Cmyk => 4,
            Self::WhiteIsZero | Self::BlackIsZero | Self::Palette => 1,
        }
    }
}

/// The type of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Unsigned,
    Signed,
    Float,
}

impl Format {
    fn of_tag(value: u32) -> Self {
        match value {
            2 => Self::Signed,
            3 => Self::Float,
            _ => Self::Unsigned,
        }
    }

    fn has_bits(self, bits: u32) -> bool {
        match self {
            Self::Unsigned => (1..=16).contains(&bits) || bits == 32,
            Self::Signed => [8, 16, 32].contains(&bits),
            Self::Float => [32, 64].contains(&bits),
        }
    }
}

/// How strips are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Lzw,
    Deflate,
    PackBits,
}

impl Compression {
    fn of_tag(value: u32) -> Result<Self, String> {
        match value {
            1 => Ok(Self::None),
            5 => Ok(Self::Lzw),
            8 | 32_946 => Ok(Self::Deflate),
            32_773 => Ok(Self::PackBits),
            other => Err(format!("compression {other}")),
        }
    }
}

/// An image's layout.
#[derive(Debug)]
pub(super) struct Directory {
    pub little_endian: bool,
    pub width: u32,
    pub height: u32,
    /// Values of a pixel.
    pub samples: usize,
    /// Bits of a value.
    pub bits: u32,
    pub format: Format,
    pub photometric: Photometric,
    pub compression: Compression,
    /// Whether values are differences from those of the pixel to the left.
    pub differences: bool,
    pub rows_per_strip: usize,
    /// Offset and length of each strip.
    pub strips: Vec<(usize, usize)>,
    /// Reds, greens, blues of 16 bits.
    pub palette: Vec<f32>,
    pub has_alpha: bool,
    pub orientation: Orientation,
    /// Whether the file has another image.
    pub has_next: bool,
}

impl Directory {
    /// Reads the first directory.
    ///
    /// # Errors
    /// Returns the rest of a sentence if it is damaged or describes an unsupported image.
    pub fn read(file: &[u8]) -> Result<Self, String> {
        let tags = Tags::read(file).ok_or("is damaged: its directory of tags is cut off")?;
        let unsupported = |what: String| format!("is a TIFF image of an unsupported kind, {what}; save it as PNG");
        let one =
            |tag: u16, default: u32| tags.values(tag).and_then(|values| values.first().copied()).unwrap_or(default);
        if one(322, 0) > 0 || (one(284, 1) == 2 && one(277, 1) > 1) {
            return Err(unsupported("in tiles or planes".to_string()));
        }
        let photometric = Photometric::of_tag(one(262, 1)).map_err(unsupported)?;
        let compression = Compression::of_tag(one(259, 1)).map_err(unsupported)?;
        let format = Format::of_tag(one(339, 1));
        let (bits, predictor, orientation) = (one(258, 1), one(317, 1), one(274, 1));
        let has_differences = predictor == 2;
        let may_differ = format != Format::Float && [8, 16].contains(&bits);
        if !format.has_bits(bits) || predictor > 2 || (has_differences && !may_differ) {
            return Err(unsupported(format!("{bits} bits a value, predictor {predictor}")));
        }
        let offsets = tags.values(273).unwrap_or_default();
        let lengths = tags.values(279).unwrap_or_default();
        let strips =
            offsets.iter().zip(&lengths).map(|(&offset, &length)| (offset as usize, length as usize)).collect();
        let palette = tags.values(320).unwrap_or_default().into_iter().map(|value| value as f32).collect();
        let directory = Self {
            little_endian: tags.little_endian,
            width: one(256, 0),
            height: one(257, 0),
            samples: one(277, 1) as usize,
            bits,
            format,
            photometric,
            compression,
            differences: has_differences,
            rows_per_strip: one(278, u32::MAX) as usize,
            strips,
            palette,
            has_alpha: matches!(one(338, 0), 1 | 2),
            orientation: Orientation::from_exif(orientation as u8).unwrap_or(Orientation::NoTransforms),
            has_next: tags.has_next,
        };
        directory.check()
    }

    fn check(self) -> Result<Self, String> {
        let longest = self.width.max(self.height);
        if longest > MAX_SIDE || self.samples > 16 || self.decoded_size() > MAX_DECODED {
            return Err(format!("is larger than {MAX_SIDE} pixels a side or {} MiB in memory", MAX_DECODED >> 20));
        }
        let has_no_pixels = self.width == 0 || self.height == 0 || self.rows_per_strip == 0;
        match has_no_pixels || self.samples < self.photometric.samples() {
            true => Err("is damaged: its tags do not describe an image".to_string()),
            false => Ok(self),
        }
    }

    /// Bytes of the values once decoded.
    pub fn decoded_size(&self) -> u64 {
        4 * u64::from(self.width) * u64::from(self.height) * self.samples as u64
    }

    /// The largest unsigned value.
    pub fn max(&self) -> f32 {
        match (self.format, self.bits) {
            (Format::Unsigned, bits @ ..=16) => ((1_u32 << bits) - 1) as f32,
            _ => 1.0,
        }
    }
}

/// The entries of a directory.
struct Tags<'a> {
    file: &'a [u8],
    little_endian: bool,
    /// Tag, type, count, and the position of the value or its offset.
    entries: Vec<(u16, u16, u32, usize)>,
    has_next: bool,
}

impl<'a> Tags<'a> {
    fn read(file: &'a [u8]) -> Option<Self> {
        let mut tags = Self { file, little_endian: file.first() == Some(&b'I'), entries: Vec::new(), has_next: false };
        let start = tags.u32(4)? as usize;
        let count = usize::from(tags.u16(start)?);
        for index in 0..count {
            let at = start.checked_add(2 + 12 * index)?;
            tags.entries.push((tags.u16(at)?, tags.u16(at + 2)?, tags.u32(at + 4)?, at + 8));
        }
        tags.has_next = tags.u32(start + 2 + 12 * count).is_some_and(|next| next != 0);
        Some(tags)
    }

    /// The whole numbers of a tag; `None` if it is absent or has none.
    fn values(&self, wanted: u16) -> Option<Vec<u32>> {
        let &(_, kind, count, at) = self.entries.iter().find(|(tag, ..)| *tag == wanted)?;
        let size = match kind {
            1 => 1,
            3 => 2,
            4 => 4,
            _ => return None,
        };
        let length = (count as usize).checked_mul(size)?;
        let first = if length <= 4 { at } else { self.u32(at)? as usize };
        // The length is checked before memory is taken.
        self.file.get(first..first.checked_add(length)?)?;
        let value = |index: usize| match size {
            1 => self.file.get(first + index).map(|&byte| byte.into()),
            2 => self.u16(first + 2 * index).map(u32::from),
            _ => self.u32(first + 4 * index),
        };
        (0..count as usize).map(value).collect()
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let bytes: [u8; 2] = self.file.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes: [u8; 4] = self.file.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little_endian { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }
}
