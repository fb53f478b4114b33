//! JSON text that is cheap to hand to many subscribers.

use std::fmt;
use std::sync::Arc;

use tungstenite::Utf8Bytes;

use crate::engine::Layout;

/// A UTF-8 text that is shared, not copied, when cloned.
#[derive(Clone)]
pub struct Text {
    text: Utf8Bytes,
    layout: Option<Arc<Layout>>,
}

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Where its members are, of an object that the engine has read; none where that is not easily
    /// told.
    pub fn layout(&self) -> Option<&Arc<Layout>> {
        self.layout.as_ref()
    }

    pub(crate) fn set_layout(&mut self, layout: Option<Arc<Layout>>) {
        self.layout = layout;
    }

    pub(crate) fn into_frame(self) -> Utf8Bytes {
        self.text
    }
}

impl From<Utf8Bytes> for Text {
    fn from(frame: Utf8Bytes) -> Self {
        Self {
            text: frame,
            layout: None,
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Utf8Bytes::from(text).into()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Text {}

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
