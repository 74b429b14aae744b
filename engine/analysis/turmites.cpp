#include "engine/analysis/turmites.h"

#include "engine/analysis/square_pattern.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

namespace grokscope {

namespace {

constexpr int kOpen = -1; // an entry that is not chosen yet

void check(const TurmiteSpace& space) {
    const auto refuse = [](const char* what, int lowest, int highest, int got) {
        if (got < lowest || got > highest) {
            throw std::invalid_argument(std::string(what) + " must lie between " +
                                        std::to_string(lowest) + " and " + std::to_string(highest) +
                                        ", got " + std::to_string(got));
        }
    };
    refuse("the number of states", 2, 8, space.states);
    refuse("the number of colours", 2, 4, space.colours);
    refuse("the cutoff", 1, 100'000, space.cutoff);
}

/// A machine's entry as one number: below k it writes that colour and halts; above, ((colour * 4) +
/// direction) * n + next state.
using Entries = std::vector<int>; // [n * k], state by state; or kOpen

int entry_count(const TurmiteSpace& space) {
    return space.colours * (4 * space.states + 1);
}

enum class End { kHalted, kNever, kCut, kMissing };

/// Runs machines of one space, one after another, on a plane that is cleaned after each.
class Plane {
public:
    explicit Plane(const TurmiteSpace& space)
        : space_(space), side_(2 * space.cutoff + 3),
          cells_(static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_)) {}

    /// Where it ends; missing() is then the entry that it wanted. When it halted, square() is what
    /// it left.
    End run(const Entries& machine) {
        const int middle = space_.cutoff + 1;
        left_ = right_ = top_ = bottom_ = middle;
        const End end = walk(machine, middle, middle);
        square_.clear();
        if (end == End::kHalted && right_ - left_ == bottom_ - top_ &&
            right_ - left_ < kLargestSquare) {
            for (int y = top_; y <= bottom_; ++y) {
                for (int x = left_; x <= right_; ++x) {
                    square_ += static_cast<char>('0' + cell(x, y));
                }
            }
        }
        for (int y = top_; y <= bottom_; ++y) {
            std::fill_n(&cell(left_, y), right_ - left_ + 1, std::uint8_t{0});
        }
        return end;
    }
    [[nodiscard]] std::size_t missing() const { return missing_; }
    /// Letters row by row; empty unless the visited rectangle is a square that counts.
    [[nodiscard]] const std::string& square() const { return square_; }

private:
    std::uint8_t& cell(int x, int y) {
        return cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(side_) +
                      static_cast<std::size_t>(x)];
    }

    End walk(const Entries& machine, int x, int y) {
        int state = 0;
        int enlarged = 0; // steps in a row that read a blank and enlarged the rectangle
        for (int step = 0; step < space_.cutoff; ++step) {
            std::uint8_t& here = cell(x, y);
            const bool blank = here == 0;
            const auto read = static_cast<std::size_t>(state * space_.colours + here);
            const int entry = machine[read];
            if (entry == kOpen) {
                missing_ = read;
                return End::kMissing;
            }
            if (entry < space_.colours) {
                here = static_cast<std::uint8_t>(entry);
                return End::kHalted;
            }
            const int move = entry - space_.colours;
            const int next = move % space_.states;
            const int direction = move / space_.states % 4;
            here = static_cast<std::uint8_t>(move / space_.states / 4);
            const bool enlarges = go(direction, x, y);
            if (!blank || !enlarges) {
                enlarged = 0;
            } else if (next == state || ++enlarged > space_.states) {
                // The next cell is blank, too, and outside again: the same steps follow for ever,
                // since a machine in the corner it has reached only goes on into the same two
                // directions, and of more steps than states two begin in one state.
                return End::kNever;
            }
            state = next;
        }
        return End::kCut;
    }

    /// One step; whether it left the visited rectangle.
    bool go(int direction, int& x, int& y) {
        switch (direction) {
        case 0:
            return ++x > right_ && (right_ = x, true);
        case 1:
            return ++y > bottom_ && (bottom_ = y, true);
        case 2:
            return --x < left_ && (left_ = x, true);
        default:
            return --y < top_ && (top_ = y, true);
        }
    }

    TurmiteSpace space_;
    int side_;
    std::vector<std::uint8_t> cells_; // zeros between two machines
    int left_ = 0, right_ = 0, top_ = 0, bottom_ = 0;
    std::size_t missing_ = 0;
    std::string square_;
};

/// First entries: right, to another state.
std::vector<int> first_entries(const TurmiteSpace& space) {
    std::vector<int> entries;
    for (int colour = 0; colour < space.colours; ++colour) {
        for (int next = 1; next < space.states; ++next) {
            entries.push_back(space.colours + colour * 4 * space.states + next);
        }
    }
    return entries;
}

/// Outcomes by raw squares, which are many machines' business; classes are found at the end.
class Tally {
public:
    explicit Tally(const TurmiteSpace& space) { counts_.space = space; }

    void add(End end, const std::string& square, std::uint64_t machines) {
        if (end == End::kHalted) {
            counts_.halted += machines;
            if (!square.empty()) {
                counts_.squares[square] += machines;
            }
        } else if (end == End::kCut) {
            counts_.cut += machines;
        }
    }
    TurmiteCounts counts(std::uint64_t machines) {
        counts_.machines = machines;
        const std::map<std::string, std::uint64_t> raw = std::move(counts_.squares);
        counts_.squares.clear();
        for (const auto& [square, count] : raw) {
            counts_.squares[square_class(square)] += count;
        }
        return std::move(counts_);
    }

private:
    TurmiteCounts counts_;
};

} // namespace

double TurmiteCounts::bits(const std::string& square) const {
    const double at_once = static_cast<double>(machines) / (space.states - 1);
    const double halting = at_once + 4 * static_cast<double>(halted);
    const auto found = squares.find(square_class(square));
    double count = square.size() == 1 ? at_once / space.colours : 0;
    if (found != squares.end()) {
        count += 4 * static_cast<double>(found->second) /
                 static_cast<double>(square_class_size(square, space.colours));
    }
    return -std::log2(count / halting);
}

TurmiteCounts run_all(const TurmiteSpace& space) {
    check(space);
    const int entries = entry_count(space);
    const auto places = static_cast<std::size_t>(space.states * space.colours);
    const std::vector<int> first = first_entries(space);
    // Machines that agree in all but u entries: E^u, and those of them without a halting entry.
    std::vector<std::uint64_t> all{1};
    std::vector<std::uint64_t> restless{1};
    for (std::size_t u = 1; u < places; ++u) {
        if (all.back() > std::numeric_limits<std::uint64_t>::max() / 2 / first.size() /
                             static_cast<std::uint64_t>(entries)) {
            throw std::invalid_argument("a space of " + std::to_string(space.states) +
                                        " states and " + std::to_string(space.colours) +
                                        " colours has too many machines to run them all");
        }
        all.push_back(all.back() * static_cast<std::uint64_t>(entries));
        restless.push_back(restless.back() * static_cast<std::uint64_t>(entries - space.colours));
    }
    Plane plane(space);
    Tally tally(space);
    Entries machine(places, kOpen);
    const auto explore = [&](const auto& self, std::size_t open, bool halts) -> void {
        const End end = plane.run(machine);
        if (end != End::kMissing) {
            const bool counts_restless = end == End::kCut && !halts;
            tally.add(end, plane.square(), all[open] - (counts_restless ? restless[open] : 0));
            return;
        }
        const std::size_t place = plane.missing();
        for (int entry = 0; entry < entries; ++entry) {
            machine[place] = entry;
            self(self, open - 1, halts || entry < space.colours);
        }
        machine[place] = kOpen;
    };
    for (const int entry : first) {
        machine[0] = entry;
        explore(explore, places - 1, false);
    }
    return tally.counts(first.size() * all.back());
}

TurmiteCounts run_some(const TurmiteSpace& space, std::uint64_t machines, std::uint32_t seed) {
    check(space);
    const std::vector<int> first = first_entries(space);
    std::mt19937 engine(seed);
    // Not a std distribution, whose numbers differ from library to library.
    const auto below = [&engine](std::size_t bound) {
        return static_cast<std::size_t>(std::uint64_t{engine()} * bound >> 32U);
    };
    const auto entries = static_cast<std::size_t>(entry_count(space));
    Plane plane(space);
    Tally tally(space);
    Entries machine(static_cast<std::size_t>(space.states * space.colours));
    for (std::uint64_t i = 0; i < machines; ++i) {
        machine[0] = first[below(first.size())];
        bool halts = false;
        for (std::size_t place = 1; place < machine.size(); ++place) {
            machine[place] = static_cast<int>(below(entries));
            halts = halts || machine[place] < space.colours;
        }
        if (halts) {
            const End end = plane.run(machine);
            tally.add(end, plane.square(), 1);
        }
    }
    return tally.counts(machines);
}

std::string ctm_table_text(const TurmiteCounts& counts, const std::string& drawn) {
    std::string text =
        "# Complexity of squares of letters by the Coding Theorem Method: square, row by "
        "row, and bits.\n"
        "# Two-dimensional Turing machines, states " +
        std::to_string(counts.space.states) + ", colours " + std::to_string(counts.space.colours) +
        ", machines " + std::to_string(counts.machines) + ", " + drawn + ", cutoff " +
        std::to_string(counts.space.cutoff) + "\n# halted " + std::to_string(counts.halted) +
        ", cut " + std::to_string(counts.cut) + "\n";
    for (int side = 1; side <= kLargestSquare; ++side) {
        for (const std::string& square : square_classes(side, counts.space.colours)) {
            const double bits = counts.bits(square);
            if (std::isfinite(bits)) {
                std::array<char, 32> number{};
                std::snprintf(number.data(), number.size(), " %.3f\n", bits);
                text += square + number.data();
            }
        }
    }
    return text;
}

} // namespace grokscope
