//! Finds settings by their dotted keys. A key that does not exist is answered with the one it means.

use burn_mlp_infer::suggest::nearest;

use super::peers::known_elsewhere;
use super::setting::{Assignment, Setting};
use crate::config::run_config::SETTINGS;
use crate::text::shortened;
use crate::{Error, Result};

impl Setting {
    /// Finds the setting with this dotted key.
    ///
    /// # Errors
    /// [`Error::Config`] for an unknown key, with the one that it may mean.
    pub fn find(key: &str) -> Result<&'static Self> {
        find_in(key, "")
    }

    /// Returns the settings that the name at the end of `key` means, in any section: their own name,
    /// that of their option, or one from another library.
    pub fn meant_by(key: &str) -> Vec<&'static Self> {
        let name = key.rsplit_once('.').map_or(key, |(_, name)| name).replace('-', "_");
        let own = SETTINGS.iter().filter(|setting| setting.section_and_name().1 == name);
        let own: Vec<_> = own.collect();
        match own.is_empty() {
            true => known_elsewhere(&name).into_iter().collect(),
            false => own,
        }
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
pub(crate) fn find_in(key: &str, origin: &str) -> Result<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key).ok_or_else(|| {
        let problem = match section(key).next() {
            Some(first) => format!("is a section; name a setting in it, as in {}", first.key),
            None => no_such_setting(key),
        };
        Error::config(label(key, origin), problem)
    })
}

/// Whether `name` is a section, such as `optimizer`.
pub(crate) fn is_section(name: &str) -> bool {
    section(name).next().is_some()
}

/// Names `key` as errors do: with the file that contains it.
pub(crate) fn label(key: &str, origin: &str) -> String {
    match origin {
        "" => shortened(key),
        _ => format!("{origin}: {}", shortened(key)),
    }
}

fn section(name: &str) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |setting| setting.section_and_name().0 == name && !name.is_empty())
}

/// Suggests the settings that the key's name means, else the nearest key, else the names of the given
/// section.
fn no_such_setting(key: &str) -> String {
    let meant = Setting::meant_by(key);
    if !meant.is_empty() {
        let keys: Vec<_> = meant.iter().map(|setting| setting.key).collect();
        return format!("there is no such setting; did you mean {}?", keys.join(" or "));
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
