//! The order of fields and of values: what is stored and generated follows it.

use super::super::{Change, Kind, Of};
use super::Member;
use crate::ast::{Field, Variant};
use crate::source::Origin;

/// What stands in an order.
pub(super) struct Placed<'d> {
    /// Its name now, then those before.
    names: Vec<&'d str>,
    origin: Origin,
}

pub(super) fn of_fields(fields: &[Field]) -> Vec<Placed<'_>> {
    placed(fields)
}

pub(super) fn of_variants(variants: &[Variant]) -> Vec<Placed<'_>> {
    placed(variants)
}

fn placed<M: Member>(members: &[M]) -> Vec<Placed<'_>> {
    let members = members.iter().filter(|member| !member.is_gone());
    members.map(|member| Placed { names: member.names(), origin: member.name().origin }).collect()
}

/// The kinds, and the fields of each.
pub(super) fn of_kinds(of: &Of, before: &[Variant], now: &[Variant], changes: &mut Vec<Change>) {
    changed(of, "", &placed(before), &placed(now), changes);
    for kind in now.iter().filter(|kind| !kind.is_gone()) {
        let names = kind.names();
        if let Some(old) = before.iter().find(|old| names.contains(&old.name.value.as_str())) {
            changed(of, &kind.name.value, &placed(&old.fields), &placed(&kind.fields), changes);
        }
    }
}

/// Whether those that are there before and after stand in another order. What is new may stand anywhere.
pub(super) fn changed(of: &Of, kind: &str, before: &[Placed<'_>], now: &[Placed<'_>], changes: &mut Vec<Change>) {
    let index = |member: &Placed<'_>| before.iter().position(|old| member.names.contains(&old.names[0]));
    let both: Vec<(usize, &Placed<'_>)> = now.iter().filter_map(|member| Some((index(member)?, member))).collect();
    let Some(first) = both.windows(2).find(|pair| pair[0].0 > pair[1].0) else { return };
    let mut sorted = both.clone();
    sorted.sort_by_key(|(index, _)| *index);
    let [old, new] = [sorted, both.clone()].map(|all| {
        let names = all.iter().map(|(_, member)| member.names[0]).collect::<Vec<_>>().join(", ");
        if kind.is_empty() { names } else { format!("{kind}: {names}") }
    });
    changes.push(of.at(None, first[1].1.origin, Kind::Reordered, old, new));
}
