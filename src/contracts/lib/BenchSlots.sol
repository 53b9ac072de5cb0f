// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "../interfaces/IAvailability.sol";
import {IReputation} from "../interfaces/IReputation.sol";
import {BondStatus} from "../interfaces/Types.sol";
import {Addresses} from "./Addresses.sol";
import {BenchTrees} from "./BenchTrees.sol";
import {Parameters} from "./Parameters.sol";

/// The life of a slot: taken with a key, emptied through the exit queue, free again (3.1, 3.3).
abstract contract BenchSlots is BenchTrees {
    IReputation internal constant REP = IReputation(Addresses.REP);

    function _newSlot() internal returns (uint32 slot) {
        uint256 free = freeSlots.length;
        if (free != 0) {
            slot = freeSlots[free - 1];
            freeSlots.pop();
            return slot;
        }
        slot = slots;
        if (slot == Parameters.MAX_SLOTS) revert IAvailability.NoSlot();
        slots = slot + 1;
    }

    function _open(uint32 slot, address identity, bytes32 tip) internal {
        Slot storage s = bonds[slot];
        (s.identity, s.status, s.hashes, s.tip) = (identity, BondStatus.PENDING, 1, tip);
        slotPlusOne[identity] = slot + 1;
    }

    function _close(uint32 slot) internal {
        delete slotPlusOne[bonds[slot].identity];
        delete keys[slot];
        delete bonds[slot];
        weights[slot][0] = 0;               // the next tenant answers for nothing of this one's
        freeSlots.push(slot);
    }

    function _claimKey(uint32 slot, bytes calldata key) internal returns (bool) {
        bytes32 hash = keccak256(key);
        if (key.length != 20 || keySlotPlusOne[hash] != 0) return false;
        keySlotPlusOne[hash] = slot + 1;
        keys[slot] = key;
        return true;
    }

    /// Moves bonded REP into the exit queue, locked from now on; `from` = first epoch it did not serve.
    function _exit(uint32 slot, uint256 amount, uint64 from) internal {
        Slot storage s = bonds[slot];
        uint256 time = block.timestamp + _parameter(Parameters.UNBONDING_TIME);
        uint256 epoch = from + _parameter(Parameters.UNBONDING_EPOCHS);
        exits[exitTail++] = (epoch << 208) | (time << 144) | (amount << 32) | slot;
        s.rep -= uint112(amount);
        s.exiting += uint112(amount);
        s.exits += 1;
        if (s.rep != 0) return;
        (s.status, s.freeAt) = (BondStatus.EXITING, uint64(time));
    }
}
