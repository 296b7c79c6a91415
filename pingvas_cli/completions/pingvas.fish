# Completes pingvas in fish.
function __pingvas_complete
    set -l current (commandline -ct)
    set -l before (commandline -opc)
    set -l lines (env _PINGVAS_COMPLETE=fish $before "$current" 2>/dev/null)
    if test "$lines[1]" = ":files"
        __fish_complete_path "$current"
    else if test (count $lines) -gt 0
        string join \n -- $lines
    end
end
complete --command pingvas --no-files --arguments '(__pingvas_complete)'
