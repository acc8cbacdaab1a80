//! Paths that a user names in the options.

use syn::{Expr, GenericArgument, Lit, Path, PathArguments, Type};

use crate::items::{Argument, RustType};

/// Why a text names no type that generated code can name.
pub(super) type Refused = (String, String);

const ABSOLUTE: &str = "generated code has nothing in scope: begin each path in it with `::` or `crate::`, as in \
                        `::chrono::DateTime<::chrono::Utc>`";

/// A type by its absolute path, with types and numbers as arguments.
pub(super) fn rust_type(text: &str) -> Result<RustType, Refused> {
    let ty = syn::parse_str(text).map_err(|error| not_rust(text, &error))?;
    lowered(text, &ty)
}

/// A trait by its absolute path.
pub(super) fn trait_path(text: &str) -> Result<String, Refused> {
    let path: Path = syn::parse_str(text).map_err(|error| not_rust(text, &error))?;
    let found = of_path(text, &path)?;
    if found.arguments.is_empty() {
        Ok(found.path)
    } else {
        Err((format!("`{text}` cannot be derived"), "name a derive macro by its path, without arguments".to_owned()))
    }
}

fn not_rust(text: &str, error: &syn::Error) -> Refused {
    (format!("`{text}` is not a Rust path: {error}"), ABSOLUTE.to_owned())
}

fn lowered(text: &str, ty: &Type) -> Result<RustType, Refused> {
    match ty {
        Type::Path(ty) if ty.qself.is_none() => of_path(text, &ty.path),
        _ => Err((format!("`{text}` does not name a type by its path"), ABSOLUTE.to_owned())),
    }
}

fn of_path(text: &str, path: &Path) -> Result<RustType, Refused> {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let is_absolute = path.leading_colon.is_some() || names.first().is_some_and(|first| first == "crate");
    if !is_absolute || names.len() < 2 {
        return Err((format!("`{}` is not an absolute path", names.join("::")), ABSOLUTE.to_owned()));
    }
    let mut arguments = Vec::new();
    for (index, segment) in path.segments.iter().enumerate() {
        match &segment.arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(given) if index + 1 == names.len() => {
                arguments =
                    given.args.iter().map(|argument| self::argument(text, argument)).collect::<Result<_, _>>()?;
            }
            PathArguments::AngleBracketed(_) | PathArguments::Parenthesized(_) => return Err(too_much(text)),
        }
    }
    let root = if path.leading_colon.is_some() { "::" } else { "" };
    Ok(RustType { path: format!("{root}{}", names.join("::")), arguments })
}

fn argument(text: &str, argument: &GenericArgument) -> Result<Argument, Refused> {
    match argument {
        GenericArgument::Type(ty) => lowered(text, ty).map(Argument::Type),
        GenericArgument::Const(Expr::Lit(number)) => match &number.lit {
            Lit::Int(number) => number.base10_parse().map(Argument::Const).map_err(|_| too_much(text)),
            _ => Err(too_much(text)),
        },
        _ => Err(too_much(text)),
    }
}

fn too_much(text: &str) -> Refused {
    let help = "only types and numbers may be its arguments; give what else you need a name of its own, with `type`";
    (format!("`{text}` has arguments that cannot be used here"), help.to_owned())
}
