//! Defaults: Rust expressions. Those that are plainly a value of a builtin type are one to the model too, so that it can
//! judge them, and so that a lock knows them as it knows those of YAML; of all others the compiler judges.

use factum_model::ast::{TypeExpr, TypeKind, Value, ValueKind};
use factum_model::types::Builtin;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::front::Front;

impl Front {
    /// The value of `default = ...`, which is of type `ty`. Several places of generated code may need it, so it is a
    /// function that they call: the expression stands in one place, where it sees nothing of theirs.
    pub(crate) fn default_value(&mut self, function: &str, ty: &TokenStream, read: &TypeExpr, value: &Expr) -> Value {
        let origin = self.places.origin(value.span());
        if let Some(kind) = plain(value, &read.kind) {
            return Value { kind, origin };
        }
        let function = format_ident!("{function}");
        self.functions.extend(quote! {
            #[doc(hidden)]
            #[allow(dead_code, non_snake_case, clippy::unnecessary_wraps, clippy::missing_const_for_fn)]
            fn #function() -> #ty {
                #value
            }
        });
        let written = self.places.expression(value.to_token_stream(), quote!(#function()));
        Value { kind: ValueKind::Opaque(written), origin }
    }

    /// A value that generated code needs in one place only.
    pub(crate) fn inline(&mut self, value: &Expr) -> Value {
        let origin = self.places.origin(value.span());
        let written = self.places.expression(value.to_token_stream(), quote!((#value)));
        Value { kind: ValueKind::Opaque(written), origin }
    }
}

/// The value, if it is written as one of this type would be in a schema.
fn plain(value: &Expr, ty: &TypeKind) -> Option<ValueKind> {
    match (value, ty) {
        (Expr::Group(group), ty) => plain(&group.expr, ty),
        (Expr::Path(path), TypeKind::Optional(_)) if path.path.is_ident("None") => Some(ValueKind::Null),
        (Expr::Lit(ExprLit { lit, .. }), TypeKind::Builtin(builtin)) => literal(lit, *builtin),
        (Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }), TypeKind::Builtin(builtin)) => match &**expr {
            Expr::Lit(ExprLit { lit: lit @ (Lit::Int(_) | Lit::Float(_)), .. }) => match literal(lit, *builtin)? {
                ValueKind::Text(text) => Some(ValueKind::Text(format!("-{text}"))),
                _ => None,
            },
            _ => None,
        },
        (Expr::Call(call), TypeKind::Builtin(Builtin::String)) => {
            let function = call.func.to_token_stream().to_string().replace(' ', "");
            match (function.as_str(), call.args.first()) {
                ("String::new", None) => Some(ValueKind::Text(String::new())),
                ("String::from", Some(text)) => text_of(text),
                _ => None,
            }
        }
        (Expr::MethodCall(call), TypeKind::Builtin(Builtin::String)) => {
            let owns = ["to_owned", "to_string", "into"].iter().any(|name| call.method == name);
            if owns && call.args.is_empty() { text_of(&call.receiver) } else { None }
        }
        _ => None,
    }
}

fn literal(lit: &Lit, builtin: Builtin) -> Option<ValueKind> {
    let integer = builtin.row().range.is_some();
    let float = matches!(builtin, Builtin::F32 | Builtin::F64);
    match lit {
        Lit::Bool(value) if builtin == Builtin::Bool => Some(ValueKind::Text(value.value.to_string())),
        Lit::Int(number) if integer && number.suffix().is_empty() => {
            Some(ValueKind::Text(number.base10_digits().to_owned()))
        }
        Lit::Float(number) if float && number.suffix().is_empty() => {
            Some(ValueKind::Text(number.base10_digits().to_owned()))
        }
        _ => None,
    }
}

fn text_of(value: &Expr) -> Option<ValueKind> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(ValueKind::Text(text.value())),
        _ => None,
    }
}
