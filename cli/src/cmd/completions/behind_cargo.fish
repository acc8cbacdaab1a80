
# `cargo factum` is completed as `cargo-factum` is.
function __cargo_factum_behind_cargo
    complete -C (string replace --regex '^\s*cargo\s+(\+\S+\s+)?factum\b' cargo-factum -- (commandline -cp | string collect))
end
complete -c cargo -n '__fish_seen_subcommand_from factum' -f -a '(__cargo_factum_behind_cargo)'
