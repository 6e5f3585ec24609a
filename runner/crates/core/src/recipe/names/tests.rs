use super::{RecipeName, to_kebab, to_snake};
use usher_contract::name::{is_api, is_kebab, is_snake};

#[test]
fn names_are_written_one_way() {
    for name in ["a", "user", "owner_role", "level_2"] {
        assert!(is_snake(name), "{name}");
    }
    for name in [
        "",
        "_a",
        "a_",
        "a__b",
        "2a",
        "A",
        "a-b",
        "é",
        &"a".repeat(65),
    ] {
        assert!(!is_snake(name), "{name}");
    }
    for name in ["a", "assign-role", "2fa", "fsc"] {
        assert!(is_kebab(name), "{name}");
    }
    for name in ["", "-", "a-", "a--b", "A", "a_b", "a/b", &"a".repeat(65)] {
        assert!(!is_kebab(name), "{name}");
    }
    assert!(is_api("FinServ__Thing__c") && !is_api("0x") && !is_api("A B"));
    assert_eq!(to_snake("Owner Role").as_deref(), Some("owner_role"));
    assert_eq!(to_kebab("Assign_Role").as_deref(), Some("assign-role"));
    assert_eq!(to_snake("éé"), None);
}

#[test]
fn a_recipe_is_named_by_pack_and_recipe() {
    let name = RecipeName::parse("fsc/assign-permissions").expect("a name");
    assert_eq!(name.to_string(), "fsc/assign-permissions");
    for text in [
        "",
        "fsc",
        "fsc/",
        "/x",
        "fsc/a/b",
        "FSC/x",
        "../x",
        "fsc/x.toml",
        "fsc/a_b",
    ] {
        let error = RecipeName::parse(text).expect_err("refused");
        assert!(
            error
                .to_string()
                .starts_with(&format!("`{text}` is not a valid recipe name"))
        );
    }
}
