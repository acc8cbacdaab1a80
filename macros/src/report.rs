//! Problems, each at its token, all of them at once.

use factum_model::{Diagnostic, Level};
use proc_macro2::{Span, TokenStream};
use syn::Error;

use crate::places::Places;

/// What is wrong with an item.
#[derive(Default)]
pub(crate) struct Report {
    found: Option<Error>,
    count: usize,
}

impl Report {
    pub(crate) fn push(&mut self, error: Error) {
        self.count += 1;
        match &mut self.found {
            Some(found) => found.combine(error),
            None => self.found = Some(error),
        }
    }

    pub(crate) fn error(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(Error::new(span, message));
    }

    /// What the model says. Its warnings have no place in a compiler's errors: reviews of the schema tell them.
    pub(crate) fn diagnostics(&mut self, diagnostics: &[Diagnostic], places: &Places) {
        for diagnostic in diagnostics.iter().filter(|found| found.level == Level::Error) {
            let helps = diagnostic.helps.iter().map(|help| format!("\n  help: {help}"));
            let message = std::iter::once(diagnostic.message.clone()).chain(helps).collect::<String>();
            self.error(places.span(diagnostic.primary.origin), message);
        }
    }

    /// How many there are; a part that leaves the count as it was is whole.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        self.found.map(Error::into_compile_error).unwrap_or_default()
    }
}

/// The nearest of some names, as a sentence; or all of them.
pub(crate) fn meant(written: &str, known: &[&str]) -> String {
    let told = Diagnostic::error(factum_model::Code::UnknownKey, factum_model::source::Origin::default(), "")
        .suggest(written, known.iter().copied());
    told.helps.into_iter().next().unwrap_or_else(|| listed(known))
}

/// All names, as a sentence.
pub(crate) fn listed(known: &[&str]) -> String {
    let verb = if known.len() == 1 { "is" } else { "are" };
    format!("there {verb} `{}`", known.join("`, `"))
}
