//! Finds settings by their dotted keys. A key that does not exist is answered with the nearest one.

use burn_mlp_infer::suggest::nearest;

use super::run_config::SETTINGS;
use super::setting::{Assignment, Setting};
use crate::text::shortened;
use crate::{Error, Result};

impl Setting {
    /// Finds the setting with this dotted key.
    ///
    /// # Errors
    /// [`Error::Config`] for an unknown key, with the nearest one.
    pub fn find(key: &str) -> Result<&'static Self> {
        find_in(key, "")
    }
}

impl Assignment {
    /// Parses the value of a setting: `("model.hidden", "128,64")`.
    ///
    /// # Errors
    /// As [`Setting::find`] and [`Setting::parse`].
    pub fn parse(key: &str, text: &str) -> Result<Self> {
        Setting::find(key)?.parse(text)
    }
}

/// As [`Setting::find`]; errors name the file `origin`, unless it is empty.
pub(super) fn find_in(key: &str, origin: &str) -> Result<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key).ok_or_else(|| {
        let problem = match section(key).next() {
            Some(first) => format!("is a section; name a setting in it, as in {}", first.key),
            None => no_such_setting(key),
        };
        Error::config(label(key, origin), problem)
    })
}

/// Whether `name` is a section, such as `optimizer`.
pub(super) fn is_section(name: &str) -> bool {
    section(name).next().is_some()
}

/// Names `key` as errors do: with the file that contains it.
pub(super) fn label(key: &str, origin: &str) -> String {
    match origin {
        "" => shortened(key),
        _ => format!("{origin}: {}", shortened(key)),
    }
}

fn section(name: &str) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |setting| setting.section_and_name().0 == name && !name.is_empty())
}

/// Suggests the same name in other sections, else the nearest key, else the names of the given
/// section.
fn no_such_setting(key: &str) -> String {
    let own_name = key.rsplit_once('.').map_or(key, |(_, name)| name);
    let same_name = SETTINGS.iter().filter(|setting| setting.section_and_name().1 == own_name);
    let same_name: Vec<_> = same_name.map(|setting| setting.key).collect();
    if !same_name.is_empty() {
        return format!("there is no such setting; did you mean {}?", same_name.join(" or "));
    }
    let sections = SETTINGS.iter().map(|setting| setting.section_and_name().0).filter(|section| !section.is_empty());
    if let Some(near) = nearest(key, SETTINGS.iter().map(|setting| setting.key).chain(sections)) {
        return format!("there is no such setting; did you mean {near}?");
    }
    let given_section = key.split_once('.').map_or("", |(section, _)| section);
    let names: Vec<_> = section(given_section).map(|setting| setting.section_and_name().1).collect();
    match names.is_empty() {
        false => format!("there is no such setting; [{}] has {}", shortened(given_section), names.join(", ")),
        true => "there is no such setting; `burn-mlp config` lists all of them".into(),
    }
}
