//! Every problem that a review can find, under the name that people call it by, and who tells it. Data only.
//!
//! Not every problem needs a rule. What a schema may not say at all is refused when it is read, with a code, and then no
//! rule is asked: an error at the line, also in the build.

use crate::codes::Code;

/// What belongs together.
#[derive(Debug)]
pub struct Group {
    /// What it is about.
    pub title: &'static str,
    /// The problems.
    pub problems: &'static [Problem],
}

/// A problem by its name.
#[derive(Debug)]
pub struct Problem {
    /// As in `cargo factum explain NAME`.
    pub name: &'static str,
    /// Who tells it.
    pub told_by: ToldBy,
}

/// Who tells of a problem.
#[derive(Debug)]
pub enum ToldBy {
    /// The rule of that name.
    Rule,
    /// The checks of a schema, or of a lock, with these codes.
    Codes(&'static [Code]),
}

const fn rule(name: &'static str) -> Problem {
    Problem { name, told_by: ToldBy::Rule }
}

const fn codes(name: &'static str, codes: &'static [Code]) -> Problem {
    Problem { name, told_by: ToldBy::Codes(codes) }
}

/// Every problem.
pub static PROBLEMS: &[Group] = &[
    Group { title: "History", problems: HISTORY },
    Group { title: "Identity", problems: IDENTITY },
    Group { title: "Fields", problems: FIELDS },
    Group { title: "Enums and unions", problems: VARIANTS },
    Group { title: "Upcasts", problems: UPCASTS },
    Group { title: "Consumers in the catalog", problems: CONSUMERS },
    Group { title: "Allowances", problems: ALLOWANCES },
];

const HISTORY: &[Problem] = &[
    rule("released-version-edited"),
    rule("change-without-version"),
    rule("event-deleted"),
    rule("version-deleted"),
    rule("upcast-edited"),
    codes("version-renumber", &[Code::VersionRenumber]),
    rule("version-without-change"),
    codes("lock-stale", &[Code::LockStale]),
    codes("version-gap", &[Code::VersionGap]),
    codes("version-backwards", &[Code::VersionBackwards]),
    codes("version-unstated", &[Code::VersionUnstated]),
    rule("event-retired"),
    rule("declared"),
];

const IDENTITY: &[Problem] = &[
    rule("event-renamed"),
    rule("aggregate-renamed"),
    rule("event-moved"),
    rule("id-changed"),
    rule("context-changed"),
    rule("catalog-moved"),
    rule("type-renamed"),
    codes("name-reused", &[Code::NameReused]),
    codes("name-collision", &[Code::DuplicateName, Code::NamesEqualAfterCasing, Code::GeneratedNameTaken]),
];

const FIELDS: &[Problem] = &[
    rule("field-added"),
    rule("field-removed"),
    rule("field-renamed"),
    rule("field-retyped"),
    rule("field-repinned"),
    rule("field-optional"),
    rule("collection-changed"),
    rule("format-changed"),
    rule("conversion-lossy"),
    rule("conversion-fallible"),
    codes("default-ill-typed", &[Code::IllTyped, Code::OutOfRange, Code::StructFields, Code::DuplicateElement]),
    codes("field-unfilled", &[Code::FieldUnfilled]),
    codes("pin-forgotten", &[Code::PinForgotten]),
    rule("personal-added"),
    rule("personal-removed"),
    rule("integer-precision"),
    rule("doc-changed"),
    rule("deprecated"),
    rule("field-order"),
];

const VARIANTS: &[Problem] = &[
    rule("variant-added"),
    rule("variant-removed"),
    codes("variant-unfilled", &[Code::VariantUnfilled, Code::UnknownBecomes]),
    rule("variant-renamed"),
    rule("fallback-removed"),
];

/// That a step loses a field is a warning nowhere. From one version to the next it cannot be said: a field's line tells its
/// whole life, so a field that is not `removed` goes on. Where an event becomes others it can, and there it is an error,
/// since nothing in the schema would show what is lost.
const UPCASTS: &[Problem] = &[
    codes("upcast-missing", &[Code::UpcastMissing, Code::FieldUnfilled]),
    codes("upcast-cycle", &[Code::BecomesCycle]),
    codes("upcast-lossy", &[Code::UpcastLossy]),
    rule("by-hand-added"),
    rule("becomes-added"),
];

const CONSUMERS: &[Problem] = &[
    rule("snapshot-lowered"),
    rule("state-changed"),
    rule("command-changed"),
    rule("policy-changed"),
    rule("policy-state-changed"),
    rule("compensation-changed"),
];

const ALLOWANCES: &[Problem] = &[
    codes("allow-unused", &[Code::AllowUnused]),
    codes("allow-without-reason", &[Code::AllowWithoutReason]),
    codes("allow-expired", &[Code::AllowExpired]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{PROBLEMS, Problem, ToldBy};
    use crate::rules::RULES;

    fn all() -> impl Iterator<Item = &'static Problem> {
        PROBLEMS.iter().flat_map(|group| group.problems)
    }

    #[test]
    fn every_rule_is_in_the_table_once_and_none_is_made_up() {
        let told: Vec<&str> =
            all().filter(|problem| matches!(problem.told_by, ToldBy::Rule)).map(|problem| problem.name).collect();
        let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(told.iter().copied().collect::<BTreeSet<_>>(), rules);
        assert_eq!(told.len(), rules.len());
        let names: BTreeSet<&str> = all().map(|problem| problem.name).collect();
        assert_eq!(names.len(), all().count(), "each name once");
    }

    /// Where a name is both, it means the rule, which says more than the code.
    #[test]
    fn codes_stand_where_no_rule_does() {
        for problem in all() {
            if let ToldBy::Codes(codes) = problem.told_by {
                assert!(!codes.is_empty(), "{}", problem.name);
                assert!(
                    RULES.iter().all(|rule| codes.iter().all(|code| code.number() != rule.number)),
                    "{}",
                    problem.name
                );
            }
        }
    }
}
