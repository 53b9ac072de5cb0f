// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// Prefix sums over 4096 slots in 12 levels. Node k (1 = root) is one word: generation:32 | left:112 | right:112; its children are 2k and 2k+1;
/// the leaf of slot s hangs under node (4096 + s) >> 1. `clear` empties the tree by raising the generation: a word of another generation reads as 0.
library SumTree {
    struct Tree { mapping(uint256 => uint256) nodes; uint32 generation; }

    uint256 internal constant DEPTH = 12;
    uint256 internal constant LEAVES = 1 << DEPTH;
    uint256 private constant MASK = (1 << 112) - 1;

    function children(Tree storage t, uint256 k) internal view returns (uint256 left, uint256 right) {
        uint256 w = t.nodes[k];
        if (w >> 224 == t.generation) (left, right) = ((w >> 112) & MASK, w & MASK);
    }

    function total(Tree storage t) internal view returns (uint256) {
        (uint256 l, uint256 r) = children(t, 1);
        return l + r;
    }

    function get(Tree storage t, uint256 slot) internal view returns (uint256) {
        (uint256 l, uint256 r) = children(t, (LEAVES + slot) >> 1);
        return slot & 1 == 0 ? l : r;
    }

    /// Sum of the weights of slots below `slot`.
    function prefix(Tree storage t, uint256 slot) internal view returns (uint256 sum) {
        for (uint256 k = LEAVES + slot; k > 1; k >>= 1) {
            if (k & 1 == 1) {
                (uint256 l,) = children(t, k >> 1);
                sum += l;
            }
        }
    }

    /// The caller keeps the total below 2^112 (REP supply is).
    function set(Tree storage t, uint256 slot, uint256 weight) internal {
        uint256 old = get(t, slot);
        if (old == weight) return;
        uint256 generation = uint256(t.generation) << 224;
        for (uint256 k = LEAVES + slot; k > 1; k >>= 1) {
            (uint256 l, uint256 r) = children(t, k >> 1);
            if (k & 1 == 0) l = l + weight - old;
            else r = r + weight - old;
            t.nodes[k >> 1] = generation | (l << 112) | r;
        }
    }

    function clear(Tree storage t) internal {
        unchecked { t.generation += 1; }
    }

    /// First slot whose prefix sum including itself exceeds `point`; `point` < total. Slots of weight 0 are never returned.
    function find(Tree storage t, uint256 point) internal view returns (uint256 slot) {
        uint256 k = 1;
        while (k < LEAVES) {
            (uint256 l,) = children(t, k);
            if (point < l) k = 2 * k;
            else (point, k) = (point - l, 2 * k + 1);
        }
        slot = k - LEAVES;
    }
}
