//! Reads of metadata components, answered through the view; the real ones are read once per planning.

use serde_json::Value;
use usher_core::component::Content;
use usher_core::operation::ComponentName;
use usher_core::read::{ReadError, Record};
use usher_core::value::Scalar;
use usher_core::view::View;

use crate::reads::asked::Other;
use crate::reads::today::Today;
use crate::reads::{Reader, Trace};

impl Reader {
    /// The components of a kind that there will be.
    ///
    /// # Errors
    ///
    /// As [`ReadError`]; pending when that is not known yet.
    pub async fn components(&self, kind: &str) -> Result<Vec<Record>, ReadError> {
        let asked = Other::Listed(kind.to_owned());
        let real = self.other(asked, |today| today.listed.known(kind)).await;
        self.own().notes.components(kind, &real);
        self.through_today(real, |view, real| view.components(kind, real))
    }

    /// Returns the content that a component will have; none when it will not exist.
    ///
    /// # Errors
    ///
    /// As [`ReadError`]; pending when that is not known yet.
    pub async fn component(&self, name: &ComponentName) -> Result<Option<Content>, ReadError> {
        let real = match &name.full_name {
            Scalar::Text(full_name) => self.real_component(&name.kind, full_name).await?,
            // Only a planned component can have a name that is not known yet.
            _ => None,
        };
        let note = |trace: &mut Trace, view: &View| trace.component(&name.kind, view);
        self.through(note, |view| view.component(name, real))
    }

    async fn real_component(
        &self,
        kind: &str,
        full_name: &str,
    ) -> Result<Option<Content>, ReadError> {
        let key = (kind.to_owned(), full_name.to_owned());
        let asked = Other::Component(kind.to_owned(), full_name.to_owned());
        let known = |today: &Today| today.components.known(&key);
        let real = self.other(asked, known).await;
        self.own().notes.components(kind, &real);
        self.through_today(real, |_, real| Ok(real))
    }

    pub(super) async fn listed(&self, kind: &str) -> Result<Value, ReadError> {
        let listed = self.components(kind).await?;
        Ok(listed.into_iter().map(Value::Object).collect())
    }

    /// Returns JSON null when it does not exist. The parts that belong to companions are there anyway: a component is
    /// read whole.
    pub(super) async fn read(&self, name: &ComponentName) -> Result<Value, ReadError> {
        let content = self.component(name).await?;
        Ok(content.map_or(Value::Null, Value::Object))
    }
}
