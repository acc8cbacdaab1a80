//! The policy that the checks run: it does what the events tell it to.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::harness::{Bench, StoreFactory, Violation, stream};
use super::tally::drop_a_vase;
use crate::aggregate::{Aggregate, Decision, emit, reject};
use crate::envelope::{NewEvent, Recorded};
use crate::error::{DecodeFault, EncodeError};
use crate::event::{Decoded, Encoded, EventSet, Reader};
use crate::policy::{Correlation, DispatchError, Dispatcher, Policy, PolicyWorker, Reactions};
use crate::repository::{Context, Repository, RetryPolicy};
use crate::store::policy::PolicyStore;
use crate::store::{Appended, BoxFuture, EventStore, ViewResult};

/// What was said to somebody: what the [`Clerk`] is to do about it, one order after the other, between `;`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// To whom.
    pub key: String,
    /// What is to be done.
    pub orders: String,
}

/// `test.Said` is one; `test.Shouted` is one for each key of several between `,`; `test.Done` is what the clerk had done.
#[diagnostic::do_not_recommend]
impl EventSet for Said {
    const TYPES: &'static [&'static str] = &["test.Done", "test.Said", "test.Shouted"];
    const READERS: &'static [Reader<Self>] = &[reader("test.Done"), reader("test.Said"), reader("test.Shouted")];

    fn encode(&self) -> Result<Encoded, EncodeError> {
        let payload =
            serde_json::to_string(self).map_err(|source| EncodeError::Json { event_type: "test.Done", source })?;
        Ok(Encoded { event_type: "test.Done", schema_version: 1, readable_from: 1, payload })
    }
}

const fn reader(event_type: &'static str) -> Reader<Said> {
    Reader {
        event_type,
        versions: &[(1, u32::MAX)],
        newest: 1,
        read: |_, _, payload| {
            let Said { key, orders } = serde_json::from_str(payload).map_err(DecodeFault::Payload)?;
            let each = key.split(',').map(|key| Said { key: key.to_owned(), orders: orders.clone() });
            Ok(Decoded::Several(each.collect()))
        },
    }
}

/// What was done for a key. What is called `forbidden...` is refused, and so is `needs <deed>` as long as that was not done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deeds(Vec<String>);

/// It is forbidden.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is forbidden")]
pub struct Forbidden;

#[diagnostic::do_not_recommend]
impl Aggregate for Deeds {
    const CONTEXT: &'static str = "test";
    const NAME: &'static str = "Deeds";
    type Id = String;
    type Event = Said;
    type Command = Said;
    type Rejection = Forbidden;

    fn handle(&self, command: Said) -> Decision<Self> {
        let waits = |deed| !self.0.iter().any(|done| done == deed);
        let is_too_early = command.orders.strip_prefix("needs ").is_some_and(waits);
        if is_too_early || command.orders.starts_with("forbidden") { reject(Forbidden) } else { emit(command) }
    }

    fn apply(&mut self, event: &Said) {
        self.0.push(event.orders.clone());
    }
}

/// Does as it is told:
///
/// - `begin`: an instance may begin;
/// - `issue <deed>`: a command;
/// - `timer <seconds> <name>`, `cancel <name>`: after that the clerk issues `late <name>`, and if it is called `again...`
///   sets it anew; of one that is called `restless...` it does nothing else, and sets it to be due at once;
/// - `end`: the instance is at its end;
/// - `fail`, `panic`: the clerk's code fails.
#[derive(Debug, Default)]
pub struct Clerk {
    /// What is done has the clerk do something again.
    pub echoes: bool,
    /// What is issued where a command was refused.
    pub instead: Option<&'static str>,
}

impl Policy for Clerk {
    type Events = Said;
    /// Every order that was carried out.
    type State = Vec<String>;
    type Command = Said;
    type Rejection = Forbidden;
    const NAME: &'static str = "test.Clerk";

    fn correlate(&self, event: &Said, recorded: &Recorded<'_>) -> Option<Correlation> {
        let begins = event.orders.starts_with("begin");
        match recorded.event_type {
            "test.Done" => self.echoes.then(|| Correlation::Starts(event.key.clone())),
            _ if event.key.is_empty() => None,
            _ if begins => Some(Correlation::Starts(event.key.clone())),
            _ => Some(Correlation::Continues(event.key.clone())),
        }
    }

    fn react(
        &self,
        state: &mut Vec<String>,
        event: &Said,
        recorded: &Recorded<'_>,
        reactions: &mut Reactions<Said>,
    ) -> ViewResult {
        if recorded.event_type == "test.Done" {
            reactions.issue(Said { orders: "echo".to_owned(), ..event.clone() });
            return Ok(());
        }
        for order in event.orders.split(';').map(str::trim) {
            state.push(order.to_owned());
            let (verb, rest) = order.split_once(' ').unwrap_or((order, ""));
            match verb {
                "issue" => drop(reactions.issue(Said { key: event.key.clone(), orders: rest.to_owned() })),
                "timer" => {
                    let (seconds, name) = rest.split_once(' ').ok_or("a timer has a name")?;
                    reactions.set_timer_after(name.to_owned(), SignedDuration::from_secs(seconds.parse()?));
                }
                "cancel" => drop(reactions.cancel_timer(rest.to_owned())),
                "end" => drop(reactions.complete()),
                "fail" => return Err("it does not want to".into()),
                "panic" => drop_a_vase(),
                _ => {}
            }
        }
        Ok(())
    }

    fn timeout(&self, state: &mut Vec<String>, timer: &str, reactions: &mut Reactions<Said>) -> ViewResult {
        if timer.starts_with("restless") {
            reactions.set_timer_after(timer.to_owned(), SignedDuration::ZERO);
            return Ok(());
        }
        let key = timer.rsplit(' ').next().unwrap_or("").to_owned();
        state.push(format!("late {timer}"));
        reactions.issue(Said { key, orders: format!("late {timer}") });
        if timer.starts_with("again") {
            reactions.set_timer_after(timer.to_owned(), SignedDuration::from_secs(60));
        }
        Ok(())
    }

    fn rejected(
        &self,
        state: &mut Vec<String>,
        command: &Said,
        rejection: Forbidden,
        reactions: &mut Reactions<Said>,
    ) -> Result<(), Forbidden> {
        let Some(instead) = self.instead else { return Err(rejection) };
        state.push(format!("refused: {}", command.orders));
        reactions.issue(Said { orders: instead.to_owned(), ..command.clone() });
        Ok(())
    }
}

/// What happens after a command was executed, and before the clerk knows.
pub type After = dyn Fn(&Said) -> BoxFuture<'static, ()> + Send + Sync;

/// Has the clerk's commands executed. Clones are one desk.
pub struct Desk<S> {
    deeds: Repository<Deeds, S>,
    /// The deed of which it fails, and how often.
    fails: (&'static str, Arc<AtomicU32>),
    after: Option<Arc<After>>,
    /// Every command that came, by key and deed.
    pub(super) came: Arc<Mutex<Vec<(String, String)>>>,
}

impl<S: EventStore + Clone> Desk<S> {
    /// A desk at which nothing goes wrong.
    pub fn new(store: &S) -> Self {
        Self { deeds: Repository::new(store.clone()), fails: ("", Arc::default()), after: None, came: Arc::default() }
    }

    /// It fails at a deed so many times.
    pub(super) fn fails(mut self, deed: &'static str, times: u32) -> Self {
        self.fails = (deed, Arc::new(AtomicU32::new(times)));
        self
    }

    /// With something that happens after each command was executed, and before the clerk knows.
    #[must_use]
    pub fn after(mut self, after: impl Fn(&Said) -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        self.after = Some(Arc::new(after));
        self
    }
}

impl<S: Clone> Clone for Desk<S> {
    fn clone(&self) -> Self {
        let (fails, after, came) = (self.fails.clone(), self.after.clone(), Arc::clone(&self.came));
        Self { deeds: self.deeds.clone(), fails, after, came }
    }
}

impl<S> fmt::Debug for Desk<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("fails", &self.fails).field("came", &self.came).finish_non_exhaustive()
    }
}

impl<S: EventStore> Dispatcher<Clerk> for Desk<S> {
    async fn dispatch(&self, command: Said, context: Context) -> Result<(), DispatchError<Forbidden>> {
        let Said { key, orders } = command.clone();
        self.came.lock().unwrap_or_else(PoisonError::into_inner).push((key.clone(), orders.clone()));
        let left = |left: u32| left.checked_sub(1);
        if orders == self.fails.0 && self.fails.1.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok() {
            return Err(DispatchError::Failed("nobody is there".into()));
        }
        self.deeds.execute_with(key, command.clone(), context).await?;
        if let Some(after) = &self.after {
            after(&command).await;
        }
        Ok(())
    }
}

pub(super) type Worker<F> = PolicyWorker<Clerk, <F as StoreFactory>::Store, Desk<<F as StoreFactory>::Store>>;

/// A worker of the clerk, at a desk that was prepared.
pub(super) fn worker<F>(
    bench: &Bench<'_, F>,
    clerk: Clerk,
    prepare: impl FnOnce(Desk<F::Store>) -> Desk<F::Store>,
) -> Result<(Worker<F>, Desk<F::Store>), Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    let desk = prepare(Desk::new(&bench.store));
    let retry = RetryPolicy { attempts: 3, base_delay: Duration::ZERO, ..RetryPolicy::default() };
    let worker = PolicyWorker::new(bench.store.clone(), clerk, desk.clone())?;
    Ok((worker.clock(bench.clock.clone()).retry(retry), desk))
}

/// A worker as usual.
pub(super) fn plain<F>(bench: &Bench<'_, F>) -> Result<Worker<F>, Violation>
where
    F: StoreFactory<Store: PolicyStore + Clone>,
{
    Ok(worker(bench, Clerk::default(), |desk| desk)?.0)
}

/// Says something to somebody.
pub(super) fn say<F: StoreFactory>(bench: &Bench<'_, F>, key: &str, orders: &str) -> Result<Appended, Violation> {
    tell(bench, "test.Said", key, orders)
}

/// Says something under another type.
pub(super) fn tell<F: StoreFactory>(
    bench: &Bench<'_, F>,
    event_type: &'static str,
    key: &str,
    orders: &str,
) -> Result<Appended, Violation> {
    let payload = serde_json::to_string(&Said { key: key.to_owned(), orders: orders.to_owned() })?;
    Ok(bench.push(&stream(key.split(',').next().unwrap_or(""))?, &[NewEvent::new(event_type, 1, payload)])?)
}

/// What was done, in order: the key, and the deed.
pub(super) fn done<F: StoreFactory>(bench: &Bench<'_, F>) -> Result<Vec<(String, String)>, Violation> {
    let done = bench.everything()?.into_iter().filter(|event| event.event_type == "test.Done");
    done.map(|event| {
        let Said { key, orders } = serde_json::from_str(&event.payload)?;
        Ok((key, orders))
    })
    .collect()
}

/// What is due to have been done.
pub(super) fn deeds(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(key, deed)| ((*key).to_owned(), (*deed).to_owned())).collect()
}
