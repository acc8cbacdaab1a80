//! Conformance by opposition: stores that break one promise each, and the checks that must notice.
//!
//! A check that no broken store fails might check nothing.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod store;

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

use factum::store::conformance::{TestClock, behaviours};
use factum::store::{Clock, CommandRecord, Direction, FeedQuery, Page, PageBuilder, StreamQuery};
use factum::{
    Append, AppendError, Appended, EventStore, EventStoreExt, ExpectedVersion, MemoryStore, ReadError, Recorded,
};
use store::{Factory, Flaw, rebuild};
use uuid::Uuid;

/// One broken store: its name, what it does, and who must notice.
macro_rules! flaws {
    ($($(#[$doc:meta])* $flaw:ident { $($noticed:literal),* $(,)? } { $($body:tt)* })*) => {
        $(
            $(#[$doc])*
            struct $flaw;

            impl Flaw for $flaw {
                const NOTICED_BY: &'static [&'static str] = &[$($noticed),*];
                $($body)*
            }
        )*

        #[test]
        fn every_flaw_is_noticed() {
            $(check::<$flaw>(stringify!($flaw));)*
        }

        #[test]
        fn every_check_notices_something() {
            let noticed: BTreeSet<&str> = [$($flaw::NOTICED_BY),*].concat().into_iter().collect();
            let all: BTreeSet<&str> = behaviours::<Factory<IgnoresExpected>>().iter().map(|check| check.name).collect();
            assert_eq!(noticed, all);
        }
    };
}

fn check<F: Flaw>(flaw: &str) {
    let factory = Factory::<F>(PhantomData);
    for behaviour in behaviours().into_iter().filter(|behaviour| F::NOTICED_BY.contains(&behaviour.name)) {
        assert!((behaviour.check)(&factory).is_err(), "{flaw} is not noticed by {}", behaviour.name);
    }
}

flaws! {
    /// Who looks for an event gets those around it, or the last one.
    FindsOthers { "feed::an_event_is_found_by_its_id" } {
        async fn found(store: &MemoryStore, page: Page) -> Result<Page, ReadError> {
            let from = page.iter().next().map(|found| found.position);
            let direction = if from.is_some() { Direction::Forward } else { Direction::Backward };
            store.read_all(FeedQuery { direction, from, limit: 2, ..FeedQuery::default() }).await
        }
    }

    /// Remembers no command.
    ForgetsCommands {
        "commands::what_came_to_nothing_comes_to_nothing_again",
        "commands::of_a_command_at_once_one_execution_counts",
        "commands::a_command_of_nothing_expects_a_version",
    } {
        async fn before(_: &MemoryStore, append: Append) -> Result<Append, AppendError> {
            Ok(Append { command: None, ..append })
        }
    }

    /// Does not tell what it remembers of commands.
    FindsNoCommand { "commands::what_came_to_nothing_comes_to_nothing_again" } {
        fn record(_: Option<CommandRecord>) -> Option<CommandRecord> {
            None
        }
    }

    /// Forgets whatever there is.
    ForgetsAllCommands { "commands::what_is_forgotten_is_executed_again" } {
        fn forget(_: factum::Timestamp) -> factum::Timestamp {
            factum::Timestamp::MAX
        }
    }

    /// Last writer wins.
    IgnoresExpected {
        "append::the_expected_version_must_hold",
        "append::a_conflict_writes_nothing_and_burns_no_position",
        "retry::ids_of_a_failed_append_are_free",
        "concurrency::of_two_writers_at_one_version_one_wins",
    } {
        async fn before(_: &MemoryStore, append: Append) -> Result<Append, AppendError> {
            Ok(Append { expected: ExpectedVersion::Any, ..append })
        }
    }

    /// Every append is new.
    ForgetsIds {
        "append::an_id_named_twice_is_reused",
        "retry::a_repeat_answers_the_first_result",
        "retry::a_repeat_keeps_the_first_envelope",
        "retry::any_other_overlap_is_id_reused",
        "retry::id_reused_names_the_holder",
        "retry::ids_are_looked_up_before_the_version",
        "retry::of_equal_appends_at_once_one_is_the_first",
        "concurrency::appends_at_once_leave_each_other_alone",
    } {
        async fn before(_: &MemoryStore, mut append: Append) -> Result<Append, AppendError> {
            append.events.iter_mut().for_each(|event| event.id = Uuid::now_v7());
            Ok(append)
        }
    }

    /// Looks at the expected version first, so that a retry is a conflict.
    VersionBeforeIds {
        "retry::a_repeat_answers_the_first_result",
        "retry::ids_are_looked_up_before_the_version",
        "append::an_append_of_nothing_writes_nothing",
    } {
        async fn before(store: &MemoryStore, append: Append) -> Result<Append, AppendError> {
            let actual = store.stream_version(&append.stream).await.unwrap().unwrap_or(0);
            let (stream, expected) = (append.stream.clone(), append.expected);
            if expected.holds(actual) { Ok(append) } else { Err(AppendError::Conflict { stream, expected, actual }) }
        }
    }

    /// Stores one event after the other, each by itself.
    NotAtomic {
        "append::all_or_nothing_whichever_event_fails",
        "append::what_is_malformed_is_invalid",
        "concurrency::a_dropped_append_is_all_or_nothing",
    } {
        async fn before(store: &MemoryStore, append: Append) -> Result<Append, AppendError> {
            for event in &append.events[..append.events.len().saturating_sub(1)] {
                let _ = store.append_events(&append.stream, ExpectedVersion::Any, vec![event.clone()]).await;
                tokio::task::yield_now().await;
            }
            Ok(append)
        }
    }

    /// Takes what is no JSON, or has no id, as if it were fine.
    TakesAnything {
        "append::what_is_malformed_is_invalid",
        "concurrency::appends_at_once_leave_each_other_alone",
    } {
        async fn before(_: &MemoryStore, mut append: Append) -> Result<Append, AppendError> {
            for event in append.events.iter_mut().filter(|event| !event.payload.starts_with('{') || event.payload == "{") {
                "null".clone_into(&mut event.payload);
            }
            Ok(append)
        }
    }

    /// Cuts a large append off.
    CutsAppends { "append::the_largest_append_is_stored_and_one_more_is_not" } {
        async fn before(_: &MemoryStore, mut append: Append) -> Result<Append, AppendError> {
            append.events.truncate(5_000);
            Ok(append)
        }
    }

    /// One lock for all streams, taken optimistically.
    OneVersionForAll { "concurrency::disjoint_streams_never_conflict" } {
        async fn before(store: &MemoryStore, append: Append) -> Result<Append, AppendError> {
            let before = store.last_position().await.unwrap();
            std::thread::sleep(std::time::Duration::from_millis(1));
            if store.last_position().await.unwrap() == before {
                return Ok(append);
            }
            Err(AppendError::Conflict { stream: append.stream, expected: append.expected, actual: 0 })
        }
    }

    /// Parses payloads, and prints them again.
    PrintsPayloads { "content::payloads_are_kept_byte_for_byte" } {
        async fn before(_: &MemoryStore, mut append: Append) -> Result<Append, AppendError> {
            for event in &mut append.events {
                if let Ok(value) = serde_json::from_str::<serde_json::Value>(&event.payload) {
                    event.payload = value.to_string();
                }
            }
            Ok(append)
        }
    }

    /// Has a column of a megabyte.
    CutsPayloads { "content::large_payloads_are_kept" } {
        async fn before(_: &MemoryStore, mut append: Append) -> Result<Append, AppendError> {
            for event in append.events.iter_mut().filter(|event| event.payload.len() > 1 << 20) {
                "null".clone_into(&mut event.payload);
            }
            Ok(append)
        }
    }

    /// Folds case, as some databases compare.
    FoldsCase { "append::streams_are_told_apart_by_every_byte" } {
        async fn before(_: &MemoryStore, append: Append) -> Result<Append, AppendError> {
            Ok(Append { stream: append.stream.as_str().to_lowercase().parse().unwrap(), ..append })
        }

        fn stream_query(query: StreamQuery) -> StreamQuery {
            StreamQuery { stream: query.stream.as_str().to_lowercase().parse().unwrap(), ..query }
        }
    }

    /// Has a column of 255 characters for names.
    CutsNames { "append::the_longest_stream_name_is_a_stream" } {
        async fn before(_: &MemoryStore, append: Append) -> Result<Append, AppendError> {
            let stream: String = append.stream.as_str().chars().take(255).collect();
            Ok(Append { stream: stream.parse().unwrap(), ..append })
        }

        fn stream_query(query: StreamQuery) -> StreamQuery {
            let stream: String = query.stream.as_str().chars().take(255).collect();
            StreamQuery { stream: stream.parse().unwrap(), ..query }
        }
    }

    /// Knows no time but its own.
    IgnoresGivenTimes {
        "time::a_given_time_is_kept",
        "time::a_given_time_may_not_go_back",
        "time::as_of_is_the_longest_prefix",
    } {
        async fn before(_: &MemoryStore, mut append: Append) -> Result<Append, AppendError> {
            append.events.iter_mut().for_each(|event| event.recorded_at = None);
            Ok(append)
        }
    }

    /// Asks the system for the time.
    OwnClock { "time::events_are_recorded_at_the_clocks_time" } {
        fn clock(_: TestClock) -> impl Clock {
            factum::store::SystemClock
        }
    }

    /// Keeps nanoseconds.
    KeepsNanoseconds { "time::events_are_recorded_at_the_clocks_time" } {
        fn page(page: Page) -> Page {
            rebuild(&page, |event, _| {
                let recorded_at = event.recorded_at.checked_add(jiff::SignedDuration::from_nanos(789)).unwrap();
                Some(Recorded { recorded_at, ..event })
            })
        }
    }

    /// Lets times go back.
    TimesGoBack { "time::recorded_at_never_goes_back" } {
        fn page(page: Page) -> Page {
            rebuild(&page, |event, _| {
                let back = jiff::SignedDuration::from_secs(i64::try_from(event.version).unwrap());
                Some(Recorded { recorded_at: event.recorded_at.checked_sub(back).unwrap(), ..event })
            })
        }
    }

    /// Counts from 0.
    VersionsFromZero { "append::versions_are_consecutive_from_one", "append::the_answer_is_the_last_events_place" } {
        fn answer(answer: Result<Appended, AppendError>) -> Result<Appended, AppendError> {
            answer.map(|appended| Appended { version: appended.version.saturating_sub(1), ..appended })
        }
    }

    /// Answers the position of the append's first event.
    AnswersTheFirstPlace { "append::the_answer_is_the_last_events_place" } {
        fn answer(answer: Result<Appended, AppendError>) -> Result<Appended, AppendError> {
            answer.map(|appended| Appended { position: appended.position.map(|position| position - 1), ..appended })
        }
    }

    /// Reports the expected version as the actual one.
    WrongActual { "append::the_expected_version_must_hold" } {
        fn answer(answer: Result<Appended, AppendError>) -> Result<Appended, AppendError> {
            answer.map_err(|error| match error {
                AppendError::Conflict { stream, expected, .. } => AppendError::Conflict { stream, expected, actual: 7 },
                other => other,
            })
        }
    }

    /// Does not say that an append is a repeat.
    HidesRepeats {
        "retry::a_repeat_answers_the_first_result",
        "retry::a_repeat_keeps_the_first_envelope",
        "retry::of_equal_appends_at_once_one_is_the_first",
    } {
        fn answer(answer: Result<Appended, AppendError>) -> Result<Appended, AppendError> {
            answer.map(|appended| Appended { repeated: false, ..appended })
        }
    }

    /// Leaves an event out.
    LosesRows {
        "append::the_largest_append_is_stored_and_one_more_is_not",
        "read::forward_from_anywhere",
        "read::a_page_keeps_to_its_limits",
        "read::a_reader_between_pages_holds_up_nobody",
        "feed::the_feed_is_every_append_in_order",
        "concurrency::a_follower_misses_nothing_and_sees_nothing_twice",
    } {
        fn page(page: Page) -> Page {
            rebuild(&page, |event, _| (event.version != 2).then_some(event))
        }
    }

    /// Leaves out what is larger than a page.
    LosesLargeRows { "read::a_page_ends_after_its_bytes", "content::large_payloads_are_kept" } {
        fn page(page: Page) -> Page {
            rebuild(&page, |event, _| (event.payload.len() < Page::MAX_BYTES).then_some(event))
        }
    }

    /// Gives out positions that fall.
    PositionsFall {
        "feed::the_feed_is_every_append_in_order",
        "concurrency::a_follower_misses_nothing_and_sees_nothing_twice",
    } {
        fn page(page: Page) -> Page {
            rebuild(&page, |event, _| Some(Recorded { position: u64::MAX / 2 - event.position, ..event }))
        }
    }

    /// Changes what it has read.
    WearsOut { "content::reading_changes_nothing" } {
        fn page(page: Page) -> Page {
            static READS: AtomicU64 = AtomicU64::new(0);
            let worn = READS.fetch_add(1, Ordering::SeqCst) > 5;
            rebuild(&page, |event, text| {
                text.push_str(if worn { "null" } else { event.payload });
                Some(Recorded { payload: text, ..event })
            })
        }
    }

    /// Knows who, not why.
    LosesHeaders { "content::metadata_is_kept" } {
        fn page(page: Page) -> Page {
            rebuild(&page, |event, _| Some(Recorded { raw_headers: None, ..event }))
        }
    }

    /// Has no NULL.
    EmptyForAbsent { "content::absent_is_not_empty" } {
        fn page(page: Page) -> Page {
            rebuild(&page, |event, _| Some(Recorded { actor: Some(event.actor.unwrap_or_default()), ..event }))
        }
    }

    /// Has signed 32-bit columns.
    SignedColumns { "content::extreme_values_are_kept" } {
        fn page(page: Page) -> Page {
            rebuild(&page, |event, _| Some(Recorded { depth: event.depth.min(u32::MAX / 2), ..event }))
        }
    }

    /// Takes an unknown stream for an empty one.
    EmptyForUnknown { "read::an_unknown_stream_is_told_from_an_empty_answer", "append::an_append_of_nothing_writes_nothing" } {
        fn page(page: Page) -> Page {
            let mut copy = PageBuilder::new(usize::MAX);
            page.iter().for_each(|event| copy.push(&event));
            copy.finish(page.next(), Some(page.stream_version().unwrap_or(0)))
        }
    }

    /// Says that the first page is the last.
    NeverGoesOn {
        "read::forward_from_anywhere",
        "read::a_page_keeps_to_its_limits",
        "feed::a_page_of_the_feed_keeps_to_its_limits",
        "feed::whoever_follows_reads_on_from_the_last_position",
    } {
        fn page(page: Page) -> Page {
            let mut copy = PageBuilder::new(usize::MAX);
            page.iter().for_each(|event| copy.push(&event));
            copy.finish(None, page.stream_version())
        }
    }

    /// Begins after `from`.
    ExcludesFrom { "read::forward_from_anywhere", "feed::forward_and_backward_from_anywhere" } {
        fn stream_query(query: StreamQuery) -> StreamQuery {
            StreamQuery { from: query.from.map(|from| from.saturating_add(1)), ..query }
        }

        fn feed_query(query: FeedQuery) -> FeedQuery {
            FeedQuery { from: query.from.map(|from| from.saturating_add(1)), ..query }
        }
    }

    /// Reads forward only.
    ForwardOnly { "read::backward_from_anywhere", "feed::forward_and_backward_from_anywhere" } {
        fn stream_query(query: StreamQuery) -> StreamQuery {
            StreamQuery { direction: Direction::Forward, ..query }
        }

        fn feed_query(query: FeedQuery) -> FeedQuery {
            FeedQuery { direction: Direction::Forward, ..query }
        }
    }

    /// Reads the whole, whatever is asked.
    IgnoresConditions {
        "read::up_to_a_version",
        "read::as_of_a_time",
        "read::by_types",
        "read::all_conditions_together",
        "feed::the_feed_by_types",
        "time::as_of_is_the_longest_prefix",
    } {
        fn stream_query(query: StreamQuery) -> StreamQuery {
            StreamQuery { up_to_version: None, as_of: None, types: None, ..query }
        }

        fn feed_query(query: FeedQuery) -> FeedQuery {
            FeedQuery { types: None, ..query }
        }
    }

    /// Reads whole pages only.
    IgnoresLimits {
        "read::a_limit_of_nothing_reads_nothing",
        "read::a_page_keeps_to_its_limits",
        "feed::a_page_of_the_feed_keeps_to_its_limits",
    } {
        fn stream_query(query: StreamQuery) -> StreamQuery {
            StreamQuery { limit: usize::MAX, ..query }
        }

        fn feed_query(query: FeedQuery) -> FeedQuery {
            FeedQuery { limit: usize::MAX, ..query }
        }
    }
}
