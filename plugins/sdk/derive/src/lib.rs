//! Derives for plugins in Rust. `usher-sdk` gives them out again, with the traits that they implement.
