//! Turns UTF-16 and UTF-32, with and without a byte order mark, into UTF-8.

/// Bytes that show the width of a character.
const SAMPLE: usize = 4096;

/// How a text's characters become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    pub name: &'static str,
    /// Bytes of a unit.
    width: usize,
    little_endian: bool,
    mark: &'static [u8],
}

/// UTF-32 first: its mark begins with that of UTF-16.
const WIDE: [Encoding; 4] = [
    Encoding { name: "UTF-32", width: 4, little_endian: true, mark: b"\xff\xfe\0\0" },
    Encoding { name: "UTF-32", width: 4, little_endian: false, mark: b"\0\0\xfe\xff" },
    Encoding { name: "UTF-16", width: 2, little_endian: true, mark: b"\xff\xfe" },
    Encoding { name: "UTF-16", width: 2, little_endian: false, mark: b"\xfe\xff" },
];

impl Encoding {
    /// Recognises UTF-16 and UTF-32 by the start of a file: by its mark, or by the zero bytes that delimiters, digits and
    /// line ends have in them and no text in UTF-8 has.
    pub fn of(start: &[u8]) -> Option<Self> {
        let start = &start[..start.len().min(SAMPLE)];
        let marked = WIDE.into_iter().find(|encoding| start.starts_with(encoding.mark));
        marked.or_else(|| WIDE.into_iter().find(|encoding| encoding.explains_zeros_in(start)))
    }

    /// Whether most zero bytes lie in the upper half of units, few elsewhere, and no unit is a control character.
    fn explains_zeros_in(self, start: &[u8]) -> bool {
        let units = || start.chunks_exact(self.width).map(|unit| self.unit(unit));
        let is_control = |unit: u32| unit < 0x20 && !matches!(unit, 0x9 | 0xa | 0xc | 0xd);
        let count = units().count();
        let narrow = units().filter(|&unit| unit < 0x100).count();
        // Delimiters, digits and line ends are narrow in every language.
        let has_narrow = narrow * 8 > count && count > 1 && (self.width == 4 || start.contains(&0));
        has_narrow && units().all(|unit| !is_control(unit) && unit <= u32::from(char::MAX))
    }

    fn unit(self, bytes: &[u8]) -> u32 {
        let place = |at: usize| if self.little_endian { at } else { self.width - 1 - at };
        bytes.iter().enumerate().fold(0, |sum, (at, &byte)| sum | u32::from(byte) << (8 * place(at)))
    }

    /// Decodes a whole text, without its mark.
    ///
    /// # Errors
    /// Returns the line of the first unit that is not a character.
    #[cfg_attr(not(feature = "csv"), allow(dead_code, reason = "images only recognise a text"))]
    pub fn decode(self, bytes: &[u8]) -> Result<Vec<u8>, u64> {
        let bytes = bytes.strip_prefix(self.mark).unwrap_or(bytes);
        let mut text = String::with_capacity(bytes.len() / self.width);
        let units = bytes.chunks(self.width).map(|unit| self.unit(unit));
        let mut add = |character: Option<char>| match character {
            Some(character) => {
                text.push(character);
                Ok(())
            }
            None => Err(1 + text.matches('\n').count() as u64),
        };
        match self.width {
            4 => units.map(char::from_u32).try_for_each(&mut add)?,
            _ => char::decode_utf16(units.map(|unit| unit as u16)).map(Result::ok).try_for_each(&mut add)?,
        }
        Ok(text.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, width: usize, little_endian: bool) -> Vec<u8> {
        let units: Vec<u32> = match width {
            4 => text.chars().map(u32::from).collect(),
            _ => text.encode_utf16().map(u32::from).collect(),
        };
        let bytes = |unit: u32| match little_endian {
            true => unit.to_le_bytes()[..width].to_vec(),
            false => unit.to_be_bytes()[4 - width..].to_vec(),
        };
        units.into_iter().flat_map(bytes).collect()
    }

    #[test]
    fn every_width_and_order_is_recognised_with_and_without_its_mark() {
        for text in ["a,b\n1,2\n", "цвет,размер\nкрасный,1\n", "色,大きさ,種類\n赤,10,一\n青,2,二\n", "🙂,1\n"]
        {
            for (width, little_endian) in [(2, true), (2, false), (4, true), (4, false)] {
                for mark in ["", "\u{feff}"] {
                    let bytes = encoded(&format!("{mark}{text}"), width, little_endian);
                    let encoding =
                        Encoding::of(&bytes).unwrap_or_else(|| panic!("{text} {width} {little_endian} {mark:?}"));
                    assert_eq!((encoding.width, encoding.little_endian), (width, little_endian), "{text}");
                    assert_eq!(encoding.decode(&bytes).unwrap(), text.as_bytes());
                }
            }
            assert_eq!(Encoding::of(text.as_bytes()), None);
        }
        assert_eq!(Encoding::of(b""), None);
        assert_eq!(Encoding::of(b"a,b\n\0\0\0\0\0\0\0\0"), None);
    }

    #[test]
    fn a_unit_that_is_not_a_character_is_found() {
        let utf16 = Encoding::of(b"\xff\xfea\0").unwrap();
        assert_eq!(utf16.decode(b"\xff\xfea\0\n\0\x00\xd8b\0"), Err(2));
        let utf32 = Encoding::of(b"\xff\xfe\0\0").unwrap();
        assert_eq!(utf32.decode(b"\xff\xfe\0\0a\0\0\0\xff\xff\xff\xff"), Err(1));
        assert_eq!(utf32.decode(b"\xff\xfe\0\0a\0\0\0b").unwrap(), b"ab");
    }
}
