//! What happens in March: people do something, and the policy does the rest.

use std::io::Write;
use std::ops::Range;

use factum::policy::PolicyWorker;
use factum::store::EventStoreExt as _;
use factum::subscription::Start;
use factum::{Repository, Timestamp};
use factum_sqlite::SqliteStore;

use crate::Error;
use crate::clock::StoryClock;
use crate::desk::Desk;
use crate::input::Action;
use crate::journal::Journal;
use crate::people::Names;
use crate::placement::OneAfterTheOther;
use crate::{Contract, Mission, Placement, PlacementDispatcher};

type Dispatcher = PlacementDispatcher<Mission, Contract, SqliteStore>;
type Worker = PolicyWorker<Placement<OneAfterTheOther>, SqliteStore, Dispatcher>;

/// March, as far as it has come.
pub(crate) struct March<'a> {
    store: &'a SqliteStore,
    clock: &'a StoryClock,
    names: &'a Names,
    desk: Desk<SqliteStore>,
    worker: Worker,
    journal: Journal<'a>,
}

impl<'a> March<'a> {
    /// Goes on with what is in the store. What was recorded before there was a policy is none of its business.
    pub(crate) async fn of(store: &'a SqliteStore, clock: &'a StoryClock, names: &'a Names) -> Result<Self, Error> {
        let dispatcher =
            Dispatcher { mission: Repository::new(store.clone()), contract: Repository::new(store.clone()) };
        let worker = PolicyWorker::new(store.clone(), Placement(OneAfterTheOther), dispatcher)?;
        let worker = worker.start(Start::End).clock(clock.clone());
        worker.catch_up().await?;
        let journal = Journal::after(store.last_position().await?.unwrap_or(0), names);
        Ok(Self { store, clock, names, desk: Desk::new(store), worker, journal })
    }

    /// What people do, and what comes of it.
    pub(crate) async fn go_on<W: Write>(
        &mut self,
        actions: &[Action],
        which: Range<usize>,
        out: &mut W,
    ) -> Result<(), Error> {
        for (number, action) in actions.iter().enumerate().take(which.end).skip(which.start) {
            self.wait_until(action.at, out).await?;
            if let Err(refused) = self.desk.take_in(action, number).await? {
                let (at, refused) = (action.at.strftime("%d %b %H:%M"), self.names.in_place_of_keys(&refused));
                writeln!(out, "  {at}  {} is refused: {refused}", action.by)?;
            }
            self.let_the_policy_act(out).await?;
        }
        Ok(())
    }

    /// Lets time pass: what is due meanwhile happens when it is due.
    async fn wait_until<W: Write>(&mut self, time: Timestamp, out: &mut W) -> Result<(), Error> {
        while let Some(due) = self.next_due().await?.filter(|&due| due <= time) {
            self.clock.set(due);
            self.let_the_policy_act(out).await?;
        }
        self.clock.set(time);
        Ok(())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        let instances = self.worker.instances(None, usize::MAX).await?;
        Ok(instances.iter().flat_map(|instance| &instance.timers).map(|timer| timer.due).min())
    }

    async fn let_the_policy_act<W: Write>(&mut self, out: &mut W) -> Result<(), Error> {
        self.worker.catch_up().await?;
        self.journal.go_on(self.store, out).await
    }
}
