//! Settings: compared field by field, set in one request.

use std::collections::BTreeMap;

use usher_core::known::Known;
use usher_core::operation::ConfigureSettings;
use usher_core::read::Record;
use usher_core::value::Scalar;

use crate::client::OrgError;
use crate::conduct::Conductor;
use crate::conduct::standing::{Standing, Values};

impl Conductor<'_> {
    /// Compares what a configuration sets with what the org holds now.
    pub(in crate::conduct) async fn configuration_standing(
        &self,
        planned: Option<&Record>,
        configuration: &ConfigureSettings,
    ) -> Result<Standing, OrgError> {
        let ConfigureSettings { settings, fields } = configuration;
        let present = self.org.read_settings(settings).await?;
        self.compared(planned, fields, &present, same_setting)
    }

    /// Sets the fields.
    pub(in crate::conduct) async fn configure(
        &self,
        configuration: &ConfigureSettings,
    ) -> Result<Values, OrgError> {
        let fields = Known(&self.state.bindings).object(&configuration.fields)?;
        self.org
            .update_settings(&configuration.settings, &fields)
            .await?;
        Ok(BTreeMap::new())
    }
}

/// Compares the field of settings. XML has no types: `true` is a boolean or that text, and a number is its
/// text.
pub(in crate::conduct) fn same_setting(_: &str, one: &Scalar, other: &Scalar) -> bool {
    let text = |value: &Scalar| match value {
        Scalar::Nothing => Some(String::new()),
        Scalar::Truth(truth) => Some(truth.to_string()),
        Scalar::Number(text) | Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            Some(text.clone())
        }
        Scalar::Reference(_) | Scalar::Joined(_) => None,
    };
    text(one).is_some() && text(one) == text(other)
}
