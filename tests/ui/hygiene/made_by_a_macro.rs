//! Where a macro of the user's makes the event, the mistake is told in the macro, or where it was given.

use factum::Event;

macro_rules! event {
    ($name:ident, $version:literal, $field:ident: $ty:ty = $default:expr) => {
        #[derive(Debug, Clone, PartialEq, Event)]
        #[event(context = "made", version = $version)]
        struct $name {
            #[event(added(2), default = $default)]
            $field: $ty,
        }
    };
}

event!(Beyond, 1, draft: u32 = 7);
event!(Wrong, 2, draft: u32 = "seven");
event!(Large, 2, draft: u8 = 300);
event!(Casing, 2, theDraft: u8 = 3);

fn main() {}
