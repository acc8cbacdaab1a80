//! Aggregates: who decides what happens, and what has happened to them.

use crate::event::EventSet;

/// A state that is folded from its events and decides about commands. Generated from a schema, or derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no aggregate",
    label = "not an aggregate",
    note = "derive `factum::Aggregate` for `{Self}`, with `#[aggregate(context = .., id = .., events = .., commands = .., rejection = ..)]`"
)]
pub trait Aggregate: Default + Send + Sync + 'static {
    /// The bounded context.
    const CONTEXT: &'static str;
    /// The aggregate's name; its streams are `<CONTEXT>.<NAME>-<id>`.
    const NAME: &'static str;
    /// Its key.
    type Id: StreamKey;
    /// What may have happened to it.
    type Event: EventSet;
    /// What can be asked of it.
    type Command: Send + Sync + 'static;
    /// Why it may say no.
    type Rejection: std::error::Error + Send + Sync + 'static;

    /// What happens if `command` is asked of this state: events, or a rejection. Pure.
    ///
    /// # Errors
    /// The rejection.
    fn handle(&self, command: Self::Command) -> Decision<Self>;

    /// `event` has happened: the state follows. Never fails, never decides.
    fn apply(&mut self, event: &Self::Event);
}

/// What an aggregate answers to a command: the events that happen, or why nothing does.
///
/// The events are those of its set; of a command that declares what it `emits`, those alone:
/// `Decision<Self, ReserveSeatsEvent>`.
pub type Decision<A, E = <A as Aggregate>::Event> = Result<Vec<E>, <A as Aggregate>::Rejection>;

/// One event happens.
///
/// # Errors
/// Never: the type is that of a [`Decision`].
pub fn emit<E, R>(event: impl IntoEvent<E>) -> Result<Vec<E>, R> {
    Ok(vec![event.into_event()])
}

/// Several events happen, in this order, together or not at all.
///
/// # Errors
/// Never: the type is that of a [`Decision`].
pub fn emit_all<E, R, T: IntoEvent<E>>(events: impl IntoIterator<Item = T>) -> Result<Vec<E>, R> {
    Ok(events.into_iter().map(IntoEvent::into_event).collect())
}

/// What can happen where the set of events is `E`: an event that the set lists and that is not retired. Whatever is
/// `Into<E>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be emitted as an event of `{E}`",
    label = "not emitted here",
    note = "an aggregate emits the events that its set lists; of those, what is retired is only read and applied"
)]
pub trait IntoEvent<E> {
    /// The event as one of the set.
    fn into_event(self) -> E;
}

#[diagnostic::do_not_recommend]
impl<E, T: Into<E>> IntoEvent<E> for T {
    fn into_event(self) -> E {
        self.into()
    }
}

/// A decision about a command that says what it may emit (`emits`), as one of the aggregate's. Generated code calls it.
///
/// # Errors
/// The rejection.
pub fn widened<T: Into<E>, E, R>(decision: Result<Vec<T>, R>) -> Result<Vec<E>, R> {
    decision.map(|events| events.into_iter().map(Into::into).collect())
}

/// The command is fine and nothing happens: what it asks for is already so.
///
/// # Errors
/// Never: the type is that of a [`Decision`].
pub const fn nothing<E, R>() -> Result<Vec<E>, R> {
    Ok(Vec::new())
}

/// The command is refused.
///
/// # Errors
/// Always: the rejection.
pub fn reject<E, R>(rejection: impl Into<R>) -> Result<Vec<E>, R> {
    Err(rejection.into())
}

/// An aggregate's key, as it is written in its stream's name. The text must be the same for equal keys and different
/// for different ones.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an aggregate's key",
    label = "not a key",
    note = "a key is a `Uuid`, a `String` or an integer; for a type of your own write `impl factum::StreamKey for {Self}`"
)]
pub trait StreamKey: Clone + Send + Sync + 'static {
    /// The key as it stands in the stream's name.
    fn to_key(&self) -> String;
}

/// Keys whose text is the value's own and only one.
macro_rules! written_as_is {
    ($($key:ty),*) => {$(
        impl StreamKey for $key {
            fn to_key(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

written_as_is!(uuid::Uuid, String, &'static str, u8, u16, u32, u64, i8, i16, i32, i64);
