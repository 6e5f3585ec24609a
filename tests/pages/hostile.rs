//! Hostile texts of recipes and inputs in Markdown and HTML: they stay text.

use crate::pages::facts::unescaped;
use crate::world::Product;

/// Texts that would be something else than text outside of code, or outside of escapes.
pub(crate) const HOSTILE: &[&str] = &[
    "# heading",
    "| a | b |",
    "[link](javascript:alert(1))",
    "![image](http://evil.example/x.png)",
    "@everyone @octocat",
    "<img src=x onerror=alert(1)>",
    "</details></summary><script>alert(1)</script>",
    "```",
    "````` fence",
    "`",
    "``",
    "a`b``c",
    "https://evil.example #1 GH-1",
    "~~~",
    "&lt;b&gt; &amp;",
    "<!-- -->",
    "- [ ] task",
    "\\`",
    "\" onload=\"alert(1)",
    "</style></title></svg>",
    "<meta http-equiv=refresh content=0;url=http://evil.example>",
    "{{7*7}} ${7*7}",
];

/// A recipe of one manual step, in which every text is hostile.
fn recipe() -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let lines: Vec<String> = HOSTILE
        .iter()
        .map(|text| quoted(&text.replace("{{", "{ {").replace("${", "$ {")))
        .collect();
    format!(
        "title = {}\n\n[[steps]]\nid = \"hand\"\n\n[steps.manual]\ntitle = {}\ntext = [{}]\n",
        quoted("`<b>@octocat</b>` # [x](y)"),
        quoted("```\\n# title <i>"),
        lines.join(", "),
    )
}

/// The text outside of code, as CommonMark finds code: blocks by their fences, spans by their runs of backticks.
pub(crate) fn outside_of_code(markdown: &str) -> String {
    let mut out = String::new();
    let mut fence: Option<usize> = None;
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) => {
                if ticks >= open && line.trim_matches('`').trim().is_empty() {
                    fence = None;
                }
            }
            None if ticks >= 3 && !line[ticks..].contains('`') => fence = Some(ticks),
            None => {
                out.push_str(&without_spans(line));
                out.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "a block of code has no end: {markdown}");
    out
}

fn without_spans(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let run = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let behind = &rest[at + run..];
        let mut from = 0;
        let end = loop {
            let Some(next) = behind[from..].find('`').map(|next| next + from) else {
                panic!("a span of code has no end: {line}");
            };
            let ticks = behind[next..].len() - behind[next..].trim_start_matches('`').len();
            if ticks == run {
                break next + run;
            }
            from = next + ticks;
        };
        rest = &behind[end..];
    }
    out + rest
}

#[test]
fn nothing_gets_out_of_markdown_or_html() {
    let product = Product::new();
    product.write("hostile.toml", recipe());
    let ran =
        product.run("plan ./hostile.toml --org practice --markdown-into p.md --html-into p.html");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let markdown = std::fs::read_to_string(product.path("p.md")).expect("written");
    let outside = outside_of_code(&markdown);
    // The rest is Usher's own.
    let own: Vec<&str> = outside
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    expect_test::expect![[r#"
        ### Usher: Plan of 
        - ****
        - recipe 
        - org 
        #### 
        - 
        <details><summary>Details</summary>
        </details>"#]]
    .assert_eq(&own.join("\n"));
    let html = std::fs::read_to_string(product.path("p.html")).expect("written");
    let mut tags: Vec<&str> = html
        .split('<')
        .skip(1)
        .map(|tag| tag.split(['>', ' ']).next().unwrap_or_default())
        .collect();
    tags.sort_unstable();
    tags.dedup();
    expect_test::expect!["!doctype /body /div /h1 /h2 /head /html /main /p /section /style /title body div h1 h2 head html main meta p section style title"].assert_eq(&tags.join(" "));
    let text = unescaped(&html);
    for hostile in HOSTILE.iter().filter(|text| !text.contains("{{")) {
        assert!(text.contains(hostile), "{hostile}");
    }
}

#[test]
fn the_policy_of_the_page_forbids_everything_but_its_style() {
    let product = Product::new();
    let ran = product.run("plan fsc/customer-user --org practice --html-into p.html");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let html = std::fs::read_to_string(product.path("p.html")).expect("written");
    let policy = html
        .lines()
        .find(|line| line.contains("Content-Security-Policy"));
    expect_test::expect![[r#"<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-gAnMzYAyxrTr6ixybmiKy4z//gfOSVce2sb7myHhp5A=&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>Usher: Give a customer access to Financial Services Cloud in Experience Cloud</title>"#]].assert_eq(policy.expect("a policy"));
    for attribute in [" style=", " onload=", " onclick=", " src=", " href="] {
        assert!(!html.contains(attribute), "{attribute}");
    }
}

#[test]
fn markdown_of_a_large_plan_is_cut_below_the_limit() {
    let product = Product::new();
    let mut recipe = String::from("title = \"Large\"\n");
    for step in 0..400 {
        let line = "x".repeat(300);
        recipe.push_str(&format!(
            "\n[[steps]]\nid = \"hand_{step}\"\n\n[steps.manual]\ntitle = \"Do {step}\"\ntext = [\"{line}\"]\n"
        ));
    }
    product.write("large.toml", recipe);
    let ran = product.run("plan ./large.toml --org practice --markdown-into p.md");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let markdown = std::fs::read_to_string(product.path("p.md")).expect("written");
    assert!(markdown.chars().count() < 60_000);
    let told: Vec<&str> = markdown
        .lines()
        .filter(|line| line.contains("left out"))
        .collect();
    expect_test::expect![[r#"
        *The details of 1 step are left out: the text would be too long.*
        **285 steps with 0 changes are left out: the text would be too long.**"#]]
    .assert_eq(&told.join("\n"));
}
