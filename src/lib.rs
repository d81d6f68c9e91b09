//! Awasir (أواصر, "bonds"): the backend of a coordination network of charities.
//!
//! A request goes one way, down and back up, never sideways:
//!
//! ```text
//! HTTP ─▶ api route (extract, guard) ─▶ resource rules (pure) ─▶ resource store (diesel, in one transaction) ─▶ journal
//!                        answer ◀── the resource's own public type ◀──┘
//! ```
//!
//! The house is cut along the things of the domain. Each resource has the same five rooms: `mod` (its
//! map), `routes`, `model` (public types), `rules` (states; no I/O), `store` (diesel).

pub mod access;
pub mod access_tokens;
pub mod accounts;
pub mod acting;
pub mod app;
pub mod audit;
pub mod commands;
pub mod commitments;
pub mod communities;
pub mod config;
pub mod db;
pub mod demo;
pub mod donor_links;
pub mod donors;
pub mod housekeeping;
pub mod http;
pub mod inbox;
pub mod invitations;
pub mod items;
pub mod journal;
pub mod logging;
pub mod mail;
pub mod members;
pub mod metrics;
pub mod oauth;
pub mod openapi;
pub mod organisations;
pub mod pages;
pub mod programmes;
pub mod projects;
pub mod reciprocity;
pub mod reference;
pub mod registrations;
pub mod routes;
pub mod server;
pub mod states;
pub mod text;
pub mod trace;
pub mod types;
pub mod visits;

pub use http::problem::{Problem, Result};
