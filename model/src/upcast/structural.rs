//! Steps over several fields: which fields they read and write, before each says in its own file what it does.

use std::collections::{BTreeMap, BTreeSet};

use super::{Slot, Step, flatten, join, nest, split};
use crate::ast::{Operation, StructuralStep};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Dialect;
use crate::resolve::{Catalog, Change, Life};
use crate::schema::{Record, Type};
use crate::source::{Origin, Spanned};

/// The structural steps of one version.
#[derive(Default)]
pub(crate) struct Calls {
    pub(crate) steps: Vec<Step>,
    /// Fields of the version before that they read; also those of a step that is not right, so that these are not
    /// blamed for it.
    pub(crate) read: BTreeSet<Slot>,
    /// Fields of this version that they write; likewise.
    pub(crate) written: BTreeSet<Slot>,
    /// Whether all of them are right.
    pub(crate) whole: bool,
}

/// A field that a step names.
pub(super) struct Argument<'a> {
    pub(super) name: &'a Spanned<String>,
    pub(super) slot: Slot,
    pub(super) ty: &'a Type,
    /// Where the field is declared.
    pub(super) declared: Origin,
}

/// A step, the fields that it reads and those that it writes.
pub(super) struct Arguments<'a> {
    pub(super) step: &'a StructuralStep,
    pub(super) from: Vec<Argument<'a>>,
    pub(super) into: Vec<Argument<'a>>,
}

impl Arguments<'_> {
    pub(super) fn call(&self, function: super::Function) -> Step {
        let slots = |arguments: &[Argument<'_>]| arguments.iter().map(|argument| argument.slot).collect();
        Step::Call { from: slots(&self.from), to: slots(&self.into), function }
    }
}

/// A step that has not the fields it needs.
pub(super) fn mismatch(origin: Origin, message: String) -> Diagnostic {
    Diagnostic::error(Code::StepMismatch, origin, message)
}

/// The steps of the version.
pub(crate) fn calls(
    steps: &[StructuralStep],
    change: &Change<'_>,
    catalog: &Catalog<'_>,
    diagnostics: &mut Diagnostics,
) -> Calls {
    let mut calls = Calls { whole: true, ..Calls::default() };
    if steps.is_empty() {
        return calls;
    }
    let sides = Sides::new(change);
    let before = diagnostics.count();
    let (mut read, mut written) = (BTreeMap::new(), BTreeMap::new());
    for step in steps {
        let faultless = diagnostics.count();
        let from = sides.arguments(&step.from, Side::Read, &mut read, diagnostics);
        let into = sides.arguments(&step.into, Side::Written, &mut written, diagnostics);
        if diagnostics.count() > faultless {
            continue;
        }
        let arguments = Arguments { step, from, into };
        let lowered = match step.operation.value {
            Operation::Join => join::step(&arguments, catalog),
            Operation::Split => split::step(&arguments, catalog),
            Operation::Nest => nest::step(arguments, catalog),
            Operation::Flatten => flatten::step(arguments, catalog),
        };
        match lowered {
            Ok(step) => calls.steps.push(step),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    calls.read = read.into_keys().collect();
    calls.written = written.into_keys().collect();
    calls.whole = diagnostics.count() == before;
    calls
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Read,
    Written,
}

/// The fields of the version before and of this one, each with its life.
struct Sides<'a> {
    number: u32,
    before: (&'a Record, Vec<&'a Life<'a>>),
    after: (&'a Record, Vec<&'a Life<'a>>),
}

impl<'a> Sides<'a> {
    fn new(change: &'a Change<'a>) -> Self {
        let living = |version: u32| change.lives.iter().filter(|life| life.lives(version)).collect();
        Self {
            number: change.number,
            before: (change.before, living(change.number - 1)),
            after: (change.after, living(change.number)),
        }
    }

    fn arguments(
        &self,
        names: &'a [Spanned<String>],
        side: Side,
        taken: &mut BTreeMap<Slot, Origin>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Argument<'a>> {
        let (record, lives) = match side {
            Side::Read => &self.before,
            Side::Written => &self.after,
        };
        let mut found = Vec::new();
        for name in names {
            let Some(index) = record.fields.iter().position(|field| field.name.value == name.value) else {
                diagnostics.push(self.unknown(name, record, side));
                continue;
            };
            if let Some(first) = taken.insert(Slot(index), name.origin) {
                diagnostics.push(twice(name, first, side));
                continue;
            }
            if let Some(told) = self.misplaced(name, lives[index], side, diagnostics.dialect()) {
                diagnostics.push(told);
                continue;
            }
            let field = &record.fields[index];
            found.push(Argument { name, slot: Slot(index), ty: &field.ty, declared: lives[index].field.name.origin });
        }
        found
    }

    fn unknown(&self, name: &Spanned<String>, record: &Record, side: Side) -> Diagnostic {
        let (version, what) = match side {
            Side::Read => (self.number - 1, "a step reads the names of the version before"),
            Side::Written => (self.number, "a step writes the names of its own version"),
        };
        let known: Vec<&str> = record.fields.iter().map(|field| field.name.value.as_str()).collect();
        let message = format!("version {version} has no field `{}`", name.value);
        Diagnostic::error(Code::UnknownStepField, name.origin, message)
            .suggest(&name.value, known.iter().copied())
            .help(format!("{what}, here `{}`", known.join("`, `")))
    }

    /// What is read is removed by the step, and what is written is added by it, without a value of its own.
    fn misplaced(&self, name: &Spanned<String>, life: &Life<'_>, side: Side, dialect: Dialect) -> Option<Diagnostic> {
        let (number, field) = (self.number, life.field);
        let (message, help) = match side {
            Side::Read if life.lives(number) => (
                format!("`{}` is still there in version {number}, so this step cannot use it up", name.value),
                dialect.either(
                    format!("a field that a step reads ends with it: say `removed: {number}` in its line"),
                    format!(
                        "a field that a step reads ends with it: write `removed({number}, {}: ..)` on the struct, and \
                         take the field out of it",
                        field.name.value
                    ),
                ),
            ),
            Side::Written if life.lives(number - 1) => (
                format!("`{}` is there before version {number}, so this step cannot make it", name.value),
                format!(
                    "a field that a step writes begins with it: say `{}` in its line",
                    dialect.change("added", number)
                ),
            ),
            Side::Written if field.default.is_some() => (
                format!("`{}` gets its value from this step, so nobody would use its default", name.value),
                "take `default` out of its line".to_owned(),
            ),
            Side::Read | Side::Written => return None,
        };
        let diagnostic = Diagnostic::error(Code::StepField, name.origin, message);
        Some(diagnostic.related(field.name.origin, "its line").help(help))
    }
}

fn twice(name: &Spanned<String>, first: Origin, side: Side) -> Diagnostic {
    let verb = match side {
        Side::Read => "read",
        Side::Written => "written",
    };
    let message = format!("`{}` is {verb} by two steps of one version", name.value);
    Diagnostic::error(Code::StepFieldTwice, name.origin, message)
        .related(first, "first here")
        .help("the steps of a version happen at once: each field is read by one of them, and written by one")
}
