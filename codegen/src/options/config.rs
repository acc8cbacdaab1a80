//! What a `factum.toml` chooses.

use factum_model::Sources;
use factum_model::config::rust::{ALL, Rust, RustType, Visibility as Visible};
use factum_model::source::Origin;

use super::{Builtin, Choice, Foreign, Kind, Options, Visibility, Which};

impl Options {
    /// What `[rust]` chooses, each with its place.
    #[must_use]
    pub fn of(rust: &Rust, sources: &Sources) -> Self {
        let mut options = Self::new();
        let mut choose = |choice, origin| options.choose(choice, place(origin, sources));
        for (name, ty) in &rust.builtins {
            // A name that is none was refused where it was read.
            if let Some(builtin) = Builtin::ALL.into_iter().find(|builtin| builtin.to_string() == name.value) {
                choose(Choice::Builtin(builtin, foreign(ty)), name.origin);
            }
        }
        for (which, paths) in &rust.derive {
            for path in paths {
                choose(Choice::Derive(selected(&which.value), path.value.clone()), path.origin);
            }
        }
        for (context, name) in &rust.modules {
            choose(Choice::Module { context: context.value.clone(), name: name.value.clone() }, name.origin);
        }
        if let Some(visibility) = &rust.visibility {
            let visible = match visibility.value {
                Visible::Public => Visibility::Public,
                Visible::Crate => Visibility::Crate,
            };
            choose(Choice::Visibility(visible), visibility.origin);
        }
        if let Some(wanted) = &rust.json_schema {
            choose(Choice::JsonSchema(wanted.value), wanted.origin);
        }
        options
    }
}

fn foreign(ty: &RustType) -> Foreign {
    let RustType { path, adapter, copy, eq, ordered } = ty.clone();
    Foreign { path, adapter, copy, eq, ordered }
}

/// Kinds are small words, and names in schemas begin with a large letter.
fn selected(which: &str) -> Which {
    if which == ALL {
        return Which::All;
    }
    match Kind::ALL.into_iter().find(|kind| kind.name() == which) {
        Some(kind) => Which::Kind(kind),
        None => Which::Named(which.to_owned()),
    }
}

/// `schemas/factum.toml:4:10`
fn place(origin: Origin, sources: &Sources) -> Option<String> {
    let place = sources.place(origin)?;
    let (line, column) = sources.line_and_column(&place);
    Some(format!("{}:{line}:{column}", sources.name(place.file)))
}

#[cfg(test)]
mod tests {
    use factum_model::config::rust::MAPPABLE;

    use super::*;

    #[test]
    fn each_builtin_that_may_be_mapped_has_one_name() {
        assert!(Builtin::ALL.iter().map(Builtin::to_string).eq(MAPPABLE.iter().copied()));
    }
}
