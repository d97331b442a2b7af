//! The value of `--seeds`.

use std::fmt;
use std::str::FromStr;

/// Distinct seeds, at least one.
#[derive(Debug, Clone)]
pub struct Seeds(pub Vec<u64>);

impl FromStr for Seeds {
    type Err = String;

    /// Parses `0,1,2`.
    fn from_str(list: &str) -> Result<Self, String> {
        let mut seeds = Vec::new();
        for text in list.split(',') {
            // TOML, which a run's seed is saved in, has no larger integers.
            let seed = text.trim().parse().ok().filter(|&seed: &u64| i64::try_from(seed).is_ok());
            let seed = seed
                .ok_or_else(|| format!("expected whole numbers from 0 to {}, as in 0,1,2; found {text:?}", i64::MAX))?;
            if seeds.contains(&seed) {
                return Err(format!("{seed} is given twice; give each seed once"));
            }
            seeds.push(seed);
        }
        Ok(Self(seeds))
    }
}

impl fmt::Display for Seeds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(u64::to_string).collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_whole_numbers_separated_by_commas() {
        let seeds: Seeds = "0, 7,9223372036854775807".parse().unwrap();
        assert_eq!(seeds.0, [0, 7, i64::MAX as u64]);
        assert_eq!(seeds.to_string(), "0,7,9223372036854775807");
        for wrong in ["", ",", "1,", "-1", "1.5", "one", "9223372036854775808"] {
            let problem = wrong.parse::<Seeds>().unwrap_err();
            assert!(problem.starts_with("expected whole numbers from 0 to"), "{problem}");
        }
    }

    #[test]
    fn a_repeated_seed_is_refused() {
        assert_eq!("3,1,3".parse::<Seeds>().unwrap_err(), "3 is given twice; give each seed once");
    }
}
