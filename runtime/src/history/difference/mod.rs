//! What differs between two states.

use std::fmt;

use serde::Serialize;
use serde_json::Value as Json;

use crate::text::Printable;

mod debug;
mod tree;

use tree::Tree;

/// What differs between two states, place by place: what [`compare`] and [`compare_debug`] answer. Its text has a line for
/// each place; serde writes it as `{"changes":[{"path":"seats.A1","before":"free","after":"sold"}]}`, where `before` is
/// not there for what is new, and `after` not for what is gone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Difference {
    changes: Vec<Change>,
}

/// One place in which two states differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// Where: `seats.A1.price`, `lines[2]`, `prices["A 1"]`; empty where the states as a whole are compared. In a list
    /// the number (from 0) is that of the state before; of what is new, that of the state after.
    pub path: String,
    /// What was there; `None`: nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Json>,
    /// What is there; `None`: nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Json>,
}

impl Difference {
    /// The places, sorted by the names and numbers on their paths.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether there is none: the states are the same.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    fn of(before: &Tree, after: &Tree) -> Self {
        let mut difference = Self::default();
        tree::compare(before, after, &mut |path, before, after| {
            let json = |tree: Option<&Tree>| tree.map(Tree::json);
            difference.changes.push(Change { path: path.to_owned(), before: json(before), after: json(after) });
        });
        difference
    }
}

/// What differs between two states, as serde writes them.
///
/// What serde leaves out is not compared, and a set or a list is compared by what was taken out and put in.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use factum::history::compare;
///
/// #[derive(serde::Serialize)]
/// struct Seats {
///     held: u32,
///     price: BTreeMap<&'static str, u32>,
/// }
///
/// let before = Seats { held: 3, price: BTreeMap::from([("A1", 20)]) };
/// let after = Seats { held: 5, price: BTreeMap::from([("B2", 30)]) };
/// let difference = compare(&before, &after)?;
/// assert_eq!(difference.to_string(), "held: 3 -> 5\nprice.A1: 20 -> absent\nprice.B2: absent -> 30\n");
/// assert!(compare(&before, &before)?.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// [`serde_json::Error`] if a state cannot be written as JSON: the keys of a map are structs, say. [`compare_debug`] does
/// without.
pub fn compare<T: Serialize + ?Sized>(before: &T, after: &T) -> Result<Difference, serde_json::Error> {
    Ok(Difference::of(&serde_json::to_value(before)?.into(), &serde_json::to_value(after)?.into()))
}

/// What differs between two states, as their `Debug` shows them: for a state that serde cannot write.
///
/// Derived `Debug` is taken apart, field by field; what another `Debug` prints is compared as a text. `Some(x)` is taken
/// for `x` and `None` for nothing, as serde does.
///
/// ```
/// use factum::history::compare_debug;
///
/// #[derive(Debug)]
/// enum Account {
///     Open { owner: &'static str, cents: i64 },
/// }
///
/// let state = |cents| Account::Open { owner: "Ada", cents };
/// assert_eq!(compare_debug(&state(100), &state(250)).to_string(), "cents: 100 -> 250\n");
/// ```
#[must_use]
pub fn compare_debug<T: fmt::Debug + ?Sized>(before: &T, after: &T) -> Difference {
    Difference::of(&debug::tree(&format!("{before:#?}")), &debug::tree(&format!("{after:#?}")))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.changes.iter().try_for_each(|change| writeln!(f, "{change}"))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the state" } else { &self.path };
        let side = |json: &Option<Json>| json.as_ref().map_or_else(|| "absent".to_owned(), Json::to_string);
        let (before, after) = (side(&self.before), side(&self.after));
        write!(f, "{}: {} -> {}", Printable(path), Printable(&before), Printable(&after))
    }
}
