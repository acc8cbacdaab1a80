//! Where a copied event came from.

use std::fmt;
use std::str::FromStr;

use super::error::CopyError;
use crate::envelope::Recorded;
use crate::store::{EventStore, FeedQuery};

/// The header that says where a copied event came from, as [`CopiedFrom`] is written. Of a copy of a copy there follows, behind
/// a blank, what the header said before.
pub const HEADER: &str = "copied-from";

/// The place of an event in the store from which it was copied, written `position/version/index`.
///
/// ```
/// use factum::copy::CopiedFrom;
///
/// let from = CopiedFrom { position: 17, version: 3, index: 0 };
/// assert_eq!(from.to_string(), "17/3/0");
/// assert_eq!("17/3/0".parse(), Ok(from));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CopiedFrom {
    /// Its position there.
    pub position: u64,
    /// Its version in its stream there.
    pub version: u64,
    /// Which of the events that the stored one was read as, from 0.
    pub index: usize,
}

/// A text that says of no event where it came from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not written as `position/version/index`")]
pub struct InvalidCopiedFrom;

impl CopiedFrom {
    /// Where an event came from; `None`: it is no copy.
    ///
    /// # Errors
    /// [`serde_json::Error`] if its headers are not a JSON object of strings.
    pub fn of(recorded: &Recorded<'_>) -> Result<Option<Self>, serde_json::Error> {
        let headers = recorded.headers()?;
        Ok(headers.get(HEADER).and_then(|text| text.split(' ').next()?.parse().ok()))
    }
}

impl fmt::Display for CopiedFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.position, self.version, self.index)
    }
}

impl FromStr for CopiedFrom {
    type Err = InvalidCopiedFrom;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('/');
        let mut part = || parts.next()?.parse::<u64>().ok();
        let place = (part(), part(), part().and_then(|index| usize::try_from(index).ok()));
        match (place, parts.next()) {
            ((Some(position), Some(version), Some(index)), None) => Ok(Self { position, version, index }),
            _ => Err(InvalidCopiedFrom),
        }
    }
}

/// The position in a copy up to which everything was copied from positions up to `position` of the old store: who has seen
/// the old store up to there has seen the copy up to here, and misses nothing from here on. 0: nothing of it.
///
/// The copy is read from its beginning, up to the first event that was copied from behind `position`: an event that was refused
/// at first may stand behind later ones of other streams. Events that were appended to the copy after it was made are passed
/// over: nobody has seen them in the old store.
///
/// # Errors
/// [`CopyError::Read`] or [`CopyError::Headers`].
pub async fn translate<T: EventStore>(copy: &T, position: u64) -> Result<u64, CopyError> {
    let (mut query, mut seen) = (FeedQuery::default(), 0);
    loop {
        let page = copy.read_all(query.clone()).await?;
        for recorded in page.iter() {
            match CopiedFrom::of(&recorded).map_err(CopyError::Headers)? {
                Some(from) if from.position > position => return Ok(seen),
                Some(_) => seen = recorded.position,
                None => {}
            }
        }
        match page.next() {
            Some(next) => query.from = Some(next),
            None => return Ok(seen),
        }
    }
}
