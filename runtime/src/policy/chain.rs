//! Back from an event to what it goes back to.

use uuid::Uuid;

use super::error::{Chain, Link};
use crate::envelope::Recorded;
use crate::error::ReadError;
use crate::store::EventStore;

/// The most events that are looked up: what causes itself, through an import, would have no end.
const MOST: usize = 1_000;

/// The events that `recorded` goes back to, itself first.
pub(super) async fn chain<S: EventStore>(store: &S, recorded: &Recorded<'_>) -> Result<Chain, ReadError> {
    let mut chain = Chain { links: vec![recorded.into()], missing: None };
    let mut cause = recorded.causation_id;
    while let Some(id) = cause.filter(|_| chain.links.len() < MOST) {
        let Some((link, next)) = find(store, id).await? else {
            chain.missing = Some(id);
            break;
        };
        chain.links.push(link);
        cause = next;
    }
    Ok(chain)
}

/// An event, and the id of the one that caused it.
async fn find<S: EventStore>(store: &S, id: Uuid) -> Result<Option<(Link, Option<Uuid>)>, ReadError> {
    let page = store.find_event(id).await?;
    Ok(page.iter().next().map(|found| (Link::from(&found), found.causation_id)))
}
