# shellcheck shell=bash disable=SC2154
# Shared by run, test and .ci/run, which source it: installs missing packages, configures, builds, and
# starts a virtual display.
# Expects `root`, the folder of the repository; `more_packages` may name others than those of the list.

# OpenBLAS would otherwise start a thread pool of its own before main().
export OPENBLAS_NUM_THREADS=1

say() { printf 'grokscope: %s\n' "$*" >&2; }

# Installs the packages of third_party/packages.txt that are missing. Asks apt for nothing if none is.
# GROKSCOPE_INSTALL=no leaves the machine as it is, for those who bring libraries of their own.
install_packages() {
    local wanted missing=() package installed log
    [[ ${GROKSCOPE_INSTALL:-yes} != no ]] || return 0
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        return 0 # not Debian: the configure step says what it lacks
    fi
    wanted="$(awk '!/^#/ && NF { print $1 }' "$root/third_party/packages.txt") ${more_packages:-}"
    # dpkg-query fails when a package is unknown, which is an answer here.
    # shellcheck disable=SC2086 # one word a package
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null || true)
    installed=" $(awk '$1 == "installed" { print $2 }' <<<"$installed" | tr '\n' ' ')"
    for package in $wanted; do
        [[ $installed == *" $package "* ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    local as_root=() install=(apt-get install -y --no-install-recommends "${missing[@]}")
    if ((EUID != 0)); then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
            as_root=(sudo)
        else
            say "some packages are missing and installing them needs root. Type this, then start again:"
            if command -v sudo >/dev/null; then
                printf '\n  sudo apt-get update && sudo %s\n\n' "${install[*]}" >&2
            else
                printf '\n  su -c "apt-get update && %s"\n\n' "${install[*]}" >&2
            fi
            exit 1
        fi
    fi
    mkdir -p "$root/build"
    log=$root/build/install.log
    say "installing (once; log in build/install.log): ${missing[*]}"
    # A source list that cannot be reached is no reason to stop: the packages may well be known.
    "${as_root[@]}" apt-get update >"$log" 2>&1 </dev/null ||
        say "apt-get update failed; going on with the lists at hand"
    if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" >>"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        say "installing failed; the whole log is build/install.log. To try by hand: ${as_root[*]} ${install[*]}"
        exit 1
    fi
}

# Builds target $1 in build/, configuring first where that has not been done. Quiet when nothing changed.
build() {
    local build=$root/build source=''
    if [[ -f $build/CMakeCache.txt ]]; then
        source=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$build/CMakeCache.txt")
    fi
    # ninja itself configures again when a CMake file has changed.
    if [[ ! -f $build/build.ninja || $source != "$root" ]]; then
        say "configuring (log in build/configure.log)"
        mkdir -p "$build"
        if ! (cd "$root" && cmake --fresh --preset release) >"$build/configure.log" 2>&1; then
            tail -n 40 "$build/configure.log" >&2
            say "configuring failed; the whole log is build/configure.log"
            exit 1
        fi
    fi
    if ! ninja -C "$build" -n "$1" 2>/dev/null | grep -q 'no work to do'; then
        say "building $1 (Release, in build/; minutes the first time)"
        local quiet=()
        [[ -t 2 ]] || quiet=(--quiet) # a terminal shows the progress in one line
        ninja -C "$build" "${quiet[@]}" "$1" >&2 || {
            say "building failed; the compiler's messages are above"
            exit 1
        }
    fi
}

# Starts a virtual display with software OpenGL for this process and its children, until it exits.
start_display() {
    local number output
    # The server picks a free number and writes it to the pipe. Without -noreset it would start over,
    # refusing connections meanwhile, whenever its last window has gone.
    exec {output}< <(exec Xvfb -displayfd 1 -screen 0 1920x1200x24 -noreset -nolisten tcp 2>/dev/null)
    display_server=$!
    trap 'kill "$display_server" 2>/dev/null || true' EXIT
    if ! read -r -t 20 -u "$output" number; then
        say "the virtual display (Xvfb) did not start within 20 s"
        exit 1
    fi
    unset WAYLAND_DISPLAY
    export DISPLAY=:$number LIBGL_ALWAYS_SOFTWARE=1 GALLIUM_DRIVER=llvmpipe LP_NUM_THREADS=1
}
