//! The steps between neighbouring versions, as code: of events and of declared types alike.

use factum_model::schema::{FieldDef, Record, Type, TypeDef, TypeId, TypeShape, TypeSteps, TypeVersion};
use factum_model::upcast::{Function, Slot, Step};

use super::conversions::Site;
use super::types::{plain, version_name};
use super::{Scope, names};
use crate::items::{Build, Expr, Ident, Item, Upcast, UpcastBody, VariantPayload, VariantUpcast};
use crate::placeholder;

/// Two versions of a record, and the steps from the one to the other.
#[derive(Clone, Copy)]
pub(super) struct Change<'a> {
    /// The event's or the type's name, and the union's variant.
    pub(super) base: &'a str,
    /// The version that is made.
    pub(super) version: u32,
    pub(super) old: &'a Record,
    pub(super) new: &'a Record,
    pub(super) steps: &'a [Step],
}

fn old_value() -> Expr {
    Expr::Bound(Ident("old".to_owned()))
}

/// `old.field`.
pub(super) fn old_field(field: &str) -> Expr {
    Expr::Field(Box::new(old_value()), names::ident(field))
}

fn call<const N: usize>(function: &str, arguments: [Expr; N]) -> Expr {
    Expr::Call(format!("::factum::upcast::{function}"), arguments.into())
}

impl Scope<'_> {
    /// Where each field of the newer version comes from; `old` names those of the older.
    pub(super) fn build(self, change: Change<'_>, old: &dyn Fn(&str) -> Expr) -> Build {
        let Change { base, version, old: old_record, new, steps } = change;
        let old_field = |slot: &Slot| &old_record.fields[slot.0];
        let new_field = |slot: &Slot| &new.fields[slot.0];
        let read = |slot: &Slot| old(&old_field(slot).name.value);
        let mut build = Build::default();
        let mut fields: Vec<(Slot, Expr)> = Vec::with_capacity(new.fields.len());
        for step in steps {
            match step {
                Step::Move { from, to } => fields.push((*to, read(from))),
                Step::Insert { to, value } => fields.push((*to, self.literal(value, &new_field(to).ty))),
                Step::Convert { from, to, how } => {
                    let site = Site { base, version, field: &new_field(to).name.value };
                    let conversion = self.field_conversion(how, &old_field(from).ty, &new_field(to).ty, site);
                    fields.push((*to, Expr::Convert(conversion, Box::new(read(from)))));
                }
                Step::Drop { .. } => {}
                Step::Call { from, to, function } => {
                    let arguments = from.iter().map(read).collect();
                    let results = self.results(function, arguments, to, new, &mut build);
                    fields.extend(to.iter().copied().zip(results));
                }
            }
        }
        fields.sort_by_key(|(slot, _)| *slot);
        build.fields =
            fields.into_iter().map(|(slot, value)| (names::ident(&new_field(&slot).name.value), value)).collect();
        build
    }

    /// What a function makes of its arguments, one expression per result.
    fn results(
        self,
        function: &Function,
        arguments: Vec<Expr>,
        to: &[Slot],
        new: &Record,
        build: &mut Build,
    ) -> Vec<Expr> {
        match function {
            Function::Join(with) => {
                let parts = arguments.into_iter().map(|part| call("part", [Expr::Reference(Box::new(part))])).collect();
                vec![call("join", [Expr::Str(with.clone()), Expr::Array(parts)])]
            }
            Function::Split(with) => {
                let bound = |slot: &Slot| Ident(format!("new_{}", new.fields[slot.0].name.value));
                let names: Vec<Ident> = to.iter().map(bound).collect();
                let whole = arguments.into_iter().map(|whole| Expr::Reference(Box::new(whole)));
                let split = whole.map(|whole| call("split", [Expr::Str(with.clone()), whole])).next();
                build.lets.extend(split.map(|split| (names.clone(), Expr::Try(Box::new(split)))));
                names.into_iter().map(Expr::Bound).collect()
            }
            Function::Nest(id, version) => {
                let fields = self.struct_fields(*id, *version).iter().zip(arguments);
                let fields = fields.map(|(field, value)| {
                    let value = reboxed(value, &field.ty, self, self.within(*id));
                    (names::ident(&field.name.value), value)
                });
                vec![Expr::Struct(self.type_path(*id, *version), fields.collect())]
            }
            Function::NestOpaque(ty, names) => {
                let fields = names.iter().map(|name| names::ident(name)).zip(arguments);
                vec![Expr::Struct(placeholder::opaque(ty.id), fields.collect())]
            }
            Function::FlattenOpaque(names) => {
                let whole = arguments.into_iter().next().unwrap_or(Expr::Bool(false));
                names.iter().map(|name| Expr::Field(Box::new(whole.clone()), names::ident(name))).collect()
            }
            Function::Flatten(id, version) => {
                let whole = arguments.into_iter().next().unwrap_or(Expr::Bool(false));
                let fields = self.struct_fields(*id, *version).iter().map(|field| {
                    let value = Expr::Field(Box::new(whole.clone()), names::ident(&field.name.value));
                    reboxed(value, &field.ty, self.within(*id), self)
                });
                fields.collect()
            }
        }
    }

    fn struct_fields(&self, id: TypeId, version: u32) -> &[FieldDef] {
        match self.type_shape(id, version) {
            Some(TypeShape::Struct(record)) => &record.fields,
            Some(TypeShape::Newtype(_) | TypeShape::Enum(_) | TypeShape::Union(_)) | None => &[],
        }
    }

    /// The step between two versions of a declared type, and what it needs.
    pub(super) fn type_upcast(self, def: &TypeDef, old: &TypeVersion, new: &TypeVersion) -> Vec<Item> {
        let base = def.name.value.as_str();
        let version = new.number;
        let mut items = Vec::new();
        let body = match (&new.steps, &old.shape, &new.shape) {
            (TypeSteps::Struct(steps), TypeShape::Struct(old), TypeShape::Struct(new)) => {
                items.extend(self.otherwises(base, version, new, steps));
                UpcastBody::Fields(self.build(Change { base, version, old, new, steps }, &old_field))
            }
            (TypeSteps::Newtype(how), TypeShape::Newtype(from), TypeShape::Newtype(to)) => {
                let site = Site { base, version, field: "value" };
                items.extend(self.on_wire().otherwise(how, to, site));
                let conversion = self.field_conversion(how, from, to, site);
                UpcastBody::Value(Expr::Convert(conversion, Box::new(Expr::Inner(Box::new(old_value())))))
            }
            (TypeSteps::Enum(to), TypeShape::Enum(old), TypeShape::Enum(new)) => {
                let pairs = old.iter().zip(to).filter_map(|(variant, to)| Some((variant, new.get(*to)?)));
                UpcastBody::Variants(pairs.map(|(old, new)| enum_variant(old, new)).collect())
            }
            (TypeSteps::Union(to), TypeShape::Union(old), TypeShape::Union(new)) => {
                let pairs = old.iter().zip(to).filter_map(|(old, (to, steps))| Some((old, new.get(*to)?, steps)));
                let mut variants = Vec::new();
                for (old, new, steps) in pairs {
                    // Not the name that a type `<Union><Kind>` would have.
                    let base = format!("{base}V{version}{}", new.name.value);
                    items.extend(self.otherwises(&base, version, &new.shape, steps));
                    let change = Change { base: &base, version, old: &old.shape, new: &new.shape, steps };
                    variants.push(self.union_upcast(&old.name.value, &new.name.value, change));
                }
                UpcastBody::Variants(variants)
            }
            // A declared type stays of its kind.
            (TypeSteps::Struct(_) | TypeSteps::Newtype(_) | TypeSteps::Enum(_) | TypeSteps::Union(_), _, _) => {
                return items;
            }
        };
        let at = |version| plain(&version_name(def, version).0);
        items.push(Item::Upcast(Upcast { from: at(old.number), to: at(new.number), body }));
        items
    }

    fn union_upcast(self, from: &str, to: &str, change: Change<'_>) -> VariantUpcast {
        let bound = |field: &str| Ident(format!("old_{field}"));
        let fields = change.old.fields.iter().map(|field| &field.name.value);
        let bindings = fields.map(|field| (names::ident(field), bound(field))).collect();
        let build = self.build(change, &|field| Expr::Bound(bound(field)));
        let payload = VariantPayload::Fields(bindings, build);
        VariantUpcast { from: names::ident(from), to: names::ident(to), payload }
    }
}

/// A value that goes from a field in `from` to one in `to`: boxed where it is part of its own type, and else not.
fn reboxed(value: Expr, ty: &Type, from: Scope<'_>, to: Scope<'_>) -> Expr {
    let (named, optional) = match ty {
        Type::Optional(inner) => (inner.as_ref(), true),
        Type::Builtin(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Named(..) | Type::Opaque(_) => {
            (ty, false)
        }
    };
    let Type::Named(id, _) = named else { return value };
    match (from.is_boxed(*id), to.is_boxed(*id), optional) {
        (true, false, true) => call("unbox_optional", [value]),
        (true, false, false) => call("unbox", [value]),
        (false, true, true) => call("box_optional", [value]),
        (false, true, false) => Expr::Call("::std::boxed::Box::new".to_owned(), vec![value]),
        (true, true, _) | (false, false, _) => value,
    }
}

fn enum_variant(old: &factum_model::schema::VariantDef, new: &factum_model::schema::VariantDef) -> VariantUpcast {
    let [from, to] = [old, new].map(|variant| names::variant(&variant.name.value));
    let payload = if old.fallback && new.fallback { VariantPayload::Text } else { VariantPayload::None };
    VariantUpcast { from, to, payload }
}
