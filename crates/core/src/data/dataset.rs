//! The content of a source: a training set, a test set, and the meaning of features and labels.

use super::split::SplitBy;
use super::{ImageShape, Samples, SplitIndices, TableSchema, Targets, stratified_split};
use crate::config::SplitConfig;
use crate::{Error, Result};
use burn_mlp_infer::{Codes, Inputs, MaxValues, NumericTarget, Task};

/// A source's rows and their description.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The source as configured: `digits`, `idx:some/dir`.
    pub source: String,
    /// The rows trained on, and the validation rows.
    pub train: Samples,
    /// Which rows of `train` validate, if the source decides it; otherwise they are drawn by
    /// [`split_training_set`](Self::split_training_set).
    pub split: Option<SplitIndices>,
    /// The test set, if the source has one.
    pub test: Option<Samples>,
    /// Names of the classes, by class index; none in regression.
    pub class_names: Vec<String>,
    /// Names of the numbers to predict; none in classification.
    pub target_names: Vec<String>,
    /// Shape of each row, if rows are images.
    pub image_shape: Option<ImageShape>,
    /// What the values in image files are divided by.
    pub max_values: MaxValues,
    /// What values were divided by to become features, if those are floats and of one scale.
    pub divisor: Option<f32>,
    /// How columns became features, if the source is a table.
    pub table: Option<TableSchema>,
    /// Hash of a table's rows as read, which their features no longer tell.
    pub table_hash: Option<String>,
    /// Hash of which rows of a table test, if they were drawn.
    pub drawn_test_hash: Option<String>,
    /// Remarks for the user on how the source was read, each a sentence.
    pub notes: Vec<String>,
    /// Files that were left out, each a sentence with the reason.
    pub skipped: Vec<String>,
}

impl Dataset {
    /// Creates a dataset of classes without a table, notes or skipped files.
    ///
    /// # Errors
    /// [`Error::Data`] if a set is empty, fewer than two classes are named, a label has no class
    /// name, or the test set or the image shape does not fit the training set's dimension.
    pub fn new(
        source: impl Into<String>,
        train: Samples,
        test: Option<Samples>,
        class_names: Vec<String>,
        image_shape: Option<ImageShape>,
    ) -> Result<Self> {
        let data = Self { class_names, image_shape, ..Self::bare(source.into(), train) };
        let fail = |problem: String| Err(Error::data(&data.source, problem));
        if data.classes() < 2 {
            return fail(format!("has {} class(es); a classifier needs at least 2", data.classes()));
        }
        data.check("training", &data.train)?;
        if let Some(shape @ ImageShape { height, width, channels }) = image_shape
            && shape.features() != Some(data.train.dimension())
        {
            let images = format!("images of {height}x{width} pixels in {channels} channel(s)");
            return fail(format!("rows of {} features are not {images}", data.train.dimension()));
        }
        match test {
            Some(test) => data.with_test_set(test),
            None => Ok(data),
        }
    }

    /// Creates a dataset of numbers to predict, named by `target_names`, without a table, notes or skipped files.
    ///
    /// # Errors
    /// [`Error::Data`] if a set is empty, its rows do not have that many targets, or the test set does not fit the
    /// training set's dimension.
    pub fn regression(
        source: impl Into<String>,
        train: Samples,
        test: Option<Samples>,
        target_names: Vec<String>,
    ) -> Result<Self> {
        let data = Self { target_names, ..Self::bare(source.into(), train) };
        data.check("training", &data.train)?;
        match test {
            Some(test) => data.with_test_set(test),
            None => Ok(data),
        }
    }

    fn bare(source: String, train: Samples) -> Self {
        Self {
            source,
            train,
            split: None,
            test: None,
            class_names: Vec::new(),
            target_names: Vec::new(),
            image_shape: None,
            max_values: MaxValues::default(),
            divisor: None,
            table: None,
            table_hash: None,
            drawn_test_hash: None,
            notes: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// Adds a test set.
    ///
    /// # Errors
    /// [`Error::Data`] if it is empty, a label has no class name, or it does not fit the training
    /// set's dimension.
    pub fn with_test_set(self, test: Samples) -> Result<Self> {
        self.check("test", &test)?;
        Ok(Self { test: Some(test), ..self })
    }

    /// Adds a validation set of the source's own: `split.valid` then draws none.
    ///
    /// # Errors
    /// As [`with_test_set`](Self::with_test_set); also if the values have another scale than those
    /// that train.
    pub fn with_validation_set(mut self, valid: Samples) -> Result<Self> {
        self.check("validation", &valid)?;
        let (train, rows) = (self.train.len(), self.train.len() + valid.len());
        self.train
            .append(valid)
            .map_err(|problem| Error::data(&self.source, format!("the validation set {problem}")))?;
        self.split = Some(SplitIndices { train: (0..train).collect(), valid: (train..rows).collect() });
        self.notes.push("the source has a validation set, so split.valid draws none".to_string());
        Ok(self)
    }

    /// Holds out the fold that `split` names, which becomes the test set instead of the source's own. Not for a table, which
    /// is divided before it is encoded.
    ///
    /// # Errors
    /// [`Error::Config`] if there are more folds than rows, or too few rows stay.
    pub(super) fn hold_out_fold(&self, split: &SplitConfig) -> Result<Self> {
        let (rows, valid) = match &self.split {
            Some(own) => (own.train.clone(), own.valid.clone()),
            None => ((0..self.train.len()).collect(), Vec::new()),
        };
        let (strata, count) = self.train.strata(self.classes());
        let (kept, fold) = SplitBy::Class.hold_out_fold(&rows, &strata, count, split)?;
        let test = Some(self.train.select(&fold).with_row_numbers(fold)?);
        let (trains, rows) = (kept.len(), kept.len() + valid.len());
        let train = self.train.select(&[kept, valid].concat());
        let own = self.split.is_some();
        let split = own.then(|| SplitIndices { train: (0..trains).collect(), valid: (trains..rows).collect() });
        Ok(Self {
            source: self.source.clone(),
            train,
            split,
            test,
            class_names: self.class_names.clone(),
            target_names: self.target_names.clone(),
            image_shape: self.image_shape,
            max_values: self.max_values,
            divisor: self.divisor,
            table: None,
            table_hash: None,
            drawn_test_hash: self.drawn_test_hash.clone(),
            notes: self.notes.clone(),
            skipped: self.skipped.clone(),
        })
    }

    /// What a network for this data takes.
    pub fn inputs(&self) -> Inputs {
        let codes = self.table.as_ref().map_or(Codes::default(), TableSchema::codes);
        Inputs { features: self.train.dimension(), codes }
    }

    /// Checks that `samples` can be this dataset's `set`.
    fn check(&self, set: &str, samples: &Samples) -> Result<()> {
        let fail = |problem: String| Err(Error::data(&self.source, problem));
        if samples.is_empty() {
            return fail(format!("the {set} set has no rows"));
        }
        let classes = self.classes();
        let fits = match samples.targets() {
            Targets::Classes(_) => !self.is_regression(),
            Targets::Numbers { count, .. } => self.is_regression() && *count == self.target_names.len(),
        };
        if !fits {
            return fail(format!("the targets of the {set} set are not those of the data set"));
        }
        if let Some(row) = samples.labels().iter().position(|&label| label as usize >= classes) {
            let label = samples.labels()[row];
            return fail(format!("label {label} of row {row} of the {set} set is outside the {classes} classes"));
        }
        if samples.dimension() != self.train.dimension() {
            let (others, own) = (samples.dimension(), self.train.dimension());
            return fail(format!(
                "{set} rows have {others} features, but training rows have {own}; they must have the same number"
            ));
        }
        Ok(())
    }

    /// Returns which rows of `train` train and which validate: as the source decides, or else a
    /// stratified draw of `config.valid` of the rows.
    ///
    /// # Errors
    /// [`Error::Config`] if no row is left to train or to validate, or `config.valid` is 0 although
    /// the source has a validation set.
    pub fn split_training_set(&self, config: &SplitConfig) -> Result<SplitIndices> {
        match &self.split {
            Some(split) if config.valid == 0.0 && !split.valid.is_empty() => {
                let problem = format!("is 0, but {} has a validation set; leave the setting out", self.source);
                Err(Error::config("split.valid", problem))
            }
            Some(split) => Ok(split.clone()),
            None => {
                let (strata, count) = self.train.strata(self.classes());
                stratified_split(&strata, count, config.valid, config.seed)
            }
        }
    }

    /// Number of classes; 0 in regression.
    pub fn classes(&self) -> usize {
        self.class_names.len()
    }

    /// Whether numbers are to be predicted.
    pub fn is_regression(&self) -> bool {
        !self.target_names.is_empty()
    }

    /// Number of a network's outputs: the classes, or the targets.
    pub fn outputs(&self) -> usize {
        if self.is_regression() { self.target_names.len() } else { self.classes() }
    }

    /// Returns what a model of this data predicts, with the statistics of `rows` of the training set: those that train.
    /// `clip` says whether predicted numbers stay within the range of these rows.
    pub fn task(&self, rows: &[usize], clip: bool) -> Task {
        if !self.is_regression() {
            return Task::Classification { class_names: self.class_names.clone() };
        }
        let (numbers, count) = (self.train.numbers(), self.target_names.len());
        let target = |(place, name): (usize, &String)| {
            NumericTarget::fit(name, rows.iter().map(|&row| numbers[row * count + place]), clip)
        };
        Task::Regression { targets: self.target_names.iter().enumerate().map(target).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Features;

    fn samples(values: &[f32], labels: &[u32]) -> Samples {
        Samples::new(Features::Floats(values.to_vec()), labels.to_vec(), 1).unwrap()
    }

    fn data() -> Dataset {
        let names = vec!["no".into(), "yes".into()];
        Dataset::new("own", samples(&[1.0, 2.0, 3.0, 4.0], &[0, 1, 0, 1]), None, names, None).unwrap()
    }

    #[test]
    fn the_rows_of_a_validation_set_validate_and_all_others_train() {
        let data = data().with_validation_set(samples(&[5.0, 6.0], &[1, 1])).unwrap();
        let split = data.split_training_set(&SplitConfig::default()).unwrap();
        assert_eq!((split.train, split.valid.as_slice()), (vec![0, 1, 2, 3], &[4, 5][..]));
        assert_eq!(data.train.select(&split.valid), samples(&[5.0, 6.0], &[1, 1]));
        assert_eq!(data.notes, ["the source has a validation set, so split.valid draws none"]);
    }

    #[test]
    fn without_a_validation_set_a_stratified_part_is_drawn() {
        let config = SplitConfig { valid: 0.5, ..SplitConfig::default() };
        let split = data().split_training_set(&config).unwrap();
        assert_eq!(split, stratified_split(&[0, 1, 0, 1], 2, 0.5, config.seed).unwrap());
    }

    #[test]
    fn a_validation_set_that_does_not_fit_is_refused() {
        let refusal = |valid: Samples| data().with_validation_set(valid).unwrap_err().to_string();
        assert_eq!(refusal(samples(&[], &[])), "own: the validation set has no rows");
        assert_eq!(
            refusal(samples(&[5.0], &[2])),
            "own: label 2 of row 0 of the validation set is outside the 2 classes"
        );
        let wide = Samples::new(Features::Floats(vec![5.0, 6.0]), vec![0], 2).unwrap();
        assert_eq!(
            refusal(wide),
            "own: validation rows have 2 features, but training rows have 1; they must have the same number"
        );
        let data = data().with_validation_set(samples(&[5.0], &[1])).unwrap();
        let none = SplitConfig { valid: 0.0, ..SplitConfig::default() };
        assert_eq!(
            data.split_training_set(&none).unwrap_err().to_string(),
            "split.valid is 0, but own has a validation set; leave the setting out"
        );
    }
}
