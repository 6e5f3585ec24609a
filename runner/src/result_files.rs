//! The files that a command writes its result into, beside what it prints: `--json-into`, `--markdown-into`,
//! `--html-into` and `--results`. They are begun before anything is done and written with the result.

use std::path::Path;

use crate::document::document_text;
use crate::error::{Error, WrongRows};
use crate::exit::Exit;
use crate::flow;
use crate::report::{self, Form, Results, Sheet};
use crate::whole_file::WholeFile;
use crate::world::World;

/// The names that a person gave.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Names<'a> {
    pub(crate) json: Option<&'a Path>,
    pub(crate) markdown: Option<&'a Path>,
    pub(crate) html: Option<&'a Path>,
    /// Each as `people=results.csv`, or without the name of the input.
    pub(crate) results: &'a [String],
}

impl<'a> Names<'a> {
    /// All of them.
    pub(crate) fn all(self) -> impl Iterator<Item = &'a Path> {
        let results = self.results.iter();
        let results = results.map(|text| Path::new(flow::rows_path(text)));
        let others = [self.json, self.markdown, self.html].into_iter().flatten();
        others.chain(results)
    }
}

/// The files to be written; none of a kind that was not asked for.
#[derive(Debug, Default)]
pub(crate) struct ResultFiles {
    json: Option<WholeFile>,
    markdown: Option<WholeFile>,
    html: Option<WholeFile>,
    results: Vec<RowsResults>,
}

/// A file with the results of the rows of an input.
#[derive(Debug)]
struct RowsResults {
    /// None: of the only input that has rows.
    input: Option<String>,
    file: WholeFile,
    form: Form,
}

impl ResultFiles {
    /// Begins the files. `others`: other files that the command writes.
    pub(crate) fn begin(
        names: Names<'_>,
        others: &[Option<&Path>],
        world: &World,
    ) -> Result<Self, Error> {
        let all = names.all().chain(others.iter().flatten().copied());
        let mut all: Vec<_> = all.map(|path| world.folder.join(path)).collect();
        all.sort();
        if let Some(twice) = all.windows(2).find(|pair| pair[0] == pair[1]) {
            let message = format!("two results would be written to `{}`", twice[0].display());
            return Err(Error::new(Exit::Usage, "report/same-file", message)
                .help("give each a file of its own"));
        }
        let begin = |path: Option<&Path>| {
            let path = path.map(|path| world.folder.join(path));
            path.map(|path| WholeFile::begin(&path)).transpose()
        };
        let results = names.results.iter().map(|text| {
            let (input, path) = flow::named_file(text);
            let path = Path::new(path);
            Ok(RowsResults {
                input: input.map(str::to_owned),
                file: WholeFile::begin(&world.folder.join(path))?,
                form: Form::of(path),
            })
        });
        Ok(Self {
            json: begin(names.json)?,
            markdown: begin(names.markdown)?,
            html: begin(names.html)?,
            results: results.collect::<Result<_, Error>>()?,
        })
    }

    /// Writes the files.
    pub(crate) fn write(&self, sheet: Sheet<'_>) -> Result<(), Error> {
        if let Some(file) = &self.json {
            file.finish(&document_text(&sheet.json()))?;
        }
        if let Some(file) = &self.markdown {
            file.finish(&report::markdown(&sheet))?;
        }
        if let Some(file) = &self.html {
            file.finish(&report::html(&sheet))?;
        }
        self.write_results(&sheet.results())
    }

    /// Writes the results of rows, of which some are wrong.
    pub(crate) fn write_wrong(&self, rows: &WrongRows) -> Result<(), Error> {
        self.write_results(&Results {
            inputs: &rows.inputs,
            left_out: &rows.left_out,
            steps: &[],
            state: None,
        })
    }

    fn write_results(&self, of: &Results<'_>) -> Result<(), Error> {
        for RowsResults { input, file, form } in &self.results {
            let mut inputs = of.inputs.iter().filter(|input| input.rows.is_some());
            let only = || inputs.next().map_or("", |input| input.name.as_str());
            let input = input.as_deref().unwrap_or_else(only);
            file.finish_bytes(&report::results(of, input, *form))?;
        }
        Ok(())
    }
}
