//! `factum.toml`: what makes a folder a catalog, and what is set for all of it. It may be empty.

pub mod rust;

use core::ops::Range;
use std::collections::BTreeMap;

use rust::Rust;
use toml_edit::{Document, Item, Table, TableLike, Value};

use crate::rules::{Allowance, Level, Mode, RULES};
use crate::source::{Content, FileId, Places};
use crate::{Code, Diagnostic, Diagnostics, Sources};

/// What a `factum.toml` sets.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Config {
    /// The revision that a branch is compared with.
    pub baseline: Option<String>,
    /// What may not break.
    pub mode: Option<Mode>,
    /// Levels of rules, by their names, where no direction of the mode breaks.
    pub levels: BTreeMap<String, Level>,
    /// Approved breaks.
    pub allowances: Vec<Allowance>,
    /// What is chosen about the generated Rust.
    pub rust: Rust,
}

/// The key of [`Config::baseline`].
const BASELINE: &str = "baseline";
/// The key of [`Config::mode`].
const MODE: &str = "mode";
/// The key of [`Config::levels`].
const LEVELS: &str = "levels";
/// The key of [`Config::allowances`].
pub const ALLOW: &str = "allow";
/// The key of [`Config::rust`].
const RUST: &str = "rust";

/// Every key that may stand at the top.
const KEYS: &[&str] = &[BASELINE, MODE, LEVELS, ALLOW, RUST];

/// In an approval: which finding.
pub const ID: &str = "id";
/// In an approval: why.
pub const REASON: &str = "reason";
/// In an approval: the last day on which it holds.
pub const UNTIL: &str = "until";

/// Every key of an approval.
const ALLOW_KEYS: &[&str] = &[ID, REASON, UNTIL];

const MODES: &[(&str, Mode)] = &[("backward", Mode::Backward), ("forward", Mode::Forward), ("full", Mode::Full)];

const LEVEL_NAMES: &[(&str, Level)] = &[("error", Level::Error), ("warning", Level::Warning), ("info", Level::Info)];

/// Reads a `factum.toml`. What is wrong goes to `diagnostics`; the rest counts.
pub fn read(sources: &mut Sources, file: FileId, diagnostics: &mut Diagnostics) -> Config {
    let (content, places) = sources.reading(file);
    let mut reader = Reader { file, places, diagnostics };
    match content {
        Content::Text(text) => reader.text(text),
        Content::NotUtf8 { first, .. } => {
            reader.says(Code::NotUtf8, *first..*first, "the file is not UTF-8", "save it as UTF-8");
            Config::default()
        }
    }
}

struct Reader<'a> {
    file: FileId,
    places: &'a mut Places,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn text(&mut self, text: &str) -> Config {
        match Document::parse(text) {
            Ok(document) => self.config(document.as_table()),
            Err(error) => {
                let at = error.span().unwrap_or(0..0);
                let message = format!("not valid TOML: {}", error.message().trim());
                self.says(Code::ConfigSyntax, at, message, "a factum.toml may be empty");
                Config::default()
            }
        }
    }

    fn config(&mut self, table: &Table) -> Config {
        let mut config = Config::default();
        for (key, item) in table {
            match key {
                BASELINE => config.baseline = self.string(item),
                MODE => config.mode = self.choice(item, MODES),
                LEVELS => config.levels = self.levels(item),
                ALLOW => config.allowances = self.allowances(item),
                RUST => config.rust = self.rust(item),
                _ => self.unknown(table, "key", key, KEYS),
            }
        }
        config
    }

    fn levels(&mut self, item: &Item) -> BTreeMap<String, Level> {
        let Some(table) = item.as_table_like() else {
            self.expected(
                item,
                "a table of rules and their levels: `[levels]`, and below it `field-renamed = \"info\"`",
            );
            return BTreeMap::new();
        };
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        let mut levels = BTreeMap::new();
        for (rule, item) in table.iter() {
            if names.contains(&rule) {
                levels.extend(self.choice(item, LEVEL_NAMES).map(|level| (rule.to_owned(), level)));
            } else {
                self.unknown(table, "rule", rule, &names);
            }
        }
        levels
    }

    fn allowances(&mut self, item: &Item) -> Vec<Allowance> {
        const EXPECTED: &str = "a list of approved breaks: `[[allow]]`, and below it `id` and `reason`";
        match item {
            Item::ArrayOfTables(tables) => {
                tables.iter().filter_map(|table| self.allowance(table, table.span())).collect()
            }
            Item::Value(Value::Array(values)) => {
                let mut all = Vec::new();
                for value in values {
                    match value.as_inline_table() {
                        Some(table) => all.extend(self.allowance(table, table.span())),
                        None => self.expected(&Item::Value(value.clone()), EXPECTED),
                    }
                }
                all
            }
            Item::None | Item::Value(_) | Item::Table(_) => {
                self.expected(item, EXPECTED);
                Vec::new()
            }
        }
    }

    fn allowance(&mut self, table: &dyn TableLike, at: Option<Range<usize>>) -> Option<Allowance> {
        let mut allowance = Allowance::default();
        let mut id = None;
        for (key, item) in table.iter() {
            match key {
                ID => id = self.string(item).map(|text| (text, item)),
                REASON => allowance.reason = self.string(item).unwrap_or_default(),
                UNTIL => allowance.until = self.day(item),
                _ => self.unknown(table, "key", key, ALLOW_KEYS),
            }
        }
        let Some((text, item)) = id else {
            if !table.contains_key(ID) {
                let help = "`cargo factum check` shows the id of what it finds";
                self.says(Code::MissingKey, at.unwrap_or(0..0), "this approval has no `id`", help);
            }
            return None;
        };
        if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
            let found = self.unfit(item, "an id of 12 digits, 0 to 9 and a to f");
            self.diagnostics.push(found.help("`cargo factum check` shows the id of what it finds"));
            return None;
        }
        allowance.id = text;
        allowance.origin = self.places.add(self.file, item.span().unwrap_or(0..0));
        Some(allowance)
    }

    fn string(&mut self, item: &Item) -> Option<String> {
        let text = item.as_str();
        if text.is_none() {
            let found = self.unfit(item, "a text in quotes");
            let is_number = matches!(item, Item::Value(Value::Integer(_) | Value::Float(_)));
            let found = if is_number { found.help(format!("write `\"{}\"`", noun(item))) } else { found };
            self.diagnostics.push(found);
        }
        text.map(str::to_owned)
    }

    fn choice<T: Copy>(&mut self, item: &Item, choices: &[(&str, T)]) -> Option<T> {
        let written = item.as_str().unwrap_or_default();
        let chosen = choices.iter().find(|(name, _)| *name == written).map(|(_, choice)| *choice);
        if chosen.is_none() {
            let names = || choices.iter().map(|(name, _)| *name);
            let list: Vec<String> = names().map(|name| format!("\"{name}\"")).collect();
            let found = self.unfit(item, &format!("one of {}", list.join(", ")));
            self.diagnostics.push(match (item.as_str(), list.first()) {
                (None, Some(first)) => found.help(format!("write it in quotes, as in {first}")),
                _ => found.suggest(&written.to_ascii_lowercase(), names()),
            });
        }
        chosen
    }

    fn day(&mut self, item: &Item) -> Option<String> {
        let day = item.as_datetime().filter(|day| day.time.is_none() && day.offset.is_none()).and_then(|day| day.date);
        if day.is_none() {
            self.expected(item, "a day without quotes: `until = 2026-12-31`");
        }
        day.map(|day| day.to_string())
    }

    fn expected(&mut self, item: &Item, what: &str) {
        let found = self.unfit(item, what);
        self.diagnostics.push(found);
    }

    /// Something else was expected here.
    fn unfit(&mut self, item: &Item, what: &str) -> Diagnostic {
        let origin = self.places.add(self.file, item.span().unwrap_or(0..0));
        let message = format!("expected {what}, found {}", noun(item));
        Diagnostic::error(Code::SettingValue, origin, message)
    }

    fn unknown(&mut self, table: &dyn TableLike, what: &str, key: &str, known: &[&str]) {
        let at = table.key(key).and_then(toml_edit::Key::span).unwrap_or(0..0);
        let origin = self.places.add(self.file, at);
        let diagnostic = Diagnostic::error(Code::UnknownSetting, origin, format!("there is no {what} `{key}`"));
        let diagnostic = diagnostic.suggest(key, known.iter().copied());
        let diagnostic = if diagnostic.helps.is_empty() {
            diagnostic.help(format!("there is `{}`", known.join("`, `")))
        } else {
            diagnostic
        };
        self.diagnostics.push(diagnostic);
    }

    fn says(&mut self, code: Code, at: Range<usize>, message: impl Into<String>, help: &str) {
        let origin = self.places.add(self.file, at);
        self.diagnostics.push(Diagnostic::error(code, origin, message).help(help));
    }
}

/// What a value is, in words.
fn noun(item: &Item) -> String {
    match item {
        Item::Value(Value::String(text)) => format!("\"{}\"", crate::names::shortened(text.value())),
        Item::Value(Value::Integer(number)) => number.value().to_string(),
        Item::Value(Value::Float(number)) => number.value().to_string(),
        Item::Value(Value::Boolean(value)) => format!("`{}`", value.value()),
        Item::Value(Value::Datetime(_)) => "a date or time".to_owned(),
        Item::Value(Value::Array(_)) | Item::ArrayOfTables(_) => "a list".to_owned(),
        Item::Value(Value::InlineTable(_)) | Item::Table(_) => "a table".to_owned(),
        Item::None => "nothing".to_owned(),
    }
}
