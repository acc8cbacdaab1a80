//! A schema as YAML.

use std::collections::BTreeSet;
use std::fmt;

use super::{Aggregate, Event, Fate, Schema, Structural};
use crate::life::{Field, Retyped, Variant};
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
        self.policies(f)?;
        if !self.types.is_empty() {
            writeln!(f, "types:")?;
        }
        self.types.iter().try_for_each(|declared| self.declared(declared, f))
    }
}

impl Schema {
    pub(super) fn ty<'a>(&'a self, ty: &'a Ty) -> impl fmt::Display + 'a {
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
            if let Some(emits) = self.consumers.emits.get(name) {
                writeln!(f, "    emits: [{}]", emits.join(", "))?;
            }
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
        let end = event.version + 1;
        let version = if event.fate == Fate::Current { event.version } else { end };
        writeln!(f, "  {}:\n    version: {version}", event.name)?;
        renamed("    ", &event.renamed, f)?;
        match &event.fate {
            Fate::Current => {}
            Fate::Retired => writeln!(f, "    retired: {end}")?,
            Fate::Nothing => writeln!(f, "    retired: {{ {end}: nothing }}")?,
            Fate::Becomes(children, _) => {
                let children: Vec<_> = children.iter().map(|child| format!("{child}@1")).collect();
                writeln!(f, "    becomes: {{ {end}: [{}] }}", children.join(", "))?;
            }
        }
        if let Some(other) = self.consumers.compensates.get(&event.name) {
            writeln!(f, "    compensates: {{ event: {other}, by: [] }}")?;
        }
        self.fields("    ", &event.fields, f)?;
        let children_by_hand = matches!(event.fate, Fate::Becomes(_, true)).then_some(end);
        let by_hand: Vec<u32> = event.by_hand.into_iter().chain(children_by_hand).collect();
        if !event.steps.is_empty() || !by_hand.is_empty() {
            writeln!(f, "    upcast:")?;
        }
        by_hand.iter().try_for_each(|version| writeln!(f, "      {version}: by_hand"))?;
        steps(&event.steps, f)
    }

    fn fields(&self, indent: &str, fields: &[Field], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{indent}fields:{}", if fields.is_empty() { " {}" } else { "" })?;
        fields.iter().try_for_each(|field| self.field(indent, field, f))
    }

    fn field(&self, indent: &str, field: &Field, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{indent}  {}:\n{indent}    type: \"{}\"", field.name, self.ty(&field.ty))?;
        let indent = format!("{indent}    ");
        if let Some((version, default)) = &field.added {
            writeln!(f, "{indent}added: {version}")?;
            default.iter().try_for_each(|default| writeln!(f, "{indent}default: {default}"))?;
        }
        if let Some(version) = field.removed {
            writeln!(f, "{indent}removed: {version}")?;
        }
        renamed(&indent, &field.renamed, f)?;
        self.retyped(&indent, &field.retyped, f)
    }

    fn retyped(&self, indent: &str, retyped: &[Retyped], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !retyped.is_empty() {
            writeln!(f, "{indent}retyped:")?;
        }
        retyped.iter().try_for_each(|Retyped { version, before, via }| {
            let before = self.ty(before);
            match via {
                Some(via) => writeln!(f, "{indent}  {version}: {{ from: \"{before}\", via: {via} }}"),
                None => writeln!(f, "{indent}  {version}: \"{before}\""),
            }
        })
    }

    fn declared(&self, declared: &Declared, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}:", declared.name)?;
        if declared.version > 1 {
            writeln!(f, "    version: {}", declared.version)?;
        }
        match &declared.body {
            Body::Struct(fields) => self.fields("    ", fields, f),
            Body::Newtype(inner, retyped) => {
                writeln!(f, "    newtype: \"{}\"", self.ty(inner))?;
                self.retyped("    ", retyped, f)
            }
            Body::Enum(values) => {
                writeln!(f, "    enum:")?;
                values.iter().try_for_each(|value| variant(value, f))
            }
            Body::Union(kinds) => {
                writeln!(f, "    union:")?;
                kinds.iter().try_for_each(|kind| {
                    variant(kind, f)?;
                    self.fields("        ", &kind.fields, f)
                })
            }
        }
    }
}

fn steps(all: &[Structural], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let versions: BTreeSet<u32> = all.iter().map(|step| step.version).collect();
    for version in versions {
        writeln!(f, "      {version}:")?;
        for step in all.iter().filter(|step| step.version == version) {
            let Structural { operation, from, into, with, .. } = step;
            let list = |names: &[String]| match names {
                [one] => one.clone(),
                several => format!("[{}]", several.join(", ")),
            };
            let with = with.as_ref().map_or_else(String::new, |with| format!(", with: \"{with}\""));
            let (from, into) = (list(from), list(into));
            writeln!(f, "        - {{ {operation}: {{ from: {from}, into: {into}{with} }} }}")?;
        }
    }
    Ok(())
}

fn renamed(indent: &str, renamed: &[(u32, String)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if renamed.is_empty() {
        return Ok(());
    }
    let changes = renamed.iter().map(|(version, before)| format!("{version}: {before}"));
    writeln!(f, "{indent}renamed: {{ {} }}", changes.collect::<Vec<_>>().join(", "))
}

fn variant(variant: &Variant, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "      {}:", variant.name)?;
    let mut line =
        |key: &str, value: Option<String>| value.map_or(Ok(()), |value| writeln!(f, "        {key}: {value}"));
    line("added", variant.added.map(|version| version.to_string()))?;
    line("removed", variant.removed.map(|version| version.to_string()))?;
    line("becomes", variant.becomes.clone())?;
    line("fallback", variant.fallback.then(|| "true".to_owned()))?;
    renamed("        ", &variant.renamed, f)
}
