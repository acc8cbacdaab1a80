//! `split: { from: name, into: [first, last], with: " " }`: one text becomes several.

use super::structural::{Arguments, mismatch};
use super::{Function, Step};
use crate::diagnostic::Diagnostic;
use crate::resolve::Catalog;
use crate::schema::Type;
use crate::types::Builtin;

/// The step, or what is wrong with it.
pub(super) fn step(arguments: &Arguments<'_>, catalog: &Catalog<'_>) -> Result<Step, Box<Diagnostic>> {
    let origin = arguments.step.operation.origin;
    if arguments.from.len() != 1 || arguments.into.len() < 2 {
        let message = "`split` makes several texts of one".to_owned();
        let step = catalog.dialect.step("split", &["name"], &["first", "last"], Some(" "));
        let help = format!("write `{step}`; a field alone is `renamed`");
        return Err(Box::new(mismatch(origin, message).help(help)));
    }
    let text = Type::Builtin(Builtin::String);
    let mut all = arguments.from.iter().chain(&arguments.into);
    if let Some(unfit) = all.find(|argument| *argument.ty != text) {
        let message = format!("`split` works on texts, and `{}` is a `{}`", unfit.name.value, catalog.spell(unfit.ty));
        let help = format!("it reads a `{}` and writes several", catalog.spell(&text));
        return Err(Box::new(mismatch(unfit.name.origin, message).related(unfit.declared, "its line").help(help)));
    }
    match &arguments.step.with {
        Some(with) if with.value.is_empty() => {
            let message = "the empty text stands at every place, so nothing says where to split".to_owned();
            let with_blank = catalog.dialect.says("with", "\" \"");
            let help = format!("write the text between the parts, for example `{with_blank}`");
            Err(Box::new(mismatch(with.origin, message).help(help)))
        }
        with => {
            let with = with.as_ref().map(|with| with.value.clone()).unwrap_or_default();
            Ok(arguments.call(Function::Split(with)))
        }
    }
}
