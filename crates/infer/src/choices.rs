//! Enums with a fixed list of names.

/// Declares an enum with its names: serde, `Display`, `FromStr`, `ALL` and `NAMES` come from the one list.
#[doc(hidden)]
#[macro_export]
macro_rules! choices {
    ($(#[$doc:meta])* $choice:ident, $word:literal, { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $choice {
            $($(#[$variant_doc])* #[serde(rename = $name)] $variant,)+
        }

        impl $choice {
            /// Every value, in the order of its names.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// Every value's name.
            pub const NAMES: &[&str] = &[$($name),+];

            /// The value's name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl ::std::fmt::Display for $choice {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl ::std::str::FromStr for $choice {
            type Err = $crate::Error;

            /// Reads a name.
            ///
            /// # Errors
            /// Any other text: with the nearest name and the list of all.
            fn from_str(text: &str) -> $crate::Result<Self> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err($crate::Error::config($word, $crate::suggest::not_one_of(text, Self::NAMES))),
                }
            }
        }
    };
}
