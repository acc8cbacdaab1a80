//! The ids of commands, made so that a command that is issued again is known.

use uuid::Uuid;

use crate::repository::derived_id;

/// The id of the command that `policy` issues at `index` for the instance `correlation`, because of an event: whoever issues
/// it again makes the same id.
///
/// As with [`event_id`](crate::event_id) it keeps the event's 48-bit time, and what follows is a hash.
///
/// ```
/// use factum::policy::command_id;
/// use uuid::Uuid;
///
/// let event = Uuid::now_v7();
/// assert_eq!(command_id(event, "placement", "mission-1", 0), command_id(event, "placement", "mission-1", 0));
/// assert_ne!(command_id(event, "placement", "mission-1", 0), command_id(event, "placement", "mission-2", 0));
/// ```
#[must_use]
pub fn command_id(event_id: Uuid, policy: &str, correlation: &str, index: usize) -> Uuid {
    derived(event_id, b"command", &[policy, correlation], index)
}

/// The id of a command that is issued at `index` because the command `refused` was.
pub(super) fn further_command_id(refused: Uuid, index: usize) -> Uuid {
    derived(refused, b"further", &[], index)
}

/// The id of a timer's becoming due, `set_by` being what set it: the id of an event, or of another timer's becoming due. Its
/// commands' ids are made of it as others are made of an event's.
pub(super) fn timeout_id(set_by: Uuid, policy: &str, correlation: &str, timer: &str) -> Uuid {
    derived(set_by, b"timeout", &[policy, correlation, timer], 0)
}

/// Lengths stand before texts, so that no two lists of texts are spelled the same.
fn derived(id: Uuid, kind: &[u8], texts: &[&str], index: usize) -> Uuid {
    let mut spelled = kind.to_vec();
    for text in texts {
        spelled.extend((text.len() as u64).to_be_bytes());
        spelled.extend(text.as_bytes());
    }
    spelled.extend((index as u64).to_be_bytes());
    derived_id(id, &spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_differs_makes_another_id() {
        let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
        let ids = [
            command_id(one, "p", "c", 0),
            command_id(other, "p", "c", 0),
            command_id(one, "q", "c", 0),
            command_id(one, "p", "d", 0),
            command_id(one, "p", "c", 1),
            command_id(one, "pc", "", 0),
            timeout_id(one, "p", "c", "t"),
            timeout_id(one, "p", "ct", ""),
            further_command_id(one, 0),
            further_command_id(one, 1),
        ];
        let distinct: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }
}
