//! Everything that is made once: the engine, the cache, the pool for calls. Loading turns bytes into a plugin that has
//! described itself.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

use usher_code::limit::COMPILED_WELL_BYTES_MAX;
use usher_contract::text;

use crate::ahead::Ahead;
use crate::bindings::StepPre;
use crate::cache::{self, Cache};
use crate::compiler::{Compiler, NotCompiled};
use crate::contract;
use crate::engine;
use crate::error::{HostError, Ident, PluginError};
use crate::inspect::{self, Inspection, inspect};
use crate::limit::{self, Limits};
use crate::looked_at::LookedAt;
use crate::plugin::{self, Plugin, Prepared};
use crate::pool::Pool;
use crate::state::State;

/// Loads plugins. One is enough for a process.
#[derive(Clone)]
pub struct Host {
    inner: Arc<Inner>,
    /// The plugin whose functions are kept, by the digest of its folder.
    writing: Option<Arc<str>>,
}

struct Inner {
    engine: Engine,
    linker: Linker<State>,
    ahead: Ahead,
    cache: Option<Cache>,
    compiler: Compiler,
    compiling: Arc<Semaphore>,
    pool: Arc<Pool>,
    limits: Limits,
}

impl Host {
    /// A host that keeps compiled code in the folder `cache`, or nowhere. It compiles in this process, without limits
    /// of memory and time, so it is only for components of one's own.
    ///
    /// # Errors
    ///
    /// The machine cannot run the engine, or the folder cannot be made, made private or written to.
    pub fn new(cache: Option<PathBuf>) -> Result<Self, HostError> {
        Self::with_limits(cache, Limits::usual())
    }

    /// A host for which `program` compiles components: this program, which is a [`crate::compiler`] when it is started
    /// as one. `ahead`: the components that are compiled already.
    ///
    /// # Errors
    ///
    /// As for [`Self::new`].
    pub fn compiling_with(
        program: PathBuf,
        ahead: &'static [usher_code::Ahead],
        cache: Option<PathBuf>,
    ) -> Result<Self, HostError> {
        Self::made(Compiler::Program(program), ahead, cache, Limits::usual())
    }

    pub(crate) fn with_limits(cache: Option<PathBuf>, limits: Limits) -> Result<Self, HostError> {
        Self::made(Compiler::Here, &[], cache, limits)
    }

    fn made(
        compiler: Compiler,
        ahead: &'static [usher_code::Ahead],
        cache: Option<PathBuf>,
        limits: Limits,
    ) -> Result<Self, HostError> {
        let failed = |error: wasmtime::Error| HostError::Engine(format!("{error:#}"));
        let engine = Engine::new(&usher_code::running()).map_err(failed)?;
        let linker = engine::linker(&engine).map_err(failed)?;
        let cache = cache
            .map(|path| {
                Cache::open(path.clone(), &engine)
                    .map_err(|source| HostError::Cache { path, source })
            })
            .transpose()?;
        engine::start_clock(&engine).map_err(|error| HostError::Engine(error.to_string()))?;
        Ok(Self {
            writing: None,
            inner: Arc::new(Inner {
                engine,
                linker,
                ahead: Ahead::of(ahead),
                cache,
                compiler,
                compiling: Arc::new(Semaphore::new(limit::COMPILING_MAX)),
                pool: Arc::new(Pool::of(limits.pool)),
                limits,
            }),
        })
    }

    /// The same host for the plugin that somebody is writing in `folder`: after a change only the functions that differ
    /// are compiled again.
    #[must_use]
    pub fn writing(&self, folder: &Path) -> Self {
        let folder = inspect::digest_of(folder.as_os_str().as_encoded_bytes());
        Self {
            inner: Arc::clone(&self.inner),
            writing: Some(folder.into()),
        }
    }

    /// Makes a plugin of a component: inspects it, compiles it or takes it from the cache, and lets it describe itself.
    ///
    /// # Errors
    ///
    /// The bytes are not a plugin, are one for another contract, or one that asks for more than plugins get.
    pub async fn load(&self, bytes: Arc<[u8]>) -> Result<Plugin, PluginError> {
        self.loaded(move || LookedAt::of(bytes)).await
    }

    /// The same of a component that was looked at.
    ///
    /// # Errors
    ///
    /// As for [`Self::load`].
    pub async fn load_looked_at(&self, component: LookedAt) -> Result<Plugin, PluginError> {
        self.loaded(|| Ok(component)).await
    }

    async fn loaded(
        &self,
        component: impl FnOnce() -> Result<LookedAt, PluginError> + Send + 'static,
    ) -> Result<Plugin, PluginError> {
        let turn = Arc::clone(&self.inner.compiling).acquire_owned().await;
        let inner = Arc::clone(&self.inner);
        let writing = self.writing.clone();
        let prepared = tokio::task::spawn_blocking(move || {
            // The work itself holds the turn: compiling goes on even if the caller does not wait any longer.
            let _turn = turn;
            inner.prepare(component()?, writing.as_deref())
        });
        // The compiler is large, and the bytes may come from anybody. If it panics, this plugin cannot be used.
        let prepared = prepared.await.map_err(|broken| PluginError::Compiler {
            reason: text::shown(&broken.to_string()),
        })?;
        plugin::described(prepared?, &self.inner.pool, self.inner.limits.clone()).await
    }

    /// Asks a component that has no manifest yet what it is: calls its `describe`, without an org.
    ///
    /// # Errors
    ///
    /// As for [`Self::load`].
    pub async fn describe(&self, bytes: Arc<[u8]>) -> Result<String, PluginError> {
        let turn = Arc::clone(&self.inner.compiling).acquire_owned().await;
        let inner = Arc::clone(&self.inner);
        let writing = self.writing.clone();
        let ready = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            inner.without_manifest(&bytes, writing.as_deref())
        });
        let ready = ready.await.map_err(|broken| PluginError::Compiler {
            reason: text::shown(&broken.to_string()),
        })?;
        plugin::said(&ready?, &Ident::nameless(), &self.inner.limits).await
    }
}

#[cfg(test)]
impl Host {
    /// The same host, whose contract gives one function more in the interface `org`.
    pub(crate) fn grown(&self, function: &str) -> Self {
        let mut linker = self.inner.linker.clone();
        let mut org = linker
            .instance("usher:step/org@1.0.0-rc")
            .expect("it is there");
        org.func_wrap(function, |_, (): ()| Ok(()))
            .expect("it is new");
        Self {
            writing: None,
            inner: Arc::new(Inner {
                engine: self.inner.engine.clone(),
                linker,
                ahead: Ahead::of(&[]),
                cache: None,
                compiler: Compiler::Here,
                compiling: Arc::clone(&self.inner.compiling),
                pool: Arc::clone(&self.inner.pool),
                limits: self.inner.limits.clone(),
            }),
        }
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

impl Inner {
    fn prepare(&self, component: LookedAt, writing: Option<&str>) -> Result<Prepared, PluginError> {
        let plugin = Ident::of(component.manifest());
        Ok(Prepared {
            // Known only behind this line, which takes the code that was made ahead.
            pre: self.ready(component.bytes(), component.digest(), &plugin, writing)?,
            is_ahead: self.ahead.has(component.digest()),
            component,
        })
    }

    /// The same of a component that has no manifest yet.
    fn without_manifest(
        &self,
        bytes: &[u8],
        writing: Option<&str>,
    ) -> Result<StepPre<State>, PluginError> {
        let Inspection {
            digest, problems, ..
        } = inspect(bytes)?;
        let mut problems = problems.into_iter();
        if let Some(problem) = problems.find(|problem| *problem != PluginError::NoManifest) {
            return Err(problem);
        }
        self.ready(bytes, &digest, &Ident::nameless(), writing)
    }

    /// Compiles a component and links it.
    fn ready(
        &self,
        bytes: &[u8],
        digest: &str,
        plugin: &Ident,
        writing: Option<&str>,
    ) -> Result<StepPre<State>, PluginError> {
        let component = self.compiled(bytes, digest, plugin, writing)?;
        let unfit = |error: wasmtime::Error| PluginError::Unfit {
            plugin: plugin.clone(),
            reason: text::shown(&format!("{error:#}")),
        };
        let pre = self.linker.instantiate_pre(&component);
        let pre = pre.map_err(|error| {
            let lacking = contract::lacking(&component, &self.engine);
            match lacking.is_empty() {
                true => unfit(error),
                false => PluginError::NewerContract {
                    plugin: plugin.clone(),
                    lacking,
                },
            }
        })?;
        StepPre::new(pre).map_err(unfit)
    }

    fn compiled(
        &self,
        bytes: &[u8],
        digest: &str,
        plugin: &Ident,
        writing: Option<&str>,
    ) -> Result<Component, PluginError> {
        if let Some(component) = self.ahead.get(&self.engine, digest) {
            return Ok(component);
        }
        let cached = self.cache.as_ref();
        if let Some(component) = cached.and_then(|cache| cache.get(&self.engine, digest)) {
            return Ok(component);
        }
        let kept = writing
            .zip(cached)
            .filter(|_| bytes.len() <= COMPILED_WELL_BYTES_MAX);
        let before = kept.map(|(of, cache)| cache.functions(of));
        let mut compiled = self.compiler.compile(bytes, before.as_deref());
        if let (Err(NotCompiled::Failed(_)), Some(1..)) = (&compiled, before.as_ref().map(Vec::len))
        {
            // A compiler that cannot work with what was kept still works without.
            compiled = self.compiler.compile(bytes, Some(&[]));
        }
        let compiled = compiled.map_err(|why| match why {
            NotCompiled::Invalid(reason) => PluginError::Invalid {
                plugin: plugin.clone(),
                reason: text::shown(&reason),
            },
            NotCompiled::TooCostly => PluginError::TooCostly {
                plugin: plugin.clone(),
                seconds: limit::compile_cpu_seconds(bytes.len()),
            },
            NotCompiled::Failed(reason) => PluginError::Compiler {
                reason: text::shown(&reason),
            },
        })?;
        let component = cache::trusted(&self.engine, &compiled.code);
        let component = component.map_err(|error| PluginError::Compiler {
            reason: text::shown(&format!("{error:#}")),
        })?;
        if let Some(cache) = cached {
            cache.put(digest, &compiled.code);
        }
        if let Some((of, cache)) = kept {
            cache.put_functions(of, &compiled.functions);
        }
        Ok(component)
    }
}
