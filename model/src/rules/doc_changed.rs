//! doc-changed

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Tells that an aggregate, an event, a type or a policy, or anything in it, is documented otherwise. Where lines break
    /// does not matter. The schemas of the baseline are looked at: a lock alone does not know.
    ///
    /// # Why it breaks
    /// Nothing. But where the meaning changed and not only its description, what is stored still has the old one.
    ///
    /// # Example
    /// The `doc` of `price` says `In cents.` and said `In euros.`.
    ///
    /// # What to do instead
    /// Where a field means something else from now on, declare a new field.
    161, "doc-changed",
    Kind::DocChanged => Verdict {
        breaks: &[],
        level: Level::Info,
        covered: false,
        message: "the {noun} `{name}` is documented otherwise",
        help: "",
    },
}
