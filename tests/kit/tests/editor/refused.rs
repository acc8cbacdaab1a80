//! What is refused for its shape does not validate.

use std::collections::BTreeSet;
use std::fs;

use factum_model::codes::{CODES, Example};
use factum_model::{Code, Sources, check};

use super::{root, said};

/// Who can tell that something is wrong.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// Whoever sees what stands where.
    Shape,
    /// Only who sees the text itself: an editor's YAML parser says it, or takes it for something else.
    Text,
    /// Only who knows what names mean and how versions follow each other.
    Meaning,
    /// Only who knows the lock.
    Lock,
}

const fn seen(code: Code) -> Seen {
    match code {
        Code::EmptyFile
        | Code::UnknownKey
        | Code::MissingKey
        | Code::MissingValue
        | Code::WrongShape
        | Code::NotPlainNumber
        | Code::TypeCutAtComma
        | Code::LanguageVersion
        | Code::TypeSyntax
        | Code::TemplateSyntax
        | Code::NameCasing
        | Code::EmptyEnum
        | Code::ViaSyntax
        | Code::AggregateMissing
        | Code::IdMissing => Seen::Shape,
        Code::FileTooLarge
        | Code::NotUtf8
        | Code::Syntax
        | Code::TooDeep
        | Code::SeveralDocuments
        | Code::DuplicateKey
        | Code::Alias
        | Code::Tag
        | Code::Tab
        | Code::TextCutAtComment => Seen::Text,
        Code::UnknownType
        | Code::DuplicateName
        | Code::ContextClaimed
        | Code::ImpossibleName
        | Code::NamesEqualAfterCasing
        | Code::GeneratedNameTaken
        | Code::UnknownContext
        | Code::InfiniteType
        | Code::UnknownEvent
        | Code::UnknownVersion
        | Code::KeyType
        | Code::OptionalOfNullable
        | Code::IllTyped
        | Code::OutOfRange
        | Code::StructFields
        | Code::DuplicateElement
        | Code::DecimalScale
        | Code::NewtypeChain
        | Code::TypesTooDeep
        | Code::TooManyFields
        | Code::Fallback
        | Code::KindField
        | Code::FieldUnfilled
        | Code::VersionUnstated
        | Code::VersionBackwards
        | Code::VersionGap
        | Code::BeforeHistory
        | Code::Contradiction
        | Code::NameReused
        | Code::NoConversion
        | Code::DefaultWithoutAdded
        | Code::UnknownPersonalField
        | Code::TooMuchHistory
        | Code::UnfitConversion
        | Code::UnknownStepField
        | Code::StepFieldTwice
        | Code::StepField
        | Code::StepMismatch
        | Code::ByHandFilled
        | Code::VariantUnfilled
        | Code::UnknownBecomes
        | Code::EventEnded
        | Code::UpcastMissing
        | Code::UpcastLossy
        | Code::BecomesCycle
        | Code::UnknownChild
        | Code::SharedVersion
        | Code::NeedlessPin
        | Code::Compensates
        | Code::UnknownCommand
        | Code::Policy
        | Code::PolicyCircle
        | Code::Emits
        | Code::IdType
        | Code::UnknownMessageField
        | Code::UnprintableField
        | Code::StateDefaultMissing
        | Code::SnapshotWithoutState => Seen::Meaning,
        Code::PinForgotten
        | Code::ReleasedVersionEdited
        | Code::VersionRenumber
        | Code::LockConflict
        | Code::LockFormat
        | Code::LockBroken
        | Code::LockEdited
        | Code::LockStale
        | Code::ConfigSyntax
        | Code::UnknownSetting
        | Code::SettingValue
        | Code::AllowUnused
        | Code::AllowWithoutReason
        | Code::AllowExpired => Seen::Lock,
    }
}

/// Each refused schema with what the reader says of it.
fn refused() -> Vec<(String, String, BTreeSet<Code>)> {
    let folders = fs::read_dir(root().join("model/tests/refused")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let paths = files.map(|file| file.unwrap().path());
    let schemas = paths.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    schemas
        .filter_map(|path| Some((path.display().to_string(), fs::read_to_string(path).ok()?)))
        .map(|(name, text)| {
            let mut sources = Sources::new();
            sources.add("schema.yaml", text.clone().into_bytes());
            let codes = check(&mut sources).diagnostics.iter().map(|found| found.code).collect();
            (name, text, codes)
        })
        .collect()
}

/// How deep a type is, no regular expression tells.
const TOO_DEEP: &str = "yaml/type_too_deep.yaml";

#[test]
fn every_refused_schema_of_a_wrong_shape_is_refused() {
    let mut count = 0;
    for (name, text, codes) in refused() {
        if name.ends_with(TOO_DEEP) {
            assert!(said(&text).is_empty(), "{TOO_DEEP} is no exception any more");
        } else if codes.iter().any(|code| seen(*code) == Seen::Shape) {
            assert!(!said(&text).is_empty(), "{name} is refused for {codes:?}, and validates");
            count += 1;
        }
    }
    assert!(count >= 30, "only {count} schemas");
}

/// An example shows its code and nothing else, so that is what it is refused for.
#[test]
fn every_code_of_a_wrong_shape_is_refused_for_itself() {
    for row in CODES.iter().filter(|row| seen(row.code) == Seen::Shape) {
        let Example::File(text) = row.example else { panic!("{:?} is shown by no file", row.code) };
        assert!(!said(text).is_empty(), "the example of {:?} validates:\n{text}", row.code);
    }
}

/// What only the reader can know is left to it.
#[test]
fn what_is_right_in_shape_validates() {
    let known = |code: &Code| {
        !matches!(
            code,
            Code::UnknownType
                | Code::UnknownVersion
                | Code::BeforeHistory
                | Code::KeyType
                | Code::UnknownChild
                | Code::UnknownEvent
        )
    };
    let mut count = 0;
    for (name, text, codes) in refused() {
        if codes.iter().all(|code| seen(*code) == Seen::Meaning && known(code)) {
            assert!(said(&text).is_empty(), "{name}: {:#?}", said(&text));
            count += 1;
        }
    }
    assert!(count >= 20, "only {count} schemas");
}
