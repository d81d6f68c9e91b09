//! Visits: one organisation comes to another, both record it, both approve the record.

pub mod codes;
