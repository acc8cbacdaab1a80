//! What makes a schema right. One named rule each; what it refuses stands in its comment.
//!
//! The rules here look at names, types and the parts of a file. [`history`] is asked event by event while versions are
//! unrolled, and values and messages are judged while they are read.

mod aggregates;
pub(crate) mod history;
mod names;
mod types;

use crate::diagnostic::Diagnostics;
use crate::resolve::Catalog;

/// A rule over a whole catalog.
type Rule = fn(&Catalog<'_>, &mut Diagnostics);

/// Every rule.
const RULES: &[Rule] = &[
    names::names_have_their_casing,
    names::names_are_possible_in_rust,
    names::names_are_unique,
    names::generated_names_are_free,
    names::enum_values_stay_apart_in_rust,
    types::types_are_known,
    types::scales_exist,
    types::keys_are_keys,
    types::null_has_one_meaning,
    types::enums_have_values,
    aggregates::parts_belong_to_an_aggregate,
    aggregates::an_aggregate_has_an_id,
    aggregates::an_id_can_name_a_stream,
    aggregates::personal_fields_exist,
];

/// Asks every rule.
pub(crate) fn check(catalog: &Catalog<'_>, diagnostics: &mut Diagnostics) {
    for rule in RULES {
        rule(catalog, diagnostics);
    }
}
