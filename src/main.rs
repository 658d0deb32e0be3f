//! The `anafora` command: everything it does is in the library.

fn main() -> std::process::ExitCode {
    anafora::cli::main()
}
