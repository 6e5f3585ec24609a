//! Every limit of Usher, with its reason. Salesforce's own bounds are allowances; the client and the practice org have
//! them.

/// The time that one plugin call may take, waiting for the org included.
///
/// Two minutes: planning only reads. A longer task is a wait, and waits belong to the host.
pub const CALL_MS_MAX: u64 = 120_000;

/// The time that a plugin may take without asking the org anything, by the clock. Waiting for the org does not count,
/// nor do other plugins' turns.
///
/// Ten seconds: an interpreted guest plans in milliseconds; more is a loop.
pub const COMPUTE_MS_MAX: u64 = 10_000;

/// The same for all of one call: a plugin that asks the org in between gets no more than this.
///
/// Twelve seconds: with [`READS_PER_CALL_MAX`] reads, an interpreted guest computes for one.
pub const OWN_MS_MAX: u64 = 12_000;

/// Memory of one plugin call. The largest guest measured (Python) needs a fifth of it.
pub const PLUGIN_MEMORY_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Memory of all plugin calls of a host together. Hundreds of items are planned side by side: a gibibyte holds so many of a
/// plugin in Rust or C, and twenty of one in Python. A call for the sake of its reads that gets no more is made again
/// when its turn comes, alone.
pub const PLUGINS_MEMORY_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// Bytes that a plugin may pass in one host call, and Usher in one answer: no read of an org that
/// a step needs comes near it.
pub const HOST_CALL_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Size of a component file. The largest toolchain measured makes 18.5 MB.
pub const COMPONENT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Size of all components that one recipe uses: they are in memory together, and so is their code. Six of the largest
/// toolchain measured fit.
pub const COMPONENTS_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Size of a manifest, read before anything of a plugin runs.
pub const MANIFEST_BYTES_MAX: usize = 256 * 1024;

/// Objects, fields and other names that a manifest declares: each field of a plan is looked up among them. The plugins
/// that come with Usher declare up to a hundred.
pub const DECLARED_MAX: usize = 2_000;

/// Size of a rehearsal's file: a state of an org that a person wrote, and an answer. The largest in the repository has
/// ten kilobytes.
pub const REHEARSAL_BYTES_MAX: u64 = 1024 * 1024;

/// Schemas against which one value is checked, counted along `allOf`, `anyOf`, `oneOf`, `if` and `$ref`. The schemas of
/// real plugins have a dozen; a union of a thousand kinds still fits.
pub const SCHEMA_BRANCHES_MAX: u64 = 10_000;

/// The length of a chain of schemas that refer to each other for one value.
pub const SCHEMA_DEPTH_MAX: usize = 64;

/// Schemas that are open at a time while a value is validated. Each takes a kilobyte or two of a stack that may have
/// two megabytes. A value with 128 levels, the most that JSON is read with, fits with one reference at each level.
pub const SCHEMA_STACK_MAX: usize = 300;

/// Patterns of one schema, each with a program of at most [`SCHEMA_PATTERN_BYTES_MAX`].
pub const SCHEMA_PATTERNS_MAX: usize = 64;

/// Bytes of a compiled pattern. Names, keys and mail addresses take a few thousand.
pub const SCHEMA_PATTERN_BYTES_MAX: usize = 256 * 1024;

/// Steps of validating one value: half a second, three seconds in a build without optimisation. Ten thousand rows of
/// twenty fields take two million.
pub const SCHEMA_STEPS_MAX: u64 = 5_000_000;

/// Steps that may each keep a mistake, up to which mistakes are collected: some three hundred bytes each. Ten thousand
/// rows of five fields take three hundred thousand. For a larger value Usher only says that it is wrong.
pub const SCHEMA_MISTAKE_STEPS_MAX: u64 = 500_000;

/// Mistakes of one value that are shown. A file with more is the wrong file.
pub const SCHEMA_MISTAKES_MAX: usize = 1_000;

/// Log lines of one plugin call, each of at most [`LOG_LINE_BYTES_MAX`].
pub const LOG_LINES_MAX: usize = 10_000;

/// Bytes of one log line; longer ones are cut.
pub const LOG_LINE_BYTES_MAX: usize = 4 * 1024;

/// Reads of the org in one plugin call. A step plans one item; the built-in ones read a dozen times.
pub const READS_PER_CALL_MAX: usize = 200;

/// Rows that the reads of one plugin call may bring in all.
pub const ROWS_PER_CALL_MAX: usize = 50_000;

/// Values of all conditions of one lookup: all items of the longest list that a step works on. They become
/// dozens of queries.
pub const LOOKUP_VALUES_MAX: usize = 10_000;

/// Fields of one lookup. A query for so many, each with a name of a hundred letters, still fits [`QUERY_BYTES_MAX`].
pub const LOOKUP_FIELDS_MAX: usize = 400;

/// Conditions of one lookup. A record is recognised by two or three.
pub const LOOKUP_CONDITIONS_MAX: usize = 50;

/// Bytes of all names and values of one lookup: a hundred for each of [`LOOKUP_VALUES_MAX`] values.
pub const LOOKUP_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of the path of one request, query and percent-encoding included.
///
/// Salesforce takes 16,384 bytes of URI (414) and as many of URI and headers together (431). A quarter is
/// left to the name of the host and to the headers: a token may have 2,000 bytes.
pub const QUERY_TARGET_BYTES_MAX: usize = 12_000;

/// Bytes of one query with percent-encoding. One that is longer than [`QUERY_TARGET_BYTES_MAX`] goes in the body of a
/// composite.
///
/// Salesforce takes statements of 100,000 characters (Salesforce Developer Limits Quick Reference). It expands a statement
/// before it runs it, and refuses what is too complicated then, so that half of that length is left to it. So many bytes
/// name 1,500 records by their ids: most answers are one page, which has 2,000 records.
pub const QUERY_BYTES_MAX: usize = 48_000;

/// Reading requests of one read that are in flight together. Salesforce counts requests that take longer
/// than twenty seconds and allows five of them in a developer org; one is left to other people.
pub const READS_IN_FLIGHT_MAX: usize = 4;

/// Requests of one process that are in flight together. Reads take up to [`READS_IN_FLIGHT_MAX`] at a time, and several
/// reads may come together. Salesforce counts those that take longer than twenty seconds, and allows 25 of them in an
/// org, for everyone together (Salesforce Developer Limits Quick Reference): a third is left to Usher. An org that
/// allows fewer says so, and Usher follows.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 8;

/// The longest pause that an answer may ask for. A person should hear of an org that takes nothing for longer.
pub const RETRY_AFTER_MS_MAX: u64 = 60_000;

/// Changes of one plan. A person could not approve more for one item.
pub const CHANGES_PER_PLAN_MAX: usize = 10_000;

/// Changes of a step that is planned later, when the lists in its input do not show the number. A person approves them
/// unseen, so they are no more than a plan shows one by one.
pub const LATER_CHANGES_MAX: u64 = 50;

/// Links between the changes of one plan: each says which change comes before which. Ten thousand changes that each
/// wait for a hundred others have a million.
pub const LINKS_PER_PLAN_MAX: usize = 1_000_000;

/// Things that a plan does beyond its manifest and that are listed. One is enough to refuse the plan.
pub const UNDECLARED_MAX: usize = 1_000;

/// Bytes of any text that a plugin shows to a person.
pub const SHOWN_TEXT_BYTES_MAX: usize = 2_000;

/// Bytes of one sentence on a screen. Usher's longest sentence names everything that a plugin is not allowed.
pub const SENTENCE_BYTES_MAX: usize = 8_000;

/// Bytes of one value that a plan shows unless the user asks for everything. People do not read more at once, and the
/// plan shows how much is left out.
pub const SHOWN_VALUE_BYTES_MAX: usize = 400;

/// Size of a recipe file, so that a wrong file name cannot fill memory.
pub const RECIPE_BYTES_MAX: u64 = 1024 * 1024;

/// Steps of one recipe. Two thousand steps are planned in seconds and shown folded; people do not read more.
pub const STEPS_PER_RECIPE_MAX: usize = 2_000;

/// Inputs of all steps of a recipe, given or not, and the values of their defaults: each is read. Two thousand steps
/// with thirty inputs have sixty thousand.
pub const STEP_VALUES_MAX: usize = 500_000;

/// Inputs of one recipe: more than a person fills in.
pub const INPUTS_PER_RECIPE_MAX: usize = 200;

/// Mistakes shown at once. People do not read more, and suggesting names for each takes time.
pub const MISTAKES_MAX: usize = 100;

/// Bytes of a name that is compared with others for a suggestion. Salesforce's longest names have 255.
pub const SUGGESTED_BYTES_MAX: usize = 300;

/// Bytes of one expression. The compiler works recursively, so this also bounds its stack.
pub const EXPRESSION_BYTES_MAX: usize = 1_000;

/// Fuel of one evaluation: an instruction costs one, a byte produced a 64th. A real evaluation takes dozens.
pub const EXPRESSION_FUEL_MAX: u64 = 100_000;

/// Bytes that an expression may read, and make. Lists of ten thousand names are passed on whole, which needs no
/// evaluation.
pub const EXPRESSION_VALUE_BYTES_MAX: usize = 256 * 1024;

/// Size of a `pack.toml`, `practice.toml` or `grants.toml`.
pub const PACK_FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Size of an inputs file (`--inputs`): ten thousand rows of a person's data fit.
pub const INPUTS_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Size of a plan file: ten thousand changes of a few kilobytes each, written for people to read.
pub const PLAN_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Bytes of one answer of an org. Salesforce's largest documented answers (a page of 2,000 rows, a
/// describe of 1 MB) fit many times.
pub const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of one request that the practice org takes over HTTP. Salesforce's own largest is a
/// deployment of 50 MB.
pub const REQUEST_BYTES_MAX: usize = 50 * 1024 * 1024;

/// The shortest pause between two looks of a wait, because an org's API calls are limited.
pub const WAIT_EVERY_MS_MIN: u32 = 200;
/// The time that the waits of one change may take together, and again those of its undo. Publishing a site may take
/// fifteen minutes, a recalculation longer; a wait of more than an hour would never end.
pub const WAIT_MS_MAX: u32 = 3_600_000;
/// Waits of one change. Usher's own plugins need three at most.
pub const WAITS_PER_CHANGE_MAX: usize = 10;
/// The time that a run may wait in all before it stops and a person must resume it: a working day.
pub const WAITED_PER_RUN_MS_MAX: u64 = 8 * 3_600_000;

/// The time that one reading request may take. The reads made here are small, and an answer that takes two minutes will
/// not come; another one is asked for.
pub const READ_MS_MAX: u64 = 120_000;

/// The time that one writing request may take. Salesforce ends its own after ten minutes (REST API Developer Guide). Ten
/// seconds more, and its own answer to that arrives: it says more than no answer.
pub const WRITE_MS_MAX: u64 = 610_000;

/// The time between two parts of one answer. Salesforce answers when it is done, so an answer that has begun goes on.
pub const ANSWER_STALL_MS_MAX: u64 = 60_000;

/// Bytes of a body that a line carries in a millisecond at least: half a megabit a second. It is a slow line, and a
/// deployment may have many megabytes.
pub const UPLOAD_BYTES_PER_MS_MIN: u64 = 64;

/// The time in which a connection must be made, TLS and a proxy included.
pub const CONNECT_MS_MAX: u64 = 10_000;

/// The time for which a connection is kept without a request. The other side closes its own some day, and a write on a
/// connection that is being closed is in doubt.
pub const CONNECTION_IDLE_MS_MAX: u64 = 30_000;

/// The time that Usher waits for a deployment. One of a few components takes seconds to minutes, but it may be behind
/// others in the org's queue. After half an hour a person should look.
pub const DEPLOYMENT_MS_MAX: u64 = 1_800_000;

/// Events of one run's journal.
pub const JOURNAL_EVENTS_MAX: u64 = 1_000_000;

/// The depth to which elements of an XML answer may nest. Salesforce's deepest metadata type has seven levels below its
/// envelope's four.
pub const XML_DEPTH_MAX: usize = 32;

/// Elements of one XML answer. The largest settings have a hundred fields.
pub const XML_ELEMENTS_MAX: usize = 100_000;

/// Columns of the rows of one input. A person reads a file of rows in a spreadsheet; steps take a dozen columns.
pub const COLUMNS_MAX: usize = 100;

/// Rows of one input: ten times the users of the largest lists that Usher is measured with. A plan of all of them is in
/// memory.
pub const ROWS_MAX: usize = 100_000;

/// Size of a file of rows: [`ROWS_MAX`] rows of some six hundred bytes. The file is in memory whole while it is read.
pub const ROWS_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Bytes of one cell of a row. Spreadsheets take 32,767 characters; steps take names and short texts.
pub const CELL_BYTES_MAX: usize = 32 * 1024;

/// Cells of the rows of one file: [`ROWS_MAX`] rows of twenty columns, of which a plan holds some hundred bytes each,
/// several times.
pub const CELLS_MAX: usize = 2_000_000;

/// Cells of one record of a CSV file: a hundred columns, those of results for a hundred steps, and as much again. A file
/// of separators alone would be a cell a byte.
pub const CELLS_PER_RECORD_MAX: usize = 2_000;

/// Bytes of the key of a row, which stands in every event of its item. No text field of Salesforce that identifies a
/// record is longer.
pub const ROW_KEY_BYTES_MAX: usize = 255;

/// Mistakes of one row that are kept: one for each of its columns is enough to correct it.
pub const ROW_FAULTS_MAX: usize = 20;
