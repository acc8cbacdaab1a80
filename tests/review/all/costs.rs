//! What new versions are said to cost, held against the steps that really run.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use factum_model::diff::{Change, Kind, Subject, costs};
use factum_model::lock::Lock;
use factum_model::names::full_name;
use factum_model::schema::{EventId, FieldDef, Record, Schema, TypeId, TypeShape, TypeSteps};
use factum_model::upcast::nature::{self, Nature};
use factum_model::upcast::{Conversion, Function, Step};
use factum_model::value::{self, Fault, sample::Sampler};
use factum_test_kit::schema::schemas;
use proptest::prelude::*;

use crate::support::{checked, locked};

/// Whose, in which version, of which field, and what: digits, refusal.
type Cost = (String, u32, String, bool, bool);

fn told(change: &Change) -> Option<Cost> {
    let cost = |field: &String, lossy, refused| {
        Some((change.subject.name().to_owned(), change.version?, field.clone(), lossy, refused))
    };
    if let Kind::DigitsLost { field, refused } = &change.kind {
        cost(field, true, *refused)
    } else if let Kind::ValueRefused { field } = &change.kind {
        cost(field, false, true)
    } else {
        None
    }
}

/// A conversion's own nature, without that of the steps of declared types.
fn own(schema: &Schema, how: &Conversion) -> Nature {
    let mut merging = |ty: TypeId, from, to| {
        let all = nature::of_conversion(schema, &Conversion::Versions { ty, from, to });
        Nature { merging: all.merging, ..Nature::default() }
    };
    nature::of_conversion_among(how, &mut merging)
}

/// The same of the schema, which has its steps as values and not as texts.
struct Expected<'s> {
    schema: &'s Schema,
    costs: BTreeSet<Cost>,
}

impl Expected<'_> {
    fn of(schema: &Schema) -> BTreeSet<Cost> {
        let mut expected = Expected { schema, costs: BTreeSet::new() };
        for event in &schema.events {
            let name = full_name(&event.context, &event.name.value);
            for pair in event.versions.windows(2) {
                expected.steps((&name, pair[1].number, ""), &pair[1].steps, &pair[0].shape, &pair[1].shape);
            }
        }
        for ty in &schema.types {
            let name = full_name(&ty.context, &ty.name.value);
            for pair in ty.versions.windows(2) {
                let at = (name.as_str(), pair[1].number);
                match (&pair[1].steps, &pair[0].shape, &pair[1].shape) {
                    (TypeSteps::Struct(steps), TypeShape::Struct(old), TypeShape::Struct(new)) => {
                        expected.steps((at.0, at.1, ""), steps, old, new);
                    }
                    (TypeSteps::Newtype(how), ..) => expected.cost(at, String::new(), own(schema, how)),
                    (TypeSteps::Union(kinds), TypeShape::Union(old), TypeShape::Union(new)) => {
                        for ((kind, steps), old) in kinds.iter().zip(old) {
                            let new = &new[*kind];
                            expected.steps(
                                (at.0, at.1, &format!("{}.", new.name.value)),
                                steps,
                                &old.shape,
                                &new.shape,
                            );
                        }
                    }
                    (TypeSteps::Struct(_) | TypeSteps::Enum(_) | TypeSteps::Union(_), ..) => {}
                }
            }
        }
        expected.costs
    }

    fn steps(&mut self, (name, number, prefix): (&str, u32, &str), steps: &[Step], old: &Record, new: &Record) {
        let named = |field: &FieldDef| format!("{prefix}{}", field.name.value);
        for step in steps {
            match step {
                Step::Convert { to, how, .. } => {
                    self.cost((name, number), named(&new.fields[to.0]), own(self.schema, how));
                }
                Step::Call { from, function: Function::Split(_), .. } => {
                    let nature = Nature { fallible: true, ..Nature::default() };
                    self.cost((name, number), named(&old.fields[from[0].0]), nature);
                }
                Step::Move { .. } | Step::Insert { .. } | Step::Drop { .. } | Step::Call { .. } => {}
            }
        }
    }

    fn cost(&mut self, (name, number): (&str, u32), field: String, nature: Nature) {
        if nature.lossy || nature.fallible {
            self.costs.insert((name.to_owned(), number, field, nature.lossy, nature.fallible));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The texts of a lock say what the steps of the schema do; and where no step is said to refuse anything, none does.
    #[test]
    fn costs_are_those_of_the_steps(schema in schemas()) {
        let yaml = schema.to_string();
        let current = checked(&yaml);
        let schema = current.schema();
        let lock = Lock::of(schema);
        let found: BTreeSet<Cost> = costs(&Lock::default(), &lock).iter().filter_map(told).collect();
        let mut expected = Expected::of(schema);
        // What nothing stored holds is in no lock.
        expected.retain(|(name, ..)| lock.events.contains_key(name) || lock.types.contains_key(name));
        prop_assert_eq!(&found, &expected, "{}", yaml);
        if found.iter().any(|(.., refused)| *refused) {
            return Ok(());
        }
        for (id, event) in (0..).map(EventId).zip(&schema.events) {
            let mut made = Sampler::new(schema, 17);
            for version in &event.versions {
                for _ in 0..20 {
                    let payload = made.event(event, version.number).unwrap().to_string();
                    let read = value::read(schema, id, version.number, &payload);
                    prop_assert!(!matches!(read, Err(Fault::Upcast(_))), "{payload}: {read:?}\n{yaml}");
                }
            }
        }
    }
}

const PAID: &str = "factum: 1\ncontext: seats\nevents:\n  Paid:\n    version: 2\n    fields:\n      \
                    price: { type: u32, retyped: { 2: { from: string, via: parse } } }\n      at: u64\n";

/// Only what the baseline does not have is told; without one, all of it.
#[test]
fn what_is_released_is_not_told_again() {
    let now = locked(PAID);
    let told =
        |old: &Lock| costs(old, &now).iter().map(|change| (change.version, change.kind.clone())).collect::<Vec<_>>();
    let refused = (Some(2), Kind::ValueRefused { field: "price".to_owned() });
    let wide = (Some(1), Kind::WideInteger { field: "at".to_owned() });
    assert_eq!(told(&Lock::default()), [wide, refused.clone()]);
    assert_eq!(told(&locked("factum: 1\ncontext: seats\nevents:\n  Paid: { price: string, at: u64 }\n")), [refused]);
    assert_eq!(told(&now), []);
    // Under whatever name it was released.
    let renamed = PAID.replace("  Paid:", "  Sold:").replace("version: 2", "version: 3\n    renamed: { 3: Paid }");
    assert_eq!(costs(&now, &locked(&renamed)), []);
}

/// Where two values become one, a list of them is right, and a set is not.
#[test]
fn values_that_become_equal_are_told_of_sets_and_keys() {
    let now = locked(
        "factum: 1
context: seats
events:
  Sold:
    version: 2
    fields:
      all: { type: set<Channel>, retyped: { 2: set<Channel@1> } }
      wrapped: { type: set<Desk>, retyped: { 2: set<Desk@1> } }
      keys: { type: 'map<Channel, u8>', retyped: { 2: 'map<Channel@1, u8>' } }
      list: { type: list<Channel>, retyped: { 2: list<Channel@1> } }
      kinds: { type: set<Kind>, retyped: { 2: set<Kind@1> } }
types:
  Channel: { version: 2, enum: { web, phone, fax: { removed: 2, becomes: phone } } }
  Desk: { version: 2, newtype: string, retyped: { 2: { from: u8, via: to_string } } }
  Kind: { version: 2, enum: { a: { renamed: { 2: b } }, c } }
",
    );
    let told: Vec<_> = costs(&Lock::default(), &now).into_iter().map(|change| (change.subject, change.kind)).collect();
    let sold = || Subject::Event("seats.Sold".to_owned());
    let refused = |field: &str| (sold(), Kind::ValueRefused { field: field.to_owned() });
    assert_eq!(told, [refused("all"), refused("keys")]);
}
