//! Views in memory: each is a value of the user's own type.

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::turns::Turn;
use super::{Decision, Log, MemoryStore, Row};
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

    /// A copy of the rows of a view, unless it has had the message.
    fn rows_before<V: Clone + Send + Sync + 'static>(
        &self,
        view: &ViewId,
        message: &Message,
    ) -> Result<Option<V>, ViewError> {
        let found = self.get(view).ok_or_else(|| ViewError::Missing { view: view.clone() })?;
        if found.messages.contains_key(&message.id) {
            return Ok(None);
        }
        Ok(Some(V::clone(&*typed::<V>(view, &found.rows)?)))
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
        let turn = self.turns.take()?;
        self.change_views_in(turn, change)
    }

    /// The same, by somebody whose turn it is.
    fn change_views_in<T>(
        &self,
        turn: Turn<'_>,
        change: impl FnOnce(&mut Shelf) -> Result<T, ViewError>,
    ) -> Result<T, ViewError> {
        let changed = change(&mut self.change(turn).views);
        if changed.is_ok() {
            self.signal.raise();
        }
        changed
    }

    /// The rows of a view once it has seen all events, with these new ones; nothing is changed yet.
    fn follow<V: Clone + Send + Sync + 'static>(
        &self,
        new: &[Row],
        inline: &dyn InlineView<V>,
    ) -> Result<(ViewId, Rows), ViewError> {
        let view = inline.view().clone();
        let (position, mut rows) = self.read().rows_behind::<V>(&view)?;
        let mut from = Some(position + 1);
        while from.is_some() {
            let page = self.read().read_with(new, &FeedQuery { from, ..FeedQuery::default() });
            run_guarded(&view, || inline.apply(&mut rows, &page))?;
            from = page.next();
        }
        Ok((view, Arc::new(rows)))
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
        let turn = self.turns.take()?;
        self.read().views.check(&view, expected)?;
        let mut rows = V::default();
        run_guarded(&view, || create(&mut rows))?;
        self.change_views_in(turn, |shelf| {
            let versions = shelf.0.entry(view.name().to_owned()).or_default();
            let live = versions.get(&view.version()).is_some_and(|before| before.live);
            let made = View { position: 0, live, rows: Arc::new(rows), messages: HashMap::new() };
            versions.insert(view.version(), made);
            Ok(())
        })
    }

    async fn update_view(&self, view: ViewId, expected: u64, work: ViewWork<V, u64>) -> Result<u64, ViewError> {
        let turn = self.turns.take()?;
        let mut rows = V::clone(&*self.read().views.rows_at::<V>(&view, expected)?);
        let position = run_guarded(&view, || work(&mut rows))?;
        self.change_views_in(turn, |shelf| {
            let held = shelf.get_mut(&view)?;
            (held.position, held.rows) = (position, Arc::new(rows));
            Ok(position)
        })
    }

    async fn receive(&self, view: ViewId, message: Message, work: ViewWork<V, ()>) -> Result<Received, ViewError> {
        message.check(&view)?;
        let now = to_microseconds(self.clock.now());
        let turn = self.turns.take()?;
        let Some(mut rows) = self.read().views.rows_before::<V>(&view, &message)? else {
            return Ok(Received::Repeated);
        };
        run_guarded(&view, || work(&mut rows))?;
        self.change_views_in(turn, |shelf| {
            let held = shelf.get_mut(&view)?;
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
        let turn = self.turns.take()?;
        let decision = self.read().decide(append, self.clock.as_ref())?;
        if let Decision::Answer(appended @ Appended { repeated: true, .. }) = decision {
            return Ok(appended);
        }
        let moved = views.iter().map(|view| self.follow(decision.rows(), &**view)).collect::<Result<Vec<_>, _>>();
        let moved = moved.map_err(AppendError::View)?;
        let mut log = self.change(turn);
        let appended = log.keep(decision);
        for (view, rows) in moved {
            log.move_view(&view, rows);
        }
        drop(log);
        self.signal.raise();
        Ok(appended)
    }
}

impl Log {
    /// The position of a view that is to follow inline, and a copy of its rows.
    fn rows_behind<V: Clone + Send + Sync + 'static>(&self, view: &ViewId) -> Result<(u64, V), ViewError> {
        let found = self.views.get(view).ok_or_else(|| ViewError::Missing { view: view.clone() })?;
        let (position, last) = (found.position, super::count(self.rows.len()));
        if last.saturating_sub(position) > INLINE_EVENTS {
            return Err(ViewError::Behind { view: view.clone(), position, last });
        }
        Ok((position, V::clone(&*typed::<V>(view, &found.rows)?)))
    }

    fn move_view(&mut self, view: &ViewId, rows: Rows) {
        let last = super::count(self.rows.len());
        // It was found a moment ago, in the same turn.
        if let Ok(held) = self.views.get_mut(view) {
            (held.position, held.rows) = (last, rows);
        }
    }
}
