# The commands of the project. Each does all the set-up it needs on a Debian machine with Rust, git and make.

.PHONY: demo test soak torture check bench

# Crawls the built-in demo portal with two real browser sessions.
demo:
	@command -v cargo >/dev/null || { printf 'error: Rust is missing\nhint: https://rustup.rs installs it\n' >&2; exit 5; }
	@.ci/need cc chromium
	cargo build --release --locked
	@rm -rf target/demo
	@target/release/anafora demo --sessions 2 --data target/demo

# Everything that proves the project, real browsers included.
test:
	@.ci/need cc chromium firefox
	@ANAFORA_GECKODRIVER="$$(.ci/need geckodriver)" && ANAFORA_TEST_PYTHON="$$(.ci/need warcio)" && \
	export ANAFORA_GECKODRIVER ANAFORA_TEST_PYTHON && cargo test --locked

# A crawl of 1,000 documents of a portal that is slow, down, silent, forgetful and wrong all at once.
soak:
	@.ci/need cc chromium
	ANAFORA_SOAK_DOCUMENTS=1000 cargo test --locked --test program soak:: -- --nocapture

# The long forms of what tests do in a short one: kills, power cuts, full disks, memory. Takes its time.
torture:
	@.ci/need cc chromium firefox
	@ANAFORA_GECKODRIVER="$$(.ci/need geckodriver)" && export ANAFORA_GECKODRIVER && export ANAFORA_TORTURE=1 && \
	echo "store: 200 kills, 400 power cuts, 200 full disks" && cargo test --locked --test torture && \
	echo "browsers: 40 kills, 400 damaged places, memory" && \
	cargo test --locked --test program -- --test-threads 1 kill:: damage:: memory::

# Form, lints, documentation and dependencies.
check:
	cargo fmt --check
	cargo clippy --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked --quiet
	"$$(.ci/need cargo-deny)" --locked check bans licenses sources
	@timeout 60 "$$(.ci/need cargo-deny)" --locked check advisories || echo "warning: the advisories were not checked, or there are new ones (above)" >&2

# The figures that README quotes.
bench:
	@.ci/need cc chromium
	cargo bench --locked
