//! catalog-moved

use super::{Level, Verdict};
use crate::diff::Kind;

rule! {
    /// # What it does
    /// Finds a context that belonged to another catalog of the baseline. What was released of it is taken from the lock
    /// of that catalog, and compared as if it had always been in this one.
    ///
    /// # Why it breaks
    /// Nothing that is stored: names on the wire have the context in them, and no folder. But from now on another
    /// `factum.lock` says what was released, another `factum.toml` says what may break, and the Rust is generated for
    /// another crate or module.
    ///
    /// # Example
    /// `billing.yaml` moves from `shop/`, which keeps its `factum.toml` and other contexts, to `billing/`.
    ///
    /// # What to do instead
    /// Nothing, if it is meant. Run `cargo factum lock` where it sees both catalogs, and commit both locks.
    115, "catalog-moved",
    Kind::CatalogMoved => Verdict {
        breaks: &[],
        level: Level::Warning,
        covered: false,
        message: "the context `{name}` belonged to the catalog in `{before}`, and belongs to the one in `{after}` now",
        help: "run `cargo factum lock` where it sees both catalogs, and commit both locks",
    },
}
