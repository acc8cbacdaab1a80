//! The order of each key: one event of a key at a time, those of other keys beside it.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use super::delivery::Delivery;

/// The events that wait for their turn, by key; and those whose turn it is.
#[derive(Default)]
pub(super) struct Lanes {
    lanes: HashMap<Arc<str>, Lane>,
    /// The keys that have an event waiting and none at work, in the order in which they came to be so.
    ready: VecDeque<Arc<str>>,
}

#[derive(Default)]
struct Lane {
    waiting: VecDeque<Delivery>,
    at_work: bool,
}

impl Lanes {
    /// The event waits for its turn.
    pub(super) fn push(&mut self, delivery: Delivery) {
        let key = Arc::clone(&delivery.key);
        let lane = self.lanes.entry(Arc::clone(&key)).or_default();
        lane.waiting.push_back(delivery);
        if !lane.at_work && lane.waiting.len() == 1 {
            self.ready.push_back(key);
        }
    }

    /// An event whose turn it is; nothing else of its key follows before [`Lanes::done`].
    pub(super) fn take(&mut self) -> Option<Delivery> {
        let key = self.ready.pop_front()?;
        let lane = self.lanes.get_mut(&key)?;
        lane.at_work = true;
        lane.waiting.pop_front()
    }

    /// The event at work of this key is dealt with.
    pub(super) fn done(&mut self, key: &Arc<str>) {
        if let Some(lane) = self.lanes.get_mut(key) {
            lane.at_work = false;
            if lane.waiting.is_empty() {
                self.lanes.remove(key);
            } else {
                self.ready.push_back(Arc::clone(key));
            }
        }
    }

    /// The key is at an end: what waits of it, in order.
    pub(super) fn give_up(&mut self, key: &Arc<str>) -> VecDeque<Delivery> {
        self.lanes.remove(key).map(|lane| lane.waiting).unwrap_or_default()
    }

    /// Nothing waits any longer: what did is for another time.
    pub(super) fn clear(&mut self) {
        self.ready.clear();
        self.lanes.retain(|_, lane| {
            lane.waiting.clear();
            lane.at_work
        });
    }
}

/// The positions that are read and not acknowledged yet.
#[derive(Default)]
pub(super) struct Outstanding(BTreeSet<u64>);

impl Outstanding {
    pub(super) fn add(&mut self, position: u64) {
        self.0.insert(position);
    }

    pub(super) fn remove(&mut self, position: u64) {
        self.0.remove(&position);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The position up to which nothing is outstanding, `scanned` being what was read.
    pub(super) fn done_up_to(&self, scanned: u64) -> u64 {
        self.0.first().map_or(scanned, |lowest| lowest - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Page;

    fn delivery(key: &str, position: u64) -> Delivery {
        let page = Arc::new(Page::default());
        Delivery { page, index: 0, position, key: key.into(), attempt: 1, before: 0, replayed: false }
    }

    #[test]
    fn one_of_a_key_at_a_time() {
        let mut lanes = Lanes::default();
        for (key, position) in [("a", 1), ("a", 2), ("b", 3), ("a", 4)] {
            lanes.push(delivery(key, position));
        }
        let positions = |lanes: &mut Lanes| -> Vec<u64> {
            std::iter::from_fn(|| lanes.take()).map(|delivery| delivery.position).collect()
        };
        assert_eq!(positions(&mut lanes), [1, 3]);
        lanes.done(&"a".into());
        lanes.push(delivery("a", 5));
        assert_eq!(positions(&mut lanes), [2]);
        lanes.done(&"b".into());
        lanes.push(delivery("b", 6));
        assert_eq!(positions(&mut lanes), [6]);
        let left: Vec<u64> = lanes.give_up(&"a".into()).iter().map(|delivery| delivery.position).collect();
        assert_eq!(left, [4, 5]);
        lanes.push(delivery("a", 7));
        assert_eq!(positions(&mut lanes), [7]);
    }

    #[test]
    fn the_lowest_outstanding_holds_the_position() {
        let mut outstanding = Outstanding::default();
        assert_eq!(outstanding.done_up_to(9), 9);
        outstanding.add(5);
        outstanding.add(3);
        assert_eq!(outstanding.done_up_to(9), 2);
        outstanding.remove(3);
        assert_eq!((outstanding.done_up_to(9), outstanding.len()), (4, 1));
    }
}
