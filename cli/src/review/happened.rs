//! What happened to an event, in a word.

use factum_model::diff::Kind;
use serde::Serialize;

/// What happened to an event. To one event several things may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// It was released, and is gone.
    Gone,
    /// Something that was released is stored or read as something else; it may be in a type that the event holds.
    Edited,
    /// It is new.
    New,
    /// It has a new version.
    NewVersion,
    /// It is stored under another name.
    Renamed,
    /// It belongs to another aggregate, or to another context.
    Moved,
    /// It ended: it is not emitted any more, and read as before.
    Retired,
    /// It ended: stored ones are read as other events, or as none.
    Becomes,
    /// It had ended, and did not after all.
    Restored,
    /// It is stored and read as before, and something else is reported: what is said of it, marks of personal data, what it
    /// takes back.
    Reported,
}

impl Happened {
    /// Everything that happens.
    pub(crate) const ALL: [Self; 10] = [
        Self::Gone,
        Self::Edited,
        Self::New,
        Self::NewVersion,
        Self::Renamed,
        Self::Moved,
        Self::Retired,
        Self::Becomes,
        Self::Restored,
        Self::Reported,
    ];

    /// What a change of an event says. What is in a new version is known by its number, and what is of something else is
    /// told of that.
    pub(super) const fn of(kind: &Kind) -> Option<Self> {
        match kind {
            Kind::Added => Some(Self::New),
            Kind::Gone => Some(Self::Gone),
            Kind::ContextChanged | Kind::Moved => Some(Self::Moved),
            Kind::VersionGone | Kind::ShapeEdited { .. } | Kind::UpcastEdited { .. } => Some(Self::Edited),
            Kind::Renamed => Some(Self::Renamed),
            Kind::Retired { lifted: false } => Some(Self::Retired),
            Kind::Retired { lifted: true } => Some(Self::Restored),
            Kind::BecameOthers { .. } => Some(Self::Becomes),
            Kind::PersonalAdded { .. }
            | Kind::PersonalRemoved { .. }
            | Kind::DocChanged
            | Kind::Deprecated
            | Kind::DeprecationLifted
            | Kind::Reordered
            | Kind::CompensationChanged { .. } => Some(Self::Reported),
            Kind::NothingChanged
            | Kind::ByHand
            | Kind::FieldAdded { .. }
            | Kind::FieldRemoved { .. }
            | Kind::FieldRenamed { .. }
            | Kind::FieldConverted { .. }
            | Kind::FieldsRebuilt
            | Kind::DigitsLost { .. }
            | Kind::ValueRefused { .. }
            | Kind::WideInteger { .. }
            | Kind::CatalogMoved
            | Kind::IdChanged
            | Kind::SnapshotLowered
            | Kind::StateChanged { .. }
            | Kind::VariantAdded { .. }
            | Kind::VariantRemoved { .. }
            | Kind::VariantRenamed { .. }
            | Kind::FallbackAdded
            | Kind::FallbackRemoved
            | Kind::CommandChanged { .. }
            | Kind::RejectionChanged { .. }
            | Kind::PolicyChanged { .. }
            | Kind::PolicyStateChanged { .. } => None,
        }
    }

    /// Of one event.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Edited => "edited in place",
            Self::New => "new",
            Self::NewVersion => "new version",
            Self::Renamed => "renamed",
            Self::Moved => "moved",
            Self::Retired => "retired",
            Self::Becomes => "becomes others",
            Self::Restored => "not retired any more",
            Self::Reported => "unchanged but reported",
        }
    }

    /// Behind a count of events.
    #[must_use]
    pub const fn counted(self) -> &'static str {
        match self {
            Self::Gone | Self::New | Self::Renamed | Self::Moved | Self::Retired | Self::Restored | Self::Reported => {
                self.words()
            }
            Self::Edited => "edited",
            Self::NewVersion => "with a new version",
            Self::Becomes => "read as others or none",
        }
    }

    /// Whether it is about what is stored, and not only about what belongs to it.
    pub(crate) const fn is_of_what_is_stored(self) -> bool {
        match self {
            Self::Gone
            | Self::Edited
            | Self::New
            | Self::NewVersion
            | Self::Renamed
            | Self::Retired
            | Self::Becomes
            | Self::Restored => true,
            Self::Moved | Self::Reported => false,
        }
    }
}
