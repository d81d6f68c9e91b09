//! Organisations: who belongs to the network, who asks to, and what they are.

pub mod codes;
