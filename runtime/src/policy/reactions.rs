//! What a policy wants done.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};

/// What a policy wants done about an event or a timer: handed to its code, which fills it.
///
/// ```
/// use factum::policy::{Reactions, TimerChange};
///
/// let mut reactions = Reactions::<&str>::new("2026-03-01T12:00:00Z".parse()?);
/// reactions.issue("invite").set_timer_after("silent", factum::Duration::from_hours(24));
/// assert_eq!(reactions.commands(), ["invite"]);
/// let due = "2026-03-02T12:00:00Z".parse()?;
/// assert_eq!(reactions.timers(), [TimerChange::Set { name: "silent".into(), due }]);
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reactions<C> {
    at: Timestamp,
    commands: Vec<C>,
    timers: Vec<TimerChange>,
    completed: bool,
}

/// What is to become of a timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerChange {
    /// It is due then; one of that name that was set before is replaced.
    Set {
        /// Its name.
        name: Cow<'static, str>,
        /// When.
        due: Timestamp,
    },
    /// It is not due any more.
    Cancel {
        /// Its name.
        name: Cow<'static, str>,
    },
}

impl<C> Reactions<C> {
    /// Nothing yet, at the time `at`.
    #[must_use]
    pub const fn new(at: Timestamp) -> Self {
        Self { at, commands: Vec::new(), timers: Vec::new(), completed: false }
    }

    /// The time of what is reacted to: when the event was recorded, or the timer was due. It is the same however often the
    /// reaction is asked for, which a clock's would not be.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Issues a command, after those before it.
    pub fn issue(&mut self, command: impl Into<C>) -> &mut Self {
        self.commands.push(command.into());
        self
    }

    /// Sets the instance's timer `name` to a time. If that has passed, it is due at once.
    pub fn set_timer_at(&mut self, name: impl Into<Cow<'static, str>>, due: Timestamp) -> &mut Self {
        self.timers.push(TimerChange::Set { name: name.into(), due });
        self
    }

    /// Sets the instance's timer `name` to so long after [`Reactions::at`].
    pub fn set_timer_after(&mut self, name: impl Into<Cow<'static, str>>, span: SignedDuration) -> &mut Self {
        let end = if span.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        let due = self.at.checked_add(span).unwrap_or(end);
        self.set_timer_at(name, due)
    }

    /// Cancels the instance's timer `name`, if it is set.
    pub fn cancel_timer(&mut self, name: impl Into<Cow<'static, str>>) -> &mut Self {
        self.timers.push(TimerChange::Cancel { name: name.into() });
        self
    }

    /// The instance is at its end: once its commands have been executed, its state and its timers are gone.
    pub const fn complete(&mut self) -> &mut Self {
        self.completed = true;
        self
    }

    /// The commands, in order.
    #[must_use]
    pub fn commands(&self) -> &[C] {
        &self.commands
    }

    /// What is to become of timers, in order.
    #[must_use]
    pub fn timers(&self) -> &[TimerChange] {
        &self.timers
    }

    /// Whether the instance is at its end.
    #[must_use]
    pub const fn is_completed(&self) -> bool {
        self.completed
    }

    /// The commands, the changes of timers, and whether the instance is at its end.
    pub(super) fn into_parts(self) -> (Vec<C>, Vec<TimerChange>, bool) {
        (self.commands, self.timers, self.completed)
    }
}
