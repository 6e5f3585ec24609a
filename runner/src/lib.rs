//! The command line of Usher.
