// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "../interfaces/IAvailability.sol";
import {BondStatus, GenesisBond} from "../interfaces/Types.sol";
import {BenchPlan} from "./BenchPlan.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Parameters} from "./Parameters.sol";
import {SumTree} from "./SumTree.sol";

/// What happens to benches as a whole: genesis, the plan written (step 4 of 2.7), repetition after a gap.
abstract contract BenchEpochs is BenchPlan {
    using SumTree for SumTree.Tree;

    error BadGenesis(uint256 index);

    function _genesis(GenesisBond[] calldata list) internal {
        uint256 n = list.length;
        if (n == 0 || n > Parameters.MAX_SLOTS || slots != 0) revert BadGenesis(n);
        (uint256 supply, uint256 total) = (0, 0);
        for (uint256 i; i < n; ++i) supply += list[i].rep;
        REP.mint(supply);
        slots = uint32(n);
        lastSlot = Parameters.NO_SLOT;
        for (uint32 slot; slot < n; ++slot) {
            GenesisBond calldata b = list[slot];
            if (b.bond == 0 || b.onionTip == 0 || slotPlusOne[b.identity] != 0 || !_claimKey(slot, b.key)
                || REP.credit(b.identity, Parameters.NO_SLOT, b.rep, "genesis") != b.rep || REP.encumber(b.identity, b.bond) != b.bond)
                revert BadGenesis(slot);
            _open(slot, b.identity, b.onionTip);
            (bonds[slot].rep, bonds[slot].status) = (b.bond, BondStatus.ACTIVE);
            _setWeight(slot, 0, b.bond);
            eligible.set(slot, b.bond);
            benchBits[0][slot >> 8] |= 1 << (slot & 255);
            total += b.bond;
        }
        records[0] = Record(0, 0, uint32(n), 0, total);
        _repeat(1);
        records[1].source = 1;
        _note(0, total);
    }

    function _startEpoch(uint64 n, bytes32 recordHash) internal {
        _openExits(n);
        if (treeEpoch < n) _roll(n);
        if (latest < n) _repeat(n);
        if (latest > n && records[(n + 1) & 3].source == n + 1) return; // genesis has fixed epoch 1
        Plan memory p = _plan(n);
        _note(n, p.total);
        latest = n + 1;
        _writeBits(p);
        for (uint256 i; i < p.length; ++i) _setWeight(uint32(p.changes[i] >> 112), n + 1, uint112(p.changes[i]));
        records[(n + 1) & 3] = Record(n + 1, n + 1, uint32(p.count), recordHash, p.total);
        _writeLeft(p);
        _writeInactive(p.inactive, n + 1, "participation");
        _writeInactive(p.displaced, n + 1, "bond");
        _writeJoined(p);
        _keepCandidates();
        emit IAvailability.BenchFixed(n + 1, recordHash, p.total, uint32(p.count));
    }

    function _writeBits(Plan memory p) private {
        (uint256 from, uint256 to) = (p.base & 3, (p.epoch + 1) & 3);
        uint256[16] memory members = _members(p);
        uint256[16] memory covered;                                 // a weight written now is covered by the bond
        for (uint256 i; i < p.length; ++i) covered[p.changes[i] >> 120] |= 1 << ((p.changes[i] >> 112) & 255);
        for (uint256 w; w < _words(); ++w) {
            benchBits[to][w] = members[w];
            thinBits[to][w] = thinBits[from][w] & members[w] & ~covered[w];
            if (cutBits[w] != p.cutsLeft[w]) cutBits[w] = p.cutsLeft[w];
        }
    }

    function _writeLeft(Plan memory p) private {
        leaveHead += uint64(p.leavesDone);
        for (uint256 i; i < p.left.length; ++i) {
            uint32 slot = p.left.slot[i];
            Slot storage s = bonds[slot];
            uint256 admitted = _admitted(s);
            s.leaving = uint112(s.leaveKind == Leave.WHOLE ? admitted : FixedPoint.min(s.leaving, admitted));
            s.leaveFrom = p.epoch + 1;
            granted.push(slot);
            rolling.push(slot);
            emit IAvailability.Left(slot, s.identity, s.leaving, p.epoch + 1);
        }
    }

    function _writeInactive(List memory l, uint64 from, bytes32 reason) private {
        for (uint256 i; i < l.length; ++i) {
            uint32 slot = l.slot[i];
            rolling.push(slot);
            if (bonds[slot].status != BondStatus.ACTIVE) continue;   // told when it happened
            bonds[slot].status = BondStatus.INACTIVE;
            _refresh(slot);
            emit IAvailability.Inactive(slot, from, reason);
        }
    }

    function _writeJoined(Plan memory p) private {
        for (uint256 i; i < p.joined.length; ++i) {
            uint32 slot = p.joined.slot[i];
            Slot storage s = bonds[slot];
            (s.status, s.misses, s.unopened) = (BondStatus.ACTIVE, 0, 0);
            (s.pending, s.sequence) = (0, 0);
            rolling.push(slot);
            _refresh(slot);
            emit IAvailability.Joined(slot, s.identity, s.rep, p.epoch + 1);
        }
    }

    /// Bonds that are INACTIVE already but did not fit into this plan wait for the next one; participation is judged anew each epoch.
    function _keepCandidates() private {
        uint8 kept;
        for (uint256 i; i < candidateCount; ++i) {
            uint16 c = candidates[i];
            uint32 slot = c & 0xfff;
            if (c & ALREADY_INACTIVE != 0 && bonds[slot].status == BondStatus.INACTIVE && _weight(slot, latest) != 0) candidates[kept++] = c;
        }
        if (candidateCount != kept) candidateCount = kept;
    }

    /// 2.8: benches up to `target` repeat the newest. Only the last four can ever be asked for.
    function _repeat(uint64 target) internal {
        uint64 from = latest;
        if (target <= from) return;
        Record memory r = records[from & 3];
        for (uint64 e = target - from > 4 ? target - 3 : from + 1; e <= target; ++e) {
            r.epoch = e;
            records[e & 3] = r;
            for (uint256 w; w < _words(); ++w) {
                benchBits[e & 3][w] = benchBits[from & 3][w];
                thinBits[e & 3][w] = thinBits[from & 3][w];
            }
            emit IAvailability.BenchFixed(e, r.hash, r.total, r.count);
        }
        latest = target;
    }

    /// First good block of the first epoch without them: what was granted to leave is locked from now (3.3).
    function _openExits(uint64 epoch) internal {
        uint256 n = granted.length;
        if (n == 0 || bonds[granted[0]].leaveFrom > epoch) return;
        for (uint256 i; i < n; ++i) {
            uint32 slot = granted[i];
            Slot storage s = bonds[slot];
            (uint256 amount, uint64 from) = (FixedPoint.min(s.leaving, s.rep), s.leaveFrom);
            (s.leaving, s.leaveFrom, s.leaveKind) = (0, 0, Leave.NONE);
            _exit(slot, amount, from);
            _refresh(slot);
        }
        delete granted;
    }
}
