//! How a test spells several events.

use factum::aggregate::IntoEvent;

/// Events of a set, in order: `[event, event]` or a `Vec` of one type, `(event, event)` of several, `()` for none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of events of `{E}`",
    label = "not a list of events",
    note = "write `[event]` for one, `[event, event]` for several of one type, `(event, event)` of several types, `()` for none"
)]
pub trait Events<E> {
    /// As members of the set.
    fn into_events(self) -> Vec<E>;
}

impl<E, T: IntoEvent<E>, const N: usize> Events<E> for [T; N] {
    fn into_events(self) -> Vec<E> {
        self.into_iter().map(IntoEvent::into_event).collect()
    }
}

impl<E, T: IntoEvent<E>> Events<E> for Vec<T> {
    fn into_events(self) -> Vec<E> {
        self.into_iter().map(IntoEvent::into_event).collect()
    }
}

macro_rules! tuples {
    ($($event:ident)*) => {
        impl<E_, $($event: IntoEvent<E_>),*> Events<E_> for ($($event,)*) {
            #[allow(non_snake_case, reason = "each event is called as its type")]
            fn into_events(self) -> Vec<E_> {
                let ($($event,)*) = self;
                vec![$($event.into_event()),*]
            }
        }
    };
}

tuples!();
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
