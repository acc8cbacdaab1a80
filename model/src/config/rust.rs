//! `[rust]`: what is chosen about the generated Rust. What it means, the generator says.

use toml_edit::{Item, TableLike};

use super::Reader;
use crate::source::Spanned;

/// What `[rust]` chooses. Paths are not looked at here: only a compiler knows them.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Rust {
    /// Which Rust type stands for a builtin, by the builtin's name in a schema.
    pub builtins: Vec<(Spanned<String>, RustType)>,
    /// Which traits are derived beside the usual ones, by what derives them.
    pub derive: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// What contexts' modules are called.
    pub modules: Vec<(Spanned<String>, Spanned<String>)>,
    /// Who sees what is generated.
    pub visibility: Option<Spanned<Visibility>>,
    /// Whether what has a wire form has a JSON Schema.
    pub json_schema: Option<Spanned<bool>>,
}

/// A Rust type that stands for a builtin, and what it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustType {
    /// Its path.
    pub path: String,
    /// Who converts it, if it does not itself.
    pub adapter: Option<String>,
    /// Whether it is `Copy`.
    pub copy: bool,
    /// Whether it is `Eq`.
    pub eq: bool,
    /// Whether it is `Ord` and `Hash`.
    pub ordered: bool,
}

/// Who sees what is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// The crate.
    Crate,
}

/// The key of [`Rust::builtins`].
const BUILTINS: &str = "builtins";
/// The key of [`Rust::derive`].
const DERIVE: &str = "derive";
/// The key of [`Rust::modules`].
const MODULES: &str = "modules";
/// The key of [`Rust::visibility`].
const VISIBILITY: &str = "visibility";
/// The key of [`Rust::json_schema`].
const JSON_SCHEMA: &str = "json_schema";

const KEYS: &[&str] = &[BUILTINS, DERIVE, MODULES, VISIBILITY, JSON_SCHEMA];

const TYPE: &str = "type";
const ADAPTER: &str = "adapter";
const COPY: &str = "copy";
const EQ: &str = "eq";
const ORDERED: &str = "ordered";

const TYPE_KEYS: &[&str] = &[TYPE, ADAPTER, COPY, EQ, ORDERED];

/// The builtins that another type may stand for.
pub const MAPPABLE: &[&str] = &["bytes", "uuid", "timestamp", "date", "duration", "decimal", "json"];

/// In [`Rust::derive`]: everything that is generated.
pub const ALL: &str = "all";

const VISIBILITIES: &[(&str, Visibility)] = &[("public", Visibility::Public), ("crate", Visibility::Crate)];

impl Reader<'_> {
    pub(super) fn rust(&mut self, item: &Item) -> Rust {
        let mut rust = Rust::default();
        let Some(table) = self.table(item, "a table: `[rust]`, and below it `visibility = \"crate\"`") else {
            return rust;
        };
        for (key, item) in table.iter() {
            match key {
                BUILTINS => rust.builtins = self.builtins(item),
                DERIVE => rust.derive = self.derives(item),
                MODULES => rust.modules = self.modules(item),
                VISIBILITY => rust.visibility = self.choice(item, VISIBILITIES).map(|chosen| self.at(item, chosen)),
                JSON_SCHEMA => rust.json_schema = self.flag(item).map(|wanted| self.at(item, wanted)),
                _ => self.unknown(table, "key", key, KEYS),
            }
        }
        rust
    }

    fn builtins(&mut self, item: &Item) -> Vec<(Spanned<String>, RustType)> {
        let expected =
            "a table of builtins and Rust types: `[rust.builtins]`, and below it `timestamp = \"::my::Time\"`";
        let Some(table) = self.table(item, expected) else { return Vec::new() };
        let mut all = Vec::new();
        for (name, item) in table.iter() {
            if MAPPABLE.contains(&name) {
                all.extend(self.rust_type(item).map(|ty| (self.key(table, name), ty)));
            } else {
                self.unknown(table, "builtin", name, MAPPABLE);
            }
        }
        all
    }

    /// `"::my::Type"`, or `{ type = "::my::Type", adapter = "crate::Adapter", copy = false }`.
    fn rust_type(&mut self, item: &Item) -> Option<RustType> {
        let plain = |path| RustType { path, adapter: None, copy: true, eq: true, ordered: true };
        if let Some(path) = item.as_str() {
            return Some(plain(path.to_owned()));
        }
        let table =
            self.table(item, "the path of a Rust type, or `{ type = \"::my::Type\", adapter = \"crate::Adapter\" }`")?;
        let mut ty = plain(String::new());
        for (key, item) in table.iter() {
            match key {
                TYPE => ty.path = self.string(item)?,
                ADAPTER => ty.adapter = Some(self.string(item)?),
                COPY => ty.copy = self.flag(item)?,
                EQ => ty.eq = self.flag(item)?,
                ORDERED => ty.ordered = self.flag(item)?,
                _ => self.unknown(table, "key", key, TYPE_KEYS),
            }
        }
        if ty.path.is_empty() {
            self.expected(item, "a `type`: `{ type = \"::my::Type\" }`");
            return None;
        }
        // What is not `Eq` cannot be ordered.
        Some(RustType { ordered: ty.ordered && ty.eq, ..ty })
    }

    fn derives(&mut self, item: &Item) -> Vec<(Spanned<String>, Vec<Spanned<String>>)> {
        let expected = "a table of what derives which traits: `[rust.derive]`, and below it `all = [\"::my::Trait\"]`";
        let Some(table) = self.table(item, expected) else { return Vec::new() };
        let mut all = Vec::new();
        for (which, item) in table.iter() {
            let Some(paths) = item.as_array() else {
                self.expected(item, "a list of the paths of derive macros: `[\"::my::Trait\"]`");
                continue;
            };
            let paths = paths.iter().filter_map(|path| {
                let item = Item::Value(path.clone());
                self.string(&item).map(|path| self.at(&item, path))
            });
            let paths = paths.collect();
            all.push((self.key(table, which), paths));
        }
        all
    }

    fn modules(&mut self, item: &Item) -> Vec<(Spanned<String>, Spanned<String>)> {
        let expected = "a table of contexts and modules: `[rust.modules]`, and below it `conference = \"seats\"`";
        let Some(table) = self.table(item, expected) else { return Vec::new() };
        let module = |(context, item): (&str, &Item)| {
            let name = self.string(item)?;
            Some((self.key(table, context), self.at(item, name)))
        };
        table.iter().filter_map(module).collect()
    }

    fn table<'t>(&mut self, item: &'t Item, expected: &str) -> Option<&'t dyn TableLike> {
        let table = item.as_table_like();
        if table.is_none() {
            self.expected(item, expected);
        }
        table
    }

    fn flag(&mut self, item: &Item) -> Option<bool> {
        let flag = item.as_bool();
        if flag.is_none() {
            self.expected(item, "`true` or `false`");
        }
        flag
    }

    fn key(&mut self, table: &dyn TableLike, key: &str) -> Spanned<String> {
        let at = table.key(key).and_then(toml_edit::Key::span).unwrap_or(0..0);
        Spanned::new(key.to_owned(), self.places.add(self.file, at))
    }

    fn at<T>(&mut self, item: &Item, value: T) -> Spanned<T> {
        Spanned::new(value, self.places.add(self.file, item.span().unwrap_or(0..0)))
    }
}
