//! Views in memory: each is a value of the user's own type.

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Log, MemoryStore};
use crate::error::{AppendError, ReadError};
use crate::store::validate::validate;
use crate::store::view::{INLINE_EVENTS, run_guarded};
use crate::store::{
    Append, Appended, Changed, Changes, FeedQuery, Forget, InlineView, Message, Received, ViewError, ViewId,
    ViewStatus, ViewStore, ViewWork, Views, to_microseconds,
};

type Rows = Arc<dyn Any + Send + Sync>;

/// Every version of every view, by name.
#[derive(Default)]
pub(super) struct Shelf(HashMap<String, BTreeMap<u32, View>>);

struct View {
    position: u64,
    live: bool,
    rows: Rows,
    /// The messages that it has had: when each came, and its position if it has one.
    messages: HashMap<Cow<'static, str>, (Timestamp, Option<u64>)>,
}

impl Shelf {
    fn get(&self, view: &ViewId) -> Option<&View> {
        self.0.get(view.name())?.get(&view.version())
    }

    fn get_mut(&mut self, view: &ViewId) -> Result<&mut View, ViewError> {
        let found = self.0.get_mut(view.name()).and_then(|versions| versions.get_mut(&view.version()));
        found.ok_or_else(|| ViewError::Missing { view: view.clone() })
    }

    /// The rows of a view that stands at `expected`.
    fn rows_at<V: Send + Sync + 'static>(&self, view: &ViewId, expected: u64) -> Result<Arc<V>, ViewError> {
        let found = self.get(view).ok_or_else(|| ViewError::Missing { view: view.clone() })?;
        check_position(view, expected, found.position)?;
        typed(view, &found.rows)
    }

    /// The position of a view must be `expected`, or it must not be there.
    fn check(&self, view: &ViewId, expected: Option<u64>) -> Result<(), ViewError> {
        match (self.get(view), expected) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(ViewError::Missing { view: view.clone() }),
            (Some(found), None) => Err(ViewError::Moved { view: view.clone(), expected: 0, actual: found.position }),
            (Some(found), Some(expected)) => check_position(view, expected, found.position),
        }
    }
}

fn check_position(view: &ViewId, expected: u64, actual: u64) -> Result<(), ViewError> {
    if expected == actual { Ok(()) } else { Err(ViewError::Moved { view: view.clone(), expected, actual }) }
}

fn typed<V: Send + Sync + 'static>(view: &ViewId, rows: &Arc<dyn Any + Send + Sync>) -> Result<Arc<V>, ViewError> {
    Arc::clone(rows).downcast().map_err(|_| {
        let reason = format!("it was made with another type of rows than `{}`", std::any::type_name::<V>());
        ViewError::Refused { view: view.clone(), reason }
    })
}

impl MemoryStore {
    /// The rows of the live version of the view `name`, as they are now; `None` if there is none, or its rows are of
    /// another type.
    #[must_use]
    pub fn view<V: Send + Sync + 'static>(&self, name: &str) -> Option<Arc<V>> {
        let log = self.read();
        let live = log.views.0.get(name)?.values().find(|view| view.live)?;
        Arc::clone(&live.rows).downcast().ok()
    }

    /// The rows of one version of a view, live or not.
    #[must_use]
    pub fn view_version<V: Send + Sync + 'static>(&self, view: &ViewId) -> Option<Arc<V>> {
        Arc::clone(&self.read().views.get(view)?.rows).downcast().ok()
    }

    fn change_views<T>(&self, change: impl FnOnce(&mut Shelf) -> Result<T, ViewError>) -> Result<T, ViewError> {
        let changed = change(&mut self.write().views);
        if changed.is_ok() {
            self.signal.raise();
        }
        changed
    }
}

impl Changes for MemoryStore {
    fn changed(&self) -> Changed {
        self.signal.wait()
    }
}

impl Views for MemoryStore {
    async fn views(&self, name: &str) -> Result<Vec<ViewStatus>, ReadError> {
        let status = |(&version, view): (&u32, &View)| ViewStatus { version, position: view.position, live: view.live };
        Ok(self.read().views.0.get(name).map(|versions| versions.iter().map(status).collect()).unwrap_or_default())
    }

    async fn publish_view(&self, view: ViewId) -> Result<(), ViewError> {
        self.change_views(|shelf| {
            shelf.get_mut(&view)?;
            let versions = shelf.0.get_mut(view.name()).into_iter().flatten();
            versions.for_each(|(version, other)| other.live = *version == view.version());
            Ok(())
        })
    }

    async fn remove_view(&self, view: ViewId) -> Result<(), ViewError> {
        self.change_views(|shelf| {
            if let Some(versions) = shelf.0.get_mut(view.name()) {
                versions.remove(&view.version());
            }
            Ok(())
        })
    }

    async fn forget_messages(&self, view: ViewId, which: Forget) -> Result<u64, ViewError> {
        self.change_views(|shelf| {
            let held = shelf.get_mut(&view)?;
            let before = held.messages.len();
            held.messages.retain(|_, (came, position)| match which {
                Forget::Before(time) => *came >= time,
                Forget::UpTo(last) => position.is_none_or(|position| position > last),
            });
            Ok(super::count(before - held.messages.len()))
        })
    }
}

/// A view in memory is a value of the user's type. A change is made on a copy, which then takes the value's place, so
/// readers see the one or the other and a change that fails leaves no trace: each batch of events costs a copy of the
/// rows.
impl<V: Clone + Default + Send + Sync + 'static> ViewStore<V> for MemoryStore {
    async fn create_view(&self, view: ViewId, expected: Option<u64>, create: ViewWork<V, ()>) -> Result<(), ViewError> {
        self.read().views.check(&view, expected)?;
        // No user code runs under the lock.
        let mut rows = V::default();
        run_guarded(&view, || create(&mut rows))?;
        self.change_views(|shelf| {
            shelf.check(&view, expected)?;
            let versions = shelf.0.entry(view.name().to_owned()).or_default();
            let live = versions.get(&view.version()).is_some_and(|before| before.live);
            let made = View { position: 0, live, rows: Arc::new(rows), messages: HashMap::new() };
            versions.insert(view.version(), made);
            Ok(())
        })
    }

    async fn update_view(&self, view: ViewId, expected: u64, work: ViewWork<V, u64>) -> Result<u64, ViewError> {
        let before = self.read().views.rows_at::<V>(&view, expected)?;
        let mut rows = V::clone(&before);
        let position = run_guarded(&view, || work(&mut rows))?;
        let before: Rows = before;
        self.change_views(|shelf| {
            let held = shelf.get_mut(&view)?;
            check_position(&view, expected, held.position)?;
            // A message has changed the rows, and not the position.
            if !Arc::ptr_eq(&before, &held.rows) {
                return Err(ViewError::Moved { view: view.clone(), expected, actual: held.position });
            }
            (held.position, held.rows) = (position, Arc::new(rows));
            Ok(position)
        })
    }

    async fn receive(&self, view: ViewId, message: Message, work: ViewWork<V, ()>) -> Result<Received, ViewError> {
        message.check(&view)?;
        let now = to_microseconds(self.clock.now());
        self.change_views(|shelf| {
            let held = shelf.get_mut(&view)?;
            if held.messages.contains_key(&message.id) {
                return Ok(Received::Repeated);
            }
            let mut rows = V::clone(&*typed::<V>(&view, &held.rows)?);
            run_guarded(&view, || work(&mut rows))?;
            held.rows = Arc::new(rows);
            held.messages.insert(message.id, (now, message.position));
            Ok(Received::Applied)
        })
    }

    async fn append_with_views(
        &self,
        append: Append,
        views: Vec<Arc<dyn InlineView<V>>>,
    ) -> Result<Appended, AppendError> {
        validate(&append)?;
        let mut log = self.write();
        let held = log.rows.len();
        let remembered = append.command.filter(|_| append.events.is_empty());
        let appended = log.append(append, self.clock.as_ref())?;
        if appended.repeated {
            return Ok(appended);
        }
        match log.follow_inline(super::count(held), &views) {
            Ok(moved) => moved.into_iter().for_each(|(view, rows)| log.move_view(&view, rows)),
            Err(error) => {
                log.undo(held);
                remembered.and_then(|command| log.commands.remove(&command));
                return Err(AppendError::View(error));
            }
        }
        drop(log);
        self.signal.raise();
        Ok(appended)
    }
}

impl Log {
    /// The rows of each view once it has seen all events, those after `last` being new; nothing is changed yet.
    fn follow_inline<V: Clone + Send + Sync + 'static>(
        &self,
        last: u64,
        views: &[Arc<dyn InlineView<V>>],
    ) -> Result<Vec<(ViewId, Rows)>, ViewError> {
        let follow = |inline: &Arc<dyn InlineView<V>>| {
            let view = inline.view().clone();
            let found = self.views.get(&view).ok_or_else(|| ViewError::Missing { view: view.clone() })?;
            let position = found.position;
            if last.saturating_sub(position) > INLINE_EVENTS {
                return Err(ViewError::Behind { view, position, last });
            }
            let mut rows = V::clone(&*typed::<V>(&view, &found.rows)?);
            let mut from = Some(position + 1);
            while from.is_some() {
                let page = self.read_all(&FeedQuery { from, ..FeedQuery::default() });
                run_guarded(&view, || inline.apply(&mut rows, &page))?;
                from = page.next();
            }
            Ok((view, Arc::new(rows) as Rows))
        };
        views.iter().map(follow).collect()
    }

    fn move_view(&mut self, view: &ViewId, rows: Rows) {
        let last = super::count(self.rows.len());
        // It was found a moment ago, under the same lock.
        if let Ok(held) = self.views.get_mut(view) {
            (held.position, held.rows) = (last, rows);
        }
    }
}
