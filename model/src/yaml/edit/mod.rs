//! Writing into schema files. What people wrote between and behind the lines stays.

mod bump;
mod comments;
mod layout;
mod outline;
mod write;

pub use bump::{BumpError, Bumped, bump};
pub use layout::{LayoutError, layout};
