//! The tests of the API: one binary, a server in this process and a database of its own for each test,
//! every test on both engines.
//!
//! SQLite is always there. PostgreSQL is the server that `AWASIR_TEST_POSTGRES_URL` names, else one
//! started from the programs installed; without either, its tests say that they are skipped, and with
//! `AWASIR_TEST_REQUIRE_POSTGRES=1` they fail.

#[macro_use]
mod support;

mod access;
mod access_tokens;
mod accounts;
mod audit;
mod bad_input;
mod commitments;
mod communities;
mod demo;
mod donor_links;
mod donors;
mod erasure;
mod faults;
mod housekeeping;
mod inbox;
mod invitations;
mod mail;
mod manners;
mod members;
mod migrations;
mod oauth;
mod openapi;
mod organisations;
mod plans;
mod programmes;
mod projects;
mod races;
mod reciprocity;
mod reference;
mod registrations;
mod second_factor;
mod security;
mod trace;
mod visits;
