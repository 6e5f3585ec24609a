//! Two orgs side by side, as lines and as JSON: what is otherwise in one of them.

use serde_json::{Value, json};
use usher_core::comparison::{Comparison, Contrast, Held, Side, Uncompared, Why};
use usher_core::plan::Plan;
use usher_core::text;

use crate::page::{Page, Style};
use crate::report::table::wrapped_table;
use crate::report::words::{self, count};
use crate::report::{Detail, FORMAT, plan};

/// Two plans of one recipe, and their contrasts.
#[derive(Clone, Copy)]
pub(crate) struct Contrasts<'a> {
    pub(crate) plans: [&'a Plan; 2],
    /// The orgs by the names that the person gave them.
    pub(crate) aliases: [&'a str; 2],
    pub(crate) found: &'a Comparison,
}

impl Contrasts<'_> {
    /// As lines, in a table of so many columns; in full one below the other.
    pub(crate) fn page(&self, detail: Detail, columns: usize) -> Page {
        let mut page = Page::default();
        let plan = self.plans[0];
        let recipe = text::sentence(&plan.recipe);
        page.headed(0, Style::Bold, plan::title(plan), format!("  ({recipe})"));
        for (plan, alias) in self.plans.iter().zip(self.aliases) {
            let kind = plan::org_kind(plan.org.org_kind);
            let (alias, username) = (text::sentence(alias), text::sentence(&plan.org.username));
            page.line(
                2,
                format!("org  {alias}{kind}, as {username}: {}", standing(plan)),
            );
        }
        page.blank();
        if !self.found.contrasts.is_empty() {
            match detail {
                Detail::Full => self.blocks(&mut page),
                Detail::Normal | Detail::Undo => page.append(self.table(columns)),
            }
            page.blank();
        }
        for one in &self.found.uncompared {
            if let Why::Failed(problems) = &one.why {
                let problems = problems.iter().map(|one| words::said(one));
                let problems: Vec<String> = problems.collect();
                let (step, problems) = (&one.step, problems.join("; "));
                page.line(
                    0,
                    format!("Not comparable: `{step}` is not possible in both orgs: {problems}"),
                );
            }
        }
        for line in self.uncompared() {
            page.line(0, line);
        }
        page.line(0, self.summary());
        page
    }

    /// As the one document for programs.
    pub(crate) fn json(&self) -> Value {
        let orgs = self.plans.iter().zip(self.aliases).map(|(plan, alias)| {
            json!({
                "alias": alias,
                "id": plan.org.org_id,
                "kind": plan.org.org_kind,
                "username": plan.org.username,
                "differs": plan.differs(),
            })
        });
        let found = self.found.contrasts.iter().map(|one| {
            json!({
                "step": one.step,
                "address": one.address,
                "summary": one.summary,
                "follows": one.follows,
                "orgs": one.sides.iter().map(side_json).collect::<Vec<_>>(),
            })
        });
        json!({
            "format": FORMAT,
            "recipe": self.plans[0].recipe,
            "orgs": orgs.collect::<Vec<_>>(),
            "alike": self.found.is_alike(),
            "count": self.found.count(),
            "differences": found.collect::<Vec<_>>(),
            "not_compared": self.found.uncompared.iter().map(uncompared_json).collect::<Vec<_>>(),
        })
    }

    fn table(&self, columns: usize) -> Page {
        let rows = self.found.contrasts.iter().map(|one| {
            let sides = one
                .sides
                .iter()
                .map(|side| side_words(side, Detail::Normal));
            [one.step.clone(), what(one)]
                .into_iter()
                .chain(sides)
                .collect()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        wrapped_table(
            &["STEP", "WHAT", self.aliases[0], self.aliases[1]],
            &rows,
            columns,
        )
    }

    fn blocks(&self, page: &mut Page) {
        for one in &self.found.contrasts {
            page.line(0, format!("{}  {}", one.step, what(one)));
            for (side, alias) in one.sides.iter().zip(self.aliases) {
                let alias = text::sentence(alias);
                page.line(4, format!("{alias}: {}", side_words(side, Detail::Full)));
            }
        }
    }

    /// The steps of which nothing can be said though nothing is wrong with them, one line for each reason.
    fn uncompared(&self) -> Vec<String> {
        let of = |is_meant: fn(&Why) -> bool| {
            let meant = self.found.uncompared.iter();
            let steps = meant.filter(|one| is_meant(&one.why));
            let steps: Vec<&str> = steps.map(|one| one.step.as_str()).collect();
            (!steps.is_empty()).then(|| (steps.len(), text::list(&steps)))
        };
        let later = of(|why| matches!(why, Why::Later(_))).map(|(number, steps)| {
            let number = count(number, "step");
            format!("Not compared: {number} planned later in both: {steps}.")
        });
        let by_hand = of(|why| matches!(why, Why::ByHand)).map(|(number, steps)| {
            let number = count(number, "manual step");
            format!("Not compared: {number}, whose state only a person knows: {steps}.")
        });
        later.into_iter().chain(by_hand).collect()
    }

    fn summary(&self) -> String {
        if self.found.is_alike() {
            return "The orgs are alike in what the recipe is about.".to_owned();
        }
        if self.found.contrasts.is_empty() {
            return "What was compared is alike.".to_owned();
        }
        let own = self.found.count();
        let differences = count(own, "difference");
        match self.found.contrasts.len() - own {
            0 => format!("{differences}."),
            1 => format!("{differences}, and 1 more that follows from them."),
            more => format!("{differences}, and {more} more that follow from them."),
        }
    }
}

/// The org itself, held against the recipe.
fn standing(plan: &Plan) -> String {
    if plan.failure().is_some() {
        return "not ready for the recipe".to_owned();
    }
    let changes = plan.steps.iter().map(|step| step.plan.changes.len()).sum();
    match (plan.differs(), changes) {
        (false, _) => "as the recipe says".to_owned(),
        (true, 0) => "not as the recipe says".to_owned(),
        (true, changes) => format!("{} away from the recipe", count(changes, "change")),
    }
}

fn what(one: &Contrast) -> String {
    let what = match &one.summary {
        Some(summary) => words::said(summary),
        None => "the whole step".to_owned(),
    };
    match &one.follows {
        Some(step) => format!("follows from `{step}`: {what}"),
        None => what,
    }
}

fn side_words(side: &Side, detail: Detail) -> String {
    match side {
        Side::AsWanted => "as wanted".to_owned(),
        Side::Missing => "missing".to_owned(),
        Side::Otherwise(held) if held.is_empty() => "otherwise".to_owned(),
        Side::Otherwise(held) => {
            let held: Vec<String> = held.iter().map(|held| held_words(held, detail)).collect();
            held.join(", ")
        }
        Side::ToDo { verb } => format!("to {verb}"),
        Side::Failed(problems) => {
            let problems: Vec<String> = problems.iter().map(|one| words::said(one)).collect();
            format!("not possible: {}", problems.join("; "))
        }
        Side::Later(reason) => format!("planned later: {}", text::sentence(reason)),
        Side::Skipped(reason) => format!("skipped: {}", text::sentence(reason)),
        Side::Manual => "a person must do it".to_owned(),
    }
}

fn held_words(held: &Held, detail: Detail) -> String {
    let field = &held.field;
    let wanted = words::value(&held.wanted, detail);
    match &held.now {
        Some(now) => format!("{field}: {} -> {wanted}", words::value(now, detail)),
        None => format!("{field}: -> {wanted}"),
    }
}

fn uncompared_json(one: &Uncompared) -> Value {
    let step = &one.step;
    match &one.why {
        Why::Failed(problems) => json!({ "step": step, "state": "failed", "problems": problems }),
        Why::Later(reasons) => json!({ "step": step, "state": "deferred", "reasons": reasons }),
        Why::ByHand => json!({ "step": step, "state": "manual" }),
    }
}

fn side_json(side: &Side) -> Value {
    match side {
        Side::AsWanted => json!({ "state": "as-wanted" }),
        Side::Missing => json!({ "state": "missing" }),
        Side::Otherwise(held) => {
            let fields = held
                .iter()
                .map(|held| json!({ "field": held.field, "now": held.now, "wanted": held.wanted }));
            json!({ "state": "otherwise", "fields": fields.collect::<Vec<_>>() })
        }
        Side::ToDo { verb } => json!({ "state": "to-do", "verb": verb }),
        Side::Failed(problems) => json!({ "state": "failed", "problems": problems }),
        Side::Later(reason) => json!({ "state": "deferred", "reason": reason }),
        Side::Skipped(reason) => json!({ "state": "skipped", "reason": reason }),
        Side::Manual => json!({ "state": "manual" }),
    }
}
