//! The `evaluation.threshold` setting: `f1`, `youden` or `cost=FP:FN`.

use std::fmt;

use crate::config::RunConfig;
use crate::text::quoted;
use crate::{Error, Result};

/// What the threshold of two classes is chosen by, on validation rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ThresholdRule {
    /// The highest F1 of the positive class.
    F1,
    /// The highest Youden index: true positive rate minus false positive rate.
    Youden,
    /// The lowest cost, given that of a false positive and of a false negative.
    Cost { false_positive: f64, false_negative: f64 },
}

impl ThresholdRule {
    /// Parses a rule; empty text is `None`. The error lacks the key.
    pub(crate) fn parse(text: &str) -> std::result::Result<Option<Self>, String> {
        let cost = |costs: &str| {
            let (false_positive, false_negative) = costs.split_once(':')?;
            let cost = |text: &str| text.trim().parse().ok().filter(|cost: &f64| cost.is_finite() && *cost > 0.0);
            Some(Self::Cost { false_positive: cost(false_positive)?, false_negative: cost(false_negative)? })
        };
        let rule = match text {
            "" => return Ok(None),
            "f1" => Some(Self::F1),
            "youden" => Some(Self::Youden),
            text => text.strip_prefix("cost=").and_then(cost),
        };
        let problem = || {
            format!(
                "{} is not a rule; expected f1, youden, or cost=FP:FN with the costs of a false positive and of a \
                 false negative, as in cost=1:5",
                quoted(text)
            )
        };
        rule.map(Some).ok_or_else(problem)
    }
}

impl RunConfig {
    /// The rule that chooses the threshold; `None` for the most probable class.
    ///
    /// # Errors
    /// [`Error::Config`] if the setting is not a rule.
    pub fn threshold_rule(&self) -> Result<Option<ThresholdRule>> {
        ThresholdRule::parse(&self.evaluation.threshold).map_err(|problem| Error::config(KEY, problem))
    }

    /// Checks that `evaluation.threshold`, if it is set, can choose a threshold: that rows of both of two classes
    /// validate. `validating` `[classes]` are the numbers of these rows; there are no classes in regression.
    ///
    /// # Errors
    /// [`Error::Config`] if it cannot.
    pub fn check_threshold(&self, validating: &[usize]) -> Result<()> {
        if self.threshold_rule()?.is_none() {
            return Ok(());
        }
        let problem = match validating {
            [] => "needs two classes, but the target is a number; leave it out".to_string(),
            [0, 0] => "is chosen on validation rows, but there are none; hold some out with split.valid".to_string(),
            [0, _] | [_, 0] => "is chosen on validation rows, but they all have one class; hold more rows out with \
                                split.valid"
                .to_string(),
            [_, _] => return Ok(()),
            classes => format!("needs two classes, but the data has {}; leave it out", classes.len()),
        };
        Err(Error::config(KEY, problem))
    }
}

const KEY: &str = "evaluation.threshold";

impl fmt::Display for ThresholdRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::F1 => f.write_str("f1"),
            Self::Youden => f.write_str("youden"),
            Self::Cost { false_positive, false_negative } => write!(f, "cost={false_positive}:{false_negative}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_f1_youden_or_two_costs() {
        let cost = ThresholdRule::Cost { false_positive: 1.0, false_negative: 2.5 };
        for (text, rule) in [("f1", ThresholdRule::F1), ("youden", ThresholdRule::Youden), ("cost=1:2.5", cost)] {
            assert_eq!(ThresholdRule::parse(text), Ok(Some(rule)));
            assert_eq!(rule.to_string(), text);
        }
        assert_eq!(ThresholdRule::parse(""), Ok(None));
    }

    #[test]
    fn other_text_is_refused_with_the_expected_form() {
        for text in ["F1", "0.5", "cost", "cost=1", "cost=0:1", "cost=1:-1", "cost=nan:1", "cost=1:inf", "cost=1:2:3"] {
            let message = ThresholdRule::parse(text).unwrap_err();
            assert!(message.contains("expected f1, youden, or cost=FP:FN"), "{message}");
        }
    }

    #[test]
    fn a_threshold_needs_validation_rows_of_both_of_two_classes() {
        let mut config = RunConfig::default();
        assert!(config.check_threshold(&[]).is_ok());
        config.evaluation.threshold = "f1".to_string();
        assert!(config.check_threshold(&[3, 1]).is_ok());
        let refusal = |rows: &[usize]| config.check_threshold(rows).unwrap_err().to_string();
        assert!(refusal(&[]).contains("the target is a number"));
        assert!(refusal(&[0, 0]).contains("there are none"));
        assert!(refusal(&[3, 0]).contains("they all have one class"));
        assert!(refusal(&[3, 2, 1]).contains("the data has 3"));
    }
}
