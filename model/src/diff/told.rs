//! What leads to a version, as its lines in a schema: a lock's own lines are for programs.

use crate::dialect::Dialect;
use crate::lock::{Child, End, Fields, Fingerprint, Reading, Shape, Step, TypeUpcast, Upcast, via};
use crate::source::Spanned;

/// Where a schema says nothing.
const NO_STEP: &str = "no step";

/// Between a step by hand and the fingerprints of what it makes of samples.
const MAKES: &str = ", which makes ";

/// What is told of a step without its fingerprints, if it has any.
pub(super) fn without_fingerprints(told: &str) -> &str {
    told.split_once(MAKES).map_or(told, |(step, _)| step)
}

/// A version, and what is known of the one before.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) version: u32,
    pub(super) before: Option<&'a Fields>,
}

impl Told<'_> {
    /// How an event's version comes about, as far as it comes about otherwise elsewhere.
    pub(super) fn upcast(self, upcast: &Upcast, elsewhere: &Upcast) -> String {
        match (upcast, elsewhere) {
            (Upcast::Steps(steps), Upcast::Steps(elsewhere)) => self.steps(steps, elsewhere),
            (Upcast::Steps(steps), Upcast::ByHand(_)) => self.steps(steps, &[]),
            (Upcast::ByHand(outputs), _) => {
                let by_hand = Dialect::Yaml.by_hand(self.version);
                let prints: Vec<&str> = outputs.iter().map(Fingerprint::as_str).collect();
                if prints.is_empty() { by_hand } else { format!("{by_hand}{MAKES}{}", prints.join(" ")) }
            }
        }
    }

    fn steps(self, steps: &[Spanned<Step>], elsewhere: &[Spanned<Step>]) -> String {
        let steps = steps.iter().filter(|step| !elsewhere.contains(step));
        let steps: Vec<String> = steps.map(|step| self.step(&step.value)).collect();
        if steps.is_empty() { NO_STEP.to_owned() } else { steps.join(", ") }
    }

    pub(super) fn step(self, step: &Step) -> String {
        let version = self.version;
        let several = |operation, from: &[String], into: &[String], with| {
            let [from, into] = [from, into].map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
            Dialect::Yaml.step(operation, &from, &into, with)
        };
        let one = std::slice::from_ref::<String>;
        match step {
            Step::Drop { from } => format!("{from}: {{ removed: {version} }}"),
            Step::Insert { to, value } => format!("{to}: {{ added: {version}, default: {value} }}"),
            Step::Rename { from, to } => format!("{to}: {{ {} }}", renamed(version, from)),
            Step::Convert { from, to, by } => {
                let retyped = self.retyped(self.before.and_then(|before| before.get(from)), by);
                let renamed = if from == to { String::new() } else { format!("{}, ", renamed(version, from)) };
                format!("{to}: {{ {renamed}{retyped} }}")
            }
            Step::Join { from, to, with } => several("join", from, one(to), Some(with.as_str())),
            Step::Split { from, to, with } => several("split", one(from), to, Some(with.as_str())),
            Step::Nest { from, to } => several("nest", from, one(to), None),
            Step::Flatten { from, to } => several("flatten", one(from), to, None),
        }
    }

    fn retyped(self, from: Option<&Spanned<String>>, by: &str) -> String {
        let from = from.map(|ty| ty.value.as_str());
        let how = match (from, via(by)) {
            (Some(from), Some(via)) => format!("{{ from: {from}, via: {via} }}"),
            (None, Some(via)) => format!("{{ via: {via} }}"),
            (Some(from), None) => from.to_owned(),
            (None, None) => return "retyped".to_owned(),
        };
        format!("retyped: {{ {}: {how} }}", self.version)
    }
}

fn renamed(version: u32, from: &str) -> String {
    format!("renamed: {{ {version}: {from} }}")
}

/// How a type's version comes about from the shape before, as far as it comes about otherwise elsewhere.
pub(super) fn of_type(upcast: &TypeUpcast, elsewhere: &TypeUpcast, version: u32, before: Option<&Shape>) -> String {
    let told = |before| Told { version, before };
    let variant = |known: bool, old: &str, new: &str| {
        if known {
            format!("{old}: {{ removed: {version}, becomes: {new} }}")
        } else {
            format!("{new}: {{ {} }}", renamed(version, old))
        }
    };
    let lines: Vec<String> = match (upcast, before) {
        (TypeUpcast::Struct(steps), before) => {
            let fields = if let Some(Shape::Struct(fields)) = before { Some(fields) } else { None };
            let elsewhere: &[_] = if let TypeUpcast::Struct(steps) = elsewhere { steps } else { &[] };
            return told(fields).steps(steps, elsewhere);
        }
        (TypeUpcast::Newtype(by), Some(Shape::Newtype(from))) => return told(None).retyped(Some(from), &by.value),
        (TypeUpcast::Newtype(by), _) => return told(None).retyped(None, &by.value),
        (TypeUpcast::Enum(changed), before) => {
            let known = |new: &String| matches!(before, Some(Shape::Enum { values, .. }) if values.contains(new));
            let other = if let TypeUpcast::Enum(changed) = elsewhere { Some(changed) } else { None };
            let differing = changed.iter().filter(|(old, new)| other.and_then(|other| other.get(*old)) != Some(new));
            differing.map(|(old, new)| variant(known(&new.value), old, &new.value)).collect()
        }
        (TypeUpcast::Union(changed), before) => {
            let kinds = if let Some(Shape::Union(kinds)) = before { Some(kinds) } else { None };
            let one = |(old, new): (&String, &Spanned<crate::lock::KindUpcast>)| {
                let (new, steps) = (&new.value.kind, &new.value.steps);
                let known = kinds.is_some_and(|kinds| kinds.contains_key(new));
                let became = (old != new).then(|| variant(known, old, new));
                let fields = kinds.and_then(|kinds| kinds.get(old));
                let steps = (!steps.is_empty()).then(|| format!("{new}: {{ {} }}", told(fields).steps(steps, &[])));
                became.into_iter().chain(steps).collect::<Vec<_>>().join(", ")
            };
            let other = if let TypeUpcast::Union(changed) = elsewhere { Some(changed) } else { None };
            let differing = changed.iter().filter(|(old, new)| other.and_then(|other| other.get(*old)) != Some(new));
            differing.map(one).collect()
        }
    };
    if lines.is_empty() { NO_STEP.to_owned() } else { lines.join(", ") }
}

/// How an event ended, whose last fields these are.
pub(super) fn end(end: &End, last: Option<&Fields>) -> String {
    let version = end.version;
    match &end.reading {
        Reading::Itself => format!("retired: {version}"),
        Reading::Nothing => format!("retired: {{ {version}: nothing }}"),
        Reading::Others(children) => {
            let told = Told { version, before: last };
            let name = |child: &Child| {
                let full = &child.event.value;
                format!("{}@{}", full.split_once('.').map_or(full.as_str(), |(_, short)| short), child.version)
            };
            let names: Vec<String> = children.iter().map(name).collect();
            let by_hand = children.iter().any(|child| child.steps.is_none());
            let by_hand = by_hand.then(|| Dialect::Yaml.by_hand(version));
            let steps = children.iter().filter_map(|child| {
                let steps = child.steps.as_ref().filter(|steps| !steps.is_empty())?;
                Some(format!("{}: {{ {} }}", name(child), told.steps(steps, &[])))
            });
            let becomes = format!("becomes: {{ {version}: [{}] }}", names.join(", "));
            [becomes].into_iter().chain(by_hand).chain(steps).collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    fn at<T>(value: T) -> Spanned<T> {
        Spanned::new(value, Origin::default())
    }

    #[test]
    fn steps_are_told_as_a_schema_says_them() {
        let fields = [("price", "u32?"), ("paid", "shop.Money@1")];
        let fields: Fields = fields.into_iter().map(|(name, ty)| (name.to_owned(), at(ty.to_owned()))).collect();
        let told = Told { version: 2, before: Some(&fields) };
        for (line, said) in [
            ("drop clerk", "clerk: { removed: 2 }"),
            ("channel = \"web\"", "channel: { added: 2, default: \"web\" }"),
            ("seats -> quantity", "quantity: { renamed: { 2: seats } }"),
            ("price -> price by or(keep,1)", "price: { retyped: { 2: { from: u32?, via: or(1) } } }"),
            ("paid -> sum by versions", "sum: { renamed: { 2: paid }, retyped: { 2: shop.Money@1 } }"),
            ("other -> other by parse", "other: { retyped: { 2: { via: parse } } }"),
            ("first, last -> name by join(\" \")", "{ join: { from: [first, last], into: name, with: \" \" } }"),
            ("city, street -> address by nest", "{ nest: { from: [city, street], into: address } }"),
        ] {
            let step = Step::read(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(told.upcast(&Upcast::Steps(vec![at(step)]), &Upcast::ByHand(Vec::new())), said);
        }
        let steps = |lines: &[&str]| Upcast::Steps(lines.iter().filter_map(|line| Step::read(line)).map(at).collect());
        let (both, one) = (steps(&["drop a", "drop b"]), steps(&["drop a"]));
        assert_eq!(told.upcast(&both, &one), "b: { removed: 2 }", "what is elsewhere too is no difference");
        assert_eq!(told.upcast(&one, &both), "no step");
        assert_eq!(told.upcast(&Upcast::ByHand(Vec::new()), &both), "upcast: { 2: by_hand }");
    }

    #[test]
    fn values_of_an_enum_were_renamed_or_became_others() {
        let became = [("fax".to_owned(), at("phone".to_owned())), ("net".to_owned(), at("web".to_owned()))].into();
        let before = Shape::Enum { values: ["fax", "net", "phone"].map(str::to_owned).into(), fallback: false };
        let (became, nothing) = (TypeUpcast::Enum(became), TypeUpcast::Enum([].into()));
        let said = of_type(&became, &nothing, 2, Some(&before));
        assert_eq!(said, "fax: { removed: 2, becomes: phone }, web: { renamed: { 2: net } }");
        assert_eq!(of_type(&nothing, &became, 2, Some(&before)), "no step");
    }

    #[test]
    fn an_end_is_told_with_all_that_belongs_to_it() {
        let said = |reading| end(&End { version: 3, reading }, None);
        let child = |steps| Child { event: at("shop.Paid".to_owned()), version: 1, steps, samples: None };
        assert_eq!(said(Reading::Itself), "retired: 3");
        assert_eq!(said(Reading::Nothing), "retired: { 3: nothing }");
        assert_eq!(said(Reading::Others(vec![child(None)])), "becomes: { 3: [Paid@1] }, upcast: { 3: by_hand }");
        let lost = Step::Drop { from: "clerk".to_owned() };
        assert_eq!(
            said(Reading::Others(vec![child(Some(Vec::new())), child(Some(vec![at(lost)]))])),
            "becomes: { 3: [Paid@1, Paid@1] }, Paid@1: { clerk: { removed: 3 } }"
        );
    }
}
