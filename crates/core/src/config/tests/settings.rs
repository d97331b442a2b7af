use crate::config::settings::find;
use crate::config::*;
use std::collections::BTreeSet;

/// Dotted keys as serde writes the configuration's fields.
fn keys_of_run_config() -> BTreeSet<String> {
    let table = toml::Table::try_from(RunConfig::default()).unwrap();
    let mut keys = BTreeSet::new();
    for (name, value) in table {
        match value.as_table() {
            Some(section) => keys.extend(section.keys().map(|inner| format!("{name}.{inner}"))),
            None => drop(keys.insert(name)),
        }
    }
    keys
}

#[test]
fn the_settings_are_exactly_the_fields_of_a_configuration() {
    let keys: Vec<_> = SETTINGS.iter().map(|setting| setting.key.to_owned()).collect();
    assert_eq!(keys.iter().cloned().collect::<BTreeSet<_>>(), keys_of_run_config());
    assert_eq!(keys.len(), keys_of_run_config().len());
}

#[test]
fn the_settings_of_a_section_stand_together_and_top_level_ones_first() {
    let mut sections: Vec<_> = SETTINGS.iter().map(|setting| setting.section_and_name().0).collect();
    sections.dedup();
    let distinct: BTreeSet<_> = sections.iter().collect();
    assert_eq!(sections.len(), distinct.len());
    assert_eq!(sections[0], "");
}

#[test]
fn every_meaning_is_one_line_that_fits_a_comment() {
    for setting in SETTINGS {
        assert!(!setting.meaning.is_empty() && setting.meaning.len() <= 80, "{}", setting.key);
        assert!(setting.meaning.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", setting.key);
        assert!(!setting.meaning.ends_with('.'), "{}", setting.key);
    }
}

#[test]
fn every_setting_can_be_set_by_its_default_written_as_text() {
    let defaults = RunConfig::default().to_toml().unwrap().parse::<toml::Table>().unwrap();
    for setting in SETTINGS {
        let (section, name) = setting.section_and_name();
        let value = if section.is_empty() { &defaults[name] } else { &defaults[section][name] };
        let config = Layers::new().set(&format!("{}={value}", setting.key)).resolve().unwrap();
        assert_eq!(config, RunConfig::default(), "{}", setting.key);
    }
    assert!(find("optimizer").is_none());
}
