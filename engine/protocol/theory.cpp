#include "engine/protocol/theory.h"

namespace grokscope {

namespace {

constexpr std::array kNumbers{
    SfmNumber{&SfmSettings::p, "--p", "p", "p", {5, 251}, "numbers are 0..p-1"},
    SfmNumber{&SfmSettings::pairs,
              "--n",
              "the training pairs n",
              "n, training pairs",
              {3, 63000},
              "training pairs n, fewer than the group has"},
    SfmNumber{&SfmSettings::beta,
              "--beta",
              "beta",
              "beta, price of a feature",
              {0, 1},
              "price of a feature; 0 takes the gate away: no collapse"},
    SfmNumber{
        &SfmSettings::step,
        "--eta",
        "eta",
        "eta, step in n/m^2",
        {0.05, 1.95},
        "step, in units of n/m^2, m the order of the group; 1 fits every training pair in the "
        "first step, from 2 on no step settles"},
    SfmNumber{&SfmSettings::iterations,
              "--iterations",
              "the iterations",
              "iterations",
              {1, 200},
              "iterations"},
    SfmNumber{&SfmSettings::epsilon,
              "--epsilon",
              "epsilon",
              "epsilon, loss of the rule",
              {0.001, 10},
              "loss per pair that the free energy takes the rule to leave"},
    SfmNumber{&SfmSettings::seed,
              "--seed",
              "the seed",
              "seed",
              {0, 4294967295.0},
              "decides which pairs train, for + and - as in a run with this seed, and the target's "
              "chance"},
};

} // namespace

std::span<const SfmNumber> sfm_numbers() {
    return kNumbers;
}

std::vector<std::string> SfmSettings::mistakes() const {
    std::vector<std::string> found;
    const OperationSpec& spec = spec_of(operation);
    if (order() == 0) {
        int above = p + 1;
        while (!is_prime(above)) {
            ++above;
        }
        found.push_back(std::string(spec.nouns) + " modulo " + std::to_string(p) +
                        " have no group, which the machine works in: take a prime p, such as " +
                        std::to_string(above > 251 ? 251 : above));
        return found;
    }
    if (pairs > most_pairs()) {
        found.push_back("the training pairs n must leave one of the " +
                        std::to_string(order() * order()) +
                        " pairs of the group to test: at most " + std::to_string(most_pairs()) +
                        ", got " + std::to_string(pairs));
    }
    return found;
}

} // namespace grokscope
