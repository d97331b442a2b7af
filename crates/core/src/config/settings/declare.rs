//! The macro behind `run_config.rs`: from one declaration of every setting it makes the structs,
//! their defaults, [`SETTINGS`](crate::config::SETTINGS), and access by dotted key.

/// Declares the configuration. A setting is
///
/// ```text
/// /// What it does, in one line: rustdoc, help, comments and documentation show this.
/// name: Type = default, limits, flag("name", "VALUE");
/// ```
///
/// where the flag is optional and further doc lines are for rustdoc only.
macro_rules! settings {
    (
        $(#[$root_doc:meta])*
        $root:ident {
            $(
                #[doc = $meaning:literal] $(#[$more:meta])*
                $name:ident: $type:ty = $default:expr, $limits:expr $(, $flag:expr)?;
            )*
        }
        $(
            $(#[$section_doc:meta])*
            $section:ident: $struct:ident {
                $(
                    #[doc = $inner_meaning:literal] $(#[$inner_more:meta])*
                    $inner:ident: $inner_type:ty = $inner_default:expr, $inner_limits:expr $(, $inner_flag:expr)?;
                )*
            }
        )*
    ) => {
        $(#[$root_doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $root {
            $(#[doc = $meaning] $(#[$more])* pub $name: $type,)*
            $($(#[$section_doc])* pub $section: $struct,)*
        }

        impl Default for $root {
            fn default() -> Self {
                Self { $($name: $default,)* $($section: $struct::default(),)* }
            }
        }

        $(
            $(#[$section_doc])*
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $struct {
                $(#[doc = $inner_meaning] $(#[$inner_more])* pub $inner: $inner_type,)*
            }

            impl Default for $struct {
                fn default() -> Self {
                    Self { $($inner: $inner_default,)* }
                }
            }
        )*

        /// All settings, in the order in which a configuration is written.
        pub static SETTINGS: &[Setting] = &[
            $(Setting {
                key: stringify!($name),
                value_type: $limits,
                meaning: $meaning.trim_ascii(),
                flag: settings!(@flag $($flag)?),
            },)*
            $($(Setting {
                key: concat!(stringify!($section), ".", stringify!($inner)),
                value_type: $inner_limits,
                meaning: $inner_meaning.trim_ascii(),
                flag: settings!(@flag $($inner_flag)?),
            },)*)*
        ];

        impl $root {
            /// Returns the value of the setting with this dotted key; `None` if there is no such
            /// setting, or if TOML's 64-bit integers cannot hold the value.
            pub fn get(&self, key: &str) -> Option<Value> {
                match key {
                    $(stringify!($name) => Value::try_from(&self.$name).ok(),)*
                    $($(concat!(stringify!($section), ".", stringify!($inner)) => {
                        Value::try_from(&self.$section.$inner).ok()
                    })*)*
                    _ => None,
                }
            }

            /// Sets a setting to its checked value.
            pub(crate) fn assign(&mut self, assignment: Assignment) -> Result<()> {
                let Assignment { setting, value } = assignment;
                let mismatch = |error: toml::de::Error| Error::config(setting.key, error.message());
                match setting.key {
                    $(stringify!($name) => self.$name = value.try_into().map_err(mismatch)?,)*
                    $($(concat!(stringify!($section), ".", stringify!($inner)) => {
                        self.$section.$inner = value.try_into().map_err(mismatch)?;
                    })*)*
                    _ => {}
                }
                Ok(())
            }
        }
    };
    (@flag) => { None };
    (@flag $flag:expr) => { Some($flag) };
}

pub(crate) use settings;
