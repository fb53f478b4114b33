//! Flows: commands whose answer means only "accepted for execution", and how to know what became
//! of them. The facts are in `protocol/flows.json`.

use std::time::Duration;

/// One flow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// Its name in Node; the other languages write it in their manner.
    pub name: &'static str,
    /// Wire name of the command.
    pub command: &'static str,
    /// How long the outcome is waited for, from the sending of the command on.
    pub timeout: Duration,
    /// Some of its ends are about the user who is logged in on the terminal.
    pub needs_own: bool,
    /// Tried in this order, before the bad ends.
    pub ends_well: &'static [End],
    /// Tried in this order.
    pub ends_badly: &'static [End],
    /// How to find out by asking that it has ended well.
    pub reached: Option<Reached>,
}

/// An event that ends a flow, if all of these hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct End {
    /// Wire name of the event.
    pub event: &'static str,
    /// What its fields say.
    pub when: &'static [Condition],
    /// It is about what the command is about.
    pub same: &'static [Same],
    /// The field that names the user who is logged in on the terminal.
    pub own: Option<&'static str>,
    /// An earlier event of this name, since the command was sent, said this.
    pub after: &'static [Condition],
    /// Where it says why; bad ends only.
    pub cause: Option<&'static Cause>,
}

/// A field has one of some values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    /// The spellings of its name; `a.b` is a field of an object.
    pub field: &'static [&'static str],
    /// The values.
    pub values: &'static [Literal],
}

/// A value to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal {
    /// True or false.
    Bool(bool),
    /// A code.
    Number(i64),
}

/// A field names the same as a parameter of the command.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Same {
    /// The spellings of the field's name.
    pub field: &'static [&'static str],
    /// The parameter.
    pub param: &'static str,
}

/// The field of an event that says why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cause {
    /// Its name.
    pub field: &'static str,
    /// The enum of its values.
    pub kind: Option<&'static str>,
    /// Value, name and meaning of each.
    pub values: &'static [(i64, &'static str, &'static str)],
}

/// A question whose answer tells that a flow has ended well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The query to send; it has no parameters.
    pub query: &'static str,
    /// What its answer says.
    pub when: &'static [Condition],
    /// The object or list of the answer that is looked at; without it the whole answer.
    pub inside: Option<&'static str>,
    /// It is about what the command is about; in a list one of the entries.
    pub same: &'static [Same],
    /// Nothing in it is about what the command is about.
    pub none: bool,
    /// Asked as well when the command is refused.
    pub if_refused: bool,
}
