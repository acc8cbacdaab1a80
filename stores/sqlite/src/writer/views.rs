//! Views: changed in transactions of their own, between the groups of appends, or with an append that is alone in its.

use std::sync::Arc;

use factum::AppendError;
use factum::store::view::INLINE_EVENTS;
use factum::store::{Append, Appended, FeedQuery, InlineView, ViewError, ViewId, ViewStatus, ViewWork};
use rusqlite::{Connection, Error, params};

use super::append::append;
use super::database::{Database, Known};
use super::group::Stop;
use super::{inbox, tables};
use crate::reader::{self, Names, views};
use crate::{ViewTx, sql};

/// Names of tables that begin so are the store's.
const RESERVED: &str = "factum_";

impl Database {
    /// Makes a view anew.
    pub(crate) fn create_view(
        &mut self,
        view: &ViewId,
        expected: Option<u64>,
        create: ViewWork<ViewTx, ()>,
    ) -> Result<(), ViewError> {
        if view.name().starts_with(RESERVED) {
            let reason = format!("names that begin with `{RESERVED}` are the store's own");
            return Err(ViewError::Refused { view: view.clone(), reason });
        }
        self.change_view(|tx| {
            let before = views::status(tx.connection(), view)?;
            check(view, before, expected)?;
            let live = before.is_some_and(|before| before.live);
            tables::drop_all(tx.connection(), view)?;
            inbox::forget_all(tx.connection(), view)?;
            let made = params![view.name(), view.version(), live];
            tx.connection().prepare_cached(sql::MAKE_VIEW)?.execute(made)?;
            tx.lend(view, create)?;
            if live { tables::show(tx.connection(), view) } else { Ok(()) }
        })
    }

    /// Changes a view's rows and its position.
    pub(crate) fn update_view(
        &mut self,
        view: &ViewId,
        expected: u64,
        work: ViewWork<ViewTx, u64>,
    ) -> Result<u64, ViewError> {
        self.change_view(|tx| {
            check(view, views::status(tx.connection(), view)?, Some(expected))?;
            let position = tx.lend(view, work)?;
            move_to(tx.connection(), view, position)?;
            Ok(position)
        })
    }

    /// Shows readers this version.
    pub(crate) fn publish_view(&mut self, view: &ViewId) -> Result<(), ViewError> {
        self.change_view(|tx| {
            let connection = tx.connection();
            if views::status(connection, view)?.is_none() {
                return Err(missing(view).into());
            }
            connection.prepare_cached(sql::HIDE_VIEW)?.execute([view.name()])?;
            connection.prepare_cached(sql::SHOW_VIEW)?.execute(params![view.name(), view.version()])?;
            tables::show(connection, view)
        })
    }

    /// Removes a version.
    pub(crate) fn remove_view(&mut self, view: &ViewId) -> Result<(), ViewError> {
        self.change_view(|tx| {
            let connection = tx.connection();
            let Some(found) = views::status(connection, view)? else { return Ok(()) };
            if found.live {
                tables::hide(connection, view.name())?;
            }
            tables::drop_all(connection, view)?;
            inbox::forget_all(connection, view)?;
            connection.prepare_cached(sql::REMOVE_VIEW)?.execute(params![view.name(), view.version()])?;
            Ok(())
        })
    }

    /// Appends, and brings each view up to what was appended.
    pub(crate) fn append_with_views(
        &mut self,
        to_append: &Append,
        views: &[Arc<dyn InlineView<ViewTx>>],
    ) -> Result<Appended, AppendError> {
        let now = self.now();
        let appended = self.lending_transaction(|tx, Known { kind_ids, names }| {
            let before: i64 = tx.connection().prepare_cached(sql::LAST_POSITION)?.query_row([], |row| row.get(0))?;
            let appended = append(tx.connection(), kind_ids, to_append, now)?.map_err(Stop::Refused)?;
            if !appended.repeated {
                let (before, last) = (before.cast_unsigned(), appended.position.unwrap_or(before.cast_unsigned()));
                views.iter().try_for_each(|inline| follow(tx, names, &**inline, before, last))?;
            }
            Ok(appended)
        });
        if appended.is_err() {
            self.forget_names();
        }
        if appended.as_ref().is_ok_and(|appended| !appended.repeated) {
            self.raise();
        }
        appended
    }

    pub(super) fn change_view<T>(
        &mut self,
        change: impl FnOnce(&mut ViewTx) -> Result<T, Stop<ViewError>>,
    ) -> Result<T, ViewError> {
        let changed = self.lending_transaction(|tx, _| change(tx))?;
        self.raise();
        Ok(changed)
    }
}

/// Brings a view up to the position `last`; the one before the append was `before`.
fn follow(
    tx: &mut ViewTx,
    names: &mut Names,
    inline: &dyn InlineView<ViewTx>,
    before: u64,
    last: u64,
) -> Result<(), Stop<AppendError>> {
    let view = inline.view();
    let position = views::status(tx.connection(), view)?.ok_or_else(|| missing(view))?.position;
    if before.saturating_sub(position) > INLINE_EVENTS {
        return Err(ViewError::Behind { view: view.clone(), position, last: before }.into());
    }
    let mut from = Some(position + 1);
    while from.is_some() {
        let query = FeedQuery { from, ..FeedQuery::default() };
        let page = reader::feed_in_transaction(tx.connection(), names, &query)
            .map_err(|error| Stop::Refused(AppendError::Storage(error.into())))?;
        tx.lend(view, |tx| inline.apply(tx, &page))?;
        from = page.next();
    }
    Ok(move_to(tx.connection(), view, last)?)
}

/// A view must stand at `expected`; `None`: it must not be there.
fn check(view: &ViewId, found: Option<ViewStatus>, expected: Option<u64>) -> Result<(), ViewError> {
    match (found, expected) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(missing(view)),
        (Some(ViewStatus { position: actual, .. }), _) if expected == Some(actual) => Ok(()),
        (Some(ViewStatus { position: actual, .. }), _) => {
            Err(ViewError::Moved { view: view.clone(), expected: expected.unwrap_or(0), actual })
        }
    }
}

pub(super) fn missing(view: &ViewId) -> ViewError {
    ViewError::Missing { view: view.clone() }
}

fn move_to(connection: &Connection, view: &ViewId, position: u64) -> Result<(), Error> {
    let moved = params![view.name(), view.version(), position.cast_signed()];
    connection.prepare_cached(sql::MOVE_VIEW)?.execute(moved).map(drop)
}
