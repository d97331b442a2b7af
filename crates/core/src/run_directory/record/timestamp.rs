//! Points in time in run files.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A point in time to the second, written as RFC 3339 in UTC: `2025-01-31T12:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// Returns the system clock's time.
    pub fn now() -> Self {
        Self::to_the_second(OffsetDateTime::now_utc())
    }

    fn to_the_second(time: OffsetDateTime) -> Self {
        Self(time.replace_nanosecond(0).unwrap_or(time))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl TryFrom<String> for Timestamp {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let time = OffsetDateTime::parse(&text, &Rfc3339).map_err(|error| format!("not an RFC 3339 time: {error}"))?;
        let time = time.checked_to_offset(time::UtcOffset::UTC).filter(|time| (0..=9999).contains(&time.year()));
        time.map(Self::to_the_second).ok_or_else(|| "a time outside the years 0 to 9999".to_string())
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Timestamp, String> {
        Timestamp::try_from(text.to_string())
    }

    #[test]
    fn a_time_is_shown_in_utc_to_the_second() {
        assert_eq!(parsed("2025-01-31T13:00:00.75+01:00").unwrap().to_string(), "2025-01-31T12:00:00Z");
    }

    #[test]
    fn a_time_reads_back_as_written() {
        let now = Timestamp::now();
        assert_eq!(parsed(&now.to_string()).unwrap(), now);
    }

    #[test]
    fn other_text_and_times_outside_the_years_0_to_9999_are_refused() {
        assert!(parsed("yesterday").is_err());
        assert!(parsed("9999-12-31T23:59:59-01:00").is_err());
        assert!(parsed("0000-01-01T00:00:00+01:00").is_err());
    }
}
