//! Awasir: the backend of a coordination network of charities.

pub mod commands;
pub mod config;
pub mod logging;
