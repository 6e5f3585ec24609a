//! The roles that a plan is about, and the users in them: as they are, and as they will be.

use std::collections::{BTreeMap, BTreeSet};

use usher_core::plan::{Plan, record_key};
use usher_core::value::Scalar;

use crate::report::{Detail, words};
use crate::roles::{Fact, Seen, SeenRole, SeenUser, facts};

/// The roles before and after.
pub(crate) struct Trees {
    pub(super) before: Vec<Branch>,
    pub(super) after: Vec<Branch>,
}

/// One line of a tree.
pub(crate) struct Branch {
    pub(super) depth: usize,
    pub(super) label: String,
    pub(super) is_user: bool,
    pub(super) fate: Fate,
}

/// The change of a role, or of a user's place in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    /// Only after.
    New,
    /// Only before.
    Gone,
}

impl Trees {
    /// The trees of a plan; none: it touches no role. Without `seen` roles go by their ids.
    pub(super) fn of(plan: &Plan, seen: Option<&Seen>) -> Option<Self> {
        let facts = facts(plan);
        if facts.is_empty() {
            return None;
        }
        let mut before = seen.map(Graph::of).unwrap_or_default();
        for fact in &facts {
            before.know(fact);
        }
        let mut after = before.clone();
        for fact in facts {
            after.take(fact);
        }
        Some(Self {
            before: before.branches(&after, Fate::Gone),
            after: after.branches(&before, Fate::New),
        })
    }
}

/// A role or a user, and the key of the role above it.
#[derive(Clone)]
struct Node {
    label: String,
    below: Option<String>,
}

#[derive(Clone, Default)]
struct Graph {
    roles: BTreeMap<String, Node>,
    users: BTreeMap<String, Node>,
}

impl Graph {
    fn of(seen: &Seen) -> Self {
        let key = |id: &String| record_key(&Scalar::Text(id.clone()));
        let role = |role: &SeenRole| {
            let below = role.parent_id.as_ref().map(key);
            let label = words::text(&role.name, Detail::Normal);
            (key(&role.id), Node { label, below })
        };
        let user = |user: &SeenUser| {
            let below = user.role_id.as_ref().map(key);
            let label = words::text(&user.username, Detail::Normal);
            (key(&user.id), Node { label, below })
        };
        Self {
            roles: seen.roles.iter().map(role).collect(),
            users: seen.users.iter().map(user).collect(),
        }
    }

    fn nodes(&mut self, is_role: bool) -> &mut BTreeMap<String, Node> {
        match is_role {
            true => &mut self.roles,
            false => &mut self.users,
        }
    }

    /// Adds the roles and users of a fact that were not looked up.
    fn know(&mut self, fact: &Fact) {
        for role in [&fact.before, &fact.below].into_iter().flatten() {
            if matches!(role, Scalar::Text(_)) {
                self.add(true, role, None);
            }
        }
        if !fact.is_made && matches!(fact.id, Scalar::Text(_)) {
            self.add(fact.is_role, &fact.id, fact.before.as_ref());
        }
    }

    fn add(&mut self, is_role: bool, id: &Scalar, below: Option<&Scalar>) {
        let node = || Node {
            label: words::scalar(id, Detail::Normal),
            below: below
                .filter(|below| **below != Scalar::Nothing)
                .map(record_key),
        };
        self.nodes(is_role)
            .entry(record_key(id))
            .or_insert_with(node);
    }

    /// Applies a fact.
    fn take(&mut self, fact: Fact) {
        let key = record_key(&fact.id);
        if fact.is_gone {
            self.nodes(fact.is_role).remove(&key);
            return;
        }
        let label = words::scalar(&fact.id, Detail::Normal);
        let below = None;
        let nodes = self.nodes(fact.is_role);
        let node = nodes.entry(key).or_insert(Node { label, below });
        if let Some(name) = fact.name {
            node.label = words::scalar(&name, Detail::Normal);
        }
        if let Some(below) = fact.below {
            node.below = (below != Scalar::Nothing).then(|| record_key(&below));
        }
    }

    /// The tree line by line. A node that is not in the same place in `other` has the fate `else_is`.
    fn branches(&self, other: &Self, else_is: Fate) -> Vec<Branch> {
        let mut walk = Walk {
            graph: self,
            other,
            else_is,
            branches: Vec::new(),
            walked: BTreeSet::new(),
        };
        let is_top = |node: &Node| {
            let below = node.below.as_ref();
            below.is_none_or(|below| !self.roles.contains_key(below))
        };
        for (key, node) in &self.roles {
            if is_top(node) {
                walk.role(key, node, 0);
            }
        }
        let without = self.users.iter().filter(|(_, node)| is_top(node));
        let without: Vec<(&String, &Node)> = without.collect();
        if !without.is_empty() {
            walk.branches.push(Branch {
                depth: 0,
                label: "(no role)".to_owned(),
                is_user: false,
                fate: Fate::Stays,
            });
        }
        for (key, node) in without {
            walk.user(key, node, 1);
        }
        walk.branches
    }
}

struct Walk<'a> {
    graph: &'a Graph,
    other: &'a Graph,
    else_is: Fate,
    branches: Vec<Branch>,
    walked: BTreeSet<&'a str>,
}

impl<'a> Walk<'a> {
    fn role(&mut self, key: &'a str, node: &Node, depth: usize) {
        // Salesforce allows no circles; one would be left out.
        if !self.walked.insert(key) {
            return;
        }
        self.branches.push(Branch {
            depth,
            label: node.label.clone(),
            is_user: false,
            fate: self.fate(self.other.roles.get(key), node),
        });
        let graph = self.graph;
        let is_here = |node: &Node| node.below.as_deref() == Some(key);
        for (key, node) in graph.users.iter().filter(|(_, node)| is_here(node)) {
            self.user(key, node, depth + 1);
        }
        for (key, node) in graph.roles.iter().filter(|(_, node)| is_here(node)) {
            self.role(key, node, depth + 1);
        }
    }

    fn user(&mut self, key: &str, node: &Node, depth: usize) {
        self.branches.push(Branch {
            depth,
            label: node.label.clone(),
            is_user: true,
            fate: self.fate(self.other.users.get(key), node),
        });
    }

    fn fate(&self, other: Option<&Node>, node: &Node) -> Fate {
        match other {
            Some(other) if other.below == node.below => Fate::Stays,
            _ => self.else_is,
        }
    }
}
