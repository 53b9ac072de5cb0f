// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "../interfaces/IAvailability.sol";
import {BondStatus} from "../interfaces/Types.sol";
import {BenchSlots} from "./BenchSlots.sol";
import {FixedPoint} from "./FixedPoint.sol";
import {Parameters} from "./Parameters.sol";

/// Bonds: how they begin, grow, are cut and end (3.3, 3.6).
abstract contract BenchBonds is BenchSlots {
    /// One identity may not fill the exit queue that everybody waits in.
    uint256 private constant MAX_OPEN_EXITS = 8;
    uint256 private constant HALF_CURVE_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    error LeaveWaits();
    error NothingAsked();

    function _signal(address identity, uint256 amount, bytes calldata key, bytes calldata proof, bytes32 tip) internal returns (uint32 slot) {
        if (domain_ == 0) revert IAvailability.NoDomain();
        slot = slotPlusOne[identity];
        if (slot == 0) {
            if (amount < _parameter(Parameters.MIN_BOND)) revert IAvailability.BelowMinBond();
            if (tip == 0) revert IAvailability.BadTip();
            _checkPossession(identity, key, proof);
            slot = _newSlot();
            if (!_claimKey(slot, key)) revert IAvailability.KeyUsed();
            _open(slot, identity, tip);
        } else {
            --slot;
            if (bonds[slot].status == BondStatus.EXITING || bonds[slot].leaveKind != Leave.NONE) revert LeaveWaits();
            if (bonds[slot].jailedUntil == type(uint64).max) revert IAvailability.Expelled();
            if (key.length + proof.length != 0 || tip != 0) revert IAvailability.KeyUsed();
            if (amount == 0) revert NothingAsked();
        }
        if (REP.encumber(identity, amount) != amount) revert IAvailability.NotBonded();
        Slot storage s = bonds[slot];
        (s.rep, s.pending) = (s.rep + uint112(amount), s.pending + uint112(amount));
        (s.sequence, s.readyNext) = (++sequence, 0); // the last signal counts: nobody keeps a place with a token amount
        emit IAvailability.Signalled(slot, identity, amount, keys[slot], s.sequence);
    }

    /// A raise that waits leaves first and at once; what is in the bench waits for the plan.
    function _requestLeave(address identity, uint256 amount) internal {
        uint32 slot = slotPlusOne[identity];
        Slot storage s = bonds[slot - (slot == 0 ? 0 : 1)];
        if (slot == 0 || s.status == BondStatus.EXITING) revert IAvailability.NotBonded();
        --slot;
        if (s.leaveKind != Leave.NONE || s.exits >= MAX_OPEN_EXITS) revert LeaveWaits();
        bool whole = amount >= s.rep || s.rep - amount < _parameter(Parameters.MIN_BOND);
        if (whole) amount = s.rep;
        else if (amount == 0) revert NothingAsked();
        uint256 now_ = FixedPoint.min(amount, s.pending);
        s.pending -= uint112(now_);
        s.readyNext = 0;
        if (s.pending == 0) s.sequence = 0;
        emit IAvailability.LeaveRequested(slot, amount, ++sequence);
        if (_weight(slot, latest) == 0) now_ = amount;
        else if (whole || now_ != amount) {
            (s.leaveKind, s.leaving) = (whole ? Leave.WHOLE : Leave.PART, uint112(amount - now_));
            leaves[leaveTail++] = slot;
        }
        if (now_ != 0 || s.leaveKind == Leave.NONE) _exit(slot, now_, _epoch() + 1);
    }

    /// (12) in order of the queue; both the time and the epochs of 3.3 must have passed.
    function _releaseExits(uint256 most, uint64 epoch) internal {
        (uint64 head, uint64 tail) = (exitHead, exitTail);
        uint64 start = head;
        for (; head < tail && head - start < most; ++head) {
            uint256 e = exits[head];
            if (block.timestamp < uint64(e >> 144) || epoch < e >> 208) break;
            uint32 slot = uint32(e);
            Slot storage s = bonds[slot];
            uint256 amount = FixedPoint.min(uint112(e >> 32), s.exiting);
            s.exiting -= uint112(amount);
            s.exits -= 1;
            delete exits[head];
            REP.release(s.identity, amount);
            emit IAvailability.ExitReleased(slot, s.identity, amount);
            if (s.status == BondStatus.EXITING && s.exits == 0) _close(slot);
        }
        if (head != start) exitHead = head;
    }

    /// Bond, then exit queue, then free REP, into the ASC's custody.
    function _cut(uint32 slot, uint256 amount, bytes32 reason, bool alsoFree) internal returns (uint256 taken) {
        Slot storage s = bonds[slot];
        if (s.identity == address(0) || amount == 0) return 0;
        uint256 bonded = FixedPoint.min(amount, s.rep);
        uint256 queued = FixedPoint.min(amount - bonded, s.exiting);
        if (bonded != 0) {
            s.rep -= uint112(bonded);
            if (s.pending > s.rep) s.pending = s.rep;
            if (s.leaving > s.rep - s.pending) s.leaving = s.rep - s.pending;
        }
        if (queued != 0) s.exiting -= uint112(queued);
        REP.release(s.identity, bonded + queued);
        taken = REP.take(s.identity, alsoFree ? amount : bonded + queued, reason);
        emit IAvailability.BondReduced(slot, taken, reason);
        if (bonded != 0) _afterCut(slot);
    }

    function _afterCut(uint32 slot) private {
        Slot storage s = bonds[slot];
        uint256 need = _parameter(Parameters.STAKE_BPS) * (_parameter(Parameters.LATE_WINDOW) + 1);
        uint256 bit = 1 << (slot & 255);
        uint64 last = latest;
        for (uint64 e = last > 3 ? last - 3 : 0; e <= last; ++e) {
            if (uint256(s.rep) * FixedPoint.BPS < _weight(slot, e) * need) thinBits[e & 3][slot >> 8] |= bit;
        }
        if (_weight(slot, last) > _admitted(s)) cutBits[slot >> 8] |= bit;
        if (s.status == BondStatus.ACTIVE && s.rep - s.pending < _parameter(Parameters.MIN_BOND)) _deactivate(slot, "bond");
        _refresh(slot);
    }

    /// Leads no more at once; the bench drops it as soon as its share of the plan allows (3.3).
    function _deactivate(uint32 slot, bytes32 reason) internal {
        bonds[slot].status = BondStatus.INACTIVE;
        _addCandidate(slot, ALREADY_INACTIVE);
        emit IAvailability.Inactive(slot, _epoch(), reason);
    }

    /// At most 64 wait. One that is INACTIVE already takes the place of one that merely voted too little.
    function _addCandidate(uint32 slot, uint16 mark) internal {
        uint8 n = candidateCount;
        uint256 place = n;
        for (uint256 i; i < n; ++i) {
            uint16 c = candidates[i];
            if (c & 0xfff == slot) {
                candidates[i] = c | mark;
                return;
            }
            if (n == 64 && mark != 0 && c & ALREADY_INACTIVE == 0) place = i;
        }
        if (place == 64) return;
        candidates[place] = uint16(slot) | mark;
        if (place == n) candidateCount = n + 1;
    }

    function _checkPossession(address identity, bytes calldata key, bytes calldata proof) private view {
        if (key.length != 20 || proof.length != 65) revert IAvailability.BadPossession();
        bytes32 digest = keccak256(abi.encodePacked(bytes2(0x1942), domain_, bytes1(0x0a), uint64(0), uint64(0), uint32(0), identity));
        bytes32 s = bytes32(proof[32:64]);
        uint8 v = uint8(proof[64]);
        if (v > 1 || uint256(s) > HALF_CURVE_ORDER) revert IAvailability.BadPossession();
        address signer = ecrecover(digest, v + 27, bytes32(proof[0:32]), s);
        if (signer == address(0) || signer != address(bytes20(key))) revert IAvailability.BadPossession();
    }
}
