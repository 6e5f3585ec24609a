//! A home, a folder and a clock for one test; command lines run in it; the practice org behind it.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde_json::Value;
use tempfile::TempDir;
use usher::{Console, Desk, Lines, Look, Person, Typed, World};
use usher_engine::journal::Journal;
use usher_engine::port::{Boxed, Clock};
use usher_engine::stop::StopFlag;
use usher_practice::{Practice, Setup};

/// 2026-11-22T10:00:00Z.
const NOW_MS: i64 = 1_795_341_600_000;

/// Everything of one test, gone with it.
pub(crate) struct Product {
    folder: Arc<TempDir>,
    variables: Vec<(String, String)>,
    clock: Arc<SleepingClock>,
    look: Look,
    person: Option<Arc<dyn Person>>,
    /// Standard input.
    input: String,
    /// Called at each look at the clock.
    at_each_look: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// The key that interrupts.
pub(crate) const CTRL_C: &str = "\u{3}";

/// The action of a person who is asked, and then types.
pub(crate) type Answer = Box<dyn FnOnce() -> &'static str + Send>;

/// A person who answers one question after the other.
struct Answering(Mutex<VecDeque<Answer>>);

impl Person for Answering {
    fn line(&self) -> Option<String> {
        let answer = self.0.lock().expect("no panic").pop_front();
        let answer = answer.expect("nobody expected this question");
        Some(format!("{}\n", answer()))
    }

    fn hidden_line(&self) -> Typed {
        match self
            .line()
            .as_deref()
            .map(|line| line.trim_end_matches('\n'))
        {
            Some(CTRL_C) => Typed::Interrupted,
            Some(line) => Typed::Line(line.to_owned()),
            None => Typed::Nothing,
        }
    }
}

/// The result of a command line.
pub(crate) struct Ran {
    pub(crate) exit: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Product {
    /// An empty home.
    pub(crate) fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        std::fs::create_dir(folder.path().join("home")).expect("a folder");
        // Compiled plugins are shared: compiling them for each test would take most of its time.
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&cache)
            .expect("a folder");
        symlink(&cache, folder.path().join("home/cache")).expect("a link");
        Self {
            folder,
            variables: Vec::new(),
            clock: Arc::new(SleepingClock {
                now_ms: AtomicI64::new(NOW_MS),
                slept_ms: AtomicU64::new(0),
                jump: Mutex::new(None),
            }),
            look: Look::default(),
            person: None,
            input: String::new(),
            at_each_look: None,
        }
    }

    /// Another terminal at the same home, in the same folder.
    pub(crate) fn beside(&self) -> Self {
        Self {
            folder: Arc::clone(&self.folder),
            variables: self.variables.clone(),
            clock: Arc::clone(&self.clock),
            look: self.look,
            person: None,
            input: String::new(),
            at_each_look: None,
        }
    }

    /// Another product with a copy of this one's home, whose clock goes on from now.
    pub(crate) fn fork(&self) -> Self {
        let fork = Self::new();
        copy(&self.path("home/state"), &fork.path("home/state"));
        copy(&self.path("home/config"), &fork.path("home/config"));
        fork.clock
            .now_ms
            .store(self.clock.now_ms(), Ordering::Relaxed);
        fork
    }

    /// Sets the clock to this machine's, unless it is ahead: a process has been here.
    pub(crate) fn catch_up(&self) {
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed();
        let now_ms = since.map_or(0, |since| since.as_millis() as i64);
        self.clock.now_ms.fetch_max(now_ms, Ordering::Relaxed);
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, ms: i64) {
        self.clock.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// Lets the clock jump by so much, once, as soon as `is_time`.
    pub(crate) fn jump_when(&self, by_ms: i64, is_time: impl Fn() -> bool + Send + 'static) {
        let mut jump = self
            .clock
            .jump
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *jump = Some((by_ms, Box::new(is_time)));
    }

    /// Sets an environment variable for the commands to come.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Runs the commands to come in a terminal with so many columns.
    pub(crate) fn look(&mut self, look: Look) {
        self.look = look;
    }

    /// Gives a text to the commands to come on standard input.
    pub(crate) fn input(&mut self, text: &str) {
        self.input = text.to_owned();
    }

    /// Lets a person answer the commands to come.
    pub(crate) fn answer(&mut self, answers: Vec<Answer>) {
        self.person = Some(Arc::new(Answering(Mutex::new(answers.into()))));
    }

    /// Does something whenever the commands to come look at the clock.
    pub(crate) fn at_each_look(&mut self, hook: impl Fn() + Send + Sync + 'static) {
        self.at_each_look = Some(Arc::new(hook));
    }

    /// Does something, in a thread of its own, when the commands to come look at the clock for the first time.
    pub(crate) fn meanwhile(&mut self, hook: impl FnOnce() + Send + 'static) {
        let hook = Mutex::new(Some(hook));
        self.at_each_look(move || {
            let hook = hook.lock().expect("no panic").take();
            if let Some(hook) = hook {
                std::thread::spawn(hook).join().expect("no panic");
            }
        });
    }

    /// Takes an environment variable away again.
    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.retain(|(known, _)| known != name);
    }

    /// The folder that commands run in.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Reads a text file of that folder.
    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).expect("a text")
    }

    /// Writes a file into that folder.
    pub(crate) fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
        std::fs::write(path, bytes).expect("written");
    }

    /// Runs a command line that is refused for want of a grant, and puts the lines of its help where it says.
    pub(crate) fn allow(&self, line: &str) {
        let refused = self.run(line);
        assert_eq!(refused.exit, 30, "{}", refused.text());
        self.grant(&refused.lines_to_add());
        self.allow_raises(line);
    }

    /// Allows the privileges for which the plan of a command line is refused.
    pub(crate) fn allow_raises(&self, line: &str) {
        let plan = line.replacen("apply", "plan", 1).replace(" --yes", "");
        self.grant_raises(&self.run(&plan).err);
    }

    /// Puts the privileges into `grants.toml` that a refusal names; nothing when it names none.
    pub(crate) fn grant_raises(&self, said: &str) {
        let Some((_, how)) = said.split_once("write `raises = ") else {
            return;
        };
        let between = |from: &str, to: &str| how.split_once(from)?.1.split_once(to).map(|it| it.0);
        let privileges = how.split('`').next().expect("a list");
        let header = between("below `", "`").expect("a header");
        let header = header.replace("FOLDER", &self.folder.path().display().to_string());
        let grants = std::fs::read_to_string(self.path("home/config/grants.toml"));
        let grants = grants.expect("somebody allowed something");
        let (before, section) = grants.split_once(&header).expect("the section");
        // The list in the message is whole: it takes the place of the one that is there.
        let end = section.find("\n[").unwrap_or(section.len());
        let (own, rest) = section.split_at(end);
        let own = own.lines().filter(|line| !line.starts_with("raises = "));
        let own = own.collect::<Vec<_>>().join("\n");
        self.grant(&format!(
            "{before}{header}\nraises = {privileges}{own}\n{rest}"
        ));
    }

    /// Puts lines into `grants.toml`, in the place of all that it says.
    pub(crate) fn grant(&self, lines: &str) {
        let folder = self.folder.path().display().to_string();
        self.write("home/config/grants.toml", lines.replace("FOLDER", &folder));
    }

    /// Writes a recipe, and allows its plugins what they ask for. Those of a recipe with mistakes are allowed nothing.
    pub(crate) fn write_recipe(&self, file: &str, text: impl AsRef<[u8]>) {
        self.write(file, text);
        self.run_words(&["allow", file, "--yes"]);
    }

    /// Runs a command line; words are parted by blanks.
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.run_words(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs a command line whose run is asked to stop before it sends anything.
    pub(crate) fn run_stopped(&self, line: &str) -> Ran {
        let stop = StopFlag::default();
        stop.ask();
        self.run_until(&line.split_whitespace().collect::<Vec<_>>(), stop)
    }

    /// Runs a command line of words.
    pub(crate) fn run_words(&self, words: &[&str]) -> Ran {
        self.run_until(words, StopFlag::default())
    }

    fn run_until(&self, words: &[&str], stop: StopFlag) -> Ran {
        let (out, err) = (Buffer::default(), Buffer::default());
        let home = self.path("home").display().to_string();
        let mut variables = vec![("USHER_HOME".to_owned(), home)];
        variables.extend(self.variables.clone());
        let err_lines = Lines::to(err.clone(), self.look);
        let mut desk = Desk {
            console: Console {
                out: Box::new(out.clone()),
                err: err_lines.clone(),
                input: Box::new(std::io::Cursor::new(self.input.clone())),
                person: self.person.clone(),
                look: self.look,
                width: 100,
            },
            world: World {
                variables: variables.into_iter().collect(),
                folder: self.folder.path().to_owned(),
                program: env!("CARGO_BIN_EXE_usher").into(),
                clock: Arc::new(LookedAt {
                    clock: Arc::clone(&self.clock),
                    hook: self.at_each_look.clone(),
                }),
                stop,
                log: err_lines,
                client: usher::ClientWishes::default(),
                calls: usher::Calls::default(),
            },
            signals: false,
        };
        let args = std::iter::once("usher")
            .chain(words.iter().copied())
            .map(OsString::from);
        let exit = usher::run(args, &mut desk);
        let (out, err) = (out.text(), err.text());
        for token in self.tokens() {
            let is_said = out.contains(token) || err.contains(token);
            assert!(
                !is_said,
                "an access token is said by {words:?}:\n{out}{err}"
            );
        }
        Ran {
            exit: exit.code(),
            out: self.clean(&out),
            err: self.clean(&err),
        }
    }

    /// The secret parts of the access tokens that commands are given.
    fn tokens(&self) -> impl Iterator<Item = &str> {
        let variables = self.variables.iter();
        let tokens = variables.filter(|(name, _)| name.starts_with("USHER_TOKEN"));
        tokens.filter_map(|(_, token)| Some(token.split_once('!')?.1))
    }

    /// The id of the newest run, as the journal has it.
    pub(crate) fn newest_run(&self) -> String {
        self.runs().remove(0)
    }

    /// The ids of all runs, the newest first.
    pub(crate) fn runs(&self) -> Vec<String> {
        let journal = Journal::open(&self.path("home/state/journal.db")).expect("a journal");
        journal.runs().expect("lists")
    }

    /// The practice org of this home, past the program.
    pub(crate) fn practice(&self) -> Org {
        self.practice_named("practice")
    }

    /// Another practice org of this home: `practice:<name>`.
    pub(crate) fn practice_named(&self, name: &str) -> Org {
        let file = self.path(&format!("home/state/practice/{name}.db"));
        if !file.exists() {
            assert_eq!(self.run(&format!("practice reset {name}")).exit, 0);
        }
        Org::open(&file)
    }

    /// Text without the parts that differ from test to test: folders and run ids.
    pub(crate) fn clean(&self, text: &str) -> String {
        let text = text.replace(&self.folder.path().display().to_string(), "FOLDER");
        let mut clean = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find("20261122-") {
            let (before, id) = rest.split_at(at);
            clean.push_str(before);
            let is_run = id.is_char_boundary(RUN_ID_BYTES)
                && id.len() >= RUN_ID_BYTES
                && id.as_bytes()[15] == b'-';
            clean.push_str(if is_run { "RUN" } else { &id[..9] });
            rest = &id[if is_run { RUN_ID_BYTES } else { 9 }..];
        }
        clean + rest
    }
}

impl Drop for Product {
    /// Nothing of what commands have left behind holds a token that they were given.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for token in self.tokens() {
            let found = holders(self.folder.path(), token, &[READY]);
            assert!(found.is_empty(), "an access token is in {found:?}");
        }
    }
}

/// The file that `practice serve` writes for clients: address and token.
pub(crate) const READY: &str = "ready.json";

/// The files below a folder that hold a text, but those of these names. Links are not followed.
pub(crate) fn holders(folder: &Path, text: &str, but: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let kind = entry.file_type().expect("a type");
        if kind.is_dir() {
            found.extend(holders(&path, text, but));
        } else if kind.is_file() && !but.iter().any(|name| path.ends_with(name)) {
            // A server that runs may take a file away.
            let bytes = std::fs::read(&path).unwrap_or_default();
            let mut parts = bytes.windows(text.len());
            if parts.any(|part| part == text.as_bytes()) {
                found.push(path);
            }
        }
    }
    found
}

/// `20261122-100000-4f2a`.
const RUN_ID_BYTES: usize = 20;

/// Returns the lines of a refusal's help that would allow it; none when nothing was refused.
pub(crate) fn lines_to_add(said: &str) -> String {
    let lines = said
        .lines()
        .skip_while(|line| !line.starts_with("[recipes") && !line.starts_with("[packs"));
    let lines = lines.take_while(|line| !line.starts_with("code:"));
    lines.collect::<Vec<_>>().join("\n")
}

impl Ran {
    /// Returns the lines of a refusal's help that would allow it.
    pub(crate) fn lines_to_add(&self) -> String {
        lines_to_add(&self.err)
    }

    /// The one JSON document on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    /// Everything that a person sees.
    pub(crate) fn text(&self) -> String {
        format!(
            "exit {}\n--- out\n{}--- err\n{}",
            self.exit, self.out, self.err
        )
    }
}

/// A practice org, spoken to as any Salesforce client does.
pub(crate) struct Org {
    practice: Practice,
    token: String,
}

impl Org {
    /// Opens the practice org in an existing file.
    pub(crate) fn open(file: &Path) -> Self {
        let setup = Setup {
            seed: 1,
            start: None,
            fixtures: Vec::new(),
        };
        let practice = Practice::open(file, &setup).expect("the practice org opens");
        let token = practice.sign_in(None, [9; 16]).expect("the admin signs in");
        Self { practice, token }
    }

    /// The administrator's access token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The answer to a request.
    pub(crate) fn exchange(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        self.practice.exchange(request, NOW_MS)
    }

    /// An access token of one of its users.
    pub(crate) fn token_of(&self, username: &str) -> String {
        let token = self.practice.sign_in(Some(username), [8; 16]);
        token.expect("the user signs in")
    }

    /// One request; the answer's body.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Bytes::from(body))
            .expect("a request");
        let answer = self.practice.exchange(request, NOW_MS);
        let status = answer.status();
        let json = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
        assert!(status.is_success(), "{method} {path}: {status} {json}");
        json
    }

    /// Makes a record; its id.
    pub(crate) fn create(&self, object: &str, fields: &Value) -> String {
        let path = format!("/services/data/v66.0/sobjects/{object}");
        let made = self.send("POST", &path, fields);
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Looks at what goes on in the background, which brings it on.
    pub(crate) fn look(&self) {
        let path = "/services/data/v66.0/query?q=SELECT+Id+FROM+BackgroundOperation";
        self.send("GET", path, &Value::Null);
    }

    /// Makes or sets records for which the platform gives no API (licenses, seats).
    pub(crate) fn set(&self, object: &str, id: Option<&str>, fields: &Value) -> Value {
        let path = format!("/practice/records/{object}");
        match id {
            Some(id) => self.send("PATCH", &format!("{path}/{id}"), fields),
            None => self.send("POST", &path, fields),
        }
    }

    /// Sets settings, also those that only Setup shows.
    pub(crate) fn configure(&self, settings: &Value) {
        self.send("PATCH", "/practice/settings", settings);
    }

    /// Sets fields of a record.
    pub(crate) fn update(&self, object: &str, id: &str, fields: &Value) {
        let path = format!("/services/data/v66.0/sobjects/{object}/{id}");
        self.send("PATCH", &path, fields);
    }

    /// Records of a query, from all pages of its answer, without attributes.
    pub(crate) fn query(&self, soql: &str) -> Vec<Value> {
        let encoded: String = soql
            .bytes()
            .map(|byte| match byte.is_ascii_alphanumeric() {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            })
            .collect();
        let mut records = Vec::new();
        let mut page = Some(format!("/services/data/v66.0/query?q={encoded}"));
        while let Some(path) = page {
            let mut answer = self.send("GET", &path, &Value::Null);
            let Value::Array(more) = answer["records"].take() else {
                panic!("no records: {answer}");
            };
            records.extend(more);
            page = answer["nextRecordsUrl"].as_str().map(str::to_owned);
        }
        for record in &mut records {
            record
                .as_object_mut()
                .expect("a record")
                .remove("attributes");
        }
        records
    }

    /// The answer of `readMetadata` for a component.
    pub(crate) fn component(&self, kind: &str, full_name: &str) -> String {
        let token = &self.token;
        let envelope = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header>\
             <SessionHeader xmlns=\"http://soap.sforce.com/2006/04/metadata\"><sessionId>{token}</sessionId></SessionHeader>\
             </e:Header><e:Body xmlns=\"http://soap.sforce.com/2006/04/metadata\"><readMetadata><type>{kind}</type>\
             <fullNames>{full_name}</fullNames></readMetadata></e:Body></e:Envelope>"
        );
        let request = http::Request::post("/services/Soap/m/66.0")
            .header("content-type", "text/xml; charset=UTF-8")
            .header("soapaction", "\"\"")
            .body(Bytes::from(envelope))
            .expect("a request");
        let answer = self.practice.exchange(request, NOW_MS);
        String::from_utf8_lossy(answer.body()).into_owned()
    }

    /// The id of the one record that a condition finds.
    pub(crate) fn id(&self, object: &str, condition: &str) -> String {
        let records = self.query(&format!("SELECT Id FROM {object} WHERE {condition}"));
        assert_eq!(records.len(), 1, "{object} WHERE {condition}");
        records[0]["Id"].as_str().expect("an id").to_owned()
    }

    /// Everything that a refused command must leave alone.
    pub(crate) fn fingerprint(&self) -> Vec<Value> {
        let queries = [
            "SELECT Id, AssigneeId, PermissionSetId FROM PermissionSetAssignment",
            "SELECT Id, AssigneeId, PermissionSetLicenseId FROM PermissionSetLicenseAssign",
            "SELECT Id, Username, IsActive, UserRoleId, LastModifiedDate FROM User",
            "SELECT Id, Name, LastModifiedDate FROM Account",
            "SELECT Id, Name, LastModifiedDate FROM Contact",
            "SELECT Id, Name, ParentRoleId FROM UserRole",
            "SELECT Id, Status, LastModifiedDate FROM Network",
        ];
        queries.iter().flat_map(|soql| self.query(soql)).collect()
    }
}

/// A clock that only sleeping moves, but for one jump.
struct SleepingClock {
    now_ms: AtomicI64,
    slept_ms: AtomicU64,
    jump: Mutex<Option<Jump>>,
}

/// By how much, and from when on.
type Jump = (i64, Box<dyn Fn() -> bool + Send>);

impl Clock for SleepingClock {
    fn now_ms(&self) -> i64 {
        let mut jump = self.jump.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((by_ms, _)) = jump.take_if(|(_, is_time)| is_time()) {
            self.now_ms.fetch_add(by_ms, Ordering::Relaxed);
        }
        self.now_ms.load(Ordering::Relaxed)
    }

    fn ticks_ms(&self) -> u64 {
        self.slept_ms.load(Ordering::Relaxed)
    }

    fn sleep(&self, ms: u64) -> Boxed<'_, ()> {
        self.slept_ms.fetch_add(ms, Ordering::Relaxed);
        self.now_ms.fetch_add(ms.cast_signed(), Ordering::Relaxed);
        Box::pin(async {})
    }
}

/// A clock that says when it is looked at.
struct LookedAt {
    clock: Arc<SleepingClock>,
    hook: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Clock for LookedAt {
    fn now_ms(&self) -> i64 {
        if let Some(hook) = &self.hook {
            hook();
        }
        self.clock.now_ms()
    }

    fn ticks_ms(&self) -> u64 {
        self.clock.ticks_ms()
    }

    fn sleep(&self, ms: u64) -> Boxed<'_, ()> {
        self.clock.sleep(ms)
    }
}

/// Copies a folder with everything in it; a missing folder copies nothing.
fn copy(from: &Path, to: &Path) {
    let Ok(entries) = std::fs::read_dir(from) else {
        return;
    };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(to)
        .expect("a folder");
    for entry in entries {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("copied");
        }
    }
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
