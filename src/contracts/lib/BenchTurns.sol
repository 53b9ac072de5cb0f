// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "../interfaces/IAvailability.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {BondStatus} from "../interfaces/Types.sol";
import {Addresses} from "./Addresses.sol";
import {BenchBonds} from "./BenchBonds.sol";
import {Bitmaps} from "./Bitmaps.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Parameters} from "./Parameters.sol";
import {SumTree} from "./SumTree.sol";

/// Turns: reveals, misses, absences, READY (5.10, 5.11, 8.1).
abstract contract BenchTurns is BenchBonds {
    using SumTree for SumTree.Tree;

    function _openLayer(uint64 height, uint32 slot, bytes32 reveal) internal returns (bool) {
        Slot storage s = bonds[slot];
        if (s.identity == address(0)) return false;
        _settleOnion(s, _epoch());
        bytes32 x = reveal;
        for (uint256 i = s.hashes; i > 0; --i) x = keccak256(abi.encodePacked(x));
        if (x != s.tip) return false;
        (s.tip, s.hashes, s.counter, s.unopened) = (reveal, 1, s.counter + 1, 0);
        emit IAvailability.Produced(height, slot, reveal);
        return true;
    }

    /// A renewal that is due takes over when the onion is first touched in its epoch.
    function _settleOnion(Slot storage s, uint64 epoch) internal {
        if (!_renewed(s, epoch)) return;
        (s.tip, s.nextTip, s.nextTipEpoch) = (s.nextTip, 0, 0);
        (s.hashes, s.counter, s.unopened, s.renewals) = (1, 0, 0, s.renewals + 1);
    }

    function _endRounds(uint64 height, uint32 round, uint32 producer, uint32[] calldata missed, uint256 penalty, uint32 maxMisses) internal {
        uint256 failed = FixedPoint.min(round, 32);
        uint32 history = uint32(((uint256(rounds) << failed) | ((1 << failed) - 1)) << 1);
        bool waived = 3 * Bitmaps.count(history) > 32;
        (rounds, lastHeight, lastSlot) = (history, height, producer);
        uint256 burnt;
        for (uint256 i; i < missed.length; ++i) {
            if (missed[i] == producer || _repeated(missed, i) || bonds[missed[i]].identity == address(0)) continue;
            uint256 taken = _miss(missed[i], waived ? 0 : penalty, waived, maxMisses);
            burnt += taken;
            emit IAvailability.Missed(height, uint32(i), missed[i], taken, waived);
        }
        if (burnt != 0) REP.burn(burnt, "miss");
        Slot storage s = bonds[producer];
        if (s.identity == address(0)) return;
        if (s.misses != 0) s.misses = 0;
        _refresh(producer);
        out.set(producer, eligible.get(producer));
    }

    function _repeated(uint32[] calldata missed, uint256 index) private pure returns (bool) {
        for (uint256 i; i < index; ++i) if (missed[i] == missed[index]) return true;
        return false;
    }

    /// 8.1: the counter moves for waived turns too. It stands when as many layers are unopened as may be hashed.
    function _miss(uint32 slot, uint256 penalty, bool waived, uint32 maxMisses) private returns (uint256 taken) {
        Slot storage s = bonds[slot];
        _settleOnion(s, _epoch());
        s.unopened += 1;
        if (s.hashes < Parameters.MAX_HASHES) (s.hashes, s.counter) = (s.hashes + 1, s.counter + 1);
        if (!waived) {
            s.misses += 1;
            taken = _cut(slot, penalty, "miss", false);
        }
        if (s.status == BondStatus.ACTIVE) {
            if (s.unopened >= _parameter(Parameters.MAX_UNOPENED)) _deactivate(slot, "onion");
            else if (s.misses >= maxMisses) _deactivate(slot, "misses");
        }
        _refresh(slot);
        out.set(slot, eligible.get(slot));
    }

    /// 5.11: counted in the epoch of settlement, so that a plan never waits for pools.
    function _recordAbsences(bytes calldata absent) internal {
        IGovernance governance = IGovernance(Addresses.GOVERNANCE);
        uint64 epoch = governance.currentEpoch();
        uint256 limit = FixedPoint.sub(FixedPoint.BPS, _parameter(Parameters.PARTICIPATION_BPS)) * governance.clock().length;
        poolsSettled = _laneSet(poolsSettled, epoch, _lane(poolsSettled, epoch) + 1);
        uint256[16] memory words = Bitmaps.words(absent);
        for (uint256 w; w < _words(); ++w) {
            for (uint256 bits = words[w]; bits != 0; bits &= bits - 1) {
                uint32 slot = uint32(w * 256 + Bitmaps.lowest(bits));
                uint256 lanes = absences[slot];
                uint256 count = _lane(lanes, epoch) + 1;
                absences[slot] = _laneSet(lanes, epoch, count);
                if (count * FixedPoint.BPS > limit && (count - 1) * FixedPoint.BPS <= limit) _addCandidate(slot, 0);
            }
        }
    }

    function _markReady(uint64 epoch, uint32[] calldata list) internal {
        if (list.length != 0 && readyEpoch != epoch) (readyEpoch, readyCount) = (epoch, 0);
        for (uint256 i; i < list.length; ++i) {
            uint32 slot = list[i];
            if (!_wantsReady(slot, epoch)) {
                emit IAvailability.ItemSkipped(uint64(block.number), "ready", i, "unwanted");
                continue;
            }
            Slot storage s = bonds[slot];
            if (s.sequence == 0) s.sequence = ++sequence;   // a return queues by its first READY
            s.readyNext = epoch + 1;
            _enlist(slot, uint64((uint256(s.sequence) << 12) | slot));
            emit IAvailability.Ready(slot, epoch);
        }
    }

    /// The 16 first in order of signalling: no plan takes more.
    function _enlist(uint32 slot, uint64 entry) private {
        uint256 n = readyCount;
        uint256 kept;
        for (uint256 i; i < n; ++i) {
            uint64 e = ready[i];
            if (e & 0xfff != slot) ready[kept++] = e;       // an entry from before a raise
        }
        uint256 place = kept;
        for (; place > 0 && ready[place - 1] > entry; --place) if (place < 16) ready[place] = ready[place - 1];
        if (place == 16) return;
        ready[place] = entry;
        readyCount = uint8(FixedPoint.min(kept + 1, 16));
    }

    function _scheduleTip(uint32 slot, bytes32 tip, uint64 epoch) internal {
        Slot storage s = bonds[slot];
        _settleOnion(s, epoch);
        if (s.identity == address(0) || tip == 0 || s.nextTipEpoch != 0) {
            emit IAvailability.ItemSkipped(uint64(block.number), "nextTip", 0, s.nextTipEpoch != 0 ? bytes32("waiting") : bytes32("unusable"));
            return;
        }
        (s.nextTip, s.nextTipEpoch) = (tip, epoch + 2);
        _wakeAt(epoch + 2, slot);
        emit IAvailability.OnionRenewalScheduled(slot, tip, epoch + 2);
    }
}
