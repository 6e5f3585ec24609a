//! One profile in two sharing sets (docs/salesforce/sharing.md#sharing-sets).

use expect_test::expect;

use crate::testing::org;

fn set(name: &str, profile: &str, object: &str) -> String {
    format!(
        "<upsertMetadata><metadata xsi:type=\"SharingSet\"><fullName>{name}</fullName><name>{name}</name><profiles>{profile}</profiles><accessMappings><accessLevel>Read</accessLevel><object>{object}</object><objectField>Account</objectField><userField>Account</userField></accessMappings></metadata></upsertMetadata>"
    )
}

#[test]
fn a_profile_is_in_one_set_for_an_object() {
    let org = org();
    let answers: Vec<String> = [
        set("First", "Partner Community User", "Case"),
        set("First", "Partner Community User", "Case"),
        set("Second", "Customer Community User", "Case"),
        set("Second", "Partner Community User", "Opportunity"),
        set("Third", "Partner Community User", "Case"),
    ]
    .iter()
    .map(|call| {
        let answer = org.soap(call);
        let message = answer.lines().find(|line| line.starts_with("<message>"));
        message.unwrap_or("accepted").to_owned()
    })
    .collect();
    expect![[r#"
        accepted
        accepted
        accepted
        accepted
        <message>In field: profiles - Partner Community User is in the sharing set First for Case already</message>"#]].assert_eq(&answers.join("\n"));
}
