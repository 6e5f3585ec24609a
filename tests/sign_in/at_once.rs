//! Two processes of one home that change the sign-in to an org at once.

use serde_json::json;

use super::{PLAN, SignIn};

#[test]
fn two_that_renew_at_once_both_stay_signed_in() {
    let mut sign_in = SignIn::new(json!({ "rotate_refresh_tokens": true }));
    let line = sign_in.web("uat");
    let said = sign_in.in_browser(&line);
    assert!(said.starts_with("exit 0"), "{said}");
    for _ in 0..3 {
        sign_in.end_sessions(false);
        let others: Vec<_> = (0..2)
            .map(|_| {
                let other = sign_in.product.beside();
                std::thread::spawn(move || other.run("org show uat"))
            })
            .collect();
        for other in others {
            let ran = other.join().expect("no panic");
            assert_eq!(ran.exit, 0, "{}", ran.text());
        }
    }
    let planned = sign_in.product.run(&format!("{PLAN} --org uat"));
    assert_eq!(planned.exit, 0, "{}", planned.text());
}
