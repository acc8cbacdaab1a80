//! What a branch may do to a schema: what the language has words for, and what it should not do.

use proptest::prelude::*;
use proptest::sample::Index;

use super::{Event, Fate, Schema};
use crate::life::{Field, Retyped, Variant};
use crate::literal;
use crate::ty::{BUILTINS, Body, Declared, Ty};
use factum_model::value::sample::Dice;

/// A change of a schema. What it is of is taken modulo what is there.
#[derive(Debug, Clone)]
pub struct Change {
    what: What,
    of: Index,
    part: Index,
    seed: u64,
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// In a new version.
    AddField,
    RemoveField,
    RenameField,
    RetypeField,
    RenameEvent,
    AddValue,
    AddInner,
    RenameValue,
    ByHand,
    /// Events begin and end.
    NewEvent,
    End,
    /// Without a new version.
    AddInPlace,
    RemoveInPlace,
    RetypeInPlace,
    AddValueInPlace,
    RemoveValueInPlace,
    InnerInPlace,
    OtherDefault,
    Delete,
    GoBack,
    /// Nobody but Rust has a name for a type.
    RenameType,
    SwapTypes,
}

const DECLARED: &[What] = &[
    What::AddField,
    What::AddField,
    What::RemoveField,
    What::RenameField,
    What::RetypeField,
    What::RetypeField,
    What::RenameEvent,
    What::AddValue,
    What::AddInner,
    What::RenameValue,
    What::RenameValue,
    What::ByHand,
    What::NewEvent,
    What::End,
];

const IN_PLACE: &[What] = &[
    What::AddInPlace,
    What::RemoveInPlace,
    What::RetypeInPlace,
    What::RetypeInPlace,
    What::AddValueInPlace,
    What::RemoveValueInPlace,
    What::InnerInPlace,
    What::OtherDefault,
    What::Delete,
    What::GoBack,
    What::RenameType,
    What::SwapTypes,
];

/// Changes as a branch makes them: most declared, some in place.
pub fn changes() -> impl Strategy<Value = Vec<Change>> {
    let of = |all: &'static [What]| (0..all.len()).prop_map(move |index| all[index]);
    let what = prop_oneof![3 => of(DECLARED), 2 => of(IN_PLACE)];
    let change = (what, any::<Index>(), any::<Index>(), any::<u64>());
    let change = change.prop_map(|(what, of, part, seed)| Change { what, of, part, seed });
    proptest::collection::vec(change, 1..4)
}

impl Schema {
    /// The same, with its events and their fields in another order.
    #[must_use]
    pub fn reordered(&self) -> Self {
        let mut schema = self.clone();
        schema.events.reverse();
        schema.events.iter_mut().for_each(|event| event.fields.reverse());
        schema.consumers.reverse();
        schema
    }

    /// With these changes, as far as there is something to change. Not every outcome is a schema that is accepted.
    #[must_use]
    pub fn changed(&self, changes: &[Change]) -> Self {
        let mut schema = self.clone();
        for change in changes {
            let _ = schema.change(change);
        }
        schema
    }

    fn change(&mut self, change: &Change) -> Option<()> {
        let Change { what, of, part, seed } = change;
        let mut dice = Dice::new(*seed);
        match what {
            What::NewEvent => {
                let fields = vec![self.new_field(self.types.len(), None, &mut dice)];
                let name = format!("Fresh{}", self.events.len());
                self.events.push(Event { fields, ..event(name) });
            }
            What::AddField | What::AddInPlace => {
                let at = self.current(*of)?;
                let next = matches!(what, What::AddField).then_some(self.events[at].version + 1);
                let field = self.new_field(self.types.len(), next, &mut dice);
                self.events[at].fields.push(field);
                self.events[at].version = next.unwrap_or(self.events[at].version);
            }
            What::RemoveField | What::RenameField | What::RetypeField | What::RetypeInPlace => {
                let at = self.current(*of)?;
                let types = self.types.clone();
                self.events[at].change_field(*what, *part, &types, &mut dice)?;
            }
            What::RenameEvent => self.rename(self.current(*of)?),
            What::RemoveInPlace => {
                let at = self.any(*of)?;
                let event = &mut self.events[at];
                let index = pick(*part, event.fields.len())?;
                event.fields.remove(index);
            }
            What::OtherDefault => {
                let at = self.any(*of)?;
                let types = self.types.clone();
                self.events[at].other_default(*part, &types, &mut dice)?;
            }
            What::AddValue | What::AddInner | What::RenameValue => self.next_of_type(*what, *of, &mut dice)?,
            What::ByHand => {
                let at = self.current(*of)?;
                let event = &mut self.events[at];
                event.by_hand = event.by_hand.is_none().then_some(event.version + 1);
                event.version = event.by_hand?;
            }
            What::AddValueInPlace | What::RemoveValueInPlace | What::InnerInPlace => {
                let index = pick(*of, self.types.len())?;
                let added = self.new_field(index, None, &mut dice);
                in_place(&mut self.types[index], *what, *part, added)?;
            }
            What::RenameType => {
                let index = pick(*of, self.types.len())?;
                self.types[index].name.push_str("Again");
            }
            What::SwapTypes => {
                let [one, other] = [*of, *part].map(|of| pick(of, self.types.len()));
                self.swap_names(one?, other?);
            }
            What::End => {
                let at = self.any(*of)?;
                let fates = [Fate::Current, Fate::Retired, Fate::Nothing];
                self.events[at].fate = dice.pick(&fates).clone();
            }
            What::Delete => {
                let at = self.any(*of)?;
                self.events.remove(at);
            }
            What::GoBack => {
                let at = self.any(*of)?;
                self.events[at].go_back()?;
            }
        }
        Some(())
    }

    fn any(&self, of: Index) -> Option<usize> {
        pick(of, self.events.len())
    }

    /// An event that is emitted.
    fn current(&self, of: Index) -> Option<usize> {
        let current: Vec<usize> =
            (0..self.events.len()).filter(|index| self.events[*index].fate == Fate::Current).collect();
        Some(current[pick(of, current.len())?])
    }

    /// A field of a builtin type, or of one of the first so many declared ones: a type holds those that come before it.
    fn new_field(&self, first: usize, added: Option<u32>, dice: &mut Dice) -> Field {
        let (name, _) = dice.pick(BUILTINS);
        let own = (0..first).map(|index| Ty::Named(index, self.types[index].version));
        let own: Vec<Ty> = own.collect();
        let of = if own.is_empty() || dice.once_in(2) { Ty::Builtin(name) } else { dice.pick(&own).clone() };
        let optional = dice.once_in(3) && !of.is_nullable(&self.types);
        let ty = if optional { Ty::Optional(Box::new(of)) } else { of };
        let default = (!optional).then(|| literal::of(&ty, &self.types, dice));
        let name = format!("more_{}", dice.below(10_000));
        let added = added.map(|version| (version, default));
        Field { name, ty, added, removed: None, renamed: Vec::new(), retyped: Vec::new() }
    }

    fn rename(&mut self, at: usize) {
        let event = &mut self.events[at];
        event.version += 1;
        let name = format!("{}Again{}", event.name, event.version);
        let before = core::mem::replace(&mut event.name, name.clone());
        event.renamed.push((event.version, before.clone()));
        for event in &mut self.events {
            if let Fate::Becomes(children, _) = &mut event.fate {
                children.iter_mut().filter(|child| **child == before).for_each(|child| child.clone_from(&name));
            }
        }
    }

    fn swap_names(&mut self, one: usize, other: usize) {
        let name = self.types[one].name.clone();
        self.types[one].name = core::mem::replace(&mut self.types[other].name, name);
    }

    /// A new version of a type, which no event needs to hold; what is not stored holds it.
    fn next_of_type(&mut self, what: What, of: Index, dice: &mut Dice) -> Option<()> {
        let fits = |declared: &Declared| match what {
            What::RenameValue | What::AddValue => matches!(declared.body, Body::Enum(_) | Body::Union(_)),
            _ => true,
        };
        let fitting: Vec<usize> = (0..self.types.len()).filter(|index| fits(&self.types[*index])).collect();
        let index = fitting[pick(of, fitting.len())?];
        let next = self.types[index].version + 1;
        let field = self.new_field(index, Some(next), dice);
        let declared = &mut self.types[index];
        match (&mut declared.body, what) {
            (Body::Enum(all), What::RenameValue) => rename_one(all, format!("other_{next}"), next, dice)?,
            (Body::Union(all), What::RenameValue) => rename_one(all, format!("Other{next}"), next, dice)?,
            // Types that hold each other share one version.
            (Body::Struct(fields), _) if fields.iter().any(holds_its_holder) => return None,
            (Body::Struct(fields), _) => fields.push(field),
            (Body::Enum(values), _) => {
                let before = values.iter().position(|value| value.fallback).unwrap_or(values.len());
                values.insert(before, variant(format!("more_{next}"), Some(next), Vec::new()));
            }
            (Body::Union(kinds), _) => kinds.push(variant(format!("More{next}"), Some(next), Vec::new())),
            (Body::Newtype(..), _) => return None,
        }
        self.types[index].version = next;
        self.repin_unstored(index, next);
        if !dice.once_in(3) {
            self.follow(index, next);
        }
        Some(())
    }

    fn repin_unstored(&mut self, of: usize, to: u32) {
        let aggregate = self.aggregate.iter_mut();
        let not_stored = aggregate.flat_map(|aggregate| {
            let records = aggregate.commands.iter_mut().map(|(_, fields)| fields);
            let records = records.chain(aggregate.rejections.iter_mut().map(|(_, _, fields)| fields));
            let fields = records.flatten().map(|(_, ty)| ty);
            fields.chain(aggregate.state.iter_mut().map(|(_, ty, _)| ty)).chain([&mut aggregate.id])
        });
        not_stored.for_each(|ty| repin(ty, of, to));
    }

    /// Whoever holds a type, and is emitted, holds its new version in one of its own.
    fn follow(&mut self, of: usize, to: u32) {
        for event in self.events.iter_mut().filter(|event| event.fate == Fate::Current) {
            if repin_fields(&mut event.fields, of, (event.version + 1, to)) {
                event.version += 1;
            }
        }
        for holder in of + 1..self.types.len() {
            let Declared { version, body, .. } = &mut self.types[holder];
            let Body::Struct(fields) = body else { continue };
            let next = *version + 1;
            if !fields.iter().any(holds_its_holder) && repin_fields(fields, of, (next, to)) {
                *version = next;
                self.repin_unstored(holder, next);
                self.follow(holder, next);
            }
        }
    }
}

impl Event {
    fn change_field(&mut self, what: What, part: Index, types: &[Declared], dice: &mut Dice) -> Option<()> {
        let next = self.version + 1;
        let living: Vec<usize> = (0..self.fields.len()).filter(|index| self.fields[*index].removed.is_none()).collect();
        let field = &mut self.fields[living[pick(part, living.len())?]];
        match what {
            What::RemoveField => field.removed = Some(next),
            What::RenameField => {
                let before = core::mem::replace(&mut field.name, format!("other_{next}_{}", dice.below(10_000)));
                field.renamed.push((next, before));
            }
            What::RetypeField => {
                let mut all = field.ty.changes(types, dice);
                let chosen = all.swap_remove(pick(part, all.len())?);
                let before = core::mem::replace(&mut field.ty, chosen.to);
                field.retyped.push(Retyped { version: next, before, via: chosen.via });
            }
            _ => {
                let (name, _) = dice.pick(BUILTINS);
                let ty = Ty::Builtin(name);
                if let Some((_, Some(default))) = &mut field.added
                    && field.retyped.is_empty()
                {
                    *default = literal::of(&ty, types, dice);
                }
                field.ty = ty;
                return Some(());
            }
        }
        self.version = next;
        Some(())
    }

    fn other_default(&mut self, part: Index, types: &[Declared], dice: &mut Dice) -> Option<()> {
        let filled = |field: &&mut Field| matches!(field.added, Some((_, Some(_))));
        let mut fields: Vec<&mut Field> = self.fields.iter_mut().filter(filled).collect();
        let index = pick(part, fields.len())?;
        let field = fields.swap_remove(index);
        let (version, _) = field.added.clone()?;
        let other = literal::of(&field.type_at(version).of_holder(version), types, dice);
        field.added = Some((version, Some(other)));
        Some(())
    }

    /// Its newest version was never there.
    fn go_back(&mut self) -> Option<()> {
        let newest = self.version;
        if newest < 2 || self.fate != Fate::Current {
            return None;
        }
        self.version = newest - 1;
        self.by_hand = self.by_hand.filter(|version| *version < newest);
        self.steps.retain(|step| step.version < newest);
        self.fields.retain(|field| field.added.as_ref().is_none_or(|(version, _)| *version < newest));
        let undone = self.renamed.iter().position(|(version, _)| *version == newest);
        if let Some((_, name)) = undone.map(|index| self.renamed.remove(index)) {
            self.name = name;
        }
        for field in &mut self.fields {
            field.removed = field.removed.filter(|version| *version < newest);
            let undone = field.renamed.iter().position(|(version, _)| *version == newest);
            if let Some((_, name)) = undone.map(|index| field.renamed.remove(index)) {
                field.name = name;
            }
            let undone = field.retyped.iter().position(|change| change.version == newest);
            if let Some(change) = undone.map(|index| field.retyped.remove(index)) {
                field.ty = change.before;
            }
        }
        Some(())
    }
}

fn in_place(declared: &mut Declared, what: What, part: Index, added: Field) -> Option<()> {
    match (&mut declared.body, what) {
        (Body::Enum(values), What::AddValueInPlace) => values.insert(0, variant("extra".to_owned(), None, Vec::new())),
        (Body::Union(kinds), What::AddValueInPlace) => kinds.push(variant("Extra".to_owned(), None, vec![added])),
        (Body::Enum(all) | Body::Union(all), What::RemoveValueInPlace) => {
            // The first is there in every version, so that there is always one.
            let index = pick(part, all.len() - 1)?;
            all.remove(index + 1);
        }
        (Body::Struct(fields), What::InnerInPlace) => fields.push(added),
        (Body::Newtype(inner, _), What::InnerInPlace) => *inner = added.ty,
        (Body::Struct(_) | Body::Newtype(..) | Body::Enum(_) | Body::Union(_), _) => return None,
    }
    Some(())
}

/// Now or in an older version.
fn holds_its_holder(field: &Field) -> bool {
    let mut types = field.retyped.iter().map(|retyped| &retyped.before).chain([&field.ty]);
    types.any(Ty::has_group)
}

fn repin(ty: &mut Ty, of: usize, to: u32) {
    match ty {
        Ty::Named(index, version) if *index == of => *version = to,
        Ty::Builtin(_) | Ty::Named(..) | Ty::Group(_) => {}
        Ty::Optional(inner) | Ty::List(inner) | Ty::Set(inner) => repin(inner, of, to),
        Ty::Map(key, value) => {
            repin(key, of, to);
            repin(value, of, to);
        }
    }
}

/// What fields hold of a type, in a new version of their holder; whether they hold it.
fn repin_fields(fields: &mut [Field], of: usize, (version, to): (u32, u32)) -> bool {
    let mut any = false;
    for field in fields.iter_mut().filter(|field| field.removed.is_none()) {
        let before = field.ty.clone();
        repin(&mut field.ty, of, to);
        if field.ty != before {
            field.retyped.push(Retyped { version, before, via: None });
            any = true;
        }
    }
    any
}

fn rename_one(all: &mut [Variant], name: String, version: u32, dice: &mut Dice) -> Option<()> {
    let mut living: Vec<&mut Variant> = all.iter_mut().filter(|one| one.removed.is_none() && !one.fallback).collect();
    let index = dice.below(living.len());
    let one = living.get_mut(index)?;
    let before = core::mem::replace(&mut one.name, name);
    one.renamed.push((version, before));
    Some(())
}

fn event(name: String) -> Event {
    Event {
        name,
        version: 1,
        renamed: Vec::new(),
        fields: Vec::new(),
        steps: Vec::new(),
        by_hand: None,
        fate: Fate::Current,
    }
}

fn variant(name: String, added: Option<u32>, fields: Vec<Field>) -> Variant {
    Variant { name, added, removed: None, becomes: None, renamed: Vec::new(), fallback: false, fields }
}

/// One of so many, if there is any.
fn pick(index: Index, count: usize) -> Option<usize> {
    (count > 0).then(|| index.index(count))
}
