use std::collections::BTreeSet;

use crate::config::*;

/// Returns the dotted keys of the fields that serde writes.
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
fn the_settings_are_exactly_the_fields_that_serde_writes() {
    let keys: Vec<_> = SETTINGS.iter().map(|setting| setting.key.to_owned()).collect();
    assert_eq!(keys.iter().cloned().collect::<BTreeSet<_>>(), keys_of_run_config());
    assert_eq!(keys.len(), keys_of_run_config().len());
}

#[test]
fn settings_are_grouped_by_section_with_top_level_ones_first() {
    let mut sections: Vec<_> = SETTINGS.iter().map(|setting| setting.section_and_name().0).collect();
    sections.dedup();
    let distinct: BTreeSet<_> = sections.iter().collect();
    assert_eq!(sections.len(), distinct.len());
    assert_eq!(sections[0], "");
}

#[test]
fn every_meaning_fits_on_a_comment_line() {
    for setting in SETTINGS {
        assert!(!setting.meaning.is_empty() && setting.meaning.len() <= 80, "{}", setting.key);
        assert!(setting.meaning.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", setting.key);
        assert!(!setting.meaning.ends_with('.'), "{}", setting.key);
    }
}

#[test]
fn every_setting_can_be_set_to_its_default_as_text() {
    let defaults = RunConfig::default().to_toml().unwrap().parse::<toml::Table>().unwrap();
    for setting in SETTINGS {
        let (section, name) = setting.section_and_name();
        let value = if section.is_empty() { &defaults[name] } else { &defaults[section][name] };
        let config = Layers::new().set(&format!("{}={value}", setting.key)).resolve().unwrap();
        assert_eq!(config, RunConfig::default(), "{}", setting.key);
    }
}

#[test]
fn every_setting_can_be_read_by_its_key() {
    let config = RunConfig::default();
    assert_eq!(config.get("optimizer.learning_rate"), Some(toml::Value::Float(0.01)));
    assert!(SETTINGS.iter().all(|setting| config.get(setting.key).is_some()));
    assert_eq!(config.get("optimizer"), None);
}

#[test]
fn no_two_settings_share_a_flag() {
    let flags: Vec<_> = SETTINGS.iter().filter_map(|setting| setting.flag).map(|flag| flag.name).collect();
    assert_eq!(flags.iter().collect::<BTreeSet<_>>().len(), flags.len());
    assert!(flags.contains(&"lr") && flags.contains(&"no-shuffle"));
}
