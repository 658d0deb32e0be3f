//! Stories about suggestions: which one is chosen, and which were there before.

use anafora::fetch::FetchError;
use anafora::profile::{FormKeys, Step, Template, TextMatch};

use crate::stage::{Ends, Story, any, capture, click, fill, open, select, wait_for};

pub(crate) fn stories() -> Vec<Story> {
    let mut stories = choices();
    stories.extend(peculiar_suggestions());
    stories.extend(peculiar_lists());
    stories.extend(failures());
    stories
}

fn equals(suggestions: &str) -> Step {
    Step::Choose { among: any(&[suggestions]), text: TextMatch::Equals(Template("{id}".into())) }
}

fn contains(suggestions: &str) -> Step {
    Step::Choose { among: any(&[suggestions]), text: TextMatch::Contains(Template("{id}".into())) }
}

fn choices() -> Vec<Story> {
    vec![
        Story {
            name: "the suggestion with exactly the text is chosen, in an overlay of its own",
            pages: &[(
                "/suggest",
                "<input id=n><p id=log></p><script>n.oninput = () => setTimeout(() => {
                  const list = document.createElement('ul');
                  list.innerHTML = '<li>AB-00011<li> AB-0001\\n <li>AB-0001';
                  [...list.children].forEach((entry, at) => entry.onclick = () => log.textContent = 'chosen ' + at);
                  document.body.append(list);
                }, 200)</script>",
            )],
            steps: vec![open("/suggest"), fill("css:#n"), equals("css:body > ul li"), capture()],
            ends: Ends::Captured("chosen 1"),
        },
        Story {
            name: "a suggestion that holds the text will do where the profile says so",
            pages: &[(
                "/holds",
                "<input id=n><p id=log></p><ul id=list></ul><script>n.oninput = () => {
                  list.innerHTML = '<li>CD-0002: other<li>AB-0001: ours';
                  list.onclick = event => log.textContent = 'chosen ' + event.target.textContent;
                }</script>",
            )],
            steps: vec![open("/holds"), fill("css:#n"), contains("css:#list li"), capture()],
            ends: Ends::Captured("chosen AB-0001: ours"),
        },
    ]
}

fn peculiar_suggestions() -> Vec<Story> {
    vec![
        Story {
            name: "a suggestion is known by what is seen of it",
            pages: &[(
                "/half-seen",
                "<input id=n><p id=log></p><ul id=list></ul><script>n.oninput = () => {
                  list.innerHTML = '<li>AB-0001<i hidden>, valid</i>';
                  list.onclick = () => log.textContent = 'chosen' }</script>",
            )],
            steps: vec![open("/half-seen"), fill("css:#n"), equals("css:#list li"), capture()],
            ends: Ends::Captured("<p id=\"log\">chosen"),
        },
        Story {
            name: "a suggestion is known by what is written before a style changes it",
            pages: &[(
                "/styled",
                "<input id=n><p id=log></p><ul id=list></ul><script>n.oninput = () => {
                  list.innerHTML = '<li style=\"text-transform: lowercase\">AB-0001';
                  list.onclick = () => log.textContent = 'chosen' }</script>",
            )],
            steps: vec![open("/styled"), fill("css:#n"), equals("css:#list li"), capture()],
            ends: Ends::Captured("<p id=\"log\">chosen"),
        },
        Story {
            name: "a suggestion that is gone when it is pressed is not clicked as well",
            pages: &[(
                "/gone-when-pressed",
                "<input id=n><p id=log></p><ul id=list></ul><script>n.oninput = () => {
                  list.innerHTML = '<li>AB-0001';
                  const choose = event => { log.textContent += ' ' + event.type; list.innerHTML = ''; };
                  list.firstChild.onmousedown = choose; list.firstChild.onclick = choose }</script>",
            )],
            steps: vec![open("/gone-when-pressed"), fill("css:#n"), equals("css:#list li"), capture()],
            ends: Ends::Captured("<p id=\"log\"> mousedown</p>"),
        },
        Story {
            name: "a list that chooses as soon as the pointer is pressed chooses once",
            pages: &[(
                "/pressed-down",
                "<input id=n><p id=log></p><ul id=list></ul><script>let chosen = 0;
                n.oninput = () => list.innerHTML = '<li>AB-0001';
                list.onmousedown = event => { list.innerHTML = ''; log.textContent = 'chosen ' + ++chosen; };
                document.onclick = () => log.textContent += ' and clicked';</script>",
            )],
            steps: vec![open("/pressed-down"), fill("css:#n"), equals("css:#list li"), capture()],
            ends: Ends::Captured("chosen 1</p>"),
        },
    ]
}

fn peculiar_lists() -> Vec<Story> {
    const LATE: &str = "<input id=n><select id=s><option>Choose</option><option>one</option></select><p id=log></p>
        <ul id=list><li>AB-0001</ul><script>
        list.onclick = event => log.textContent = 'chosen from ' + list.className;
        const ask = () => setTimeout(() => { list.className = 'this search'; list.innerHTML = '<li>AB-0001' }, 400);
        n.oninput = ask; s.onchange = ask;</script>";
    const LATE_WITH_BUTTON: &str = "<button id=go>Ask</button><input id=n><select id=s></select><p id=log></p>
        <ul id=list><li>AB-0001</ul><script>
        list.onclick = event => log.textContent = 'chosen from ' + list.className;
        go.onclick = () => setTimeout(() => { list.className = 'this search'; list.innerHTML = '<li>AB-0001' }, 400);
        </script>";
    let typed =
        Step::Fill { control: any(&["css:#n"]), with: Template("{id}".into()), keys: FormKeys::Typed };
    vec![
        Story {
            name: "what an earlier search suggested is not chosen from",
            pages: &[("/stale-list", LATE)],
            steps: vec![open("/stale-list"), fill("css:#n"), equals("css:#list li"), capture()],
            ends: Ends::Captured("chosen from this search"),
        },
        Story {
            name: "nor after real keys",
            pages: &[("/stale-typed", LATE)],
            steps: vec![open("/stale-typed"), typed, equals("css:#list li"), capture()],
            ends: Ends::Captured("chosen from this search"),
        },
        Story {
            name: "nor after another choice",
            pages: &[("/stale-select", LATE)],
            steps: vec![open("/stale-select"), select("css:#s", "one"), equals("css:#list li"), capture()],
            ends: Ends::Captured("chosen from this search"),
        },
        Story {
            name: "nor after a click",
            pages: &[("/stale-click", LATE_WITH_BUTTON)],
            steps: vec![open("/stale-click"), click("css:#go"), equals("css:#list li"), capture()],
            ends: Ends::Captured("chosen from this search"),
        },
        Story {
            name: "what a choice brings must be new",
            pages: &[(
                "/chosen-late",
                "<input id=n><p id=log>old</p><ul id=list></ul><script>
                n.oninput = () => list.innerHTML = '<li>AB-0001';
                list.onclick = () => setTimeout(() => log.textContent = 'new', 300);</script>",
            )],
            steps: vec![
                open("/chosen-late"),
                fill("css:#n"),
                equals("css:#list li"),
                wait_for("css:#log"),
                capture(),
            ],
            ends: Ends::Captured("<p id=\"log\">new"),
        },
    ]
}

fn failures() -> Vec<Story> {
    vec![
        Story {
            name: "an option that a list does not have is answered with those that it has",
            pages: &[("/options", "<select id=s><option>Tenders<option value=c>  Contracts </select>")],
            steps: vec![open("/options"), select("css:#s", "Decisions")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 2 (select): none of `css:#s = Decisions` within 6s: its options are `Tenders`, `Contracts`"),
            ),
        },
        Story {
            name: "where no list is, no options are named",
            pages: &[("/no-options", "<input id=s>")],
            steps: vec![open("/no-options"), select("css:#s", "Decisions")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what.ends_with("within 6s: there is no list at `css:#s`")),
            ),
        },
        Story {
            name: "other suggestions alone are a changed layout that says how many there were",
            pages: &[(
                "/others",
                "<input id=n><ul id=list><li>AB-0001</ul><script>n.oninput = () =>
                  list.innerHTML = '<li>AB-00011<li>AB-0002<li hidden>AB-0001'</script>",
            )],
            steps: vec![open("/others"), fill("css:#n"), equals("css:#list li")],
            ends: Ends::FailedOn(
                "AB-0002",
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 3 (choose): none of 2 suggestions of `css:#list li` is `AB-0001`"),
            ),
        },
        Story {
            name: "no suggestion at all is a changed layout that names the selector",
            pages: &[("/none-suggested", "<input id=n><ul id=list><li>AB-0001</ul>")],
            steps: vec![open("/none-suggested"), fill("css:#n"), contains("css:#list li")],
            ends: Ends::Failed(
                |error| matches!(error, FetchError::LayoutChanged { what } if what == "step 3 (choose): none of `css:#list li` within 6s"),
            ),
        },
    ]
}
