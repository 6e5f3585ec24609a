//! The question whether plugins are allowed what they ask for, in plain words.

use usher_core::grant::{Grant, in_words};
use usher_core::recipe::RecipesOf;
use usher_core::text;

use crate::page::Page;
use crate::plugins::allow::Wish;
use crate::saved;
use crate::shelf::boxed::is_in_box;

/// Lists what is asked for, plugin by plugin, and asks.
pub(super) fn page(recipes: &RecipesOf, wishes: &[Wish]) -> Page {
    let mut page = Page::default();
    let (what, name) = match recipes {
        RecipesOf::File(file) if saved::is_named(file) => ("The recipe in the plan file", file),
        RecipesOf::File(file) => ("The recipe", file),
        RecipesOf::Pack(pack) => ("The pack", pack),
    };
    let asks = "Its plugins ask to be allowed this:";
    if is_quotable(name) {
        page.line(
            0,
            format!("{what} `{name}` does not come with Usher. {asks}"),
        );
    } else {
        page.line(
            0,
            format!("{what} on the next line does not come with Usher."),
        );
        page.line(2, name);
        page.line(0, asks);
    }
    for wish in wishes {
        page.blank();
        let stamp = &wish.stamp;
        let from = match (is_in_box(&stamp.digest), is_quotable(&wish.reference)) {
            (true, _) => "which comes with Usher".to_owned(),
            (false, true) => format!("from `{}`", wish.reference),
            (false, false) => "from the file on the next line".to_owned(),
        };
        page.line(0, format!("{} {}, {from}", stamp.name, stamp.version));
        if !is_in_box(&stamp.digest) && !is_quotable(&wish.reference) {
            page.line(2, &wish.reference);
        }
        let Some(before) = &wish.before else {
            list(&wish.whole, &mut page);
            continue;
        };
        if let Some(why) = &wish.why {
            page.line(2, format!("You have allowed it before, but {why}."));
        }
        let new = wish.whole.without(before);
        let same = wish.whole.without(&new);
        let gone = before.without(&wish.whole);
        titled("New:", &new, &mut page);
        titled("As you have allowed it before:", &same, &mut page);
        titled("Not asked for any more:", &gone, &mut page);
    }
    page.blank();
    page.line(0, "Allow this? Type yes:");
    page
}

/// Says that a path can stand between backticks: it does not end them itself.
fn is_quotable(path: &str) -> bool {
    !path.contains('`')
}

fn titled(title: &str, grant: &Grant, page: &mut Page) {
    if !grant.is_empty() {
        page.line(2, title);
        list(grant, page);
    }
}

fn list(grant: &Grant, page: &mut Page) {
    for words in in_words(grant) {
        page.line(2, format!("- {}", text::sentence(&words)));
    }
}
