//! The schema uses all that the language has for the past, and every field's origin is told.
#![allow(clippy::unwrap_used, clippy::panic)] // clippy's own exception is for test functions, not for their helpers

use std::collections::BTreeSet;

use evolution::{Stored, dropped, origin, page, schema, stored, today};
use factum_model::schema::{EventFate, Schema, TypeShape, TypeSteps};
use factum_model::upcast::{Conversion, Function, Step};
use factum_model::value::sample::Sampler;

/// Each kind of step, conversion and fate by its name. Exhaustive, so that a new one has to be said here.
#[derive(Default)]
struct Used(BTreeSet<&'static str>);

impl Used {
    fn of(schema: &Schema) -> Self {
        let mut used = Self::default();
        for event in &schema.events {
            let wire_types: BTreeSet<&str> = event.versions.iter().map(|version| version.wire_type.as_str()).collect();
            used.when(wire_types.len() > 2, "an event renamed twice");
            for version in &event.versions {
                used.when(version.by_hand, "by hand");
                used.steps(&version.steps);
            }
            used.fate(&event.fate);
        }
        for def in &schema.types {
            def.versions.iter().for_each(|version| used.type_steps(&version.steps));
            used.shape(&def.versions.last().unwrap().shape);
        }
        used
    }

    fn when(&mut self, is_used: bool, what: &'static str) {
        if is_used {
            self.0.insert(what);
        }
    }

    fn fate(&mut self, fate: &EventFate) {
        self.0.insert(match fate {
            EventFate::Current => "current",
            EventFate::Retired(_) => "retired",
            EventFate::Nothing(_) => "nothing",
            EventFate::Becomes(_, children) if children.iter().all(|child| child.steps.is_some()) => "becomes, by name",
            EventFate::Becomes(..) => "becomes, by hand",
        });
    }

    fn shape(&mut self, shape: &TypeShape) {
        self.0.insert(match shape {
            TypeShape::Struct(_) => "struct",
            TypeShape::Newtype(_) => "newtype",
            TypeShape::Enum(values) if values.iter().any(|value| value.fallback) => "enum with a fallback",
            TypeShape::Enum(_) => "enum",
            TypeShape::Union(_) => "union",
        });
    }

    fn type_steps(&mut self, steps: &TypeSteps) {
        match steps {
            TypeSteps::Struct(steps) => self.steps(steps),
            TypeSteps::Newtype(how) => self.conversion(how),
            TypeSteps::Enum(_) => {}
            TypeSteps::Union(kinds) => kinds.iter().for_each(|(_, steps)| self.steps(steps)),
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            let name = match step {
                Step::Move { .. } => "move",
                Step::Insert { .. } => "insert",
                Step::Drop { .. } => "drop",
                Step::Convert { how, .. } => {
                    self.conversion(how);
                    "convert"
                }
                Step::Call { function, .. } => match function {
                    Function::Join(_) => "join",
                    Function::Split(_) => "split",
                    Function::Nest(..) => "nest",
                    Function::Flatten(..) => "flatten",
                    Function::NestOpaque(..) | Function::FlattenOpaque(_) => "not in YAML",
                },
            };
            self.0.insert(name);
        }
    }

    fn conversion(&mut self, how: &Conversion) {
        let name = match how {
            Conversion::Keep => "keep",
            Conversion::Widen { .. } => "widen",
            Conversion::Present(inner) => self.within(inner, "T to T?"),
            Conversion::Maybe(inner) => self.within(inner, "within ?"),
            Conversion::Single(inner) => self.within(inner, "T to list<T>"),
            Conversion::Each(inner) => self.within(inner, "within list"),
            Conversion::EachOf(inner) => self.within(inner, "within set"),
            Conversion::Entries(keys, values) => {
                self.conversion(keys);
                self.within(values, "within map")
            }
            Conversion::Versions { .. } => "versions",
            Conversion::ToText(_) => "to_string",
            Conversion::Parse(_) => "parse",
            Conversion::Scale { .. } => "scale",
            Conversion::Epoch { per_second: 1, .. } => "epoch_seconds",
            Conversion::Epoch { .. } => "epoch_millis",
            Conversion::Or(inner, _) => self.within(inner, "or"),
            Conversion::Foreign(_) => "not in YAML",
        };
        self.0.insert(name);
    }

    fn within(&mut self, inner: &Conversion, outer: &'static str) -> &'static str {
        self.conversion(inner);
        outer
    }
}

#[test]
fn the_schema_uses_everything() {
    let used = Used::of(&schema().unwrap()).0;
    let all = "move|insert|drop|convert|join|split|nest|flatten|by hand|an event renamed twice|current|retired|nothing|\
               becomes, by name|becomes, by hand|struct|newtype|enum|enum with a fallback|union|keep|widen|T to T?|within ?|\
               T to list<T>|within list|within set|within map|versions|to_string|parse|scale|epoch_seconds|epoch_millis|or";
    assert_eq!(used, all.split('|').collect());
}

#[test]
fn two_events_went_through_eight_versions_and_changed_in_each() {
    let schema = schema().unwrap();
    for name in ["ParcelAccepted", "ParcelDelivered"] {
        let event = schema.events.iter().find(|event| event.name.value == name).unwrap();
        assert_eq!(event.versions.len(), 8);
        for pair in event.versions.windows(2) {
            let changes = pair[1].steps.iter().filter(|step| !matches!(step, Step::Move { .. })).count();
            assert!(pair[1].by_hand || changes > 0, "{name} {}", pair[1].number);
        }
    }
}

/// Whatever of a version is still seen today is told to come from there.
#[test]
fn every_stored_field_goes_somewhere() {
    let schema = schema().unwrap();
    for event in &schema.events {
        for version in &event.versions {
            let mut gone: BTreeSet<String> = dropped(event, version.number).into_iter().map(|(name, _)| name).collect();
            for slot in 0..event.current().shape.fields.len() {
                gone.extend(origin(&schema, event, version.number, slot).fields);
            }
            // The step by hand makes `size` of `dimensions`, and only its author knows.
            gone.insert("dimensions".to_owned());
            for field in &version.shape.fields {
                assert!(
                    gone.contains(&field.name.value),
                    "{}@{} {}",
                    event.name.value,
                    version.number,
                    field.name.value
                );
            }
        }
    }
}

#[test]
fn the_pages_tell_what_happened() {
    let schema = schema().unwrap();
    let all = stored(&schema).unwrap();
    let first = page(&schema, &all[0]).unwrap();
    for told in [
        "ParcelAccepted, stored as parcels.ParcelBooked, version 1",
        r#"17                                 -> "17"                                u16 to u32 (3), to_string (8)"#,
        "-> 2400",
        "weight renamed (2), f32 to f64 (4), weight_kg renamed (5), scale(10^3) (7)",
        r#""Ada" "Lovelace"                   -> "Ada Lovelace"                      joined (3)"#,
        "removed (4)",
    ] {
        assert!(first.contains(told), "{told}\n{first}");
    }
    for stored in &all {
        let page = page(&schema, stored).unwrap();
        assert!(page.contains(&stored.payload), "{page}");
    }
}

#[test]
fn the_readme_shows_what_is_printed() {
    let schema = schema().unwrap();
    let all = stored(&schema).unwrap();
    let is_it = |stored: &&Stored<'_>| stored.event.name.value == "ParcelDelivered" && stored.version.number == 4;
    let page = page(&schema, all.iter().find(is_it).unwrap()).unwrap();
    assert!(include_str!("../README.md").contains(&page), "{page}");
}

/// The committed bytes are a few; samples of every version are read as well, or have no newer value for a reason.
#[test]
fn samples_of_every_version_are_read() {
    let schema = schema().unwrap();
    let (mut read, mut refused) = (0, 0);
    for event in &schema.events {
        for version in &event.versions {
            let mut sampler = Sampler::new(&schema, 1);
            for _ in 0..50 {
                let payload = sampler.event(event, version.number).unwrap().to_string();
                match today(&Stored { event, version, payload }) {
                    Ok(_) => read += 1,
                    Err(evolution::Error::Decode { fault, .. }) => {
                        assert!(matches!(fault, factum::DecodeFault::Upcast(_)), "{fault}");
                        refused += 1;
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }
    assert!(read > refused / 4, "{read} read, {refused} refused");
}
