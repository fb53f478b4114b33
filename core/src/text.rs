//! JSON text that is cheap to hand to many subscribers.

use std::fmt;

use tungstenite::Utf8Bytes;

/// A UTF-8 text that is shared, not copied, when cloned.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Utf8Bytes);

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn into_frame(self) -> Utf8Bytes {
        self.0
    }
}

impl From<Utf8Bytes> for Text {
    fn from(frame: Utf8Bytes) -> Self {
        Self(frame)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// Contents of messages are the user's business: only the length is shown.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.as_str().len())
    }
}
