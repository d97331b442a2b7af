//! The command-line options of settings, built from their declarations: `--lr`, `--epochs`, ...

use std::ffi::OsStr;

use burn_mlp::config::{Assignment, BACKENDS, SETTINGS, SOURCES, Setting, ValueType};
use clap::builder::{StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

/// The settings whose options are given, with checked values.
#[derive(Debug, Default, PartialEq)]
pub struct SettingFlags(Vec<Assignment>);

impl SettingFlags {
    pub fn assignments(&self) -> &[Assignment] {
        &self.0
    }

    /// Returns the names of the options, without `--`.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter_map(|assignment| Some(assignment.setting().flag?.name))
    }

    /// Whether the option of the setting with this key is given.
    pub fn sets(&self, key: &str) -> bool {
        self.0.iter().any(|assignment| assignment.key() == key)
    }
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        command.args(SETTINGS.iter().filter_map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = SETTINGS.iter().filter_map(|setting| setting.flag);
        Ok(Self(flags.filter_map(|flag| matches.get_one::<Assignment>(flag.name).cloned()).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Builds the option of a setting; its name is also its clap id.
fn argument(setting: &'static Setting) -> Option<Arg> {
    let flag = setting.flag?;
    let argument = Arg::new(flag.name).long(flag.name).help(help(setting)).value_parser(SettingParser(setting));
    Some(match (flag.value_name, flag.implied) {
        (Some(name), None) => argument.value_name(name).allow_hyphen_values(true),
        (Some(name), Some(implied)) => argument.value_name(name).num_args(0..=1).default_missing_value(implied),
        // Otherwise clap turns an option without values into one that is always set.
        (None, implied) => argument.action(ArgAction::Set).num_args(0).default_missing_value(implied.unwrap_or("true")),
    })
}

/// Returns the flag's own help, else the setting's meaning and names.
fn help(setting: &Setting) -> String {
    let names = match setting.value_type {
        ValueType::Choice(names) => names,
        ValueType::Backend => BACKENDS,
        ValueType::Source => SOURCES,
        _ => &[],
    };
    match (setting.flag.and_then(|flag| flag.help), names) {
        (Some(help), _) => help.to_string(),
        (None, [others @ .., last]) if !others.is_empty() => {
            format!("{}: {} or {last}", setting.meaning, others.join(", "))
        }
        (None, _) => setting.meaning.to_string(),
    }
}

/// Parses the value of a setting's option. Errors name the setting, as those of `--set` and files
/// do.
#[derive(Clone)]
struct SettingParser(&'static Setting);

impl TypedValueParser for SettingParser {
    type Value = Assignment;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Assignment, clap::Error> {
        let text = StringValueParser::new().parse_ref(command, arg, value)?;
        let refused = |error: burn_mlp::Error| clap::Error::raw(ErrorKind::ValueValidation, error).with_cmd(command);
        self.0.parse(&text).map_err(refused)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        flags: SettingFlags,
    }

    fn parse(arguments: &[&str]) -> Result<SettingFlags, clap::Error> {
        Program::try_parse_from(["program"].iter().chain(arguments)).map(|program| program.flags)
    }

    #[test]
    fn only_given_options_assign_their_settings() {
        assert_eq!(parse(&[]).unwrap(), SettingFlags::default());
        let flags = parse(&["--no-shuffle", "--lr", "0.1", "--batch-norm", "--epochs=3"]).unwrap();
        let given = [("model.batch_norm", "true"), ("training.epochs", "3"), ("training.shuffle", "false")];
        let given = given.into_iter().chain([("optimizer.learning_rate", "0.1")]);
        let given: Vec<_> = given.map(|(key, text)| Assignment::parse(key, text).unwrap()).collect();
        assert_eq!(flags.assignments(), given);
        assert!(flags.sets("optimizer.learning_rate") && !flags.sets("seed"));
        assert!(flags.names().any(|name| name == "no-shuffle"));
    }

    #[test]
    fn an_optional_value_can_be_given_and_a_switch_takes_none() {
        let expected = Assignment::parse("model.batch_norm", "false").unwrap();
        assert_eq!(parse(&["--batch-norm", "false"]).unwrap().assignments(), [expected]);
        assert!(parse(&["--offline", "true"]).is_err());
    }

    #[test]
    fn a_value_out_of_range_is_refused_under_the_settings_key() {
        let error = parse(&["--lr", "-0.1"]).unwrap_err();
        assert_eq!((error.kind(), error.exit_code()), (ErrorKind::ValueValidation, 2));
        let expected = "error: optimizer.learning_rate: expected a number above 0, found -0.1";
        assert!(error.to_string().starts_with(expected), "{error}");
    }

    #[test]
    fn the_help_lists_the_names_of_a_choice() {
        let optimizer = SETTINGS.iter().find(|setting| setting.key == "optimizer.name").unwrap();
        assert_eq!(help(optimizer), "Optimizer: sgd, adam or adamw");
    }
}
