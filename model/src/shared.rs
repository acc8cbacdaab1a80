//! Work on many things, shared among the cores of the machine.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::thread;

/// So few things are not worth a thread.
const FEW: usize = 200;

/// More threads than these have to wait for memory.
const MAX_THREADS: usize = 4;

/// What `of` makes of consecutive parts of a list, in their order: of the whole list where it is short.
pub(crate) fn shared<T: Sync, R: Send>(all: &[T], of: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    if all.len() < FEW || threads() == 1 {
        return vec![of(all)];
    }
    let of = &of;
    let (own, others) = all.split_at(all.len() / threads());
    thread::scope(|scope| {
        let others = others.chunks(all.len().div_ceil(threads()));
        let others = others.map(|part| (part, thread::Builder::new().spawn_scoped(scope, move || of(part))));
        let others: Vec<_> = others.collect();
        let others = others.into_iter().map(|(part, thread)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            // The system has no thread left.
            Err(_) => of(part),
        });
        core::iter::once(of(own)).chain(others).collect()
    })
}

/// How many threads work at once; asking the system takes its time.
fn threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS))
}

#[cfg(test)]
mod tests {
    use super::{FEW, shared};

    #[test]
    fn parts_are_in_order_and_whole() {
        for length in [0, 1, FEW - 1, FEW, FEW + 1, 5 * FEW + 3] {
            let all: Vec<usize> = (0..length).collect();
            assert_eq!(shared(&all, <[usize]>::to_vec).concat(), all);
        }
    }
}
