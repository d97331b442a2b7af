//! What the configuration says of how numbers are written.

use crate::table::notation::FORMS;
use crate::table::{DecimalMark, ThousandsMark};

/// How numbers are written, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct NumberOptions {
    pub decimal: DecimalMark,
    pub thousands: ThousandsMark,
}

impl NumberOptions {
    /// The forms that these options allow.
    pub(crate) fn forms(self) -> u8 {
        let decimal = match self.decimal {
            DecimalMark::Auto => None,
            DecimalMark::Point => Some('.'),
            DecimalMark::Comma => Some(','),
        };
        let thousands = match self.thousands {
            ThousandsMark::Auto => None,
            ThousandsMark::None => Some(None),
            ThousandsMark::Comma => Some(Some(',')),
            ThousandsMark::Point => Some(Some('.')),
            ThousandsMark::Space => Some(Some(' ')),
            ThousandsMark::Apostrophe => Some(Some('\'')),
        };
        let allowed = |(_, form): &(usize, (char, Option<char>))| {
            decimal.is_none_or(|mark| form.0 == mark) && thousands.is_none_or(|mark| form.1 == mark)
        };
        FORMS.into_iter().enumerate().filter(allowed).fold(0, |forms, (bit, _)| forms | 1 << bit)
    }
}
