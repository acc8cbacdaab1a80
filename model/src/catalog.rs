//! Which files belong to which catalog, by their paths alone: so a folder and a commit are read alike.

/// What makes a folder a catalog.
pub const CONFIG: &str = "factum.toml";

/// Beside it: what was released.
pub const LOCK: &str = "factum.lock";

/// Folders that hold what was built or fetched, and no schemas.
const BUILT: &[&str] = &["target", "node_modules"];

/// Whether schemas are looked for in a folder of this name: not where tools keep what is theirs.
#[must_use]
pub fn is_entered(folder: &str) -> bool {
    !folder.starts_with('.') && !BUILT.contains(&folder)
}

/// Whether a file of this name is a part of the catalog that it is in.
#[must_use]
pub fn is_of_catalog(file: &str) -> bool {
    file == CONFIG || file == LOCK || is_schema(file) && is_entered(file)
}

/// The paths of a tree, from its top, with `/`.
#[derive(Debug)]
pub struct Layout<'p> {
    paths: Vec<&'p str>,
    roots: Vec<&'p str>,
}

impl<'p> Layout<'p> {
    /// Of these paths.
    pub fn new(paths: impl IntoIterator<Item = &'p str>) -> Self {
        let mut paths: Vec<&str> = paths.into_iter().collect();
        paths.sort_unstable();
        let roots = paths.iter().filter(|path| name(path) == CONFIG && !is_passed_over(path));
        let roots = roots.map(|path| folder(path)).collect();
        Self { paths, roots }
    }

    /// The folders that have a `factum.toml`; the top is the empty path.
    #[must_use]
    pub fn roots(&self) -> &[&'p str] {
        &self.roots
    }

    /// The schemas below a root, in order: those in a catalog further below are not its own, and what begins with a
    /// point, or was built, is some tool's. A root that is a file has that one.
    pub fn schemas(&self, root: &str) -> impl Iterator<Item = &'p str> {
        let inner: Vec<&str> =
            self.roots.iter().copied().filter(|inner| *inner != root && below(root, inner).is_some()).collect();
        self.paths.iter().copied().filter(move |path| match below(root, path) {
            Some("") => true,
            Some(rest) => {
                is_schema(path) && !is_passed_over(rest) && !inner.iter().any(|inner| below(inner, path).is_some())
            }
            None => false,
        })
    }

    /// Whether there is such a file.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.paths.binary_search(&path).is_ok()
    }
}

/// A file of a root that is a folder, or beside a root that is a file.
#[must_use]
pub fn beside(root: &str, is_file: bool, name: &str) -> String {
    let folder = if is_file { folder(root) } else { root };
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The rest of a path below a folder; the path itself has an empty rest.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    match path.strip_prefix(folder)? {
        rest if folder.is_empty() || rest.is_empty() => Some(rest),
        rest => rest.strip_prefix('/'),
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_schema(path: &str) -> bool {
    name(path).rsplit_once('.').is_some_and(|(_, extension)| extension == "yaml" || extension == "yml")
}

fn is_passed_over(path: &str) -> bool {
    path.split('/').any(|part| !is_entered(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: &[&str] = &[
        "README.md",
        "shop/.drafts/later.yaml",
        "shop/.hidden.yaml",
        "shop/b.yml",
        "shop/deep/er/a.yaml",
        "shop/factum.lock",
        "shop/factum.toml",
        "shop/halls/c.yaml",
        "shop/halls/factum.toml",
        "shop/target/package/shop/b.yml",
        "shop/target/package/shop/factum.toml",
        "shopping/d.yaml",
    ];

    #[test]
    fn each_schema_belongs_to_the_nearest_catalog_above_it() {
        let layout = Layout::new(PATHS.iter().copied());
        assert_eq!(layout.roots(), ["shop", "shop/halls"]);
        assert_eq!(layout.schemas("shop").collect::<Vec<_>>(), ["shop/b.yml", "shop/deep/er/a.yaml"]);
        assert_eq!(layout.schemas("shop/halls").collect::<Vec<_>>(), ["shop/halls/c.yaml"]);
    }

    #[test]
    fn a_root_may_be_the_top_a_folder_without_config_or_a_file() {
        let layout = Layout::new(PATHS.iter().copied());
        assert_eq!(layout.schemas("").collect::<Vec<_>>(), ["shopping/d.yaml"]);
        assert_eq!(layout.schemas("shopping").collect::<Vec<_>>(), ["shopping/d.yaml"]);
        assert_eq!(layout.schemas("shop/b.yml").collect::<Vec<_>>(), ["shop/b.yml"]);
        assert_eq!(beside("shop/b.yml", true, LOCK), "shop/factum.lock");
        assert_eq!(beside("", false, LOCK), "factum.lock");
    }
}
