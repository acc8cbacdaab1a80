//! The list of behaviours, once: for [`behaviours`] and for the macro that makes a test of each.

use super::harness::{StoreFactory, Violation};
use super::snapshot::SnapshotFactory;
use super::tally::ViewFactory;
use crate::store::{PolicyStore, SubscriptionStore};

/// One promised behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Behaviour<F> {
    /// Its name: that of its function, in this module's folder.
    pub name: &'static str,
    /// Checks it on stores that `F` makes.
    pub check: fn(&F) -> Result<(), Violation>,
}

/// Calls the macro `$then` with `$args` and the list of all behaviours.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_behaviours {
    ([$($then:tt)*] [$($args:tt)*]) => {
        $($then)* ! {
            [$($args)*]
            append::versions_are_consecutive_from_one,
            append::the_answer_is_the_last_events_place,
            append::the_expected_version_must_hold,
            append::a_conflict_writes_nothing_and_burns_no_position,
            append::an_append_of_nothing_writes_nothing,
            append::all_or_nothing_whichever_event_fails,
            append::what_is_malformed_is_invalid,
            append::an_id_named_twice_is_reused,
            append::the_largest_append_is_stored_and_one_more_is_not,
            append::streams_are_told_apart_by_every_byte,
            append::the_longest_stream_name_is_a_stream,
            retry::a_repeat_answers_the_first_result,
            retry::a_repeat_keeps_the_first_envelope,
            retry::any_other_overlap_is_id_reused,
            retry::id_reused_names_the_holder,
            retry::ids_are_looked_up_before_the_version,
            retry::ids_of_a_failed_append_are_free,
            retry::of_equal_appends_at_once_one_is_the_first,
            commands::what_came_to_nothing_comes_to_nothing_again,
            commands::a_command_of_nothing_expects_a_version,
            commands::of_a_command_at_once_one_execution_counts,
            commands::what_is_forgotten_is_executed_again,
            content::payloads_are_kept_byte_for_byte,
            content::reading_changes_nothing,
            content::metadata_is_kept,
            content::absent_is_not_empty,
            content::extreme_values_are_kept,
            content::large_payloads_are_kept,
            time::events_are_recorded_at_the_clocks_time,
            time::recorded_at_never_goes_back,
            time::a_given_time_is_kept,
            time::a_given_time_may_not_go_back,
            time::as_of_is_the_longest_prefix,
            read::an_unknown_stream_is_told_from_an_empty_answer,
            read::forward_from_anywhere,
            read::backward_from_anywhere,
            read::up_to_a_version,
            read::by_types,
            read::as_of_a_time,
            read::all_conditions_together,
            read::a_limit_of_nothing_reads_nothing,
            read::a_page_keeps_to_its_limits,
            read::a_page_ends_after_its_bytes,
            read::a_reader_between_pages_holds_up_nobody,
            feed::the_feed_is_every_append_in_order,
            feed::forward_and_backward_from_anywhere,
            feed::the_feed_by_types,
            feed::a_page_of_the_feed_keeps_to_its_limits,
            feed::whoever_follows_reads_on_from_the_last_position,
            feed::an_event_is_found_by_its_id,
            concurrency::of_two_writers_at_one_version_one_wins,
            concurrency::disjoint_streams_never_conflict,
            concurrency::a_follower_misses_nothing_and_sees_nothing_twice,
            concurrency::appends_at_once_leave_each_other_alone,
            concurrency::a_dropped_append_is_all_or_nothing,
        }
    };
}

/// As `__store_behaviours`, of those that keep snapshots.
#[doc(hidden)]
#[macro_export]
macro_rules! __snapshot_behaviours {
    ([$($then:tt)*] [$($args:tt)*]) => {
        $($then)* ! {
            [$($args)*]
            snapshot::a_snapshot_is_found_as_it_was_saved,
            snapshot::the_newest_that_fits_is_found,
            snapshot::the_newest_are_kept,
            snapshot::other_streams_and_keys_lie_beside,
            snapshot::saved_again_it_is_replaced,
            snapshot::events_are_not_touched,
            snapshot::too_large_a_state_is_refused,
            snapshot::cleared_all_are_gone,
            snapshot::saved_at_once_the_newest_is_there,
            replay::with_snapshots_every_load_is_the_same,
            replay::one_is_due_by_number_or_by_time,
            replay::what_does_not_fit_is_replayed,
            replay::two_releases_lie_beside,
        }
    };
}

/// As `__store_behaviours`, of stores that keep views.
#[doc(hidden)]
#[macro_export]
macro_rules! __view_behaviours {
    ([$($then:tt)*] [$($args:tt)*]) => {
        $($then)* ! {
            [$($args)*]
            views::a_view_is_made_once_and_made_anew,
            views::a_view_that_cannot_be_made_is_not_there,
            views::rows_and_position_change_together_or_not_at_all,
            views::an_update_from_another_position_is_refused,
            views::of_updates_at_once_one_is_applied,
            views::versions_lie_side_by_side_and_are_swapped,
            views::a_change_ends_the_wait_for_it,
            views::a_dropped_update_is_all_or_nothing,
            inline::an_inline_view_changes_with_the_append,
            inline::an_inline_view_that_fails_undoes_the_append,
            inline::a_slow_append_is_seen_when_it_is_done,
            inline::what_an_append_that_was_undone_has_named_is_new,
            inside::code_inside_of_a_change_is_never_kept_waiting,
            inbox::a_message_has_its_effect_once,
            inbox::an_effect_that_fails_is_not_remembered,
            inbox::of_a_message_at_once_one_has_its_effect,
            inbox::messages_are_forgotten,
            inbox::a_delivery_has_its_effect_once,
            inbox::a_dropped_message_has_its_effect_once,
            projections::workers_at_once_apply_each_event_once,
            projections::a_rebuild_ends_equal_to_a_fresh_fold,
            projections::a_newer_version_takes_the_live_ones_place,
            projections::whoever_waits_reads_what_they_wrote,
        }
    };
}

/// As `__store_behaviours`, of stores that keep the state of subscriptions.
#[doc(hidden)]
#[macro_export]
macro_rules! __subscription_behaviours {
    ([$($then:tt)*] [$($args:tt)*]) => {
        $($then)* ! {
            [$($args)*]
            subscriptions::a_name_is_taken_by_one_at_a_time,
            subscriptions::the_position_is_kept_and_never_goes_back,
            subscriptions::parked_events_are_kept_and_listed,
            subscriptions::a_replay_begins_with_the_first_of_each_key,
            deliveries::what_is_acknowledged_is_not_delivered_again,
            deliveries::what_is_not_wanted_still_advances,
            deliveries::no_gap_between_what_was_and_what_comes,
            deliveries::each_key_keeps_its_order,
            deliveries::an_open_event_holds_the_position,
            deliveries::a_poison_event_is_parked_and_the_others_go_on,
            deliveries::parked_events_are_replayed_in_order,
            deliveries::no_more_is_read_than_the_window,
            deliveries::a_stop_finishes_what_is_at_work,
        }
    };
}

/// As `__store_behaviours`, of stores that keep the state of policies.
#[doc(hidden)]
#[macro_export]
macro_rules! __policy_behaviours {
    ([$($then:tt)*] [$($args:tt)*]) => {
        $($then)* ! {
            [$($args)*]
            instances::a_policy_is_run_by_one_at_a_time,
            instances::a_step_is_kept_whole_or_not_at_all,
            instances::of_steps_at_once_one_is_kept,
            instances::a_dropped_step_is_all_or_nothing,
            instances::instances_are_kept_and_listed,
            instances::timers_are_listed_in_the_order_of_time,
            instances::parked_steps_are_kept_and_replayed,
            policies::a_stale_correlation_is_ignored,
            policies::commands_are_executed_in_the_events_context,
            policies::a_lost_command_is_sent_again,
            policies::too_long_a_chain_stops_and_is_shown,
            policies::a_rejection_is_handed_back,
            policies::an_answered_rejection_is_met_again,
            policies::a_failing_step_parks_its_correlation,
            policies::whatever_fails_is_parked,
            policies::an_event_may_concern_several_instances,
            policies::a_new_policy_begins_where_it_is_told,
            policies::whoever_runs_is_woken_by_events_and_timers,
            timers::timers_fire_in_the_order_of_time,
            timers::a_timeout_after_completion_does_nothing,
            timers::a_timer_does_not_wait_for_later_events,
            timers::a_timer_waits_for_older_events_behind_later_ones,
            timers::nothing_earlier_comes_after_a_wait_for_writers,
            timers::a_timer_may_set_itself_anew,
        }
    };
}

macro_rules! listed {
    ([$function:ident $($bound:tt)*] $($theme:ident::$name:ident,)*) => {
        /// Every promised behaviour of this kind, by theme.
        #[must_use]
        pub fn $function<F: $($bound)*>() -> Vec<Behaviour<F>> {
            vec![$(Behaviour { name: concat!(stringify!($theme), "::", stringify!($name)), check: super::$theme::$name }),*]
        }
    };
}

__store_behaviours! { [listed] [behaviours StoreFactory] }
__snapshot_behaviours! { [listed] [snapshot_behaviours SnapshotFactory] }
__view_behaviours! { [listed] [view_behaviours ViewFactory] }
__subscription_behaviours! { [listed] [subscription_behaviours StoreFactory<Store: SubscriptionStore + Clone>] }
__policy_behaviours! { [listed] [policy_behaviours StoreFactory<Store: PolicyStore + Clone>] }

/// Makes a `#[test]` of every promised behaviour; takes an expression for the [`StoreFactory`]. See the module
/// [`conformance`](crate::store::conformance).
#[macro_export]
macro_rules! store_conformance {
    ($factory:expr) => {
        $crate::__store_behaviours! { [$crate::__store_conformance_tests] [$factory] }
    };
}

/// As [`store_conformance`](crate::store_conformance), of what a store owes that keeps snapshots; it is made beside those.
#[macro_export]
macro_rules! snapshot_conformance {
    ($factory:expr) => {
        $crate::__snapshot_behaviours! { [$crate::__store_conformance_tests] [$factory] }
    };
}

/// As [`store_conformance`](crate::store_conformance), for a store that keeps views; takes an expression for the
/// [`ViewFactory`].
#[macro_export]
macro_rules! view_conformance {
    ($factory:expr) => {
        $crate::__view_behaviours! { [$crate::__store_conformance_tests] [$factory] }
    };
}

/// As [`store_conformance`](crate::store_conformance), for a store that keeps the state of subscriptions.
#[macro_export]
macro_rules! subscription_conformance {
    ($factory:expr) => {
        $crate::__subscription_behaviours! { [$crate::__store_conformance_tests] [$factory] }
    };
}

/// As [`store_conformance`](crate::store_conformance), for a store that keeps the state of policies.
#[macro_export]
macro_rules! policy_conformance {
    ($factory:expr) => {
        $crate::__policy_behaviours! { [$crate::__store_conformance_tests] [$factory] }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_conformance_tests {
    ([$factory:expr] $($theme:ident::$name:ident,)*) => {$(
        #[test]
        fn $name() -> ::core::result::Result<(), $crate::store::conformance::Violation> {
            $crate::store::conformance::$theme::$name(&$factory)
        }
    )*};
}

/// Checks all behaviours of a list, [`behaviours`] or one of those beside it, tells `report` about each as it ends, and
/// answers how many were violated.
pub fn run_all<F>(
    behaviours: impl IntoIterator<Item = Behaviour<F>>,
    factory: &F,
    mut report: impl FnMut(&'static str, &Result<(), Violation>),
) -> usize {
    let run = |behaviour: Behaviour<F>| {
        let result = (behaviour.check)(factory);
        report(behaviour.name, &result);
        usize::from(result.is_err())
    };
    behaviours.into_iter().map(run).sum()
}
