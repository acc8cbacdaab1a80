//! What the README tells people to type exists.

use super::House;

pub(super) fn check(house: &House) -> Vec<String> {
    let Some((_, text)) = house.files.iter().find(|(path, _)| path == "README.md") else {
        return vec!["there is no README.md".to_owned()];
    };
    let packages: Vec<&str> = house.metadata.packages.iter().map(|package| package.name.as_str()).collect();
    wrong(text, &packages)
}

/// The commands in a README's code blocks that cannot work.
pub(super) fn wrong(readme: &str, packages: &[&str]) -> Vec<String> {
    let commands: Vec<&str> = commands(readme).collect();
    let mut findings = Vec::new();
    for command in &commands {
        let words: Vec<&str> = command.split_whitespace().collect();
        let package = words.iter().position(|word| *word == "-p").and_then(|place| words.get(place + 1));
        if let Some(package) = package.filter(|package| !packages.contains(*package)) {
            findings.push(format!("`{command}`: there is no package {package}"));
        }
        let verb = words.get(2).filter(|_| words.get(1) == Some(&"xtask"));
        if verb.is_some_and(|verb| !["tidy", "codegen"].contains(verb)) {
            findings.push(format!("`{command}`: xtask knows only tidy and codegen"));
        }
    }
    for needed in ["cargo test", "cargo run -p conference"] {
        if !commands.contains(&needed) {
            findings.push(format!("it does not say `{needed}`"));
        }
    }
    findings
}

fn commands(readme: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    readme.lines().filter_map(move |line| {
        code ^= line.trim_start().starts_with("```");
        let line = line.split(" #").next().unwrap_or_default().trim().trim_start_matches("$ ");
        (code && line.starts_with("cargo ")).then_some(line)
    })
}
