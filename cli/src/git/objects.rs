//! Trees and files of a commit: one `git ls-tree`, and one `git cat-file --batch` for all files together.

use std::fmt;
use std::io::{self, BufRead, BufReader, Write as _};
use std::process::{ChildStdin, Stdio};
use std::thread;

use super::Repository;
use super::error::GitError;

/// The id of an object, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub(super) String);

impl ObjectId {
    /// Long enough to be told from others by a reader.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path from the top, with `/`. What is not UTF-8 in it is replaced: it only names the file to readers.
    pub path: String,
    /// Its content.
    pub object: ObjectId,
}

impl Repository {
    /// Every file of a commit, in the order of their paths. Links and submodules are no files.
    ///
    /// # Errors
    /// [`GitError`].
    pub fn tree(&self, commit: &ObjectId) -> Result<Vec<Entry>, GitError> {
        let arguments = ["ls-tree", "-r", "-z", "--full-tree", &commit.0];
        let output = super::run(self.top(), &arguments)?;
        if !output.status.success() {
            return Err(GitError::failed(&arguments, &output));
        }
        let lines = output.stdout.split(|byte| *byte == 0).filter(|line| !line.is_empty());
        let mut entries: Vec<Entry> = lines.map(entry).filter_map(Result::transpose).collect::<Result<_, _>>()?;
        // Git's order is that of bytes, with a folder as if its name ended in `/`; ours is that of whole paths.
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    /// The contents of objects, in their order.
    ///
    /// # Errors
    /// [`GitError`].
    pub fn blobs(&self, objects: &[ObjectId]) -> Result<Vec<Vec<u8>>, GitError> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        let mut command = self.command();
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(GitError::not_run)?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        // Git answers while it is still asked: with one thread both could wait for each other.
        let read = thread::scope(|scope| {
            scope.spawn(|| input.map(|input| ask(input, objects)));
            let mut output = BufReader::new(output.ok_or_else(|| strange("no output"))?);
            objects.iter().map(|object| self.answer(&mut output, object)).collect()
        });
        child.wait().map_err(GitError::NotRun)?;
        read
    }

    fn answer(&self, output: &mut impl BufRead, object: &ObjectId) -> Result<Vec<u8>, GitError> {
        let mut header = String::new();
        output.read_line(&mut header).map_err(GitError::NotRun)?;
        let mut words = header.split_whitespace().skip(1);
        let size = match (words.next(), words.next().map(str::parse::<usize>)) {
            (Some("blob"), Some(Ok(size))) => size,
            (Some("missing"), _) => {
                return Err(GitError::MissingObject { object: object.to_string(), remedy: self.refetch() });
            }
            _ => return Err(strange(&header)),
        };
        let mut content = vec![0; size];
        output.read_exact(&mut content).and_then(|()| output.read_exact(&mut [0])).map_err(GitError::NotRun)?;
        Ok(content)
    }
}

/// If git ends early it says so in its answers.
fn ask(mut input: ChildStdin, objects: &[ObjectId]) -> io::Result<()> {
    let lines: String = objects.iter().flat_map(|object| [&object.0, "\n"]).collect();
    input.write_all(lines.as_bytes())
}

/// `<mode> <type> <id>\t<path>`; `None` for what is no file.
fn entry(line: &[u8]) -> Result<Option<Entry>, GitError> {
    let text = String::from_utf8_lossy(line);
    let (head, path) = text.split_once('\t').ok_or_else(|| strange(&text))?;
    match head.split(' ').collect::<Vec<_>>()[..] {
        ["120000" | "160000", _, _] => Ok(None),
        [_, "blob", object] => Ok(Some(Entry { path: path.to_owned(), object: ObjectId(object.to_owned()) })),
        _ => Err(strange(&text)),
    }
}

fn strange(what: &str) -> GitError {
    GitError::Unexpected { command: "cat-file", what: format!("{what:?}") }
}
