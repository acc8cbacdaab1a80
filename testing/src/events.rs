//! How a test spells several events.

/// Events of a set, in order: `[event, event]` or a `Vec` of one type, `(event, event)` of several, `()` for none.
pub trait Events<E> {
    /// As members of the set.
    fn into_events(self) -> Vec<E>;
}

impl<E, T: Into<E>, const N: usize> Events<E> for [T; N] {
    fn into_events(self) -> Vec<E> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<E, T: Into<E>> Events<E> for Vec<T> {
    fn into_events(self) -> Vec<E> {
        self.into_iter().map(Into::into).collect()
    }
}

macro_rules! tuples {
    ($($event:ident)*) => {
        impl<E_, $($event: Into<E_>),*> Events<E_> for ($($event,)*) {
            #[allow(non_snake_case, reason = "each event is called as its type")]
            fn into_events(self) -> Vec<E_> {
                let ($($event,)*) = self;
                vec![$($event.into()),*]
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
