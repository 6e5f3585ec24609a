//! Chooses the cases to try: those that `USHER_SWEEP` names, or a sample.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::sweep::case::{Case, Phase};
use crate::sweep::fault::REQUESTS;
use crate::sweep::hurt::{CLASSES, Class, Hurt};
use crate::sweep::stage::Stage;

/// The cases to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The worst, and some of each class.
    Sample,
    /// All of these classes: `all`, `class http`.
    All(Vec<Class>),
    /// All of one recipe: `all of fsc/customer-user`, `class http of fsc/customer-user`.
    Of(String, Vec<Class>),
    /// One case.
    One(Case),
}

impl Choice {
    /// Reads the text: `all`, `all of <recipe>`, `class <name>`, `class <name> of <recipe>`, a case, or nothing.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let class = |name: &str| {
            let class = Class::named(name).ok_or_else(|| format!("there is no class `{name}`"));
            class.map(|class| vec![class])
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words.as_slice() {
            [] => Self::Sample,
            ["all"] => Self::All(CLASSES.to_vec()),
            ["all", "of", recipe] => Self::Of((*recipe).to_owned(), CLASSES.to_vec()),
            ["class", name] => Self::All(class(name)?),
            ["class", name, "of", recipe] => Self::Of((*recipe).to_owned(), class(name)?),
            _ => Self::One(text.parse()?),
        })
    }

    /// The one recipe of the choice.
    pub(crate) fn recipe(&self) -> Option<&str> {
        match self {
            Self::One(case) => Some(&case.recipe),
            Self::Of(recipe, _) => Some(recipe),
            Self::Sample | Self::All(_) => None,
        }
    }

    /// The cases. `seed` draws a sample.
    pub(crate) fn cases(&self, stages: &[Stage], seed: &str) -> Vec<Case> {
        match self {
            Self::One(case) => vec![case.clone()],
            Self::All(classes) | Self::Of(_, classes) => all(stages, classes),
            Self::Sample => {
                let mut cases = worst(stages);
                cases.extend(sample(all(stages, &CLASSES), seed));
                cases
            }
        }
    }
}

/// Returns the number of cases of a class in a sample: a class that takes long has few. With the worst, three minutes
/// on two cores that others use as well.
fn share(class: Class) -> usize {
    match class {
        Class::Requests => 36,
        Class::Answers => 48,
        Class::Events => 10,
        Class::TwoProcesses => 10,
        Class::Http => 12,
        Class::Clock => 10,
        Class::OtherUser => 4,
        Class::Rival => 24,
    }
}

/// Every point, and one after the last, at which a run must end unhurt.
fn all(stages: &[Stage], classes: &[Class]) -> Vec<Case> {
    let mut cases = Vec::new();
    for stage in stages {
        for hurt in Hurt::all() {
            if !classes.contains(&hurt.class()) {
                continue;
            }
            for phase in [Phase::Apply, Phase::Undo] {
                if phase == Phase::Undo && !hurt.hurts_undo() {
                    continue;
                }
                let points = stage.points(phase, hurt);
                let behind = u64::from(hurt.class() != Class::Rival);
                cases.extend((1..=points + behind).map(|n| Case {
                    recipe: stage.recipe.clone(),
                    phase,
                    hurt,
                    n,
                }));
            }
        }
    }
    cases
}

/// The points at which most can go wrong: each write acts, its answer is lost, and from then on the org is not
/// reachable.
fn worst(stages: &[Stage]) -> Vec<Case> {
    let lost = REQUESTS.iter().find(|fault| fault.name == "lost-and-gone");
    let hurt = Hurt::Fault(lost.expect("it is in the list"));
    let cases = stages.iter().flat_map(|stage| {
        stage.writes().into_iter().map(move |n| Case {
            recipe: stage.recipe.clone(),
            phase: Phase::Apply,
            hurt,
            n,
        })
    });
    cases.collect()
}

/// Some of the cases: of each class its share, of each hurt in it as many, else as the seed draws.
fn sample(mut cases: Vec<Case>, seed: &str) -> Vec<Case> {
    cases.sort_by_key(|case| Sha256::digest(format!("{seed} {case}")));
    let mut seen: BTreeMap<(Phase, Hurt), usize> = BTreeMap::new();
    let mut ranked: Vec<(usize, Case)> = Vec::new();
    for case in cases {
        let rank = seen.entry((case.phase, case.hurt)).or_insert(0);
        *rank += 1;
        ranked.push((*rank, case));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut left: BTreeMap<Class, usize> = BTreeMap::new();
    let drawn = ranked.into_iter().filter(|(_, case)| {
        let class = case.hurt.class();
        let left = left.entry(class).or_insert_with(|| share(class));
        let takes = *left > 0;
        *left = left.saturating_sub(1);
        takes
    });
    drawn.map(|(_, case)| case).collect()
}

#[test]
fn every_case_can_be_named_again() {
    let mut names = std::collections::BTreeSet::new();
    for hurt in Hurt::all() {
        let case = Case {
            recipe: "fsc/customer-user".to_owned(),
            phase: Phase::Undo,
            hurt,
            n: 7,
        };
        assert_eq!(case.to_string().parse(), Ok(case), "{hurt}");
        assert!(names.insert(hurt.to_string()), "{hurt} is there twice");
    }
}

#[test]
fn what_is_to_be_tried_is_said_in_words() {
    let recipe = || "fsc/customer-user".to_owned();
    let read = |text: &str| Choice::read(text);
    assert_eq!(read(""), Ok(Choice::Sample));
    assert_eq!(read("all"), Ok(Choice::All(CLASSES.to_vec())));
    let all_of = Choice::Of(recipe(), CLASSES.to_vec());
    assert_eq!(read("all of fsc/customer-user"), Ok(all_of));
    assert_eq!(read("class http"), Ok(Choice::All(vec![Class::Http])));
    let of = Choice::Of(recipe(), vec![Class::Rival]);
    assert_eq!(read("class rival of fsc/customer-user"), Ok(of));
    let unknown = Err("there is no class `htp`".to_owned());
    assert_eq!(read("class htp"), unknown);
    let unknown = Err("there is no hurt `lose`".to_owned());
    assert_eq!(read("fsc/customer-user lose 7"), unknown);
}
