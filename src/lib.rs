//! anafora looks documents up by their ID on portals that have no permanent links, keeps what it finds, and follows
//! every reference until nothing new is left.
//!
//! Data flows one way: a worker leases an ID from the [`frontier`], a [`fetch`]er brings its pages, the [`archive`]
//! keeps them, [`extract`] reads them by the rules of a [`profile`], and one commit stores what was found.

mod allocator;

pub mod archive;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crawl;
pub mod demo;
pub mod disguise;
pub mod domain;
pub mod draft;
pub mod evidence;
pub mod export;
pub mod extract;
pub mod fetch;
pub mod frontier;
pub mod json;
pub mod profile;
pub mod scheme;
pub mod store;
