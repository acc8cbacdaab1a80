
# `cargo factum` is completed as `cargo-factum` is, and whatever else stands behind `cargo` as before. What completes
# that is often loaded with the first <TAB> only, so it is loaded here.
for _cargo_factum_loader in _comp_load _completion_loader; do
    if declare -F "$_cargo_factum_loader" >/dev/null && ! complete -p cargo >/dev/null 2>&1; then
        "$_cargo_factum_loader" cargo >/dev/null 2>&1
    fi
done
if [[ "$(complete -p cargo 2>/dev/null)" =~ -F\ ([^ ]+) && "${BASH_REMATCH[1]}" != _cargo_factum_behind_cargo ]]; then
    _cargo_factum_other="${BASH_REMATCH[1]}"
fi

_cargo_factum_behind_cargo() {
    if [[ "${COMP_WORDS[1]}" == factum && "$COMP_CWORD" -gt 1 ]]; then
        COMP_WORDS=(cargo-factum "${COMP_WORDS[@]:2}")
        COMP_CWORD=$((COMP_CWORD - 1))
        _cargo_factum cargo-factum "$2" "$3"
    elif [[ -n "$_cargo_factum_other" ]]; then
        "$_cargo_factum_other" "$@"
    fi
}

complete -F _cargo_factum_behind_cargo -o bashdefault -o default cargo
