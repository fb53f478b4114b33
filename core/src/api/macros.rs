//! What the generated modules are written in.

/// A read-only view of a JSON object.
macro_rules! view {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $field:ident: $type:ty = $($wire:literal)|+;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        pub struct $name($crate::api::Fields);

        impl $name {
            $(
                $(#[$doc])*
                pub fn $field(&self) -> Option<$type> {
                    $crate::api::json::read(&self.0, &[$($wire),+])
                }
            )*

            /// Any field by its wire name, also one that the catalogue does not know.
            pub fn get(&self, wire: &str) -> Option<&serde_json::Value> {
                self.0.get(wire)
            }
        }

        impl $crate::api::View for $name {
            fn new(fields: $crate::api::Fields) -> Self {
                Self(fields)
            }

            fn fields(&self) -> &$crate::api::Fields {
                &self.0
            }
        }

        impl $crate::api::FromJson<'_> for $name {
            fn from_json(value: &serde_json::Value) -> Option<Self> {
                value.as_object().cloned().map(Self)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::api::json::debug(f, stringify!($name), &self.0)
            }
        }
    };
}

/// A view that is an event of this name.
macro_rules! event {
    ($(#[$meta:meta])* $name:ident = $wire:literal, $aliases:tt { $($fields:tt)* }) => {
        $crate::api::macros::view! { $(#[$meta])* $name { $($fields)* } }

        impl $crate::api::Event for $name {
            const NAME: &'static str = $wire;
            const ALIASES: &'static [&'static str] = &$aliases;
        }
    };
}

/// A plain struct whose fields are sent under their wire names.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $field:ident: $type:ty = $wire:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl $name {
            fn written(&self) -> $crate::api::Fields {
                #[allow(unused_mut, reason = "without parameters nothing is put")]
                let mut fields = $crate::api::Fields::new();
                $($crate::api::json::put(&mut fields, $wire, &self.$field);)*
                fields
            }
        }

        impl $crate::api::ToJson for $name {
            fn to_json(&self) -> Option<serde_json::Value> {
                Some(self.written().into())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::api::json::debug(f, stringify!($name), &self.written())
            }
        }
    };
}

/// An object that is the parameters of a command.
macro_rules! command {
    ($(#[$meta:meta])* $name:ident = $wire:literal -> $answer:ident { $($fields:tt)* }) => {
        $crate::api::macros::object! { $(#[$meta])* $name { $($fields)* } }

        impl $crate::api::Command for $name {
            const METHOD: &'static str = $wire;
            type Answer = $answer;

            fn params(&self) -> $crate::api::Fields {
                self.written()
            }
        }
    };
}

/// An object that is the parameters of a flow.
macro_rules! flow {
    ($(#[$meta:meta])* $name:ident = $flow:literal -> $outcome:ident { $($fields:tt)* }) => {
        $crate::api::macros::object! { $(#[$meta])* $name { $($fields)* } }

        impl $crate::api::Flow for $name {
            const NAME: &'static str = $flow;
            type Outcome = $outcome;

            fn params(&self) -> $crate::api::Fields {
                self.written()
            }
        }
    };
}

/// One of several events.
macro_rules! outcome {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $variant:ident($event:ident),)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $($(#[$doc])* $variant($event),)+
        }

        impl $crate::api::Outcome for $name {
            fn read(event: &$crate::Event) -> Option<Self> {
                None
                    $(.or_else(|| <$event as $crate::api::Event>::of(event).map(Self::$variant)))+
            }
        }
    };
}

/// Codes that are numbers.
macro_rules! numbers {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $wire:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $value,)+
            /// A value that the catalogue does not know.
            Other(i64),
        }

        impl $name {
            /// The number on the wire.
            pub fn code(self) -> i64 {
                match self {
                    $(Self::$value => $wire,)+
                    Self::Other(code) => code,
                }
            }
        }

        impl From<i64> for $name {
            fn from(code: i64) -> Self {
                match code {
                    $($wire => Self::$value,)+
                    other => Self::Other(other),
                }
            }
        }

        impl $crate::api::FromJson<'_> for $name {
            fn from_json(value: &serde_json::Value) -> Option<Self> {
                <i64 as $crate::api::FromJson>::from_json(value).map(Self::from)
            }
        }

        impl $crate::api::ToJson for $name {
            fn to_json(&self) -> Option<serde_json::Value> {
                Some(self.code().into())
            }
        }
    };
}

/// Codes that are texts; the first of several is the one to send.
macro_rules! texts {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$doc:meta])* $value:ident = $wire:literal $(| $alias:literal)*;)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $value,)+
            /// A value that the catalogue does not know.
            Other(String),
        }

        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$value => $wire,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($wire $(| $alias)* => Self::$value,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl $crate::api::FromJson<'_> for $name {
            fn from_json(value: &serde_json::Value) -> Option<Self> {
                value.as_str().map(Self::from)
            }
        }

        impl $crate::api::ToJson for $name {
            fn to_json(&self) -> Option<serde_json::Value> {
                Some(self.as_str().into())
            }
        }
    };
}

/// Codes that are added up.
macro_rules! bits {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $wire:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(
            /// The number on the wire.
            pub i64,
        );

        impl $name {
            $($(#[$doc])* pub const $value: Self = Self($wire);)+

            /// Whether all bits of `other` are set.
            pub fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl $crate::api::FromJson<'_> for $name {
            fn from_json(value: &serde_json::Value) -> Option<Self> {
                <i64 as $crate::api::FromJson>::from_json(value).map(Self)
            }
        }

        impl $crate::api::ToJson for $name {
            fn to_json(&self) -> Option<serde_json::Value> {
                Some(self.0.into())
            }
        }
    };
}

pub(super) use {bits, command, event, flow, numbers, object, outcome, texts, view};
