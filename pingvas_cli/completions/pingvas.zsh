#compdef pingvas
# Completes pingvas in zsh: as a file _pingvas in $fpath, or by eval after compinit.
_pingvas() {
    local -a lines
    lines=("${(@f)$(_PINGVAS_COMPLETE=zsh "${words[1]}" "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ ${lines[1]} == ':files' ]]; then
        _files
        return
    fi
    lines=(${lines:#})
    (( ${#lines} )) && _describe -V pingvas lines
}
if [[ ${funcstack[1]} == _pingvas ]]; then
    _pingvas "$@"
else
    compdef _pingvas pingvas
fi
