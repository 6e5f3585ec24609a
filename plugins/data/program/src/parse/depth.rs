//! The number of levels of an expression.

use crate::expression::Expression;
use crate::tokens::NotSupported;

/// Levels of an expression. The interpreter works recursively, and reads at most 128 levels of JSON.
const DEPTH_MAX: usize = 40;

/// Refuses an expression with too many levels.
pub(super) fn shallow(expression: &Expression) -> Result<(), NotSupported> {
    within(expression, DEPTH_MAX)
}

/// Refuses an expression with more than `left` levels.
fn within(expression: &Expression, left: usize) -> Result<(), NotSupported> {
    let Some(left) = left.checked_sub(1) else {
        return Err(NotSupported(format!("more than {DEPTH_MAX} levels")));
    };
    match expression {
        Expression::Value(_) | Expression::Path(_) => Ok(()),
        Expression::List(items) => items.iter().try_for_each(|item| within(item, left)),
        Expression::Unary(_, inner) => within(inner, left),
        Expression::Binary(_, a, b) | Expression::Item(a, b) => {
            within(a, left)?;
            within(b, left)
        }
        Expression::If(condition, yes, no) => {
            within(condition, left)?;
            within(yes, left)?;
            no.as_ref().map_or(Ok(()), |no| within(no, left))
        }
        Expression::Part(list, from, to) => {
            within(list, left)?;
            let mut ends = [from, to].into_iter().flatten();
            ends.try_for_each(|end| within(end, left))
        }
        Expression::Filter(value, _, arguments) => {
            within(value, left)?;
            arguments
                .iter()
                .try_for_each(|argument| within(argument, left))
        }
    }
}
