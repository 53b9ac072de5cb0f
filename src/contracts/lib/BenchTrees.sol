// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {BondStatus} from "../interfaces/Types.sol";
import {BenchState} from "./BenchState.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Parameters} from "./Parameters.sol";
import {SumTree} from "./SumTree.sol";

/// 4.1: who may lead in `treeEpoch`, with which weight, and the draw. Invariant: every leaf equals what `_leadership` says of its slot, and
/// out <= eligible leaf by leaf.
abstract contract BenchTrees is BenchState {
    using SumTree for SumTree.Tree;

    uint8 internal constant ELIGIBLE = 0;
    uint8 internal constant BAG = 1;
    uint8 internal constant JAILED = 2;
    uint256 private constant WAKES_PER_BLOCK = 16;

    function _leadership(uint32 slot) internal view returns (uint256 weight, bool isJailed) {
        Slot storage s = bonds[slot];
        uint64 epoch = treeEpoch;
        if (s.status != BondStatus.ACTIVE) return (0, false);
        uint256 present = uint256(s.rep) - s.pending;
        if (s.leaveFrom != 0 && s.leaveFrom <= epoch) present = FixedPoint.sub(present, s.leaving);
        weight = FixedPoint.min(_weight(slot, epoch), present);
        isJailed = s.jailedUntil > epoch;
        if (weight == 0 || _renewed(s, epoch)) return (weight, isJailed);
        if (s.counter >= _parameter(Parameters.ONION_LAYERS)) return (0, isJailed);
        if (s.unopened != 0 && s.unopened >= _parameter(Parameters.MAX_UNOPENED)) return (0, isJailed);
    }

    /// Who was not eligible and becomes it waits for the next refill of the bag.
    function _refresh(uint32 slot) internal {
        (uint256 weight, bool isJailed) = _leadership(slot);
        jailed.set(slot, isJailed ? weight : 0);
        if (isJailed) weight = 0;
        uint256 old = eligible.get(slot);
        if (old == weight) return;
        eligible.set(slot, weight);
        if (old == 0 || out.get(slot) != 0) out.set(slot, weight);
    }

    /// The trees go on to `epoch`.
    function _roll(uint64 epoch) internal {
        treeEpoch = epoch;
        uint256 n = rolling.length;
        for (uint256 i; i < n; ++i) _refresh(rolling[i]);
        if (n != 0) delete rolling;
    }

    function _wakeAt(uint64 epoch, uint32 slot) internal {
        wake[epoch].push(slot);
    }

    /// Ends of jail and new onions, some per block: buckets of the epochs up to `treeEpoch`.
    function _wakeDue() internal {
        uint64 epoch = wakeEpoch;
        for (uint256 i; i < WAKES_PER_BLOCK && epoch <= treeEpoch; ++i) {
            uint32[] storage bucket = wake[epoch];
            uint256 n = bucket.length;
            if (n == 0) {
                ++epoch;
                continue;
            }
            uint32 slot = bucket[n - 1];
            bucket.pop();
            _refresh(slot);
        }
        if (epoch != wakeEpoch) wakeEpoch = epoch;
    }

    function _node(uint8 tree, uint256 k) internal view returns (uint256 left, uint256 right) {
        if (tree == JAILED) return jailed.children(k);
        (left, right) = eligible.children(k);
        if (tree == BAG) {
            (uint256 l, uint256 r) = out.children(k);
            (left, right) = (left - l, right - r);
        } else if (tree != ELIGIBLE) (left, right) = (0, 0);
    }

    function _total(uint8 tree) internal view returns (uint256) {
        (uint256 l, uint256 r) = _node(tree, 1);
        return l + r;
    }

    function _leaf(uint8 tree, uint32 slot) internal view returns (uint256) {
        if (slot >= Parameters.MAX_SLOTS) return 0;
        (uint256 l, uint256 r) = _node(tree, (SumTree.LEAVES + slot) >> 1);
        return slot & 1 == 0 ? l : r;
    }

    function _prefix(uint8 tree, uint32 slot) private view returns (uint256 sum) {
        for (uint256 k = SumTree.LEAVES + slot; k > 1; k >>= 1) {
            if (k & 1 == 0) continue;
            (uint256 l,) = _node(tree, k >> 1);
            sum += l;
        }
    }

    function _find(uint8 tree, uint256 point) private view returns (uint32) {
        uint256 k = 1;
        while (k < SumTree.LEAVES) {
            (uint256 l,) = _node(tree, k);
            if (point < l) k = 2 * k;
            else (point, k) = (point - l, 2 * k + 1);
        }
        return uint32(k - SumTree.LEAVES);
    }

    /// The point is drawn among the others and then moved past every excluded slot at or before it, in slot order.
    function _pick(uint8 tree, uint256 u, uint32[] calldata excluded) internal view returns (uint32) {
        uint256 total = _total(tree);
        uint256[] memory skip = new uint256[](excluded.length);
        for (uint256 i; i < excluded.length; ++i) {
            skip[i] = _leaf(tree, excluded[i]);
            total -= skip[i];
        }
        if (total == 0) return Parameters.NO_SLOT;
        uint256 point = u % total;
        for (uint256 i; i < excluded.length; ++i) {
            if (skip[i] == 0) continue;
            if (_prefix(tree, excluded[i]) > point) break;
            point += skip[i];
        }
        return _find(tree, point);
    }
}
