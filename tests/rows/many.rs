//! A long list in which some rows are wrong in ten ways. Corrected and given again, nothing is left.

use super::people::{contacts, product};

/// Rows, and how many of them are wrong: as many as the ways, twice.
const ROWS: usize = 200;

const SEED: u64 = 17;

/// Ways in which a row is wrong.
const WAYS: usize = 10;

const HEADER: &str = "email,last_name,account,level,floor,active,tags";

fn number(name: &str, default: u64) -> u64 {
    let said = std::env::var(name).ok();
    said.map_or(default, |said| said.parse().expect("a number"))
}

/// Returns for each row the way in which it is wrong. Three rows of a hundred are, or twenty.
fn ways(rows: usize, seed: u64) -> Vec<Option<usize>> {
    let wrong = (rows * 3 / 100 / (2 * WAYS) * 2 * WAYS).max(2 * WAYS);
    let mut ways = vec![None; rows];
    let mut state = seed;
    let mut count = 0;
    while count < wrong {
        // The numbers of Knuth's MMIX.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let place = usize::try_from(state >> 33).expect("31 bits") % rows;
        if ways[place].is_none() {
            ways[place] = Some(count % WAYS);
            count += 1;
        }
    }
    ways
}

fn good(n: usize) -> String {
    format!(
        "p{n}@example.com,Person {n},Brightwater,Manager,{},TRUE,a;b",
        n % 30
    )
}

/// The row, wrong in that way. `pair`: the number of rows before it that are wrong in the same way.
fn bad(n: usize, way: usize, pair: usize) -> String {
    let email = format!("p{n}@example.com");
    match way {
        0 => format!(",Person {n},Brightwater,User,1,true,"),
        1 => format!("{email},,Brightwater,User,1,true,"),
        2 => format!("{email},Person {n},Brightwater,Manger,1,true,"),
        3 => format!("{email},Person {n},Brightwater,User,1.5,true,"),
        4 => format!("{email},Person {n},Brightwater,User,1,yes,"),
        5 => format!("{email},Person {n},Brightwater,User,1,true,a;;b"),
        6 => format!("{email},Person, {n},Brightwater,User,1,true,"),
        7 => format!(
            "twin{}@example.com,Person {n},Brightwater,User,1,true,",
            pair / 2
        ),
        8 => format!("{email},Person {n},Nowhere {n},User,1,true,"),
        _ => format!("{email},Person {n},Twin,User,1,true,"),
    }
}

/// The number of rows with that outcome.
fn with(results: &str, outcome: &str) -> usize {
    let is_so = |line: &&str| line.split(',').any(|cell| cell == outcome);
    results.lines().filter(is_so).count()
}

#[test]
fn wrong_rows_are_corrected_in_the_results_and_given_again() {
    let rows = usize::try_from(number("USHER_ROWS", ROWS as u64)).expect("a count");
    let ways = ways(rows, number("USHER_ROWS_SEED", SEED));
    let wrong = ways.iter().flatten().count();
    let mut seen = [0; WAYS];
    let mut file = format!("{HEADER}\n");
    for (n, way) in ways.iter().enumerate() {
        let row = way.map(|way| {
            seen[way] += 1;
            bad(n, way, seen[way] - 1)
        });
        file += &format!("{}\n", row.unwrap_or_else(|| good(n)));
    }
    let product = product();
    product.write("people.csv", file);
    let before = contacts(&product);

    let apply = "apply people.toml --org practice --yes --rows";
    let ran = product.run(&format!("{apply} people.csv --results refused.csv"));
    assert_eq!(ran.exit, 10, "{}", ran.err);
    assert_eq!(contacts(&product), before);
    let refused = product.read("refused.csv");
    assert_eq!(with(&refused, "left-out"), wrong);
    assert_eq!(with(&refused, "not-begun"), rows - wrong);

    let ran = product.run(&format!(
        "{apply} people.csv --continue-on-error --results first.csv"
    ));
    assert_eq!(ran.exit, 10, "{}", ran.err);
    assert_eq!(contacts(&product), before + rows - wrong);
    let first = product.read("first.csv");
    assert_eq!(with(&first, "left-out"), wrong);
    assert_eq!(with(&first, "done"), rows - wrong);

    let mut lines = first.lines();
    let mut corrected = format!("{}\n", lines.next().expect("a header"));
    for (n, (line, way)) in lines.zip(&ways).enumerate() {
        corrected += &match way {
            // The cells of results stay empty.
            Some(_) => format!("{},,,,,\n", good(n)),
            None => format!("{line}\n"),
        };
    }
    product.write("corrected.csv", corrected);
    let ran = product.run(&format!("{apply} corrected.csv --results second.csv"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(contacts(&product), before + rows);
    let second = product.read("second.csv");
    assert_eq!(with(&second, "done"), wrong);
    assert_eq!(with(&second, "as-wanted"), rows - wrong);

    let ran = product.run("check people.toml --org practice --rows second.csv --results third.csv");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(with(&product.read("third.csv"), "as-wanted"), rows);
}
