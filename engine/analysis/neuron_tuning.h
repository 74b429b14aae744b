// How much of each hidden unit's response is one frequency (science.md 3.5).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace grokscope {

class Waves;
class WorkerPool;

/// Neurons with at least this share explained belong to the cluster of their frequency.
inline constexpr double kClusterShare = 0.85;
/// A neuron with less energy than this is dead.
inline constexpr double kDeadEnergy = 1e-6;

/// One hidden unit's best frequency.
struct NeuronTuning {
    /// 1..p/2, the lowest on a tie; 0 for a dead unit.
    int frequency = 0;
    /// Fraction of variance explained: energy of the response on {1, cos, sin}(w_k a) times
    /// {1, cos, sin}(w_k b) without the constant, over all its energy; k = p/2 has no sine. 0 for
    /// a dead unit.
    double explained = 0;
    /// Sum of squares of the response over all pairs, mean removed.
    double energy = 0;

    [[nodiscard]] bool dead() const { return frequency == 0; }
    [[nodiscard]] bool clustered() const { return explained >= kClusterShare; }
};

/// What all hidden units together do.
struct NeuronTunings {
    std::vector<NeuronTuning> neurons;
    /// Energy that the responses of all neurons have on the block of frequency k, at index k-1: the
    /// numerators of `explained`, summed over the neurons.
    std::vector<double> energy_by_frequency;
    /// Share of frequency k in a neuron's energy, the mean over living neurons, at index k-1; NaN
    /// without any.
    std::vector<double> share_by_frequency;
};

/// Phases of one neuron's response at one frequency, in radians: as a function of the first number
/// alone it goes like cos(w_k a + first), of the second alone like cos(w_k b + second).
struct InputPhases {
    double first = 0;
    double second = 0;
};

/// Measures the tuning of all neurons without a two-dimensional transform. With X(k,l) = sum over
/// pairs of n(a,b) exp(-i(w_k a + w_l b)), the energy on the block of frequency k is (2/p^2)
/// (|X(k,0)|^2 + |X(0,k)|^2 + |X(k,k)|^2 + |X(k,-k)|^2), and these four are the one-dimensional
/// transforms of the response summed over b, over a, over pairs of equal a+b and over pairs of
/// equal a-b. With T the rows of F times such a sum, |X|^2 is p/2 times the energy of T's rows 2k-1
/// and 2k. For k = p/2 the energy is (1/p^2) (|X(k,0)|^2 + |X(0,k)|^2 + |X(k,k)|^2), |X|^2 is p
/// times the energy of T's one row, and the last two transforms, now equal, count half each. All in
/// double, in a fixed order: equal bits for any number of threads. Threads: used by
/// the one thread that may run the pool.
class NeuronTuner {
public:
    /// Throws std::invalid_argument unless p >= 3 and neurons >= 1.
    NeuronTuner(int p, int neurons);

    /// Forgets what was added.
    void clear();
    /// Takes in `mlp_hidden` of the pairs of `count` more numbers a, from a = 0 upwards:
    /// hidden [count*p, neurons], row (a - first a)*p + b. Only the last count need not be a
    /// multiple of kNumbersTogether. Throws std::invalid_argument on another one, a wrong size or
    /// beyond a = p-1.
    void add(int count, std::span<const float> hidden, WorkerPool& pool);
    /// The tuning of every neuron. Throws std::logic_error unless all a were added.
    [[nodiscard]] NeuronTunings finish(WorkerPool& pool) const;
    /// The phases of X(k,0) and X(0,k) of one neuron. Throws as finish().
    [[nodiscard]] InputPhases input_phases(int neuron, int k, const Waves& waves) const;

private:
    /// Neurons that are summed together: their sums stay in a core's cache.
    static constexpr int kBlock = 64;

    /// Sums of the responses of one block of neurons, side by side.
    struct Sums {
        std::vector<double> values;  // [p, kResponseSums, kBlock]
        std::vector<double> squares; // [kBlock]
    };

    void add_to_block(int block, int count, std::span<const float> hidden);
    void require_all() const;
    /// Adds to `energies` and to `shares`, both [K_max].
    void tune_block(int block, std::span<NeuronTuning> tuning, std::span<double> energies,
                    std::span<double> shares) const;
    [[nodiscard]] int width_of(int block) const;

    int p_;
    int neurons_;
    int added_ = 0; // numbers a so far
    std::vector<Sums> blocks_;
    // F's rows over half a turn: a cosine is even in x and a sine odd, which halves the products.
    std::vector<double> cosines_; // [K_max, p/2 + 1], x from 0
    std::vector<double> sines_;   // [K_max, (p-1)/2], x from 1
};

} // namespace grokscope
