//! What makes a schema right. One named rule each; what it refuses stands in its comment.
//!
//! The rules here look at names, types and the parts of a file. [`history`] is asked event by event while versions are
//! unrolled, and values and messages are judged while they are read.

mod aggregates;
mod circles;
#[cfg(feature = "yaml")]
pub(crate) mod claims;
pub(crate) mod history;
mod limits;
mod lives;
mod names;
pub(crate) mod pins;
mod types;
mod variants;
mod versions;

use crate::diagnostic::Diagnostics;
use crate::resolve::Catalog;

pub(crate) use circles::circles;
pub(crate) use pins::forgotten;

/// A rule over a whole catalog.
type Rule = fn(&Catalog<'_>, &mut Diagnostics);

/// Every rule.
const RULES: &[Rule] = &[
    names::names_have_their_casing,
    names::names_are_possible_in_rust,
    names::names_are_unique,
    names::generated_names_are_free,
    names::enum_values_stay_apart_in_rust,
    names::wire_names_are_for_good,
    types::types_are_known,
    types::pins_are_versions,
    types::types_that_hold_each_other_share_a_version,
    types::scales_exist,
    types::keys_are_keys,
    types::null_has_one_meaning,
    variants::every_version_has_a_value,
    variants::a_fallback_is_the_last_value,
    variants::a_removed_value_becomes_another,
    variants::no_field_is_called_kind,
    aggregates::parts_belong_to_an_aggregate,
    aggregates::an_aggregate_has_an_id,
    aggregates::an_id_can_name_a_stream,
    aggregates::a_snapshot_has_a_state,
    aggregates::personal_fields_exist,
    limits::fields_are_not_too_many,
];

/// Asks every rule.
pub(crate) fn check(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for rule in RULES {
        rule(catalog, diagnostics);
    }
}
