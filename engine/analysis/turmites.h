// Two-dimensional Turing machines on a plane of blanks, and how often they write which small square
// before they halt: the Coding Theorem Method of Zenil, Soler-Toscano, Delahaye and Gauvrit
// (10.7717/peerj-cs.23). science.md 6.2. It makes the table of engine/analysis/block_complexity.h;
// the program itself runs none of this.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace grokscope {

/// Which machines, and how long each may run. For each pair of state and colour read, a machine
/// either writes a colour and halts, or writes a colour, moves to one of four neighbours and takes
/// a next state: k(4n+1) entries, E. Only machines whose first step, of state 0 on a blank, moves
/// right to another state are run: k(n-1) E^(nk-1). The others follow by turning them, never halt,
/// or halt at once.
struct TurmiteSpace {
    int states = 2;  ///< n, 2..8
    int colours = 2; ///< k, 2..4; colour 0 is the blank
    /// Steps after which a machine is taken for one that never halts, the halting one included;
    /// 1..100,000.
    int cutoff = 500;

    friend bool operator==(const TurmiteSpace&, const TurmiteSpace&) = default;
};

/// What the machines of a space did.
struct TurmiteCounts {
    TurmiteSpace space;
    std::uint64_t machines = 0; ///< of those with the first step above, all or drawn
    std::uint64_t halted = 0;
    /// Stopped by the cutoff; the others were seen to run for ever: they have no halting entry, or
    /// leave the visited rectangle over blanks again and again.
    std::uint64_t cut = 0;
    /// Of the machines that halted, how many have visited a square of side 3 at most, by
    /// square_class().
    std::map<std::string, std::uint64_t> squares;

    /// K = -log2 of the share of all halting machines that leave this one square: with the four
    /// turns of each machine put back, averaged over permutations of colours, machines that halt at
    /// once included. Infinite when none did.
    [[nodiscard]] double bits(const std::string& square) const;

    friend bool operator==(const TurmiteCounts&, const TurmiteCounts&) = default;
};

/// Runs every machine of the space; machines that differ only in entries never read are run once.
/// Seconds for (3, 2). Throws std::invalid_argument on a space beyond its ranges, and on one of
/// more than 2^63 machines.
[[nodiscard]] TurmiteCounts run_all(const TurmiteSpace& space);

/// Runs that many machines of the space, each drawn by itself, entries uniformly, from
/// std::mt19937(seed): the same counts on every computer. About two microseconds a machine of (3,
/// 4). Throws std::invalid_argument on a space beyond its ranges.
[[nodiscard]] TurmiteCounts run_some(const TurmiteSpace& space, std::uint64_t machines,
                                     std::uint32_t seed);

/// The table as text: lines of '#' with the space, the machines and the seed, if any, then one line
/// for each class that was seen, its square and its K in bits to three decimals, in order of side
/// and square.
[[nodiscard]] std::string ctm_table_text(const TurmiteCounts& counts, const std::string& drawn);

} // namespace grokscope
