//! Commitments: what was said, called for or promised on a visit, and what became of it.

pub mod codes;
