//! Summary of a dataset: rows of each class, ranges, means.

use serde::Serialize;

use super::duplicates::repeated_rows;
use super::{ColumnProfile, Dataset, Features, ImageShape, Samples};

/// Summary of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataSummary {
    pub source: String,
    /// [`Dataset::hash`].
    pub hash: String,
    pub train_rows: usize,
    /// `None` without a test set.
    pub test_rows: Option<usize>,
    /// Features per row.
    pub features: usize,
    /// Shape of each row, if rows are images.
    pub image_shape: Option<ImageShape>,
    /// Statistics over all features of the training set, as fed to the network.
    pub values: Values,
    /// Divisor of values before they are fed to the network, if all have the same.
    pub divided_by: Option<f32>,
    /// Empty in regression.
    pub classes: Vec<ClassRows>,
    /// The numbers to predict; empty in classification.
    pub targets: Vec<TargetSummary>,
    /// The columns of a table, as they are in the file.
    pub columns: Vec<ColumnProfile>,
    /// Statistics of each feature of the training set, if rows are neither images nor of a table.
    pub feature_statistics: Vec<FeatureSummary>,
    /// Number of test rows whose features also occur in a training row; `None` without a test set.
    pub repeated_test_rows: Option<usize>,
    /// Remarks on how the source was read, each a sentence.
    pub notes: Vec<String>,
    /// Files that were left out, with the reason.
    pub skipped: Vec<String>,
}

/// Statistics of a number to predict, in its own unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TargetSummary {
    pub name: String,
    pub train: Values,
    /// `None` without a test set.
    pub test: Option<Values>,
}

/// Number of rows of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassRows {
    pub name: String,
    pub train: usize,
    /// `None` without a test set.
    pub test: Option<usize>,
}

/// Statistics of a feature over all rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeatureSummary {
    pub name: String,
    pub kind: FeatureKind,
    #[serde(flatten)]
    pub values: Values,
}

/// Kind of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeatureKind {
    Number,
    /// 0 or 1: a Boolean or one category.
    ZeroOrOne,
    /// The same in every row, so nothing can be learnt from it.
    Constant,
}

/// Statistics of a list of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Values {
    pub lowest: f64,
    pub highest: f64,
    pub mean: f64,
    /// Standard deviation without Bessel's correction.
    pub deviation: f64,
}

impl Dataset {
    /// Computes the summary; reads every value. `columns` describe a table, see
    /// [`load_with_profile`](super::load_with_profile).
    pub fn summary(&self, columns: Vec<ColumnProfile>) -> DataSummary {
        let of_train = self.train.class_counts(self.classes());
        let of_test = self.test.as_ref().map(|test| test.class_counts(self.classes()));
        let class = |(index, name): (usize, &String)| ClassRows {
            name: name.clone(),
            train: of_train[index],
            test: of_test.as_ref().map(|counts| counts[index]),
        };
        let is_described = self.image_shape.is_some() || !columns.is_empty();
        DataSummary {
            source: self.source.clone(),
            hash: self.hash(),
            train_rows: self.train.len(),
            test_rows: self.test.as_ref().map(Samples::len),
            features: self.train.dimension(),
            image_shape: self.image_shape,
            values: values_of_all(&self.train),
            divided_by: match self.train.features() {
                Features::Bytes { maximum, .. } => Some((*maximum).into()),
                Features::Floats(_) => self.divisor,
            },
            targets: self.target_summaries(),
            classes: self.class_names.iter().enumerate().map(class).collect(),
            columns,
            feature_statistics: if is_described { Vec::new() } else { feature_statistics(&self.train) },
            repeated_test_rows: self.test.as_ref().map(|test| repeated_rows(&self.train, test)),
            notes: self.notes.clone(),
            skipped: self.skipped.clone(),
        }
    }
}

impl Dataset {
    fn target_summaries(&self) -> Vec<TargetSummary> {
        let count = self.target_names.len();
        let values = |samples: &Samples, place: usize| {
            let numbers = samples.numbers();
            let mut sums = Sums::starting_at(numbers.get(place).copied().unwrap_or(0.0));
            numbers.iter().skip(place).step_by(count).for_each(|&number| sums.add(number, 1.0));
            sums.values()
        };
        let summary = |(place, name): (usize, &String)| TargetSummary {
            name: name.clone(),
            train: values(&self.train, place),
            test: self.test.as_ref().map(|test| values(test, place)),
        };
        self.target_names.iter().enumerate().map(summary).collect()
    }
}

/// Sums in one pass, shifted by the first value so that a small deviation of large numbers stays
/// exact.
#[derive(Debug, Clone, Copy)]
struct Sums {
    count: f64,
    shift: f64,
    sum: f64,
    squares: f64,
    lowest: f64,
    highest: f64,
    is_zero_or_one: bool,
}

impl Sums {
    fn starting_at(shift: f64) -> Self {
        let (lowest, highest) = (f64::INFINITY, f64::NEG_INFINITY);
        Self { count: 0.0, shift, sum: 0.0, squares: 0.0, lowest, highest, is_zero_or_one: true }
    }

    /// Adds `value` `times` times.
    fn add(&mut self, value: f64, times: f64) {
        let shifted = value - self.shift;
        self.count += times;
        self.sum += times * shifted;
        self.squares += times * shifted * shifted;
        (self.lowest, self.highest) = (self.lowest.min(value), self.highest.max(value));
        self.is_zero_or_one &= value == 0.0 || value == 1.0;
    }

    fn values(&self) -> Values {
        let mean = self.sum / self.count;
        let variance = (self.squares / self.count - mean * mean).max(0.0);
        Values { lowest: self.lowest, highest: self.highest, mean: self.shift + mean, deviation: variance.sqrt() }
    }
}

fn values_of_all(samples: &Samples) -> Values {
    match samples.features() {
        Features::Bytes { values, maximum } => {
            let mut times = [0_u64; 256];
            values.iter().for_each(|&value| times[usize::from(value)] += 1);
            let mut sums = Sums::starting_at(0.0);
            for (value, &times) in times.iter().enumerate().filter(|(_, times)| **times > 0) {
                sums.add(value as f64 / f64::from(*maximum), times as f64);
            }
            sums.values()
        }
        Features::Floats(values) => {
            let mut sums = Sums::starting_at(values.first().copied().map_or(0.0, f64::from));
            values.iter().for_each(|&value| sums.add(f64::from(value), 1.0));
            sums.values()
        }
    }
}

/// Computes the statistics of each feature.
fn feature_statistics(samples: &Samples) -> Vec<FeatureSummary> {
    let mut row = Vec::with_capacity(samples.dimension());
    let mut sums: Vec<Sums> = Vec::new();
    for index in 0..samples.len() {
        row.clear();
        samples.write_features([index], &mut row);
        if sums.is_empty() {
            sums = row.iter().map(|&value| Sums::starting_at(f64::from(value))).collect();
        }
        sums.iter_mut().zip(&row).for_each(|(sums, &value)| sums.add(f64::from(value), 1.0));
    }
    let kind = |sums: &Sums| match sums {
        sums if sums.lowest == sums.highest => FeatureKind::Constant,
        sums if sums.is_zero_or_one => FeatureKind::ZeroOrOne,
        _ => FeatureKind::Number,
    };
    let feature = |(index, sums): (usize, &Sums)| {
        let name = format!("feature {}", index + 1);
        FeatureSummary { name, kind: kind(sums), values: sums.values() }
    };
    sums.iter().enumerate().map(feature).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(features: Features, labels: &[u32]) -> Samples {
        let dimension = features.len() / labels.len();
        Samples::new(features, labels.to_vec(), dimension).unwrap()
    }

    fn close(values: Values, expected: [f64; 4]) -> bool {
        let computed = [values.lowest, values.highest, values.mean, values.deviation];
        computed
            .iter()
            .zip(expected)
            .all(|(value, expected)| (value - expected).abs() <= 1e-9 * expected.abs().max(1.0))
    }

    // Expected values are from numpy: min, max, mean and std of each column.
    #[test]
    fn columns_have_their_range_mean_deviation_and_kind() {
        let rows = vec![16_777_216.0, 0.0, 7.0, -1.5, 16_777_218.0, 1.0, 7.0, 2.5, 16_777_220.0, 1.0, 7.0, 0.5];
        let train = samples(Features::Floats(rows), &[0, 1, 1]);
        let data = Dataset::new("table", train, None, vec!["no".into(), "yes".into()], None).unwrap();
        let summary = data.summary(Vec::new());
        let kinds: Vec<FeatureKind> = summary.feature_statistics.iter().map(|column| column.kind).collect();
        assert_eq!(kinds, [FeatureKind::Number, FeatureKind::ZeroOrOne, FeatureKind::Constant, FeatureKind::Number]);
        assert_eq!(summary.feature_statistics[3].name, "feature 4");
        assert!(close(
            summary.feature_statistics[0].values,
            [16_777_216.0, 16_777_220.0, 16_777_218.0, 1.632_993_161_855_452]
        ));
        assert!(close(summary.feature_statistics[1].values, [0.0, 1.0, 2.0 / 3.0, 0.471_404_520_791_031_7]));
        assert!(close(summary.feature_statistics[2].values, [7.0, 7.0, 7.0, 0.0]));
        assert!(close(summary.feature_statistics[3].values, [-1.5, 2.5, 0.5, 1.632_993_161_855_452]));
        assert_eq!((summary.test_rows, summary.classes[1].train, summary.classes[1].test), (None, 2, None));
    }

    #[test]
    fn pixels_are_summarised_as_fed_to_the_network() {
        let pixels = |values: &[u8]| Features::Bytes { values: values.to_vec(), maximum: 16 };
        let (train, test) = (samples(pixels(&[0, 16, 8, 8]), &[1, 0]), samples(pixels(&[3, 4]), &[1]));
        let names = vec!["a".into(), "b".into()];
        let data = Dataset::new("images", train, Some(test), names, Some(ImageShape::grey(1, 2))).unwrap();
        let summary = data.summary(Vec::new());
        // numpy.std([0, 1, .5, .5])
        assert!(close(summary.values, [0.0, 1.0, 0.5, 0.353_553_390_593_273_8]));
        assert_eq!((summary.divided_by, summary.feature_statistics.len()), (Some(16.0), 0));
        assert_eq!(summary.classes[0], ClassRows { name: "a".into(), train: 1, test: Some(0) });
    }
}
