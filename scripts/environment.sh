# Shared by ./run and ./test: a Python of 3.11 or later, .venv, and what requirements.lock pins.

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    stop "Python 3.11 or later is missing. On Debian or Ubuntu: apt-get install python3 python3-venv"
}

make_venv() {
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --clear --python "$1" .venv
    elif ! "$1" -c 'import ensurepip, venv' 2>/dev/null; then
        stop "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"
    else
        "$1" -m venv --clear .venv
    fi
}

install() {
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python .venv/bin/python --constraint requirements.lock --editable "$1"
    else
        .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
            --constraint requirements.lock --editable "$1"
    fi
}

# prepare_environment run|test|bench: nothing to do when the stamp of it, or of more, is that of the same
# Python and pins.
prepare_environment() {
    case $1 in
        bench) wanted='.[test,bench]' enough='bench' ;;
        test) wanted='.[test]' enough='test bench' ;;
        *) wanted='.' enough='run test bench' ;;
    esac
    python=$(find_python) || exit 1
    pins=$({ "$python" --version; cat setup.cfg pyproject.toml requirements.lock; } | cksum)
    for stamp in $enough; do
        if [ -x .venv/bin/python ] && [ "$(cat ".venv/.ready-$stamp" 2>/dev/null)" = "$pins" ]; then return; fi
    done
    say "Setting up .venv (once) …"
    if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        make_venv "$python"
    fi
    install "$wanted" || stop "The packages could not be installed; the lines above say why."
    printf '%s\n' "$pins" >".venv/.ready-$1"
}
