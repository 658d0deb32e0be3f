//! Where the memory of the program, of its tests and of its benchmarks comes from.
//!
//! Not from glibc's allocator: a crawl keeps small records among many short-lived pages, and glibc cannot use again, nor
//! give back, what lies between them. Of the 4 to 5 MB by which 9,000 documents grew a process, about one was in use.
//! jemalloc keeps what is of one size together. `.cargo/config.toml` says how it is set.

/// Stands in the library, so that what is weighed in a test is what the program does.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
