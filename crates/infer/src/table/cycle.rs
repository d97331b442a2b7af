//! Cycles of time.

use std::f64::consts::TAU;

/// Mean length of a year of the Gregorian calendar, in days.
pub const YEAR: f64 = 365.2425;

/// Days from a Monday to 1 January 1970.
pub const SINCE_MONDAY: f64 = 3.0;

crate::choices! {
    /// A cycle that a date or a time of day has a place in.
    Cycle, "cycle", {
        /// The day in the year.
        Year = "year",
        /// The day in the week.
        Week = "week",
        /// The time in the day.
        Day = "day",
    }
}

impl Cycle {
    /// The place in the cycle, from 0 to 1, of a time in days since 1970.
    pub fn place(self, days: f64) -> f64 {
        let day = days.floor();
        match self {
            Self::Year => (day / YEAR).rem_euclid(1.0),
            Self::Week => (day + SINCE_MONDAY).rem_euclid(7.0) / 7.0,
            Self::Day => days - day,
        }
    }

    pub(super) fn sine_and_cosine(self, days: f64) -> [f32; 2] {
        let angle = TAU * self.place(days);
        [libm::sin(angle) as f32, libm::cos(angle) as f32]
    }
}
