//! A schema as YAML.

use std::fmt;

use super::{Aggregate, Event, Field, Schema};
use crate::ty::{Body, Declared, Ty};

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "factum: 1\ncontext: random")?;
        if let Some(aggregate) = &self.aggregate {
            self.aggregate(aggregate, f)?;
        }
        writeln!(f, "events:")?;
        for event in &self.events {
            self.event(event, f)?;
        }
        if !self.types.is_empty() {
            writeln!(f, "types:")?;
        }
        self.types.iter().try_for_each(|declared| self.declared(declared, f))
    }
}

impl Schema {
    fn ty<'a>(&'a self, ty: &'a Ty) -> impl fmt::Display + 'a {
        ty.spelled(&self.types)
    }

    fn aggregate(&self, aggregate: &Aggregate, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "aggregate: Thing\nid: {}", self.ty(&aggregate.id))?;
        writeln!(f, "state:{}", if aggregate.state.is_empty() { " {}" } else { "" })?;
        for (name, ty, initial) in &aggregate.state {
            writeln!(f, "  {name}: {{ type: \"{}\", default: {initial} }}", self.ty(ty))?;
        }
        writeln!(f, "commands:{}", if aggregate.commands.is_empty() { " {}" } else { "" })?;
        for (name, fields) in &aggregate.commands {
            writeln!(f, "  {name}:")?;
            self.record("    ", fields, f)?;
        }
        writeln!(f, "rejections:{}", if aggregate.rejections.is_empty() { " {}" } else { "" })?;
        for (name, message, fields) in &aggregate.rejections {
            writeln!(f, "  {name}:\n    message: \"{message}\"")?;
            self.record("    ", fields, f)?;
        }
        Ok(())
    }

    fn record(&self, indent: &str, fields: &[(String, Ty)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{indent}fields:{}", if fields.is_empty() { " {}" } else { "" })?;
        fields.iter().try_for_each(|(name, ty)| writeln!(f, "{indent}  {name}: \"{}\"", self.ty(ty)))
    }

    fn event(&self, event: &Event, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}:\n    version: {}", event.name, event.version)?;
        writeln!(f, "    fields:{}", if event.fields.is_empty() { " {}" } else { "" })?;
        event.fields.iter().try_for_each(|field| self.field(field, f))
    }

    fn field(&self, field: &Field, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "      {}:\n        type: \"{}\"", field.name, self.ty(&field.ty))?;
        if let Some((version, default)) = &field.added {
            writeln!(f, "        added: {version}")?;
            default.iter().try_for_each(|default| writeln!(f, "        default: {default}"))?;
        }
        if let Some(version) = field.removed {
            writeln!(f, "        removed: {version}")?;
        }
        if !field.renamed.is_empty() {
            let changes = field.renamed.iter().map(|(version, before)| format!("{version}: {before}"));
            writeln!(f, "        renamed: {{ {} }}", changes.collect::<Vec<_>>().join(", "))?;
        }
        if !field.retyped.is_empty() {
            let changes = field.retyped.iter().map(|(version, before)| format!("{version}: \"{}\"", self.ty(before)));
            writeln!(f, "        retyped: {{ {} }}", changes.collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }

    fn declared(&self, declared: &Declared, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}:", declared.name)?;
        match &declared.body {
            Body::Struct(fields) => self.record("    ", fields, f),
            Body::Newtype(inner) => writeln!(f, "    newtype: \"{}\"", self.ty(inner)),
            Body::Enum(values) => writeln!(f, "    enum: [{}]", values.join(", ")),
        }
    }
}
