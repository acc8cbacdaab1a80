//! A stored event that shows what breaks.

use factum_model::rules::{self, witness};
use serde::Serialize;

use super::changes::pretty;

/// A stored event that one side wrote, and that the other does not read as it was meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Witness {
    /// Who does not read it.
    pub reader: Reader,
    /// The wire type under which it is stored.
    pub event: String,
    /// The version of the schema under which it is stored.
    pub version: u32,
    /// What is stored: JSON in a string.
    pub stored: String,
    /// What comes of it.
    pub outcome: Outcome,
}

/// Who does not read a stored event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// New code, what was stored before.
    New,
    /// Code that is still deployed, what new code stores.
    Deployed,
}

/// What comes of a stored event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// The reader refuses it.
    Refused {
        /// Why.
        reason: String,
    },
    /// The reader takes it for something else.
    Misread {
        /// What for, the payloads of events, one after another: JSON in a string.
        read: String,
        /// What was meant, in the same form.
        meant: String,
    },
    /// The reader does not try.
    TooNew {
        /// The lowest version whose reader decodes it rightly.
        readable_from: u32,
        /// The newest version that the reader knows.
        newest: u32,
    },
}

/// A stored event of before, which a declared step reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Sample {
    /// The wire type under which it is stored.
    pub event: String,
    /// The version of the schema under which it is stored.
    pub version: u32,
    /// What is stored: JSON in a string.
    pub stored: String,
    /// What new code reads it as, the payloads of events, one after another: JSON in a string.
    pub read: String,
}

impl Sample {
    /// What it is, without the payloads.
    #[must_use]
    pub fn told(&self) -> String {
        format!("a stored `{}`, version {}, as it is stored and as new code reads it:", self.event, self.version)
    }

    /// All of it, in sentences.
    #[must_use]
    pub(super) fn notes(&self) -> Vec<String> {
        vec![format!("{}\n{}\n{}", self.told(), short(&self.stored), short(&self.read))]
    }
}

impl From<witness::Covered> for Sample {
    fn from(found: witness::Covered) -> Self {
        let named = found.read.len() != 1;
        Self {
            event: found.wire_type,
            version: found.version,
            stored: pretty(&found.payload),
            read: readings(&found.read, named),
        }
    }
}

impl Witness {
    /// What it is, and what comes of it, without the payloads: what is told before them, and after them.
    #[must_use]
    pub fn told(&self) -> (String, Option<String>) {
        let (whose, reader) = match self.reader {
            Reader::New => ("stored", "new code"),
            Reader::Deployed => ("new", "deployed code"),
        };
        let what = format!("a {whose} `{}`, version {},", self.event, self.version);
        match &self.outcome {
            Outcome::Refused { reason } => {
                (format!("{what} is refused by {reader}:"), Some(format!("it says: {reason}")))
            }
            Outcome::Misread { .. } => (format!("{what} is read by {reader} as something else:"), None),
            Outcome::TooNew { readable_from, newest } => (
                format!("{what} is not read by {reader}:"),
                Some(format!("it is readable from version {readable_from} on, and {reader} knows {newest}")),
            ),
        }
    }

    /// All of it, in sentences.
    #[must_use]
    pub(super) fn notes(&self) -> Vec<String> {
        let (before, after) = self.told();
        let mut notes = vec![format!("{before}\n{}", short(&self.stored))];
        if let Outcome::Misread { read, meant } = &self.outcome {
            notes.push(format!("it is read as\n{}", short(read)));
            notes.push(format!("and was meant as\n{}", short(meant)));
        }
        notes.extend(after);
        notes
    }
}

/// In one line, if that is one.
fn short(json: &str) -> String {
    const LONGEST: usize = 100;
    let line = json.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST { line } else { json.to_owned() }
}

impl From<witness::Witness> for Witness {
    fn from(found: witness::Witness) -> Self {
        Self {
            reader: if found.direction == rules::Direction::F { Reader::Deployed } else { Reader::New },
            event: found.wire_type,
            version: found.version,
            stored: pretty(&found.payload),
            outcome: match found.outcome {
                witness::Outcome::Refused(reason) => Outcome::Refused { reason },
                witness::Outcome::Misread { read, meant } => {
                    // Names are told where one event is not read as one of its own.
                    let named = read.len() != 1 || meant.len() != 1 || read[0].event != meant[0].event;
                    Outcome::Misread { read: readings(&read, named), meant: readings(&meant, named) }
                }
                witness::Outcome::TooNew { readable_from, newest } => Outcome::TooNew { readable_from, newest },
            },
        }
    }
}

fn readings(all: &[witness::Reading], named: bool) -> String {
    let one = |reading: &witness::Reading| {
        let payload = pretty(&reading.payload);
        if named { format!("{{ \"{}\": {payload} }}", reading.event) } else { payload }
    };
    if all.is_empty() { "null".to_owned() } else { all.iter().map(one).collect::<Vec<_>>().join("\n") }
}
