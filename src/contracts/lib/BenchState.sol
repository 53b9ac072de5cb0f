// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {AvailabilityStorage} from "../AvailabilityStorage.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {IWork} from "../interfaces/IWork.sol";
import {BondStatus} from "../interfaces/Types.sol";
import {Addresses} from "./Addresses.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Parameters} from "./Parameters.sol";

/// What one slot is worth in an epoch, and the other small questions that every part of the ASC asks.
abstract contract BenchState is AvailabilityStorage {
    uint256 private constant LANE = 64;
    uint256 private constant COUNT_BITS = 24;
    /// Mark of a candidate that leads no more; only the bench still counts it.
    uint16 internal constant ALREADY_INACTIVE = 0x8000;

    error NotAllowed(address caller);

    /// Height << 160 | WSC in force, from the first call of the block on: it cannot change within a transaction.
    uint256 private transient workOfBlock;

    modifier onlyWork() {
        address work = _work();
        if (tx.origin != Addresses.SYSTEM || msg.sender != work) revert NotAllowed(msg.sender);
        workOfBlock = (block.number << 160) | uint160(work);
        _;
    }

    function _work() private view returns (address) {
        uint256 known = workOfBlock;
        return known >> 160 == block.number && known != 0 ? address(uint160(known)) : IGovernance(Addresses.GOVERNANCE).activeWorkAt(uint64(block.number));
    }

    function _parameter(uint256 id) internal view returns (uint256) {
        return IWork(_work()).parameter(id);
    }

    function _epoch() internal view returns (uint64) {
        return IGovernance(Addresses.GOVERNANCE).currentEpoch();
    }

    function _known(uint64 epoch) internal view returns (bool) {
        return epoch <= latest && epoch + 4 > latest;
    }

    /// Words of a bitmap that can hold a bit.
    function _words() internal view returns (uint256) {
        return (uint256(slots) + 255) >> 8;
    }

    function _weight(uint32 slot, uint64 epoch) internal view returns (uint256) {
        uint256[4] storage words = weights[slot];
        for (uint256 i; i < 4; ++i) {
            uint256 word = words[i];
            if (_from(word) <= epoch) return uint112(word);
        }
        return 0;
    }

    function _from(uint256 word) internal pure returns (uint64) { return uint64(word >> 112); }

    /// Epochs are asked for down to fromEpoch - 3; a word that already answers for that one makes everything older superfluous.
    function _setWeight(uint32 slot, uint64 fromEpoch, uint256 weight) internal {
        uint256[4] storage words = weights[slot];
        uint256 newest = words[0];
        uint256 past = newest >> 176;
        if (newest != 0 && _from(newest) != fromEpoch) pastWeights[slot][past++] = newest;
        uint256 moved = (past << 176) | (uint256(fromEpoch) << 112) | weight;
        for (uint256 i; i < 4; ++i) {
            uint256 old = words[i];
            words[i] = moved;
            if (_from(old) == fromEpoch || (i > 0 && _from(moved) <= fromEpoch - FixedPoint.min(3, fromEpoch))) return;
            moved = old;
        }
    }

    /// Start of `epoch`, or of the first good block behind it; once per epoch.
    function _note(uint64 epoch, uint256 nextTotal) internal {
        uint256 n = calendar.length;
        if (n != 0 && calendar[n - 1] >> 176 >= epoch) return;
        calendar.push((uint256(epoch) << 176) | (uint256(uint64(block.timestamp)) << 112) | uint112(nextTotal));
    }

    /// Bonded REP that counts as weight: without a raise that waits and without a leave that was granted.
    function _admitted(Slot storage s) internal view returns (uint256) {
        return FixedPoint.sub(uint256(s.rep) - s.pending, s.leaveFrom == 0 ? 0 : s.leaving);
    }

    function _hasLayers(Slot storage s, uint64 epoch) internal view returns (bool) {
        return _renewed(s, epoch) || s.counter < _parameter(Parameters.ONION_LAYERS);
    }

    function _renewed(Slot storage s, uint64 epoch) internal view returns (bool) {
        return s.nextTipEpoch != 0 && s.nextTipEpoch <= epoch;
    }

    function _lane(uint256 word, uint64 epoch) internal pure returns (uint256 count) {
        uint256 lane = uint64(word >> ((epoch & 3) * LANE));
        return lane >> COUNT_BITS == uint40(epoch) ? lane & ((1 << COUNT_BITS) - 1) : 0;
    }

    function _laneSet(uint256 word, uint64 epoch, uint256 count) internal pure returns (uint256) {
        uint256 shift = (epoch & 3) * LANE;
        return (word & ~(uint256(type(uint64).max) << shift)) | (((uint256(uint40(epoch)) << COUNT_BITS) | count) << shift);
    }

    /// 3.3, 2.9: who would be changed by a READY now.
    function _wantsReady(uint32 slot, uint64 epoch) internal view returns (bool) {
        Slot storage s = bonds[slot];
        BondStatus status = s.status;
        if (status == BondStatus.ABSENT || status == BondStatus.EXITING || s.leaveKind != Leave.NONE || s.readyNext == epoch + 1
            || s.jailedUntil == type(uint64).max) return false;
        if (status == BondStatus.ACTIVE && s.pending == 0) return false;
        return s.rep >= _parameter(Parameters.MIN_BOND) && _hasLayers(s, epoch);
    }
}
