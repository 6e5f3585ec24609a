//! The roles of a plan, drawn before and after.

use expect_test::expect;

use crate::pages::facts::unescaped;
use crate::world::Product;

/// The picture as text: each role and user with its change, indented as it is drawn.
fn pictures(html: &str) -> String {
    let mut out = String::new();
    for line in html.lines() {
        if let Some(caption) = within(line, "<figcaption>", "</figcaption>") {
            out.push_str(&format!("{caption}\n"));
        }
        if let Some((attributes, label)) = within(line, "<text ", "</text>")
            .as_deref()
            .and_then(|text| text.split_once('>'))
        {
            let x = within(attributes, "x=\"", "\"").expect("a place");
            let fate = within(attributes, "class=\"", "\"").unwrap_or_default();
            let x: usize = x.parse().expect("a number");
            out.push_str(&format!("{}{label} {fate}", " ".repeat(x / 10)));
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
    }
    out
}

fn within(text: &str, before: &str, behind: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    Some(unescaped(rest.split_once(behind)?.0))
}

fn drawn(product: &Product, line: &str) -> String {
    let ran = product.run(&format!("{line} --html-into page.html"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    pictures(&std::fs::read_to_string(product.path("page.html")).expect("written"))
}

#[test]
fn a_customer_and_the_owner_of_the_account() {
    let product = Product::new();
    let planned = drawn(&product, "plan fsc/customer-user --org practice");
    expect![[r#"
        Before
         CEO
           "SVP, Customer Service & Support"
             "Customer Support, North America"
         (no role)
            nora.north@usher-practice.example gone
        After
         CEO
           "SVP, Customer Service & Support"
             "Customer Support, North America"
                 nora.north@usher-practice.example new
                Lakeside Credit Union Customer User new
                   maria.meyer@example.com.uobsty new
    "#]]
    .assert_eq(&planned);
    // A run is drawn with the roles as they were before it.
    let ran = drawn(&product, "apply fsc/customer-user --org practice --yes");
    assert_eq!(ran, planned);
    let undone = drawn(&product, "undo --yes");
    expect![[r#"
        Before
         CEO
           "SVP, Customer Service & Support"
             "Customer Support, North America"
                 nora.north@usher-practice.example gone
                Lakeside Credit Union Customer User
                   maria.meyer@example.com.uobsty
        After
         CEO
           "SVP, Customer Service & Support"
             "Customer Support, North America"
                Lakeside Credit Union Customer User
                   maria.meyer@example.com.uobsty
         (no role)
            nora.north@usher-practice.example new
    "#]]
    .assert_eq(&undone);
}

#[test]
fn an_account_that_becomes_a_partner() {
    let planned = drawn(
        &Product::new(),
        "plan partner/enable-partner-account --org practice",
    );
    expect![[r#"
        Before
         CEO
           "SVP, Sales & Marketing"
             "VP, North American Sales"
                "Director, Channel Sales"
         (no role)
            paula.porter@usher-practice.example gone
        After
         CEO
           "SVP, Sales & Marketing"
             "VP, North American Sales"
                "Director, Channel Sales"
                   paula.porter@usher-practice.example new
                  XXX Company Partner Executive new
                    XXX Company Partner Manager new
                      XXX Company Partner User new
                          xenia.xu@example.com.emsmei new
    "#]]
    .assert_eq(&planned);
}

#[test]
fn a_saved_plan_is_drawn_from_what_it_holds() {
    let product = Product::new();
    product.run("plan fsc/customer-user --org practice -o plan.json");
    expect![[r#"
        Before
         00EJca00000000AMAQ
         (no role)
            005Jca000000007IAA gone
        After
         00EJca00000000AMAQ
            005Jca000000007IAA new
           Lakeside Credit Union Customer User new
               maria.meyer@example.com.uobsty new
    "#]]
    .assert_eq(&drawn(&product, "show plan.json"));
}

#[test]
fn a_plan_without_roles_has_no_picture() {
    let planned = drawn(
        &Product::new(),
        "plan fsc/assign-permissions --org practice",
    );
    assert_eq!(planned, "");
}
