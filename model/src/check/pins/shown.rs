//! How a message shows the lines that are to be written: as a piece of a schema, of which each line is whole and can be put
//! in the place of the one that is there.

use super::lines::{Lines, Pinned, plain};
use super::{Holder, Whose};
use crate::ast::{Change, Field, Retyping, TypeExpr, Variant};
use crate::source::Spanned;
use crate::spell::{quoted, value, via};

/// A line, and the keys below which it stands.
struct Line<'a> {
    below: Vec<&'a str>,
    text: String,
}

impl<'a> Lines<'a> {
    /// As a message shows them.
    pub(super) fn shown(&self) -> String {
        let mut lines = Vec::new();
        for holder in &self.holders {
            let section = match holder.holder {
                Holder::Event(..) => "events",
                Holder::Type(..) => "types",
            };
            let below = vec![section, holder.holder.name().value.as_str()];
            let version = holder.version.map(|version| format!("version: {version}"));
            lines.extend(version.map(|text| Line { below: below.clone(), text }));
            let mut told: Vec<&Pinned<'_>> = Vec::new();
            for part in &holder.parts {
                if told.iter().all(|known| known.part != part.part) {
                    told.push(part);
                    let pins: Vec<&Pinned<'a>> = holder.parts.iter().filter(|other| other.part == part.part).collect();
                    lines.extend(self.lines_of(part.whose, &below, &pins));
                }
            }
        }
        lines.sort_by(|a, b| a.below[0].cmp(b.below[0]));
        written(&lines)
    }

    fn lines_of(&self, whose: Whose<'a>, below: &[&'a str], pins: &[&Pinned<'a>]) -> Vec<Line<'a>> {
        let below = |keys: &[&'a str]| [below, keys].concat();
        match whose {
            Whose::Newtype(ty, retyped) => {
                let now = self.ty(ty, pins);
                let newtype = (now != plain(ty)).then(|| format!("newtype: {now}"));
                let retyped = mapping(&self.retyped(retyped, pins)).map(|retyped| format!("retyped: {retyped}"));
                newtype.into_iter().chain(retyped).map(|text| Line { below: below(&[]), text }).collect()
            }
            Whose::Field(field) => vec![Line { below: below(&["fields"]), text: self.field(field, pins) }],
            Whose::OfKind(kind, field) => {
                let name = kind.name.value.as_str();
                let keys: &[&str] = if has_keys(kind) { &["union", name, "fields"] } else { &["union", name] };
                vec![Line { below: below(keys), text: self.field(field, pins) }]
            }
        }
    }

    /// All that is said of a field, with what is new.
    fn field(&self, field: &Field, pins: &[&Pinned<'a>]) -> String {
        let ty = self.ty(&field.ty, pins);
        let number = |key: &str, version: &Option<Spanned<u32>>| {
            version.as_ref().map(|version| (key.to_owned(), version.value.to_string()))
        };
        let renamed: Vec<(String, String)> =
            field.renamed.iter().map(|change| (change.version.value.to_string(), change.from.value.clone())).collect();
        let entry = |key: &str, text: Option<String>| text.map(|text| (key.to_owned(), text));
        let others = [
            number("added", &field.added),
            entry("default", field.default.as_ref().map(value)),
            number("removed", &field.removed),
            entry("renamed", mapping(&renamed)),
            entry("retyped", mapping(&self.retyped(&field.retyped, pins))),
            entry("doc", field.doc.as_ref().map(|doc| quoted(&doc.value))),
        ];
        let others: Vec<(String, String)> = others.into_iter().flatten().collect();
        let name = &field.name.value;
        if others.is_empty() {
            return format!("{name}: {ty}");
        }
        let all = [vec![("type".to_owned(), in_brackets(ty))], others].concat();
        format!("{name}: {}", mapping(&all).unwrap_or_default())
    }

    /// The earlier types, and those that are new.
    fn retyped(&self, known: &[Change<Retyping>], pins: &[&Pinned<'a>]) -> Vec<(String, String)> {
        let known = known.iter().map(|Change { version, from }| {
            let ty = in_brackets(self.ty(&from.from, pins));
            let how = from.via.as_ref().map(|how| format!("{{ from: {ty}, via: {} }}", via(&how.value)));
            (version.value, how.unwrap_or(ty))
        });
        let new = pins.iter().filter_map(|part| Some((part.version?, in_brackets(self.pinned(part)))));
        let mut all: Vec<(u32, String)> = known.chain(new).collect();
        all.sort_by_key(|(version, _)| *version);
        all.into_iter().map(|(version, how)| (version.to_string(), how)).collect()
    }

    /// A type, with the versions that its names get.
    fn ty(&self, ty: &TypeExpr, pins: &[&Pinned<'a>]) -> String {
        let mended = pins.iter().find(|part| part.version.is_none() && core::ptr::eq(part.expr, ty));
        mended.map_or_else(|| plain(ty), |part| self.pinned(part))
    }
}

/// Whether a kind says more than its fields, which then have a key of their own.
const fn has_keys(kind: &Variant) -> bool {
    let history = kind.added.is_some() || kind.removed.is_some() || !kind.renamed.is_empty();
    history || kind.doc.is_some() || kind.becomes.is_some()
}

fn mapping(entries: &[(String, String)]) -> Option<String> {
    let entries: Vec<String> = entries.iter().map(|(key, text)| format!("{key}: {text}")).collect();
    (!entries.is_empty()).then(|| format!("{{ {} }}", entries.join(", ")))
}

/// In brackets a comma would end a type.
fn in_brackets(ty: String) -> String {
    if ty.contains(',') { quoted(&ty) } else { ty }
}

fn written(lines: &[Line<'_>]) -> String {
    let mut text = Vec::new();
    let mut open: &[&str] = &[];
    for Line { below, text: line } in lines {
        let same = below.iter().zip(open).take_while(|(a, b)| a == b).count();
        let keys = below.iter().enumerate().skip(same);
        text.extend(keys.map(|(depth, key)| format!("{}{key}:", "  ".repeat(depth))));
        text.push(format!("{}{line}", "  ".repeat(below.len())));
        open = below;
    }
    text.join("\n")
}
