//! What an event schema means, and whether it is right.
//!
//! A front end reads text (here [`yaml`]) to an [`ast::Document`]; from there on all front ends share one way: names are
//! resolved, rules are asked, the lives of fields become versions with the steps between them. What comes out is
//! [`Checked`]: only a checked schema can be generated from. All problems are reported at once, each at its place.
//!
//! ```
//! # #[cfg(all(feature = "yaml", feature = "render"))] {
//! use factum_model::{Sources, check, render};
//!
//! let mut sources = Sources::new();
//! sources.add("seats.yaml", b"factum: 1\ncontext: seats\nevents:\n  Opened: { capacity: u23 }\n".to_vec());
//! let outcome = check(&mut sources);
//! assert!(outcome.checked.is_none());
//! assert!(render(&outcome.diagnostics, &sources, false).contains("did you mean `u32`?"));
//! # }
//! ```

pub mod ast;
pub mod catalog;
mod check;
pub mod codes;
#[cfg(feature = "lock")]
pub mod config;
pub mod diagnostic;
mod dialect;
#[cfg(feature = "lock")]
pub mod diff;
pub mod literal;
#[cfg(feature = "lock")]
pub mod lock;
pub mod names;
mod opaque;
pub mod printable;
pub mod released;
#[cfg(feature = "render")]
mod render;
mod resolve;
#[cfg(feature = "lock")]
pub mod rules;
pub mod schema;
mod shared;
pub mod source;
pub mod spell;
pub mod template;
pub mod type_expr;
pub mod types;
pub mod upcast;
#[cfg(feature = "json")]
pub mod value;
pub mod via;
#[cfg(feature = "yaml")]
pub mod yaml;

pub use codes::Code;
pub use diagnostic::{Diagnostic, Diagnostics, Label, Level};
pub use dialect::Dialect;
#[cfg(feature = "lock")]
pub use lock::Lock;
pub use opaque::Opaque;
pub use released::Released;
#[cfg(feature = "render")]
pub use render::{Message, render, render_message, render_one};
pub use schema::Schema;
pub use source::Sources;

/// A schema that every rule was asked about. There is no other way to one than [`check`], [`check_released`],
/// [`check_catalogs`] and [`resolve_and_check`].
#[derive(Debug, Clone)]
pub struct Checked {
    schema: Schema,
}

impl Checked {
    /// What it means.
    #[must_use]
    pub const fn schema(&self) -> &Schema {
        &self.schema
    }
}

/// What became of a catalog.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The schema; `None` if there are errors.
    pub checked: Option<Checked>,
    /// Every problem, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// What the files say, if all of them could be read. None of another front end, which has them itself.
    pub documents: Vec<ast::Document>,
}

/// Reads and checks all files, as if nothing had been released.
#[cfg(feature = "yaml")]
pub fn check(sources: &mut Sources) -> Outcome {
    check_released(sources, None)
}

/// Reads and checks all files, knowing what was released.
#[cfg(feature = "yaml")]
pub fn check_released(sources: &mut Sources, released: Option<&Released>) -> Outcome {
    let files = sources.files().collect();
    let outcome = check_catalogs(sources, &[files], |_, _, _| released.cloned()).pop();
    outcome.unwrap_or_default()
}

/// Reads and checks several catalogs, each a list of schemas by itself, and that no two of them claim one context, which is
/// an error of the later one. The answer has an outcome for each.
///
/// What was `released` is asked once for each, in their order, with the number of the catalog, from 0 on, and what its
/// schemas mean, if that is known: most of a lock is as the schemas say. `None`: nothing was.
#[cfg(feature = "yaml")]
pub fn check_catalogs(
    sources: &mut Sources,
    catalogs: &[Vec<source::FileId>],
    mut released: impl FnMut(usize, Option<&Schema>, &mut Sources) -> Option<Released>,
) -> Vec<Outcome> {
    let mut read_one = |catalog: &Vec<source::FileId>| {
        let mut diagnostics = Diagnostics::new();
        let documents = read(sources, catalog, &mut diagnostics);
        (documents, diagnostics)
    };
    let read: Vec<_> = catalogs.iter().map(&mut read_one).collect();
    let documents: Vec<&[ast::Document]> =
        read.iter().map(|(documents, _)| documents.as_deref().unwrap_or(&[])).collect();
    let contested = check::claims::contexts_belong_to_one_catalog(&documents);
    let mut outcomes = Vec::with_capacity(catalogs.len());
    for (index, ((documents, diagnostics), contested)) in read.into_iter().zip(contested).enumerate() {
        let mut released = |schema: Option<&Schema>| released(index, schema, sources);
        let outcome = check_documents(documents.as_deref(), &mut released, diagnostics);
        let checked = outcome.checked.filter(|_| !contested.has_errors());
        let found = contested.into_vec().into_iter().chain(outcome.diagnostics).collect();
        let documents = documents.unwrap_or_default();
        outcomes.push(Outcome { checked, diagnostics: by_place(found, sources), documents });
    }
    outcomes
}

/// What the files say; `None` if one of them could not be read.
#[cfg(feature = "yaml")]
fn read(sources: &mut Sources, files: &[source::FileId], diagnostics: &mut Diagnostics) -> Option<Vec<ast::Document>> {
    let documents: Vec<_> = files.iter().map(|file| yaml::read(sources, *file, diagnostics)).collect();
    documents.into_iter().collect()
}

/// Of files that could not all be read it is not known what they declare, so nobody is blamed for speaking of it.
#[cfg(feature = "yaml")]
fn check_documents(
    documents: Option<&[ast::Document]>,
    released: &mut dyn FnMut(Option<&Schema>) -> Option<Released>,
    diagnostics: Diagnostics,
) -> Outcome {
    let Some(documents) = documents else {
        let _ = released(None);
        return Outcome { diagnostics: diagnostics.into_vec(), ..Outcome::default() };
    };
    let resolved = Resolved::of(documents, diagnostics);
    let released = released(resolved.schema());
    resolved.judged(released.as_ref())
}

#[cfg(feature = "yaml")]
fn by_place(mut diagnostics: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|found| sources.place(found.primary.origin).map(|place| (place.file, place.range.start)));
    diagnostics
}

/// The part that all front ends share. `diagnostics` are those of reading; the places in them are the front end's.
#[must_use]
pub fn resolve_and_check(
    documents: &[ast::Document],
    released: Option<&Released>,
    diagnostics: Diagnostics,
) -> Outcome {
    Resolved::of(documents, diagnostics).judged(released)
}

/// A catalog of which everything was asked but what depends on what was released.
struct Resolved<'d> {
    catalog: resolve::Catalog<'d>,
    schema: Schema,
    diagnostics: Diagnostics,
}

impl<'d> Resolved<'d> {
    fn of(documents: &'d [ast::Document], mut diagnostics: Diagnostics) -> Self {
        let catalog = resolve::catalog(documents, &mut diagnostics);
        check::check(&catalog, &mut diagnostics);
        let schema = resolve::schema(&catalog, &mut diagnostics);
        Self { catalog, schema, diagnostics }
    }

    /// What it means, if nothing is wrong so far.
    #[cfg(feature = "yaml")]
    fn schema(&self) -> Option<&Schema> {
        (!self.diagnostics.has_errors()).then_some(&self.schema)
    }

    fn judged(self, released: Option<&Released>) -> Outcome {
        let Self { catalog, schema, mut diagnostics } = self;
        if let Some(released) = released {
            check::forgotten(&catalog, released, &mut diagnostics);
        }
        if !diagnostics.has_errors() {
            check::circles(&schema, &mut diagnostics);
        }
        let checked = (!diagnostics.has_errors()).then_some(Checked { schema });
        Outcome { checked, diagnostics: diagnostics.into_vec(), documents: Vec::new() }
    }
}
