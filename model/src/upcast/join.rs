//! `join: { from: [first, last], into: name, with: " " }`: several texts become one.

use super::structural::{Arguments, mismatch};
use super::{Function, Step};
use crate::diagnostic::Diagnostic;
use crate::resolve::Catalog;
use crate::schema::Type;
use crate::types::Builtin;

/// The step, or what is wrong with it.
pub(super) fn step(arguments: &Arguments<'_>, catalog: &Catalog<'_>) -> Result<Step, Box<Diagnostic>> {
    let text = Type::Builtin(Builtin::String);
    let origin = arguments.step.operation.origin;
    if arguments.from.len() < 2 || arguments.into.len() != 1 {
        let message = "`join` makes one text of several".to_owned();
        let step = catalog.dialect.step("join", &["first", "last"], &["name"], Some(" "));
        let help = format!("write `{step}`; a field alone is `renamed`");
        return Err(Box::new(mismatch(origin, message).help(help)));
    }
    let optional = Type::Optional(Box::new(text.clone()));
    let reads = arguments.from.iter().find(|argument| *argument.ty != text && *argument.ty != optional);
    let unfit = reads.or_else(|| arguments.into.iter().find(|argument| *argument.ty != text));
    if let Some(unfit) = unfit {
        let message = format!("`join` works on texts, and `{}` is a `{}`", unfit.name.value, catalog.spell(unfit.ty));
        let (text, optional) = (catalog.spell(&text), catalog.spell(&optional));
        let help = format!("it reads `{text}` and `{optional}` (what is absent is left out), and writes a `{text}`");
        return Err(Box::new(mismatch(unfit.name.origin, message).related(unfit.declared, "its line").help(help)));
    }
    let with = arguments.step.with.as_ref().map(|with| with.value.clone()).unwrap_or_default();
    Ok(arguments.call(Function::Join(with)))
}
