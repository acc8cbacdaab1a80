//! type-renamed

use super::{Level, Verdict};
use crate::diff::{Kind, Subject};

rule! {
    /// # What it does
    /// Tells of a declared type that has another name. It is the same type if it stands where the other one stood, in
    /// the same versions of the same events.
    ///
    /// # Why it breaks
    /// Nothing that is stored breaks: no name of a type is on the wire. What else changed in it is told apart. Code that
    /// names the type, and other catalogs that use it, name it anew; and a state that holds it has new snapshots.
    ///
    /// # Example
    /// `types: { Money: { newtype: i64 } }` becomes `types: { Amount: { newtype: i64 } }`.
    ///
    /// # What to do instead
    /// Nothing. `cargo factum lock` goes on under the new name, with every released version. Let it go on to a new version
    /// in another pull request: under a new name nobody knows which pins were forgotten, so each event that holds it is an
    /// error of its own (change-without-version), and the lines to write are not told.
    116, "type-renamed",
    Kind::Renamed, Subject::Type(_) => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "the type `{before}` is called `{after}` now",
        help: "",
    },
}
