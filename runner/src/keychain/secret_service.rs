//! The keychain of a Linux desktop: the Secret Service on the session bus (GNOME Keyring, KWallet, KeePassXC).

use std::collections::HashMap;
use std::future::Future;

use secret_service::{EncryptionType, Error as ServiceError, SecretService};
use zbus::DBusError;

use crate::keychain::{Failure, Keychain, Place};

/// The Secret Service on a session bus.
pub(super) struct SecretServiceKeychain {
    /// The address of the bus; none: there is none.
    bus: Option<String>,
}

impl SecretServiceKeychain {
    pub(super) fn new(bus: Option<String>) -> Self {
        Self { bus }
    }

    /// Asks the service, on a loop of its own: whoever asks is blocked anyway.
    fn ask<T>(
        &self,
        ask: impl AsyncFnOnce(SecretService<'static>) -> Result<T, ServiceError>,
    ) -> Result<T, Failure> {
        let Some(bus) = &self.bus else {
            return Err(Failure::Missing("there is no session bus".to_owned()));
        };
        block_on(async {
            let service = connect(bus).await?;
            ask(service).await.map_err(failure)
        })?
    }
}

/// The service. What is sent to it is encrypted.
async fn connect(bus: &str) -> Result<SecretService<'static>, Failure> {
    let bus = zbus::connection::Builder::address(bus).map_err(missing)?;
    let bus = bus.build().await.map_err(missing)?;
    let service = SecretService::connect_with_existing(EncryptionType::Dh, bus).await;
    service.map_err(failure)
}

fn missing(error: zbus::Error) -> Failure {
    Failure::Missing(error.to_string())
}

fn failure(error: ServiceError) -> Failure {
    match error {
        ServiceError::Locked | ServiceError::Prompt | ServiceError::PromptDisconnected => {
            Failure::Locked
        }
        ServiceError::Unavailable => Failure::Missing(error.to_string()),
        ServiceError::NoResult => {
            Failure::Broken("it has no default keyring, or did not answer as it should".to_owned())
        }
        ServiceError::Zbus(error) if is_missing(&error) => Failure::Missing(error.to_string()),
        ServiceError::ZbusFdo(error) if is_missing(&zbus::Error::FDO(Box::new(error.clone()))) => {
            Failure::Missing(error.to_string())
        }
        error => Failure::Broken(error.to_string()),
    }
}

/// Says whether the bus has no service that keeps secrets, and cannot start one.
fn is_missing(error: &zbus::Error) -> bool {
    let name = match error {
        zbus::Error::MethodError(name, ..) => name.as_str().to_owned(),
        zbus::Error::FDO(error) => error.name().as_str().to_owned(),
        zbus::Error::InputOutput(_) | zbus::Error::InterfaceNotFound => return true,
        _ => return false,
    };
    let name = name.strip_prefix("org.freedesktop.DBus.Error.");
    name.is_some_and(|name| {
        ["ServiceUnknown", "NameHasNoOwner"].contains(&name) || name.starts_with("Spawn.")
    })
}

fn block_on<T>(ask: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Failure::Broken(error.to_string()))?;
    Ok(runtime.block_on(ask))
}

impl Place {
    /// The attributes by which the service finds the secrets of an org.
    fn attributes(&self) -> HashMap<&str, &str> {
        HashMap::from([
            ("application", "usher"),
            ("registry", self.home.as_str()),
            ("org", self.org.as_str()),
        ])
    }
}

impl Keychain for SecretServiceKeychain {
    fn read(&self, place: &Place) -> Result<Option<String>, Failure> {
        let secret = self.ask(async |service| {
            let found = service.search_items(place.attributes()).await?;
            let Some(item) = found.unlocked.first().or(found.locked.first()) else {
                return Ok(None);
            };
            if item.is_locked().await? {
                item.unlock().await?;
            }
            item.get_secret().await.map(Some)
        })?;
        let text = secret.map(String::from_utf8).transpose();
        text.map_err(|_| Failure::Broken("it holds bytes that are no text".to_owned()))
    }

    fn write(&self, place: &Place, text: &str) -> Result<(), Failure> {
        self.ask(async |service| {
            let collection = service.get_default_collection().await?;
            if collection.is_locked().await? {
                collection.unlock().await?;
            }
            let label = format!("Usher: {}", place.org);
            let (attributes, bytes) = (place.attributes(), text.as_bytes());
            let made = collection.create_item(&label, attributes, bytes, true, "application/json");
            made.await.map(|_| ())
        })
    }

    fn remove(&self, place: &Place) -> Result<(), Failure> {
        self.ask(async |service| {
            let found = service.search_items(place.attributes()).await?;
            for item in found.unlocked.iter().chain(&found.locked) {
                if item.is_locked().await? {
                    item.unlock().await?;
                }
                item.delete().await?;
            }
            Ok(())
        })
    }
}
