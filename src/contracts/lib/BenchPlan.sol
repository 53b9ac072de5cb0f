// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {BondStatus} from "../interfaces/Types.sol";
import {BenchSlots} from "./BenchSlots.sol";
import {Bitmaps} from "./Bitmaps.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Parameters} from "./Parameters.sol";

/// 3.3, 3.6, 5.11: the bench of epoch n+1 from the state before block 1 of epoch n. One function, so that the node's view on h-1 and the write in h
/// cannot differ. Order: cuts, leaves, inactivity, joins.
abstract contract BenchPlan is BenchSlots {
    uint256 internal constant MAX_CUTS = 32;           // per plan, lowest slots first; the others keep their mark. Bounds the gas (2.9)
    uint256 private constant MAX_CHANGES = 128;

    struct List { uint32[16] slot; uint256 length; }

    struct Plan {
        uint64 epoch;                // n
        uint64 base;                 // epoch of the bench it changes: n, or the last one before a gap
        uint256 total;
        uint256 count;
        uint256[] changes;           // slot:32 << 112 | weight:112, ascending; only what differs from the base
        uint256 length;
        uint256[16] cutsLeft;        // marks that stay
        uint256 leavesDone;          // entries of the leave queue used up
        uint256 leavesPassed;
        uint256 leftWeight;
        uint256 churn;
        List left;
        List inactive;
        List displaced;
        List joined;
    }

    function _plan(uint64 n) internal view returns (Plan memory p) {
        p.epoch = n;
        p.base = n < latest ? n : latest;
        Record storage r = records[p.base & 3];
        (p.total, p.count) = (r.total, r.count);
        p.changes = new uint256[](MAX_CHANGES);
        p.churn = p.total / _parameter(Parameters.CHURN_DIVISOR);
        uint256 inactivity = p.total / _parameter(Parameters.INACTIVITY_DIVISOR);
        _planCuts(p);
        _planLeaves(p);
        _planInactivity(p, inactivity);
        _planJoins(p);
    }

    function _planCuts(Plan memory p) private view {
        uint256 done;
        for (uint256 w; w < _words(); ++w) {
            uint256 marks = cutBits[w] & benchBits[p.base & 3][w];
            while (marks != 0 && done < MAX_CUTS) {
                uint256 bit = marks & (~marks + 1);
                uint32 slot = uint32(w * 256 + Bitmaps.lowest(marks));
                marks ^= bit;
                ++done;
                uint256 admitted = _admitted(bonds[slot]);
                uint256 weight = _weight(slot, p.base);
                if (admitted >= weight) continue;
                if (admitted == 0 && p.count == 1) p.cutsLeft[w] |= bit;
                else _change(p, slot, weight, admitted);
            }
            p.cutsLeft[w] |= marks;
        }
    }

    function _planLeaves(Plan memory p) private view {
        uint256 most = FixedPoint.min(_parameter(Parameters.LEAVES_PER_EPOCH), 16);
        uint64 head = leaveHead;
        uint256 waiting = leaveTail - head;
        while (p.leavesDone < waiting && p.leavesPassed < most) {
            uint32 slot = leaves[head + uint64(p.leavesDone)];
            Slot storage s = bonds[slot];
            uint256 before = _planned(p, slot);
            uint256 rest = FixedPoint.min(before, s.leaveKind == Leave.WHOLE ? 0 : FixedPoint.sub(_admitted(s), s.leaving));
            if (!_leaveFits(p, before - rest) || (rest == 0 && before != 0 && p.count == 1)) return;
            ++p.leavesDone;
            ++p.leavesPassed;
            p.leftWeight += before - rest;
            _push(p.left, slot);
            _change(p, slot, before, rest);
        }
    }

    /// The first that takes weight always passes.
    function _leaveFits(Plan memory p, uint256 weight) private pure returns (bool) {
        return p.leftWeight == 0 || p.leftWeight + weight <= p.churn;
    }

    function _planInactivity(Plan memory p, uint256 limit) private view {
        uint256 n = candidateCount;
        uint256[] memory order = new uint256[](n);
        for (uint256 i; i < n; ++i) {
            uint16 c = candidates[i];
            uint32 slot = c & 0xfff;
            uint256 absent = p.epoch == 0 ? 0 : _lane(absences[slot], p.epoch - 1);
            BondStatus status = bonds[slot].status;
            bool stands = c & ALREADY_INACTIVE != 0 ? status == BondStatus.INACTIVE : absent != 0;
            if (stands && _planned(p, slot) != 0) order[i] = (1 << 64) | (absent << 32) | (type(uint32).max - slot);
        }
        uint256 removed;
        while (p.inactive.length < Parameters.DEACTIVATIONS_PER_EPOCH) {
            uint256 worst;
            for (uint256 i; i < n; ++i) if (order[i] > order[worst]) worst = i;
            if (n == 0 || order[worst] == 0) return;
            uint32 slot = type(uint32).max - uint32(order[worst]);
            order[worst] = 0;
            uint256 weight = _planned(p, slot);
            if ((removed != 0 && removed + weight > limit) || p.count == 1) return;
            removed += weight;
            _push(p.inactive, slot);
            _change(p, slot, weight, 0);
        }
    }

    function _planJoins(Plan memory p) private view {
        if (p.epoch == 0 || readyEpoch != p.epoch - 1) return;
        uint256 most = _parameter(Parameters.JOINS_PER_EPOCH);
        uint256 minBond = _parameter(Parameters.MIN_BOND);
        uint256 seats = _parameter(Parameters.MAX_BONDS);
        uint256 joinedWeight;
        uint256[] memory smallest;
        for (uint256 i; i < readyCount && p.joined.length < most; ++i) {
            uint32 slot = uint32(ready[i] & 0xfff);
            Slot storage s = bonds[slot];
            uint256 target = s.rep;
            if (s.readyNext != p.epoch || s.leaveKind != Leave.NONE || target < minBond) continue;
            uint256 before = _planned(p, slot);
            uint256 gain = FixedPoint.sub(target, before);
            if (joinedWeight != 0 && joinedWeight + gain > p.churn) return;
            if (before == 0 && p.count >= seats) {
                if (smallest.length == 0) smallest = _smallest(p);
                if (!_displace(p, smallest, target)) return;
            }
            joinedWeight += gain;
            _push(p.joined, slot);
            _change(p, slot, before, target);
        }
    }

    /// The smallest bond of a full bench makes room, as a leave in the count; false when it is not smaller or no leave is left.
    function _displace(Plan memory p, uint256[] memory smallest, uint256 target) private view returns (bool) {
        uint256 next = p.displaced.length;
        if (next == 16 || smallest[next] == 0) return false;
        uint256 weight = smallest[next] >> 32;
        uint32 slot = uint32(smallest[next]);
        if (_planned(p, slot) != weight) return false;
        if (target <= weight || p.leavesPassed >= _parameter(Parameters.LEAVES_PER_EPOCH) || !_leaveFits(p, weight)) return false;
        ++p.leavesPassed;
        p.leftWeight += weight;
        _push(p.displaced, slot);
        _change(p, slot, weight, 0);
        return true;
    }

    /// weight << 32 | slot of the 16 smallest of the planned bench, ascending, 0 behind them.
    function _smallest(Plan memory p) private view returns (uint256[] memory least) {
        least = new uint256[](16);
        uint256[16] memory members = _members(p);
        (uint256 n, uint256 cursor, uint256 weight) = (0, 0, 0);
        for (uint256 w; w < 16; ++w) {
            for (uint256 bits = members[w]; bits != 0; bits &= bits - 1) {
                uint32 slot = uint32(w * 256 + Bitmaps.lowest(bits));
                (cursor, weight) = _seek(p, cursor, slot);
                uint256 key = (weight << 32) | slot;
                if (n == 16 && key > least[15]) continue;
                uint256 i = n < 16 ? n++ : 15;
                for (; i > 0 && least[i - 1] > key; --i) least[i] = least[i - 1];
                least[i] = key;
            }
        }
    }

    function _members(Plan memory p) internal view returns (uint256[16] memory bits) {
        uint256[16] storage base = benchBits[p.base & 3];
        for (uint256 w; w < _words(); ++w) bits[w] = base[w];
        for (uint256 i; i < p.length; ++i) {
            (uint256 w, uint256 bit) = (p.changes[i] >> 120, 1 << ((p.changes[i] >> 112) & 255));
            bits[w] = uint112(p.changes[i]) == 0 ? bits[w] & ~bit : bits[w] | bit;
        }
    }

    /// Planned weight of `slot`, for callers that go through the slots in order: `cursor` never has to go back.
    function _seek(Plan memory p, uint256 cursor, uint32 slot) internal view returns (uint256, uint256 weight) {
        while (cursor < p.length && p.changes[cursor] >> 112 < slot) ++cursor;
        bool changed = cursor < p.length && p.changes[cursor] >> 112 == slot;
        return (cursor, changed ? uint112(p.changes[cursor]) : _weight(slot, p.base));
    }

    function _planned(Plan memory p, uint32 slot) internal view returns (uint256) {
        uint256 i = _position(p, slot);
        return i < p.length && p.changes[i] >> 112 == slot ? uint112(p.changes[i]) : _weight(slot, p.base);
    }

    function _change(Plan memory p, uint32 slot, uint256 before, uint256 weight) private pure {
        if (before == weight) return;
        p.total = p.total - before + weight;
        if (before == 0) ++p.count;
        if (weight == 0) --p.count;
        uint256 i = _position(p, slot);
        if (i == p.length || p.changes[i] >> 112 != slot) {
            for (uint256 k = p.length++; k > i; --k) p.changes[k] = p.changes[k - 1];
        }
        p.changes[i] = (uint256(slot) << 112) | weight;
    }

    /// Index of the first change whose slot is not below `slot`.
    function _position(Plan memory p, uint32 slot) private pure returns (uint256 low) {
        uint256 high = p.length;
        while (low < high) {
            uint256 mid = (low + high) / 2;
            if (p.changes[mid] >> 112 < slot) low = mid + 1;
            else high = mid;
        }
    }

    function _push(List memory l, uint32 slot) private pure {
        l.slot[l.length++] = slot;
    }
}
