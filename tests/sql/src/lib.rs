//! The tests are in `all/`.
