//! The port through which a plugin's reads leave the host: what stands behind it knows the view, the
//! merging and the org. It is asked only what the plugin's manifest declares.

use std::future::Future;
use std::pin::Pin;

use serde_json::Value;

use usher_core::operation::{ComponentName, Condition, Field, Lookup, ResourcePath};
use usher_core::read::{ReadError, Record};

/// A future behind a pointer, so that the port can be a trait object.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The answer to one read.
pub type Answer<T> = Result<T, ReadError>;

/// Reading the org, as the contract's interface `org` describes it.
///
/// Objects, fields, settings and metadata types are declared in the manifest, well-formed as names,
/// and every reference was handed to the same call.
pub trait Org: Send + Sync {
    /// One answer for each lookup, in their order.
    fn find_all(&self, lookups: Vec<Lookup>) -> Boxed<'_, Vec<Answer<Vec<Record>>>>;
    fn count(&self, object: String, conditions: Vec<Condition>) -> Boxed<'_, Answer<u64>>;
    fn query(&self, soql: String, binds: Vec<Field>) -> Boxed<'_, Answer<Vec<Record>>>;
    fn describe_object(&self, object: String, fields: Vec<String>) -> Boxed<'_, Answer<Value>>;
    fn get_settings(&self, name: String) -> Boxed<'_, Answer<Value>>;
    fn list_components(&self, kind: String) -> Boxed<'_, Answer<Value>>;
    /// JSON null when there is none.
    fn read_component(
        &self,
        name: ComponentName,
        companions: Vec<ComponentName>,
    ) -> Boxed<'_, Answer<Value>>;
    fn get(&self, path: ResourcePath) -> Boxed<'_, Answer<Value>>;
}
