//! Lives: of fields, of an enum's values and of a union's kinds. Changes say what was before, as the language does.

use std::collections::BTreeSet;

use crate::ty::Ty;

/// A field with its life.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    pub(crate) added: Option<(u32, Option<String>)>,
    pub(crate) removed: Option<u32>,
    pub(crate) renamed: Vec<(u32, String)>,
    pub(crate) retyped: Vec<Retyped>,
}

/// What the type was before a version, and how it became the one afterwards.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Retyped {
    pub(crate) version: u32,
    pub(crate) before: Ty,
    pub(crate) via: Option<String>,
}

/// A value of an enum, or a kind of a union.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) added: Option<u32>,
    pub(crate) removed: Option<u32>,
    pub(crate) becomes: Option<String>,
    pub(crate) renamed: Vec<(u32, String)>,
    pub(crate) fallback: bool,
    pub(crate) fields: Vec<Field>,
}

/// The type in this version.
pub(crate) fn type_at<'a>(now: &'a Ty, retyped: &'a [Retyped], version: u32) -> &'a Ty {
    retyped.iter().find(|change| change.version > version).map_or(now, |change| &change.before)
}

fn name_at<'a>(now: &'a str, renamed: &'a [(u32, String)], version: u32) -> &'a str {
    renamed.iter().find(|(changed, _)| *changed > version).map_or(now, |(_, before)| before)
}

fn lives(added: Option<u32>, removed: Option<u32>, version: u32) -> bool {
    added.is_none_or(|added| added <= version) && removed.is_none_or(|removed| version < removed)
}

/// Names and types of the fields in this version.
pub(crate) fn record(fields: &[Field], version: u32) -> Vec<(String, Ty)> {
    let living =
        fields.iter().filter(|field| lives(field.added.as_ref().map(|(version, _)| *version), field.removed, version));
    living.map(|field| (field.name_at(version).to_owned(), field.type_at(version).of_holder(version))).collect()
}

impl Field {
    pub(crate) fn type_at(&self, version: u32) -> &Ty {
        type_at(&self.ty, &self.retyped, version)
    }

    fn name_at(&self, version: u32) -> &str {
        name_at(&self.name, &self.renamed, version)
    }

    /// Every name that it ever has.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        core::iter::once(self.name.as_str()).chain(self.renamed.iter().map(|(_, name)| name.as_str()))
    }

    /// The versions in which something happens to it.
    pub(crate) fn versions(&mut self) -> impl Iterator<Item = &mut u32> {
        let life = self.added.iter_mut().map(|(version, _)| version).chain(&mut self.removed);
        let changes = self.renamed.iter_mut().map(|(version, _)| version);
        life.chain(changes).chain(self.retyped.iter_mut().map(|change| &mut change.version))
    }
}

impl Variant {
    pub(crate) fn lives(&self, version: u32) -> bool {
        lives(self.added, self.removed, version)
    }

    pub(crate) fn name_at(&self, version: u32) -> &str {
        name_at(&self.name, &self.renamed, version)
    }

    /// The versions in which something happens to it.
    pub(crate) fn versions(&mut self) -> impl Iterator<Item = &mut u32> {
        let renamed = self.renamed.iter_mut().map(|(version, _)| version);
        let fields = self.fields.iter_mut().flat_map(Field::versions);
        self.added.iter_mut().chain(&mut self.removed).chain(renamed).chain(fields)
    }
}

/// Closes versions in which nothing happens; says which is the newest.
pub(crate) fn closed(mut versions: Vec<&mut u32>) -> u32 {
    let changed: BTreeSet<u32> = versions.iter().map(|version| **version).collect();
    for version in &mut versions {
        let place = changed.iter().position(|changed| *changed == **version).unwrap_or_default();
        **version = u32::try_from(place).unwrap_or_default() + 2;
    }
    u32::try_from(changed.len()).unwrap_or_default() + 1
}
