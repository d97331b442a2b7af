//! Settings that follow from the number of rows, where they are 0.

use super::run_config::RunConfig;

/// Members that share a network, by the largest number of training rows that has as many: with more rows, one epoch of
/// several members takes long, and a single network has less to gain.
const MEMBERS: [(usize, usize); 3] = [(20_000, 8), (60_000, 4), (200_000, 2)];

/// Range of batch sizes.
const BATCH_SIZES: (usize, usize) = (16, 256);

/// An epoch has between half as many batches and as many, as far as the range of sizes allows.
const STEPS: usize = 128;

impl RunConfig {
    /// Returns this configuration for a training set of `rows` rows, validation rows included: with a number of members and a batch size for as many where the
    /// settings leave them open.
    pub fn for_rows(&self, rows: usize) -> Self {
        let mut config = self.clone();
        if config.model.members == 0 {
            let members = MEMBERS.iter().find(|(largest, _)| rows <= *largest);
            config.model.members = members.map_or(1, |(_, members)| *members);
        }
        if config.training.batch_size == 0 {
            let (smallest, largest) = BATCH_SIZES;
            config.training.batch_size = (rows / STEPS).next_power_of_two().clamp(smallest, largest);
        }
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(members: usize, batch_size: usize, rows: usize) -> (usize, usize) {
        let mut config = RunConfig::default();
        (config.model.members, config.training.batch_size) = (members, batch_size);
        let config = config.for_rows(rows);
        (config.model.members, config.training.batch_size)
    }

    #[test]
    fn more_rows_have_larger_batches_and_fewer_members() {
        let found: Vec<_> = [1, 120, 8_000, 20_000, 20_001, 200_000, 1_000_000].map(|rows| resolved(0, 0, rows)).into();
        assert_eq!(found, [(8, 16), (8, 16), (8, 64), (8, 256), (4, 256), (2, 256), (1, 256)]);
    }

    #[test]
    fn what_is_set_stays() {
        assert_eq!(resolved(3, 7, 1_000_000), (3, 7));
    }
}
