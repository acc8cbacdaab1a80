//! Schemas of many events, and what a person would write by hand instead.
