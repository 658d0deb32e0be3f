//! What a robots.txt asks of us, read as RFC 9309 says. Pure: bytes in, rules out.

use std::time::Duration;

/// What comes after so many bytes is not read, as the standard allows.
pub(super) const BYTES_MAX: usize = 500 * 1024;
/// Nobody who asks for a longer pause between two requests means to be visited by a program.
const CRAWL_DELAY_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Keys by which a text is known to be a robots.txt; the last ones say nothing that concerns us.
const KNOWN_KEYS: [&str; 9] = [
    "user-agent",
    "allow",
    "disallow",
    "crawl-delay",
    "sitemap",
    "host",
    "clean-param",
    "request-rate",
    "content-signal",
];

/// The rules for one program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    /// The least time between two requests, where the file asks for one.
    pub(super) crawl_delay: Option<Duration>,
}

/// One line that allows or disallows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// The line in the file; the first is 1.
    pub(super) line: usize,
    /// The line as it is written, without its comment.
    pub(super) text: String,
    access: Access,
    pattern: Pattern,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Access {
    Disallow,
    /// Wins where two rules are equally specific.
    Allow,
}

/// Lines that belong together: who is meant, and what is asked of them.
#[derive(Default)]
struct Group {
    agents: Vec<String>,
    rules: Rules,
    /// Whether another `User-agent` line belongs to this group still.
    is_open: bool,
}

impl Rules {
    /// Reads the rules for the program of this name, or those for everybody where none are for it alone.
    ///
    /// # Errors
    /// What stands there, in a few words, where the text is no robots.txt.
    pub(super) fn read(bytes: &[u8], product: &str) -> Result<Self, String> {
        let text = String::from_utf8_lossy(whole_lines(bytes));
        let text = text.trim_start_matches('\u{feff}');
        if text.trim_start().starts_with('<') {
            return Err(format!("it begins with `{}`", beginning(text)));
        }
        let mut groups: Vec<Group> = Vec::new();
        let (mut known, mut unknown) = (0_u32, 0_u32);
        for (index, line) in lines(text).enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (key, value) = line.split_once(':').unwrap_or((line, ""));
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if line.contains(':') && KNOWN_KEYS.contains(&key.as_str()) {
                known += 1;
            } else {
                unknown += 1;
            }
            take(&mut groups, &key, value, &Place { line: index + 1, text: line });
        }
        if known == 0 && unknown > 0 {
            return Err(format!("it says `{}`", beginning(text)));
        }
        Ok(Self::of_groups(groups, product))
    }

    fn of_groups(groups: Vec<Group>, product: &str) -> Self {
        let is_ours = |group: &Group| group.agents.iter().any(|agent| agent.eq_ignore_ascii_case(product));
        let is_everybodys = |group: &Group| group.agents.iter().any(|agent| agent == "*");
        let is_named = groups.iter().any(is_ours);
        let mut all = Self::default();
        for group in
            groups.into_iter().filter(|group| if is_named { is_ours(group) } else { is_everybodys(group) })
        {
            all.rules.extend(group.rules.rules);
            all.crawl_delay = all.crawl_delay.max(group.rules.crawl_delay);
        }
        all
    }

    /// The rule that keeps us away from a path with its query, as they stand in an address; `None` where we may go.
    pub(super) fn against(&self, path_and_query: &str) -> Option<&Rule> {
        let path = normal(path_and_query, Literal::Path);
        let decides = self
            .rules
            .iter()
            .filter(|rule| rule.pattern.matches(path.as_bytes()))
            .max_by_key(|rule| (rule.pattern.octets(), rule.access));
        decides.filter(|rule| rule.access == Access::Disallow)
    }
}

/// Where something stands in the file.
struct Place<'a> {
    line: usize,
    text: &'a str,
}

/// Takes notice of one line. What is not known must not come between lines that are.
fn take(groups: &mut Vec<Group>, key: &str, value: &str, place: &Place<'_>) {
    if key == "user-agent" {
        if !groups.last().is_some_and(|group| group.is_open) {
            groups.push(Group { is_open: true, ..Group::default() });
        }
        if let Some(group) = groups.last_mut() {
            group.agents.push(product_token(value).to_owned());
        }
        return;
    }
    // Rules in front of the first program's name are for nobody.
    let Some(group) = groups.last_mut() else { return };
    let access = match key {
        "allow" => Access::Allow,
        "disallow" => Access::Disallow,
        "crawl-delay" => {
            group.rules.crawl_delay = group.rules.crawl_delay.max(seconds(value));
            return;
        }
        _ => return,
    };
    group.is_open = false;
    // `Disallow:` alone disallows nothing.
    if !value.is_empty() {
        let pattern = Pattern::of(value);
        group.rules.rules.push(Rule { line: place.line, text: place.text.to_owned(), access, pattern });
    }
}

/// The name alone: people write versions behind it.
fn product_token(value: &str) -> &str {
    if value.starts_with('*') {
        return "*";
    }
    let end = value.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '-');
    value.get(..end.unwrap_or(value.len())).unwrap_or_default()
}

fn seconds(value: &str) -> Option<Duration> {
    let delay = Duration::try_from_secs_f64(value.parse().ok()?).ok()?;
    Some(delay.min(CRAWL_DELAY_MAX))
}

/// The lines of a file from whatever system.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// The bytes that are read: a line that is cut off at the limit could say the opposite of what it says whole.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let Some(read) = bytes.get(..BYTES_MAX).filter(|_| bytes.len() > BYTES_MAX) else { return bytes };
    let end = read.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(0);
    read.get(..end).unwrap_or_default()
}

/// The first words of a text, on one line, to show what it is.
fn beginning(text: &str) -> String {
    const SHOWN_MAX: usize = 40;
    let line = text.trim_start().lines().next().unwrap_or_default();
    line.chars().filter(|letter| !letter.is_control()).take(SHOWN_MAX).collect()
}

/// A path in which `*` stands for anything, and `$` at the end for the end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    /// Without the `$`.
    text: String,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Whatever follows.
    Open,
    /// The path ends here.
    Fixed,
}

impl Pattern {
    fn of(value: &str) -> Self {
        let (value, end) = match value.strip_suffix('$') {
            Some(value) => (value, End::Fixed),
            None => (value, End::Open),
        };
        let slash = if value.starts_with(['/', '*']) { "" } else { "/" };
        Self { text: normal(&format!("{slash}{value}"), Literal::Pattern), end }
    }

    /// How specific it is; a `$` says more than none.
    fn octets(&self) -> usize {
        self.text.len() + usize::from(self.end == End::Fixed)
    }

    /// Goes back to the last `*` alone where something does not fit, so that no pattern takes longer than its length times
    /// the path's.
    fn matches(&self, path: &[u8]) -> bool {
        let pattern = self.text.as_bytes();
        let (mut at, mut read) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        loop {
            match (pattern.get(at), path.get(read)) {
                (None, None) => return true,
                (None, Some(_)) if self.end == End::Open => return true,
                (Some(b'*'), _) => {
                    at += 1;
                    star = Some((at, read));
                    continue;
                }
                (Some(wanted), Some(found)) if wanted == found => {
                    (at, read) = (at + 1, read + 1);
                    continue;
                }
                _ => {}
            }
            match star {
                Some((after, from)) if from < path.len() => {
                    (at, read) = (after, from + 1);
                    star = Some((after, from + 1));
                }
                _ => return false,
            }
        }
    }
}

/// Whether `*` means itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Literal {
    /// It does, as `$` does: in a pattern both are written `%2A` and `%24` where they do.
    Path,
    /// It stands for anything.
    Pattern,
}

/// The one spelling of a path in which two that mean the same are equal.
fn normal(path: &str, literal: Literal) -> String {
    let mut normal = String::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [byte, behind @ ..] = rest {
        let decoded = if *byte == b'%' { hexadecimal(behind) } else { None };
        rest = if decoded.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
        match decoded {
            Some(byte) if is_unreserved(byte) => normal.push(char::from(byte)),
            Some(byte) => push_encoded(byte, &mut normal),
            None if byte.is_ascii() && !is_special(*byte, literal) => normal.push(char::from(*byte)),
            None => push_encoded(*byte, &mut normal),
        }
    }
    normal
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Whether a byte that stands for itself has to be told from one that does not.
fn is_special(byte: u8, literal: Literal) -> bool {
    byte == b'$' || byte == b'*' && literal == Literal::Path
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| digits.get(at).and_then(|digit| char::from(*digit).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

fn push_encoded(byte: u8, text: &mut String) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    text.push('%');
    for half in [byte >> 4, byte & 0xf] {
        text.extend(DIGITS.get(usize::from(half)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Rules {
        Rules::read(text.as_bytes(), "anafora").unwrap()
    }

    /// The line that keeps us away; 0 where none does.
    fn line(text: &str, path: &str) -> usize {
        rules(text).against(path).map_or(0, |rule| rule.line)
    }

    #[test]
    fn the_group_with_our_name_counts_and_only_without_one_that_for_everybody() {
        let check = |text: &str, expected| assert_eq!(line(text, "/a"), expected, "{text}");
        check("", 0);
        check("# nothing is asked\n", 0);
        check("User-agent: *\nDisallow: /", 2);
        check("User-agent: *\nDisallow:", 0);
        check("User-agent: *\nDisallow: /\n\nUser-agent: Anafora\nDisallow: /b", 0);
        check("user-AGENT : ANAFORA/1.0 # us\r\n disallow:/a\r\n", 2);
        check("User-agent: anafora-news\nDisallow: /", 0);
        check("User-agent: anafora\rDisallow: /b\rUser-agent: x\rUser-agent: anafora\rDisallow: /a", 5);
        check("User-agent: anafora\n\nUser-agent: x\nDisallow: /", 4);
        check("User-agent: anafora\nSitemap: https://a.example/\nUser-agent: x\nDisallow: /", 4);
        check("User-agent: anafora\nDisallow: /b\nUser-agent: x\nDisallow: /", 0);
        check("Disallow: /\nUser-agent: *\nAllow: /", 0);
        check("\u{feff}User-agent: *\nnonsense\nDisallow: /", 3);
        check("User-agent: *\nDisallow: /a # but why", 2);
    }

    #[test]
    fn the_most_specific_rule_decides_and_of_two_equal_ones_the_friendlier() {
        let check = |rules: &str, path, expected| {
            assert_eq!(line(&format!("User-agent: *\n{rules}"), path), expected, "{rules} {path}");
        };
        let pages = "Allow: /example/page/\nDisallow: /example/page/disallowed.gif";
        check(pages, "/example/page/disallowed.gif", 3);
        check(pages, "/example/page/allowed.gif", 0);
        check("Disallow: /a\nAllow: /a", "/a", 0);
        check("Allow: /a\nDisallow: /ab", "/abc", 3);
        check("Disallow: /", "/", 2);
        check("Allow: /a\nDisallow: /a$", "/a", 3);
        check("Disallow: /\nAllow: /$", "/", 0);
        check("Disallow: /a", "/b/a", 0);
        check("Disallow: a/", "/a/b", 2);
        check("Disallow: /?q", "/?query=1", 2);
        check("Disallow: /*?q", "/path?q=1", 2);
    }

    #[test]
    fn a_star_stands_for_anything_and_a_dollar_for_the_end() {
        let check = |pattern: &str, path, expected| {
            let keeps_away = line(&format!("User-agent: *\nDisallow: {pattern}"), path) > 0;
            assert_eq!(keeps_away, expected, "{pattern} {path}");
        };
        check("/this/*/exactly", "/this/path/exactly", true);
        check("/this/*/exactly", "/this/and/that/exactly/so", true);
        check("/this/*/exactly", "/this/exactly", false);
        check("*.gif$", "/images/one.gif", true);
        check("*.gif$", "/images/one.gif?size=1", false);
        check("/a*b*c$", "/abbbcabc", true);
        check("/a*b*c$", "/abbbcab", false);
        check("/$", "/", true);
        check("/$", "/a", false);
        check("/*", "/", true);
        check("/a*", "/a", true);
        check("/a$b", "/a$b", true);
    }

    #[test]
    fn two_spellings_of_one_path_are_one_path() {
        let check = |pattern: &str, path, expected| {
            let keeps_away = line(&format!("User-agent: *\nDisallow: {pattern}"), path) > 0;
            assert_eq!(keeps_away, expected, "{pattern} {path}");
        };
        check("/foo/bar/\u{30c4}", "/foo/bar/%E3%83%84", true);
        check("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", true);
        check("/foo/bar/%62%61%7A", "/foo/bar/baz", true);
        check("/foo/bar/baz", "/foo/bar/%62%61%7a", true);
        check("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", true);
        check("/path/file-with-a-%2A.html", "/path/file-with-a-b.html", false);
        check("/path/foo-%24", "/path/foo-$", true);
        check("/a%2Fb", "/a/b", false);
        check("/100%", "/100%", true);
        check("/100%zz", "/100%zz", true);
        check("/αναζήτηση", "/%CE%B1%CE%BD%CE%B1%CE%B6%CE%AE%CF%84%CE%B7%CF%83%CE%B7", true);
    }

    #[test]
    fn a_delay_is_read_and_nonsense_is_none() {
        let check = |value: &str, expected| {
            let text = format!("User-agent: *\nCrawl-delay: {value}\nDisallow: /x");
            assert_eq!(rules(&text).crawl_delay, expected, "{value}");
        };
        check("10", Some(Duration::from_secs(10)));
        check("0.5", Some(Duration::from_millis(500)));
        check("-1", None);
        check("soon", None);
        check("NaN", None);
        check("1e300", None);
        check("1e9", Some(CRAWL_DELAY_MAX));
    }

    #[test]
    fn what_is_no_robots_txt_is_not_taken_for_one_that_asks_nothing() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Rules::read(text.as_bytes(), "anafora").unwrap_err(), expected, "{text}");
        };
        check(" \n<!DOCTYPE html>\n<title>Log in</title>", "it begins with `<!DOCTYPE html>`");
        check("<html><body>User-agent: *", "it begins with `<html><body>User-agent: *`");
        check("Please log in", "it says `Please log in`");
        check("{\"error\": 1}", "it says `{\"error\": 1}`");
        assert_eq!(rules("Sitemap: https://a.example/sitemap.xml"), Rules::default());
    }

    #[test]
    fn a_line_that_is_cut_off_at_the_limit_does_not_count() {
        let head = "User-agent: *\n";
        let filling = "#".repeat(BYTES_MAX - head.len() - 1 - "Disallow: /a".len());
        let text = format!("{head}{filling}\nDisallow: /a/b\n");
        assert_eq!(text.as_bytes()[BYTES_MAX - 1], b'a');
        assert_eq!(line(&text, "/a"), 0);
        assert_eq!(line(&text, "/a/b"), 0);
    }

    #[test]
    fn no_pattern_takes_long() {
        let pattern = format!("User-agent: *\nDisallow: /{}b$", "*a".repeat(2_000));
        assert_eq!(line(&pattern, &format!("/{}", "a".repeat(4_000))), 0);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300),
            path in "/[*$%a-c0-9/α]{0,20}",
        ) {
            if let Ok(rules) = Rules::read(&bytes, "anafora") {
                rules.against(&path);
            }
        }

        #[test]
        fn a_path_without_signs_matches_itself_and_what_goes_on_from_it(path in "/[a-z0-9%/._-]{0,20}", more in "[a-z]{0,5}") {
            let text = format!("User-agent: *\nDisallow: {path}");
            proptest::prop_assert_eq!(line(&text, &path), 2);
            if !path.contains('%') {
                proptest::prop_assert_eq!(line(&text, &format!("{path}{more}")), 2);
            }
        }
    }
}
